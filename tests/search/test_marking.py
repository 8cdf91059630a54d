"""Which words of a hit are marked, and which passage is shown for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search import Index
from tests.indexed import indexed

FILES = {
    "en.txt": (
        "Note\n\nIt is the end of the note, and of the year, and of the way to the house of the director.\n\n"
        "Smugglers of people were met at the border.\n\nThe end of it."
    ),
    "fr.txt": (
        "Note\n\nLa fin de la note et de l'année, et des jours, et du chemin de la maison du directeur.\n\n"
        "Les gouvernements de la région coopèrent.\n\nC'est la fin de la note."
    ),
    "ar.txt": (
        "مذكرة\n\nفي نهاية العام وفي بداية الشهر وفي كل يوم من أيام السنة وفي كل مكان.\n\n"
        "التعاون في الحدود مستمر.\n\nفي النهاية."
    ),
}

#: What is asked; a part of the passage that is shown; what is marked in it.
ROWS = [
    ("smuggling of the people", "were met", ["Smugglers of people"]),
    ("what is the border", "were met", ["border"]),
    ("coopération des gouvernements de la région", "région", ["gouvernements de la région coopèrent"]),
    ("quels sont les gouvernements", "région", ["gouvernements"]),
    ("ما هو التعاون في الحدود", "مستمر", ["التعاون في الحدود"]),
    ("متى يبدأ التعاون من", "التعاون", ["التعاون"]),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of the files."""
    with indexed(tmp_path_factory.mktemp("marking"), FILES, "columns") as opened:
        yield opened


@pytest.mark.parametrize(("query", "shown", "marked"), ROWS)
def test_function_words_choose_nothing(index: Index, query: str, shown: str, marked: list[str]) -> None:
    """The passage with the subject is shown; function words are marked between its words alone."""
    hit = index.search(query)[0]
    assert shown in hit.snippet
    assert [hit.snippet[start:end] for start, end in hit.matches] == marked


def test_nothing_but_function_words(index: Index) -> None:
    """Where a query holds nothing else, they are what is marked."""
    for query in ("of the", "de la", "في"):
        hit = index.search(query)[0]
        assert hit.matches


TITLED = (
    '{"_id": "a", "title": "The smuggling of people", "text": "It is of the year and of the house."}\n'
    '{"_id": "b", "title": "Letter", "text": "Smuggling of people at the border."}\n'
    '{"_id": "c", "title": "Long words", "text": "' + "alpha beta " * 60 + '"}\n'
)


@pytest.fixture(scope="module")
def titled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of records whose titles say what their texts do not."""
    with indexed(tmp_path_factory.mktemp("titled"), {"t.jsonl": TITLED}, "columns") as opened:
        yield opened


def test_titles_are_marked(titled: Index) -> None:
    """What is asked for is marked in a title as in a passage."""
    hits = {hit.path[-1]: hit for hit in titled.search("smuggling of people")}
    assert [hits["a"].title[low:high] for low, high in hits["a"].title_matches] == ["smuggling of people"]
    assert hits["b"].title_matches == ()
    assert hits["b"].matches


def test_found_by_its_title_alone(titled: Index) -> None:
    """Where the title alone holds what was asked for, no passage is shown as if it answered."""
    hit = next(hit for hit in titled.search("smuggling of the people") if hit.path.endswith("a"))
    assert (hit.snippet, hit.matches, hit.line, hit.page, hit.language) == ("", (), None, None, "en")
    assert hit.title_matches


def test_a_match_longer_than_the_snippet(titled: Index) -> None:
    """A phrase that does not fit into what is shown is marked as far as it is shown."""
    phrase = " ".join(["alpha beta"] * 59)
    (hit,) = titled.search(f'"{phrase}"')
    assert len(hit.snippet) < len(phrase)
    assert hit.matches
    for low, high in hit.matches:
        assert 0 <= low < high <= len(hit.snippet)
        assert hit.snippet[low:high].startswith(("alpha", "beta"))


IRREGULAR = {
    "sunk.txt": "Filler, line one.\n\nMore.\n\nThe boats were sold, and one sank with men at its sunken bow.",
    "vecu.txt": "Une ligne de remplissage.\n\nIls ont vécu ici, sont nés à Tunis et vont mourir des yeux.\n",
}


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_irregular_forms(tmp_path: Path, engine: str) -> None:
    """A form that shares no letter with what was typed is marked, and chooses the passage."""
    with indexed(tmp_path, IRREGULAR, engine) as index:
        for query, marked in (
            ("sink", ["sank", "sunken"]), ("selling", ["sold"]), ("man", ["men"]), ("vivre", ["vécu"]),
            ("naître", ["nés"]), ("aller", ["vont"]), ("œil", ["yeux"]),
        ):  # fmt: skip
            hit = index.search(query)[0]
            assert [hit.snippet[start:end] for start, end in hit.matches] == marked, query
            assert hit.line != 1


def test_cut_word(tmp_path: Path) -> None:
    """A word that is cut at the end of a line is marked whole."""
    with indexed(
        tmp_path, {"a.txt": "A coop-\neration agreement of the coops was sig-\nned.\n"}, "columns"
    ) as index:
        for query, marked in (("cooperation", ["coop- eration", "coops"]), ("signed", ["sig- ned"])):
            hit = index.search(query)[0]
            assert [hit.snippet[start:end] for start, end in hit.matches] == marked
