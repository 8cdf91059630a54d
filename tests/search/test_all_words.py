"""Of short queries, documents that hold all words come directly behind the first few hits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search import Index
from coopsearch.search.index import Index as Opened
from coopsearch.search.ranking import DEFAULT
from tests.conftest import Run
from tests.indexed import indexed

LONG = "Nothing of it is said in this long sentence about other matters. " * 150
FILES = {
    **{
        f"two{number:02}.txt": f"Smuggling routes, smuggling routes, smuggled routes. {'So it is. ' * number}"
        for number in range(20)
    },
    **{
        f"deux{number:02}.txt": f"Les passeurs et la frontière : frontière, passeurs. {'Donc oui. ' * number}"
        for number in range(20)
    },
    **{f"kin{number}.txt": f"Smugglers and routes to Dakar {number}. Smuggler." for number in range(9)},
    "whole.txt": f"Smuggling is one word.\n\n{LONG}\n\nThe routes are another.\n\n{LONG}\n\nAnd Dakar.",
    "entier.txt": f"Des passeurs.\n\n{LONG}\n\nLa frontière.\n\n{LONG}\n\nUn naufrage.",
    "four.txt": f"Smuggling is one.\n\n{LONG}\n\nRoutes.\n\n{LONG}\n\nPorts.\n\n{LONG}\n\nFerries.",
    "five.txt": f"Smuggling.\n\n{LONG}\n\nRoutes.\n\n{LONG}\n\nTrawlers, hulls and lamps.",
}
#: The queries, and the one document that holds all of their words.
QUERIES = [
    ("smuggling ferries", "four.txt"),
    ("smuggling routes ferries", "four.txt"),
    ("smuggling routes ports ferries", "four.txt"),
    ("what are the smuggling routes of Dakar", "whole.txt"),
    ("smuggling route Dakar lang:en", "whole.txt"),
    ("passeurs frontière naufrage", "entier.txt"),
    ("frontieres passeur naufrages", "entier.txt"),
    ('smuggling "routes" ferries', "four.txt"),
]


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of the files."""
    with indexed(tmp_path_factory.mktemp("words"), FILES, request.param) as opened:
        yield opened


def rank(index: Index, query: str, name: str) -> int:
    """Return the rank of a document."""
    return 1 + [Path(path).name for path, _ in index.rank(query, limit=None)].index(name)


@pytest.mark.parametrize(("query", "name"), QUERIES)
def test_comes_behind_the_first(index: Index, query: str, name: str) -> None:
    """It is among the first eight, however long it is; the parts of its score sum up and say why."""
    results = index.search(query, explain=True)
    assert rank(index, query, name) <= DEFAULT.first_by_score + 1
    assert name in [Path(hit.path).name for hit in results]
    for hit in results:
        assert sum(met.score for met in hit.explanation) == pytest.approx(hit.score, rel=1e-3)
    told = [Path(hit.path).name for hit in results if "all words" in {met.kind for met in hit.explanation}]
    assert set(told) <= {name}
    scores = [hit.score for hit in results]
    assert scores == sorted(scores, reverse=True)


def test_would_be_far_below(index: Index) -> None:
    """By its score alone the document stands behind the first ten, and a setting brings that back."""
    query = "smuggling routes Dakar"
    with Opened(index._folder, parameters=DEFAULT._replace(all_words=0)) as plain:
        assert rank(plain, query, "whole.txt") > 10
    with Opened(index._folder, parameters=DEFAULT._replace(first_by_score=0)) as strict:
        assert rank(strict, query, "whole.txt") == 1
    assert rank(index, query, "whole.txt") == 8


def test_not_lifted(index: Index) -> None:
    """A longer question, and words that are joined by operators, are ranked by score alone."""
    for query in (
        "smuggling routes trawlers hulls lamps",
        "smuggling OR routes OR dakar",
        "smuggling routes^2 dakar",
        "(smuggling OR routes) dakar -frontière",
        "smuggling",
    ):
        results = index.search(query, limit=None, explain=True)
        assert all(met.kind != "all words" for hit in results for met in hit.explanation), query


def test_command(run: Run, tmp_path: Path) -> None:
    """The command says why such a document stands where it does, and the setting can be tried out."""
    (tmp_path / "docs").mkdir()
    for name, text in FILES.items():
        (tmp_path / "docs" / name).write_text(text, encoding="utf-8")
    assert run("index", tmp_path / "docs", "--index", tmp_path / "index").code == 0
    done = run("search", "smuggling routes Dakar", "--explain", "--index", tmp_path / "index")
    assert done.code == 0, done.err
    assert "all words: before documents that lack one" in done.out
