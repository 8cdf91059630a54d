"""An index that is awaited: many calls at once, the loop free meanwhile, and calls that are given up."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from coopsearch.indexer import open_writer
from coopsearch.search import (
    CoopsearchError,
    Hit,
    Index,
    IndexMissing,
    QueryError,
    SettingsError,
    aio,
    open_index,
)
from coopsearch.search.walk import Walk


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An index of twenty documents."""
    with open_writer(tmp_path / "index") as writer:
        for number in range(20):
            writer.add(f"case/{number}", f"perch number{number} réfugiés الحدود")
    return tmp_path / "index"


def test_the_same_answers(place: Path) -> None:
    """Calls side by side give what the plain index gives, with the same options and the same errors."""

    async def ask() -> None:
        async with aio.open_index(place) as index:
            queries = [f"number{number}" for number in range(20)] + ["réfugiés", "الحدود"]
            answers = await asyncio.gather(*(index.search(query, limit=3) for query in queries))
            with open_index(place) as plain:
                assert [one.hits for one in answers] == [plain.search(q, limit=3).hits for q in queries]
                assert await index.terms("perch") == plain.terms("perch") == (("perch", 20),)
                assert await index.document("api://case/3") == plain.document("api://case/3")
                assert (index.documents, index.languages) == (plain.documents, plain.languages)
                assert index.generation == plain.generation
            assert await index.count("perch") == 20
            assert await index.facets("perch", ["type"]) == {"type": {"api": 20}}
            with pytest.raises(QueryError):
                await index.search("colour:red")
            with open_writer(place) as writer:
                writer.put("new", "perch")
            assert await index.count("perch") == 20
            assert await index.refresh()
            assert await index.count("perch") == 21

    asyncio.run(ask())


METHODS = (
    "changed", "completed", "count", "diagnose", "document", "facets", "holds", "members", "names", "rank",
    "refresh", "search", "similar", "terms", "why_not",
)  # fmt: skip


@pytest.mark.parametrize("name", METHODS)
def test_methods(name: str) -> None:
    """What takes time of an index can be awaited under its name, with its documentation."""
    method = getattr(aio.AsyncIndex, name)
    assert inspect.iscoroutinefunction(method)
    assert method.__doc__ == getattr(Index, name).__doc__


class Held:
    """Searches that wait until they are let go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Take the place of the real search."""
        self.begun: list[str] = []
        self.may_go_on = threading.Event()
        self.has_begun = threading.Event()

        def search(index: Index, query: str) -> str:
            self.begun.append(query)
            self.has_begun.set()
            assert self.may_go_on.wait(30)
            return query

        monkeypatch.setattr(aio.AsyncIndex, "search", aio._awaited(search))


