"""Dictionaries and glossaries of others, read and made into lexicons of the user.

``reading`` says what a file is and reads it; ``dictd``, ``stardict``, ``tbx``, ``tmx``, ``columns`` and
``own_lines`` each know one format, ``prose`` takes translations out of an article, ``collecting`` keeps what
is sound of it, and ``adding`` makes a table. What is kept where is said by ``search.lexicons``.
"""
