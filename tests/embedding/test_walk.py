"""Walking through all hits of a query, page by page or one by one."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import CoopsearchError, Index, QueryError, SettingsError
from coopsearch.search.engines.base import ORDERS, Order
from tests.indexed import indexed

TEXTS = {
    f"d{number:03}.txt": f"Report {number}\n\n{'routes ' * (number % 7 + 1)}over the sea, number {number}.\n"
    for number in range(120)
}


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of many short texts."""
    with indexed(tmp_path_factory.mktemp("walk"), TEXTS, request.param) as opened:
        yield opened


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("query", ["routes", "routes sea", '"the sea" 7', "*"])
def test_as_a_search(index: Index, query: str, order: Order) -> None:
    """It gives the hits of a search in each order, with the same ranks, scores and snippets."""
    found = index.search(query, limit=None, sort=order)
    with index.iterate(query, sort=order, batch=7) as walk:
        assert walk.total == found.total > 20
        assert tuple(walk) == found.hits


@pytest.mark.parametrize("offset", [0, 1, 20, 119, 120, 1000])
def test_offset(index: Index, offset: int) -> None:
    """With an offset it begins later, and the ranks go on from there."""
    every = list(index.iterate("routes"))
    assert list(index.iterate("routes", offset=offset, batch=16)) == every[offset:]


def test_without_snippets(index: Index) -> None:
    """Without snippets the hits say which documents they are."""
    hits = list(index.iterate("routes", snippets=False))
    assert [hit.path for hit in hits] == [hit.path for hit in index.iterate("routes")]
    assert not any(hit.snippet for hit in hits)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"query": "nothing:x"}, QueryError), ({"query": ""}, QueryError), ({"offset": -1}, SettingsError),
        ({"batch": 0}, SettingsError), ({"sort": "x"}, SettingsError), ({"query": 3}, TypeError),
        ({"batch": 2.5}, SettingsError), ({"snippets": 1}, TypeError),
    ],
)  # fmt: skip
def test_wrong_arguments(index: Index, options: dict[str, object], error: type[Exception]) -> None:
    """What makes no sense is refused at once, and not when the first hit is taken."""
    with pytest.raises(error):
        index.iterate(**{"query": "routes", **options})  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_stable_over_a_refresh(tmp_path: Path, engine: str) -> None:
    """A walk goes on over the state on which it began, whatever is committed and refreshed meanwhile."""
    with indexed(tmp_path, TEXTS, engine) as opened:
        expected = [hit.path for hit in opened.iterate("routes")]
        walk = opened.iterate("routes", batch=5)
        seen = [next(walk).path for _ in range(8)]
        for name in list(TEXTS)[:100]:
            (tmp_path / "docs" / name).unlink()
        (tmp_path / "docs" / "new.txt").write_text("routes routes routes")
        sync([tmp_path / "docs"], tmp_path / "index", rebuild=True)
        assert opened.refresh()
        assert seen + [hit.path for hit in walk] == expected
        assert len(list(opened.iterate("routes"))) == 21


def test_close(tmp_path: Path) -> None:
    """An index that is closed answers a walk to its end and begins no other; a closed walk is over."""
    with indexed(tmp_path, TEXTS, "columns") as opened:
        walk, other = opened.iterate("routes"), opened.iterate("routes")
        next(other)
        other.close()
        assert list(other) == []
        opened.close()
        assert len(list(walk)) == len(TEXTS)
        with pytest.raises(CoopsearchError, match="closed"):
            opened.iterate("routes")


def test_a_walk_that_is_left(tmp_path: Path) -> None:
    """A walk that nobody goes on with lets its state go."""
    with indexed(tmp_path, TEXTS, "columns") as opened:
        state = opened._state
        for walk in (opened.iterate("routes"), iter(opened.iterate("routes", batch=2))):
            assert next(walk)
        assert state.users > 1
        del walk
        gc.collect()
        assert state.users == 1


def test_other_searches_in_between(index: Index) -> None:
    """A walk shares nothing with a search that is made between two of its hits."""
    for number, hit in enumerate(index.iterate("=Report routes", batch=3)):
        assert index.search('="Report 7"', limit=1).total >= 1
        assert hit.rank == number + 1
