"""Compounds: closed, open and with a hyphen they find each other, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import open_index
from coopsearch.search.index import Index
from tests.indexed import indexed

DOCUMENTS = {
    "open": "The ministers spoke of cross border raids in the spring.",
    "closed": "The ministers spoke of crossborder raids in the spring.",
    "hyphen": "The ministers spoke of cross-border raids in the spring.",
    "apart": "At the border, the Red Cross gave water to them in the spring.",
    "able": "The guards were not able to stop the boat.",
    "notable": "A notable boat stopped.",
    "port": "A port. The air is clean.",
    "airports": "The airport is closed. Every airport is.",
    "airport": "That airport is open.",
    "airport2": "No airport of the country is open.",
    "porte": "Le porte parole a parlé hier devant la presse.",
    "porteparole": "Le porte-parole a parlé hier devant la presse.",
}
ALL = {"open", "closed", "hyphen"}


@pytest.fixture(params=["columns", "whoosh"], scope="module")
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Index the documents with each engine."""
    folder = tmp_path_factory.mktemp("compounds")
    source = folder / "docs"
    source.mkdir()
    for name, text in DOCUMENTS.items():
        (source / f"{name}.txt").write_text(text, encoding="utf-8")
    sync([source], folder / "index", engine=request.param)
    with open_index(folder / "index", translate="no") as opened:
        yield opened


def names(index: Index, query: str, *, require_all: bool = False) -> list[str]:
    """Return the documents that a query finds, best first."""
    return [Path(hit.path).stem for hit in index.search(query, require_all=require_all)]


@pytest.mark.parametrize("query", ["crossborder", "cross-border", "Cross\u2011Border"])
def test_one_word_finds_all_spellings(index: Index, query: str) -> None:
    """A compound typed as one word finds it however a document spells it, and no scattered parts."""
    assert set(names(index, query)) == ALL


@pytest.mark.parametrize("query", ["cross border", "+cross +border", "cross border raids"])
def test_two_words_find_all_spellings(index: Index, query: str) -> None:
    """A compound typed as two words finds the closed one too, even where all words are demanded."""
    assert set(names(index, query, require_all=True)) >= ALL


def test_parts_side_by_side_come_first(index: Index) -> None:
    """The closed compound, a lesser form of both words, does not push down documents that hold both."""
    found = names(index, "cross border")
    assert set(found[:2]) == {"open", "hyphen"}
    assert "closed" in found


def test_hits_are_marked(index: Index) -> None:
    """What a compound met is marked, in whatever spelling."""
    for query in ("crossborder", "cross border"):
        for hit in index.search(query):
            marked = {hit.snippet[start:end].casefold() for start, end in hit.matches}
            if Path(hit.path).stem in ALL:
                assert marked <= {"cross border", "crossborder", "cross-border"}, (query, marked)
                assert marked


def test_exact_is_exact(index: Index) -> None:
    """=word and quotes take no other spelling but the hyphen's."""
    assert set(names(index, "=crossborder")) == {"closed", "hyphen"}
    assert set(names(index, '"cross border"')) == {"open", "hyphen"}
    assert "open" in names(index, "raids -crossborder")


def test_function_words_make_no_compound(index: Index) -> None:
    """Notable is not "not able", in either direction."""
    assert names(index, "notable") == ["notable"]
    assert "notable" not in names(index, "not able")


def test_word_that_is_mostly_closed_stays_whole(index: Index) -> None:
    """A word that stands in more documents than its parts is not taken apart."""
    assert set(names(index, "airport")) == {"airport", "airports", "airport2"}


@pytest.mark.parametrize("query", ["cross-border NEAR/0 raids", "raids NEAR/0 crossborder"])
def test_near_takes_a_compound_as_it_is_written(index: Index, query: str) -> None:
    """A compound is as near as the words beside it, however a document spells it; nothing ends in silence."""
    assert set(names(index, query)) == ALL
    assert set(names(index, query.replace("raids", "ministers").replace("NEAR/0", "NEAR/2"))) == ALL
    assert not names(index, query.replace("raids", "ministers").replace("NEAR/0", "NEAR/1"))


def test_french(index: Index) -> None:
    """French compounds meet in the same way."""
    assert set(names(index, "porteparole")) == {"porte", "porteparole"}


@pytest.mark.parametrize("query", ["cross border", "crossborder", "+cross +border"])
def test_explanation_names_the_rule_and_sums_up(index: Index, query: str) -> None:
    """An explanation says that a compound was met, and its parts make up the score."""
    results = index.search(query, explain=True)
    hits = {Path(hit.path).stem: hit for hit in results}
    for hit in hits.values():
        assert sum(met.score for met in hit.explanation) == pytest.approx(hit.score, rel=1e-5)
    if query != "crossborder":
        rules = {term.rule for met in hits["closed"].explanation for term in met.terms}
        assert "compound" in rules


SPELT = {
    "a.txt": "The word e-mail address was given.",
    "b.txt": "An email address was given; the email\\u2010address too.",
    "c.txt": "Saint-Denis district and the decision-making process.",
    "d.txt": "The saintdenis district and the decisionmaking process.",
    "e.txt": "Saint Denis district. He spoke of saint Denis in the district.",
    "f.txt": "E is sent by mail; the address is not able, man.",
    "g.txt": "A notable man.",
}


@pytest.fixture(params=["columns", "whoosh"], scope="module")
def spelt(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Index compounds beside other words."""
    with indexed(tmp_path_factory.mktemp("spelt"), SPELT, request.param) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "documents"),
    [
        ("email NEAR/0 address", "ab"),
        ("address NEAR/0 email", "ab"),
        ("email ONEAR/0 address", "ab"),
        ("e-mail NEAR/0 address", "ab"),
        ('"email address"', "ab"),
        ('"e-mail address"', "ab"),
        ('"email address" NEAR/1 given', "ab"),
        ('"saintdenis district"', "cde"),
        ('"saint-denis district"', "cde"),
        ('"the decisionmaking process"', "cd"),
        ('"decision-making process"', "cd"),
        ('"notable man"', "g"),
        ('="saintdenis district"', "d"),
    ],
)
def test_beside_other_words(spelt: Index, query: str, documents: str) -> None:
    """In quotes and in NEAR, too, a compound is met however a document spells it, and marked whole."""
    results = spelt.search(query)
    assert {Path(hit.path).stem for hit in results} == set(documents)
    for hit in results if query.startswith('"') and "NEAR" not in query else ():
        marked = "".join(hit.snippet[start:end] for start, end in hit.matches)
        letters = "".join(filter(str.isalnum, query)).lower()
        assert letters in "".join(filter(str.isalnum, marked)).lower()
    for hit in spelt.search(query, explain=True):
        assert sum(met.score for met in hit.explanation) == pytest.approx(hit.score, rel=1e-5)
