"""What people paste and mistype is taken as they mean it, and what is not is said: on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search import Index
from tests.conftest import Run
from tests.indexed import indexed

URL = "https://www.example.org/news/a_(b)?id=7&page=2*#top"
FILES = {
    "link.txt": f"See {URL} for more.",
    "site.txt": "The site www.example.org has news. Write to amal@example.org or call.",
    "soup.txt": "The soup of the day is cold. A soup day.",
    "cut.txt": (
        "They spoke of international coop-\neration agreements and a long-\nterm plan.\nLa coopé-\nration."
    ),
    "smugglers.txt": "Smugglers know routes. The smuggled goods.",
}


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of the files."""
    with indexed(tmp_path_factory.mktemp("typed"), FILES, request.param) as opened:
        yield opened


def names(index: Index, query: str) -> set[str]:
    """Return the documents that a query finds."""
    return {Path(hit.path).stem for hit in index.search(query)}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (URL, "link"),
        (f"({URL})", "link"),
        (f'"{URL}"', "link"),
        (f"soup -{URL}", "soup"),
        ("www.example.org", "link site"),
        ("example.org/news/a_(b)?id=7", "link"),
        ("https://www.example.org/new*", ""),
        ("mailto:amal@example.org?subject=Hello*", "site"),
        ("tel:amal", "site"),
        ('"soup day”', "soup"),
        ("“soup day »", "soup"),
        ('soup NEAR/2 "day is cold"', "soup"),
        ('"international cooperation agreements"', "cut"),
        ('"cooperation agreements"', "cut"),
        ("international NEAR/0 cooperation", "cut"),
        ('"la coopération"', "cut"),
        ('"coop-\neration agreements"', "cut"),
        ("coop", "cut"),
        ('"a long-term plan"', "cut"),
    ],
)
def test_found(index: Index, query: str, found: str) -> None:
    """An address is a text and not a pattern, and any quotation mark closes any where one is missing."""
    assert names(index, query) == set(found.split())
    assert not index.search(query).notes


NOTES = [
    ('"soup * day"', "*", "soup day", "for words in between write soup ONEAR/1 day"),
    ('"smugg* routes"', "*", "smugg routes", "for the pattern write smugg* ONEAR/0 routes"),
    ('"wom?n"', "?", "wom n", ""),
]


@pytest.mark.parametrize(("query", "sign", "read", "advice"), NOTES)
def test_pattern_in_quotes(index: Index, query: str, sign: str, read: str, advice: str) -> None:
    """A * inside quotes is left out, and the answer says so and how to ask for what was meant."""
    note = f'inside quotes {sign} is not a pattern and is left out: {query} is read as "{read}"'
    assert index.search(query).notes == (f"{note}; {advice}" if advice else note,)


def test_word_that_is_cut_is_marked_as_one(index: Index) -> None:
    """What is marked of a word that is cut at a line's end is both its halves."""
    (hit,) = index.search('"international cooperation agreements"')
    ((start, end),) = hit.matches
    assert hit.snippet[start:end] == "international coop- eration agreements"


def test_question_in_quotes_says_nothing(index: Index) -> None:
    """A question mark after a word is not a pattern to anybody."""
    assert not index.search('"what is the soup?"').notes


def test_command_says_it(run: Run, tmp_path: Path) -> None:
    """The command says it below the count."""
    with indexed(tmp_path, FILES, "columns"):
        done = run('"soup * day"', "--index", "index", cwd=tmp_path)
    assert (done.code, "note: inside quotes * is not a pattern" in done.err) == (0, True)
    assert "note:" not in done.out


def test_all_hits(index: Index) -> None:
    """A limit of None is for all, in a search, a ranking and among what is like a document."""
    assert len(index.search("*", limit=None)) == len(FILES) == len(index.rank("*", limit=None))
    assert len(index.search("*", limit=None, passages=2, context=1)) == len(FILES)
    assert [hit.rank for hit in index.search("*", limit=None, offset=2)] == list(range(3, len(FILES) + 1))
    given = index.search("see")[0].path
    every = index.similar(given, limit=None)
    assert [hit.path for hit in index.similar(given, limit=None, offset=1)] == [hit.path for hit in every[1:]]
    assert len(every) == len(index.similar(given, limit=None)) == index.similar(given, limit=0).total


def test_results_are_true_if_anything_matches(index: Index) -> None:
    """Also where a search only counts."""
    assert index.search("soup", limit=0)
    assert not index.search("zyzzyva", limit=0)
    assert not index.search("zyzzyva")
