"""Running heads, feet and page numbers of PDFs are left out, and nothing else is lost with them."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest

from coopsearch.indexer.extract import Source, format_named
from coopsearch.indexer.extract.pdf.heads import is_number, left_out
from coopsearch.indexer.extract.pdf.line import Line
from coopsearch.indexer.extract.pdf.page import Page
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document
from tests.conftest import Run
from tests.extract.pdf.pdf_files import lines, pdf

BODY = [f"A line of the text about routes, number {number} of some." for number in range(20)]


def read(data: bytes) -> Document:
    """Return what a PDF gives."""
    source = Source(Path("a_report.pdf"), "a_report.pdf", "2001-02-03", data=data)
    (document,) = format_named("pdf").extract(source)
    assert isinstance(document, Document)
    return document


def report(heads: Sequence[str], feet: Sequence[str] = (), *, size: int = 10) -> str:
    """Return the text of a PDF whose pages have these heads and feet, and more text between."""
    pages = []
    for number, head in enumerate(heads):
        parts = [lines(head, size=size, top=760), lines(*BODY[number : number + 9], size=12, top=700)]
        if feet:
            parts.append(lines(feet[number], size=10, top=40))
        pages.append(b"\n".join(parts))
    return read(pdf(*pages)).text


@pytest.mark.parametrize(
    ("heads", "kept"),
    [
        # Said on every page: once.
        (["Law offices of M. Kehoe"] * 5, ["Law offices of M. Kehoe"]),
        # The chapter's.
        (["Routes"] * 4 + ["Trade"] * 4, ["Routes", "Trade"]),
        # What differs in a number is not the same, but where that counts the pages.
        ([f"Case {number}/2019" for number in (4711, 4712, 4713, 20)], None),
        ([f"Law {number} of 2019" for number in (12, 13, 14, 15)], None),
        ([f"{number}/2019" for number in (12, 13, 14, 15)], None),
        ([f"Exhibit {number}" for number in range(1, 6)], None),
        (["§ 1308.11", "§ 1308.12", "§ 1308.12", "§ 1308.15"], ["§ 1308.11", "§ 1308.12", "§ 1308.15"]),
        (
            [f"Report on fish - page {number} of 9" for number in range(1, 6)],
            ["Report on fish - page 1 of 9"],
        ),
        ([f"Report on fish | {number}" for number in range(7, 12)], ["Report on fish | 7"]),
        (["Total 1200", "Total 800", "Total 1250"], None),
        (["1250", "830", "77", "1250"], None),
    ],
)
def test_said_once(heads: list[str], kept: list[str] | None) -> None:
    """What repeats at the head is read where it stands first; what is said of one page alone stays there."""
    text = report(heads)
    for head in kept or heads:
        assert len(re.findall(rf"(?m)^{re.escape(head)}$", text)) == (
            heads.count(head) if kept is None else 1
        )
    assert sum(len(re.findall(rf"(?m)^{re.escape(head)}$", text)) for head in {*heads}) == len(kept or heads)


@pytest.mark.parametrize(
    "feet",
    [
        ["1", "2", "3", "4"],
        ["12", "13", "14", "15"],
        ["i", "ii", "iii", "iv"],
        ["- 7 -", "- 8 -", "- 9 -", "- 10 -"],
        ["Page 1 of 4", "Page 2 of 4", "Page 3 of 4", "Page 4 of 4"],
        ["page 9", "page 9", "page 1", "page 2"],
        ["1/4", "2/4", "3/4", "4/4"],
    ],
)
def test_page_numbers(feet: list[str]) -> None:
    """Numbers of pages are no text, in whatever way they are written and wherever they begin."""
    heads = ["Alpha one", "Beta two", "Gamma three", "Delta four"]
    text = report(heads, feet)
    assert not any(re.search(rf"(?m)^{re.escape(foot)}$", text) for foot in feet)
    assert all(head in text for head in heads)


def test_other_numbers() -> None:
    """A number at a page's foot that counts no pages is text: the sum of a table, a year."""
    text = report(["Alpha one", "Beta two", "Gamma three"], ["1250", "1998", "77"])
    assert all(re.search(rf"(?m)^{foot}$", text) for foot in ("1250", "1998", "77"))
    assert read(pdf(lines("Sum of all", "1250"))).text.split()[-1] == "1250"


def test_tables() -> None:
    """The rows of a table that goes on over pages are all there, though they look like those before."""
    rows = [[f"Yes {page * 40 + row} 0 {page * 7} France" for row in range(40)] for page in range(5)]
    text = " ".join(read(pdf(*(lines(*some, size=12, top=750) for some in rows))).text.split())
    assert all(row in text for some in rows for row in some)
    cells = [
        b"\n".join(
            b"BT /F1 11 Tf %d %d Td (%s) Tj ET" % (72 + 150 * column, 750 - 16 * row, cell.encode())
            for row in range(40)
            for column, cell in enumerate(("Yes", f"{page * 40 + row}", "0", "France"))
        )
        for page in range(5)
    ]
    words = read(pdf(*cells)).text.split()
    assert [words.count(word) for word in ("Yes", "0", "France")] == [200, 201, 200]
    assert all(f"{number}" in words for number in range(200))


def test_slides() -> None:
    """Slides that share a title keep it, each; what stands on all of them is a foot."""
    titles = ["Sparse data"] * 3 + [
        f"Title {word}" for word in "alpha beta gamma delta epsilon zeta eta".split()
    ]
    text = report(titles, ["A conference in Geneva"] * 10, size=24)
    assert text.count("Sparse data") == 3
    assert text.count("A conference in Geneva") == 1


