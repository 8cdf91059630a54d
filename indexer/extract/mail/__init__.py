"""Mail, mailboxes and pages stored as mail. Each format is declared here and read in a file of its own.

Every run loads the declarations; a reader is imported when the first file of its format is met.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from coopsearch.indexer.extract.base import Format, Item, Source


def _mail(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.mail.eml import extract

    return extract(source)


def _mail_digest(stream: BinaryIO) -> str:
    from coopsearch.indexer.extract.mail.digest import digest

    return digest(stream)


def _mailbox(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.mail.mbox import extract

    return extract(source)


def _outlook(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.mail.msg import extract

    return extract(source)


def _web_archive(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.mail.mhtml import extract

    return extract(source)


def _calendar(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.mail.icalendar import extract

    return extract(source)


def _contacts(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.mail.vcard import extract

    return extract(source)


def _signed(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.mail.signed import extract

    return extract(source)


def _packet(source: Source) -> Iterator[Item]:
    from coopsearch.indexer.extract.mail.tnef import extract

    return extract(source)


#: A header of a mail with the lines on which it goes on, and one that every mail has some of.
_HEADER: Final = rb"(?:[!-9;-~]{1,76}:[^\n]*\n(?:[ \t][^\n]*\n)*)"
_KNOWN: Final = (
    rb"(?:(?:return-path|received|delivered-to|message-id|mime-version|date|from|to|cc|subject|reply-to|sender"
    rb"|content-type|content-transfer-encoding|envelope-to|x-[\w-]{1,60}):[ \t]?[^\n]*\n(?:[ \t][^\n]*\n)*)"
)
#: Three of those, among others: one could begin any text. Or two that a blank line parts from the rest. A
#: mark, blank lines, or the length that Apple's program writes may stand before them.
_OPENING: Final = (
    rb"(?i)(?:\xef\xbb\xbf)?\s{0,20}(?:\d{1,10}[ ]*\r?\n)?(?:>From [^\n]*\n)?"
    rb"(?:(?>(?:(?:(?!%b)%b){0,60}%b){3})|(?>(?:(?:(?!%b)%b){0,60}%b){2})%b{0,60}+\r?\n)"
    % (_KNOWN, _HEADER, _KNOWN, _KNOWN, _HEADER, _KNOWN, _HEADER)
)


def _if_text(start: bytes) -> str:
    """Name the format of a mail that another program gave the ending of its own mails or mailboxes."""
    return "eml" if re.match(_OPENING, start) else ""


FORMATS: Final = (
    Format(
        "eml", 5, (".eml", ".emlx"), _mail,
        opening=_OPENING,
        digest=_mail_digest, risky=True, container=True,
    ),
    Format(
        "mbox", 5, (".mbox", ".mbx"), _mailbox,
        # The line that divides the mails.
        opening=rb"(?:\xef\xbb\xbf)?\s{0,20}From (?:-|\S+@\S+|\S+) .{0,100}\d\d:\d\d"
        rb"|\x01{4}\r?\n|\*mbx\*\r\n",
        disguised=_if_text, risky=True, container=True,
    ),
    Format(
        "msg", 4, (".msg", ".oft"), _outlook, also=frozenset({"doc"}), disguised=_if_text,
        risky=True, container=True,
    ),
    Format("tnef", 1, (".tnef",), _packet, signature=rb"\x78\x9f\x3e\x22", risky=True, container=True),
    Format("mhtml", 3, (".mhtml", ".mht"), _web_archive, risky=True),
    Format(
        "p7m", 2, (".p7m",), _signed,
        # A sequence that names signed, enveloped or packed data.
        signature=rb"\x30(?:\x80|[\x81-\x84].{1,4})\x06(?:\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07[\x02-\x06]"
        rb"|\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01[\x09\x17])",
        risky=True, container=True,
    ),
    Format(
        "ics", 1, (".ics", ".ical", ".icalendar", ".ifb", ".vcs"), _calendar,
        signature=rb"(?i)(?:\xef\xbb\xbf)?\s*BEGIN:VCALENDAR\s", risky=True, container=True,
    ),
    Format(
        "vcf", 1, (".vcf", ".vcard"), _contacts,
        signature=rb"(?i)(?:\xef\xbb\xbf)?\s*BEGIN:VCARD\s", risky=True,
    ),
)  # fmt: skip
