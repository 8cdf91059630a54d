"""Writing documents into a cluster, in commits that all shards show at once.

Whatever is sent carries the number of the generation that is being written, which no reader looks at before
the state names it; other processes send documents, too (``parts``). The cluster keeps what it was sent in
memory for some seconds (``async``, see ``mapping``), so a commit has all copies of all shards write it to
disk, and counts it, before the state says a word of it: a state names nothing that is not durable. A writer
that was killed leaves such things behind; the next one removes them. Does not depend directly on a particular
language or queries.
"""

from __future__ import annotations

import contextlib
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.engines.base import Writer
from coopsearch.search.engines.opensearch.cluster.bulk import Bulk, remove
from coopsearch.search.engines.opensearch.cluster.connection import ATTEMPTS_TO_WRITE, Connection
from coopsearch.search.engines.opensearch.cluster.known import known_place
from coopsearch.search.engines.opensearch.cluster.lock import Lock
from coopsearch.search.engines.opensearch.cluster.place import NAME
from coopsearch.search.engines.opensearch.mapping import BORN
from coopsearch.search.engines.opensearch.parts import held, is_sending, line_of
from coopsearch.search.engines.opensearch.storage.leftovers import (
    bury,
    exact,
    forget_blocks,
    forget_dead,
    make_durable,
    refresh,
    take_back,
    write_anew,
)
from coopsearch.search.engines.opensearch.storage.opening import check_index
from coopsearch.search.engines.opensearch.storage.requests import alive, both, total
from coopsearch.search.engines.opensearch.storage.states import (
    RunOfWords,
    State,
    damaged,
    read_state,
    write_state,
)
from coopsearch.search.engines.opensearch.storage.words import to_merge, with_older, write_run
from coopsearch.search.engines.opensearch.vocabulary import STEMS, Vocabulary, terms_of
from coopsearch.search.errors import CoopsearchError, IndexUnwritable
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.names import PENDING, is_ours
from coopsearch.search.indexdir.opening import names_in
from coopsearch.search.indexdir.pages import Page


