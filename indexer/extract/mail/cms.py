"""What is signed or packed as a whole (S/MIME, ``.p7m``): the content of a CMS message, not its signature.

[RFC 5652] in DER or BER, as bytes, in base64 or between lines of PEM. Nothing is verified: it is the text
that is wanted. What is enveloped stays locked. Lengths are believed as far as there are bytes.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from coopsearch.indexer.extract.mail.transfer import unbased
from coopsearch.indexer.extract.reasons import encrypted, too_large
from coopsearch.search.errors import ExtractionError, FileState

_PEM: Final = re.compile(rb"-----BEGIN [A-Z0-9 #]{1,40}-----\s+(.*?)(?:-----END|\Z)", re.DOTALL)
#: Kinds of content, by the bytes of their object identifiers.
_SIGNED: Final = bytes.fromhex("2a864886f70d010702")
_PACKED: Final = bytes.fromhex("2a864886f70d0109100109")
#: Enveloped; signed and enveloped; encrypted; authenticated and enveloped.
_LOCKED: Final = frozenset(
    bytes.fromhex(one)
    for one in ("2a864886f70d010703", "2a864886f70d010704", "2a864886f70d010706", "2a864886f70d0109100117")
)
_SEQUENCE, _OCTETS, _OBJECT, _EXPLICIT, _END = 0x30, 0x04, 0x06, 0xA0, 0x00
_CONSTRUCTED: Final = 0x20
#: Elements in each other of which the end is not said.
_DEEPEST: Final = 32
_KEY: Final = "it opens with a key only"


class _Element(NamedTuple):
    tag: int
    start: int
    """Where its content begins."""
    end: int
    after: int
    """Where what follows it begins: behind the mark of its end, if it has one."""


def content_of(data: bytes, most: int) -> bytes:
    """Return what a message signs or packs; ``most`` bounds what is packed.

    Raises ExtractionError where it is locked, damaged, or a signature alone.
    """
    data = _bytes_of(data)
    kind, content = _named(data, _element(data, 0, len(data)))
    if kind in _LOCKED:
        raise encrypted(_KEY)
    if kind not in {_SIGNED, _PACKED} or content is None:
        raise _damaged("it is not a signed message")
    # Its version and its algorithms stand before what it holds.
    inner = next(islice(_inside(data, content), 2, None), None)
    if inner is None:
        raise _damaged("it is cut off")
    kind_inside, held = _named(data, inner)
    if kind_inside in _LOCKED:
        raise encrypted(_KEY)
    if held is None:
        raise ExtractionError("no text: it is a signature or certificates alone", FileState.NO_TEXT)
    found = b"".join(_octets(data, held, 0))
    return _unpacked(found, most) if kind == _PACKED else found


def _bytes_of(data: bytes) -> bytes:
    """Return a message out of what it is written as."""
    if data[:1] == b"\x30":
        return data
    if match := _PEM.search(data):
        return unbased(match[1])
    text = data.removeprefix(b"\xef\xbb\xbf").strip()
    return unbased(text) if text[:2] in {b"MI", b"MH"} else data


def _named(data: bytes, element: _Element) -> tuple[bytes, _Element | None]:
    """Return the kind that an element names, and the element that is its content."""
    inside = _inside(data, element) if element.tag == _SEQUENCE else iter(())
    name, wrapped = next(inside, None), next(inside, None)
    if name is None or name.tag != _OBJECT:
        raise _damaged("it is not a signed message")
    held = next(_inside(data, wrapped), None) if wrapped is not None and wrapped.tag == _EXPLICIT else None
    return data[name.start : name.end], held


def _octets(data: bytes, element: _Element, depth: int) -> Iterator[bytes]:
    """Yield the pieces of a string of bytes, which may be made of strings."""
    if element.tag == _OCTETS:
        yield data[element.start : element.end]
    elif element.tag == _OCTETS | _CONSTRUCTED and depth < _DEEPEST:
        for one in _inside(data, element):
            yield from _octets(data, one, depth + 1)
    else:
        raise _damaged("its content is not a string of bytes")


def _inside(data: bytes, element: _Element) -> Iterator[_Element]:
    """Yield the elements in one."""
    at = element.start
    while at < element.end:
        one = _element(data, at, element.end)
        yield one
        at = one.after


def _element(data: bytes, at: int, limit: int, depth: int = 0) -> _Element:
    """Return the element at a place, as far as it goes."""
    if at + 2 > limit:
        raise _damaged("it is cut off")
    tag, length = data[at], data[at + 1]
    start = at + 2
    if tag & 0x1F == 0x1F:  # noqa: PLR2004 - a tag of several bytes, which no such message has
        raise _damaged("it is not a signed message")
    if length < 0x80:  # noqa: PLR2004 - the length itself
        end = start + length
    elif length == 0x80:  # noqa: PLR2004 - until the mark of its end
        if not tag & _CONSTRUCTED or depth > _DEEPEST:
            raise _damaged("its lengths make no sense")
        return _open_ended(data, tag, start, limit, depth)
    else:
        count = length & 0x7F
        if count > 8 or start + count > limit:  # noqa: PLR2004 - bytes of a number
            raise _damaged("its lengths make no sense")
        end = start + count + int.from_bytes(data[start : start + count])
        start += count
    # One that was cut off on its way is read as far as it came.
    end = min(end, limit)
    return _Element(tag, start, end, end)


def _open_ended(data: bytes, tag: int, start: int, limit: int, depth: int) -> _Element:
    at = start
    while at + 2 <= limit:
        if data[at] == _END and data[at + 1] == 0:
            return _Element(tag, start, at, at + 2)
        at = _element(data, at, limit, depth + 1).after
    return _Element(tag, start, limit, limit)


def _unpacked(data: bytes, most: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(data, most + 1)
    except zlib.error:
        raise _damaged("its packed content cannot be unpacked") from None
    if len(found) > most:
        raise too_large(f"over {most // 1024**2:,} MiB; raise that with --limit member=MIB")
    return found


def _damaged(how: str) -> ExtractionError:
    return ExtractionError(f"damaged: {how}")
