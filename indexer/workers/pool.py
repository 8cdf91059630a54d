"""Who reads the files of a run: this process, or several workers beside it.

Both faces take tasks and give results in whatever order they are done. Knows processes and pipes; knows
no manifest, no format, and of the index only where its parts are to be written.
"""

from __future__ import annotations

import os
import pickle
import queue
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from coopsearch.indexer.children import Child, ChildEnded
from coopsearch.indexer.report import Interrupted
from coopsearch.indexer.sandbox.host import Limits
from coopsearch.indexer.sandbox.ocr import Recogniser
from coopsearch.indexer.workers.task import Flushed, Reading, Result, Task
from coopsearch.indexer.workers.worker import Answer, Fault, Flush, Order, Setup, Stop, Told
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import Engine, Writer
from coopsearch.search.errors import CoopsearchError, IndexUnwritable
from coopsearch.search.indexdir.durable import unwritable

#: Bytes of files that are read sooner by this process alone than workers are started.
_ALONE: Final = 6_000_000
#: Workers that are started without being asked for: each takes some 400 MB.
_MOST: Final = 4
#: Tasks that a worker holds: one at work and one to go on with.
_HELD: Final = 2
#: Seconds of silence after which the run is asked whether it is to go on.
_LOOK: Final = 0.2


def prefix() -> str:
    """Return a beginning of names that no process used before, nor will."""
    return f"p{os.getpid():x}-{time.time_ns():x}"


def worker_count(asked: int | None, size: int, backend: Engine) -> int:
    """Return how many processes are to read ``size`` bytes of files; one where the engine has no parts."""
    if not backend.capabilities.parts or not sys.executable:
        return 1
    if asked is not None:
        return max(1, asked)
    if size < _ALONE:
        return 1
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(here, _MOST)


def crew_of(  # noqa: PLR0917 - what reading needs
    count: int,
    backend: Engine,
    engine: str,
    writer: Writer,
    data: Path,
    limits: Limits,
    recogniser: Recogniser | None = None,
) -> Crew:
    """Return who reads for a writer of the index in ``data``: ``count`` processes, or this one."""
    if count > 1:
        return Workers(count, engine, data, limits, recogniser)
    table = StemTable(writer.stems)
    return Alone(Reading(backend.parts(data, prefix(), table), table, limits, recogniser))


class Crew(ABC):
    """Takes tasks, gives results."""

    @abstractmethod
    def submit(self, task: Task, tell: Callable[[int], None]) -> Iterator[Result]:
        """Take a task as soon as there is room; yield the results that came until then.

        ``tell`` is called with the documents read so far; what it raises comes through.
        """

    @abstractmethod
    def wait(self, tell: Callable[[int], None]) -> Iterator[Result]:
        """Yield the results of all tasks that are left."""

    @abstractmethod
    def flush(self, languages: frozenset[str], tell: Callable[[int], None]) -> Iterator[Flushed]:
        """Yield what was made since the last flush, with stems in these languages; no task is left."""

    @abstractmethod
    def stop(self) -> None:
        """End the tasks at hand: their results say that they were cut."""

    @abstractmethod
    def close(self) -> None:
        """Let everything go; what was not flushed is lost."""


class Alone(Crew):
    """This process."""

    def __init__(self, reading: Reading) -> None:
        """Take who reads."""
        self._reading = reading
        self._documents = 0

    def submit(self, task: Task, tell: Callable[[int], None]) -> Iterator[Result]:
        """Read a file, now."""
        wrong: list[Exception] = []
        begun = self._documents

        def step(more: int) -> None:
            if self._documents > begun or not more:
                try:
                    tell(self._documents)
                except Exception as error:
                    # The caller's own fault is none of the file's.
                    wrong.append(error)
                    raise Interrupted from error
            self._documents += more

        result = self._reading.read(task, step)
        if wrong:
            raise wrong[0]
        yield result

    def wait(self, tell: Callable[[int], None]) -> Iterator[Result]:
        """Yield nothing: a task is done when it is given."""
        del tell
        return iter(())

    def flush(self, languages: frozenset[str], tell: Callable[[int], None]) -> Iterator[Flushed]:
        """Make what was read durable."""
        del tell  # it is one step
        yield self._reading.flush(languages)

    def stop(self) -> None:
        """Do nothing: what ended the run ended the task."""

    def close(self) -> None:
        """End the process that reads risky formats."""
        self._reading.close()


