"""JSON Lines: one document for each line, read as a stream, packed or not.

Memory holds one line, however long the file. A line that gives no document is yielded as a problem, and
the next one is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.compressed import Damage, lines_of
from coopsearch.indexer.extract.dates import iso_day
from coopsearch.indexer.extract.encoding import clean, decode
from coopsearch.indexer.extract.passages import passages_of
from coopsearch.indexer.extract.titles import first_heading, first_line
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

#: Keys that hold the text of a record, the first that there is.
TEXTS: Final = ("text", "body", "content", "contents")
_TITLE_LIMIT: Final = 500
#: Keys that are not fields of their own, whatever they hold.
_NAMED: Final = frozenset({"_id", "title"})
#: Neighbouring lines that one share holds: texts that were written together compress together.
_BLOCK: Final = 512
_KINDS: Final = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false"}
#: JSON within JSON: compact, and in the letters it is about.
_COMPACT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
#: What ``json.loads`` comes down to: its other steps take as long as a short record.
_scan: Final = json.JSONDecoder().raw_decode
_LONE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def extract(source: Source) -> Iterator[Document | Problem]:
    """Yield a document for each line.

    A document's path is ``file!id``, with the line's number where it has no ``_id`` or ``id``; if that was
    met before, ``#2`` and so on are added. Raises ExtractionError for a line longer than the limit, and
    for a file that is damaged before its first document; one damaged later ends with a problem.
    """
    taken: set[str] = set()
    # Of a file that is read in shares, each is told of the damage; the first says so.
    number = documents = 0
    try:
        share, shares, prefix = source.share, source.shares, source.address + "!"
        for number, line in enumerate(lines_of(source), 1):
            if (number // _BLOCK) % shares != share or not line or line.isspace():
                continue
            try:
                record = _loaded(line)
            except (ExtractionError, RecursionError) as error:
                reason = "nested too deep" if isinstance(error, RecursionError) else error
                yield Problem(f"{source.address}!{number}", f"line {number}: {reason}")
                continue
            path = unused_path(prefix + record_name(record, number), taken)
            try:
                document = record_document(record, path, number, source)
            except RecursionError:
                yield Problem(path, f"line {number}: nested too deep")
                continue
            documents += 1
            yield document
    except Damage as damage:
        if not documents and source.shares == 1:
            raise ExtractionError(str(damage)) from None
        if source.shares > 1:
            if source.share == 0:
                yield Problem(source.address, f"{damage} after line {number}; what stands before is kept")
            return
        kept = f"the {documents:,} documents" if documents > 1 else "the document"
        yield Problem(source.address, f"{damage} after line {number}; {kept} before that are kept")


def _loaded(line: bytes) -> dict[str, Any]:
    """Return the object on a line. Raises ExtractionError with the reason if there is none.

    RecursionError comes as it is: Python reads nested lists deeper than it writes them.
    """
    try:
        text = line.decode()
    except UnicodeDecodeError:
        # Against the standard, and found all the same: lines in the encoding of someone's machine.
        text = decode(line)
    try:
        try:
            record, end = _scan(text)
        except json.JSONDecodeError:
            end = -1
        if end != len(text):
            record = json.loads(text)
    except json.JSONDecodeError as error:
        raise ExtractionError(f"no valid JSON: {error.msg} at character {error.pos + 1}") from None
    except ValueError:
        # Python refuses numbers of thousands of digits unless they stay text.
        record = json.loads(text, parse_int=str)
    if not isinstance(record, dict):
        raise ExtractionError(f"holds {_KINDS.get(type(record), 'nothing')}, not an object")
    if "\\u" in text and _LONE.search(text):
        # Lone surrogates, which only escapes can bring in, are not text.
        record = json.loads(clean(_COMPACT.encode(record)))
    found: dict[str, Any] = record
    return found


def record_document(record: dict[str, Any], path: str, number: int, source: Source) -> Document:
    """Return the document that a record is; ``number`` is the line of its text."""
    for key in TEXTS:
        if (value := record.get(key)) is not None:
            break
    else:
        key, value = "", None
    text = (value if isinstance(value, str) else _as_text(value, "\n\n")).removeprefix("\ufeff")
    found = passages_of(text, line=number)
    title = " ".join(_as_text(record.get("title"), " ").split())[:_TITLE_LIMIT]
    if not title:
        title = first_line(text) or first_heading(text, found) or path[len(source.address) + 1 :]
    fields: dict[str, str] = {}
    day = ""
    for name, value in record.items():
        if name == key or name in _NAMED or (name == "id" and "_id" not in record) or value is None:
            continue
        content = value if isinstance(value, str) else _as_text(value, ", ")
        if name == "date":
            day = iso_day(content)
            if day:
                continue
        if content:
            fields[name] = content
    return Document(path, source.address, title, text, found, "jsonl", day or source.date, fields)


def _as_text(value: object, between: str) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, list) and not any(isinstance(part, (list, dict)) for part in value):
        return between.join(_as_text(part, between) for part in value if part is not None)
    return _COMPACT.encode(value)


def record_name(record: dict[str, Any], number: int) -> str:
    """Return what a record is called in its path: its id, or its number."""
    for key in ("_id", "id"):
        value = record.get(key)
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            name = " ".join(str(value).split())
            if name:
                return name
    return str(number)


def unused_path(path: str, taken: set[str]) -> str:
    """Return the path, with a number if it was taken, and take it."""
    if path not in taken:
        taken.add(path)
        return path
    unused, again = path, 1
    while unused in taken:
        again += 1
        unused = f"{path}#{again}"
    taken.add(unused)
    return unused
