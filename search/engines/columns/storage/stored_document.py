"""A document as the bytes that are stored, and back: a line of JSON, then the text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from operator import add
from typing import Any, Final

from coopsearch.search.engines.columns.storage.string_table import decode, encode
from coopsearch.search.model import Document, Passage

#: Numbers of a passage: start, length, line, page, heading, level, language.
_NUMBERS: Final = 7
#: The headings of a document that has none: each passage stands below nothing.
_NO_HEADINGS: Final = {(): 0}.keys()
_passage: Final = partial(tuple.__new__, Passage)
_text: Final = json.encoder.encode_basestring
_value: Final = json.JSONDecoder().raw_decode
_to_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def pack(document: Document) -> bytes:
    """Return a document as bytes.

    The JSON is a list: path, file (0: the path), title, type, date, fields (0: none), the headings, the
    languages, and seven numbers for each passage: start, length, line, page, heading, level, language.
    """
    path, file, title, text, passages, kind, date, fields, *_ = document
    # Put together by hand: an encoder is made anew for each call, which takes longer than its work.
    own = f"{_text(path)},{'0' if file == path else _text(file)},{_text(title)},{_text(kind)},{_text(date)}"
    more = _to_json(dict(fields)) if fields else "0"
    return encode(f"[{own},{more},{_packed(passages)}]\n{text}")


def _packed(passages: Sequence[Passage]) -> str:
    """Return the JSON of the headings, of the languages, and of the passages' numbers."""
    if len(passages) == 1 and not passages[0].heading:
        # A record of one paragraph: the case of a million documents.
        start, end, line, page, _, level, language, *_ = passages[0]
        lines, pages = ("null" if value is None else value for value in (line, page))
        return f"[[]],[{_text(language)}],[{start},{end - start},{lines},{pages},0,{level},0]"
    headings: dict[tuple[str, ...], int] = {}
    languages: dict[str, int] = {}
    rows: list[int | None] = []
    for passage in passages:
        rows += (
            passage.start,
            passage.end - passage.start,
            passage.line,
            passage.page,
            headings.setdefault(passage.heading, len(headings)),
            passage.level,
            languages.setdefault(passage.language, len(languages)),
        )
    above = _to_json(list(headings)) if headings.keys() != _NO_HEADINGS else "[[]]"
    numbers = ",".join(["null" if value is None else str(value) for value in rows])
    return f"{above},[{','.join(map(_text, languages))}],[{numbers}]"


def _document(head: bytes, text: str) -> Document:
    path, file, title, kind, date, fields, headings, languages, rows = _value(decode(head))[0]
    if len(rows) == _NUMBERS:
        # One passage: spelled out, as this is done for every hit.
        start, length, line, page, heading, level, language = rows
        above = tuple(headings[heading])
        passages: tuple[Passage, ...] = (
            Passage(start, start + length, line, page, above, level, languages[language]),
        )
    else:
        stacks = [tuple(heading) for heading in headings]
        starts, lengths, lines, pages, above, levels, spoken = (rows[at::_NUMBERS] for at in range(_NUMBERS))
        ends = map(add, starts, lengths)
        headed = map(stacks.__getitem__, above)
        told = map(languages.__getitem__, spoken)
        # Made as the tuples that they are: a long document has thousands, and each hit waits for them.
        rows_of = zip(starts, ends, lines, pages, headed, levels, told, strict=True)
        passages = tuple(map(_passage, rows_of))
    return Document(path, file or path, title, text, passages, kind, date, fields or {})


def written(record: bytes) -> Document:
    """Return the title, the fields and the text of the document that was packed, without its passages."""
    head, _, text = record.partition(b"\n")
    _, _, title, kind, date, fields = _first(head, 6)
    return Document("", "", title, decode(text), (), kind, date, fields or {})


def outline(record: bytes) -> Document:
    """Return the document that was packed without its passages and its text.

    ``record`` is the JSON, with or without what comes behind it.
    """
    path, file, title, kind, date, fields, *_ = _value(decode(record.partition(b"\n")[0]))[0]
    return Document(path, file or path, title, "", (), kind, date, fields or {})


def title(head: bytes) -> str:
    """Return the title that the JSON says, without reading the rest of it."""
    found: str = _first(head, 3)[2]
    return found


def fields(head: bytes) -> dict[str, str]:
    """Return what the JSON says of the document's own fields, without reading the rest of it."""
    found: dict[str, str] = _first(head, 6)[5] or {}
    return found


def _first(head: bytes, count: int) -> list[Any]:
    """Return the first values of the JSON."""
    line, end, values = decode(head), 0, []
    for _ in range(count):
        value, end = _value(line, end + 1)
        values.append(value)
    return values


def unpack(record: bytes) -> Document:
    """Return the document that was packed."""
    head, _, text = record.partition(b"\n")
    return _document(head, decode(text))
