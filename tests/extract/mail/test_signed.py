"""Mails and files that are signed as a whole: what was signed is read, what is locked is told as that."""

from __future__ import annotations

import base64
import random
import zlib
from pathlib import Path

import pytest

from coopsearch.indexer.extract.mail.cms import content_of
from coopsearch.search.errors import ExtractionError
from tests.conftest import Run
from tests.extract.nested import read, zipped

INNER = b"Content-Type: text/plain; charset=utf-8\n\nLes passeurs changent de route.\n"
SIGNED, ENVELOPED = "2a864886f70d010702", "2a864886f70d010703"
DATA, PACKED = "2a864886f70d010701", "2a864886f70d0109100109"
MOST = 1 << 20


def der(tag: int, *parts: bytes) -> bytes:
    """Return an element with its length."""
    content = b"".join(parts)
    if len(content) < 128:
        return bytes((tag, len(content))) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8)
    return bytes((tag, 128 + len(size))) + size + content


def ber(tag: int, *parts: bytes) -> bytes:
    """Return an element whose end is marked."""
    return bytes((tag, 128)) + b"".join(parts) + b"\0\0"


def name(kind: str) -> bytes:
    """Return an object identifier."""
    return der(0x06, bytes.fromhex(kind))


def signed(content: bytes | None, kind: str = SIGNED, inside: str = DATA) -> bytes:
    """Return a message in DER."""
    held = [] if content is None else [der(0xA0, der(0x04, content))]
    algorithms = der(0x30, name("2a864886f70d0109100308")) if kind == PACKED else der(0x31)
    body = der(0x30, der(0x02, b"\1"), algorithms, der(0x30, name(inside), *held), der(0x31))
    return der(0x30, name(kind), der(0xA0, body))


def streamed(content: bytes) -> bytes:
    """Return a message in BER, its content in pieces, as programs write it that do not know its length."""
    pieces = (der(0x04, content[at : at + 10]) for at in range(0, len(content), 10))
    held = ber(0xA0, ber(0x24, *pieces))
    return ber(
        0x30, name(SIGNED), ber(0xA0, ber(0x30, der(0x02, b"\1"), der(0x31), ber(0x30, name(DATA), held)))
    )


def mail(data: bytes, kind: bytes = b"application/pkcs7-mime") -> bytes:
    """Return a mail that is nothing but a message."""
    return (
        b"From: amina@example.org\nSubject: Routes\nDate: Tue, 14 May 2019 10:00:00 +0200\n"
        b'Content-Transfer-Encoding: base64\nContent-Type: %s; name="smime.p7m"\n\n' % kind
    ) + base64.encodebytes(data)


WAYS = {
    "der": signed(INNER),
    "ber": streamed(INNER),
    "base64": base64.encodebytes(signed(INNER)),
    "pem": b"-----BEGIN PKCS7-----\n" + base64.encodebytes(signed(INNER)) + b"-----END PKCS7-----\n",
    "packed": signed(zlib.compress(INNER), PACKED),
}


@pytest.mark.parametrize("way", WAYS)
def test_content(way: str) -> None:
    """What was signed comes out as it went in, in every way to write it."""
    assert content_of(WAYS[way], MOST) == INNER


@pytest.mark.parametrize("way", ["der", "ber", "packed"])
def test_mail(tmp_path: Path, way: str) -> None:
    """A mail that is signed as a whole has its headers, and as its text what was signed."""
    (tmp_path / "a.eml").write_bytes(mail(WAYS[way]))
    (document,), problems = read(tmp_path / "a.eml")
    assert not problems
    assert (document.title, document.date) == ("Routes", "2019-05-14")
    assert document.fields["from"] == "amina@example.org"
    assert document.text == "Les passeurs changent de route."


def test_attachments(tmp_path: Path) -> None:
    """What is attached within what was signed is a member, and so is what was signed twice."""
    inner = (
        b'Content-Type: multipart/mixed; boundary="B"\n\n--B\nContent-Type: text/plain\n\nbody words\n'
        b'--B\nContent-Type: text/plain; name="annex.txt"\n\nannexed words\n--B--\n'
    )
    again = signed(b"Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n"
                   + base64.encodebytes(signed(inner)))  # fmt: skip
    (tmp_path / "a.eml").write_bytes(mail(again, b"application/x-pkcs7-mime"))
    documents, problems = read(tmp_path / "a.eml")
    assert not problems
    assert [(one.path, one.text.strip()) for one in documents] == [
        ("a.eml", "body words"), ("a.eml!annex.txt", "annexed words"),
    ]  # fmt: skip


