"""A run that brings the indexes up to date because somebody asked for it, and how far it is.

There is one at a time: who asks for another is shown the one that runs. Does not depend on the web's
libraries.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

from coopsearch.search.errors import CoopsearchError
from coopsearch.search.model import shown_path
from coopsearch.search.serving.outside import Indexed
from coopsearch.search.serving.problems import problem_of
from coopsearch.search.serving.service import Service


class Result(NamedTuple):
    """What a run did to an index."""

    folder: str
    indexed: Indexed | None = None
    """None where it ended early."""
    error: str = ""
    """Why it could not be done."""


class Run(NamedTuple):
    """A run, as far as it is."""

    began: float
    """In seconds since the epoch."""
    is_running: bool = True
    folder: str = ""
    """The index at hand."""
    done: int = 0
    total: int = 0
    """Files of it; 0 as long as nobody knows."""
    path: str = ""
    """The file at hand, as it is shown."""
    results: tuple[Result, ...] = ()

    @property
    def value(self) -> dict[str, Any]:
        """What pages are told while it runs, and that it has ended."""
        return {
            "began": self.began,
            "running": self.is_running,
            "done": self.done,
            "total": self.total,
            "path": self.path,
        }


class Indexing:
    """The run that there is, or was last."""

    def __init__(self, service: Service) -> None:
        """Take what is served."""
        self._service = service
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.run: Run | None = None
        """None before the first."""

    @property
    def is_offered(self) -> bool:
        """Whether somebody may ask for a run here."""
        return self._service.outside.bring is not None and not self._service.read_only

    @property
    def is_running(self) -> bool:
        """Whether one runs now."""
        return self.run is not None and self.run.is_running

    def start(self) -> bool:
        """Begin a run, and return True; False where one runs already."""
        with self._lock:
            if self.is_running or self._stop.is_set():
                return False
            self.run = Run(time.time())
            self._thread = threading.Thread(target=self._work, name="index")
            self._thread.start()
        return True

    def close(self) -> None:
        """End a run between two documents, and wait for that. What was read is kept."""
        with self._lock:
            self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        for folder in self._service.folders:
            if not self._stop.is_set():
                self._now(folder=str(folder), done=0, total=0, path="")
                result = self._indexed(folder)
                assert self.run is not None
                self._now(results=(*self.run.results, result))
        self._now(is_running=False)

    def _indexed(self, folder: Path) -> Result:
        bring = self._service.outside.bring
        assert bring is not None

        def progress(done: int, total: int, path: str) -> None:
            self._now(done=done, total=total, path=shown_path(path))

        try:
            return Result(str(folder), bring(folder, self._stop, progress))
        except CoopsearchError as error:
            return Result(str(folder), error=str(error))
        except Exception as error:  # noqa: BLE001 - whoever asked is told, whatever fails
            self._service.failed(error)
            return Result(str(folder), error=problem_of(error).detail)

    def _now(self, **values: Any) -> None:
        assert self.run is not None
        self.run = self.run._replace(**values)
