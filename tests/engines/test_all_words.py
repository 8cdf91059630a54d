"""Documents that hold all words come behind the first few, before those that lack one, on both engines."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopsearch.search import schema
from coopsearch.search.engines import NAMES, all_words, engine
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import AllWordsFirst, And, AndMaybe, Filter, Group, Near, Or, Rescored
from coopsearch.search.ranking import DEFAULT
from tests.engines.brute import Brute
from tests.engines.test_rescoring import analysed

WORDS = "abc"
GROUPS = tuple(Group(schema.STEMS, ((word, 1.0),)) for word in WORDS)
ALL = And(GROUPS)
_texts = st.lists(st.lists(st.sampled_from("abcxxx"), min_size=1, max_size=14), min_size=1, max_size=40)


def query(first: int, *, narrowed: bool = False) -> AllWordsFirst:
    """Return three words as they are planned, within one kind of file or not."""
    more = (Group(schema.WORDS, (("b", 1.0),), 0.3), Near(GROUPS))
    words = Or(GROUPS)
    kind = Filter(Group(schema.TYPE, (("txt", 1.0),)))
    child = And((words, kind)) if narrowed else words
    whole = AndMaybe(Filter(And((*GROUPS, kind)) if narrowed else ALL), words)
    return AllWordsFirst(Rescored(child, more), Rescored(whole, more), first)


def expected(reader: Reader, node: AllWordsFirst) -> list[int]:
    """Return all numbers in the order that is promised, from what the engine says of the two parts."""
    ranked = [number for number, _ in reader.search(node.child, 1_000).best]
    held = [number for number, _ in reader.search(node.whole, 1_000).best]
    at = min(node.first, len(ranked))
    while at < len(ranked) and ranked[at] in held:
        at += 1
    before = ranked[:at]
    lifted = [number for number in held if number not in before]
    return before + lifted + [number for number in ranked[at:] if number not in held]


@settings(max_examples=30)
@given(_texts, st.sampled_from([0, 1, 3, 7]), st.sampled_from([3, 200]), st.booleans())
def test_order(texts: list[list[str]], first: int, rescored: int, narrowed: bool) -> None:
    """The order is the one promised, the first are the same of few and of many, and scores never rise."""
    documents = [analysed(f"{number:02}.txt", " ".join(text)) for number, text in enumerate(texts)]
    truth = Brute(documents)
    node = query(first, narrowed=narrowed)
    for name in NAMES:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "data"
            engine(name).create(folder)
            with engine(name).writer(folder) as writer:
                for one in documents:
                    writer.add(one)
                writer.commit()
            with engine(name).open(folder, DEFAULT._replace(rescored=rescored)) as reader:
                found = reader.search(node, 1_000)
                assert [number for number, _ in found.best] == expected(reader, node)
                assert found.total == len(found.best) == reader.search(node, 0).total
                scores = [score for _, score in found.best]
                assert scores == sorted(scores, reverse=True)
                own = dict(reader.search(node.whole, 1_000).best)
                for number, score in found.best:
                    if number in found.gained:
                        assert own[number] + found.gained[number] == pytest.approx(score)
                for limit in (1, 2, 5, 10):
                    assert reader.search(node, limit).best == found.best[:limit]
                every = {reader.path(number) for number, _ in reader.search(node.whole, 1_000).best}
                assert every == truth.scores(ALL).keys()


@pytest.fixture(scope="module", params=NAMES)
def reader(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Forty short documents of one or two of the words, and three long ones that hold all three."""
    folder = tmp_path_factory.mktemp("index") / "data"
    one = engine(request.param)
    one.create(folder)
    with one.writer(folder) as writer:
        for number in range(20):
            writer.add(analysed(f"short{number:02}.txt", f"a b a b {'x ' * (number % 5)}"))
            writer.add(analysed(f"third{number:02}.txt", f"c {'x ' * number}"))
        for number in range(3):
            writer.add(analysed(f"whole{number}.txt", f"a {'x ' * 300} b {'x ' * (300 + number)} c"))
        writer.commit()
    return one.open(folder)


def test_lifted(reader: Reader) -> None:
    """What the score alone puts last stands directly behind the first few, each by its own score."""
    paths = [reader.path(number) for number, _ in reader.search(query(7), 30).best]
    assert paths[7:10] == ["whole0.txt", "whole1.txt", "whole2.txt"]
    assert not any(path.startswith("whole") for path in paths[:7])
    newest = reader.search(query(7), 100, "path").best
    assert [reader.path(number) for number, _ in newest][-3:] == ["whole0.txt", "whole1.txt", "whole2.txt"]


def test_so_many_that_it_says_nothing(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more than so many documents hold all words, the score alone ranks them."""
    monkeypatch.setattr(all_words, "MOST", 2)
    assert reader.search(query(7), 30).best == reader.search(query(7).child, 30).best
