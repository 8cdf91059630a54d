"""Writing many documents: requests of bounded size, each line sent until the cluster has taken it.

What is written is named by its content, so that a line that is sent twice does no harm. Does not depend on
queries.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from coopsearch.search.engines.opensearch.cluster.connection import Connection
from coopsearch.search.engines.opensearch.cluster.failures import AGAIN, Refused
from coopsearch.search.errors import IndexUnwritable

#: Bytes of one request, and lines at most.
_BYTES: Final = 4 << 20
_LINES: Final = 2_000
#: How often lines are sent that the cluster had no time for, and the longest wait between two such times.
_ATTEMPTS: Final = 12
_LONGEST_WAIT: Final = 10.0
_FIRST_WAIT: Final = 0.1
_LARGE: Final = 413
_FINE: Final = 300
_GONE: Final = 404


class Line(NamedTuple):
    """One thing to do, as the cluster reads it."""

    data: bytes
    """One line, or two; each with its end."""
    identifier: str
    file: str = ""
    """Whose document it is, for messages."""


def put(index: str, identifier: str, body: Mapping[str, Any], file: str = "") -> Line:
    """Return what writes a document."""
    return Line(_lines({"index": {"_index": index, "_id": identifier}}, body), identifier, file)


def change(index: str, identifier: str, body: Mapping[str, Any]) -> Line:
    """Return what changes some fields of a document that is there."""
    head = {"update": {"_index": index, "_id": identifier, "retry_on_conflict": 5}}
    return Line(_lines(head, {"doc": body}), identifier)


def remove(index: str, identifier: str) -> Line:
    """Return what removes a document, if it is there."""
    return Line(_lines({"delete": {"_index": index, "_id": identifier}}), identifier)


class Bulk:
    """Lines on their way to a cluster."""

    def __init__(self, connection: Connection, check: Callable[[], None]) -> None:
        """``check`` is called before each request, and raises if nothing is to be written any more."""
        self._connection, self._check = connection, check
        self._lines: list[Line] = []
        self._size = 0

    def add(self, line: Line) -> None:
        """Take a line; it is sent with others."""
        if self._lines and (self._size + len(line.data) > _BYTES or len(self._lines) >= _LINES):
            self.flush()
        self._lines.append(line)
        self._size += len(line.data)

    def drop(self, identifiers: frozenset[str]) -> None:
        """Forget lines that were not sent yet."""
        self._lines = [line for line in self._lines if line.identifier not in identifiers]
        self._size = sum(len(line.data) for line in self._lines)

    def flush(self) -> None:
        """Send all lines. Raises IndexUnwritable where the cluster does not take one."""
        lines, self._lines, self._size = self._lines, [], 0
        if lines:
            self._check()
            self._send(lines)

    def _send(self, lines: Sequence[Line]) -> None:
        for attempt in range(_ATTEMPTS):
            try:
                found = self._connection.ask(
                    "POST", "/_bulk", b"".join(line.data for line in lines), expected=[_LARGE]
                )
            except Refused:
                if len(lines) == 1:
                    raise IndexUnwritable(
                        f"the cluster at {self._connection.place.shown} takes no request of "
                        f"{len(lines[0].data):,} bytes, which {lines[0].file or 'one document'} needs; raise "
                        "its `http.max_content_length`, or lower --max-size"
                    ) from None
                half = len(lines) // 2
                self._send(lines[:half])
                self._send(lines[half:])
                return
            lines = self._left(lines, found)
            if not lines:
                return
            time.sleep(min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt) * random.uniform(0.5, 1.0))  # noqa: S311
            self._check()
        raise IndexUnwritable(
            f"the cluster at {self._connection.place.shown} has too much to do and took {len(lines):,} "
            "documents not even after many attempts; run the command again later: what was committed stands"
        )

    def _left(self, lines: Sequence[Line], found: Any) -> list[Line]:
        """Return the lines that are to be sent again. Raises IndexUnwritable for one that is refused."""
        try:
            answers = [next(iter(item.values())) for item in found["items"]]
        except (TypeError, KeyError, AttributeError, StopIteration):
            answers = []
        if len(answers) != len(lines):
            # No answer that says of each line what became of it: all of them are sent again.
            return list(lines)
        left = []
        for line, answer in zip(lines, answers, strict=True):
            status = answer.get("status", 500)
            if status < _FINE or (status == _GONE and "error" not in answer):
                continue
            if status not in AGAIN:
                self._refuse(line, status, answer)
            left.append(line)
        return left

    def _refuse(self, line: Line, status: int, answer: Mapping[str, Any]) -> None:
        refused = Refused(status, answer)
        if "cluster_block_exception" in refused.kinds:
            self._connection.refuse(Refused(403, answer))
        raise IndexUnwritable(
            f"the cluster at {self._connection.place.shown} does not take {line.file or line.identifier}: "
            f"{refused.reason or status}; the index is as it was"
        )


def _lines(*values: Mapping[str, Any]) -> bytes:
    return b"".join(json.dumps(value, separators=(",", ":")).encode() + b"\n" for value in values)
