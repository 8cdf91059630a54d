"""One run over an index that nobody else writes meanwhile: compare, read, commit, report.

This file holds the order of what is written; each step has a file of its own. Does not depend on the lock
or the terminal.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coopsearch.indexer.added.keeping import carry, found_without_page, refuse_loss
from coopsearch.indexer.batch import Target
from coopsearch.indexer.extract import ending_of
from coopsearch.indexer.generation import begin, finish, sweep
from coopsearch.indexer.handed_on import without_rows
from coopsearch.indexer.ingest import Ingest
from coopsearch.indexer.manifest.entry import Entry, holds_pictures, is_foreign, problems
from coopsearch.indexer.manifest.manifest import Manifest
from coopsearch.indexer.manifest.pages import Books
from coopsearch.indexer.manifest.unread import unread_in
from coopsearch.indexer.problem import ALL_READ
from coopsearch.indexer.report import LACKING, Counts, Interrupted, Progress, Report
from coopsearch.indexer.settings import Request, Settings
from coopsearch.indexer.walk.changes import Changes, find_changes
from coopsearch.indexer.walk.sources import PathMapper, joined
from coopsearch.indexer.workers.choice import pool_of, worker_count
from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.engines import DEFAULT, EVERY, Cluster, cluster_of, engine_of, readdress
from coopsearch.search.errors import (
    CoopsearchError,
    FileState,
    IndexDamaged,
    IndexUnreadable,
    IndexUntrusted,
)
from coopsearch.search.indexdir.coverage import LISTING, language_counts
from coopsearch.search.indexdir.meta import IndexMeta, write_meta
from coopsearch.search.indexdir.modes import settle
from coopsearch.search.indexdir.owner import is_shared, trust
from coopsearch.search.schema import SCHEMA_VERSION

#: How the addresses end of what may be scans.
_SCANNED: Final = (".pdf",)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run looks through."""

    roots: tuple[Path, ...]
    sources: tuple[str, ...]
    """All that the index covers after the run."""
    dropped: tuple[str, ...]
    """What was named and is not there any more: all below it goes."""
    begun: tuple[str, ...]
    """All that the index covers while the run lasts."""


