"""What words mean in other languages: entries that people write, and the table that a query looks into.

``entry`` reads and checks a line, ``compiling`` makes a table of many, ``table`` looks into one through a
memory map, ``bundled`` finds the table of our own entries. A search loads none of it unless a word of its
query may be of another language than the index is.
"""
