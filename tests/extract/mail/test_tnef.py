"""Packets of Outlook: their text, what is attached, and what they say that is not so."""

from __future__ import annotations

import base64
import random
import struct
from pathlib import Path

import pytest

from coopsearch.indexer.extract.mail.lzfu import unpacked
from coopsearch.indexer.extract.mail.tnef import Packet
from coopsearch.search.errors import ExtractionError
from tests.conftest import Run
from tests.extract.mail.packets import (
    ATTACHED,
    ATTACHED_PROPERTIES,
    BODY,
    DATA,
    MAIL,
    PROPERTIES,
    SUBJECT,
    attached,
    attribute,
    packed_rtf,
    packet,
    table,
    variable,
    wide,
)  # fmt: skip
from tests.extract.nested import read

RTF = rb"{\rtf1\ansi\ansicpg1252 Les passeurs r\'e9fugi\'e9s\par second paragraph}"
FULL = packet(
    attribute(SUBJECT, b"short\0"),
    attribute(
        PROPERTIES,
        table(
            struct.pack("<HHI", 0x03, 0x0017, 1),
            struct.pack("<HH", 0x0B, 0x8001)
            + bytes(16)
            + struct.pack("<II", 1, 6)
            + b"a\0b\0c\0\0\0"
            + bytes(4),
            wide(0x0037, "Réunion: routes"),
            struct.pack("<HHQ", 0x40, 0x0039, 132_500_000_000_000_000),
            wide(0x0C1A, "Amina Ben"),
            variable(0x1E, 0x0C1F, b"amina@example.org\0"),
            wide(0x1000, "Les passeurs changent.\r\n\r\nDeuxième.\r\n"),
        ),
    ),
    attached("قائمة القوارب.txt", "قائمة القوارب".encode()),
    attached("", b"nameless words"),
)


def around(data: bytes, text: bytes = b"see attached", kind: bytes = b"application/ms-tnef") -> bytes:
    """Return a mail with a packet."""
    return (
        b'From: a@b.c\nSubject: s\nContent-Type: multipart/mixed; boundary="B"\n\n--B\n'
        b"Content-Type: text/plain; charset=utf-8\n\n" + text + b"\n--B\nContent-Transfer-Encoding: base64\n"
        b'Content-Type: %s; name="winmail.dat"\n\n' % kind
    ) + base64.encodebytes(data) + b"--B--\n"  # fmt: skip


def test_alone(tmp_path: Path) -> None:
    """A packet by itself is a mail, with its subject, day and sender, and its attachments are members."""
    (tmp_path / "winmail.dat").write_bytes(FULL)
    documents, problems = read(tmp_path / "winmail.dat")
    assert not problems
    first = documents[0]
    assert (first.path, first.type, first.title) == ("winmail.dat", "tnef", "Réunion: routes")
    assert (first.date, first.fields["from"]) == ("2020-11-16", "Amina Ben <amina@example.org>")
    assert first.text == "Les passeurs changent.\n\nDeuxième."
    assert [(one.path, one.text) for one in documents[1:]] == [
        ("winmail.dat!قائمة القوارب.txt", "قائمة القوارب"), ("winmail.dat!SHORT~1.TXT", "nameless words"),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [b"application/ms-tnef", b"application/octet-stream"])
def test_in_a_mail(tmp_path: Path, kind: bytes) -> None:
    """A packet in a mail gives its attachments, and its text where the mail does not say the same."""
    (tmp_path / "a.eml").write_bytes(around(FULL, kind=kind))
    documents, problems = read(tmp_path / "a.eml")
    assert not problems
    assert documents[0].text == "see attached\n\nLes passeurs changent.\n\nDeuxième."
    assert [one.path for one in documents[1:]] == [
        "a.eml!winmail.dat!قائمة القوارب.txt", "a.eml!winmail.dat!SHORT~1.TXT",
    ]  # fmt: skip
    (tmp_path / "b.eml").write_bytes(around(FULL, "Les passeurs\nchangent. Deuxième.".encode(), kind))
    assert read(tmp_path / "b.eml")[0][0].text == "Les passeurs\nchangent. Deuxième."


def test_packed_text(tmp_path: Path) -> None:
    """Text that is there as packed RTF alone is unpacked and read."""
    assert unpacked(packed_rtf(RTF)) == RTF
    (tmp_path / "a.tnef").write_bytes(
        packet(attribute(PROPERTIES, table(variable(0x102, 0x1009, packed_rtf(RTF)))))
    )
    (document,), problems = read(tmp_path / "a.tnef")
    assert not problems
    assert document.text == "Les passeurs réfugiés\n\nsecond paragraph"


def test_references() -> None:
    """A reference may reach into what it writes itself, and a text that is cut gives what came."""
    last = 207 + 7
    body = bytes((0b11001, 0, 4)) + b" a" + bytes((last >> 4, (last & 15) << 4 | 15, 0x0E, 0x80))
    data = struct.pack("<IIII", len(body) + 12, 99, 0x75465A4C, 0) + body
    whole = b"{\\rtf1 a" + b"a" * 17
    assert unpacked(data) == whole
    for cut in range(16, len(data)):
        assert whole.startswith(unpacked(data[:cut]))


