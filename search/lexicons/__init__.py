"""The lexicons that the user added: where they are, what is known of each, and their tables for the planner.

``place`` finds the folder, ``about`` reads the page of one, ``kept`` adds and removes, ``opened`` opens the
tables for a query, and ``asked`` says what all lexicons say of a word. What reads the glossaries of others is
``coopsearch.indexer.lexicons``. No lexicon is ever part of an index or of the package.
"""
