"""Tables as text (csv, tsv): a row is a passage, its cells named by their columns, its line the file's own.

What separates the cells is what makes the first lines agree best. A file without columns is read as text.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.encoding import decode
from coopsearch.indexer.extract.metadata import About
from coopsearch.indexer.problem import Problem
from coopsearch.search.model import Document

_SEPARATORS: Final = "\t;,|"
_SAMPLE: Final = 64 * 1024
_SAMPLE_ROWS: Final = 200
#: The name of a column is not longer,
_NAME: Final = 60
#: and what stands below it is mostly alike.
_MOST: Final = 0.8
_NUMBER: Final = re.compile(r"[-+]?[\d٠-٩][\d٠-٩ .,:/%T-]*\w?")
#: A cell over more lines than this has a quotation mark that opens and never closes.
_TALL: Final = 500


def extract(source: Source) -> Iterator[Document | Problem]:
    """Yield the one document that a table is. Raises ExtractionError if it is not text or too large."""
    text = decode(source.read())
    separator, start = _declared(text)
    separator = separator or _separator(text)
    found = _rows(text, start, separator, csv.QUOTE_MINIMAL) if separator else None
    if separator and found is None:
        found = _rows(text, start, separator, csv.QUOTE_NONE)
    if found is None:
        from coopsearch.indexer.extract.text.plain import extract as extract_text

        yield from extract_text(source)
        return
    # What joins the cells is longer than what separated them.
    flow = Flow(4 * source.limit)
    names = _names([cells for _, cells in found[:_SAMPLE_ROWS]])
    for index, (line, cells) in enumerate(found):
        if names and index:
            cells = [  # noqa: PLW2901
                f"{name}: {cell}" if name and cell.strip() else cell
                for name, cell in zip_longest(names, cells, fillvalue="")
            ]
        flow.row(cells, line=line)
    yield flow.document(source, "csv", About(), table=True)


def _names(rows: list[list[str]]) -> list[str]:
    """Return the names of the columns if the first row is unlike those below it, else none.

    Unlike are words above numbers or days, and a short word above texts.
    """
    first, *rest = rows or [[]]
    named = [cell.strip() for cell in first]
    if not all(named) or len(set(named)) < len(named) or max(map(len, named), default=0) > _NAME:
        return []
    for column, name in enumerate(named):
        values = [cells[column].strip() for cells in rest if column < len(cells) and cells[column].strip()]
        numbers = sum(_NUMBER.fullmatch(value) is not None for value in values)
        long = sum(len(value) > 4 * max(len(name), 10) for value in values)
        if values and not _NUMBER.fullmatch(name) and max(numbers, long) >= _MOST * len(values):
            return named
    return []


def _declared(text: str) -> tuple[str, int]:
    """Return the separator that a first line "sep=;" names, and how many lines that takes."""
    if text[:4].lower() == "sep=" and text[5:6] in {"\n", "\r"}:
        return text[4], 1
    return "", 0


def _separator(text: str) -> str:
    """Return what separates the cells, "" if nothing does."""
    sample = text[:_SAMPLE]
    best, most = "", 0.0
    for separator in _SEPARATORS:
        if separator not in sample:
            continue
        rows = _rows(sample, 0, separator, csv.QUOTE_MINIMAL)
        rows = rows or _rows(sample, 0, separator, csv.QUOTE_NONE) or []
        widths = Counter(len(cells) for _, cells in rows[:_SAMPLE_ROWS] if any(cells))
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        agreed = count / widths.total()
        score = agreed if width > 1 else 0.0
        if score > most:
            best, most = separator, score
    return best if most >= 0.5 else ""  # noqa: PLR2004 - most rows agree


def _rows(text: str, start: int, separator: str, quoting: int) -> list[tuple[int, list[str]]] | None:
    """Return rows with the lines on which they begin, None if the quotation marks make no sense."""
    csv.field_size_limit(1 << 30)
    stream = io.StringIO(text, newline="")
    for _ in range(start):
        stream.readline()
    reader = csv.reader(stream, delimiter=separator, quoting=quoting, skipinitialspace=True)  # type: ignore[arg-type]
    found = []
    before = 0
    try:
        for cells in reader:
            if reader.line_num - before > _TALL:
                return None
            found.append((before + start + 1, cells))
            before = reader.line_num
    except csv.Error:
        return None
    return found
