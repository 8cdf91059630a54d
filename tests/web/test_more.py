"""What an answer can be narrowed by, beyond the values that are shown at first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from coopsearch.indexer import sync
from coopsearch.search.web.pages.results import MOST_VALUES, OPENED, Facet, facets
from tests.web.served import Served, serving
from tests.web.test_pages import Page

MANY = 20
TEXTS = {
    **{
        f"f{n}/report.html": f"<title>Report</title><meta name=author content='مؤلف {n}'><p>harbour {n}</p>"
        for n in range(MANY)
    },
    **{
        f"f{n}/mail.eml": f"From: Ann <ann{n}@example.org>\nTo: b@example.org\nSubject: a\n\nharbour {n}\n"
        for n in range(MANY)
    },
}


@pytest.fixture(scope="module")
def served(
    command: Sequence[str], home: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A service over documents of many authors, senders and folders."""
    top = tmp_path_factory.mktemp("more")
    for number in range(MANY):
        (top / "docs" / f"f{number}").mkdir(parents=True)
    for name, text in TEXTS.items():
        (top / "docs" / name).write_text(text, encoding="utf-8")
    sync([top / "docs"], top / "index_data")
    with serving(command, home, top / "index_data", cwd=top) as one:
        yield one


def part(text: str, name: str) -> str:
    """Return the part of a page that is about a facet."""
    return unescape(text.partition(f'<section class="facet facet-{name}">')[2].partition("</section>")[0])


@pytest.mark.parametrize("path", ["/", "/results"])
@pytest.mark.parametrize("name", ["author", "from", "folder"])
def test_all_values(served: Served, path: str, name: str) -> None:
    """A link shows all values of a facet, each of which narrows the answer, and another shows fewer again."""
    shut = served.get(path, q="harbour", sort="path", page=2)
    link = re.search(rf'href="([^"]*more={name}[^"]*)"[^>]*>and (\d+) more', shut.text)
    assert link is not None
    address = unescape(link[1])
    given: dict[str, Any] = dict(parse_qsl(urlsplit(address).query))
    # Nothing else of the answer changes.
    assert given == {"q": "harbour", "sort": "path", "page": "2", "more": name}
    opened = served.get(path, **given)
    assert urlsplit(address).fragment in Page(opened).ids
    values = re.findall('<li[^>]*><a href="([^"]+)"', part(opened.text, name))
    few = re.findall('<li[^>]*><a href="([^"]+)"', part(shut.text, name))
    assert len(values) == len(few) + int(link[2]) >= MANY
    assert {*few} <= {*values}
    assert served.get(values[-1]).status == 200
    assert all("more=" not in one for one in values)
    fewer = re.search('href="([^"]+)"[^>]*>fewer', part(opened.text, name))
    assert fewer is not None
    assert dict(parse_qsl(urlsplit(fewer[1]).query)) == {"q": "harbour", "sort": "path", "page": "2"}
    assert urlsplit(fewer[1]).fragment in Page(shut).ids
    # What is kept or exported of the answer does not hold it.
    assert 'name="more"' not in opened.text


def test_other_facets_stay_as_they_are(served: Served) -> None:
    """Only that facet is opened; one that has no more offers nothing."""
    opened = served.get("/", q="harbour", more="author").text
    assert part(opened, "author").count("<li") == MANY
    assert "more=from" in part(opened, "from")
    assert "more=" not in part(opened, "type")


@pytest.mark.parametrize("name", ["year", "nobody", "<i>"])
def test_no_such_facet(served: Served, name: str) -> None:
    """A name that is none is refused, with those that there are."""
    answer = served.get("/", q="harbour", more=name)
    assert answer.status == 400
    assert ", ".join(OPENED) in answer.text
    assert "<i>" not in answer.text


def test_the_bound() -> None:
    """No more values are shown than a page has room for, and it is said how many there are beyond."""
    counts = {"author": {f"a{n}": 1 for n in range(MOST_VALUES + 7)}}
    (facet,) = facets(counts, [("q", "x")], "author")
    assert isinstance(facet, Facet)
    assert (len(facet.values), facet.more, facet.is_open) == (MOST_VALUES, 7, True)
    (facet,) = facets(counts, [("q", "x")])
    assert (len(facet.values), facet.more, facet.is_open) == (8, MOST_VALUES - 1, False)
