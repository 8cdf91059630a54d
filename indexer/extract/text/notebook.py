"""Notebooks (Jupyter): cell by cell, each with its number as the page: its text, its code, what it printed.

Headings of cells of Markdown are those of all that follows. Pictures and other data in outputs are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from coopsearch.indexer.extract.base import Item, Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.encoding import decode
from coopsearch.indexer.extract.metadata import About, told
from coopsearch.indexer.extract.passages import passages, plain
from coopsearch.search.errors import ExtractionError

#: Characters of what a cell printed; more is a listing of data.
_PRINTED: Final = 5_000
#: Colours of a terminal.
_COLOUR: Final = re.compile(r"\x1b\[[\d;]*m")


def extract(source: Source) -> Iterator[Item]:
    """Yield the one document that a notebook is; JSON of another kind is read as that.

    Raises ExtractionError for what is no JSON or has no text.
    """
    try:
        data = json.loads(decode(source.read()))
    except (ValueError, RecursionError):
        data = None
    cells = _cells(data)
    if cells is None:
        from coopsearch.indexer.extract.text.json_records import extract as extract_json

        yield from extract_json(source)
        return
    flow = Flow(2 * source.limit)
    for number, cell in enumerate(cells, 1):
        flow.page = number
        _cell(cell, flow)
    metadata = data.get("metadata")
    title = metadata.get("title") if isinstance(metadata, dict) else ""
    try:
        yield flow.document(source, "ipynb", About(told(title) if isinstance(title, str) else ""))
    except RecursionError:
        raise ExtractionError("damaged: nested too deep") from None


def _cells(data: Any) -> list[dict[str, Any]] | None:
    """Return the cells of a notebook, None for what is none."""
    if not isinstance(data, dict):
        return None
    cells = data.get("cells")
    sheets = data.get("worksheets")
    if cells is None and isinstance(sheets, list):
        # As notebooks were before 2015.
        cells = [one for sheet in sheets if isinstance(sheet, dict) for one in _listed(sheet.get("cells"))]
    if not isinstance(cells, list) or "nbformat" not in data:
        return None
    return [cell for cell in cells if isinstance(cell, dict)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    """Return a text that a notebook holds whole or by lines."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def _cell(cell: dict[str, Any], flow: Flow) -> None:
    text = _text(cell.get("source")) or _text(cell.get("input"))
    kind = cell.get("cell_type")
    if kind == "heading":
        level = cell.get("level")
        flow.add(text, level if type(level) is int and level > 0 else 1)
    elif kind == "markdown":
        for one in passages(text, markdown=True):
            part = text[one.start : one.end]
            flow.add(plain(part) if one.level else part, one.level)
    else:
        flow.add(text)
    for output in _listed(cell.get("outputs")):
        if isinstance(output, dict):
            flow.add(_COLOUR.sub("", _printed(output))[:_PRINTED])


def _printed(output: dict[str, Any]) -> str:
    """Return what a cell printed, as text."""
    data = output.get("data")
    if isinstance(data, dict):
        return _text(data.get("text/markdown")) or _text(data.get("text/plain"))
    named = ": ".join(filter(None, (_text(output.get("ename")), _text(output.get("evalue")))))
    return _text(output.get("text")) or named
