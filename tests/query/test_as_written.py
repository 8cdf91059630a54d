"""A word after = is as it is written, in its capitals, signs and letters; without it, lost signs are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import Index, QueryError, open_index
from coopsearch.search.engines import as_written

TEXTS = {
    "upper": "The experts of the WHO met in Geneva.",
    "lower": "Those who met were few. Whoever came was late.",
    "title": "Who is who",
    "plus": "They write C++ and A+B.",
    "plain": "They write C, and plan B.",
    "sharp": "They write C#.",
    "initials": "The U.S. team came.",
    "pronoun": "They told us and US, for once.",
    "ali": "وصل عليّ إلى المدينة.",
    "ala": "جلس على الكرسي.",
    "net": "They use .NET and AT&T.",
    "mesh": "They use a net and at t.",
    "ete": "Un été à Paris.",
    "etE": "Il a ete vu a PARIS.",
    "rights": "The Human Rights Council met.",
    "small": "The human rights of all, and human, rights.",
}
RECORDS = [
    {"_id": "r1", "title": "Note of WHO", "text": "Nothing.", "org": "WHO", "code": "a-B"},
    {"_id": "r2", "title": "Note of who", "text": "Nothing.", "org": "Who", "code": "A-b"},
]

ROWS = [
    ("=WHO", "upper r1"),
    ("=Who", "title"),
    ("=who", "upper lower title r1 r2"),
    ("WHO", "upper lower title r1 r2"),
    ("=C++", "plus"),
    ('="C++"', "plus"),
    ("=C#", "sharp"),
    ("=C", "plain"),
    ("=U.S.", "initials"),
    ("=US", "pronoun"),
    ("=علي", "ali"),
    ("=على", "ala"),
    ("علي", "ali ala"),
    ("=.NET", "net"),
    ("=AT&T", "net"),
    ("=été", "ete etE"),
    ("=ete", "ete etE"),
    ("=PARIS", "etE"),
    ("=Paris", "ete"),
    ('="Human Rights"', "rights"),
    ('="human rights"', "rights small"),
    ('"Human Rights"', "rights small"),
    ("title:=WHO", "upper r1"),
    ("org:=WHO", "r1"),
    ("org:WHO", "r1 r2"),
    ("code:=a-B", "r1"),
    ("=WHO AND experts", "upper"),
    ("note -=WHO", "r2"),
    ("=WHO NEAR/2 experts", "upper"),
    ("=Who NEAR/2 experts", ""),
]


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Index the texts with each engine."""
    folder = tmp_path_factory.mktemp(request.param)
    docs = folder / "docs"
    docs.mkdir()
    for name, text in TEXTS.items():
        (docs / f"{name}.txt").write_text(text, encoding="utf-8")
    (docs / "records.jsonl").write_text("\n".join(map(json.dumps, RECORDS)), encoding="utf-8")
    sync([docs], folder / "index", engine=request.param)
    with open_index(folder / "index") as opened:
        yield opened


@pytest.mark.parametrize(("query", "answer"), ROWS)
def test_as_written(index: Index, query: str, answer: str) -> None:
    """A capital, a sign or an Arabic letter that is typed after = is one that must stand there."""
    found = {
        Path(hit.path).name.removesuffix(".txt").rpartition("!")[2] for hit in index.search(query, limit=50)
    }
    assert found == set(answer.split())


def test_counts_agree(index: Index) -> None:
    """The totals are those of the hits, and the explanation sums up to the score."""
    results = index.search("=WHO met", explain=True)
    for hit in results:
        assert sum(met.score for met in hit.explanation) == pytest.approx(hit.score, rel=1e-5)
    assert index.search("=WHO met", require_all=True).total == results.total_all == 1
    assert index.search("=WHO", limit=0).total == 2


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("C++", 'signs are left out: C++ is read as "c"; write =C++ to ask for it as it is written'),
        (
            '"C++"',
            'signs are left out: C++ is read as "c"; write =C++ to ask for it as it is written',
        ),
        (
            "U.S.",
            'signs are left out: U.S. is read as "us"; write =U.S. to ask for it as it is written',
        ),
        (
            ".NET",
            'signs are left out: .NET is read as "net"; write =.NET to ask for it as it is written',
        ),
        (
            "title:C++",
            'signs are left out: C++ is read as "c"; write title:=C++ to ask for it as it is written',
        ),
        (
            '"=WHO was"',
            'signs are left out: =WHO is read as "who"; write =WHO to ask for it as it is written',
        ),
        ("==WHO", "==WHO asks for =WHO with its sign; write =WHO for the word as it is written"),
    ],
)
def test_lost_signs_are_told(index: Index, query: str, note: str) -> None:
    """Without =, the answer says which signs were dropped."""
    assert index.search(query).notes == (note,)


@pytest.mark.parametrize(
    "query", ["=C++", "AT&T", "WHO", "cross-border", "l'asile", "a@b.org", "who?", "1,250"]
)
def test_nothing_to_tell(index: Index, query: str) -> None:
    """Signs that are kept, or that join words, are not told."""
    assert not index.search(query).notes


def test_bounded(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """More documents than can be read are refused, unless other words leave few of them."""
    monkeypatch.setattr(as_written, "MOST", 4)
    with pytest.raises(QueryError, match="join another word"):
        index.search("=WHO")
    assert index.search("experts AND =WHO").total == 1
