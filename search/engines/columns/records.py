"""A document as the bytes that are stored, and back: a line of JSON, then the text.

Knows the model alone.
"""

from __future__ import annotations

import json
from typing import Any, Final

from coopsearch.search.engines.columns.strings import decode, encode
from coopsearch.search.model import Document, Passage

#: The headings of a document that has none: each passage stands below nothing.
_NO_HEADINGS: Final = {(): 0}.keys()
_text: Final = json.encoder.encode_basestring
_value: Final = json.JSONDecoder().raw_decode
_to_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def pack(document: Document) -> bytes:
    """Return a document as bytes.

    The JSON is a list: path, file (0: the path), title, type, date, fields (0: none), the headings, the
    languages, and seven numbers for each passage: start, length, line, page, heading, level, language.
    """
    headings: dict[tuple[str, ...], int] = {}
    languages: dict[str, int] = {}
    rows: list[int | None] = []
    for passage in document.passages:
        rows += (
            passage.start,
            passage.end - passage.start,
            passage.line,
            passage.page,
            headings.setdefault(passage.heading, len(headings)),
            passage.level,
            languages.setdefault(passage.language, len(languages)),
        )
    path, file = document.path, document.file
    # Put together by hand: an encoder is made anew for each call, which takes longer than its work.
    parts = (
        _text(path),
        "0" if file == path else _text(file),
        _text(document.title),
        _text(document.type),
        _text(document.date),
        _to_json(dict(document.fields)) if document.fields else "0",
        _to_json(list(headings)) if headings.keys() != _NO_HEADINGS else "[[]]",
        "[" + ",".join(map(_text, languages)) + "]",
        "[" + ",".join(["null" if value is None else str(value) for value in rows]) + "]",
    )
    head = f"[{','.join(parts)}]"
    return encode(f"{head}\n{document.text}")


def read_head(head: bytes) -> tuple[dict[str, Any], tuple[Passage, ...]]:
    """Return what the JSON says: the model's attributes by name, and the passages."""
    path, file, title, kind, date, fields, headings, languages, rows = json.loads(decode(head))
    stacks = [tuple(heading) for heading in headings]
    passages = tuple(
        Passage(start, start + length, line, page, stacks[heading], level, languages[language])
        for start, length, line, page, heading, level, language in zip(*[iter(rows)] * 7, strict=True)
    )
    values = {
        "path": path, "file": file or path, "title": title, "type": kind, "date": date, "fields": fields or {}
    }  # fmt: skip
    return values, passages


def title(head: bytes) -> str:
    """Return the title that the JSON says, without reading the rest of it."""
    text = decode(head)
    _, end = _value(text, 1)
    _, end = _value(text, end + 1)
    found: str = _value(text, end + 1)[0]
    return found


def unpack(record: bytes) -> Document:
    """Return the document that was packed."""
    head, _, text = record.partition(b"\n")
    values, passages = read_head(head)
    return Document(text=decode(text), passages=passages, **values)
