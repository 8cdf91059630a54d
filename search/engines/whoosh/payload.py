"""A stored document as bytes and back: compressed JSON, data and never code.

Knows the model alone.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from coopsearch.search.model import Document, Passage


def pack(document: Document) -> bytes:
    """Return the document as zlib-compressed JSON."""
    value: dict[str, Any] = {
        "path": document.path,
        "file": document.file,
        "title": document.title,
        "text": document.text,
        "passages": [tuple(passage) for passage in document.passages],
        "type": document.type,
        "date": document.date,
        "fields": dict(document.fields),
    }
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 5)


def unpack(data: bytes) -> Document:
    """Return the document that was packed. Raises ValueError or zlib.error for other bytes."""
    value = json.loads(zlib.decompress(data))
    passages = tuple(
        Passage(start, end, line, page, tuple(heading), level, language)
        for start, end, line, page, heading, level, language in value.pop("passages")
    )
    return Document(passages=passages, **value)
