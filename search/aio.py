"""An index for programs that use asyncio: the same methods, to be awaited.

    from coopsearch.search.aio import open_index

    async with open_index() as index:
        results = await index.search("smuggling routes", limit=5)
        async for hit in index.iterate("smuggling"):
            ...

Each call runs in a thread, so that the event loop goes on meanwhile. Does not depend on a particular engine
or the terminal.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial, wraps
from itertools import islice
from types import TracebackType
from typing import Any, Concatenate, Final, ParamSpec, Self, TypeVar

from coopsearch.search.arguments import whole_number
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.index import Index
from coopsearch.search.index import open_index as open_here
from coopsearch.search.model import Hit
from coopsearch.search.walk import Walk

__all__ = ["AsyncIndex", "open_index"]

_P = ParamSpec("_P")
_R = TypeVar("_R")

#: More threads than this wait for each other.
_MOST_THREADS: Final = 64
#: Hits of a walk that a thread makes at a time.
_TOGETHER: Final = 200


def _awaited(
    method: Callable[Concatenate[Index, _P], _R],
) -> Callable[Concatenate[AsyncIndex, _P], Coroutine[Any, Any, _R]]:
    """Return a method of an index as one to be awaited, with the same options."""

    @wraps(method)
    async def awaited(self: AsyncIndex, /, *args: _P.args, **options: _P.kwargs) -> _R:
        return await self._in_thread(partial(method, self._index, *args, **options))

    return awaited


def _walked(
    method: Callable[Concatenate[Index, _P], Walk],
) -> Callable[Concatenate[AsyncIndex, _P], AsyncGenerator[Hit, None]]:
    """Return a method that walks through hits as one for ``async for``, with the same options."""

    @wraps(method)
    async def walked(self: AsyncIndex, /, *args: _P.args, **options: _P.kwargs) -> AsyncGenerator[Hit, None]:
        walk = await self._in_thread(partial(method, self._index, *args, **options))
        more: Future[list[Hit]] | None = None
        try:
            while not more or more.result():
                more = self._begun(lambda: list(islice(walk, _TOGETHER)))
                for hit in await asyncio.wrap_future(more):
                    yield hit
        finally:
            if more is None or more.done():
                walk.close()
            else:
                # It was given up while a thread is within the walk.
                more.add_done_callback(lambda done: walk.close())

    return walked


class AsyncIndex:
    """An index whose methods are awaited. ``open_index`` makes one; close it, or use it in a block.

    Calls run in up to ``threads`` threads. One that is cancelled raises CancelledError at once: if a thread
    has begun with it, that goes on to its end and the result is dropped; if none has, it is never run.
    """

    def __init__(self, index: Index, threads: int = 4) -> None:
        """Take an open index, which is then closed with this one."""
        count = whole_number("threads", threads, 1, _MOST_THREADS)
        self._index = index
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="coopsearch")
        self._closed = False

    search = _awaited(Index.search)
    iterate = _walked(Index.iterate)
    rank = _awaited(Index.rank)
    similar = _awaited(Index.similar)
    diagnose = _awaited(Index.diagnose)
    why_not = _awaited(Index.why_not)
    count = _awaited(Index.count)
    facets = _awaited(Index.facets)
    terms = _awaited(Index.terms)
    completed = _awaited(Index.completed)
    members = _awaited(Index.members)
    thread = _awaited(Index.thread)
    names = _awaited(Index.names)
    document = _awaited(Index.document)
    holds = _awaited(Index.holds)
    changed = _awaited(Index.changed)
    refresh = _awaited(Index.refresh)

    @property
    def documents(self) -> int:
        """Documents that are searched."""
        return self._index.documents

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of their passages, ISO 639-1, sorted."""
        return self._index.languages

    @property
    def generation(self) -> str:
        """Which state of the index is searched."""
        return self._index.generation

    async def close(self) -> None:
        """Let the files go. Calls that are running end first; those that wait for a thread are cancelled."""
        if self._closed:
            return
        self._closed = True
        # In a thread of its own: the others may all be busy, and it waits for them.
        closing = asyncio.get_running_loop().run_in_executor(None, self._close)
        await asyncio.shield(closing)

    def _close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._index.close()

    async def __aenter__(self) -> Self:
        """Return the index itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        await self.close()

    async def _in_thread(self, call: Callable[[], _R]) -> _R:
        return await asyncio.wrap_future(self._begun(call))

    def _begun(self, call: Callable[[], _R]) -> Future[_R]:
        if self._closed:
            raise CoopsearchError("the index was closed; open it again")
        return self._threads.submit(call)


class _Opening:
    """An index that is about to be opened, in a thread: by ``await``, or at the beginning of a block."""

    def __init__(self, path: str | os.PathLike[str] | None, threads: int) -> None:
        self._path = path
        self._count = threads
        self._opened: AsyncIndex | None = None

    def __await__(self) -> Generator[Any, None, AsyncIndex]:
        return self._open().__await__()

    async def __aenter__(self) -> AsyncIndex:
        self._opened = await self._open()
        return self._opened

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._opened is not None:
            await self._opened.close()

    async def _open(self) -> AsyncIndex:
        count = whole_number("threads", self._count, 1, _MOST_THREADS)
        opening = asyncio.get_running_loop().run_in_executor(None, open_here, self._path)
        try:
            index = await asyncio.shield(opening)
        except asyncio.CancelledError:
            # Nobody is left who would close what the thread still opens.
            opening.add_done_callback(_close_unused)
            raise
        return AsyncIndex(index, count)


def _close_unused(opening: asyncio.Future[Index]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def open_index(path: str | os.PathLike[str] | None = None, *, threads: int = 4) -> _Opening:
    """Open the index at ``path``, or the one found here, by ``await`` or ``async with``.

    Up to ``threads`` calls run at a time; more wait. Raises what ``coopsearch.search.open_index`` raises.
    """
    return _Opening(path, threads)
