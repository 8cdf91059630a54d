"""Bringing an index in step with its sources: walk, compare, extract, analyse, write, commit, report.

The one way in. Knows the order of things and who may do them; each step itself is another file's.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from coopsearch.indexer.extract import picture_suffixes
from coopsearch.indexer.extract.base import DOCUMENT_LIMIT
from coopsearch.indexer.generation import begin, finish, sweep
from coopsearch.indexer.ingest import Ingest
from coopsearch.indexer.locking.lock import PATIENCE, locked
from coopsearch.indexer.manifest.conditions import conditions_of
from coopsearch.indexer.manifest.manifest import Entry, Manifest, holds_pictures, problems
from coopsearch.indexer.manifest.pages import Books
from coopsearch.indexer.report import LACKING, Interrupted, Progress, Report
from coopsearch.indexer.sandbox.host import Limits
from coopsearch.indexer.sandbox.ocr import Recogniser, find
from coopsearch.indexer.walk.changes import Changes, find_changes
from coopsearch.indexer.walk.sources import Places, all_absolute, default_source, joined, within
from coopsearch.indexer.workers.pool import crew_of, worker_count
from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.engines import DEFAULT, NAMES, engine_of
from coopsearch.search.engines import engine as engine_named
from coopsearch.search.errors import (
    FileState,
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
    IndexUnreadable,
    IndexUnwritable,
    SettingsError,
)
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.coverage import language_counts
from coopsearch.search.indexdir.location import index_folder
from coopsearch.search.indexdir.meta import (
    Marker,
    check_versions,
    is_other,
    missing,
    read_marker,
    write_marker,
)
from coopsearch.search.indexdir.modes import is_group, settle
from coopsearch.search.indexdir.owner import is_shared, trust
from coopsearch.search.schema import SCHEMA_VERSION

#: The runs, counted from the one that deleted a document, after which nothing of it is in any file.
TRACES: Final = 20
#: How the addresses end of what OCR can read.
RECOGNISED: Final = (".pdf",)


def sync(  # noqa: PLR0913 - the options of a run, by name
    sources: Iterable[str | os.PathLike[str]] = (),
    index_dir: str | os.PathLike[str] | None = None,
    *,
    rebuild: bool = False,
    engine: str | None = None,
    wait: float = PATIENCE,
    limit: int = DOCUMENT_LIMIT,
    workers: int | None = None,
    limits: Limits | None = None,
    ocr: bool | None = None,
    group: bool | None = None,
    progress: Callable[[Progress], None] = lambda progress: None,
    notice: Callable[[str], None] = lambda message: None,
) -> Report:
    """Bring an index in step with folders or files: only what changed is read.

    ``sources`` are added to those the index knows; without any, all that it knows are looked through
    (for a new index in a project with ``seeds/``: that folder). ``index_dir`` is found as for a search if
    it is not given. ``rebuild`` reads everything anew into a new index that then takes the old one's
    place. ``engine`` is what a new or rebuilt index is kept with, "whoosh" or "columns". ``limit`` is the
    most bytes one document may have. ``workers`` is how many processes read side by side; 1 reads in this
    one, None chooses by what there is to read and by the processors. ``limits`` is what the reading of one
    file of a risky format may take. ``ocr`` is whether the text of scans is recognised, by the program
    Tesseract; the index remembers it for later runs, and None keeps to that. ``group`` is whether the group
    of the index's folder may read and write it, too; it is remembered likewise. ``progress`` is called before
    each file, and now and then within one, and may raise ``Interrupted`` to end the run; ``notice`` is called
    with lines for a person.

    Files that cannot be read are in the report's ``failed``, those without text in ``lacking``; the others
    are indexed. Raises SettingsError for a source that is not there or OCR that the machine has not,
    IndexLocked if another process writes for longer than ``wait`` seconds, IndexUnreadable if the index must
    be rebuilt, IndexUnwritable if there is no room or no permission (the index is as it was then, or as the
    last batch left it), IndexUntrusted if others may have changed it.
    """
    started = time.monotonic()
    if engine is not None:
        engine_named(engine)
    # Asked before anything is made or read.
    recogniser = _recogniser(notice) if ocr else None
    index = index_folder(index_dir)
    places = Places(index.parent)
    given = all_absolute(sources)
    # As is this, and once more when nobody else can write.
    _request(index, places, given, rebuild=rebuild)
    _prepare(index)
    with locked(index, wait=wait, waiting=lambda owner: notice(f"waiting for {owner}"), notice=notice):
        marker, given = _request(index, places, given, rebuild=rebuild)
        if marker is not None and not rebuild and engine not in (None, marker.engine):
            raise SettingsError(
                f"the index at {index} is kept with {marker.engine}; to change that, add --rebuild"
            )
        if marker is not None and not rebuild and marker.analysis != ANALYSIS_VERSION:
            notice("words are analysed otherwise than before; everything is read anew")
            rebuild = True
        if ocr is None and marker is not None and marker.ocr:
            ocr, recogniser = True, _recogniser(notice, remembered=True)
        # A page alone gives nobody a right: the folder has to be a group's already.
        shared = bool(marker and marker.group and is_group(index)) if group is None else group
        run = _Run(index, places, engine, limit, workers, limits or Limits(), recogniser, progress)
        with durable.telling(index):
            return run.sync(marker, given, rebuild=rebuild, ocr=bool(ocr), group=shared, started=started)


def _recogniser(notice: Callable[[str], None], *, remembered: bool = False) -> Recogniser | None:
    """Return the machine's OCR, and say what it lacks. Raises SettingsError if there is none.

    Where it was asked for by an earlier run, the others need not wait for it: that is told instead.
    """
    try:
        found = find()
    except SettingsError as error:
        if not remembered:
            raise
        notice(f"scans are not read: {error}")
        return None
    if found.missing:
        notice(f"OCR reads {found.languages} alone; for more install {' '.join(found.missing)}")
    return found


class _Run:
    """One run under the lock."""

    def __init__(  # noqa: PLR0913, PLR0917 - the options of a run
        self,
        index: Path,
        places: Places,
        engine: str | None,
        limit: int,
        workers: int | None,
        limits: Limits,
        recogniser: Recogniser | None,
        progress: Callable[[Progress], None],
    ) -> None:
        self._workers = workers
        self._limits = limits
        self._recogniser = recogniser
        self._index = index
        self._places = places
        self._engine = engine
        self._limit = limit
        self._progress = progress

    def sync(
        self,
        marker: Marker | None,
        given: Sequence[Path],
        *,
        rebuild: bool,
        ocr: bool,
        group: bool,
        started: float,
    ) -> Report:
        recorded = marker.sources if marker else ()
        dropped = [self._places.address(path) for path in given if not os.path.lexists(path)]
        added = [place for path in given if (place := self._places.address(path)) not in dropped]
        every = joined(recorded, added)
        sources = tuple(one for one in every if one not in dropped)
        # A rebuild reads all there is; else only what was named is looked through.
        roots = [self._places.path(one) for one in (sources if rebuild or not given else added)]
        settle(self._index, self._index / marker.data if marker else None, group=group)
        if group and is_shared(self._index):
            # Whoever shares an index with a group trusts that group.
            trust(self._index)
        if marker is not None and not rebuild:
            sweep(self._index, {marker.data}, live=marker.data)
            # What is to be read is a source before the first document of it is there: a run that is cut in
            # between is completed by the next one.
            begun = marker._replace(sources=every, ocr=ocr, group=group)
            if begun != marker:
                write_marker(self._index, begun)
            report = self._fill(begun, roots, sources, dropped, started)
            if begun.sources != sources:
                write_marker(self._index, begun._replace(sources=sources))
            return report
        name = self._engine or (marker.engine if marker and marker.engine in NAMES else DEFAULT)
        fresh = Marker(SCHEMA_VERSION, ANALYSIS_VERSION, name, "", sources, ocr, group)
        fresh = begin(self._index, fresh, served=marker.data if marker else "")
        report = self._fill(fresh, roots, sources, dropped, started)
        if marker is not None:
            finish(self._index, fresh, before=marker.data)
        return report

    def _fill(
        self,
        marker: Marker,
        roots: Sequence[Path],
        sources: Sequence[str],
        dropped: Sequence[str],
        started: float,
    ) -> Report:
        began = time.time()
        data = self._index / marker.data
        backend = engine_of(marker.engine, self._index)
        ocr = self._recogniser is not None
        with backend.writer(data) as writer, backend.open(data) as reader:
            manifest = Manifest(data, reader.pages)
            languages = self._recogniser.languages if self._recogniser else ""
            now = conditions_of(self._limit, self._limits._asdict(), languages)
            changes = find_changes(roots, dropped, self._places, manifest, self._index, now, ocr=ocr)
            manifest.pass_over(changes.inside, changes.outside)
            books = Books(data, manifest, reader.pages, sources)
            moved = removed = added = updated = same = 0
            if changes.candidates or changes.gone:
                size = sum(one.file.size for one in changes.candidates)
                count = worker_count(self._workers, size, backend)
                crew = crew_of(count, backend, marker.engine, writer, data, self._limits, self._recogniser)
                total = len(changes.candidates)

                def tell(done: int, at: str, documents: int) -> None:
                    self._progress(Progress(done, total, at, documents))

                ingest = Ingest(writer, manifest, reader, crew, self._limit, tell, count, now, books.pages)
                try:
                    self._ingest(ingest, changes)
                finally:
                    crew.close()
                added, updated, removed = ingest.added, ingest.updated, ingest.removed
                moved, same = ingest.moved, ingest.unchanged
            with backend.open(data) as after:
                documents = after.documents
                counts = language_counts(after)
            looked = {source: notes for source, notes in changes.notes.items() if source in sources}
            manifest.looked({source: notes.ignored for source, notes in looked.items()}, sources, began)
            if removed or updated or moved or manifest.traces:
                manifest.traces += 1
            if manifest.traces >= TRACES:
                manifest.traces = 0
                manifest.rewrite()
                writer.scrub()
            writer.commit(pages=books.last(documents, counts, looked, self._places, pictures=ocr))
        told = [
            one._replace(path=self._places.shown(one.path))
            for one in [
                *changes.failures,
                *(one for entry in manifest for one in problems(entry) if one.state != FileState.UNSUPPORTED),
            ]
        ]
        told.sort(key=lambda one: one.path)
        return Report(
            added=added,
            updated=updated,
            removed=removed,
            unchanged=len(changes.unchanged) + same,
            moved=moved,
            failed=tuple(one for one in told if one.state not in LACKING),
            lacking=tuple(one for one in told if one.state in LACKING),
            unsupported=dict(sorted(changes.unsupported.items())),
            pictures={
                ending: count
                for ending, count in sorted(changes.unsupported.items())
                if ending in picture_suffixes()
            },
            documents=documents,
            seconds=time.monotonic() - started,
            with_pictures=0 if ocr else sum(map(holds_pictures, manifest)),
            scans=0 if self._recogniser else sum(map(_is_scan, manifest)),
        )

    def _ingest(self, ingest: Ingest, changes: Changes) -> None:
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
        self._progress(Progress(len(changes.candidates), len(changes.candidates), "", ingest.documents))


def _is_scan(entry: Entry) -> bool:
    """Say whether OCR could read more of a file."""
    return any(
        problem.state == FileState.NO_TEXT and problem.path.lower().endswith(RECOGNISED)
        for problem in entry.problems
    )


def _prepare(index: Path) -> None:
    """Make the folder, or see that it is ours to write in."""
    try:
        read_marker(index)
    except IndexMissing:
        if is_other(index):
            raise SettingsError(missing(index)) from None
    except IndexUnreadable:
        pass
    try:
        durable.make_top(index)
    except IndexUnwritable as error:
        reason = getattr(error.__cause__, "strerror", error)
        raise SettingsError(
            f"cannot make the folder {index}: {reason}; choose another with --index"
        ) from None


def _marker(index: Path, *, rebuild: bool) -> Marker | None:
    try:
        marker = read_marker(index)
        if not rebuild:
            check_versions(index, marker, marker.analysis)
    except IndexMissing:
        return None
    except IndexUnreadable as error:
        # A rebuild needs nothing of what is damaged or outdated; what cannot be opened now may be whole.
        if not rebuild or not isinstance(error, IndexDamaged | IndexOutdated):
            raise
        return None
    return marker


def _request(
    index: Path, places: Places, given: list[Path], *, rebuild: bool
) -> tuple[Marker | None, list[Path]]:
    """Return the index's marker and what to look through. Raises SettingsError if that makes no sense.

    A source that is gone may be named once more, to drop it; one that was never known may not.
    """
    marker = _marker(index, rebuild=rebuild)
    recorded = marker.sources if marker else ()
    for path in given:
        known = any(within(places.address(path), root) for root in recorded)
        if not os.path.lexists(path) and not known:
            raise SettingsError(f"{path} does not exist; name a folder or a file that does")
    return marker, given if given or recorded else [default_source(index)]
