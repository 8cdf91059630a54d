"""Every ending of mails, calendars and address books that are read: the command reads a file of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from coopsearch.indexer.extract import mail
from tests.conftest import Run
from tests.extract.mail.packets import BODY, packet
from tests.extract.mail.packets import attribute as told
from tests.extract.mail.test_signed import signed
from tests.extract.office.office_files import compound

HEADERS: Final = b"From: amina@example.org\nSubject: Ports\nDate: Tue, 14 May 2019 10:00:00 +0200\n"


def plain(word: str) -> bytes:
    return HEADERS + f"\nNotes on {word}.\n".encode()


def apple(word: str) -> bytes:
    """Return a mail as Apple's program keeps it: its length before it, a page of properties behind it."""
    message = plain(word)
    return b"%-10d\n" % len(message) + message + b'<?xml version="1.0"?><plist version="1.0"/>\n'


def mailbox(word: str) -> bytes:
    return b"From amina@example.org Tue May 14 10:00:00 2019\n" + plain(word) + b"\n"


def outlook(word: str) -> bytes:
    return compound({
        "__properties_version1.0": b"",
        "__substg1.0_0037001F": "Ports".encode("utf-16-le"),
        "__substg1.0_1000001F": f"Notes on {word}.".encode("utf-16-le"),
    })  # fmt: skip


def winmail(word: str) -> bytes:
    return packet(told(BODY, f"Notes on {word}.\0".encode()))


def page(word: str) -> bytes:
    return (
        b"From: <Saved by a browser>\nSubject: Ports\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="B"\n\n--B\n'
        b"Content-Type: text/html; charset=utf-8\nContent-Location: https://example.org/\n\n"
        + f"<html><body><p>Notes on {word}.</p></body></html>\n--B--\n".encode()
    )


def signed_mail(word: str) -> bytes:
    return signed(f"Content-Type: text/plain; charset=utf-8\n\nNotes on {word}.\n".encode())


def calendar(part: str, version: str = "2.0") -> Callable[[str], bytes]:
    def made(word: str) -> bytes:
        lines = (
            "BEGIN:VCALENDAR", f"VERSION:{version}", f"BEGIN:{part}", "DTSTART:20241105T090000Z",
            f"SUMMARY:Meeting on {word}", f"COMMENT:{word}", f"END:{part}", "END:VCALENDAR", "",
        )  # fmt: skip
        return "\r\n".join(lines).encode()

    return made


def card(word: str) -> bytes:
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Amina Ben\r\nNOTE:Expert on {word}\r\nEND:VCARD\r\n".encode()


#: What makes a file of each ending, around a word.
MAKERS: Final[dict[str, Callable[[str], bytes]]] = {
    ".eml": plain, ".emlx": apple,
    ".mbox": mailbox, ".mbx": mailbox,
    ".msg": outlook, ".oft": outlook,
    ".tnef": winmail,
    ".mhtml": page, ".mht": page,
    ".p7m": signed_mail,
    ".ics": calendar("VEVENT"), ".ical": calendar("VTODO"), ".icalendar": calendar("VJOURNAL"),
    ".ifb": calendar("VEVENT"), ".vcs": calendar("VEVENT", "1.0"),
    ".vcf": card, ".vcard": card,
}  # fmt: skip


def test_every_ending(tmp_path: Path, run: Run) -> None:
    """The command reads a file of every ending of the family, and finds it by its own word."""
    assert set(MAKERS) == {suffix for one in mail.FORMATS for suffix in one.suffixes}
    docs = tmp_path / "docs"
    docs.mkdir()
    words = {f"q{chr(97 + number)}z": ending for number, ending in enumerate(MAKERS)}
    for word, ending in words.items():
        (docs / f"file{ending}").write_bytes(MAKERS[ending](word))
    done = run("index", "docs", "--index", "ix", "--json", cwd=tmp_path)
    (report,) = done.objects()
    assert (done.code, report["failed"], report["added"]) == (0, [], len(MAKERS)), done.err
    for word, ending in words.items():
        (hit,) = run(word, "--index", "ix", "--json", cwd=tmp_path).objects()
        assert hit["shown"].partition("!")[0] == f"docs/file{ending}", word