def interview(page: int) -> list[str]:
    """Return the lines of a page with questions that are the same on each, and answers of its own."""
    asked = [f"Question {letter}: what did you see at the border?" for letter in "ABCDEFGH"]
    lines_ = [part for one in asked for part in (one, f"I saw event {page} of {one[9]} on the road.")]
    return [*lines_, "I confirm that the answers above are true."]


def slip(page: int) -> list[str]:
    """Return the lines of a small form."""
    return [
        "REPUBLIC OF TESTLAND", "Ministry of the Interior", f"Permit number {1000 + 7 * page}",
        "Valid for entry at the port of Tunis", "Fee paid: 50 dinars", f"Holder: person {page}",
        "Purpose: work", "Signed by the officer",
    ]  # fmt: skip


def moving(page: int) -> list[str]:
    """Return the lines of a form whose answers take more or less room."""
    words = [f"She said {page} {number}." for number in range(1 + page % 3)]
    return ["Record of a hearing", "Name of the witness ?", *words, "Nationalité :", *words, "Signature ____"]


def letter(page: int) -> list[str]:
    """Return the lines of a letter that is sent to many."""
    return ["The Ministry of Trade", f"Dear member {page},", "we ask you to answer within a week,",
            "and thank you for what was done.", "The Minister"]  # fmt: skip


@pytest.mark.parametrize("form", [interview, slip, moving, letter])
def test_forms(form: Callable[[int], list[str]]) -> None:
    """The pages of a form keep their title, their questions and the line that is signed, but no number."""
    feet = [f"Page {page} of 9" for page in range(1, 10)]
    pages = [
        b"\n".join((lines(*form(page), size=12, top=760), lines(foot, size=10, top=40)))
        for page, foot in enumerate(feet)
    ]
    text = " ".join(read(pdf(*pages)).text.split())
    for one in {line for page in range(9) for line in form(page)}:
        said = sum(form(page).count(one) for page in range(9))
        assert text.count(one) == said, one
    assert not any(foot in text for foot in feet)


def test_form_within_a_report() -> None:
    """The head of a report stands once, though some of its pages are forms."""
    pages = [
        b"\n".join((
            lines("Report of the committee", size=10, top=780),
            lines(*(slip(page) if page > 5 else [f"{line} {page}" for line in BODY]), size=12, top=740),
        ))
        for page in range(10)
    ]  # fmt: skip
    text = " ".join(read(pdf(*pages)).text.split())
    assert text.count("Report of the committee") == 1
    assert [text.count(line) for line in ("REPUBLIC OF TESTLAND", "Signed by the officer")] == [4, 4]


def test_nothing_lost() -> None:
    """Of pages of any lines, all that is said is left at least once, but for numbers of pages."""
    chance = random.Random(11)
    texts = [
        "Yes",
        "0",
        "Report 3",
        "Case 12",
        "Routes of trade",
        "12",
        "Page 4",
        "Annex | 7",
        "iv",
        "a b c d",
    ]
    for _ in range(400):
        pages = []
        for _ in range(chance.randint(1, 8)):
            tops = sorted(chance.sample(range(20, 780), chance.randint(0, 9)))
            print_ = [Line(chance.choice(texts), 10.0 * chance.randint(0, 9), y - 10, 99, y) for y in tops]
            bottom, top = min(tops, default=10) - 10, max(tops, default=0)
            pages.append(Page(bottom, top, print_))
        out = left_out(pages)
        said = {line.text for page in pages for line in page.lines}
        kept = {
            line.text
            for page, some in zip(pages, out, strict=True)
            for line in page.lines
            if line not in some
        }
        for text in said - kept:
            assert is_number(Line(text, 0, 0, 0, 0)) or text in {"iv", "Annex | 7"}
            assert len(pages) > 1 or text in {"Page 4", "12"}


WORD = re.compile(r"[^\W\d_]{3,}")


def test_public_files(shared: Path) -> None:
    """Of other projects' PDFs no word is lost that PDFium finds in them, but such as count the pages."""
    found = lost = 0
    for path in sorted((shared / "fixtures").rglob("*.pdf")):
        try:
            (text,) = (
                one.text
                for one in format_named("pdf").extract(Source(path, path.name, "2001-02-03"))
                if isinstance(one, Document)
            )
        except (ExtractionError, ValueError):
            continue
        with closing(pypdfium2.PdfDocument(path)) as document:
            own = "\n".join(page.get_textpage().get_text_range() for page in document)
        own = re.sub("[\ufffe\x02\xad]", "", unicodedata.normalize("NFKC", own)).casefold()
        held = re.sub(r"[\W\d_]", "", unicodedata.normalize("NFKC", text).casefold())
        words = {*WORD.findall(own)}
        found += len(words)
        # Words that a hyphen cuts are compared without it.
        lost += sum(word not in held for word in words)
    assert found > 4_000
    assert lost <= 2


def test_command(run: Run, tmp_path: Path) -> None:
    """The command finds what stands at the head of the pages, and each number that is no page's."""
    docs = tmp_path / "docs"
    docs.mkdir()
    page = [
        b"\n".join((
            lines("Law offices of M. Kehoe", size=10, top=760),
            lines(*BODY, size=12, top=720),
            lines(f"Invoice {number}", size=10, top=40),
        ))
        for number in (4711, 4712, 4713, 4714)
    ]  # fmt: skip
    (docs / "bills.pdf").write_bytes(pdf(*page))
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    for query in ('"law offices of M. Kehoe"', '"invoice 4711"', '"invoice 4713"', '"invoice 4714"'):
        assert run(query, "--index", "ix", cwd=tmp_path).code == 0, query