def test_cancelled(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that is given up ends at once; one that no thread has begun with is never run."""
    held = Held(monkeypatch)

    async def ask() -> None:
        async with aio.open_index(place, threads=1) as index:
            first: asyncio.Task[Any] = asyncio.create_task(index.search("first"))
            await asyncio.to_thread(held.has_begun.wait, 30)
            second: asyncio.Task[Any] = asyncio.create_task(index.search("second"))
            third: asyncio.Task[Any] = asyncio.create_task(index.search("third"))
            await asyncio.sleep(0)
            first.cancel()
            second.cancel()
            for task in (first, second):
                with pytest.raises(asyncio.CancelledError):
                    await task
            held.may_go_on.set()
            assert await third == "third"
        assert held.begun == ["first", "third"]

    asyncio.run(ask())


def test_closing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing waits for what runs, cancels what waits, and takes no more; a second time is no error."""
    held = Held(monkeypatch)

    async def ask() -> None:
        index = await aio.open_index(place, threads=1)
        first: asyncio.Task[Any] = asyncio.create_task(index.search("first"))
        await asyncio.to_thread(held.has_begun.wait, 30)
        second: asyncio.Task[Any] = asyncio.create_task(index.search("second"))
        await asyncio.sleep(0)
        closing = asyncio.create_task(index.close())
        with pytest.raises(asyncio.CancelledError):
            await second
        assert not closing.done()
        held.may_go_on.set()
        assert await first == "first"
        await closing
        await index.close()
        with pytest.raises(CoopsearchError, match="the index was closed"):
            await index.count("perch")
        assert held.begun == ["first"]

    asyncio.run(ask())


def test_opening(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be opened is told as it is by the plain index; what nobody waits for is closed again."""
    closed = threading.Event()
    monkeypatch.setattr(Index, "close", lambda index: closed.set())

    async def ask() -> None:
        with pytest.raises(IndexMissing):
            await aio.open_index(place.parent / "none")
        with pytest.raises(SettingsError, match="threads is 0"):
            await aio.open_index(place, threads=0)
        opening = asyncio.ensure_future(aio.open_index(place)._open())
        await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert await asyncio.to_thread(closed.wait, 30)

    asyncio.run(ask())


def test_walk(place: Path) -> None:
    """All hits come in order, from the state on which the walk began, whatever is committed meanwhile."""

    async def ask() -> None:
        async with aio.open_index(place) as index:
            with open_index(place) as plain:
                wanted = plain.search("perch", limit=None, sort="path").hits
            assert len(wanted) == 20
            assert [hit async for hit in index.iterate("perch", sort="path")] == list(wanted)
            assert [hit.rank async for hit in index.iterate("perch", offset=18)] == [19, 20]
            assert [hit async for hit in index.iterate("nothing")] == []
            walk = index.iterate("perch", sort="path", batch=1)
            seen = [await anext(walk)]
            with open_writer(place) as writer:
                writer.put("case/0", "replaced")
            assert await index.refresh()
            seen += [hit async for hit in walk]
            assert seen == list(wanted)
            with pytest.raises(QueryError):
                await anext(index.iterate("colour:red"))

    asyncio.run(ask())


class HeldWalk(Iterator[Hit]):
    """A walk that waits to be let go on before its second batch, and notes when it is closed, and how."""

    def __init__(self) -> None:
        """Begin."""
        self.count = 0
        self.inside = False
        self.faults: list[str] = []
        self.waits, self.may_go_on, self.closed = threading.Event(), threading.Event(), threading.Event()

    def __next__(self) -> Hit:
        """Return any hit."""
        self.inside = True
        self.count += 1
        if self.count > aio._TOGETHER:
            self.waits.set()
            assert self.may_go_on.wait(30)
        self.inside = False
        return cast("Hit", self.count)

    def close(self) -> None:
        """Note it."""
        if self.inside:
            self.faults.append("closed while a thread was within")
        self.closed.set()


def _walking(monkeypatch: pytest.MonkeyPatch) -> HeldWalk:
    walk = HeldWalk()
    method = aio._walked(lambda index, query: cast("Walk", walk))
    monkeypatch.setattr(aio.AsyncIndex, "iterate", method)
    return walk


@pytest.mark.parametrize("how", ["break", "cancel", "close"])
def test_a_walk_that_is_given_up(place: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """A walk that is left, cancelled or closed under lets its state go, once no thread is within it."""
    walk = _walking(monkeypatch)

    async def go() -> None:
        async with aio.open_index(place, threads=2) as index:
            hits = index.iterate("perch")
            if how == "break":
                assert cast("int", await anext(hits)) == 1
                await hits.aclose()
            else:
                task: asyncio.Task[Any] = asyncio.create_task(_all(hits))
                await asyncio.to_thread(walk.waits.wait, 30)
                if how == "cancel":
                    task.cancel()
                    with pytest.raises(asyncio.CancelledError):
                        await task
                    assert not walk.closed.is_set()
                    walk.may_go_on.set()
                else:
                    closing = asyncio.create_task(index.close())
                    await asyncio.sleep(0)
                    walk.may_go_on.set()
                    with pytest.raises(CoopsearchError, match="was closed"):
                        await task
                    await closing
            assert await asyncio.to_thread(walk.closed.wait, 30)

    asyncio.run(go())
    assert walk.faults == []


async def _all(hits: AsyncGenerator[Hit, None]) -> list[Hit]:
    return [hit async for hit in hits]
