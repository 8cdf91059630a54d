"""Chunks of Word documents: files of other formats whose text Word shows where they stand (altChunk).

Mail merges and generators of reports leave them: HTML, RTF, plain text, other Word documents. ECMA-376 part
1, 17.17.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.office.ooxml.parts import content_type, said_of, written
from coopsearch.indexer.extract.office.package import Package
from coopsearch.indexer.extract.office.xml_reader import Element
from coopsearch.indexer.extract.reasons import is_of_whole, too_large
from coopsearch.indexer.extract.text.alternative import alternative_text
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

#: Reads a chunk, given its name, its type and its bytes: paragraphs, and headings with their level.
Read = Callable[[str, str, bytes], Iterable[tuple[str, int]]]

#: Chunks in one document.
_MOST: Final = 1_000


class Chunks:
    """The chunks of one document."""

    def __init__(self, source: Source, package: Package, read: Read) -> None:
        """Take what reads a chunk."""
        self._source = source
        self._package = package
        self._read = read
        self._count = self._size = 0
        self.problems: list[Problem] = []
        self.described: set[str] = set()
        """What pictures are said to show."""

    def tree(self, part: str) -> Element:
        """Return the root of a part, with what its chunks say as paragraphs in their places.

        Raises ExtractionError as the package does, and if that is more than a document may hold.
        """
        root = self._package.tree(part)
        for one in chain(root.iter("docPr"), root.iter("cNvPr")):
            self.described.add(said_of(one))
        self.described.update(alternative_text(one.get("alt", "")) for one in root.iter("shape"))
        chunks = list(root.iter("altChunk"))
        if chunks:
            related = self._package.relations(part)
            targets = {one.id: one.target for one in related if one.kind == "aFChunk"}
            for chunk in chunks:
                target = targets.get(chunk.get("r:id", ""), "")
                chunk.clear()
                try:
                    for paragraph in self._paragraphs(target):
                        chunk.append(paragraph)
                except ExtractionError as error:
                    if is_of_whole(error):
                        raise
                    name = target.rpartition("/")[2][:100] or "of another file"
                    reason = f"its chunk {name} is left out: {error}"
                    self.problems.append(Problem(self._source.address, reason))
        return root

    def _paragraphs(self, target: str) -> Iterator[Element]:
        self._count += 1
        if self._count > _MOST:
            raise too_large(f"over {_MOST:,} chunks in it")
        if not target:
            raise ExtractionError("damaged: its part is missing")
        data = self._package.read(target)
        for text, level in self._read(target, content_type(self._package, target), data):
            self._size += len(text)
            if self._size > self._source.limit:
                raise too_large()
            yield written(text, level)


def blocks(document: Document) -> Iterator[tuple[str, int]]:
    """Yield the paragraphs of a document, and its headings with their level.

    Passages that are one paragraph, cut for its length, are joined again.
    """
    start = end = 0
    for one in document.passages:
        if end and not one.level and "\n\n" not in document.text[end : one.start]:
            end = one.end
            continue
        if end:
            yield document.text[start:end], 0
        start, end = one.start, one.end
        if one.level:
            yield document.text[start:end], one.level
            end = 0
    if end:
        yield document.text[start:end], 0
