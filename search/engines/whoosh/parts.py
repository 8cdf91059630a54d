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
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from coopsearch.search.analysis.analyzer import analyse
from coopsearch.search.analysis.languages import Earlier
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import PartWriter
from coopsearch.search.engines.whoosh.documents import values
from coopsearch.search.engines.whoosh.fields import PAYLOAD
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.names import SPOOL
from coopsearch.search.indexdir.opening import open_file
from coopsearch.search.model import Document


class SpoolParts(PartWriter):
    """Writes documents into files beside the index; see the port for what its methods promise."""

    def __init__(self, folder: Path, table: StemTable) -> None:
        """Begin without documents, and without a file."""
        self._folder = folder
        self._table = table
        self._earlier = Earlier()
        self._words: set[str] = set()
        self._languages: set[str] = set()
        self._stream: IO[bytes] | None = None
        self._name = ""

    def add(self, document: Document) -> None:
        """Take a document."""
        analysed = analyse(document, self._table, self._earlier)
        fields = values(analysed)
        payload = fields[PAYLOAD]
        assert isinstance(payload, bytes)
        line = [document.file, {**fields, PAYLOAD: base64.b64encode(payload).decode()}]
        with durable.telling(self._folder):
            self._open().write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        self._languages.update(analysed.languages)
        for run in analysed.runs:
            self._words.update(run.words)

    def settle(self) -> frozenset[str]:
        """Return the languages that were met since the last call."""
        met, self._languages = self._languages, set()
        return frozenset(met)

    def finish(self, languages: frozenset[str]) -> list[str]:
        """Make the stems of all words known; return the name of the file, if there is one."""
        self._table.complete(self._words, languages)
        self._words = set()
        stream, self._stream = self._stream, None
        if stream is None:
            return []
        with durable.telling(self._folder):
            stream.close()
        return [self._name]

    def discard(self) -> None:
        """Forget what was not finished."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()
            durable.remove(self._folder, [self._name])

    def _open(self) -> IO[bytes]:
        if self._stream is None:
            handle, path = tempfile.mkstemp(prefix=SPOOL, dir=self._folder)
            self._stream, self._name = os.fdopen(handle, "wb"), Path(path).name
        return self._stream


def held(folder: Path, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each document of a file that ``finish`` named: its file, and the value of each field."""
    with os.fdopen(open_file(folder / name), "rb") as stream:
        for line in stream:
            file, fields = json.loads(line)
            yield file, {**fields, PAYLOAD: base64.b64decode(fields[PAYLOAD])}
