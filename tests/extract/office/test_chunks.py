"""Chunks of Word documents: text of other formats, read where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document
from tests.conftest import Run
from tests.extract.office.office_files import RELATIONS, docx, items, paragraph, read

CHUNK = f'<w:altChunk xmlns:r="{RELATIONS}" r:id="rId{{}}"/>'
SAVED = (
    b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n'
    b"Content-Type: text/html; charset=utf-8\r\n\r\n<html><p>from a saved page</p></html>\r\n--x--"
)
FLAT = (
    f'<?xml version="1.0"?><w:wordDocument xmlns:w="u"><w:body>{paragraph("flat")}</w:body></w:wordDocument>'
)
LONG = " ".join(f"word{number}" for number in range(600))


def merged(body: str, **chunks: bytes) -> bytes:
    """Return a Word document with chunks, given by their names with _ for the dot; rId1 is the first."""
    names = [name.replace("_", ".") for name in chunks]
    parts = {f"word/{name}": data for name, data in zip(names, chunks.values(), strict=True)}
    return docx(body, parts, *(("aFChunk", name) for name in names))


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("c_html", "<html><h2>Mail merge</h2><p>café</p></html>".encode(), ["Mail merge", "café"]),
        ("c_htm", b"<p>no head</p><p>at all</p>", ["no head", "at all"]),
        ("c_xhtml", b"<div>one</div>", ["one"]),
        ("c_mht", SAVED, ["from a saved page"]),
        ("c_dat", SAVED, ["from a saved page"]),
        ("c_rtf", rb"{\rtf1 first\par second\par}", ["first", "second"]),
        ("c_txt", "Subject: plain text\n\nنص عادي".encode(), ["Subject: plain text", "نص عادي"]),
        ("c_docx", docx(paragraph("another document")), ["another document"]),
        ("c_docx", merged(CHUNK.format(1), d_html=b"<p>deep</p>"), ["deep"]),
        ("c_xml", FLAT.encode(), ["flat"]),
        ("c_html", f"<html><body><p>{LONG}</p></body></html>".encode(), [LONG]),
    ],
)  # fmt: skip
def test_formats(name: str, data: bytes, expected: list[str]) -> None:
    """A chunk of any format is read in its place, its headings as headings."""
    document = read(merged(paragraph("BEFORE") + CHUNK.format(1) + paragraph("AFTER"), **{name: data}))
    assert document.text.split("\n\n") == ["BEFORE", *expected, "AFTER"]
    levels = {document.text[one.start : one.end]: one.level for one in document.passages}
    assert levels.get("Mail merge", 2) == 2


def test_places() -> None:
    """Chunks in cells, and two of them in a row, stay where they are."""
    table = f"<w:tbl><w:tr><w:tc>{paragraph('a')}</w:tc><w:tc>{CHUNK.format(1)}</w:tc></w:tr></w:tbl>"
    document = read(merged(table + CHUNK.format(2) + CHUNK.format(1), a_txt=b"first", b_txt=b"second"))
    assert document.text.split("\n\n") == ["a | first", "second", "first"]


def test_damaged() -> None:
    """A chunk that is damaged, or is another file, is left out, and the file says which."""
    body = paragraph("text") + CHUNK.format(1) + CHUNK.format(9)
    document, *problems = items(merged(body, bad_docx=b"PK\x03\x04 cut off"))
    assert isinstance(document, Document)
    assert document.text == "text"
    reasons = [one.reason for one in problems if isinstance(one, Problem)]
    assert reasons[0].startswith("its chunk bad.docx is left out: damaged: no whole zip package")
    assert reasons[1] == "its chunk of another file is left out: damaged: its part is missing"


def test_nested() -> None:
    """Chunks in each other are read to a bounded depth."""
    data = docx(paragraph("innermost"))
    for _ in range(4):
        data = merged(CHUNK.format(1), c_docx=data)
    assert read(data).text == "innermost"
    document, problem = items(merged(paragraph("text") + CHUNK.format(1), c_docx=data))
    assert isinstance(document, Document)
    assert isinstance(problem, Problem)
    assert "is left out: no text" in problem.reason


def test_many() -> None:
    """More text than a document may hold is refused, however often one chunk is shown; so are too many."""
    with pytest.raises(ExtractionError, match="too large"):
        read(merged(CHUNK.format(1) * 900, a_txt=b"words " * 100_000))
    with pytest.raises(ExtractionError, match="too large: over 1,000 chunks in it"):
        read(merged(CHUNK.format(1) * 1_001, a_txt=b"x"))


def test_from_the_shell(shared: Path, tmp_path: Path, run: Run) -> None:
    """The command finds what a mail merge left in a chunk."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.docx").write_bytes((shared / "faults" / "documents" / "altchunk.docx").read_bytes())
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    (hit,) = run("chunkvictor", "--index", "ix", "--json", cwd=tmp_path).objects()
    assert hit["shown"] == "docs/a.docx"