def test_part(tmp_path: Path) -> None:
    """A signed part within a mail, to which a list added its lines, is read as well."""
    part = b"Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"
    data = (
        b'From: a@b.c\nSubject: s\nContent-Type: multipart/mixed; boundary="B"\n\n--B\n'
        + part
        + base64.encodebytes(signed(INNER))
        + b"--B\nContent-Type: text/plain\n\nthe list's line\n--B--\n"
    )
    (tmp_path / "a.eml").write_bytes(data)
    documents, problems = read(tmp_path / "a.eml")
    assert not problems
    assert [one.text for one in documents] == ["the list's line", "Les passeurs changent de route."]


def test_file(tmp_path: Path) -> None:
    """A document that is signed as a file is read by the format that its name says below the signature's."""
    (tmp_path / "table.csv.p7m").write_bytes(signed(b"port,boats\nZarzis,4\n"))
    (document,), problems = read(tmp_path / "table.csv.p7m")
    assert not problems
    assert (document.path, document.type) == ("table.csv.p7m!table.csv", "csv")
    (tmp_path / "a.zip.p7m").write_bytes(signed(zipped({"a.txt": b"packed words"})))
    (document,), problems = read(tmp_path / "a.zip.p7m")
    assert (document.path, document.text) == ("a.zip.p7m!a.zip!a.txt", "packed words")


@pytest.mark.parametrize(
    ("data", "state"),
    [
        (signed(INNER, ENVELOPED), "encrypted"),
        (signed(INNER, SIGNED, ENVELOPED), "encrypted"),
        (signed(None), "no text"),
        (b"", "no text"),
        (b"no message", "failed"),
        (b"\x30\x80" * 1000, "failed"),
        (b"\x30\x84\xff\xff\xff\xff\x06\x09", "failed"),
        (b"\x30\xff" + b"\xff" * 200, "failed"),
        (signed(b"no deflate", PACKED), "failed"),
        (signed(zlib.compress(bytes(80 << 20)), PACKED), "too large"),
    ],
)
def test_refused(tmp_path: Path, data: bytes, state: str) -> None:
    """What is locked, a signature alone, damaged or a bomb is told as that."""
    (tmp_path / "a.p7m").write_bytes(data)
    documents, problems = read(tmp_path / "a.p7m")
    assert not documents
    assert [one.state for one in problems] == [state]


def test_locked_mail(tmp_path: Path) -> None:
    """Of a mail that is encrypted as a whole the headers around it are read."""
    head = b"From: a@b.c\nSubject: Quotas\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n"
    body = base64.encodebytes(signed(INNER, ENVELOPED))
    (tmp_path / "a.eml").write_bytes(head + b"Content-Transfer-Encoding: base64\n\n" + body)
    documents, problems = read(tmp_path / "a.eml")
    assert [(one.title, one.text, one.fields["from"]) for one in documents] == [("Quotas", "Quotas", "a@b.c")]
    assert [one.state for one in problems] == ["encrypted"]


def test_cut() -> None:
    """A message that was cut on its way gives what came."""
    data = signed(INNER * 20)
    assert content_of(data[:300], MOST) == (INNER * 20)[:300][: len(content_of(data[:300], MOST))] != b""


def test_mangled() -> None:
    """Messages with changed or missing bytes end in bytes or reasons."""
    chance = random.Random(9)
    for data in (*WAYS.values(), streamed(INNER * 30)):
        for _ in range(300):
            mangled = bytearray(data[: chance.randint(1, len(data))])
            for _ in range(chance.randint(0, 6)):
                mangled[chance.randrange(len(mangled))] = chance.randrange(256)
            try:
                assert isinstance(content_of(bytes(mangled), MOST), bytes)
            except ExtractionError:
                continue


def test_given(shared: Path, tmp_path: Path, run: Run) -> None:
    """A mail that another program signed is found by its text, and counts as indexed."""
    (tmp_path / "docs").mkdir()
    given = shared / "faults" / "documents" / "smime-onepart-signed.eml"
    (tmp_path / "docs" / given.name).write_bytes(given.read_bytes())
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    (hit,) = run('"cancel this contract"', "--index", "ix", "--json", cwd=tmp_path).objects()
    assert (hit["title"], hit["date"]) == ("The FooCorp contract", "2019-11-26")
    (status,) = run("status", "--index", "ix", "--json", cwd=tmp_path).objects()
    assert status["states"] == {"indexed": 1}