class _Hand:
    """One worker: its process, what it was given, and who listens to it."""

    def __init__(self, setup: Setup, heard: queue.SimpleQueue[tuple[_Hand, Answer | None]]) -> None:
        self.tasks: dict[Task, int] = {}
        """What it holds, with the documents it read of each."""
        self.child = Child("coopsearch.indexer.workers.worker")
        self.send(setup)
        threading.Thread(target=self._listen, args=(heard,), daemon=True).start()

    def send(self, order: Order | Setup) -> None:
        try:
            self.child.send(order)
        except ChildEnded:
            return  # its listener says so

    def _listen(self, heard: queue.SimpleQueue[tuple[_Hand, Answer | None]]) -> None:
        try:
            while True:
                answer: Any = pickle.loads(self.child.receive())  # noqa: S301 - this one started it
                heard.put((self, answer))
        except Exception:  # noqa: BLE001 - it ended, or what it says cannot be understood
            heard.put((self, None))


class Workers(Crew):
    """Processes side by side."""

    def __init__(
        self, count: int, engine: str, data: Path, limits: Limits, recogniser: Recogniser | None = None
    ) -> None:
        """Start them. They find the index's committed state in ``data`` and write their parts there."""
        self._heard: queue.SimpleQueue[tuple[_Hand, Answer | None]] = queue.SimpleQueue()
        self._data = data
        self._hands: list[_Hand] = []
        self._finished = 0
        begin = prefix()
        try:
            for number in range(count):
                setup = Setup(engine, str(data), f"{begin}-{number}", limits, recogniser)
                self._hands.append(_Hand(setup, self._heard))
        except BaseException:
            self.close()
            raise

    def submit(self, task: Task, tell: Callable[[int], None]) -> Iterator[Result]:
        """Give a task to the worker with the least to do; wait while all have enough."""
        while True:
            hand = min(self._hands, key=lambda hand: len(hand.tasks))
            if len(hand.tasks) < _HELD:
                break
            yield from self._hear(tell)
        hand.tasks[task] = 0
        hand.send(task)

    def wait(self, tell: Callable[[int], None]) -> Iterator[Result]:
        """Wait for all that they hold."""
        while any(hand.tasks for hand in self._hands):
            yield from self._hear(tell)

    def flush(self, languages: frozenset[str], tell: Callable[[int], None]) -> Iterator[Flushed]:
        """Have each make durable what it read. That is done to its end: ``tell`` is not called."""
        del tell
        for hand in self._hands:
            hand.send(Flush(languages))
        for _ in self._hands:
            while (answer := self._next(lambda documents: None)) is None:
                pass
            assert isinstance(answer, Flushed)
            yield answer

    def stop(self) -> None:
        """End the tasks at hand."""
        for hand in self._hands:
            hand.send(Stop())

    def close(self) -> None:
        """End the processes."""
        for hand in self._hands:
            hand.child.kill()
        for hand in self._hands:
            hand.child.end()

    def _hear(self, tell: Callable[[int], None]) -> Iterator[Result]:
        answer = self._next(tell)
        if isinstance(answer, Result):
            yield answer

    def _next(self, tell: Callable[[int], None]) -> Result | Flushed | None:
        """Wait for an answer; None for a word on how far a task is."""
        while True:
            try:
                hand, answer = self._heard.get(timeout=_LOOK)
                break
            except queue.Empty:
                tell(self._documents())
        match answer:
            case Result():
                del hand.tasks[answer.task]
                self._finished += answer.documents
                return answer
            case Flushed():
                return answer
            case Told(task, documents):
                hand.tasks[task] = documents
                tell(self._documents())
                return None
            case Fault():
                raise self._fault(answer)
        ended = hand.child.exit()
        held = next(iter(hand.tasks), None)
        where = f" while it read {held.address}" if held else ""
        raise CoopsearchError(
            f"a process that reads files ended{where} ({ended}); "
            "run the command again, with --workers 1 if it happens again"
        )

    def _documents(self) -> int:
        """Return how many were read, as far as that was told."""
        return self._finished + sum(sum(hand.tasks.values()) for hand in self._hands)

    def _fault(self, fault: Fault) -> CoopsearchError:
        """Return what a worker's fault is for the run: the same that it had been in this process."""
        if fault.number:
            place = Path(fault.file).parent if fault.file else self._data
            return IndexUnwritable(unwritable(place, OSError(fault.number, fault.reason)))
        if fault.error is not None:
            return fault.error
        return CoopsearchError(f"a process that reads files failed: {fault.reason}; run the command again")
