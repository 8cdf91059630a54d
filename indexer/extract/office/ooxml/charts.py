"""Charts and diagrams: their titles and words, and the numbers that a chart shows, a series in a row.

A chart keeps a copy of what it shows, as its workbook may be elsewhere. DrawingML charts, ECMA-376 part 1,
chapter 21, and those of Office 2016 (chartEx).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.office.cells import number, time_format, written_time
from coopsearch.indexer.extract.office.ooxml.parts import frame, paragraph
from coopsearch.indexer.extract.office.package import Package
from coopsearch.indexer.extract.office.xml_reader import Element, attribute, words
from coopsearch.indexer.extract.reasons import is_of_whole
from coopsearch.search.errors import ExtractionError

#: What a chart or a diagram is named by.
PICTURED: Final = ("chart", "chartEx", "diagramData")
#: What holds the copies of words and of numbers.
_TEXTS: Final = frozenset(("strCache", "strLit", "lvl", "strDim"))
_NUMBERS: Final = frozenset(("numCache", "numLit", "numDim"))


def pictured(package: Package, targets: Iterable[str], flow: Flow) -> None:
    """Add what some parts say that are charts or diagrams, each once; nothing of one that is damaged."""
    for target in dict.fromkeys(targets):
        try:
            _Chart(package.tree(target), flow).read()
            for drawn in package.related(target, "chartUserShapes"):
                frame(package.tree(drawn), flow)
        except ExtractionError as error:
            if is_of_whole(error):
                raise


def shown_by(shape: Element) -> Iterator[str]:
    """Yield by which relations of its part a shape shows a chart or a diagram."""
    for one in shape.iter():
        if one.tag in {"chart", "relIds"}:
            yield from (one.get("r:id", ""), one.get("r:dm", ""))


class _Chart:
    """One chart, or a diagram, which has paragraphs alone."""

    def __init__(self, root: Element, flow: Flow) -> None:
        self._root = root
        self._flow = flow
        self._since_1904 = attribute(next(root.iter("date1904"), None), "val") in {"1", "true"}
        self._axis: list[str] = []
        """The categories that were added last: most series have the same."""

    def read(self) -> None:
        inner: set[Element] = set()
        for one in self._root.iter():
            if one.tag == "p":
                self._flow.add(paragraph(one))
            elif one.tag == "ser":
                inner.update(one.iter())
                self._series(one)
            elif one.tag == "txData":
                self._flow.add(words(one.find("v")))
            elif one not in inner and one.tag in _TEXTS | _NUMBERS:
                inner.update(one.iter())
                self._flow.row(self._points(one))

    def _series(self, series: Element) -> None:
        """Add its categories, unless they stand there already, and its name with its numbers."""
        for side in ("cat", "xVal"):
            if (axis := series.find(side)) is not None and (shown := self._points(axis)) != self._axis:
                self._flow.row(shown)
                self._axis = shown
        name = series.find("tx")
        named = self._points(name) or [words(name.find("v"))] if name is not None else []
        for side in ("val", "yVal", "bubbleSize"):
            if (values := series.find(side)) is not None:
                self._flow.row([*named, *self._points(values)])
                named = []
        if named:
            self._flow.row(named)

    def _points(self, holder: Element) -> list[str]:
        """Return the words or numbers that stand anywhere in an element, in their order."""
        found: list[str] = []
        for one in holder.iter():
            if one.tag in {"numCache", "numLit"}:
                shown = time_format(words(one.find("formatCode")))
                for point in one.iter("pt"):
                    value = words(point.find("v"))
                    own = time_format(point.get("formatCode", "")) or shown
                    found.append(
                        written_time(value, own, since_1904=self._since_1904) if own else number(value)
                    )
            elif one.tag in {"strCache", "strLit", "lvl"}:
                # The points of Office 2016 hold their value without an element around it.
                found += [words(point) for point in one.iter("pt")]
        return [number(value) for value in found] if holder.tag == "numDim" else found
