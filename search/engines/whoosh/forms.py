"""The stems that an index has learned: a sorted table of words, read where it lies.

One line a word, ``word TAB language=stem TAB language=stem``, sorted by bytes and found by bisection in
a memory map, so that opening it costs nothing and a known word never needs a stemmer. This file knows
no language and no document.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from coopsearch.search.errors import IndexDamaged

Forms = dict[str, dict[str, str]]


class FormTable:
    """A table on disk. Safe for many threads: it is only read."""

    def __init__(self, path: Path) -> None:
        """Map the table; a missing or empty file is an empty table."""
        self._path = path
        self._map: mmap.mmap | bytes = b""
        try:
            with path.open("rb") as stream:
                if os.fstat(stream.fileno()).st_size:
                    self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            pass

    def get(self, word: str) -> Mapping[str, str]:
        """Return the word's stem for each language; empty for an unknown word."""
        key = word.encode() + b"\t"
        table = self._map
        low, high = 0, len(table)
        while low < high:
            start = table.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = table.find(b"\n", start, len(table))
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
            raise IndexDamaged(
                f"the index is damaged: {self._path} holds a line that is no form; "
                "run `coopsearch index --rebuild`"
            ) from None


def write_forms(path: Path, forms: Iterable[tuple[str, Mapping[str, str]]]) -> None:
    """Write a table in one step: a reader sees the old file or the new one."""
    part = path.with_suffix(".part")
    with part.open("wb") as stream:
        lines = (
            "\t".join([word, *(f"{language}={stem}" for language, stem in sorted(stems.items()))]).encode()
            for word, stems in forms
        )
        stream.writelines(line + b"\n" for line in sorted(lines))
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