class OpenSearchWriter(Writer):
    """The one writer; see the port for what its methods promise."""

    def __init__(self, folder: Path) -> None:
        """Open for writing, and remove what a killed writer left. Raises IndexLocked."""
        self._folder = folder
        self._connection = Connection(known_place(folder), writes=True, attempts=ATTEMPTS_TO_WRITE)
        self._index, self._words = self._connection.place.name, self._connection.place.words
        with contextlib.ExitStack() as opened:
            opened.callback(self._connection.close)
            self._connection.check()
            check_index(self._connection)
            self._lock = Lock(self._connection)
            opened.callback(self._lock.release)
            self._stored = read_state(self._connection)
            self._bulk = Bulk(self._connection, self._lock.check)
            take_back(self._connection, self._bulk, self._state)
            durable.remove(folder, self._strays())
            opened.pop_all()
        self._vocabulary = Vocabulary(
            lambda body: self._connection.search(body, index=self._words),
            self._state.runs,
            lambda what: damaged(self._connection, what),
        )
        self._begin()
        self._closed = False

    def _begin(self) -> None:
        """Begin a batch."""
        self._learned: dict[str, dict[str, str]] = {}
        self._counts: dict[str, Counter[str]] = {}
        """By table, in how many documents of the batch each term stands."""
        self._added: dict[str, set[str]] = {}
        """By file, the names of its documents in the batch."""
        self._deleted: set[str] = set()
        """Files whose older documents go."""
        self._gone: set[str] = set()
        """Names of documents of the batch that go again, unless they came once more."""
        self._scrubbing = False

    @property
    def _state(self) -> State:
        return self._stored.state

    @property
    def pages(self) -> Mapping[str, Page]:
        """Return the pages that the state names."""
        return self._state.pages

    def stems(self, word: str) -> Mapping[str, str]:
        """Return a word's known stems, learned ones included."""
        known = self._vocabulary.stems(word)
        learned = self._learned.get(word)
        return {**known, **learned} if learned else known

    def learn(self, stems: Mapping[tuple[str, str], str]) -> None:
        """Keep stems until the next commit writes them."""
        for (language, word), stem in stems.items():
            self._learned.setdefault(word, {})[language] = stem

    def add(self, document: AnalysedDocument) -> None:
        """Send a document with others."""
        line = line_of(self._index, document, self._state.generation + 1)
        self._bulk.add(line)
        self._added.setdefault(line.file, set()).add(line.identifier)
        for table, terms in terms_of(document).items():
            self._counts.setdefault(table, Counter()).update(terms)

    def adopt(self, parts: Iterable[str], without: Collection[str] = ()) -> None:
        """Answer for what others sent, and remove these files of theirs."""
        for name in parts:
            with durable.telling(self._folder):
                for sent in held(self._folder, name):
                    if sent.born != self._state.generation + 1:
                        raise IndexUnwritable(
                            f"{self._folder / name} tells of documents of another commit; run the command "
                            "again: what was committed stands"
                        )
                    if sent.file in without:
                        self._gone.update(sent.identifiers)
                        continue
                    self._added.setdefault(sent.file, set()).update(sent.identifiers)
                    for table, (terms, counts) in sent.tables.items():
                        self._counts.setdefault(table, Counter()).update(
                            dict(zip(terms, counts, strict=True)) if counts else terms
                        )
            durable.remove(self._folder, [name])

    def delete_file(self, file: str) -> None:
        """Delete a file's documents, those of the batch included."""
        self._gone |= self._added.pop(file, set())
        self._deleted.add(file)

    def scrub(self) -> None:
        """Have the next commit remove what is deleted for good, and write the vocabulary anew."""
        self._scrubbing = True

    def commit(self, *, more: bool = False, pages: Mapping[str, Page] | None = None) -> None:  # noqa: ARG002 - nothing can wait
        """Send what is left, have every shard show it, and name it in the state."""
        before = self._state
        generation = before.generation + 1
        buried = bury(self._connection, self._bulk, sorted(self._deleted), generation)
        gone = self._remove_again()
        added = sum(map(len, self._added.values()))
        state = before._replace(pages=before.pages if pages is None else dict(pages))
        if not (added or buried or gone or self._learned or self._scrubbing) and state == before:
            self._bulk.flush()
            self._begin()
            return
        if added or buried:
            state = state._replace(documents=before.documents + added - buried, changed=generation)
        if added or buried or gone or self._scrubbing:
            self._bulk.flush()
            refresh(self._connection, self._index)
            make_durable(self._connection, self._index)
            self._count(state.documents, added, generation)
        runs = self._write_words(generation)
        self._bulk.flush()
        refresh(self._connection, self._words)
        names = {run.name for run in runs}
        state = state._replace(
            generation=generation,
            purged=generation if self._scrubbing else before.generation,
            runs=tuple(runs),
            dropped=tuple(run.name for run in before.runs if run.name not in names),
            token=secrets.token_hex(8),
        )
        durable.sync_folder(self._folder)
        self._lock.check()
        self._stored = write_state(self._connection, state, self._stored)
        self._vocabulary = self._vocabulary.of_runs(runs)
        scrubbed = self._scrubbing
        self._begin()
        self._clear_away(before, state, scrubbed=scrubbed)

    def _remove_again(self) -> int:
        """Remove documents of the batch that are not to be; return how many these are."""
        gone = self._gone.difference(*self._added.values())
        if gone:
            # They may be on their way.
            self._bulk.flush()
        for identifier in sorted(gone):
            self._bulk.add(remove(self._index, identifier))
        return len(gone)

    def _count(self, expected: int, added: int, generation: int) -> None:
        """See that every shard has what was sent, and nothing else. Raises IndexDamaged."""

        def count(query: Mapping[str, Any]) -> int:
            return total(lambda body: self._connection.search(body, index=self._index), query)

        found = count(alive(generation))
        if found == expected:
            return
        new = count(both({"term": {BORN: generation}}))
        if new < added:
            raise IndexUnwritable(
                f"the cluster at {self._connection.place.shown} has {new:,} of the {added:,} documents that "
                "it took since the last commit: a node ended before it had written them down; run the "
                "command again: what was committed stands"
            )
        raise damaged(self._connection, f"holds {found:,} documents instead of {expected:,}")

    def _write_words(self, generation: int) -> list[RunOfWords]:
        """Write what the batch brings to the vocabulary; return the runs of the new state."""
        tables: dict[str, list[tuple[str, Any]]] = {
            table: sorted(counts.items()) for table, counts in self._counts.items()
        }
        if self._learned:
            tables[STEMS] = sorted(self._learned.items())
        runs = list(self._state.runs)
        name = f"{generation:x}-{secrets.token_hex(4)}"
        if self._scrubbing:
            every = with_older(self._vocabulary, runs, tables)
            written = write_run(self._bulk, self._words, name, exact(self._connection, every, generation))
            return [written] if written.entries else []
        if not tables:
            return runs
        count = to_merge(runs, sum(map(len, tables.values())))
        older = runs[len(runs) - count :]
        written = write_run(self._bulk, self._words, name, with_older(self._vocabulary, older, tables))
        return [*runs[: len(runs) - count], written]

    def _clear_away(self, before: State, state: State, *, scrubbed: bool) -> None:
        """Remove what readers of the state before the last one alone could need.

        Where this fails, the next commit does it: what was committed stands.
        """
        with contextlib.suppress(*([] if scrubbed else [CoopsearchError])):
            forget_dead(self._connection, self._bulk, state.purged)
            forget_blocks(self._connection, self._bulk, state if scrubbed else before, state)
            self._bulk.flush()
            if scrubbed:
                write_anew(self._connection)
        gone = {page.name for page in before.pages.values()} - {page.name for page in state.pages.values()}
        durable.remove(self._folder, gone)

    def close(self) -> None:
        """Drop the batch, and let the lock go."""
        if self._closed:
            return
        self._closed = True
        sent = self._added or self._counts or self._gone or is_sending(self._folder)
        try:
            # Where the cluster does not answer any more, the next writer removes what was sent.
            with contextlib.suppress(CoopsearchError):
                self._bulk.abandon()
                if sent:
                    self._lock.check()
                    take_back(self._connection, self._bulk, read_state(self._connection).state)
                    durable.remove(self._folder, self._strays())
        finally:
            self._lock.release()
            self._connection.close()

    def _strays(self) -> list[str]:
        """Return the names of files of our making that no state names."""
        kept = {NAME, PENDING, *(page.name for page in self._state.pages.values())}
        return [name for name in names_in(self._folder) if is_ours(name) and name not in kept]
