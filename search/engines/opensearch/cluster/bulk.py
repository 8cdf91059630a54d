"""Writing many documents: requests of bounded size, each line sent until the cluster has taken it.

One request is on its way while the next one is put together, and they are taken in their order. What is
written is named by its content, so that a line that is sent twice does no harm. Does not depend on queries.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any, Final, NamedTuple

from coopsearch.search.engines.opensearch.cluster.connection import Connection, pause
from coopsearch.search.engines.opensearch.cluster.disks import is_full
from coopsearch.search.engines.opensearch.cluster.failures import AGAIN, Refused
from coopsearch.search.errors import CoopsearchError, IndexUnwritable

#: Bytes of one request, and lines at most.
_BYTES: Final = 4 << 20
_LINES: Final = 2_000
#: How often lines are sent that the cluster had no time for, and the longest wait between two such times.
_ATTEMPTS: Final = 12
_LONGEST_WAIT: Final = 10.0
_LARGE: Final = 413
_FORBIDDEN: Final = 403
_FINE: Final = 300
_GONE: Final = 404
#: What an answer says of each line; all else that it could say would take longer to read than to write.
_TOLD: Final = {"filter_path": "items.*.status,items.*.error"}


_encoder: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


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


def put_json(index: str, identifier: str, body: str, file: str = "") -> Line:
    """Return what writes a document whose body is one line of JSON already."""
    head = f'{{"index":{{"_index":{encode_basestring(index)},"_id":{encode_basestring(identifier)}}}}}'
    return Line(f"{head}\n{body}\n".encode(), identifier, file)


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
        self.index: Final = connection.place.name
        self._lines: list[Line] = []
        self._size = 0
        self._request: _Request | None = None
        self._abandoned = threading.Event()

    def add(self, line: Line) -> None:
        """Take a line; it is sent with others. Raises what the request before came to."""
        if self._lines and (self._size + len(line.data) > _BYTES or len(self._lines) >= _LINES):
            self._settle()
            lines, self._lines, self._size = self._lines, [], 0
            self._request = _Request(lambda: self._send(lines))
        self._lines.append(line)
        self._size += len(line.data)

    def flush(self) -> None:
        """Send all lines, and wait for that. Raises IndexUnwritable where the cluster does not take one."""
        self._settle()
        lines, self._lines, self._size = self._lines, [], 0
        if lines:
            self._send(lines)

    def abandon(self) -> None:
        """Forget lines that were not sent yet; of those on their way it is not known what becomes of them."""
        self._lines, self._size = [], 0
        self._abandoned.set()
        with contextlib.suppress(CoopsearchError):
            self._settle()
        self._abandoned.clear()

    def _settle(self) -> None:
        """Wait for the request that is on its way."""
        request, self._request = self._request, None
        if request is not None:
            request.wait()

    def _send(self, lines: Sequence[Line]) -> None:
        self._check()
        for attempt in range(_ATTEMPTS):
            try:
                data = b"".join(line.data for line in lines)
                found = self._connection.ask("POST", "/_bulk", data, _TOLD, expected=[_LARGE])
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
            if self._abandoned.wait(pause(attempt, _LONGEST_WAIT)):
                return
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
            if status not in AGAIN or is_full(Refused(status, answer)):
                self._refuse(line, status, answer)
            left.append(line)
        return left

    def _refuse(self, line: Line, status: int, answer: Mapping[str, Any]) -> None:
        refused = Refused(status, answer)
        if "cluster_block_exception" in refused.kinds:
            self._connection.refuse(Refused(_FORBIDDEN, answer))
        raise IndexUnwritable(
            f"the cluster at {self._connection.place.shown} does not take {line.file or line.identifier}: "
            f"{refused.reason or status}; the index is as it was"
        )


class _Request:
    """Something that is done beside the caller, who hears of it when it waits for it."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._error: BaseException | None = None
        # It may wait long for a cluster that does not answer: a process that ends does not.
        self._thread = threading.Thread(target=self._run, name="coopsearch-bulk", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self._error = error

    def wait(self) -> None:
        self._thread.join()
        if self._error is not None:
            raise self._error


def _lines(*values: Mapping[str, Any]) -> bytes:
    return "\n".join([*map(_encoder.encode, values), ""]).encode()
