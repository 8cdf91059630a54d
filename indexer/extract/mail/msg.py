"""Mails that Outlook stores (msg): their properties as headers, their text, and their attachments as members.

[MS-OXMSG] over compound files. A mail within a mail is a document of its own. Text that is there as RTF
alone is unpacked and read.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from coopsearch.indexer.extract.base import Member, Source
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.encoding import clean, decode
from coopsearch.indexer.extract.mail.eml import mail_bytes
from coopsearch.indexer.extract.mail.lzfu import paragraphs_of
from coopsearch.indexer.extract.mail.quotes import QUOTED, paragraphs
from coopsearch.indexer.extract.metadata import about
from coopsearch.indexer.extract.office.ole import MAGIC, Compound
from coopsearch.indexer.extract.office.rtf_tokens import page_codec
from coopsearch.indexer.extract.text.html import page_blocks
from coopsearch.indexer.problem import Problem
from coopsearch.search.conversations.words import conversation
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import THREAD, Document

_PROPERTIES: Final = "__properties_version1.0"
_STREAM: Final = "__substg1.0_"
_ATTACHED: Final = "__attach_version"
#: Numbers of properties.
_SUBJECT, _BODY, _PAGE, _RTF = "0037", "1000", "1013", "1009"
_SENDER, _SENDER_MAIL, _SENDER_SMTP, _TO, _CC = "0c1a", "0c1f", "5d01", "0e04", "0e03"
_ID, _ANSWERED, _BEFORE = "1035", "1042", "1039"
_NAMES: Final = ("3707", "3704", "3001")
_DATA: Final = "3701"
_CODE_PAGES: Final = (0x3FFD, 0x3FDE)
_TIMES: Final = (0x0039, 0x0E06)
_FIXED: Final = struct.Struct("<HHIQ")
#: Mails within each other in one file.
_DEPTH: Final = 8


def extract(source: Source) -> Iterator[Document | Problem | Member]:
    """Yield the mail, those within it, and what is attached. Raises ExtractionError for anything else."""
    data = mail_bytes(source)
    compound = Compound(data) if data.startswith(MAGIC) else None
    if compound is None or _PROPERTIES not in compound:
        raise ExtractionError("damaged: no mail of Outlook, whatever its name says")
    yield from _mail(source, compound, "", 32)


def _mail(
    source: Source, compound: Compound, inside: str, head: int, depth: int = 1
) -> Iterator[Document | Problem | Member]:
    """Yield what a mail is; ``inside`` is its way from the file, "" or with a mark behind it."""
    message = _Message(compound, head)
    address = source.address + (f"!{inside[:-1]}" if inside else "")
    flow = Flow(source.limit)
    try:
        _add(flow, message, source)
    except ExtractionError as error:
        yield Problem(address, f"its text cannot be read: {error}")
    subject = message.text(_SUBJECT)
    if not flow.texts():
        flow.add(subject)
    folders = [name for name in compound.folders() if name.startswith(_ATTACHED)]
    if flow.texts() or not folders:
        to, cc = message.text(_TO), message.text(_CC)
        fields = {"from": message.sender(), "to": to, "cc": cc, "subject": subject}
        own, answered, before = (message.text(one) for one in (_ID, _ANSWERED, _BEFORE))
        fields[THREAD] = conversation(own, answered, before, " ".join(fields.values()))
        document = flow.document(source, "msg", about(subject, "", message.day()))
        yield document._replace(
            path=address,
            title=subject or "(no subject)",
            fields={name: value for name, value in fields.items() if value},
        )
    for number, folder in enumerate(folders, 1):
        attached = _Message(compound.folder(folder), 8)
        name = next((told for one in _NAMES if (told := attached.text(one))), "").replace("\\", "/")
        name = name.rpartition("/")[2].strip() or f"part {number}"
        inner = attached.inner()
        if inner is None:
            content = attached.raw(f"{_DATA}0102")
            yield Member(inside + name, partial(io.BytesIO, content), len(content))
        elif depth < _DEPTH:
            yield from _mail(source, inner, f"{inside}{name}!", 24, depth + 1)
        else:
            yield Problem(address, f"nested deeper than {_DEPTH} mails in each other")


def _add(flow: Flow, message: _Message, source: Source) -> None:
    text = message.text(_BODY)
    if text.strip():
        for paragraph, quoted in paragraphs(text):
            flow.part(*([QUOTED] if quoted else []))
            flow.add(paragraph)
        return
    page = message.raw(f"{_PAGE}0102") or message.text(_PAGE).encode("utf-8-sig")
    for block in page_blocks(page) if page.strip(b"\xef\xbb\xbf") else ():
        flow.add(block.text)
    if not flow.texts() and message.has(_RTF):
        for paragraph in paragraphs_of(source, message.raw(f"{_RTF}0102")):
            flow.add(paragraph)


class _Message:
    """The properties of a mail, or of an attachment."""

    def __init__(self, compound: Compound, head: int) -> None:
        self._compound = compound
        table = compound.read(_PROPERTIES)[head:]
        rows = _FIXED.iter_unpack(table[: len(table) // _FIXED.size * _FIXED.size])
        self._fixed = {number: value for _, number, _, value in rows}

    def raw(self, key: str) -> bytes:
        return self._compound.read(_STREAM + key)

    def has(self, number: str) -> bool:
        return f"{_STREAM}{number}0102" in self._compound

    def text(self, number: str) -> str:
        """Return a property that is text, "" if there is none."""
        if wide := self.raw(f"{number}001f"):
            return clean(wide.decode("utf-16-le", "replace")).strip("\0")
        data = self.raw(f"{number}001e").strip(b"\0")
        page = next((self._fixed[one] & 0xFFFF for one in _CODE_PAGES if self._fixed.get(one)), 0)
        if page and not data.isascii():
            try:
                return data.decode("utf-8" if page == 65001 else page_codec(page))  # noqa: PLR2004 - its number
            except (UnicodeError, LookupError):
                pass
        try:
            return decode(data) if data else ""
        except ExtractionError:
            return data.decode("latin-1")

    def sender(self) -> str:
        name = self.text(_SENDER)
        mail = next((one for key in (_SENDER_SMTP, _SENDER_MAIL) if "@" in (one := self.text(key))), "")
        return f"{name} <{mail}>" if name and mail and name != mail else name or mail

    def day(self) -> str:
        ticks = next((self._fixed[one] for one in _TIMES if self._fixed.get(one)), 0)
        if not 0 < ticks < 1 << 61:
            return ""
        return (datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)).date().isoformat()

    def inner(self) -> Compound | None:
        """Return the mail that an attachment is, None for another."""
        name = f"{_STREAM}{_DATA}000d"
        return self._compound.folder(name) if name in self._compound.folders() else None
