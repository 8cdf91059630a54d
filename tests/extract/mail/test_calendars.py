"""Calendars and address books: titles, times, places, agendas and people, alone and in mails."""

from __future__ import annotations

import base64
import random
from pathlib import Path

import pytest

from coopsearch.indexer.extract.mail.content_lines import content_lines
from coopsearch.indexer.problem import Problem
from coopsearch.search.model import Document
from tests.conftest import Run
from tests.extract.nested import read

EVENT = """BEGIN:VEVENT
DTSTART;TZID="Africa/Tunis":20241105T090000
DTEND;TZID="Africa/Tunis":20241105T103000
SUMMARY;LANGUAGE=fr:Réunion de
  coordination\\, suite
LOCATION:Salle 4\\; Tunis
DESCRIPTION:Ordre du jour: retours\\n\\nPoint deux
ORGANIZER;CN="Ben Ali: Amina":mailto:amina@example.org
ATTENDEE;CN=Zoé;PARTSTAT=ACCEPTED:MAILTO:zoe@example.org
ATTENDEE:mailto:omar@example.org
CATEGORIES:frontière,mer
BEGIN:VALARM
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
"""
CALENDAR = (
    f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\nTZID:x\nEND:VTIMEZONE\n{EVENT}END:VCALENDAR\r\n"
)


def given(tmp_path: Path, name: str, data: bytes | str) -> tuple[list[Document], list[Problem]]:
    """Return what a file gives."""
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read(path)


def test_event(tmp_path: Path) -> None:
    """An event is a document: its title and day are its own, and its people can be asked for by field."""
    (document,), problems = given(tmp_path, "a.ics", CALENDAR)
    assert not problems
    assert (document.path, document.type, document.date) == ("a.ics", "ics", "2024-11-05")
    assert document.title == "Réunion de coordination, suite"
    assert document.text.split("\n\n") == [
        "Réunion de coordination, suite",
        "2024-11-05 09:00 Africa/Tunis – 2024-11-05 10:30 Africa/Tunis",
        "Salle 4; Tunis",
        "Ordre du jour: retours",
        "Point deux",
        "Ben Ali: Amina <amina@example.org>\nZoé <zoe@example.org>\nomar@example.org",
        "frontière,mer",
    ]
    assert document.fields == {
        "from": "Ben Ali: Amina <amina@example.org>",
        "to": "Zoé <zoe@example.org>, omar@example.org",
        "subject": "Réunion de coordination, suite",
    }


def test_several(tmp_path: Path) -> None:
    """Of several events each is a document by its number, also where one is not ended."""
    data = "BEGIN:VCALENDAR\n" + "".join(
        f"BEGIN:VEVENT\nDTSTART:2024010{n}\nSUMMARY:event {n}\n" for n in range(1, 4)
    )
    documents, problems = given(tmp_path, "a.ics", data)
    assert not problems
    assert [(one.path, one.title, one.date) for one in documents] == [
        (f"a.ics!{n}", f"event {n}", f"2024-01-0{n}") for n in range(1, 4)
    ]


def test_old_calendar(tmp_path: Path) -> None:
    """A calendar of before, in quoted-printable and a charset of its own, is read."""
    data = (
        "BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VTODO\r\n"
        "SUMMARY;CHARSET=windows-1256;ENCODING=QUOTED-PRINTABLE:=CA=E5=D1=\r\n=ED=C8\r\n"
        "DESCRIPTION;ENCODING=QUOTED-PRINTABLE:one=0Atwo\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
    )
    (document,), _ = given(tmp_path, "a.vcs", data)
    assert (document.title, document.text) == ("تهريب", "تهريب\n\none\ntwo")


def test_attached_to_event(tmp_path: Path) -> None:
    """A file within an event is a member; an agenda that is a page alone is read."""
    coded = base64.b64encode("annexe à lire".encode()).decode()
    lines = (
        f"ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=annex.txt:{coded}\n"
        "X-ALT-DESC;FMTTYPE=text/html:<p>page agenda</p>\n"
    )
    data = CALENDAR.replace("DESCRIPTION:Ordre", "X-NOTHING:Ordre").replace(
        "BEGIN:VALARM", f"{lines}BEGIN:VALARM"
    )
    documents, problems = given(tmp_path, "a.ics", data)
    assert not problems
    assert "page agenda" in documents[0].text
    assert [(one.path, one.text) for one in documents[1:]] == [("a.ics!annex.txt", "annexe à lire")]


def test_in_a_mail(tmp_path: Path) -> None:
    """An invitation stands in the mail's text beside its plain form, not doubled by an attached one."""
    part = CALENDAR.encode().replace(b"\r\n", b"\n")
    data = (
        b'From: a@b.c\nSubject: s\nContent-Type: multipart/mixed; boundary="M"\n\n--M\n'
        b'Content-Type: multipart/alternative; boundary="B"\n\n--B\n'
        b"Content-Type: text/plain\n\nPlease join.\n"
        b"--B\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\n\n" + part + b"\n--B--\n"
        b'--M\nContent-Type: application/ics; name="invite.ics"\nContent-Disposition: attachment\n\n'
        + part
        + b"\n--M--\n"
    )
    (document,), problems = given(tmp_path, "a.eml", data)
    assert not problems
    assert document.text.startswith("Please join.\n\nRéunion de coordination, suite\n\n2024-11-05 09:00")
    assert "BEGIN" not in document.text


CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Amina Ben Ali\r\nN:Ben Ali;Amina;;Dr;\r\nORG:Port Authority;Police\r\n"
    "TITLE:Head of desk\r\nitem1.TEL;TYPE=CELL:+216 20 123 456\r\nEMAIL:amina@example.org\r\n"
    "ADR:;;4 rue de Marseille;Tunis;;1000;Tunisie\r\nNOTE:speaks\\nArabic\r\n"
    "PHOTO;ENCODING=b:aGVsbG8gc21va2Ugc2lnbmFs\r\nEND:VCARD\r\n"
)


def test_card(tmp_path: Path) -> None:
    """A card is a document called by its name, with offices, numbers and addresses; pictures are no text."""
    (document,), problems = given(tmp_path, "a.vcf", CARD)
    assert not problems
    assert (document.title, document.type) == ("Amina Ben Ali", "vcf")
    assert document.text.split("\n\n") == [
        "Amina Ben Ali", "Dr Amina Ben Ali", "Port Authority, Police", "Head of desk", "amina@example.org",
        "+216 20 123 456", "4 rue de Marseille, Tunis, 1000, Tunisie", "speaks\nArabic",
    ]  # fmt: skip


def test_cards(tmp_path: Path) -> None:
    """Of several cards each is a document by its number; one of before is read in its own encoding."""
    old = (
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
        "=D8=A8=D9=86;=D8=A3=D9=85=D9=8A=\n=D9=86=D8=A9\nTEL;HOME;VOICE:123\nEND:VCARD\n"
    )
    documents, problems = given(tmp_path, "a.vcf", CARD + old)
    assert not problems
    assert [(one.path, one.title) for one in documents] == [
        ("a.vcf!1", "Amina Ben Ali"),
        ("a.vcf!2", "أمينة بن"),
    ]


@pytest.mark.parametrize("name", ["a.ics", "a.vcf"])
@pytest.mark.parametrize(
    ("data", "state"), [(b"", "no text"), (b"plain text", "failed"), (b"\0\1\2" * 99, "failed")]
)
def test_none(tmp_path: Path, name: str, data: bytes, state: str) -> None:
    """What is no calendar and no address book is refused as that."""
    documents, problems = given(tmp_path, name, data)
    assert not documents
    assert [one.state for one in problems] == [state]


def test_nothing_in_it(tmp_path: Path) -> None:
    """A calendar without events holds no text."""
    _, problems = given(tmp_path, "a.ics", "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n")
    assert [one.state for one in problems] == ["no text"]


def test_lines() -> None:
    """Parameters in quotes keep their colons, and what is no property is passed over."""
    text = 'A;P="x:y;z";Q=1,2:v:w\n folded\nno property\n:\n' + "B" * 200_000 + "\nC:" + "\\" * 9
    (first, last) = content_lines(text)
    assert (first.name, first.parameters, first.value) == ("A", {"P": "x:y;z", "Q": "1,2"}, "v:wfolded")
    assert (last.name, last.text) == ("C", "\\" * 4 + "\\")


def test_mangled(tmp_path: Path) -> None:
    """Calendars and cards with changed or missing bytes end in documents or reasons."""
    chance = random.Random(6)
    for number in range(40):
        name = ("a.ics", "a.vcf")[number % 2]
        data = bytearray((CALENDAR, CARD)[number % 2].encode())
        for _ in range(chance.randint(0, 30)):
            data[chance.randrange(20, len(data))] = chance.randrange(256)
        _, problems = given(tmp_path, name, bytes(data[: chance.randint(20, len(data))]))
        assert not [one for one in problems if "Error" in one.reason]


def crowded(tmp_path: Path, run: Run, count: int) -> None:
    """Index a calendar of so many events, and find the last."""
    docs = tmp_path / "docs"
    docs.mkdir()
    with (docs / "year.ics").open("w", encoding="utf-8") as stream:
        stream.write("BEGIN:VCALENDAR\n")
        for number in range(count):
            stream.write(f"BEGIN:VEVENT\nDTSTART:20240101T090000Z\nSUMMARY:watch n{number}x\nEND:VEVENT\n")
        stream.write("END:VCALENDAR\n")
    done = run("index", "docs", "--index", "ix", cwd=tmp_path, timeout=600)
    assert done.code == 0, done.err
    (hit,) = run(f"n{count - 1}x", "--index", "ix", "--json", cwd=tmp_path).objects()
    assert (hit["shown"], hit["title"]) == (f"docs/year.ics!{count}", f"watch n{count - 1}x")


def test_many_events(tmp_path: Path, run: Run) -> None:
    """A calendar of thousands of events is read, each found by its number."""
    crowded(tmp_path, run, 3_000)


@pytest.mark.long
def test_very_many_events(tmp_path: Path, run: Run) -> None:
    """One of a hundred thousand is, too."""
    crowded(tmp_path, run, 100_000)
