"""What is served: an open index that follows its commits, and threads that ask it within bounds.

Does not depend on the web's libraries.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

from coopsearch.search.desk.marks import absolute, address_in
from coopsearch.search.desk.store import desk_path
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.index import Index
from coopsearch.search.model import Coverage, Hit
from coopsearch.search.serving.outside import Outside
from coopsearch.search.serving.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coopsearch.search.results.places import Places

_R = TypeVar("_R")

#: Questions that are answered at a time, and that wait for that.
THREADS: Final = 4
_WAITING: Final = 64
#: Seconds that an answer may take. The bounds of queries (``query.cost``) end nearly all long before.
SECONDS: Final = 30.0
#: Values that are kept for the next question, which often is about the same.
_RECENT: Final = 8
#: Stands between the name of an index and an address; no address holds it.
_BETWEEN: Final = "\0"


class Recent(Generic[_R]):
    """Values that were asked for last, each of one state: those of another state are forgotten.

    So nothing is held of a document that was purged. Safe for many threads; two may make the same twice.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._state = ""
        self._values: dict[tuple[object, ...], _R] = {}

    def get(self, state: str, key: tuple[object, ...], make: Callable[[], _R]) -> _R:
        """Return the value of a key, made if it is not known in this state."""
        with self._lock:
            if state != self._state:
                self._values.clear()
                self._state = state
            elif key in self._values:
                return self._values[key]
        made = make()
        with self._lock:
            if state == self._state:
                while len(self._values) >= _RECENT:
                    del self._values[next(iter(self._values))]
                self._values[key] = made
        return made


class About(NamedTuple):
    """What is asked, in a line."""

    documents: int
    indexes: int
    coverage: Coverage | None


