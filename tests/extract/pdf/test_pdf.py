"""PDF: what every fixture gives, and layout and Arabic piece by piece."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.indexer.extract import Source, format_named
from coopsearch.indexer.extract.pdf.arabic import is_visual, turned, unshaped
from coopsearch.indexer.extract.pdf.heads import repeated
from coopsearch.indexer.extract.pdf.hyphens import Hyphens
from coopsearch.indexer.extract.pdf.layout import ordered, paragraphs
from coopsearch.indexer.extract.pdf.line import Line
from coopsearch.indexer.extract.pdf.page import Page
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "fixtures"


def minimal(text: str = "Hello zander") -> bytes:
    """Return a PDF of one line, its table of objects left for the reader to rebuild."""
    stream = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode()
    return b"".join((
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R",
        b"/Resources<</Font<</F1 5 0 R>>>>>>endobj\n",
        b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n" % (len(stream), stream),
        b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n",
        b"6 0 obj<</Title(untitled)/CreationDate(D:16010101)>>endobj\n",
        b"trailer<</Root 1 0 R/Info 6 0 R>>\n%%EOF",
    ))  # fmt: skip


def read(path: Path) -> Document:
    (document,) = format_named("pdf").extract(Source(path, path.name, "2001-02-03"))
    assert isinstance(document, Document)
    return document


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pdfjs/ArabicCIDTrueType.pdf", "انواع الخطوط العربية"),
        ("pdfjs/bug1650302_reduced.pdf", "Výbava na přání"),
        ("pdfjs/copy_paste_ligatures.pdf", "abcdeffffiflffifflſtstghijklmno"),
        ("pdfjs/french_diacritics.pdf", "à À â Â ä Ä ç Ç"),
        ("pdfjs/helloworld-bad.pdf", "Hello, world!"),
        ("tika/testPDFTwoTextBoxes.pdf", "Left column line 1 Left column line 2\n\nRight column line 1"),
        ("tika/testPDF_bad_page_303226.pdf", "file periodic reports with the Special Agent in Charge"),
        ("tika/testPDF_rotated.pdf", "detecting and extracting metadata"),
        ("tika/testPDF_no_extract_no_accessibility_owner_empty.pdf", "Hello World"),
    ],
)
def test_fixture_text(name: str, expected: str) -> None:
    """Files of other projects' tests give the text that a person reads in them."""
    if not FIXTURES.is_dir():
        pytest.skip("the files of other projects are not here")
    assert expected in read(FIXTURES / name).text


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("pdfjs/issue15893_reduced.pdf", "encrypted"),
        ("tika/testPDF_no_extract_no_accessibility_owner_user.pdf", "encrypted"),
        ("tika/testOCR.pdf", "no text.*scan"),
        ("pdfjs/issue11131_reduced.pdf", "no text.*fonts"),
    ],
)
def test_fixture_reason(name: str, reason: str) -> None:
    """A file without text says whether it is a scan or locked."""
    if not FIXTURES.is_dir():
        pytest.skip("the files of other projects are not here")
    with pytest.raises(ExtractionError, match=reason):
        read(FIXTURES / name)


def test_minimal(tmp_path: Path) -> None:
    """Passages know their page; a title and a date that a program put there are not taken."""
    path = tmp_path / "a_report.pdf"
    path.write_bytes(minimal())
    document = read(path)
    assert (document.text, document.title, document.date) == ("Hello zander", "Hello zander", "2001-02-03")
    assert [one.page for one in document.passages] == [1]


@pytest.mark.parametrize(
    ("matrix", "first", "second"),
    [
        ("0 1 -1 0", "300 100", "315 100"),
        ("0 -1 1 0", "315 500", "300 500"),
        ("-1 0 0 -1", "400 300", "400 315"),
    ],
)
def test_turned_page(tmp_path: Path, matrix: str, first: str, second: str) -> None:
    """Lines that run up, down or upside down are read in their own order."""
    lines = f"{matrix} {first} Tm (first line) Tj {matrix} {second} Tm (second line) Tj"
    path = tmp_path / "a.pdf"
    path.write_bytes(minimal("x").replace(b"72 700 Td (x) Tj", lines.encode()))
    assert read(path).text == "first line second line"


def test_damaged(tmp_path: Path) -> None:
    """Files cut and changed at random give a document or a reason, nothing else."""
    chance = random.Random(7)
    whole = minimal()
    path = tmp_path / "a.pdf"
    for _ in range(150):
        data = bytearray(whole[: chance.randint(0, len(whole))])
        for _ in range(chance.randint(0, 8) if data else 0):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        reason = "damaged"
        try:
            read(path)
        except ExtractionError as error:
            reason = str(error).split(":")[0]
        assert reason in {"damaged", "encrypted", "no text", "too large"}


def test_not_read_again(tmp_path: Path) -> None:
    """A file without text is told in every run, and read again only when it changes."""
    folder = tmp_path / "docs"
    folder.mkdir()
    path = folder / "a.pdf"
    path.write_bytes(minimal(""))
    first = sync([folder], tmp_path / "index")
    second = sync([folder], tmp_path / "index")
    assert [one.reason[:7] for one in (*first.lacking, *second.lacking)] == ["no text"] * 2
    assert (second.unchanged, second.added, second.updated) == (1, 0, 0)
    path.write_bytes(minimal("zander and pike"))
    third = sync([folder], tmp_path / "index")
    assert (third.documents, third.lacking) == (1, ())


def test_arabic() -> None:
    """Lines in visual order are told from lines in reading order, and turned with their numbers kept."""
    lines = ["التعاون بين البلدان العربية في عام 2014", "الدورة السادسة والستون (الجلسة العامة)"]
    visual = [turned(line) for line in lines]
    assert visual != lines
    assert "2014" in visual[0]
    assert not is_visual(lines)
    assert is_visual(visual)
    assert [turned(line) for line in visual] == lines
    assert unshaped("ﻻ ﬁ") == "لا fi"


def test_layout() -> None:
    """Columns below a title are read one after the other, words cut at a line's end are joined."""
    title = Line("A title that runs across both of the columns", 0, 90, 200, 100)
    left = [Line(f"left column line {n} exam-", 0, 70 - 12 * n, 90, 80 - 12 * n) for n in range(2)]
    right = [Line(f"ple right column line {n}", 110, 70 - 12 * n, 200, 80 - 12 * n) for n in range(2)]
    columns = ordered([title, left[0], right[0], left[1], right[1]])
    assert columns == [[title], left, right]
    cut = [Line("the coopera-", 0, 50, 90, 60), Line("tion of states", 0, 38, 90, 48)]
    assert [one.text for one in paragraphs(cut, Hyphens(()))] == ["the cooperation of states"]


def test_repeated() -> None:
    """Heads that differ in their number alone are found on three pages, not on two."""
    pages = [Page(0.0, 100.0, [Line(f"Report page {n}", 0, 92, 50, 99)]) for n in range(3)]
    assert len(repeated(pages)) == 1
    assert not repeated(pages[:2])
