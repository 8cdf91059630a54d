"""What is attached to a mail: each part as a member, under the name that it has or the kind that it is of.

A part without a name, or of a kind that says nothing, gets a name without an ending: its bytes say what it
is.
"""

from __future__ import annotations

import io
import mimetypes
from email.message import Message
from typing import Final

from coopsearch.indexer.extract.base import Member, Readable
from coopsearch.indexer.extract.mail.headers import header_text
from coopsearch.indexer.extract.mail.tnef import MAGIC
from coopsearch.indexer.extract.mail.transfer import coding_of, payload_of

#: Signatures, and the version of an encrypted part's form: a mail's own business and no attachment.
_OWN: Final = frozenset({
    "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
    "application/pgp-encrypted",
})  # fmt: skip
#: The ending that the library makes of a kind that says nothing.
_NOTHING: Final = ".bin"
#: How a packet begins in base64.
_BASED_MAGIC: Final = "eJ8+I"
_SIGNATURES: Final = (".p7s", "signature.asc", "openpgp_signature", ".sig")
SEALED: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_PACKETS: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef", "application/x-tnef"})
_MAILS: Final = frozenset({"message/rfc822", "message/global", "message/news"})
#: The formats of kinds of parts whose names are often missing, or of another kind.
_FORMATS: Final = {
    **dict.fromkeys(_MAILS, "eml"), "text/rfc822-headers": "eml", "message/delivery-status": "txt",
    "message/disposition-notification": "txt", **dict.fromkeys(SEALED, "p7m"),
}  # fmt: skip
#: What the library makes endings of that it knows several of, or none.
_ENDINGS: Final = {
    "text/plain": ".txt", "text/html": ".html", **dict.fromkeys(_MAILS, ".eml"),
    "text/rfc822-headers": ".eml",
    "text/calendar": ".ics", "application/ics": ".ics", "text/vcard": ".vcf", "text/x-vcard": ".vcf",
    "text/directory": ".vcf", "application/rtf": ".rtf", "text/rtf": ".rtf", "image/jpg": ".jpg",
    "application/x-zip-compressed": ".zip", "application/x-pdf": ".pdf", "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt", **dict.fromkeys(SEALED, ".p7m"),
}  # fmt: skip


def is_own(part: Message) -> bool:
    """Say whether a part is a signature over the others, whatever it says to be."""
    return part.get_content_type() in _OWN or name_of(part, 0).lower().endswith(_SIGNATURES)


def is_packet(part: Message) -> bool:
    """Say whether a part is what Outlook packs for others, whatever it is called."""
    if part.get_content_type() in _PACKETS:
        return True
    raw = part.get_payload()
    if part.get_content_maintype() != "application" or not isinstance(raw, str):
        return False
    # Looked at before it is decoded: most of what is attached is large and something else.
    based = coding_of(part) == "base64"
    return (not based or raw.lstrip().startswith(_BASED_MAGIC)) and payload_of(part)[:4] == MAGIC


def name_of(part: Message, number: int) -> str:
    """Return the name of a part, or its number among those attached with the ending of its kind."""
    told = header_text(part, "", part.get_filename() or "")
    name = told.replace("\\", "/").rpartition("/")[2].strip()
    if name.strip("."):
        return name
    kind = part.get_content_type()
    if kind in _PACKETS:
        return "winmail.dat"
    ending = _ENDINGS.get(kind) or mimetypes.guess_extension(kind, strict=False) or ""
    return f"part {number}{ending if ending != _NOTHING else ''}"


def member_of(part: Message, number: int) -> Member:
    """Return an attached part as a member."""
    kind = part.get_content_type()
    return Member(name_of(part, number), lambda: _opened(part), format=_FORMATS.get(kind, ""))


def _opened(part: Message) -> Readable:
    payload = part.get_payload()
    if not part.is_multipart() or not isinstance(payload, list):
        return io.BytesIO(payload_of(part))
    kind = part.get_content_type()
    if kind in _MAILS:
        inner = payload[0] if payload else None
        return io.BytesIO(_unpacked(part, inner) if isinstance(inner, Message) else b"")
    if kind == "message/delivery-status":
        # Groups of headers, which the library takes for mails.
        return io.BytesIO(b"\n".join(one.as_bytes() for one in payload if isinstance(one, Message)))
    return io.BytesIO(part.as_bytes())


def _unpacked(part: Message, inner: Message) -> bytes:
    """Return the bytes of a mail within a mail, also where it is encoded, which the standard forbids."""
    data = inner.as_bytes()
    if coding_of(part) not in {"base64", "quoted-printable"} or inner.keys():
        return data
    whole = Message()
    whole["content-transfer-encoding"] = coding_of(part)
    whole.set_payload(inner.get_payload())
    return payload_of(whole) or data
