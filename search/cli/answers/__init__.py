"""Commands that ask an index and go on from a hit."""
