"""The process that reads files for a run: tasks come in by its input, results go out by its output.

Started by ``processes``, one for each core. It ends when its input does, so that none outlives the run.
Does not depend on a particular engine or the manifest.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import queue
import threading
import time
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from coopsearch.indexer.children import Parent, begin
from coopsearch.indexer.report import Interrupted
from coopsearch.indexer.sandbox.host import Limits
from coopsearch.indexer.sandbox.ocr import Recogniser
from coopsearch.indexer.workers.task import Flushed, Reading, Result, Task
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines import engine
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.schema import LANGUAGE

#: Seconds between two words on how far a long file is.
_TELL: Final = 0.5


class Setup(NamedTuple):
    """What a worker is told first."""

    engine: str
    data: str
    prefix: str
    limits: Limits
    recogniser: Recogniser | None = None


class Flush(NamedTuple):
    """Make what was read durable, with stems in these languages."""

    languages: frozenset[str]


class Stop(NamedTuple):
    """End the task at hand after its next document, and pass over those that wait."""


class TaskProgress(NamedTuple):
    """Documents read of a task so far."""

    task: Task
    documents: int


class WorkerError(NamedTuple):
    """Why the worker cannot go on."""

    reason: str
    error: CoopsearchError | None = None
    """An error of ours, which is raised again as it is."""
    number: int = 0
    """The system's number of an error of the system."""
    file: str = ""
    """What an error of the system is about, if it is about a file."""


Order = Task | Flush | Stop
Answer = Result | Flushed | TaskProgress | WorkerError


def main(parent: int) -> None:
    """Work until the input ends, or the process that started this one has."""
    run = begin(parent)
    try:
        _Worker(run).run()
    except BrokenPipeError:
        return
    except Exception as error:  # noqa: BLE001 - it is told, and the run says it to a person
        with contextlib.suppress(OSError):
            run.send(_worker_error(error))


def _worker_error(error: Exception) -> WorkerError:
    if isinstance(error, CoopsearchError):
        return WorkerError(str(error), error)
    if isinstance(error, OSError) and error.errno:
        file = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
        return WorkerError(error.strerror or str(error), number=error.errno, file=file)
    return WorkerError(f"{type(error).__name__}: {error}")


#: Objects that are made before it is looked for those that nobody holds any more.
_BETWEEN_COLLECTIONS: Final = 200_000


class _Worker:
    def __init__(self, parent: Parent) -> None:
        self._parent = parent
        self._waiting: queue.SimpleQueue[Order] = queue.SimpleQueue()
        self._stopped = threading.Event()
        setup: Setup = parent.receive()
        backend = engine(setup.engine)
        data = Path(setup.data)
        self._reader = backend.open(data)
        table = StemTable(self._reader.stems)
        parts = backend.parts(data, setup.prefix, table)
        parts.hear(dict(self._reader.terms(LANGUAGE)))
        self._reading = Reading(parts, table, setup.limits, setup.recogniser)
        threading.Thread(target=self._listen, daemon=True).start()

    def run(self) -> NoReturn:
        # What is read has few cycles and lives long: looking for them as often as usual takes a fifth of the
        # time.
        gc.freeze()
        gc.set_threshold(_BETWEEN_COLLECTIONS)
        while True:
            order = self._waiting.get()
            if isinstance(order, Flush):
                self._parent.send(self._reading.flush(order.languages))
                self._stopped.clear()
            elif isinstance(order, Task):
                self._parent.send(self._read(order))

    def _listen(self) -> None:
        try:
            while True:
                order: Any = self._parent.receive()
                if isinstance(order, Stop):
                    self._stopped.set()
                else:
                    self._waiting.put(order)
        except (EOFError, OSError, pickle.UnpicklingError):
            # The run is gone: nobody wants what is being read, nor waits for it.
            os._exit(0)

    def _read(self, task: Task) -> Result:
        if self._stopped.is_set():
            return Result(task, cut=True)
        documents, next_word = 0, time.monotonic() + _TELL

        def tell(more: int) -> None:
            nonlocal documents, next_word
            if self._stopped.is_set():
                raise Interrupted
            if (now := time.monotonic()) >= next_word:
                next_word = now + _TELL
                self._parent.send(TaskProgress(task, documents))
            documents += more

        return self._reading.read(task, tell)
