"""The stems that an index has learned: a sorted table of words, read where it lies.

One line a word, ``word TAB language=stem TAB language=stem``, sorted by bytes and found by bisection in a
memory map, so that opening it costs nothing and a known word never needs a stemmer. A table is written
under a name that was never used before. Does not depend on a particular language or documents.
"""

from __future__ import annotations

import mmap
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Final

from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.opening import damaged
from coopsearch.search.indexdir.pages import Page, map_page
from coopsearch.search.indexdir.stamp import distinct

Forms = dict[str, dict[str, str]]
_numbers: Final = count()


class FormTable:
    """A table on disk. Safe for many threads: it is only read."""

    def __init__(self, folder: Path, page: Page | None) -> None:
        """Map the table that a state names; none is an empty table. Raises IndexDamaged."""
        self._path = folder if page is None else folder / page.name
        self._map: mmap.mmap | bytes = b"" if page is None else map_page(folder, page)

    def get(self, word: str) -> Mapping[str, str]:
        """Return the word's stem for each language; empty for an unknown word."""
        key = word.encode() + b"\t"
        table = self._map
        low, high = 0, len(table)
        while low < high:
            start = table.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = table.find(b"\n", start, len(table))
            if end < 0:
                # A table that ends without a line's end is none of ours.
                end = len(table)
            line = bytes(table[start:end])
            if line.startswith(key):
                return self._read(line)[1]
            if line < key:
                low = end + 1
            else:
                high = start
        return {}

    def items(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Iterate over all words and their stems."""
        for line in bytes(self._map).splitlines():
            yield self._read(line)

    def close(self) -> None:
        """Let the file go."""
        if isinstance(self._map, mmap.mmap):
            self._map.close()
        self._map = b""

    def _read(self, line: bytes) -> tuple[str, dict[str, str]]:
        try:
            word, *forms = line.decode().split("\t")
            return word, dict(form.split("=", 1) for form in forms)
        except ValueError:
            raise damaged(self._path, "holds a line that is not a form") from None


def write_forms(folder: Path, forms: Iterable[tuple[str, Mapping[str, str]]]) -> Page:
    """Write a new table, durably but for its name; return what the table of a state says of it."""
    lines = (
        "\t".join([word, *(f"{language}={stem}" for language, stem in sorted(stems.items()))]).encode()
        for word, stems in forms
    )
    data = b"".join(line + b"\n" for line in sorted(lines))
    name = f"forms-{distinct():x}-{os.getpid():x}-{next(_numbers):x}.tsv"
    durable.create(folder / name, data)
    return Page(name, len(data), zlib.crc32(data))
