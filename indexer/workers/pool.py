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
from typing import IO, Any, Final

from coopsearch.indexer.children import start
from coopsearch.indexer.report import Interrupted
from coopsearch.indexer.sandbox.host import Limits
from coopsearch.indexer.sandbox.ocr import Recogniser
from coopsearch.indexer.settings import Settings
from coopsearch.indexer.workers.task import Flushed, Reading, Result, Task
from coopsearch.indexer.workers.worker import Answer, Flush, Order, Setup, Stop, TaskProgress, WorkerError
from coopsearch.search import errors
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import Engine, Writer
from coopsearch.search.errors import CoopsearchError, IndexUnwritable
from coopsearch.search.indexdir.durable import unwritable

#: Bytes of files that are read sooner by this process alone than workers are started.
_IN_PROCESS: Final = 6_000_000
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
    if size < _IN_PROCESS:
        return 1
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(here, _MOST)


def pool_of(count: int, backend: Engine, writer: Writer, data: Path, settings: Settings) -> Pool:
    """Return who reads for a writer of the index in ``data``: ``count`` processes, or this one."""
    if count > 1:
        return Workers(count, backend.capabilities.name, data, settings.limits, settings.recogniser)
    table = StemTable(writer.stems)
    parts = backend.parts(data, prefix(), table)
    return InProcess(Reading(parts, table, settings.limits, settings.recogniser))


class Pool(ABC):
    """Takes tasks, gives results."""

    @property
    @abstractmethod
    def size(self) -> int:
        """How many read side by side."""

    @abstractmethod
    def submit(self, task: Task, tell: Callable[[int], None]) -> Iterator[Result]:
        """Take a task as soon as there is room; yield the results that came until then.

        ``tell`` is called with the documents read so far; what it raises comes through. Where Interrupted
        ended a task, the result of that task comes before.
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


class InProcess(Pool):
    """This process."""

    def __init__(self, reading: Reading) -> None:
        """Take who reads."""
        self._reading = reading
        self._documents = 0

    @property
    def size(self) -> int:
        """One."""
        return 1

    def submit(self, task: Task, tell: Callable[[int], None]) -> Iterator[Result]:
        """Read a file, now. What ends its reading ends the run, once the result was taken."""
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
        if result.cut:
            raise Interrupted

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


class _WorkerProcess:
    """One worker: its process, what it was given, and who listens to it."""

    def __init__(self, setup: Setup, heard: queue.SimpleQueue[tuple[_WorkerProcess, Answer | None]]) -> None:
        self.tasks: dict[Task, int] = {}
        """What it holds, with the documents it read of each."""
        self.process = start("coopsearch.indexer.workers.worker")
        self.send(setup)
        threading.Thread(target=self._listen, args=(self.process.stdout, heard), daemon=True).start()

    def send(self, order: Order | Setup) -> None:
        assert self.process.stdin is not None
        try:
            pickle.dump(order, self.process.stdin, pickle.HIGHEST_PROTOCOL)
            self.process.stdin.flush()
        except OSError:
            return  # it is gone: its listener says so

    def _listen(
        self, answers: IO[bytes] | None, heard: queue.SimpleQueue[tuple[_WorkerProcess, Answer | None]]
    ) -> None:
        assert answers is not None
        try:
            while True:
                answer: Any = pickle.load(answers)  # noqa: S301 - from the process that this one started
                heard.put((self, answer))
        except Exception:  # noqa: BLE001 - it ended, or what it says cannot be understood
            heard.put((self, None))


class Workers(Pool):
    """Processes side by side."""

    def __init__(
        self, count: int, engine: str, data: Path, limits: Limits, recogniser: Recogniser | None = None
    ) -> None:
        """Start them. They find the index's committed state in ``data`` and write their parts there."""
        self._heard: queue.SimpleQueue[tuple[_WorkerProcess, Answer | None]] = queue.SimpleQueue()
        self._data = data
        self._workers: list[_WorkerProcess] = []
        self._finished = 0
        begin = prefix()
        try:
            for number in range(count):
                setup = Setup(engine, str(data), f"{begin}-{number}", limits, recogniser)
                self._workers.append(_WorkerProcess(setup, self._heard))
        except BaseException:
            self.close()
            raise

    @property
    def size(self) -> int:
        """The processes."""
        return len(self._workers)

    def submit(self, task: Task, tell: Callable[[int], None]) -> Iterator[Result]:
        """Give a task to the worker with the least to do; wait while all have enough."""
        while True:
            worker = min(self._workers, key=lambda worker: len(worker.tasks))
            if len(worker.tasks) < _HELD:
                break
            yield from self._hear(tell)
        worker.tasks[task] = 0
        worker.send(task)

    def wait(self, tell: Callable[[int], None]) -> Iterator[Result]:
        """Wait for all that they hold."""
        while any(worker.tasks for worker in self._workers):
            yield from self._hear(tell)

    def flush(self, languages: frozenset[str], tell: Callable[[int], None]) -> Iterator[Flushed]:
        """Have each make durable what it read. That is done to its end: ``tell`` is not called."""
        del tell
        for worker in self._workers:
            worker.send(Flush(languages))
        for _ in self._workers:
            while (answer := self._next(lambda documents: None)) is None:
                pass
            assert isinstance(answer, Flushed)
            yield answer

    def stop(self) -> None:
        """End the tasks at hand."""
        for worker in self._workers:
            worker.send(Stop())

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.wait()
            for stream in (worker.process.stdin, worker.process.stdout):
                if stream is not None:
                    try:
                        stream.close()
                    except OSError:
                        continue

    def _hear(self, tell: Callable[[int], None]) -> Iterator[Result]:
        answer = self._next(tell)
        if isinstance(answer, Result):
            yield answer

    def _next(self, tell: Callable[[int], None]) -> Result | Flushed | None:
        """Wait for an answer; None for a word on how far a task is."""
        while True:
            try:
                worker, answer = self._heard.get(timeout=_LOOK)
                break
            except queue.Empty:
                tell(self._documents())
        match answer:
            case Result():
                del worker.tasks[answer.task]
                self._finished += answer.documents
                return answer
            case Flushed():
                return answer
            case TaskProgress(task, documents):
                worker.tasks[task] = documents
                tell(self._documents())
                return None
            case WorkerError():
                raise self._error(answer)
        code = worker.process.wait()
        held = next(iter(worker.tasks), None)
        where = f" while it read {held.address}" if held else ""
        raise CoopsearchError(
            f"a process that reads files ended{where} (exit status {code}); "
            "run the command again, with --workers 1 if it happens again"
        )

    def _documents(self) -> int:
        """Return how many were read, as far as that was told."""
        return self._finished + sum(sum(worker.tasks.values()) for worker in self._workers)

    def _error(self, error: WorkerError) -> CoopsearchError:
        """Return what a worker's error is for the run: the same that it had been in this process."""
        if error.number:
            place = Path(error.file).parent if error.file else self._data
            return IndexUnwritable(unwritable(place, OSError(error.number, error.reason)))
        kind = getattr(errors, error.kind, None)
        if isinstance(kind, type) and issubclass(kind, CoopsearchError):
            return kind(error.reason)
        return CoopsearchError(f"a process that reads files failed: {error.reason}; run the command again")
