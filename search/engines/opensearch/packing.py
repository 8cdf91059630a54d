"""A document and its tokens as one text of base64, for a field of a cluster that holds bytes.

They are compressed together: tokens are nearly the words of the document once more. Does not depend on the
client of a cluster.
"""

from __future__ import annotations

import base64
import json
from typing import Any, Final

from coopsearch.search.engines.opensearch.compression import compressed_fast
from coopsearch.search.engines.whoosh.payload import as_json, inflated, of_json
from coopsearch.search.model import Document

#: Between the two; JSON writes it otherwise where a text holds it.
_BETWEEN: Final = b"\n"


def pack(document: Document, tokens: str) -> str:
    """Return a document with its tokens, which are one line of JSON."""
    return base64.b64encode(compressed_fast(as_json(document) + _BETWEEN + tokens.encode())).decode()


def document_in(packed: str) -> Document:
    """Return the document. Raises ValueError, zlib.error or another error for what was not packed here."""
    return of_json(_inflated(packed).partition(_BETWEEN)[0])


def tokens_in(packed: str) -> Any:
    """Return the tokens. Raises ValueError, zlib.error or another error for what was not packed here."""
    return json.loads(_inflated(packed).partition(_BETWEEN)[2])


def _inflated(packed: str) -> bytes:
    # A cluster leaves out the signs that only fill up.
    return inflated(base64.b64decode(packed + "=" * (-len(packed) % 4)))
