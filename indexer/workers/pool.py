"""Who reads the files of a run: what any of them can do, and this process as the simplest of them.

Tasks go in, and results come out in whatever order they are done. Does not depend directly on the manifest
or file formats.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator

from coopsearch.indexer.report import Interrupted
from coopsearch.indexer.workers.task import Flushed, Reading, Result, Task


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
