"""What open pages are told without asking: that the index was updated, and how much is new.

A page is sent the present state when it begins to listen, and each later one; of states that it was too slow
for, the last alone. Somebody looks for new states only while somebody listens. Does not depend on the web's
libraries.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator, Callable
from http import HTTPStatus
from typing import Any, Final

from coopsearch.search.errors import CoopsearchError
from coopsearch.search.serving.problems import Refused
from coopsearch.search.serving.service import Service
from coopsearch.search.web import desk
from coopsearch.search.web.indexing import Indexing

#: Pages that listen at a time. Each has a connection, and others must be left to ask.
MOST: Final = 32
#: Seconds between two looks at the index, and between two signs that the service is there.
_LOOK: Final = 1.0
_HEARTBEAT: Final = 15.0
#: Seconds between two looks for news, and how many times as long as they took it waits at least.
_NEWS: Final = 5.0
_SHARE: Final = 20


class Events:
    """The present state, under the names of events, and who listens. For the thread of one event loop."""

    def __init__(self, service: Service, indexing: Indexing) -> None:
        """Take what is served, and the run that there may be."""
        self._service, self.indexing = service, indexing
        self._state: dict[str, str] = {}
        self._listening = 0
        self._changed = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._over = False
        self._news_of = ""
        self._news_from = 0.0

    def check(self) -> None:
        """Raise Refused where no more can listen."""
        if self._listening >= MOST or self._over:
            raise Refused(
                HTTPStatus.SERVICE_UNAVAILABLE, "busy", "too many pages listen; ask again later", retry=60
            )

    def tell(self, name: str, value: Any) -> None:
        """Let all who listen know a state."""
        data = json.dumps(value, ensure_ascii=False)
        if self._state.get(name) != data:
            self._state[name] = data
            self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _are_news_of_now(self) -> bool:
        return self._news_of == self._service.tag()

    async def stream(self, lasts: Callable[[], bool] = lambda: True) -> AsyncGenerator[str, None]:
        """Yield events as browsers read them, until the service or whoever listens ends.

        Nothing is told any more, either, when what a page showed at the door does not last.
        """
        self._listening += 1
        if self._looking is None:
            self._looking = asyncio.ensure_future(self._look())
        sent: dict[str, str] = {}
        try:
            yield "retry: 3000\n\n"
            while not self._over and lasts():
                changed = self._changed
                for name, data in list(self._state.items()):
                    # A page that was just made knows more than counts of the state before.
                    if sent.get(name) != data and (name != "news" or self._are_news_of_now()):
                        sent[name] = data
                        yield f"event: {name}\ndata: {data}\n\n"
                try:
                    await asyncio.wait_for(changed.wait(), _HEARTBEAT)
                except TimeoutError:
                    if lasts():
                        yield ": here\n\n"
        finally:
            self._listening -= 1
            if not self._listening and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    def close(self) -> None:
        """End all streams."""
        self._over = True
        self._changed.set()
        if self._looking is not None:
            self._looking.cancel()

    async def _look(self) -> None:
        while True:
            if self.indexing.run is not None:
                self.tell("indexing", self.indexing.run.value)
            # Where many questions wait, they come first; what failed is tried again.
            with contextlib.suppress(Refused, CoopsearchError, OSError):
                self.tell("index", await self._service.ask(self._index))
                await self._look_for_news()
            await asyncio.sleep(_LOOK)

    def _index(self) -> dict[str, Any]:
        return {"generation": self._service.state(), "documents": self._service.index.documents}

    async def _look_for_news(self) -> None:
        tag = self._service.tag()
        if tag == self._news_of or time.monotonic() < self._news_from:
            return
        began = time.monotonic()
        try:
            found = await self._service.ask(self._news, follow=False)
            self._news_of = tag
            self.tell("news", found)
            # Whoever came meanwhile has not been told them, even where they are the same as before.
            self._wake()
        finally:
            took = time.monotonic() - began
            self._news_from = time.monotonic() + max(_NEWS, _SHARE * took)

    def _news(self) -> dict[str, int]:
        return {
            one.search.name: 0 if one.is_first else len(one.items) for one in desk.news(self._service, (), 0)
        }
