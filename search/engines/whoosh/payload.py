"""A stored document as bytes and back: compressed JSON, data and never code.

What comes back has the shape of a document, whoever wrote the bytes.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from functools import partial
from json.encoder import encode_basestring as _quoted
from typing import Any, Final

from coopsearch.search.indexdir.pages import LARGEST, every, fitting, maybe, record, row, table, whole
from coopsearch.search.model import Document, Passage

#: Bytes of the largest stored document when inflated; no limit on documents comes near it.
_MOST: Final = 1 << 30
_LONE: Final = re.compile("[\ud800-\udfff]")
#: A day, or none: numbers, as it is sorted by them.
_DATE: Final = re.compile(r"[0-9-]{0,12}", re.ASCII)


def _text(value: Any) -> str:
    """Accept a text that can be written anywhere; it may hold NUL, as the file's own text may."""
    if not isinstance(value, str) or _LONE.search(value):
        raise ValueError(value)
    return value


_NONE: Final = "null"
_encoder: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_compress: Final = partial(zlib.compress, level=5)
_passages = every(row(whole, whole, maybe(whole), maybe(whole), every(_text), whole, _text))
_record = record(
    {
        "path": _text,
        "file": _text,
        "title": _text,
        "text": _text,
        "passages": lambda value: tuple(Passage(*one) for one in _passages(value)),
        "type": _text,
        "date": fitting(_DATE),
        "fields": table(_text, _text),
    }
)


def pack(document: Document, compress: Callable[[bytes], bytes] = _compress) -> bytes:
    """Return the document as zlib-compressed JSON; ``compress`` is whatever makes zlib's format."""
    return compress(as_json(document))


def as_json(document: Document) -> bytes:
    """Return the document as one line of JSON, without its end."""
    # Put together by hand, in a third of the time that it takes of a dictionary: every document passes here.
    return (
        f'{{"path":{_quoted(document.path)},"file":{_quoted(document.file)},"title":{_quoted(document.title)},'
        f'"text":{_quoted(document.text)},"passages":[{",".join(map(_passage, document.passages))}],'
        f'"type":{_quoted(document.type)},"date":{_quoted(document.date)},'
        f'"fields":{_encoder.encode(dict(document.fields)) if document.fields else "{}"}}}'
    ).encode()


def _passage(passage: Passage) -> str:
    start, end, line, page, heading, level, language = passage
    return (
        f"[{start},{end},{_NONE if line is None else line},{_NONE if page is None else page},"
        f"[{','.join(map(_quoted, heading))}],{level},{_quoted(language)}]"
    )


def compact(value: Any) -> bytes:
    """Return a value as one line of JSON, without its end and without blanks."""
    return _encoder.encode(value).encode()


def unpack(data: bytes) -> Document:
    """Return the document that was packed. Raises ValueError, zlib.error or another error for other bytes."""
    return of_json(inflated(data))


def inflated(data: bytes) -> bytes:
    """Return what was compressed, up to a bound that no document comes near. Raises zlib.error."""
    return zlib.decompressobj().decompress(data, _MOST)


def of_json(data: bytes) -> Document:
    """Return the document that ``as_json`` wrote. Raises ValueError or another error for other bytes."""
    document = Document(**_record(json.loads(data)))
    # An index that was packed without its texts still says where these stood.
    most = len(document.text) or LARGEST
    if not all(passage.start <= passage.end <= most for passage in document.passages):
        raise ValueError("a passage lies outside of its document")
    return document
