"""Going to a page of a document: by what is printed on it, or by its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.indexer import sync
from coopsearch.search.page_labels import FIELD, kept, label_of, labels_of
from tests.extract.pdf.pdf_files import labelled, lines, pdf
from tests.web.served import Served, serving
from tests.web.test_pages import Page

#: On twelve pages stand i to iv, 1 to 5, A-1, A-2 and A-3; the eleventh has no text.
PAGES = 12
LABELS = b"0 << /S /r >> 4 << /S /D >> 9 << /S /D /P (A-) >>"


@pytest.fixture(scope="module")
def served(
    command: Sequence[str], home: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A service over a PDF with labels, one without, and a document without pages."""
    top = tmp_path_factory.mktemp("leaves")
    (top / "docs").mkdir()
    leaves = [lines(f"Harbour leaf{number}.") if number != 11 else b"" for number in range(1, PAGES + 1)]
    (top / "docs" / "labelled.pdf").write_bytes(labelled(pdf(*leaves), LABELS))
    (top / "docs" / "plain.pdf").write_bytes(pdf(*leaves[:3]))
    (top / "docs" / "note.txt").write_text("harbour note")
    sync([top / "docs"], top / "index_data")
    with serving(command, home, top / "index_data", cwd=top) as one:
        yield one


def name_of(served: Served, title: str) -> str:
    """Return the id of the document whose name is given."""
    hits = served.get("/api/v1/search", q="harbour").json["hits"]
    return str(next(hit["id"] for hit in hits if hit["path"].endswith(title)))


@pytest.mark.parametrize(
    ("named", "leaf"),
    [
        # Printed.
        ("i", 1), ("iv", 4), ("IV", 4), ("A-1", 10), ("a-3", 12), ("1", 5), ("5", 9), ("Page iii", 3),
        ("p. A-1", 10), ("page iv (4)", 4), (" ii ", 2), ("صفحة 2", 6), ("٣", 7), ("３", 7),
        # Counted: only where it is not printed on another, or in brackets.
        ("12", 12), ("7", 7), ("(1)", 1), ("(5)", 5), ("A-1 (10)", 10),
        # Without text: the next one that has some.
        ("A-2", 12), ("11", 12),
    ],
)  # fmt: skip
def test_a_page(served: Served, named: str, leaf: int) -> None:
    """It is shown, with what was asked for marked, and its address is that of its text."""
    name = name_of(served, "labelled.pdf")
    answer = served.get(f"/document/{name}", q="harbour", leaf=named)
    assert answer.status == 303
    path = answer.headers["location"]
    assert "q=harbour" in path
    page = served.get(path.partition("#")[0])
    target = urlsplit(path).fragment
    assert target in Page(page).ids
    line = next(one for one in page.text.splitlines() if f'id="{target}"' in one)
    assert f"<mark>Harbour</mark> leaf{leaf}." in line


@pytest.mark.parametrize("named", ["0", "13", "v", "A-4", "zyzzy", "9" * 50, "(99)", "<b>", "²", "-1", "()"])
def test_no_such_page(served: Served, named: str) -> None:
    """It is said, at the form, what there is; the document is shown all the same."""
    name = name_of(served, "labelled.pdf")
    answer = served.get(f"/document/{name}", q="harbour", leaf=named)
    if named == "²":
        # It is a 2 in another form.
        assert answer.status == 303
        return
    assert answer.status == 404
    text = Page(answer).text
    assert f"There is no page {named} here. Pages are counted from 1 to {PAGES}" in text
    assert "leaf1." in text


def test_the_form(served: Served) -> None:
    """It stands where a document has several pages, and keeps the answer that one came from."""
    text = served.get(f"/document/{name_of(served, 'plain.pdf')}", q="harbour", sort="path").text
    form = text.partition('<form class="leaf"')[2].partition("</form>")[0]
    assert 'name="leaf"' in form
    assert 'name="q" value="harbour"' in form
    assert 'name="sort" value="path"' in form
    assert "of 3" in form
    note = name_of(served, "note.txt")
    assert 'name="leaf"' not in served.get(f"/document/{note}").text
    lost = served.get(f"/document/{note}", leaf="1")
    assert (lost.status, "no pages that are counted" in lost.text) == (404, True)
    assert served.get(f"/document/{note}", leaf="").status == 200
    assert served.get("/document/none", leaf="1").status == 404


@given(st.lists(st.sampled_from(["", "i", "ii", "iii", "1", "2", "3", "A-1", "A-2", "ه"]), max_size=12))
def test_labels_of_many_pages(labels: list[str]) -> None:
    """What is printed on many pages is what is printed on each."""
    fields = {FIELD: kept(labels)}
    pages = range(1, len(labels) + 3)
    assert list(labels_of("pdf", fields, pages)) == [label_of("pdf", fields, page) for page in pages]
    assert list(labels_of("md", fields, pages)) == [""] * len(pages)
    if fields[FIELD]:
        for page, label in enumerate(labels, 1):
            assert label_of("pdf", fields, page) == ("" if label == str(page) else label)
