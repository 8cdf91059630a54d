"""Text that Outlook keeps as packed RTF ([MS-OXRTFCP]), in its own mails and in packets to others."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

_HEAD: Final = struct.Struct("<IIII")
_PACKED, _STORED = 0x75465A4C, 0x414C454D
#: What stands in the window before the first byte.
_WINDOW: Final = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_SIZE: Final = 4096


def paragraphs_of(source: Source, packed: bytes) -> Iterator[str]:
    """Yield the paragraphs of a packed text, "" where there is none. Raises ExtractionError for damage."""
    # Imported here: of few mails the text is there so alone.
    from coopsearch.indexer.extract.office import rtf

    data = unpacked(packed)
    if not data.startswith(b"{\\rtf"):
        raise ExtractionError("damaged: its text is no RTF")
    for item in rtf.extract(replace(source, data=data)):
        if isinstance(item, Document):
            yield from item.text.split("\n\n")


def unpacked(data: bytes) -> bytes:
    """Return what was packed, as far as there is any. Raises ExtractionError for what is not packed so."""
    if len(data) < _HEAD.size:
        raise ExtractionError("damaged: its text is cut off")
    _, size, kind, _ = _HEAD.unpack_from(data)
    if kind == _STORED:
        return data[_HEAD.size : _HEAD.size + size]
    if kind != _PACKED:
        raise ExtractionError("damaged: its text is packed in no way that is known")
    # All that was unpacked lies behind the first window, so a place in the window is one in it.
    found = bytearray(_WINDOW)
    at = _HEAD.size
    end = len(data)
    while at < end:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= end:
                break
            if not flags >> bit & 1:
                found.append(data[at])
                at += 1
                continue
            if at + 2 > end:
                return bytes(found[len(_WINDOW) :])
            offset, length = data[at] << 4 | data[at + 1] >> 4, (data[at + 1] & 15) + 2
            at += 2
            here = len(found) % _SIZE
            if offset == here:
                # A place that is being written says that this is the end.
                return bytes(found[len(_WINDOW) :][:size] if size else found[len(_WINDOW) :])
            start = len(found) - ((here - offset) % _SIZE)
            for step in range(length):
                # Before the first window there is nothing but zeros.
                found.append(found[start + step] if start + step >= 0 else 0)
    return bytes(found[len(_WINDOW) :])
