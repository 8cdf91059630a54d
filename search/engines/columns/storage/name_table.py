"""Which words of a segment can be names, by the keys that spellings of one name share.

Does not depend on queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coopsearch.search.engines.columns.storage.mapped_file import ArrayFile, MappedColumn
from coopsearch.search.engines.columns.storage.string_table import Strings

#: What the arrays are called.
KEY = "name.key"
FIRST = "name.first"
WORD = "name.word"


class NameTable:
    """The table of a segment. Safe for many threads."""

    def __init__(self, file: ArrayFile[MappedColumn]) -> None:
        """Look at the arrays; nothing is read."""
        self.keys = Strings(file, KEY)
        self._first, self._word = file[FIRST], file[WORD]

    def places(self, keys: Iterable[bytes]) -> Iterator[int]:
        """Yield where the words of some keys stand among the words of the segment; a word may come again."""
        for key in keys:
            at = self.keys.find(key)
            if at >= 0:
                yield from self._word.list(self._first.at(at), self._first.at(at + 1))

    def all(self) -> tuple[list[bytes], list[int], list[int]]:
        """Return the keys, where the words of each begin, and the places of the words."""
        first, word = self._first, self._word
        return self.keys.slice(0, len(self.keys)), first.list(0, len(first)), word.list(0, len(word))
