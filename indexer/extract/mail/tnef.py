"""What Outlook packs for others (TNEF, ``winmail.dat``): the mail's text, and what was attached to it.

[MS-OXTNEF]: attributes one after the other, some of them tables of properties as in Outlook's own mails. A
length or a count is believed as far as there are bytes.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

from coopsearch.indexer.extract.base import Member, Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.encoding import clean, decode
from coopsearch.indexer.extract.mail.lzfu import paragraphs_of
from coopsearch.indexer.extract.mail.quotes import QUOTED, paragraphs
from coopsearch.indexer.extract.metadata import about
from coopsearch.indexer.extract.office.rtf_tokens import page_codec
from coopsearch.indexer.extract.reasons import empty
from coopsearch.indexer.extract.text.html import page_blocks
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

MAGIC: Final = b"\x78\x9f\x3e\x22"
_HEAD: Final = 6
_ATTRIBUTE: Final = struct.Struct("<BII")
#: Behind each attribute.
_SUM: Final = 2
_SUBJECT, _SENT, _BODY, _PROPERTIES = 0x18004, 0x38005, 0x2800C, 0x69003
_ATTACHED, _TITLE, _DATA, _ATTACHED_PROPERTIES, _PAGE = 0x69002, 0x18010, 0x6800F, 0x69005, 0x69007
#: Numbers of properties: those of a mail; the names of an attachment, the best first; its content.
_P_SUBJECT, _P_BODY, _P_HTML, _P_RTF = 0x0037, 0x1000, 0x1013, 0x1009
_P_SENDER, _P_SENDER_MAIL, _P_TO, _P_CC, _P_TIMES = 0x0C1A, 0x0C1F, 0x0E04, 0x0E03, (0x0039, 0x0E06)
_P_NAMES: Final = (0x3707, 0x3704, 0x3001)
_P_DATA: Final = 0x3701
_WIDE, _OBJECT = 0x1F, 0x0D
#: Bytes of values that have a length of their kind, filled up to four.
_FIXED: Final = {
    0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16,
    0x01: 0,
}  # fmt: skip
_VARIABLE: Final = frozenset({0x0D, 0x1E, 0x1F, 0x102})
_SEVERAL, _NAMED = 0x1000, 0x8000
#: Before the content of an object: what kind of one it is; a mail.
_KIND: Final = 16
#: Files that one mail can have.
_MOST: Final = 100_000
_MAIL: Final = bytes.fromhex("0703020000000000c000000000000046")
CUT: Final = "damaged: it is cut off, or says lengths that it has not"
"""What is told of a packet that ends before its lengths say so."""


class Value(NamedTuple):
    """A property's first value."""

    kind: int
    data: bytes


@dataclass(slots=True)
class _File:
    """Something attached, as it is put together."""

    name: bytes = b""
    data: bytes = b""
    properties: dict[int, Value] = field(default_factory=dict)


