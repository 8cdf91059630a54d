"""A list of questions, asked one after the other on one state of an index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import Index, SettingsError, ask_each
from tests.indexed import indexed

TEXTS = {
    "en.txt": "Human trafficking over desert routes. Abdel-Rahman Hassan met; account 12 34 56 78.\n",
    "fr.md": "# Passeurs\n\nLes réseaux de passeurs et la route du désert.\n",
    "ar.txt": "شبكات تهريب المهاجرين عبر البحر.\n",
    "other.txt": "Routes of trafficking in human beings, cross-border and crossborder.\n",
}


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of a few texts, asked for words themselves: no translation is a hit."""
    with indexed(tmp_path_factory.mktemp("batch"), TEXTS, request.param, translate="no") as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "phrase", "words"),
    [
        ("human trafficking", 1, 2), ("trafficking human", 0, 2), ("HUMAN  Trafficking", 1, 2),
        ("human AND trafficking", 0, 1), ("reseaux de passeurs", 1, 1), ("تهريب المهاجرين", 1, 1),
        ("Abdelrahman Hassan", 1, 1), ("Abdel Rahman Hassan", 1, 1), ("12345678", 1, 1),
        ("cross border", 1, 1), ('a "quoted" (text', 0, 0), ("-routes", 2, 3),
        ("lang:fr", 0, 0), ("nobody", 0, 0),
    ],
)  # fmt: skip
def test_readings(index: Index, text: str, phrase: int, words: int) -> None:
    """A line is plain text: its words stand side by side, or in one document."""
    (one,), (other,) = list(ask_each(index, [text])), list(ask_each(index, [text], reading="words"))
    assert (one.total, other.total) == (phrase, words)
    assert not one.error


@pytest.mark.parametrize("text", ["human trafficking", "abdelrahman hassan", "cross border", "12345678"])
def test_as_quoted(index: Index, text: str) -> None:
    """A line finds what a search finds that has it in quotes, with the same hits."""
    (answer,) = ask_each(index, [text], limit=5)
    found = index.search(f'"{text}"', limit=5)
    assert (answer.total, answer.hits) == (found.total, found.hits)


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("=routes", 'signs are left out: =routes is read as "routes"'),
        ("the C++ routes", 'signs are left out: C++ is read as "c"'),
    ],
)
def test_notes_on_words(index: Index, line: str, note: str) -> None:
    """Of a line of words it is said how it was read, and not which sign of a query would ask otherwise."""
    for answers in (ask_each(index, [line]), ask_each(index, [line], reading="words")):
        assert next(answers).notes == (note,)
    assert index.search(line, plain=True).notes == (note,)
    (starred,) = ask_each(index, ["desert * routes"])
    assert starred.notes == (
        '* is not a pattern and is left out: "desert * routes" is read as "desert routes"',
    )
    (query,) = ask_each(index, ["C++"], reading="query")
    assert query.notes[0].endswith("; write =C++ to ask for it as it is written")


def test_queries(index: Index) -> None:
    """Read as queries, lines have operators and fields; one that cannot be read says at which character."""
    answers = list(ask_each(index, ["trafficking -desert", "lang:fr", "(open", "x:y"], reading="query"))
    assert [answer.total for answer in answers] == [1, 1, 0, 0]
    assert "character 1" in answers[2].error
    assert "x" in answers[3].error


@pytest.mark.parametrize("text", ["", " ", "???", "a\0b", "\ud800", "x" * 20_000, "a " * 20_000])
@pytest.mark.parametrize("reading", ["phrase", "words", "query"])
def test_a_line_that_cannot_be_asked(index: Index, text: str, reading: str) -> None:
    """A line that cannot be asked has an error in one line, and the next one is answered."""
    bad, good = ask_each(index, [text, "human"], reading=reading)  # type: ignore[arg-type]
    assert (bad.total, bad.hits, bad.text) == (0, (), text)
    assert bad.error
    assert "\n" not in bad.error
    assert (good.total, good.error) == (2, "")


def test_limit(index: Index) -> None:
    """As many hits come with a line as are asked for, and none where it is only counted."""
    assert [len(next(ask_each(index, ["routes"], limit=limit)).hits) for limit in (0, 1, 2, 9)] == [
        0,
        1,
        2,
        2,
    ]
    (bare,) = ask_each(index, ["routes"], snippets=False)
    assert (bare.total, bare.hits[0].snippet) == (2, "")


@pytest.mark.parametrize("options", [{"limit": -1}, {"limit": 10_000}, {"reading": "prose"}])
def test_wrong_options(index: Index, options: dict[str, object]) -> None:
    """Options that make no sense are refused before anything is asked."""
    with pytest.raises(SettingsError):
        ask_each(index, ["x"], **options)  # type: ignore[arg-type]


def test_one_state(tmp_path: Path) -> None:
    """All lines are asked of the state of the beginning, as the list is read."""
    with indexed(tmp_path, TEXTS, "columns") as opened:
        asked: list[str] = []

        def lines() -> Iterator[str]:
            for text in ("routes", "routes", "routes"):
                asked.append(text)
                yield text

        answers = ask_each(opened, lines())
        assert next(answers).total == 2
        assert len(asked) == 1
        (tmp_path / "docs" / "new.txt").write_text("routes")
        sync([tmp_path / "docs"], tmp_path / "index")
        opened.refresh()
        assert [answer.total for answer in answers] == [2, 2]
        assert next(ask_each(opened, ["routes"])).total == 3
