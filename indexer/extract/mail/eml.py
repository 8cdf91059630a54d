"""Mail: its headers as fields, its text, and its attachments as members.

[RFC 5322] and MIME, through the standard library's parser; what that gives up on is read as plain text.
Of two forms the plain one is read where it says what the mail says; what it quotes stands in passages of its
own. A mail that is signed as a whole is read as what was signed; of one that is encrypted the headers are.
"""

from __future__ import annotations

import email
import email.utils
import io
import re
from collections.abc import Iterator
from email.message import Message
from functools import partial
from typing import Final, NamedTuple

from coopsearch.indexer.extract.base import Member, Source
from coopsearch.indexer.extract.budget import Bounds
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.encoding import decode_marked, refuse_kinds
from coopsearch.indexer.extract.mail import icalendar, tnef
from coopsearch.indexer.extract.mail.attached import SEALED, is_own, is_packet, member_of, name_of
from coopsearch.indexer.extract.mail.body import CALENDAR, page_bytes, parts_of, text_of
from coopsearch.indexer.extract.mail.cms import content_of
from coopsearch.indexer.extract.mail.headers import HEADERS, header_text
from coopsearch.indexer.extract.mail.quotes import QUOTED, paragraphs
from coopsearch.indexer.extract.mail.transfer import payload_of
from coopsearch.indexer.extract.mail.uuencode import Inlined, taken_out
from coopsearch.indexer.extract.metadata import about
from coopsearch.indexer.extract.reasons import encrypted, too_large
from coopsearch.indexer.extract.text.html import page_blocks
from coopsearch.indexer.problem import Problem
from coopsearch.search.conversations.words import conversation
from coopsearch.search.errors import ExtractionError, FileState
from coopsearch.search.model import THREAD, Document

_FIELDS: Final = ("from", "to", "cc", "subject")
_LOCKED: Final = "multipart/encrypted"
#: Subjects that stand for one that is signed with the text.
_HIDDEN: Final = frozenset({"...", "[...]"})
#: Signatures around each other.
_SEALS: Final = 4
_KEY: Final = "this mail opens with a key only"
#: A text that is nothing but a message of PGP.
_PGP: Final = re.compile(r"\s*-----BEGIN PGP MESSAGE-----")
_SPACES: Final = re.compile(r"[\W_]+")
_PROPERTIES: Final = re.compile(rb"\r?\n<\?xml[^>]{0,200}>\s*<!DOCTYPE plist")


def extract(source: Source) -> Iterator[Document | Problem | Member]:
    """Yield the document that a mail is, then its attachments. Raises ExtractionError for anything else."""
    message, deep = parsed(mail_bytes(source))
    reading = _Reading(source)
    if deep:
        reading.problems.append(Problem(source.address, "nested too deep; it is read as plain text"))
        reading.text(message)
    else:
        reading.read(message)
    yield from reading.items(message)


class _Attached(NamedTuple):
    part: Message
    number: int


