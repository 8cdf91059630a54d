"""Documents on the way to a cluster from whatever process reads them, and what a writer gets to know of them.

A document goes to the cluster as soon as there are enough of them for a request, born in the generation that
the next commit makes: nobody sees it before. A file beside the small file says which documents these are and
what they bring to the vocabulary; the writer that takes it over answers for them, and removes those of which
it wants nothing. While the file lies there, a writer knows that something may have been sent: what a killed
run left, the next writer removes, documents and file.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from coopsearch.search.analysis.langid.earlier import Earlier
from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import PartWriter
from coopsearch.search.engines.opensearch.bodies import body_of
from coopsearch.search.engines.opensearch.cluster.bulk import Bulk, Line, put_json, remove
from coopsearch.search.engines.opensearch.cluster.connection import ATTEMPTS_TO_WRITE, Connection
from coopsearch.search.engines.opensearch.cluster.known import known_place
from coopsearch.search.engines.opensearch.cluster.lock import WatchedLock
from coopsearch.search.engines.opensearch.storage.states import read_state
from coopsearch.search.engines.opensearch.terms import identifier_of
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.names import SPOOL
from coopsearch.search.indexdir.opening import names_in, open_file
from coopsearch.search.model import Document

if TYPE_CHECKING:
    from coopsearch.search.engines.opensearch.batch import Words

#: Bytes that are held before they go to the file.
_HELD: Final = 1 << 22
#: Documents that are taken in at once, or so many that have these characters together: the more, the less
#: each costs.
_AT_ONCE: Final = 1_024
_CHARACTERS: Final = 1 << 20
_APPEND: Final = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class Sent(NamedTuple):
    """Documents of one file that the cluster has."""

    file: str
    born: int
    identifiers: list[str]
    tables: dict[str, tuple[list[str], list[int]]]
    """By the name of a table of the vocabulary, its terms and how many of the documents hold each."""


class BodyParts(PartWriter):
    """Sends bodies; see the port for what its methods promise."""

    def __init__(self, folder: Path, table: StemTable, earlier: Earlier | None = None) -> None:
        """Begin without documents, a connection or a file: they are there when a document is."""
        self._folder = folder
        self._table = table
        self._earlier = earlier or Earlier()
        self._known: Words | None = None
        self._waiting: list[Document] = []
        self._characters = 0
        self._words: set[str] = set()
        """Those of vocabularies that were given up since the last call of ``finish``."""
        self._languages: set[str] = set()
        self._connection: Connection | None = None
        self._bulk: Bulk | None = None
        self._begin()

    def _begin(self) -> None:
        """Begin a part: after the one before, another generation may have begun."""
        self._path: Path | None = None
        self._born = 0
        self._file = ""
        self._identifiers: list[str] = []
        self._counts: dict[str, Counter[str]] = {}
        self._lines: list[bytes] = []
        self._held = 0

    def add(self, document: Document) -> None:
        """Take a document; it is sent with others, by leave of the writer that there is now."""
        if not self._waiting:
            self._sending()
        self._waiting.append(document)
        self._characters += len(document.text)
        if len(self._waiting) >= _AT_ONCE or self._characters >= _CHARACTERS:
            self._take_in()

    def hear(self, spoken: Mapping[str, int]) -> None:
        """Take what the index speaks for a hint."""
        self._earlier.hear(spoken)

    def settle(self) -> frozenset[str]:
        """Decide the languages of what was added; return those that were met since the last call."""
        self._take_in()
        met, self._languages = self._languages, set()
        return frozenset(met)

    def finish(self, languages: frozenset[str]) -> list[str]:
        """Make the stems of all words known, and have the cluster take what was sent; name the file."""
        self._take_in()
        known = () if self._known is None else self._known.words
        self._table.complete(chain(self._words, known), languages)
        self._words = set()
        if self._bulk is not None:
            self._bulk.flush()
        self._end_file()
        self._write()
        path = self._path
        self._begin()
        return [] if path is None else [path.name]

    def discard(self) -> None:
        """Remove what was not finished."""
        self._waiting, self._characters = [], 0
        path = self._path
        if path is None or self._bulk is None:
            return
        self._end_file()
        self._write()
        self._bulk.abandon()
        for sent in held(self._folder, path.name):
            for identifier in sent.identifiers:
                self._bulk.add(remove(self._bulk.index, identifier))
        self._bulk.flush()
        durable.remove(self._folder, [path.name])
        self._begin()

    def _take_in(self) -> None:
        """Find the words of the documents that wait, and send them."""
        waiting, self._waiting, self._characters = self._waiting, [], 0
        if not waiting:
            return
        # Whoever only writes what others sent has no need for columns.
        from coopsearch.search.engines.columns.build.text_buffer import Vocabulary
        from coopsearch.search.engines.opensearch.batch import Batch, Words

        bulk = self._sending()
        if self._known is None or self._known.numbered.is_full:
            self._words.update(self._known.words if self._known is not None else ())
            self._known = Words(Vocabulary(self._table, self._earlier))
        batch = Batch(self._known, waiting)
        self._languages |= batch.languages
        counts = batch.counts()
        for document, body in batch.bodies(self._born):
            if document.file != self._file:
                self._end_file()
                self._file = document.file
            if document.file in counts:
                for name, terms in counts.pop(document.file).items():
                    self._counts.setdefault(name, Counter()).update(terms)
            identifier = identifier_of(document.path, self._born)
            bulk.add(put_json(bulk.index, identifier, body, document.file))
            self._identifiers.append(identifier)

    def _sending(self) -> Bulk:
        """Return what sends, and see that there is a file that tells of it."""
        if self._bulk is None or self._connection is None:
            self._connection = Connection(known_place(self._folder), writes=True, attempts=ATTEMPTS_TO_WRITE)
            lock = WatchedLock(self._connection)
            self._bulk = Bulk(self._connection, lock.check)
        if self._path is None:
            # Whoever has documents read commits none of them before all are finished, so that the state is
            # the one that their commit goes on from.
            self._born = read_state(self._connection).state.generation + 1
            with durable.telling(self._folder):
                handle, path = tempfile.mkstemp(prefix=SPOOL, dir=self._folder)
                os.close(handle)
            self._path = Path(path)
        return self._bulk

    def _end_file(self) -> None:
        """Note what was sent of a file of documents."""
        if self._identifiers:
            tables = {
                name: (list(counts), list(counts.values()) if set(counts.values()) != {1} else [])
                for name, counts in self._counts.items()
            }
            sent = Sent(self._file, self._born, self._identifiers, tables)
            self._lines.append(json.dumps(sent, separators=(",", ":")).encode() + b"\n")
            self._held += len(self._lines[-1])
            if self._held >= _HELD:
                self._write()
        self._file, self._identifiers, self._counts = "", [], {}

    def _write(self) -> None:
        lines, self._lines, self._held = self._lines, [], 0
        if lines and self._path is not None:
            with (
                durable.telling(self._folder),
                os.fdopen(os.open(self._path, _APPEND), "ab") as stream,
            ):
                stream.writelines(lines)


def line_of(index: str, analysed: AnalysedDocument, born: int) -> Line:
    """Return what sends a document to an index, born in a generation that is not committed yet."""
    found = analysed.document
    return put_json(index, identifier_of(found.path, born), body_of(analysed, born), found.file)


def held(folder: Path, name: str) -> Iterator[Sent]:
    """Yield what a file that ``finish`` named says was sent."""
    with os.fdopen(open_file(folder / name), "rb") as stream:
        for line in stream:
            found: list[Any] = json.loads(line)
            yield Sent(*found)


def is_sending(folder: Path) -> bool:
    """Say whether somebody may have sent documents of which no writer knows."""
    return any(name.startswith(SPOOL) for name in names_in(folder))
