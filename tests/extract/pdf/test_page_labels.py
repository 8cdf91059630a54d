"""What is printed on the pages of a PDF to number them is kept, shown beside the number, and not searched."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search import open_index
from coopsearch.search.page_labels import FIELD, kept, label_of, own_fields
from tests.conftest import Run
from tests.extract.pdf.pdf_files import labelled, lines, pdf

#: Rows of labels as books have them.
BOOKS = {
    "front matter": ["i", "ii", "iii", "iv", *map(str, range(1, 60))],
    "chapters": ["1-1", "1-2", "1-3", "2-1", "2-2", "A-1", "A-2"],
    "cover": ["Cover", "", "1", "2", "3"],
    "capitals": ["I", "II", "III", "IV", "A", "B", "C"],
    "letters": ["a", "b", "c", "y", "z", "aa", "bb"],
    "from the middle of a journal": [str(number) for number in range(311, 330)],
    "zeros": ["007", "008", "009", "010", "011"],
    "the same on all": ["x", "x", "x", "xi"],
    "Arabic": ["أ", "ب", "ج", "1", "2"],
}


@pytest.mark.parametrize("labels", BOOKS.values(), ids=BOOKS)
def test_every_label_is_found_again(labels: list[str]) -> None:
    """Each page has the label that it was given, but for one that only repeats its number."""
    fields = {FIELD: kept(labels)}
    for page, label in enumerate(labels, 1):
        assert label_of("pdf", fields, page) == ("" if label == str(page) else label)


@given(
    st.lists(
        st.sampled_from(["i", "ii", "v", "x", "1", "2", "3", "A", "B", "A-1", "A-2", "", "mm", "0", "09"])
    )
)
def test_any_row_of_labels(labels: list[str]) -> None:
    """However labels follow each other, none is changed by being kept."""
    fields = {FIELD: kept(labels)}
    shown = [label_of("pdf", fields, page) for page in range(1, len(labels) + 1)]
    assert shown == ["" if label == str(page) else label for page, label in enumerate(labels, 1)]


def test_long_runs_are_short() -> None:
    """A thousand pages numbered one after the other take a few characters; plain numbers take none."""
    assert len(kept([*["i", "ii", "iii"], *map(str, range(1, 1_000))])) < 50
    assert kept([str(number) for number in range(1, 500)]) == ""
    assert kept([""] * 20) == ""
    assert kept([]) == ""


@pytest.mark.parametrize(
    "line",
    ["", "x", "[", "[1]", "[[1]]", "{}", "null", '[["a","b","c","d"]]', "[" * 5_000, "[[1e999,1,1,1]]",
     '[[1,"","r",-5]]', '[[1,"","r",99999999999999]]', '[[1,"","a",9999999]]', '[[1,"\\u001b[31m","D",1]]'],
)  # fmt: skip
def test_altered_lines(line: str) -> None:
    """A line that came with somebody else's index gives some short label, or none."""
    assert len(label_of("pdf", {FIELD: line}, 2)) < 100


def test_other_formats() -> None:
    """In documents of other formats a field of that name is a field like any other."""
    fields = {FIELD: kept(["i", "ii"])}
    assert label_of("jsonl", fields, 1) == ""
    assert own_fields("jsonl", fields) == fields
    assert own_fields("pdf", fields) == {}


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_a_pdf(tmp_path: Path, run: Run, engine: str) -> None:
    """Hits and documents of a PDF have the label beside the number; the labels are not among its fields."""
    pages = [lines(f"Something that is known of zanders of kind {name}.") for name in ("one", "two", "three")]
    book = labelled(pdf(*pages, info=b"/Author(Zoe)"), b"0<</S/r>>2<</S/D/P(A-)>>")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "book.pdf").write_bytes(book)
    index = tmp_path / "index_data"
    assert run("index", "docs", "--index", index, "--engine", engine, cwd=tmp_path).code == 0
    (hit,) = run("kind three", "--all", "--json", "--index", index, cwd=tmp_path).objects()
    assert (hit["page"], hit["page_label"], hit["fields"]["author"]) == (3, "A-1", "Zoe")
    assert hit["fields"].keys() == {"author", "modified"}
    shown = run("kind two", "--all", "--index", index, cwd=tmp_path)
    assert "page 2 (printed ii)" in shown.out
    (value,) = run("show", "docs/book.pdf", "--json", "--index", index, cwd=tmp_path).objects()
    assert [one.get("page_label") for one in value["passages"]] == ["i", "ii", "A-1"]
    assert value["fields"].keys() == {"author", "modified"}
    whole = run("show", "docs/book.pdf", "--index", index, cwd=tmp_path).out
    assert "page 3 (printed A-1)" in whole
    assert FIELD not in whole
    for query in ("labels", "page", "author:a", '"page labels":a'):
        assert run(query, "--index", index, cwd=tmp_path).code != 0
    with open_index(index) as opened:
        assert opened.search("kind").hits[0].page_label == "i"


def test_without_labels(tmp_path: Path, run: Run) -> None:
    """No label is shown where it is the number of the page, or where the PDF says nothing."""
    (tmp_path / "docs").mkdir()
    pages = [lines("Something that is known of zanders."), lines("Something that is known of perches.")]
    (tmp_path / "docs" / "a.pdf").write_bytes(labelled(pdf(*pages), b"0<</S/D>>"))
    (tmp_path / "docs" / "b.pdf").write_bytes(pdf(*pages[::-1]))
    assert run("index", "docs", "--index", "index_data", cwd=tmp_path).code == 0
    hits = run("perches", "--json", "--index", "index_data", cwd=tmp_path).objects()
    assert sorted(hit["page"] for hit in hits) == [1, 2]
    assert not any("page_label" in hit for hit in hits)
    assert "printed" not in run("perches", "--index", "index_data", cwd=tmp_path).out
