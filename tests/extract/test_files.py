"""Text and Markdown files, the choice of a format, and files that are not what they seem."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coopsearch.indexer.extract import DOCUMENT_LIMIT, Source, format_of, known_suffixes
from coopsearch.indexer.extract.dates import iso_day
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document


def read(path: Path, limit: int = DOCUMENT_LIMIT) -> Document:
    format_ = format_of(path)
    assert format_ is not None
    (document,) = format_.extract(Source(path, path.name, "2001-02-03", limit))
    assert isinstance(document, Document)
    return document


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", b"", "txt"),
        ("A.TXT", b"", "txt"),
        ("a.b.md", b"", "md"),
        ("page.HTM", b"", "html"),
        ("a.jsonl.xz", b"", "jsonl"),
        ("a.txt.xz", b"", "packed"),
        ("a.xz", b"", "packed"),
        ("a.pdf", b"plain", "pdf"),
        ("a.exe", b"plain", "txt"),
        ("a.exe", b"MZ\x90\0\3\0\0\0", None),
        (".txt", b"text", "txt"),
        ("README", b"Les r\xe9fugi\xe9s", "txt"),
        ("page", b"\n<!-- x -->\n<!DOCTYPE html><p>", "html"),
        ("program", b"\x7fELF\0\0", None),
        ("notes v1.2", b"text", "txt"),
        ("Rapport n. 5 final", b"text", "txt"),
        ("empty", b"", "txt"),
    ],
)
def test_format_of(tmp_path: Path, name: str, content: bytes, expected: str | None) -> None:
    """The ending decides, the longest first; a name without one is looked into."""
    format_ = format_of(write(tmp_path / name, content))
    assert (format_.name if format_ else None) == expected


def test_suffixes() -> None:
    """All endings begin with a dot and are in small letters, none twice."""
    suffixes = known_suffixes()
    assert len(set(suffixes)) == len(suffixes) >= 20
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in suffixes)


def test_imports() -> None:
    """The registry loads no library of any format."""
    code = (
        "import sys; from coopsearch.indexer.extract import format_of; "
        "print({'selectolax', 'charset_normalizer', 'pathspec', 'lzma'} & set(sys.modules) or '')"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert {"selectolax", "charset_normalizer", "pathspec"}.isdisjoint(out.split("'"))


def test_seed(repo: Path) -> None:
    """The first document of the project has its title, headings and lines."""
    document = read(repo / "seeds" / "000_f152cf9774ad5dba.txt")
    assert document.title == "Enhancing Collaboration with Regional and International Partners"
    assert document.text.encode() == (repo / "seeds" / "000_f152cf9774ad5dba.txt").read_bytes()
    (passage,) = (
        one for one in document.passages if "smuggling routes" in document.text[one.start : one.end]
    )
    assert (passage.line, passage.heading) == (
        15,
        (
            "Security and Development Cooperation between Ghazouani and Tunisia to Combat Illegal Migration",
            "Security and Intelligence Cooperation",
            "Information Exchange and Operational Strategies",
        ),
    )
    assert [one.level for one in document.passages if one.level] == [2, 3, 4, 4]


def test_empty(tmp_path: Path) -> None:
    """An empty file is a document without passages, named after the file."""
    document = read(write(tmp_path / "annual_report.txt", b""))
    assert (document.title, document.text, document.passages, document.date) == (
        "annual report",
        "",
        (),
        "2001-02-03",
    )


FRONT = """---
title: "The *Plan*"
author: Sidi Ould
date: 2020-05-06
tags:
  - smuggling
  - routes
countries: [Mauritania, 'Tunisia']
---

# Heading
text
"""


def test_front_matter(tmp_path: Path) -> None:
    """Front matter gives title, date and fields, and is not a passage; lines are those of the file."""
    document = read(write(tmp_path / "a.md", FRONT))
    assert (document.title, document.date) == ("The *Plan*", "2020-05-06")
    assert dict(document.fields) == {
        "author": "Sidi Ould",
        "tags": "smuggling, routes",
        "countries": "Mauritania, Tunisia",
    }
    assert [(one.line, document.text[one.start : one.end]) for one in document.passages] == [
        (11, "Heading"),
        (12, "text"),
    ]
    assert document.text == FRONT


@pytest.mark.parametrize(
    ("text", "title", "words"),
    [
        ("text\n\n# Head", "Head", "text"),
        ("just text", "just text", "just text"),
        ("---\nnot: closed\n", "not: closed", "not: closed"),
        ("---\nno pair here\n---\ntext", "no pair here", "no pair here"),
        ("---\n---\nbody", "body", "body"),
        ("", "a", ""),
    ],
)
def test_markdown(tmp_path: Path, text: str, title: str, words: str) -> None:
    """A file without front matter has its title from a heading or line, and loses no word."""
    document = read(write(tmp_path / "a.md", text))
    assert document.title == title
    assert words in "\n".join(document.text[one.start : one.end] for one in document.passages)


def test_too_large(tmp_path: Path) -> None:
    """100 MB on one line are refused at once, with the way out; below the limit a long line is read."""
    path = tmp_path / "big.txt"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    start = time.process_time()
    with pytest.raises(ExtractionError, match=r"too large: over 64 MiB .* --max-size"):
        read(path)
    assert time.process_time() - start < 2
    with pytest.raises(ExtractionError, match="too large"):
        read(write(path, b"x" * 1001), limit=1000)
    document = read(write(path, "Les réfugiés arrivent. ".encode() * 900_000), limit=10**9)
    assert len(document.passages) > 15_000
    assert {one.line for one in document.passages} == {1}


@pytest.mark.parametrize(
    "content", [b"%PDF-1.4 \0", b"\x89PNG\r\n\x1a\n\0", os.urandom(2000) + b"\0" * 9, b"a\0bc"]
)
def test_binary(tmp_path: Path, content: bytes) -> None:
    """A file that is not text is refused, whatever its name says."""
    for name in ("a.txt", "a.md", "a.html"):
        with pytest.raises(ExtractionError, match=r"^not text: "):
            read(write(tmp_path / name, content))


def test_vanished(tmp_path: Path) -> None:
    """A file that is gone is told as the system tells it; so is a folder in its place."""
    for suffix in known_suffixes():
        with pytest.raises(FileNotFoundError):
            read(tmp_path / f"gone{suffix}")
        (tmp_path / f"folder{suffix}").mkdir()
        with pytest.raises(OSError):
            read(tmp_path / f"folder{suffix}")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_unreadable(tmp_path: Path) -> None:
    """A file that may not be read is told as the system tells it."""
    path = write(tmp_path / "shut", "text")
    path.chmod(0)
    with pytest.raises(PermissionError):
        read(path)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2014-05-02", "2014-05-02"),
        ("2014-05-02T10:11:12Z", "2014-05-02"),
        ("2014-05-02 10:11", "2014-05-02"),
        (" 2014/5/2 ", "2014-05-02"),
        ("20140502", "2014-05-02"),
        ("2014-05", "2014-05-01"),
        ("1946", "1946-01-01"),
        ("2014-13-02", ""),
        ("2014-02-30", ""),
        ("02/05/2014", ""),
        ("0001-01-01", ""),
        ("201405", ""),
        ("May 2014", ""),
        ("", ""),
    ],
)
def test_iso_day(text: str, day: str) -> None:
    """Only what can mean one day is taken for a date."""
    assert iso_day(text) == day
