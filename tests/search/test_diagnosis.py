"""Why a query finds nothing, what was meant, and why a document is not a hit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search import Index, SettingsError
from coopsearch.search.results.spelling import cost
from tests.indexed import indexed

FILES = {
    "sahel.txt": "Sahel\n\nSmuggling routes cross the border. Smugglers use the routes at night.",
    "night.txt": "Night\n\nSmuggling routes change with the season; border guards follow by night.",
    "trade.txt": "Trade\n\nThe roots of trade lie in the harvest. Cross-border cooperation grows.",
    "mer.txt": "Mer\n\nLes réfugiés et la sécurité en Méditerranée: les passeurs quittent la côte.",
    "accord.txt": "Accord\n\nLa coopération européenne protège les réfugiés en Méditerranée.",
    "sahil.txt": "الساحل\n\nيغادر المهربون الساحل ليلا في قوارب نحو الجزر.",
    "amn.txt": "الأمن\n\nالتعاون بين الدول يزيد الأمن، والمهربون يبتعدون عن الساحل.",
}
#: What was typed, what was meant.
MEANT = [
    ("smugling rotes", "smuggling routes"),
    ("smugglign routes", "smuggling routes"),
    ("smuggling roytes", "smuggling routes"),
    ("smugglingroutes", "smuggling routes"),
    ('"smugling routes"', '"smuggling routes"'),
    ("+smugling -trade", "+smuggling -trade"),
    ("(smugling OR trafic) lang:en", "(smuggling OR trafic) lang:en"),
    ("border gaurds", "border guards"),
    ("refugies mediteranee", "refugies méditerranée"),
    ("sécurité passuers", "sécurité passeurs"),
    ("cooperation europene", "cooperation européenne"),
    ("المهربن الساحل", "المهربون الساحل"),
    ("مهربن الساحل", "المهربون الساحل"),
    ("التعاوم بين الدول", "التعاون بين الدول"),
]
#: Nothing is wrong with these, or nothing better is known.
FINE = [
    "smuggling routes",
    "what are the routes of smuggling",
    "réfugiés",
    "التعاون",
    "zyzzyva",
    "smuggling zyzzyva",
    "smuggling AND lang:ar",
    "xq",
    "title:smuggling",
    "smugl*",
]


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of the files."""
    with indexed(tmp_path_factory.mktemp("diagnosis"), FILES, request.param, translate="no") as opened:
        yield opened


@pytest.mark.parametrize(("typed", "meant"), MEANT)
def test_meant(index: Index, typed: str, meant: str) -> None:
    """A misspelt query is given back with words that the index holds, and finds what is promised."""
    found = index.diagnose(typed)
    assert found.suggestion == meant
    results = index.search(meant)
    assert found.suggested in {results.total_all, results.total}
    assert found.suggested


@pytest.mark.parametrize("query", FINE)
def test_fine(index: Index, query: str) -> None:
    """Where nothing is misspelt, or nothing like it is known, nothing is suggested."""
    assert not index.diagnose(query).suggestion


