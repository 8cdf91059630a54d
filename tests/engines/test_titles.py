"""Documents that are called as a query says, on both engines: the truth by reading every title."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopsearch.search import schema
from coopsearch.search.analysis.model import AnalysedDocument, Run
from coopsearch.search.analysis.tokenizer import advance, words
from coopsearch.search.engines import NAMES, engine, titles
from coopsearch.search.engines.nodes import And, Filter, Group, Near, Node, Or, Rescored, WholeTitle
from coopsearch.search.model import Document
from coopsearch.search.ranking import DEFAULT
from tests.engines.brute import Brute

#: Above what the rest gives to any of so few documents.
FIRST = 50.0


def analysed(path: str, title: str, text: str, kind: str = "txt") -> AnalysedDocument:
    """Make a document of a title and one passage."""
    found, steps = words(title)
    runs = [Run("title", 0, found, found, steps)] if found else []
    body = text.split()
    if body:
        runs.append(Run("body", advance(found, steps) + 100, body, body))
    return AnalysedDocument(Document(path, path, title, text, (), kind), tuple(runs), ("en",))


_word = st.sampled_from(["a", "b", "c", "été", "كتاب"])
_titles = st.lists(
    st.tuples(_word, st.sampled_from([" ", " ", "-", ": ", " - "])), min_size=1, max_size=3
).map(lambda pairs: "".join(word + sign for word, sign in pairs).strip())
_documents = st.lists(
    st.tuples(
        _titles, st.lists(_word, max_size=8).map(" ".join), st.sampled_from(["txt", "md"]), st.booleans()
    ),
    min_size=1,
    max_size=14,
)
_asked = st.lists(_word, min_size=1, max_size=3).map(tuple)


def query(asked: tuple[str, ...], *, narrowed: bool, more: bool) -> Node:
    """Return words as they are planned: any of them, or within a kind of file."""
    groups = tuple(Group(schema.STEMS, ((word, 1.0),)) for word in dict.fromkeys(asked))
    child: Node = Or(groups) if len(groups) > 1 else groups[0]
    if narrowed:
        child = And((child, Filter(Group(schema.TYPE, (("md", 1.0),)))))
    first = WholeTitle(asked, FIRST)
    return Rescored(child, (first, Near(groups)) if more else (first,), (first,))


@settings(max_examples=25)
@given(_documents, st.lists(_asked, min_size=1, max_size=4), st.booleans(), st.booleans())
def test_same_as_brute_force(
    rows: list[tuple[str, str, str, bool]],
    several: list[tuple[str, ...]],
    narrowed: bool,
    more: bool,
) -> None:
    """Both engines rescore the documents of a title however low they score, and the best, and no others."""
    parameters = DEFAULT._replace(rescored=2)
    documents = [
        analysed(f"{number:02}.txt", title, text, kind) for number, (title, text, kind, _) in enumerate(rows)
    ]
    left = [one for one, row in zip(documents, rows, strict=True) if not row[3]]
    truth = Brute(left, parameters)
    for name in NAMES:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "data"
            engine(name).create(folder)
            with engine(name).writer(folder) as writer:
                for number, one in enumerate(documents):
                    writer.add(one)
                    if number % 5 == 4:
                        writer.commit(more=True)
                writer.commit()
                for one, (_, _, _, gone) in zip(documents, rows, strict=True):
                    if gone:
                        writer.delete_file(one.document.file)
                writer.commit()
            with engine(name).open(folder, parameters) as reader:
                for asked in several:
                    node = query(asked, narrowed=narrowed, more=more)
                    scores = truth.scores(node)
                    for limit in (1, 3, 100):
                        total, best = truth.search(node, limit)
                        found = reader.search(node, limit)
                        assert found.total == total
                        assert len(found.best) == len(best)
                        for (number, score), (_, wanted) in zip(found.best, best, strict=True):
                            own = scores[reader.document(number).path]
                            assert score == pytest.approx(own, rel=0.1 if name == "whoosh" else 1e-4)
                            assert (score > FIRST) == (wanted > FIRST)


@pytest.mark.parametrize("name", NAMES)
def test_far_below_the_best(name: str, tmp_path: Path) -> None:
    """A long document of a short title is first before hundreds that hold its word more often."""
    rows = [analysed(f"{number:03}.txt", "red red blue", "red " * 20) for number in range(30)]
    rows.append(analysed("zz.txt", "Red!", "x " * 5_000))
    engine(name).create(tmp_path / "data")
    with engine(name).writer(tmp_path / "data") as writer:
        for one in rows:
            writer.add(one)
        writer.commit()
    with engine(name).open(tmp_path / "data", DEFAULT._replace(rescored=5)) as reader:
        red = Group(schema.STEMS, (("red", 1.0),))
        assert reader.path(reader.search(red, 100).best[-1][0]) == "zz.txt"
        first = WholeTitle(("red",), FIRST)
        assert reader.path(reader.search(Rescored(red, (first,), (first,)), 1).best[0][0]) == "zz.txt"
        assert reader.search(first, 10).total == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_title_of_too_many_is_nobodys(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more documents than are read for one query may have a title, none of them gains by it."""
    monkeypatch.setattr(titles, "MOST", 3)
    engine(name).create(tmp_path / "data")
    with engine(name).writer(tmp_path / "data") as writer:
        for number in range(4):
            writer.add(analysed(f"red{number}.txt", "red", "x"))
            writer.add(analysed(f"long{number}.txt", "blue " + "green " * 40, "x"))
        for number in range(3):
            writer.add(analysed(f"blue{number}.txt", "blue", "x"))
        writer.commit()
    with engine(name).open(tmp_path / "data") as reader:
        assert reader.search(WholeTitle(("red",), FIRST), 10).total == 0
        assert reader.search(WholeTitle(("blue",), FIRST), 10).total == 3


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("Cross-border routes: the Sahel?", ("cross", "border", "routes", "the", "sahel")),
        ("L'immigration", ("immigration",)),
        ("中国人民", ("中国", "国人", "人民")),
        ("مُكافحة التهريب؟", ("مكافحه", "التهريب")),
        ("U.N. R&D 1 250", ("un", "r", "d", "1", "250")),
    ],
)
def test_no_title_is_longer_than_is_read(title: str, asked: tuple[str, ...]) -> None:
    """A title reads as its words, and makes no more tokens than the bound allows."""
    assert titles.is_whole(title, asked)
    assert 3 * len(words(title)[0]) <= titles.longest(asked)
    assert not titles.is_whole(title + " more", asked)
