"""Documents on the way to the writer: made by any process, kept in a file that no state names.

A line of JSON for each document, with the value of every field, so that what costs time is done where the
file was read, and what goes wrong over a document costs its file alone. The writer adopts such a file or
not; one that a killed run left has a name of ours, and the next writer removes it.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from coopsearch.search.analysis.analyzer import analyse
from coopsearch.search.analysis.langid.earlier import Earlier
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import PartWriter
from coopsearch.search.engines.whoosh.documents import values
from coopsearch.search.engines.whoosh.fields import PAYLOAD
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.names import SPOOL
from coopsearch.search.indexdir.opening import open_file
from coopsearch.search.model import Document

#: Bytes that are held before they go to the file.
_HELD: Final = 1 << 22
_APPEND: Final = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class SpoolParts(PartWriter):
    """Writes documents into files beside the index; see the port for what its methods promise."""

    def __init__(self, folder: Path, table: StemTable, earlier: Earlier | None = None) -> None:
        """Begin without documents, and without a file: it is there when there is much for it."""
        self._folder = folder
        self._table = table
        self._earlier = earlier or Earlier()
        self._words: set[str] = set()
        self._languages: set[str] = set()
        self._lines: list[bytes] = []
        self._held = 0
        self._path: Path | None = None

    def add(self, document: Document) -> None:
        """Take a document."""
        analysed = analyse(document, self._table, self._earlier)
        fields = values(analysed)
        payload = fields[PAYLOAD]
        assert isinstance(payload, bytes)
        line = [document.file, {**fields, PAYLOAD: base64.b64encode(payload).decode()}]
        self._lines.append(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        self._held += len(self._lines[-1])
        if self._held >= _HELD:
            self._write()
        self._languages.update(analysed.languages)
        for run in analysed.runs:
            self._words.update(run.words)

    def hear(self, spoken: Mapping[str, int]) -> None:
        """Take what the index speaks for a hint."""
        self._earlier.hear(spoken)

    def settle(self) -> frozenset[str]:
        """Return the languages that were met since the last call."""
        met, self._languages = self._languages, set()
        return frozenset(met)

    def finish(self, languages: frozenset[str]) -> list[str]:
        """Make the stems of all words known; return the name of the file, if there is one."""
        self._table.complete(self._words, languages)
        self._words = set()
        self._write()
        path, self._path = self._path, None
        return [] if path is None else [path.name]

    def discard(self) -> None:
        """Forget what was not finished."""
        self._lines, self._held = [], 0
        path, self._path = self._path, None
        if path is not None:
            durable.remove(self._folder, [path.name])

    def _write(self) -> None:
        lines, self._lines, self._held = self._lines, [], 0
        if not lines:
            return
        with durable.telling(self._folder):
            if self._path is None:
                handle, path = tempfile.mkstemp(prefix=SPOOL, dir=self._folder)
                self._path = Path(path)
            else:
                handle = os.open(self._path, _APPEND)
            with os.fdopen(handle, "ab") as stream:
                stream.writelines(lines)


def held(folder: Path, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each document of a file that ``finish`` named: its file, and the value of each field."""
    with os.fdopen(open_file(folder / name), "rb") as stream:
        for line in stream:
            file, fields = json.loads(line)
            yield file, {**fields, PAYLOAD: base64.b64decode(fields[PAYLOAD])}