@pytest.mark.parametrize(
    ("query", "parts", "without"),
    [
        ("smuggling lang:ar", [("smuggling", 2), ("lang:ar", 2)], [("lang:ar", 2), ("smuggling", 2)]),
        (
            "+smuggling +réfugiés",
            [("+smuggling", 2), ("+réfugiés", 2)],
            [("+smuggling", 2), ("+réfugiés", 2)],
        ),
        ("smuggling AND trade AND night", [("smuggling", 2), ("trade", 1), ("night", 2)], [("trade", 2)]),
        ("smuggling -border", [("smuggling", 2), ("-border", 3)], [("-border", 2)]),
        ("smuggling AND NOT border", [("smuggling", 2), ("NOT border", 3)], [("NOT border", 2)]),
        ("the smuggling of zyzzyva", [("smuggling", 2), ("zyzzyva", 0)], []),
        (
            '"night smuggling"',
            [('"night smuggling"', 0), ("=night", 2), ("=smuggling", 2)],
            [("the quotes", 2)],
        ),
        (
            '"the night smuggling"',
            [('"the night smuggling"', 0), ("=night", 2), ("=smuggling", 2)],
            [("the quotes", 2)],
        ),
        (
            "«réfugiés Méditerranée»",
            [('"réfugiés Méditerranée"', 0), ("=réfugiés", 2), ("=Méditerranée", 2)],
            [("the quotes", 2)],
        ),
        (
            '"الساحل قوارب"',
            [('"الساحل قوارب"', 0), ("=الساحل", 2), ("=قوارب", 1)],
            [("the quotes", 1)],
        ),
        (
            "smuggling NEAR/0 night",
            [("smuggling NEAR/0 night", 0), ("smuggling", 2), ("night", 2)],
            [("NEAR/0", 2)],
        ),
    ],
)
def test_parts(
    index: Index, query: str, parts: list[tuple[str, int]], without: list[tuple[str, int]]
) -> None:
    """Each part is counted alone, and the query is counted without the part that costs it all."""
    found = index.diagnose(query)
    assert [(one.text, one.documents) for one in found.parts] == parts
    assert [one.text for one in found.parts if one.forbidden] == [
        part for part, _ in parts if part.startswith(("-", "NOT "))
    ]
    assert sorted((one.text, one.documents) for one in found.without) == sorted(without)
    for one in found.without:
        assert Path(one.best).name in FILES


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("smuggling zyzzyva", ["smuggling", "zyzzyva"]),
        ("+smuggling zyzzyva -night", ["+smuggling", "zyzzyva", "-night"]),
        ('"night smuggling" (border OR zyzzyva)', ['"night smuggling"', "(border OR zyzzyva)"]),
    ],
)
def test_parts_are_named_as_they_were_typed(index: Index, query: str, parts: list[str]) -> None:
    """Where all words are demanded, a part has the signs that it was typed with, and no others."""
    found = index.diagnose(query, require_all=True)
    assert [one.text for one in found.parts] == parts
    assert {one.text for one in found.without} <= {*parts}
    reason = index.why_not(query, index.search("path:trade.txt")[0].path, require_all=True)
    assert [text for text, _ in reason.parts] == parts


@pytest.mark.parametrize(
    ("query", "name", "rank", "parts"),
    [
        ("smuggling", "trade.txt", 0, [("smuggling", False)]),
        (
            "+smuggling border -night",
            "sahel.txt",
            0,
            [("+smuggling", True), ("border", True), ("-night", False)],
        ),
        ("trade OR smuggling", "trade.txt", 1, [("(trade OR smuggling)", True)]),
        ("smuggling AND NOT night", "amn.txt", 0, [("smuggling", False), ("NOT night", True)]),
        ("المهربون lang:fr", "amn.txt", 0, [("المهربون", True), ("lang:fr", False)]),
        ("réfugiés AND date:1999", "mer.txt", 0, [("réfugiés", True), ("date:1999", False)]),
    ],
)
def test_why_not(index: Index, query: str, name: str, rank: int, parts: list[tuple[str, bool]]) -> None:
    """Each part of a query is met by a document or not; a hit has its rank."""
    path = index.search(f"path:{name}")[0].path
    found = index.why_not(query, path)
    assert (found.path, found.rank, list(found.parts)) == (path, rank, parts)
    assert found.forbidden == {part for part, _ in parts if part.startswith(("-", "NOT "))}


def test_every_rank(index: Index) -> None:
    """The rank that is given is the one that a search gives."""
    for hit in index.search("smuggling routes night border trade"):
        assert index.why_not("smuggling routes night border trade", hit.path).rank == hit.rank


def test_unknown_path(index: Index) -> None:
    """A path that the index does not hold is told as such."""
    with pytest.raises(SettingsError, match="not in the index"):
        index.why_not("smuggling", "elsewhere.txt")


@pytest.mark.parametrize(
    ("typed", "nearer", "farther"),
    [
        ("smugling", "smuggling", "smuglink"),
        ("roytes", "routes", "rowtes"),
        ("biat", "boat", "brat"),
        ("gaurd", "guard", "gourd"),
        ("coats", "coast", "goats"),
        ("المهربن", "المهربون", "المهرجان"),
    ],
)
def test_cost(typed: str, nearer: str, farther: str) -> None:
    """Doubled letters, swaps and neighbouring keys are likelier slips than any other."""
    assert cost(typed, nearer) < cost(typed, farther)