class Service:
    """An index and what is asked of it, for as long as it is served."""

    def __init__(
        self,
        index: Index,
        *,
        outside: Outside | None = None,
        read_only: bool = False,
        seconds: float = SECONDS,
        failed: Callable[[Exception], object] = lambda error: None,
    ) -> None:
        """Take an open index, which whoever opened it closes. ``read_only`` has nothing be kept.

        ``failed`` is called with each error that nobody expected.
        """
        self.index, self.read_only, self.failed = index, read_only, failed
        self.outside = outside or Outside()
        self.trouble = ""
        """Why newer states of the index cannot be opened, "" while they can."""
        self.recent: Recent[Places] = Recent()
        """The places that were looked at last."""
        self.tags: Recent[Mapping[str, frozenset[str]]] = Recent()
        """The marks of each desk."""
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="serve")
        self._asked = 0
        self._opened = ExitStack()
        self._parts: dict[Path, Index] = {}
        self._lock = threading.Lock()

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders of the indexes that are served."""
        return self.index.folders

    @property
    def labels(self) -> Mapping[str, str]:
        """How each of several indexes is called, by its folder; empty for one."""
        return self.index.labels

    def close(self) -> None:
        """End the threads, once they have answered, and close what was opened beside the index."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._opened.close()

    def warm(self) -> None:
        """Load what the first question needs, before somebody waits for it."""
        with contextlib.suppress(CoopsearchError):
            self.index.search("index", limit=1, facets=("lang",), fold=True)

    async def ask(self, call: Callable[[], _R], *, follow: bool = True) -> _R:
        """Call something in a thread, on the newest state. Raises Refused where that takes too long.

        A call that is given up before a thread begins with it is never made. Without ``follow`` nobody looks
        for a newer state: the call goes on with one that it holds.
        """
        if self._asked >= THREADS + _WAITING:
            raise Refused(
                HTTPStatus.SERVICE_UNAVAILABLE, "busy", "too many questions wait; ask again soon", retry=1
            )
        # Imported here: who asks from threads of its own needs no event loop.
        import asyncio

        self._asked += 1
        try:
            future = self._threads.submit(partial(self._called, call) if follow else call)
            return await asyncio.wait_for(asyncio.wrap_future(future), self._seconds)
        except TimeoutError:
            raise Refused(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "too-slow",
                f"the answer takes more than {self._seconds:g} seconds; ask for less",
            ) from None
        finally:
            self._asked -= 1

    def submit(self, call: Callable[[], _R]) -> Future[_R]:
        """Have something called in a thread, on the newest state; return what becomes of it."""
        return self._threads.submit(partial(self._called, call))

    def later(self, call: Callable[[], object]) -> None:
        """Call something in a thread some time, and wait for nothing."""
        try:
            self._threads.submit(call)
        except RuntimeError:
            # The service is at its end.
            call()

    def _called(self, call: Callable[[], _R]) -> _R:
        self.follow()
        return call()

    def follow(self) -> None:
        """See what was committed. Where that cannot be opened, the state that is held goes on answering."""
        try:
            self.index.refresh()
            self.trouble = ""
        except CoopsearchError as error:
            self.trouble = str(error)
        except OSError as error:
            self.trouble = f"the index cannot be looked at: {error.strerror or error}"

    def part(self, folder: Path) -> Index:
        """Return the index of a folder alone, open in its newest state."""
        if folder == self.folders[0] and len(self.folders) == 1:
            return self.index
        with self._lock:
            if folder not in self._parts:
                self._parts[folder] = self._opened.enter_context(Index(folder))
            found = self._parts[folder]
        found.refresh()
        return found

    def state(self) -> str:
        """Return what tells the states of the index, in letters that a header may hold."""
        return hashlib.sha256(self.index.generation.encode("utf-8", "surrogateescape")).hexdigest()[:16]

    def tag(self) -> str:
        """Return what tells the states of all that answers come from: indexes and their desks."""
        parts = [self.index.generation, self.trouble, *map(self.desk_state, self.folders)]
        return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:20]

    def desk_state(self, folder: Path) -> str:
        """Return what tells the states of a desk."""
        try:
            status = os.lstat(desk_path(folder))
        except OSError:
            return ""
        return f"{status.st_ino} {status.st_size} {status.st_mtime_ns}"

    def about(self) -> About:
        """Return what a page says of the index at its foot."""
        return About(self.index.documents, len(self.folders), self.index.coverage)

    def name_of(self, hit: Hit) -> str:
        """Return the id of the document of a hit."""
        return self.identify(hit.path, hit.index_folder)

    def identify(self, path: str, folder: str | Path = "") -> str:
        """Return the id of a document: its address in its index, so that it outlives this process."""
        of = Path(folder) if folder else self.folders[0]
        label = self.labels.get(str(of), "")
        text = f"{label}{_BETWEEN}{address_in(of, path)}" if label else address_in(of, path)
        return urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")

    def called(self, name: str) -> str:
        """Return the address that an id stands for, behind the name of its index where there are several.

        Whether there is such a document is not looked at; what cannot be read as an id is returned as it is.
        """
        label, _, address = _read(name)
        return f"{label}: {address}" if label else address or name

    def located(self, name: str) -> tuple[Index, str]:
        """Return the index alone that holds the document of an id, and its address.

        Raises Refused for an id of none: what is not in an index has none, wherever it lies.
        """
        label, sign, address = _read(name)
        by_label = {one: Path(folder) for folder, one in self.labels.items()} or {"": self.folders[0]}
        folder = by_label.get(label)
        if address and folder is not None and bool(sign) == bool(self.labels):
            index, path = self.part(folder), absolute(folder, address)
            if index.holds(path):
                return index, path
        raise Refused(
            HTTPStatus.NOT_FOUND, "no-document", "no document of the index has this id; search again"
        )


def _read(name: str) -> tuple[str, str, str]:
    """Return the name of the index in an id, what stands behind that, and the address; nothing of no id."""
    try:
        text = urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode("utf-8", "surrogatepass")
    except ValueError:
        text = ""
    return text.rpartition(_BETWEEN)
