"""Small pages of JSON with a checksum, so that a flipped bit in one is told and not believed.

The checksum stands first and is of the bytes behind it; the page is still plain JSON.
"""

from __future__ import annotations

import json
import zlib
from typing import Any, Final

_START: Final = b'{"crc32":"'
_END: Final = b'",'
#: Where what the checksum is of begins.
_BODY: Final = len(_START) + 8 + len(_END)


def sealed(text: str) -> bytes:
    """Return an object's JSON (not an empty one) with its checksum."""
    body = text.encode()[1:]
    return b"%b%08x%b%b" % (_START, zlib.crc32(body), _END, body)


def content(data: bytes) -> bytes:
    """Return the JSON of a page, without its checksum. Raises ValueError if it is not as it was written."""
    body = data[_BODY:]
    if data[:_BODY] != b"%b%08x%b" % (_START, zlib.crc32(body), _END):
        raise ValueError
    return b"{" + body


def unsealed(data: bytes) -> Any:
    """Return the object of a page. Raises ValueError if it is not as it was written."""
    return json.loads(content(data))


def is_sealed(data: bytes) -> bool:
    """Say whether a page has a checksum at all."""
    return data.startswith(_START)
