"""Where else the content of a file lies: the small table that is committed with the documents.

A line for each copy, sorted: the file that was indexed and the other one, as JSON texts with a tab between.
A name is found by halving, so a search that shows ten hits reads a few lines of it.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from coopsearch.search.errors import RUN, IndexDamaged
from coopsearch.search.indexdir.coverage import COPIES
from coopsearch.search.indexdir.pages import Page, checked, map_page
from coopsearch.search.model import Document


def packed(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Return the table of (file that was indexed, copy of it); b"" without any."""
    return b"".join(sorted(f"{json.dumps(held)}\t{json.dumps(copy)}\n".encode() for held, copy in pairs))


def copies_of(data: Path, named: Mapping[str, Page]) -> Copies | None:
    """Open the table of a state, None if there is none. It is read when it is asked.

    Raises IndexDamaged where there should be one.
    """
    page = named.get(COPIES)
    return None if page is None else Copies(data, page)


class Copies:
    """The table of one state; it is there as long as somebody looks into it."""

    def __init__(self, data: Path, page: Page) -> None:
        """Map it."""
        self._data = data
        self.page = page
        try:
            self._map = map_page(data, page)
        except IndexDamaged as error:
            raise error.with_step(RUN) from None
        self._lines: list[bytes] | None = None

    def of(self, file: str) -> tuple[str, ...]:
        """Return the other files that hold what a file holds, sorted."""
        return tuple(self._found(json.dumps(file).encode() + b"\t"))

    def places(self, document: Document) -> list[str]:
        """Return the addresses at which a document lies beside its own."""
        member = document.path[len(document.file) :]
        return [f"{copy}{member}" for copy in self.of(document.file)]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield the file that was indexed and the other one, for each copy."""
        for line in self._read():
            held, _, copy = line.partition(b"\t")
            try:
                yield str(json.loads(held)), str(json.loads(copy))
            except ValueError:
                continue

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield the same by the addresses that name files: those of several indexes are absolute."""
        return self.pairs()

    def _read(self) -> list[bytes]:
        if self._lines is None:
            try:
                self._lines = checked(self._data, self.page, self._map).splitlines()
            except IndexDamaged as error:
                raise error.with_step(RUN) from None
        return self._lines

    def _found(self, start: bytes) -> Iterator[str]:
        lines = self._read()
        at = bisect_left(lines, start)
        while at < len(lines) and lines[at].startswith(start):
            yield str(json.loads(lines[at][len(start) :]))
            at += 1
