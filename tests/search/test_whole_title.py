"""A query that is a document's whole title has that document first, in every script and on both engines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import Hit, Index, open_index
from tests.conftest import Run
from tests.indexed import indexed

#: More documents than are rescored, each better by its words than the one of the title.
MANY = 220
FILES = {
    "frontex.md": "# Frontex\n\n" + "Nothing of it is said here, at length. " * 200,
    "sahel.md": "# Cross-border routes: the Sahel?\n\n" + "A long text on other matters. " * 200,
    "union.md": "# The State of the Union\n\n" + "A speech. " * 300,
    "what.md": "# What is Frontex?\n\n" + "An answer. " * 300,
    "arabic.md": "# مكافحة التهريب\n\n" + "كلام كثير عن أمور أخرى. " * 200,
    "french.md": "# L'immigration en Été 2019\n\n" + "Un texte sur autre chose. " * 200,
    "chinese.md": "# 中国人民\n\n" + "Nothing else. " * 200,
    "code.md": "# A/RES/60/1\n\n" + "A resolution. " * 200,
    **{
        f"other{number:03}.md": f"# Frontex, Frontex and the Sahel {number}\n\nFrontex routes and Frontex "
        f"{number}. The state of cross-border routes, the union, the Sahel.\n\nمكافحة التهريب ومكافحة التهريب"
        f"\n\nL'immigration en été 2019: l'immigration. 中国人民 A/RES/60/1 A/RES/60/1"
        for number in range(MANY)
    },
}
QUERIES = [
    ("Frontex", "frontex.md"),
    ("frontex!", "frontex.md"),
    ('"Frontex"', "frontex.md"),
    ("(frontex)", "frontex.md"),
    ("Cross-border routes: the Sahel?", "sahel.md"),
    ("cross border routes the sahel", "sahel.md"),
    ('"cross-border routes, the Sahel"', "sahel.md"),
    ('cross-border "routes" - the Sahel', "sahel.md"),
    ("the state of the union", "union.md"),
    ("What is Frontex?", "what.md"),
    ("مكافحة التهريب", "arabic.md"),
    ("مُكافَحة التهريب؟", "arabic.md"),
    ("l'immigration en été 2019", "french.md"),
    ("L’IMMIGRATION EN ETE 2019", "french.md"),
    ("中国人民", "chinese.md"),
    ("A/RES/60/1", "code.md"),
]
#: What is not a title word by word, or says more than words.
OTHERS = [
    "state of the union",
    "the union of the state",
    "the Sahel",
    "frontex is what",
    "frontex AND frontex",
    "=Frontex",
    "frontex^2",
    "frontex~1",
    "title:frontex",
    '"frontex routes"~3',
    "Frontex OR Sahel",
]


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of the files."""
    with indexed(tmp_path_factory.mktemp("titles"), FILES, request.param) as opened:
        yield opened


def names(hits: tuple[Hit, ...]) -> list[str]:
    """Return the names of the files."""
    return [Path(hit.path).name for hit in hits]


def reasons(hit: Hit) -> list[str]:
    """Return the kinds of the reasons for a hit."""
    return [met.kind for met in hit.explanation]


@pytest.mark.parametrize("require_all", [False, True])
@pytest.mark.parametrize(("query", "first"), QUERIES)
def test_first(index: Index, query: str, first: str, *, require_all: bool) -> None:
    """The document is first, and says why; the parts sum up, and no other document says so."""
    results = index.search(query, require_all=require_all, explain=True)
    assert results.hits[0].path.endswith(first)
    for hit in results.hits:
        assert sum(met.score for met in hit.explanation) == pytest.approx(hit.score, rel=1e-3)
        assert ("whole title" in reasons(hit)) == hit.path.endswith(first)
    assert names(index.search(query, require_all=require_all, limit=1).hits) == [first]


@pytest.mark.parametrize("query", OTHERS)
def test_not_a_title(index: Index, query: str) -> None:
    """Part of a title, its words in another order, or a query with an operator is ranked as ever."""
    assert all("whole title" not in reasons(hit) for hit in index.search(query, explain=True))


def test_filters(index: Index) -> None:
    """Filters beside the words keep their say: the document is first where they let it in, and gone else."""
    for query in ("Frontex type:md", "lang:en frontex", '"Frontex" path:*.md', "frontex -lang:fr"):
        assert names(index.search(query, limit=1).hits) == ["frontex.md"], query
    for query in ("Frontex lang:ar", "-lang:en frontex", "frontex path:other*"):
        assert "frontex.md" not in names(index.search(query, limit=None).hits), query
    assert names(index.search("frontex", limit=1, sort="path").hits) == ["frontex.md"]
    assert index.search("frontex").total == index.search("frontex*").total


def test_plain_words(index: Index) -> None:
    """A title that is asked for as plain words (an evaluation's) is found first too."""
    best = index.rank("What is Frontex?", limit=3, plain=True)
    assert best[0][0].endswith("what.md")
    assert best[0][1] > best[1][1]


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_shared_titles(engine: str, tmp_path: Path) -> None:
    """Records of one title stand among themselves as their texts rank them, before all others."""
    rows = [
        {"title": "Statement 2019", "text": f"Peace {'peace ' * (number % 7)}and other things {number}."}
        for number in range(260)
    ]
    rows += [{"title": "Statement 2019 of many", "text": "Statement 2019 statement 2019"} for _ in range(3)]
    rows.append({"title": "Statement 2019", "text": "The statement of 2019, statement 2019."})
    path = tmp_path / "records.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    sync([path], tmp_path / "index", engine=engine)
    with open_index(tmp_path / "index") as opened:
        hits = opened.search("statement 2019", limit=200).hits
        assert {hit.title for hit in hits} == {"Statement 2019"}
        assert "statement of 2019" in (hits[0].snippet or "")
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)
        assert [hit.path for hit in opened.search("statement 2019", limit=10).hits] == [
            hit.path for hit in hits[:10]
        ]


def test_command(run: Run, tmp_path: Path) -> None:
    """The command puts the document first and says why on request."""
    (tmp_path / "docs").mkdir()
    for name in ("frontex.md", "what.md", "other001.md"):
        (tmp_path / "docs" / name).write_text(FILES[name], encoding="utf-8")
    assert run("index", tmp_path / "docs", "--index", tmp_path / "index").code == 0
    done = run("search", "What is Frontex?", "--explain", "--index", tmp_path / "index")
    assert done.code == 0, done.err
    assert "whole title, of 1 document: what is frontex" in done.out
