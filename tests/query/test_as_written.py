"""A word after = is as it is written, in its capitals, signs and letters; without it, lost signs are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import Index, QueryError, open_index
from coopsearch.search.engines import as_written
from coopsearch.search.model import Document
from tests.indexed import indexed

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


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    """A question reads so many documents in all; what is known of one is not read again."""
    monkeypatch.setattr(as_written, "MOST", 10)
    texts = {
        f"{number}.txt": f"{one} Who and Iom met in {number}."
        for number, one in enumerate(["Rare."] + ["Often."] * 7)
    }
    read: list[as_written.AsWritten] = []
    holds = as_written.holds

    def counted(document: Document, wanted: as_written.AsWritten) -> bool:
        read.append(wanted)
        return holds(document, wanted)

    monkeypatch.setattr(as_written, "holds", counted)
    with indexed(tmp_path, texts, engine) as index:
        assert index.search("rare AND =WHO").total == 0
        assert len(read) == 1
        with pytest.raises(QueryError, match="join another word"):
            index.search("=WHO =IOM")
        assert len(read) == 8, "what was asked first is read, and nothing of the other"
        assert index.search("=WHO").total == 0
        assert index.diagnose("=WHO").parts[0].documents == 0
        assert len(read) == 8, "all is known by now"
        assert index.search("=Iom -=WHO").total == 8
        assert len(read) == 16
        assert index.diagnose("=MET =OFTEN").parts == (), "what cannot be told is left out"


SHOWN = {
    "who.txt": "Who are they and who cares who?\n\nSome filler.\n\nThe WHO was founded; who knows.\n\n"
    "Language C is old; c, C.\n\nNew code is in C++ only.\n\nIt runs on .NET for $100.\n",
    "ali.txt": "على الطريق، على الجسر.\n\nكلام.\n\nوصل علي إلى المدينة.\n",
    "polish.txt": "A polish wax, and human rights.\n\nThe Polish border.\n\nHuman Rights Watch.\n",
}

#: What is asked; the line that is shown; what is marked in it.
PLACES = [
    ("=WHO", 5, ["WHO"]),
    ("=C++", 9, ["C++"]),
    ("=.NET", 11, [".NET"]),
    ("=$100", 11, ["$100"]),
    ("=علي", 5, ["علي"]),
    ("=Polish", 3, ["Polish"]),
    ('="Human Rights"', 5, ["Human Rights"]),
    ("=WHO founded", 5, ["WHO", "founded"]),
]


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_shown_as_written(tmp_path: Path, engine: str) -> None:
    """The passage and the marks are of what stands as it was written, and not of its folded word."""
    with indexed(tmp_path, SHOWN, engine) as index:
        for query, line, marked in PLACES:
            hit = index.search(query)[0]
            assert hit.line == line, query
            assert [hit.snippet[start:end] for start, end in hit.matches] == marked, query
