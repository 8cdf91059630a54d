"""The table of formats: what its rows declare holds together."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from coopsearch.indexer.extract import FORMATS, known_suffixes
from coopsearch.indexer.extract.signatures import actual
from tests.extract import test_endings
from tests.extract.image import test_endings as picture_endings
from tests.extract.mail import test_endings as mail_endings
from tests.extract.office import test_endings as office_endings
from tests.extract.text import test_any_text

#: How a file of each format begins that has a signature.
STARTS = {
    "pdf": b"%PDF-1.7\n",
    "docx": b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml",
    "rtf": rb"{\rtf1 ",
    "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "tnef": b"\x78\x9f\x3e\x22\0\0",
    "ics": b"BEGIN:VCALENDAR\r\n",
    "vcf": b"BEGIN:VCARD\r\n",
    "p7m": b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpeg": b"\xff\xd8\xff\xe0",
    "tiff": b"II*\0",
    "bmp": b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
    "gif": b"GIF89a",
    "webp": b"RIFF\x24\0\0\0WEBPVP8 ",
    "jp2": b"\0\0\0\x0cjP  \r\n\x87\n",
    "heic": b"\0\0\0\x18ftypheic",
    "zip": b"PK\x03\x04\x14\0\0\0",
    "packed": b"\x1f\x8b\x08\0",
    "vtt": b"WEBVTT\n",
}
NAMES = [one.name for one in FORMATS]
ENDING = re.compile(r"`(\.[a-z0-9.]+)`")
#: The endings of which each test has a file.
TESTED = {
    "tests/extract/test_endings.py": {*test_endings.FILES},
    "tests/extract/office/test_endings.py": {*office_endings.MAKERS},
    "tests/extract/mail/test_endings.py": {*mail_endings.MAKERS},
    "tests/extract/image/test_endings.py": {*picture_endings.MAKERS, *picture_endings.MORE},
    "tests/extract/text/test_any_text.py": {".py", ".sql", ".yaml", ".toml", ".ini", ".conf", ".nfo"}
    & {Path(name).suffix for name in test_any_text.TEXTS},
}


def test_declared_once() -> None:
    """No two formats have a name or an ending in common, and none names a format that is not there."""
    assert max(Counter(NAMES).values()) == 1
    assert max(Counter(suffix for one in FORMATS for suffix in one.suffixes).values()) == 1
    assert set().union(*(one.also for one in FORMATS)) <= set(NAMES)


@pytest.mark.parametrize("name", [one.name for one in FORMATS if one.signature])
def test_signature(name: str) -> None:
    """A file that begins as a format does is read as that under the endings of every other format."""
    for other in FORMATS:
        expected = other.name if name in other.also else name
        assert actual(other.name, STARTS[name]) == expected, other.name


def test_signatures_apart() -> None:
    """A start fits the signature of its own format alone; of zips, what is one document comes first."""
    for name, start in STARTS.items():
        fitting = [one.name for one in FORMATS if one.signature and re.match(one.signature, start, re.DOTALL)]
        assert fitting == (["docx", "zip"] if name == "docx" else [name])


def test_readers_cross_processes() -> None:
    """A reader is sent to another process by its name, and is the same there."""
    for one in FORMATS:
        assert pickle.loads(pickle.dumps(one.extract)) is one.extract


def test_no_reader_is_imported() -> None:
    """The table loads the packages of the families and no reader."""
    code = (
        "import sys; from coopsearch.indexer.extract import FORMATS; "
        "print(*{one.extract.__module__ for one in FORMATS}, '|', *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    families, loaded = (set(part.split()) for part in done.stdout.split("|"))
    assert families <= loaded
    assert not {name for name in loaded for family in families if name.startswith(f"{family}.")}


def test_every_ending_is_documented(repo: Path) -> None:
    """The page of formats names every ending that is read, and in its tables of formats no other."""
    page = (repo / "docs" / "formats.md").read_text(encoding="utf-8").replace(part_of_tests(repo), "")
    tables = "".join(line for line in page.splitlines() if line.startswith("|"))
    assert set(ENDING.findall(tables)) <= set(known_suffixes()) <= set(ENDING.findall(page))


def test_every_ending_has_its_test(repo: Path) -> None:
    """The page names for every ending the test that reads a file of it, and that test has the file."""
    rows = [line.split("|")[1:3] for line in part_of_tests(repo).splitlines() if "`tests/" in line]
    told: dict[str, list[str]] = {}
    for endings, where in rows:
        told.setdefault(where.strip(" `"), []).extend(ENDING.findall(endings))
    assert {path: sorted(endings) for path, endings in told.items()} == {
        path: sorted(endings) for path, endings in TESTED.items()
    }
    assert Counter(known_suffixes()) <= Counter(one for endings in told.values() for one in endings)
    assert all((repo / path).is_file() for path in told)


def part_of_tests(repo: Path) -> str:
    """Return the part of the page that names the tests."""
    page = (repo / "docs" / "formats.md").read_text(encoding="utf-8")
    return page.partition("## Endings and their tests")[2].partition("\n## ")[0]
