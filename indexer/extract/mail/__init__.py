"""Mail, mailboxes and pages stored as mail. Each format is declared here and read in a file of its own.

Every run loads the declarations; a reader is imported when the first file of its format is met.
"""

from __future__ import annotations

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


FORMATS: Final = (
    Format(
        "eml", 3, (".eml", ".emlx"), _mail,
        # Three headers: one could begin any text.
        opening=rb"(?i)(?:(?:return-path|received|delivered-to|message-id|mime-version|date|from|to|subject"
        rb"|x-[\w-]{1,60}):[ \t][^\n]*\n(?:[ \t][^\n]*\n)*){3}",
        digest=_mail_digest, risky=True, container=True,
    ),
    Format(
        "mbox", 3, (".mbox", ".mbx"), _mailbox,
        # The line that divides the mails.
        opening=rb"From (?:-|\S+@\S+|\S+) .{0,100}\d\d:\d\d", risky=True, container=True,
    ),
    Format("msg", 3, (".msg", ".oft"), _outlook, also=frozenset({"doc"}), risky=True, container=True),
    Format("mhtml", 2, (".mhtml", ".mht"), _web_archive, risky=True),
    Format(
        "p7m", 1, (".p7m",), _signed,
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