class Run:
    """One run."""

    def __init__(
        self,
        index: Path,
        mapper: PathMapper,
        settings: Settings,
        progress: Callable[[Progress], None],
        notice: Callable[[str], None],
    ) -> None:
        """Take the index, how addresses are made there, how files are read, and who is told of it."""
        self._index = index
        self._mapper = mapper
        self._settings = settings
        self._progress = progress
        self._notice = notice
        #: What of the index was damaged, as it is told.
        self._damages: list[str] = []
        self._started = time.monotonic()

    def sync(self, meta: IndexMeta | None, request: Request) -> Report:
        """Bring the index in step. ``meta`` is its first page, None if it is new or cannot be read."""
        scope = self._scope(meta.sources if meta else (), request)
        settle(self._index, self._index / meta.data if meta else None, group=request.group)
        if request.group and is_shared(self._index):
            # Whoever shares an index with a group trusts that group.
            trust(self._index)
        if meta is None or request.rebuild:
            return self._rebuild(meta, scope, request)
        return self._update(meta, scope, request)

    def _scope(self, recorded: Sequence[str], request: Request) -> Scope:
        dropped = [self._mapper.address(path) for path in request.given if not os.path.lexists(path)]
        added = [place for path in request.given if (place := self._mapper.address(path)) not in dropped]
        every = joined(recorded, added)
        sources = tuple(one for one in every if one not in dropped)
        # A rebuild reads all there is; else only what was named is looked through.
        looked = sources if request.rebuild or not request.given else added
        return Scope(tuple(map(self._mapper.path, looked)), sources, tuple(dropped), tuple(every))

    def _update(self, meta: IndexMeta, scope: Scope, request: Request) -> Report:
        if request.cluster is not None:
            readdress(meta.engine, self._index / meta.data, request.cluster)
        sweep(self._index, {meta.data}, live=meta.data)
        # What is to be read is a source before the first document of it is there: a run that is cut in
        # between is completed by the next one.
        begun = meta._replace(
            sources=scope.begun,
            ocr=request.ocr,
            group=request.group,
            any_text=self._settings.any_text,
            paths=self._settings.rules.rules,
        )
        if begun != meta:
            write_meta(self._index, begun)
        report = self._fill(begun, scope)
        if begun.sources != scope.sources:
            write_meta(self._index, begun._replace(sources=scope.sources))
        return report

    def _rebuild(self, meta: IndexMeta | None, scope: Scope, request: Request) -> Report:
        # Of documents that scripts added the index has the only copy: where its first page is lost, they are
        # looked for.
        meta = meta or found_without_page(self._index)
        name = request.engine or (meta.engine if meta and meta.engine in EVERY else DEFAULT)
        fresh = IndexMeta(
            SCHEMA_VERSION,
            ANALYSIS_VERSION,
            name,
            "",
            scope.sources,
            request.ocr,
            request.group,
            self._settings.any_text,
            added=bool(meta and meta.added),
            paths=self._settings.rules.rules,
        )
        if meta is not None and meta.added:
            refuse_loss(self._index, meta)
        before = self._before(meta) if meta is not None else None
        cluster = request.cluster or (self._cluster(meta) if meta and name == meta.engine else None)
        fresh = begin(self._index, fresh, served=meta.data if meta else "", cluster=cluster)
        if meta is not None and meta.added:
            carry(self._index, meta, fresh)
        report = self._fill(fresh, scope, before)
        if meta is not None:
            finish(self._index, fresh, before=meta.data)
        return report

    def _cluster(self, meta: IndexMeta) -> Cluster | None:
        """Return which cluster keeps an index that is rebuilt, None where none does or it is not known.

        Raises IndexUntrusted for one that the user never named: it would get all documents.
        """
        try:
            return cluster_of(meta.engine, self._index / meta.data)
        except IndexUntrusted:
            raise
        except CoopsearchError:
            return None  # the engine asks for it

    def _before(self, meta: IndexMeta) -> Manifest | None:
        """Return the rows of an index that is rebuilt, None where they cannot be read.

        Say which of its documents the new one will be without, as no source gives them.
        """
        try:
            with engine_of(meta.engine, self._index).open(self._index / meta.data) as reader:
                rows = Manifest(self._index / meta.data, reader.pages)
                lost = without_rows(reader, rows)
        except (CoopsearchError, OSError):
            return None  # what cannot be read is why it is rebuilt
        if lost:
            self._notice(
                f"the index holds documents of files that no source gives, such as {', '.join(lost)}; they "
                "are not in the new index"
            )
        return rows

    def _fill(self, meta: IndexMeta, scope: Scope, before: Manifest | None = None) -> Report:
        """Compare, read, and close the books."""
        began = time.time()
        data = self._index / meta.data
        engine = engine_of(meta.engine, self._index)
        with engine.writer(data) as writer, engine.open(data) as reader:
            manifest = Manifest(data, reader.pages)
            if before is not None:
                manifest.replaces(before)
            changes = self._compare(manifest, scope)
            books = Books(data, manifest, reader.pages, scope.sources)
            beside = dict(books.damages)
            # Whether all that small sources hold is known is seen at the end.
            listing = beside.pop(LISTING, None)
            self._tell_healed(*writer.healed, *beside.values())
            target = Target(engine, data, writer, reader, manifest, books)
            counts = self._read(target, changes) if changes.candidates or changes.gone else Counts()
            documents = self._close(target, scope, changes, counts, began)
            if listing is not None and books.is_left(LISTING):
                self._tell(str(listing))
            elif listing is not None:
                self._tell_healed(listing)
        return self._report(manifest, changes, counts, documents)

    def _tell_healed(self, *errors: IndexUnreadable) -> None:
        """Say which files of the index were damaged and are made anew."""
        for error in errors:
            fault = error.fault if isinstance(error, IndexDamaged) else str(error)
            self._tell(f"{fault}; this run mends it")

    def _tell(self, damage: str) -> None:
        self._damages.append(damage)
        self._notice(damage)

    def _compare(self, manifest: Manifest, scope: Scope) -> Changes:
        """Find what is different from last time, and note what has no row."""
        changes = find_changes(
            scope.roots,
            scope.dropped,
            self._mapper,
            manifest,
            self._index,
            self._settings,
        )
        manifest.pass_over(changes.inside, changes.outside)
        return changes

    def _read(self, target: Target, changes: Changes) -> Counts:
        """Have the index take in what changed, batch by batch."""
        total = len(changes.candidates)

        def tell(done: int, at: str, documents: int) -> None:
            self._progress(Progress(done, total, at, documents))

        size = sum(one.file.size for one in changes.candidates)
        count = worker_count(self._settings.workers, size, target.engine)
        pool = pool_of(count, target, self._settings)
        ingest = Ingest(target, pool, self._settings, tell)
        try:
            # Names that moved keep their old documents readable until they are taken over.
            ingest.remove(changes.gone)
            ingest.doubt(changes.candidates)
            try:
                for one in changes.candidates:
                    ingest.take(one)
                ingest.finish()
            except Interrupted:
                # What was read is kept: the next run goes on from here. Any other interruption may have come
                # in the middle of a document, so what was not committed before it is dropped.
                ingest.stop()
                raise
            tell(total, "", ingest.documents)
        finally:
            pool.close()
        return ingest.counts

    def _close(self, target: Target, scope: Scope, changes: Changes, counts: Counts, began: float) -> int:
        """Commit what is known at the end of a run; return how many documents there are."""
        with target.engine.open(target.data) as after:
            documents = after.documents
            languages = language_counts(after)
        manifest = target.manifest
        looked = {source: notes for source, notes in changes.notes.items() if source in scope.sources}
        manifest.looked({source: notes.ignored for source, notes in looked.items()}, scope.sources, began)
        if manifest.ages(deleted=bool(counts.removed or counts.updated or counts.moved)):
            target.writer.scrub()
        pages = target.books.last(
            documents,
            languages,
            looked,
            self._mapper,
            pictures=self._settings.ocr,
            any_text=self._settings.any_text,
        )
        target.writer.commit(pages=pages)
        return documents

    def _report(self, manifest: Manifest, changes: Changes, counts: Counts, documents: int) -> Report:
        found = [
            *changes.failures,
            *(
                one._replace(file=self._mapper.shown(row.file) if row.state == FileState.IN_PART else "")
                for row in manifest
                for one in problems(row)
                if one.state != FileState.UNSUPPORTED
            ),
        ]
        found = sorted(
            (one._replace(path=self._mapper.shown(one.path)) for one in found), key=lambda one: one.path
        )
        foreign = Counter(ending_of(row.file) for row in manifest if is_foreign(row))
        unsupported = dict(sorted((changes.unsupported + foreign).items()))
        ocr = self._settings.ocr
        return Report(
            added=len(counts.added),
            updated=len(counts.updated),
            removed=len(counts.removed),
            unchanged=len(changes.unchanged) + counts.unchanged,
            moved=len(counts.moved),
            failed=tuple(one for one in found if one.state not in LACKING),
            lacking=tuple(one for one in found if one.state in LACKING),
            unsupported=unsupported,
            pictures={end: count for end, count in sorted(changes.pictures.items()) if count},
            documents=documents,
            seconds=time.monotonic() - self._started,
            with_pictures=0 if ocr else sum(map(holds_pictures, manifest)),
            unread=tuple(
                one._replace(path=self._mapper.shown(one.path), file=self._mapper.shown(one.file))
                for row in manifest
                if row.unread != ALL_READ
                for one in unread_in(row.file, row.unread)
            ),
            unread_members=sum(row.unread.members for row in manifest),
            scans=0 if ocr else sum(map(_is_scan, manifest)),
            damages=tuple(self._damages),
            added_files=self._shown(counts.added),
            updated_files=self._shown(counts.updated),
            removed_files=self._shown(counts.removed),
            moved_files=tuple(
                (self._mapper.shown(before), self._mapper.shown(after))
                for before, after in sorted(counts.moved.items())
            ),
        )

    def _shown(self, files: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(self._mapper.shown, sorted(files)))


def _is_scan(row: Entry) -> bool:
    """Say whether OCR could read more of a file."""
    return any(
        problem.state == FileState.NO_TEXT and problem.path.lower().endswith(_SCANNED)
        for problem in row.problems
    )
