"""JSON files: a list of records as documents, anything else as one document.

Records are read as the lines of JSON Lines are. Of other data the strings and numbers are read in their
order, with the keys above them as headings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.document_builder import BETWEEN, Flow
from coopsearch.indexer.extract.encoding import decode
from coopsearch.indexer.extract.metadata import About, told
from coopsearch.indexer.extract.text.jsonl import TEXTS, record_document, record_name, unused_path
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

_TITLES: Final = ("title", "name", "titre", "العنوان")
#: A longer string is a paragraph of its own.
_SHORT: Final = 200
#: Keys that are shown above a passage.
_DEEPEST: Final = 6


def extract(source: Source) -> Iterator[Document | Problem]:
    """Yield the documents of a file. Raises ExtractionError for what is no JSON or has no text."""
    try:
        data = _loaded(decode(source.read()))
        records = _records(data)
        if not records:
            flow = Flow(4 * source.limit)
            _add(data, (), flow)
            title = next((data[key] for key in _TITLES if key in data), "") if isinstance(data, dict) else ""
            yield flow.document(
                source, "json", About(told(title) if isinstance(title, str) else ""), table=True
            )
            return
        taken: set[str] = set()
        for number, record in enumerate(records, 1):
            path = unused_path(f"{source.address}!{record_name(record, number)}", taken)
            document = record_document(record, path, number, source)
            # Which line a record stands on is not known.
            found = tuple(one._replace(line=None) for one in document.passages)
            yield document._replace(passages=found, type="json")
    except RecursionError:
        raise ExtractionError("damaged: nested too deep") from None


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ExtractionError(
            f"damaged: no valid JSON ({error.msg}, line {error.lineno}, column {error.colno})"
        ) from None
    except ValueError:
        # Python refuses numbers of thousands of digits unless they stay text.
        return json.loads(text, parse_int=str)


def _records(data: object) -> list[dict[str, Any]]:
    """Return the records of a list of such that hold text, also of the only list in an object."""
    if isinstance(data, dict):
        lists = [value for value in data.values() if isinstance(value, list)]
        data = lists[0] if len(lists) == 1 else None
    if not isinstance(data, list) or not data:
        return []
    records = [one for one in data if isinstance(one, dict)]
    if len(records) < len(data) or not all(
        any(isinstance(one.get(key), str) for key in TEXTS) for one in records
    ):
        return []
    return records


def _add(data: object, above: tuple[str, ...], flow: Flow) -> None:
    """Add what is in a value: first what stands in it by itself, then what nests."""
    pairs = list(data.items()) if isinstance(data, dict) else [("", data)]
    if isinstance(data, list):
        pairs = [("", one) for one in data]
    short = []
    later = []
    for key, value in pairs:
        if isinstance(value, (dict, list)) or (isinstance(value, str) and len(value) > _SHORT):
            later.append((key, value))
        elif value is not None and value != "":
            text = str(value).lower() if isinstance(value, bool) else str(value)
            short.append(f"{key}: {text}" if key else text)
    flow.part(*above[:_DEEPEST])
    flow.add(("\n" if isinstance(data, dict) else BETWEEN).join(short))
    for key, value in later:
        path = (*above, key) if key else above
        if isinstance(value, str):
            flow.part(*path[:_DEEPEST])
            flow.add(value)
        else:
            _add(value, path, flow)
