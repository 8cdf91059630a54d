"""Mail: its headers as fields, its text, and its attachments as members.

[RFC 5322] and MIME, through the standard library's parser; what that gives up on is read as plain text.
The text is the plain one where a mail has both; what it quotes stands in passages of its own.
"""

from __future__ import annotations

import email
import email.utils
import io
import mimetypes
from collections.abc import Iterator
from email.message import Message
from typing import Final

from coopsearch.indexer.extract.base import Member, Readable, Source
from coopsearch.indexer.extract.budget import Bounds
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.encoding import refuse_kinds
from coopsearch.indexer.extract.mail.body import header_text, parts_of, text_of
from coopsearch.indexer.extract.mail.quotes import QUOTED, paragraphs
from coopsearch.indexer.extract.metadata import about
from coopsearch.indexer.extract.reasons import encrypted, too_large
from coopsearch.indexer.extract.text.html import page_blocks
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError, FileState
from coopsearch.search.model import Document

_FIELDS: Final = ("from", "to", "cc", "subject")
_LOCKED: Final = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
#: Parts that are a mail's own business and no attachment.
_OWN: Final = frozenset({
    "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
    "application/pgp-encrypted", "message/delivery-status", "text/rfc822-headers",
})  # fmt: skip
#: What the library makes endings of that it knows several of.
_ENDINGS: Final = {"text/plain": ".txt", "text/html": ".html", "message/rfc822": ".eml"}


def extract(source: Source) -> Iterator[Document | Problem | Member]:
    """Yield the document that a mail is, then its attachments. Raises ExtractionError for anything else."""
    message, deep = parsed(mail_bytes(source))
    if message.get_content_type() in _LOCKED:
        raise encrypted("this mail opens with a key only")
    bodies, attached = ([message], []) if deep else parts_of(message)
    flow = Flow(source.limit)
    problems = [] if not deep else ["nested too deep; it is read as plain text"]
    for part in bodies:
        try:
            _add(flow, part)
        except ExtractionError as error:
            if error.state != FileState.NO_TEXT:
                problems.append(f"its text cannot be read: {error}")
    subject = header_text(message, "subject")
    if not flow.texts():
        flow.add(subject)
    fields = {name: value for name in _FIELDS if (value := header_text(message, name))}
    said = about(subject, "", _day(message))
    if flow.texts() or not attached:
        yield flow.document(source, "eml", said)._replace(fields=fields, title=subject or "(no subject)")
    for reason in problems:
        yield Problem(source.address, reason)
    for number, part in enumerate(attached, 1):
        if part.get_content_type() not in _OWN:
            yield _member(part, number)


def mail_bytes(source: Source) -> bytes:
    """Return a mail with its attachments, without what Apple's program puts around it."""
    most = max(source.limit, (source.budget.bounds if source.budget else Bounds()).member)
    with source.open() as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise too_large(f"over {most // 1024**2:,} MiB; raise that with --limit member=MIB")
    first, _, rest = data[:40].partition(b"\n")
    if first.strip().isdigit() and rest:
        start = len(first) + 1
        data = data[start : start + int(first)]
    return data.lstrip(b"\r\n")


def parsed(data: bytes) -> tuple[Message, bool]:
    """Return a mail, and whether it is nested too deep for its parts to be told apart.

    Raises ExtractionError for what is of another kind.
    """
    deep = False
    try:
        message = email.message_from_bytes(data)
    except RecursionError:
        deep = True
        head, _, body = data.partition(b"\n\n")
        message = email.message_from_bytes(head)
        del message["content-type"], message["content-transfer-encoding"]
        message.set_payload(body.decode("latin-1"))
    if not message.keys() and not deep:
        # Text that someone kept as a mail; what is not text is refused when it is read.
        message.set_payload(data.decode("latin-1"))
        refuse_kinds(data)
    return message, deep


def _add(flow: Flow, part: Message) -> None:
    """Add the text of one part."""
    if part.get_content_type() == "text/html":
        blocks = page_blocks(b"\xef\xbb\xbf" + text_of(part).encode())
        for block in blocks:
            flow.add(block.text)
        return
    for text, quoted in paragraphs(text_of(part)):
        flow.part(*([QUOTED] if quoted else []))
        flow.add(text)


def _member(part: Message, number: int) -> Member:
    kind = part.get_content_type()
    told = header_text(part, "", part.get_filename() or "")
    name = told.replace("\\", "/").rpartition("/")[2].strip()
    if not name.strip("."):
        name = f"part {number}{_ENDINGS.get(kind) or mimetypes.guess_extension(kind, strict=False) or '.bin'}"

    def opened() -> Readable:
        payload = part.get_payload()
        if part.is_multipart() and isinstance(payload, list):
            inner = payload[0] if kind == "message/rfc822" and payload else part
            return io.BytesIO(_unpacked(part, inner) if isinstance(inner, Message) else b"")
        data = part.get_payload(decode=True)
        return io.BytesIO(data if isinstance(data, bytes) else b"")

    return Member(name, opened, format="eml" if kind == "message/rfc822" else "")


def _unpacked(part: Message, inner: Message) -> bytes:
    """Return the bytes of a mail within a mail, also where it is encoded, which the standard forbids."""
    data = inner.as_bytes()
    coded = str(part.get("content-transfer-encoding", "")).strip().lower()
    if coded not in {"base64", "quoted-printable"} or inner.keys():
        return data
    whole = Message()
    whole["content-transfer-encoding"] = coded
    whole.set_payload(inner.get_payload())
    decoded = whole.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else data


def _day(message: Message) -> str:
    try:
        return email.utils.parsedate_to_datetime(str(message.get("date", ""))).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
