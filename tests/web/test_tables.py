"""Rows and cells of tables in the reader: each has an address, and hits and places lead to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest

from coopsearch.search.web.pages.tables import cells
from tests.indexed import project
from tests.web.served import Served, serving
from tests.web.test_pages import Page

ROWS = "".join(f"boat {n};port {n};{n * 100}\n" for n in range(1, 300))
TEXTS = {
    "cargo.csv": "Vessel;Harbour;Weight\n" + ROWS + "القارب;صفاقس;7\n<b>x</b>;zebra;8\n",
    "note.md": "# Note\n\nzebra | not a cell | of a table\n",
}


@pytest.fixture(scope="module")
def served(
    command: Sequence[str], home: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A service over a table."""
    top = project(tmp_path_factory.mktemp("tables"), TEXTS)
    with serving(command, home, top / "index_data", cwd=top) as one:
        yield one


@pytest.mark.parametrize(
    ("query", "row", "place", "text"),
    [
        ('"port 7"', "8", 1, "port 7"), ("zebra", "302", 1, "zebra"), ("صفاقس", "301", 1, "صفاقس"),
        ('"boat 120"', "121", 0, "boat 120"),
    ],
)  # fmt: skip
def test_a_hit_leads_to_its_cell(served: Served, query: str, row: str, place: int, text: str) -> None:
    """Its link ends with the address of the cell, which stands on the page that it leads to, in its row."""
    answer = served.get("/", q=query, type="csv")
    (link,) = [one for one in Page(answer).links if one.startswith("/document/") and "at=" in one]
    path, _, name = link.partition("#")
    assert re.fullmatch(rf"t\d+c{place}", name)
    page = served.get(path)
    assert name in Page(page).ids
    line = next(one for one in page.text.splitlines() if f'id="{name}"' in one)
    assert f'<th scope="row">{row}</th>' in line
    cell = re.sub(r"</?mark>", "", line.split(f'id="{name}"')[1].partition("</td>")[0])
    assert text in cell
    # The places beside the text lead there as well.
    assert any(one.endswith(f"#{name}") for one in Page(page).links)


def test_other_documents_have_no_cells(served: Served) -> None:
    """A line of a text with the same signs stays a line, and markup in cells is text."""
    (link,) = [one for one in Page(served.get("/", q="zebra", type="md")).links if "at=" in one]
    assert re.search(r"#t\d+$", link)
    assert "<td" not in served.get(link.partition("#")[0]).text
    table = served.get("/", q="zebra", type="csv")
    (link,) = [one for one in Page(table).links if "at=" in one]
    assert "<b>x" not in served.get(link.partition("#")[0]).text


def test_cells_of_a_row() -> None:
    """What is marked of a row is marked in its cells, also over their ends."""
    found = list(cells("ab | cd | ef", [(1, 6), (10, 12)]))
    assert [(one.text, one.spans) for one in found] == [
        ("ab", ((1, 2),)), ("cd", ((0, 1),)), ("ef", ((0, 2),)),
    ]  # fmt: skip
