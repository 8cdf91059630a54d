"""The text of mails: which parts are their body, and what bytes and headers mean."""

from __future__ import annotations

import binascii
import email.header
from email.errors import HeaderParseError
from email.message import Message
from typing import Final

from coopsearch.indexer.extract.encoding import clean, decode
from coopsearch.search.errors import ExtractionError

_BODIES: Final = ("text/plain", "text/html")
_HEADER: Final = 4_000


def parts_of(message: Message) -> tuple[list[Message], list[Message]]:
    """Return the parts that are a mail's text, in order, and those that are attached."""
    bodies: list[Message] = []
    attached: list[Message] = []
    waiting = [message]
    while waiting:
        part = waiting.pop()
        kind = part.get_content_type()
        payload = part.get_payload()
        inner = [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
        if kind == "multipart/alternative" and inner:
            waiting += _chosen(inner)
        elif inner and part.get_content_maintype() == "multipart":
            waiting += reversed(inner)
        elif part is message or (
            kind in _BODIES and part.get_content_disposition() != "attachment" and not part.get_filename()
        ):
            (bodies if kind in _BODIES or not part.get_filename() else attached).append(part)
        else:
            attached.append(part)
    return bodies, attached


def _chosen(parts: list[Message]) -> list[Message]:
    """Return the form of a text that is read, of several, and all that is not a form of it, last first."""
    plain = next((one for one in parts if one.get_content_type() == "text/plain"), None)
    if plain is not None and text_of(plain).strip():
        # Pictures and invitations among the forms are attachments in all but name.
        return [*(one for one in reversed(parts) if one is not plain and not _is_form(one)), plain]
    return [one for one in reversed(parts) if one is not plain]


def _is_form(part: Message) -> bool:
    kind = part.get_content_type()
    return kind.startswith("text/") or kind in {"multipart/related", "multipart/alternative"}


def text_of(part: Message) -> str:
    """Return the text of a part, by the encoding it names, or else by what its bytes are."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = part.get_content_charset()
    if charset and charset not in {"us-ascii", "ascii"}:
        try:
            return clean(data.decode(charset))
        except (LookupError, UnicodeError):
            pass
    if 0 < data.count(0) * 20 <= len(data):
        # A part that says to be text is text, though a few bytes of it were lost on the way.
        data = data.replace(b"\0", b" ")
    return decode(data) if data.strip() else ""


def header_text(message: Message, name: str, value: object = None) -> str:
    """Return what a header says, decoded and on one line; "" if there is none. ``value`` is taken instead."""
    values = [value] if value is not None else message.get_all(name, [])
    return ", ".join(filter(None, (_decoded(one) for one in values[:50])))


def _decoded(value: object) -> str:
    if not isinstance(value, str | email.header.Header) or not value:
        return ""
    if isinstance(value, str):
        # The library's time grows with the square of a header's length.
        value = value[: 8 * _HEADER]
    try:
        chunks = email.header.decode_header(value)
    except (HeaderParseError, binascii.Error, ValueError):
        chunks = [(str(value), None)]
    text = "".join(_chunk(*chunk) for chunk in chunks)
    return clean(" ".join(text.split()))[:_HEADER]


def _chunk(chunk: str | bytes, charset: str | None) -> str:
    if isinstance(chunk, str):
        chunk = chunk.encode("utf-8", "surrogateescape")
    for one in (charset, "utf-8"):
        try:
            return chunk.decode(one or "utf-8")
        except (LookupError, UnicodeError):
            continue
    try:
        return decode(chunk)
    except ExtractionError:
        return chunk.decode("latin-1")
