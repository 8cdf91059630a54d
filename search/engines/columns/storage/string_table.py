"""Sorted tables of strings in a file: one blob of UTF-8, and where each string ends.

UTF-8 sorts as code points do, so a table is searched by bisection without decoding it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from coopsearch.search.engines.columns.storage.mapped_file import ArrayFile, MappedColumn

#: Strings that are read at once: looks at a table often ask for strings that stand side by side.
_PAGE: Final = 64
#: With so many looks for each page that there is, the first strings of all pages are read; as a fraction.
_OFTEN: Final = 4
#: Pages of a table that are remembered.
_PAGES: Final = 512


def encode(text: str) -> bytes:
    """Return the UTF-8 of a string; half surrogates, which text from broken files may hold, are kept."""
    return text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> str:
    """Return the string that ``encode`` made these bytes of."""
    return data.decode("utf-8", "surrogatepass")


def decode_all(data: Sequence[bytes]) -> list[str]:
    """Return the strings that ``encode`` made these of: all at once, which takes a third of the time."""
    found = decode(b"\0".join(data)).split("\0") if data else []
    return found if len(found) == len(data) else list(map(decode, data))


class Strings:
    """A table of strings in a file. Safe for many threads: what it remembers may be read twice."""

    __slots__ = ("_at", "_blob", "_every_first", "_firsts", "_looks", "_pages", "_size")

    def __init__(self, file: ArrayFile[MappedColumn], name: str) -> None:
        """Look at the arrays; nothing is read."""
        self._blob, self._at = file[f"{name}.blob"], file[f"{name}.at"]
        self._size = len(self._at) - 1
        self._firsts: dict[int, bytes] = {}
        self._looks = 0
        self._every_first: list[bytes] | None = None
        self._pages: dict[int, list[bytes]] = {}

    def __len__(self) -> int:
        """Count the strings."""
        return self._size

    def __getitem__(self, index: int) -> bytes:
        """Return a string by its place."""
        return self._blob.bytes(self._at.at(index), self._at.at(index + 1))

    def lower_bound(self, key: bytes) -> int:
        """Return the place of the first string that is not below ``key``."""
        page = self._page_of(key)
        return page * _PAGE + bisect_left(self._page(page), key) if page >= 0 else 0

    def find(self, key: bytes) -> int:
        """Return the place of a string, -1 if it is not there."""
        # A key that is the first string of a page is found behind the page before.
        page = self._page_of(key)
        strings = self._page(page) if page >= 0 else []
        index = bisect_left(strings, key)
        if index < len(strings):
            return page * _PAGE + index if strings[index] == key else -1
        index = (page + 1) * _PAGE
        return index if index < self._size and self._first(page + 1) == key else -1

    def among(self, keys: Sequence[bytes]) -> Iterator[bytes]:
        """Yield those of some keys, sorted, that are in the table; each page is looked for once."""
        at, count = 0, len(keys)
        while at < count:
            page = self._page_of(keys[at])
            following = (page + 1) * _PAGE < self._size
            if following and self._first(page + 1) == keys[at]:
                page += 1
                following = (page + 1) * _PAGE < self._size
            end = bisect_left(keys, self._first(page + 1), at) if following else count
            strings = self._page(page) if page >= 0 else []
            for key in keys[at:end]:
                index = bisect_left(strings, key)
                if index < len(strings) and strings[index] == key:
                    yield key
            at = end

    def _page_of(self, key: bytes) -> int:
        """Return the last page whose first string is below ``key``, -1 if none is."""
        if self._every_first is not None:
            return bisect_left(self._every_first, key) - 1
        firsts = self._firsts
        low, high = 0, (self._size + _PAGE - 1) // _PAGE
        self._looks += 1
        if self._looks * _OFTEN > high:
            # One query asks a few times; a list of them asks so often that the whole list is worth reading.
            self._every_first = list(map(self._first, range(high)))
            return bisect_left(self._every_first, key) - 1
        while low < high:
            middle = (low + high) >> 1
            if (firsts.get(middle) or self._first(middle)) < key:
                low = middle + 1
            else:
                high = middle
        return low - 1

    def _first(self, page: int) -> bytes:
        known = self._firsts.get(page)
        if known is None:
            known = self._firsts[page] = self[page * _PAGE]
        return known

    def _page(self, page: int) -> list[bytes]:
        strings = self._pages.get(page)
        if strings is None:
            if len(self._pages) >= _PAGES:
                self._pages.clear()
            strings = self.slice(page * _PAGE, min((page + 1) * _PAGE, self._size))
            self._pages[page] = strings
        return strings

    def with_prefix(self, prefix: bytes) -> tuple[int, int]:
        """Return the range of the strings that begin with ``prefix``."""
        if not prefix:
            return 0, len(self)
        # 0xff stands in no UTF-8: it sorts after everything that goes on from the prefix.
        return self.lower_bound(prefix), self.lower_bound(prefix + b"\xff")

    def slice(self, start: int, end: int) -> list[bytes]:
        """Return some strings in order."""
        if start >= end:
            return []
        ends = self._at.list(start, end + 1)
        first = ends[0]
        data = self._blob.bytes(first, ends[-1])
        return [data[a - first : b - first] for a, b in pairwise(ends)]
