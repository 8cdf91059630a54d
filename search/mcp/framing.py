"""Messages as lines of JSON: read from one descriptor and written to another, none of them without bound.

Descriptors and not Python's streams, as a thread that waits in one of these would hold its lock at the end of
the process. Does not depend on the rest of coopsearch.
"""

from __future__ import annotations

import json
import os
import select
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

#: Bytes of the longest line that is read.
LONGEST: Final = 1 << 20
_CHUNK: Final = 1 << 16
#: Bytes that a pipe takes at once without waiting, if it takes any, and seconds between two looks whether it
#: does.
_AT_ONCE: Final = getattr(select, "PIPE_BUF", 512)
_STEP: Final = 0.2


def lines(descriptor: int) -> Iterator[bytes | None]:
    """Yield lines without their ends, None for each that is too long, until nothing more comes.

    A last line counts also without an end. Raises OSError where reading fails.
    """
    waiting = bytearray()
    is_over = False
    while chunk := os.read(descriptor, _CHUNK):
        for number, part in enumerate(chunk.split(b"\n")):
            if number:
                yield None if is_over else bytes(waiting)
                waiting.clear()
                is_over = False
            is_over = is_over or len(waiting) + len(part) > LONGEST
            if is_over:
                waiting.clear()
            else:
                waiting += part
    if is_over or waiting:
        yield None if is_over else bytes(waiting)


def as_json(value: Any) -> str:
    """Return a value as JSON on one line, with letters as they are: escapes of Arabic are long."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Writer:
    """Writes messages, each as one line, whichever thread has one."""

    def __init__(self, descriptor: int, gone: Callable[[], object]) -> None:
        """Take what is to be called once nobody reads any more."""
        self._descriptor, self._gone = descriptor, gone
        self._lock = threading.Lock()
        self._is_over = False

    def close(self) -> None:
        """Write nothing any more; a line that nobody takes is given up."""
        self._is_over = True

    def send(self, value: Any) -> None:
        """Write a message. What is not text (a lone surrogate) becomes a question mark."""
        line = memoryview(as_json(value).encode("utf-8", "replace") + b"\n")
        with self._lock:
            try:
                while line and not self._is_over:
                    line = line[self._written(line) :]
            except (OSError, ValueError):
                self.close()
                self._gone()

    def _written(self, line: memoryview) -> int:
        if os.name == "posix":
            # Never waits in the system: so a signal ends a process whose output nobody reads, too.
            if not select.select([], [self._descriptor], [], _STEP)[1]:
                return 0
            line = line[:_AT_ONCE]
        return os.write(self._descriptor, line)