class Packet:
    """A packet that was taken apart."""

    def __init__(self, data: bytes) -> None:
        """Take the bytes. Raises ExtractionError for what is none."""
        if not data.strip(b"\0"):
            raise empty()
        if not data.startswith(MAGIC):
            raise ExtractionError("damaged: no packet of Outlook, whatever its name says")
        self.is_cut = False
        """Whether it ends before its lengths say so."""
        self._codec = "cp1252"
        self._plain: dict[int, bytes] = {}
        self._properties: dict[int, Value] = {}
        self._files: list[_File] = []
        for number, content in self._attributes(data):
            self._take(number, content)

    def _attributes(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        at = _HEAD
        while at + _ATTRIBUTE.size <= len(data):
            _, number, length = _ATTRIBUTE.unpack_from(data, at)
            at += _ATTRIBUTE.size
            self.is_cut = self.is_cut or at + length > len(data)
            yield number, data[at : at + length]
            at += length + _SUM

    def _take(self, number: int, content: bytes) -> None:
        if number == _ATTACHED:
            if len(self._files) >= _MOST:
                raise ExtractionError(f"refused: over {_MOST:,} files attached to one mail")
            self._files.append(_File())
        elif number == _PAGE and len(content) >= 4:  # noqa: PLR2004 - its size
            self._codec = page_codec(int.from_bytes(content[:4], "little"))
        elif number == _PROPERTIES:
            self._properties |= self._table(content)
        elif number in {_TITLE, _DATA, _ATTACHED_PROPERTIES}:
            if not self._files:
                self._files.append(_File())
            last = self._files[-1]
            if number == _TITLE:
                last.name = content
            elif number == _DATA:
                last.data = content
            else:
                last.properties = self._table(content)
        else:
            self._plain.setdefault(number, content)

    def _table(self, content: bytes) -> dict[int, Value]:
        found: dict[int, Value] = {}
        try:
            for number, value in _properties(content):
                found.setdefault(number, value)
        except (struct.error, ExtractionError):
            self.is_cut = True
        return found

    def text(self, number: int, attribute: int = 0) -> str:
        """Return a text of the mail's, "" where there is none."""
        value = self._properties.get(number)
        return self._text(value) or self._told(self._plain.get(attribute, b""))

    def _text(self, value: Value | None) -> str:
        if value is None:
            return ""
        if value.kind == _WIDE:
            return clean(value.data.decode("utf-16-le", "replace")).strip("\0")
        return self._told(value.data) if value.kind != _OBJECT else ""

    def _told(self, data: bytes) -> str:
        data = data.strip(b"\0")
        if not data.isascii():
            try:
                return data.decode()
            except UnicodeDecodeError:
                pass
            try:
                return data.decode(self._codec)
            except (UnicodeError, LookupError):
                pass
        try:
            return decode(data) if data else ""
        except ExtractionError:
            return data.decode("latin-1")

    def blocks(self, source: Source) -> Iterator[tuple[str, bool]]:
        """Yield the paragraphs of the mail's text, each with whether it is quoted. Raises ExtractionError."""
        if (said := self.text(_P_BODY, _BODY)).strip():
            yield from paragraphs(said)
            return
        page = self._properties.get(_P_HTML)
        if page is not None and page.data.strip(b"\0"):
            data = page.data if page.kind != _WIDE else b"\xef\xbb\xbf" + self._text(page).encode()
            yield from ((block.text, False) for block in page_blocks(data.strip(b"\0")))
            return
        packed = self._properties.get(_P_RTF)
        if packed is not None:
            yield from ((paragraph, False) for paragraph in paragraphs_of(source, packed.data))

    def fields(self) -> dict[str, str]:
        """Return what is said of the mail."""
        name, mail = self.text(_P_SENDER), self.text(_P_SENDER_MAIL)
        sender = f"{name} <{mail}>" if name and "@" in mail and name != mail else name or mail
        said = {
            "from": sender, "to": self.text(_P_TO), "cc": self.text(_P_CC),
            "subject": " ".join(self.text(_P_SUBJECT, _SUBJECT).split()),
        }  # fmt: skip
        return {key: value for key, value in said.items() if value}

    def day(self) -> str:
        """Return the day on which the mail was sent, "" if that is not said."""
        for number in _P_TIMES:
            ticks = int.from_bytes(self._properties.get(number, Value(0, b"")).data[:8], "little")
            if 0 < ticks < 1 << 61:
                return (
                    (datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10))
                    .date()
                    .isoformat()
                )
        sent = self._plain.get(_SENT, b"")[:6]
        parts = struct.unpack("<HHH", sent) if len(sent) == 6 else (0, 0, 0)  # noqa: PLR2004 - its size
        return "{:04}-{:02}-{:02}".format(*parts) if any(parts) else ""

    def members(self, inside: str = "") -> Iterator[Member]:
        """Yield what is attached; ``inside`` stands before each name."""
        for number, one in enumerate(self._files, 1):
            names = [*(self._text(one.properties.get(name)) for name in _P_NAMES), self._told(one.name)]
            told = next((name for name in names if name.strip()), "").replace("\\", "/").rpartition("/")[2]
            content = one.properties.get(_P_DATA)
            data, form = one.data, ""
            if content is not None and content.kind == _OBJECT:
                data = content.data[_KIND:]
                form = "tnef" if content.data.startswith(_MAIL) else ""
            elif content is not None and not data:
                data = content.data
            if told.strip() or data:
                name = inside + (told.strip() or f"part {number}")
                yield Member(name, partial(io.BytesIO, data), len(data), format=form)


def extract(source: Source) -> Iterator[Document | Problem | Member]:
    """Yield the mail of a packet, and what is attached. Raises ExtractionError for anything else."""
    packet = Packet(source.read())
    flow = Flow(source.limit)
    problems = [CUT] if packet.is_cut else []
    try:
        add(flow, packet.blocks(source))
    except ExtractionError as error:
        problems.append(f"its text cannot be read: {error}")
    fields = packet.fields()
    subject = fields.get("subject", "")
    if not flow.texts() and subject:
        flow.add(subject)
    members = list(packet.members())
    if flow.texts() or not (members or problems):
        document = flow.document(source, "tnef", about(subject, "", packet.day()))
        yield document._replace(fields=fields, title=subject or "(no subject)")
    for reason in problems:
        yield Problem(source.address, reason)
    yield from members


def add(flow: Flow, blocks: Iterator[tuple[str, bool]]) -> None:
    """Add paragraphs to the text of a document."""
    for paragraph, quoted in blocks:
        flow.part(*([QUOTED] if quoted else []))
        flow.add(paragraph)


def _properties(data: bytes) -> Iterator[tuple[int, Value]]:
    """Yield the properties of a table. Raises struct.error or ExtractionError where it ends too early."""
    (count,) = struct.unpack_from("<I", data)
    at = 4
    # Each takes four bytes and more, whatever the count says.
    for _ in range(min(count, len(data) // 4)):
        kind, number = struct.unpack_from("<HH", data, at)
        at += 4
        if number >= _NAMED:
            at = _behind_name(data, at)
        several, kind = bool(kind & _SEVERAL), kind & ~_SEVERAL
        if kind in _VARIABLE:
            (values,) = struct.unpack_from("<I", data, at)
            at += 4
            first = None
            for _ in range(min(values, len(data) // 4)):
                (length,) = struct.unpack_from("<I", data, at)
                first = first if first is not None else data[at + 4 : at + 4 + length]
                at += 4 + length + -length % 4
            yield number, Value(kind, first or b"")
        elif kind in _FIXED:
            values = 1
            if several:
                (values,) = struct.unpack_from("<I", data, at)
                at += 4
            yield number, Value(kind, data[at : at + _FIXED[kind]])
            at += _FIXED[kind] * values
        else:
            raise ExtractionError(CUT)
        if at > len(data):
            raise ExtractionError(CUT)


def _behind_name(data: bytes, at: int) -> int:
    """Return the place behind the name of a property that has one."""
    kind, length = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (int(length) + -int(length) % 4 if kind else 0)
