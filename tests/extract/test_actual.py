"""Files whose first bytes contradict their names are read as what they are."""

from __future__ import annotations

import bz2
import gzip
from email.message import EmailMessage
from pathlib import Path

import pytest

from coopsearch.indexer.extract.signatures import actual
from tests.conftest import Run
from tests.extract.nested import read, zipped
from tests.extract.office.office_files import docx, paragraph

RTF = rb"{\rtf1 smuggling routes}"
MAIL = EmailMessage()
MAIL["From"], MAIL["Subject"] = "a@example.org", "Routes"
MAIL.set_content("smuggling routes")
DOCX = docx(paragraph("smuggling routes"))

FILES = {
    "word.txt": DOCX,
    "word.zip": DOCX,
    "word.pdf": DOCX,
    "rich.html": RTF,
    "rich.pdf": RTF,
    "archive.txt": zipped({"a.txt": b"smuggling routes"}),
    "archive.docx": zipped({"a.txt": b"smuggling routes"}),
    "packed.csv": gzip.compress(b"smuggling routes"),
    "packed.md": bz2.compress(b"smuggling routes"),
    "mail.doc": bytes(MAIL),
    "text.docx": b"smuggling routes",
    "page.doc": b"<html><p>smuggling routes</p></html>",
    "tar.zip": zipped({"inner.txt": gzip.compress(b"smuggling routes")}),
}


@pytest.mark.parametrize("name", FILES)
def test_read(tmp_path: Path, name: str) -> None:
    """The text of a file is found whatever its name says."""
    path = tmp_path / name
    path.write_bytes(FILES[name])
    documents, problems = read(path)
    assert ["smuggling routes" in one.text for one in documents] == [True], problems
    assert not problems


def test_from_the_shell(tmp_path: Path, run: Run) -> None:
    """The command reads them all, each in one state, and a search finds them."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, data in FILES.items():
        # Not the same twice: copies are indexed once.
        (docs / name).write_bytes(data + (b"" if b"PK" in data[:2] else b"\n"))
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    found = run("smuggling", "--index", "ix", "--json", "-n", "50", cwd=tmp_path).objects()
    files = {one["shown"].rpartition("/")[2].partition("!")[0] for one in found}
    files |= {other.rpartition("/")[2].partition("!")[0] for one in found for other in one.get("also", ())}
    assert files == set(FILES)


@pytest.mark.parametrize(
    ("name", "start", "expected"),
    [
        ("txt", b"plain text", "txt"),
        ("txt", b"", "txt"),
        ("txt", b"PK or not", "txt"),
        ("jsonl", b"\x1f\x8b\x08", "jsonl"),
        ("msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "msg"),
        ("txt", b"From: a@b.c\nSubject: x\n", "txt"),
        ("doc", b"From: <Saved by Windows>\nSubject: x\n", "mhtml"),
    ],
)
def test_names(name: str, start: bytes, expected: str) -> None:
    """A name is believed where the bytes do not plainly say another thing."""
    assert actual(name, start) == expected