class _Reading:
    """One mail, as it is read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._flow = Flow(source.limit)
        self._attached: list[_Attached] = []
        self._inlined: list[Inlined] = []
        self._calendars: list[bytes] = []
        self._packets: dict[int, tnef.Packet] = {}
        self._inner: Message | None = None
        self.problems: list[Problem] = []

    def read(self, message: Message) -> None:
        """Read the parts of a mail."""
        try:
            if message.get_content_type() == _LOCKED:
                raise encrypted(_KEY)
            if message.get_content_type() in SEALED:
                message = self._inner = self._unsealed(message)
        except ExtractionError as error:
            if error.state != FileState.ENCRYPTED or not self._header(message, "subject"):
                raise
            # Who wrote to whom, when and of what stands there for all to read.
            self.problems.append(Problem(self._source.address, str(error), error.state))
            return
        bodies, attached = parts_of(message)
        self._attached = [_Attached(part, number) for number, part in enumerate(attached, 1)]
        for part in bodies:
            self.text(part)
        for one in self._attached:
            if is_packet(one.part):
                self._packet(one)

    def _unsealed(self, message: Message) -> Message:
        """Return what was signed, through all signatures. Raises ExtractionError where it is locked."""
        most = (self._source.budget.bounds if self._source.budget else Bounds()).member
        for _ in range(_SEALS):
            if message.get_content_type() not in SEALED:
                break
            content = content_of(payload_of(message), most)
            message, deep = parsed(content.lstrip(b"\r\n"))
            if deep:
                raise ExtractionError("refused: nested too deep in what was signed")
        return message

    def text(self, part: Message) -> None:
        """Add the text of one part."""
        try:
            self._add(part)
        except ExtractionError as error:
            if error.state == FileState.ENCRYPTED:
                self.problems.append(Problem(self._source.address, str(error), error.state))
            elif error.state != FileState.NO_TEXT:
                self.problems.append(Problem(self._source.address, f"its text cannot be read: {error}"))

    def items(self, message: Message) -> Iterator[Document | Problem | Member]:
        """Yield what a mail with these headers is."""
        subject = self._header(message, "subject")
        if not self._flow.texts():
            self._flow.add(subject)
        if self._flow.texts() or not (self._attached or self._inlined):
            fields = {name: value for name in _FIELDS if (value := self._header(message, name))}
            if said := self._conversation(message):
                fields[THREAD] = said
            document = self._flow.document(self._source, "eml", about(subject, "", _day(message)))
            yield document._replace(fields=fields, title=subject or "(no subject)")
        yield from self.problems
        for part, number in self._attached:
            if part.get_content_type() == _LOCKED:
                address = f"{self._source.address}!{name_of(part, number)}"
                yield Problem(address, str(encrypted("it opens with a key only")), FileState.ENCRYPTED)
            elif number in self._packets:
                yield from self._packets[number].members(f"{name_of(part, number)}!")
            elif not is_own(part) and not self._is_told(part):
                yield member_of(part, number)
        for name, data in self._inlined:
            yield Member(name, partial(io.BytesIO, data), len(data))

    def _header(self, message: Message, name: str) -> str:
        """Return a header; that of what was signed where the one around it was left out."""
        said = header_text(message, name)
        hidden = self._inner is not None and (not said or said in _HIDDEN)
        return (header_text(self._inner, name) if hidden and self._inner else "") or said

    def _conversation(self, message: Message) -> str:
        """Return the words for the ids of a mail and of those before it."""
        own, answered = self._header(message, "message-id"), self._header(message, "in-reply-to")
        people = " ".join(self._header(message, name) for name in ("from", "to", "cc"))
        # Of a long conversation the ids are more than is kept of any other header.
        before = " ".join(map(str, message.get_all("references", [])[:1]))
        return conversation(own, answered, before, people)

    def _add(self, part: Message) -> None:
        kind = part.get_content_type()
        if kind == "text/html":
            for block in page_blocks(page_bytes(part)):
                self._flow.add(block.text)
            return
        if kind in CALENDAR:
            self._invite(part)
            return
        text, files = taken_out(text_of(part))
        self._inlined += files
        if _PGP.match(text):
            raise encrypted("its text opens with a key only")
        for paragraph, quoted in paragraphs(text):
            self._flow.part(*([QUOTED] if quoted else []))
            self._flow.add(paragraph)

    def _invite(self, part: Message) -> None:
        """Add the events of a calendar that a mail carries."""
        self._calendars.append(payload_of(part))
        for event in icalendar.events(text_of(part)):
            self._flow.part()
            icalendar.add(self._flow, event)

    def _packet(self, one: _Attached) -> None:
        """Take a packet of Outlook apart, and add the mail's text in it where it is not that of the mail."""
        address = f"{self._source.address}!{name_of(one.part, one.number)}"
        try:
            packet = self._packets[one.number] = tnef.Packet(payload_of(one.part))
            blocks = list(packet.blocks(self._source))
            said = _letters(" ".join(text for text, _ in blocks))
            if said and said not in _letters(" ".join(self._flow.texts())):
                tnef.add(self._flow, iter(blocks))
        except ExtractionError as error:
            self.problems.append(Problem(address, str(error), error.state))
        else:
            if packet.is_cut:
                self.problems.append(Problem(address, tnef.CUT))

    def _is_told(self, part: Message) -> bool:
        """Say whether an attached part is a calendar that stands in the mail's text as well."""
        kind = part.get_content_type()
        return kind in {*CALENDAR, "application/ics"} and payload_of(part) in self._calendars


def _letters(text: str) -> str:
    """Return a text as what two ways to write it have in common."""
    return _SPACES.sub("", text.lower())


def mail_bytes(source: Source) -> bytes:
    """Return a mail with its attachments, without what Apple's program puts around it."""
    most = max(source.limit, (source.budget.bounds if source.budget else Bounds()).member)
    with source.open() as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise too_large(f"over {most // 1024**2:,} MiB; raise that with --limit member=MIB")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and (text := decode_marked(data)) is not None:
        data = text.encode()
    data = _bare(data.removeprefix(b"\xef\xbb\xbf"))
    return data.lstrip(b" \t\r\n").removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")


def _bare(data: bytes) -> bytes:
    """Return a mail that Apple's program stored, without its length before it and its properties behind."""
    first, _, rest = data[:40].partition(b"\n")
    if not first.strip().isdigit() or not rest:
        return data
    start = len(first) + 1
    end = start + int(first)
    if end < len(data) and not data[end:].lstrip().startswith(b"<?xml"):
        # Somebody changed the mail, and not the length.
        properties = [match.start() for match in _PROPERTIES.finditer(data, start)]
        end = properties[-1] if properties else len(data)
    return data[start:end]


def parsed(data: bytes) -> tuple[Message, bool]:
    """Return a mail, and whether it is nested too deep for its parts to be told apart.

    Raises ExtractionError for what is of another kind.
    """
    deep = False
    try:
        message = email.message_from_bytes(data, policy=HEADERS)
    except RecursionError:
        deep = True
        head, _, body = data.partition(b"\n\n")
        message = email.message_from_bytes(head, policy=HEADERS)
        del message["content-type"], message["content-transfer-encoding"]
        message.set_payload(body.decode("latin-1"))
    if not message.keys() and not deep:
        # Text that someone kept as a mail; what is not text is refused when it is read.
        message.set_payload(data.decode("latin-1"))
        refuse_kinds(data)
    return message, deep


def _day(message: Message) -> str:
    try:
        return email.utils.parsedate_to_datetime(str(message.get("date", ""))).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
