"""Who may sign in at a shared service: a file of accounts, a line for each person.

Nothing here knows an index, or how somebody signs in.
"""
