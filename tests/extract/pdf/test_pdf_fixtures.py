"""PDFs of other projects' tests: what each holds, by a table that was made looking at their pages."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pypdfium2
import pytest

from coopsearch.indexer.extract import Member, Source, format_named
from coopsearch.indexer.sandbox.host import Isolation, Limits
from coopsearch.indexer.sandbox.ocr import find
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

TABLE = Path(__file__).with_name("pdf_fixtures.tsv")


class Row(NamedTuple):
    """A line of the table."""

    file: str
    state: str
    pages: int
    holds: str
    phrases: tuple[str, ...]


def rows() -> list[Row]:
    """Return the lines of the table."""
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    found = []
    for line in lines[1:]:
        file, state, pages, holds, phrases = line.split("\t")
        found.append(Row(file, state, int(pages), holds, tuple(filter(None, phrases.split(" | ")))))
    return found


def source(path: Path) -> Source:
    """Return a source of a file."""
    return Source(path, path.name, "2001-02-03")


def test_complete(shared: Path) -> None:
    """The table names every PDF there is, holds sixty phrases, and counts 95 of 100 with text as read."""
    folder = shared / "fixtures"
    named = [row.file for row in rows()]
    assert named == sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.pdf"))
    assert sum(len(row.phrases) for row in rows() if row.holds == "text") >= 60
    text = [row for row in rows() if row.holds == "text"]
    assert sum(row.state == "text" for row in text) >= 0.95 * len(text)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.file)
def test_state(shared: Path, row: Row) -> None:
    """A PDF is in the state of the table; one that is read has its pages and its phrases, in their order."""
    path = shared / "fixtures" / row.file
    if row.state == "text":
        (document,) = (one for one in format_named("pdf").extract(source(path)) if isinstance(one, Document))
        at = 0
        for phrase in row.phrases:
            at = document.text.find(phrase, at)
            assert at >= 0, phrase
        for one in document.passages:
            passage = document.text[one.start : one.end]
            assert passage == passage.strip() != ""
            assert one.page is not None
            assert 1 <= one.page <= row.pages
    elif row.state == "members":
        items = list(format_named("pdf").extract(source(path)))
        assert items
        assert all(isinstance(one, Member) for one in items)
    else:
        with pytest.raises(ExtractionError) as found:
            list(format_named("pdf").extract(source(path)))
        assert found.value.state == row.state
    if row.pages:
        with closing(pypdfium2.PdfDocument(path)) as opened:
            assert len(opened) == row.pages


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_recognised(shared: Path) -> None:
    """What images show, and fonts that do not say their letters, is read by OCR."""
    wanted = [row for row in rows() if row.holds in {"image", "fonts"} and row.phrases]
    assert len(wanted) >= 4
    # Recognising takes long where others use the machine; how long it may take is tested elsewhere.
    with closing(Isolation(Limits(seconds=600.0), find())) as isolation:
        for row in wanted:
            found = isolation.read(format_named("pdf").extract, source(shared / "fixtures" / row.file))
            (document,) = (one for one in found if isinstance(one, Document))
            assert document.fields["ocr"] == "all"
            text = " ".join(document.text.split())
            for phrase in row.phrases:
                assert phrase in text, row.file
