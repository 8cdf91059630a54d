"""The text of mails: which parts are their body, which are attached, and which of several forms is read."""

from __future__ import annotations

import email
import re
from email.message import Message
from typing import Final, NamedTuple

from coopsearch.indexer.extract.encoding import decode
from coopsearch.indexer.extract.mail.flowed import unflowed
from coopsearch.indexer.extract.mail.headers import HEADERS, by_charset
from coopsearch.indexer.extract.mail.transfer import coding_of, payload_of
from coopsearch.indexer.extract.text.html import page_blocks
from coopsearch.search.errors import ExtractionError

_BODIES: Final = ("text/plain", "text/html")
#: Parts of a kind of their own that are read where they stand.
CALENDAR: Final = frozenset({"text/calendar", "text/x-vcalendar"})
_CONTACTS: Final = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
#: What a part says that says nothing of what it is.
_TEXTS: Final = ("text/plain", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown")
#: What programs put where the text should be, for those who cannot see the page. It is short.
_STUB: Final = re.compile(
    r"\bhtml\b.{0,80}\b(?:viewer|format\w*|version|compatible|support\w*|capable|enabled|client|reader|mail|view\w*)"
    r"|(?:viewer|support\w*|view|read|capable|enabled|client|compatible|format|affich\w*|lire|prend).{0,80}\bhtml\b"
    r"|\b(?:view|read|see|open|display)\b.{0,60}\b(?:in|with|using|on)\b.{0,30}\b(?:browser|online|web)\b"
    r"|\b(?:view|read|see)\b.{0,40}\b(?:online|web version)\b|\bweb version\b|\bversion (?:en ligne|web)\b"
    r"|\bmulti-?part message\b.{0,40}\bmime\b|\bmime[- ](?:encoded|format|compliant|aware)\b"
    r"|\b(?:voir|lire|consulte[rz]|affiche[rz]|visualise[rz])\b.{0,60}\b(?:navigateur|en ligne)\b"
    r"|(?:المتصفح|متصفح).{0,60}|\bhtml\b.{0,40}(?:رسالة|عرض)|(?:عرض|رسالة).{0,60}\bhtml\b",
    re.IGNORECASE | re.DOTALL,
)
_STUB_LENGTH: Final = 400
_HIDDEN: Final = re.compile(rb"(?is)<(style|script|head|title)\b.{0,20000}?</\1\s*>|<!--.{0,20000}?-->")
#: Bytes of a page that are looked at to see how much it says.
_LOOKED: Final = 100_000
_TAG: Final = re.compile(rb"<[^<>]{0,5000}>|&\w{1,8};|&#\w{1,8};")
_SPACE: Final = re.compile(rb"\s+")
#: Times the length of the plain form at which a page says more than it.
_MORE: Final = 3
_WORDS: Final = re.compile(r"\w{3,}")
#: The line above the first part of a multipart, as far as it stands above headers.
_BOUNDARY: Final = re.compile(rb"(?mi)^--(\S[^\r\n]{0,199}?)[ \t]*\r?\ncontent-[a-z-]+:")


class Parts(NamedTuple):
    """What a mail is made of."""

    bodies: list[Message]
    """Those that are its text, in order."""
    attached: list[Message]


def parts_of(message: Message) -> Parts:
    """Return the parts that are a mail's text, in order, and those that are attached."""
    bodies: list[Message] = []
    attached: list[Message] = []
    #: Each with whether its text is wanted: that of a form which is not read is there in another.
    waiting = [(message, True)]
    while waiting:
        part, wanted = waiting.pop()
        kind = part.get_content_type()
        inner = inner_of(part)
        if kind == "multipart/alternative" and inner:
            waiting += reversed(_forms(inner, wanted=wanted))
        elif inner and part.get_content_maintype() == "multipart" and kind != "multipart/encrypted":
            waiting += [(one, wanted) for one in reversed(inner)]
        elif _is_body(part, whole=part is message):
            if wanted or kind in CALENDAR:
                bodies.append(part)
        elif wanted or not _is_nameless_text(part):
            attached.append(part)
    return Parts(bodies, attached)


def _is_body(part: Message, *, whole: bool) -> bool:
    kind = part.get_content_type()
    if part.get_content_disposition() == "attachment" or kind in _CONTACTS:
        return whole and kind in _BODIES
    if kind in CALENDAR:
        return True
    if whole:
        # A multipart without parts is text that somebody cut.
        return kind in _TEXTS or kind == "text/html" or part.get_content_maintype() == "multipart"
    return (kind in _TEXTS or kind == "text/html") and not part.get_filename()


def _is_nameless_text(part: Message) -> bool:
    """Say whether a part is one more form of a text, for watches say, and no attachment."""
    kind = part.get_content_type()
    return kind.startswith("text/") and kind not in _CONTACTS and not part.get_filename()


def inner_of(part: Message) -> list[Message]:
    """Return the parts of a multipart; of one that is encoded, or names no boundary, those found in it."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return [one for one in payload if isinstance(one, Message)]
    if part.get_content_maintype() != "multipart" or not isinstance(payload, str):
        return []
    data = payload_of(part) if coding_of(part) in {"base64", "quoted-printable"} else b""
    for one in (data, payload.encode("utf-8", "surrogateescape")):
        match = _BOUNDARY.search(one)
        if match is None or b'"' in match[1] or b"\\" in match[1]:
            continue
        head = b'Content-Type: multipart/mixed; boundary="%s"\n\n' % match[1]
        try:
            found = email.message_from_bytes(head + one, policy=HEADERS).get_payload()
        except RecursionError:
            continue
        if isinstance(found, list):
            return [inner for inner in found if isinstance(inner, Message)]
    return []


def _forms(parts: list[Message], *, wanted: bool) -> list[tuple[Message, bool]]:
    """Return the forms of a text with whether each is read: one of them, and what is not one of them."""
    plain = next((one for one in parts if one.get_content_type() == "text/plain"), None)
    paged = next((one for one in parts if _page(one) is not None), None)
    page = None if paged is None else _page(paged)
    chosen = {id(one) for one in (plain, paged) if one is not None}
    if plain is not None and page is not None:
        says, shows = _chosen(plain, page)
        chosen = {id(one) for one, read in ((plain, says), (paged, shows)) if read}
    # Pictures and invitations among the forms are attachments in all but name.
    return [(one, wanted and (id(one) in chosen or not chosen or not _is_form(one))) for one in parts]


def _page(part: Message) -> Message | None:
    """Return the page that a form is, or that it holds with what it shows."""
    if part.get_content_type() == "text/html":
        return part
    inner = inner_of(part) if part.get_content_maintype() == "multipart" else []
    return next((one for one in inner if one.get_content_type() == "text/html"), None)


def _chosen(plain: Message, page: Message) -> tuple[bool, bool]:
    """Say whether the plain form and the page are read: one, or both where each says something else."""
    try:
        said = text_of(plain).strip()
    except ExtractionError:
        said = ""
    if not said:
        return False, True
    stub = len(said) <= _STUB_LENGTH and _STUB.search(said) is not None
    # How long the page is, at a look: few need to be read to know.
    shown = _SPACE.sub(b" ", _TAG.sub(b" ", _HIDDEN.sub(b" ", payload_of(page)[:_LOOKED])))
    if not stub and len(shown) <= _MORE * len(said.encode()) + 40:
        return True, False
    try:
        text = " ".join(block.text for block in page_blocks(page_bytes(page)))
    except ExtractionError:
        text = ""
    if len(text) * 2 < len(said) or (len(text) <= _MORE * len(said) and not stub):
        return True, False
    words = set(_WORDS.findall(said.lower()))
    missing = words.difference(_WORDS.findall(text.lower()))
    return len(missing) * 2 > len(words) and not stub, True


def _is_form(part: Message) -> bool:
    kind = part.get_content_type()
    return (kind.startswith("text/") and kind not in _CONTACTS) or kind in {
        "multipart/related", "multipart/alternative", "multipart/mixed",
    }  # fmt: skip


def page_bytes(part: Message) -> bytes:
    """Return a page as bytes that say which encoding they are in."""
    charset = part.get_content_charset()
    data = payload_of(part)
    text = by_charset(data, charset) if charset else None
    # Without a charset of the part's, that which the page names counts.
    return data if text is None else b"\xef\xbb\xbf" + text.encode("utf-8", "replace")


def text_of(part: Message) -> str:
    """Return the text of a part, by the encoding it names, or else by what its bytes are.

    Raises ExtractionError for what is not text.
    """
    data = payload_of(part)
    text = by_charset(data, part.get_content_charset())
    if text is None:
        if 0 < data.count(0) * 20 <= len(data):
            # A part that says to be text is text, though a few bytes of it were lost on the way.
            data = data.replace(b"\0", b" ")
        text = decode(data) if data.strip() else ""
    if str(part.get_param("format", "")).lower() == "flowed" and part.get_content_type() == "text/plain":
        return unflowed(text, delsp=str(part.get_param("delsp", "")).lower() == "yes")
    return text