def test_page(tmp_path: Path) -> None:
    """A text that is a page is read as one."""
    page = variable(0x102, 0x1013, "<meta charset=utf-8><p>page réfugiés</p>".encode())
    (tmp_path / "a.tnef").write_bytes(packet(attribute(PROPERTIES, table(page))))
    assert [one.text for one in read(tmp_path / "a.tnef")[0]] == ["page réfugiés"]


def test_mail_within(tmp_path: Path) -> None:
    """A mail that is attached is a packet in its turn."""
    inner = variable(0x0D, 0x3701, MAIL + FULL)
    outer = packet(
        attribute(BODY, b"outer words\0"),
        attribute(ATTACHED, bytes(14)),
        attribute(ATTACHED_PROPERTIES, table(wide(0x3001, "Forwarded"), inner)),
    )
    (tmp_path / "a.tnef").write_bytes(outer)
    documents, problems = read(tmp_path / "a.tnef")
    assert not problems
    assert [one.path for one in documents] == [
        "a.tnef", "a.tnef!Forwarded", "a.tnef!Forwarded!قائمة القوارب.txt", "a.tnef!Forwarded!SHORT~1.TXT",
    ]  # fmt: skip


LIES = {
    "length": packet(attribute(BODY, b"words here", 0xFFFFFFFF)[:-2]),
    "later length": packet(attribute(BODY, b"words here\0"), attribute(DATA, b"abc", 1 << 30)),
    "count": packet(attribute(BODY, b"words here\0"), attribute(PROPERTIES, table(count=0xFFFFFFFF))),
    "values": packet(
        attribute(BODY, b"words here\0"),
        attribute(PROPERTIES, table(struct.pack("<HHI", 0x101F, 0x0037, 0xFFFFFFFF))),
    ),
    "size": packet(
        attribute(BODY, b"words here\0"),
        attribute(PROPERTIES, table(struct.pack("<HHII", 0x1F, 0x0037, 1, 0xFFFFFFF0) + b"ab")),
    ),
    "numbers": packet(
        attribute(BODY, b"words here\0"),
        attribute(PROPERTIES, table(struct.pack("<HHI", 0x1003, 0x0037, 0x7FFFFFFF))),
    ),
    "kind": packet(
        attribute(BODY, b"words here\0"), attribute(PROPERTIES, table(struct.pack("<HH", 0x77, 0x0037)))
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_lies(tmp_path: Path, lie: str) -> None:
    """A packet that lies about lengths and counts gives what is there, and says that it is cut."""
    (tmp_path / "a.tnef").write_bytes(LIES[lie])
    documents, problems = read(tmp_path / "a.tnef")
    assert [one.text for one in documents][:1] == ["words here"]
    assert [one.reason.partition(":")[0] for one in problems][:1] == ["damaged"]


@pytest.mark.parametrize(
    ("data", "state"), [(b"", "no text"), (b"no packet", "failed"), (b"\x78\x9f\x3e\x22", "no text")]
)
def test_none(tmp_path: Path, data: bytes, state: str) -> None:
    """What is no packet, or an empty one, is told as that."""
    (tmp_path / "a.tnef").write_bytes(data)
    documents, problems = read(tmp_path / "a.tnef")
    assert not documents
    assert [one.state for one in problems] == [state]


def test_mangled() -> None:
    """Packets with changed or missing bytes end in a packet or a reason, and at once."""
    chance = random.Random(10)
    for _ in range(2_000):
        data = bytearray(FULL[: chance.randint(4, len(FULL))])
        for _ in range(chance.randint(0, 8)):
            data[chance.randrange(4, len(data) + 1) - 1] = chance.choice((0, 1, 255, chance.randrange(256)))
        try:
            found = Packet(bytes(data))
        except ExtractionError:
            continue
        found.fields()
        found.day()
        assert all(isinstance(one.name, str) for one in found.members())


def test_from_the_shell(tmp_path: Path, run: Run) -> None:
    """What is in a packet is found, alone and in a mail, and the mail counts as indexed."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "winmail.dat").write_bytes(FULL.replace(b"nameless", b"another "))
    (tmp_path / "docs" / "a.eml").write_bytes(around(FULL))
    done = run("index", "docs", "--index", "ix", cwd=tmp_path)
    assert done.code == 0, done.err
    found = run("القوارب", "--index", "ix", "--json", cwd=tmp_path).objects()
    assert sorted(one["shown"] for one in found) == [
        "docs/a.eml!winmail.dat!قائمة القوارب.txt", "docs/winmail.dat!قائمة القوارب.txt",
    ]  # fmt: skip
    (status,) = run("status", "--index", "ix", "--json", cwd=tmp_path).objects()
    assert status["states"] == {"indexed": 2}
