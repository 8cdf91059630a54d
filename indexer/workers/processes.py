"""Worker processes that read the files of a run side by side.

Does not depend directly on the manifest, file formats or engines.
"""

from __future__ import annotations

import os
import pickle
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from coopsearch.indexer.children import Child, ChildEnded
from coopsearch.indexer.sandbox.host import Limits
from coopsearch.indexer.sandbox.ocr import Recogniser
from coopsearch.indexer.workers.pool import Pool
from coopsearch.indexer.workers.task import Flushed, Result, Task
from coopsearch.indexer.workers.worker import Answer, Flush, Order, Setup, Stop, TaskProgress, WorkerError
from coopsearch.search.errors import CoopsearchError, IndexUnwritable
from coopsearch.search.indexdir.durable import unwritable
from coopsearch.search.indexdir.stamp import distinct

#: Tasks that a worker holds: one at work and one to go on with.
_HELD: Final = 2
#: Seconds of silence after which the run is asked whether it is to go on.
_LOOK: Final = 0.2


def prefix() -> str:
    """Return a beginning of names that no process used before, nor will."""
    return f"p{os.getpid():x}-{distinct():x}"


class _WorkerProcess:
    """One worker: its process, what it was given, and who listens to it."""

    def __init__(self, setup: Setup, heard: queue.SimpleQueue[tuple[_WorkerProcess, Answer | None]]) -> None:
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

    def _listen(self, heard: queue.SimpleQueue[tuple[_WorkerProcess, Answer | None]]) -> None:
        try:
            while True:
                answer: Any = pickle.loads(self.child.receive())  # noqa: S301 - this one started it
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
            worker.child.kill()
        for worker in self._workers:
            worker.child.end()

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
        ended = worker.child.exit()
        held = next(iter(worker.tasks), None)
        where = f" while it read {held.address}" if held else ""
        raise CoopsearchError(
            f"a process that reads files ended{where} ({ended}); "
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
        if error.error is not None:
            return error.error
        return CoopsearchError(f"a process that reads files failed: {error.reason}; run the command again")
