"""Bringing an index in step with its sources: what is asked for is checked, the lock taken, and a run made.

The one way in. The run itself is in ``run``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from coopsearch.indexer.extract.base import DOCUMENT_LIMIT
from coopsearch.indexer.handed_on import refuse as refuse_handed_on
from coopsearch.indexer.locking.lock import PATIENCE, locked
from coopsearch.indexer.report import Progress, Report
from coopsearch.indexer.run import Run
from coopsearch.indexer.sandbox.host import Limits, checked_limits
from coopsearch.indexer.sandbox.ocr import Recogniser, find
from coopsearch.indexer.settings import LARGEST_DOCUMENT, MOST_WORKERS, Request, Settings, engine_for
from coopsearch.indexer.walk.sources import PathMapper, all_absolute, default_source, within
from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.arguments import duration, switch, whole_number
from coopsearch.search.engines import Cluster
from coopsearch.search.engines import engine as engine_named
from coopsearch.search.errors import (
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
    IndexUnreadable,
    IndexUnwritable,
    SettingsError,
)
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.location import index_folder
from coopsearch.search.indexdir.meta import IndexMeta, check_versions, is_other, missing, read_meta
from coopsearch.search.indexdir.modes import is_group
from coopsearch.search.settings.lookup import path_rules
from coopsearch.search.settings.lookup import sources as named_sources
from coopsearch.search.settings.path_rules import PathRules


def sync(  # noqa: PLR0913 - the options of a run, by name
    sources: Iterable[str | os.PathLike[str]] = (),
    index_dir: str | os.PathLike[str] | None = None,
    *,
    rebuild: bool = False,
    engine: str | None = None,
    cluster: Cluster | None = None,
    wait: float = PATIENCE,
    max_size: int = DOCUMENT_LIMIT,
    workers: int | None = None,
    limits: Limits | None = None,
    ocr: bool | None = None,
    group: bool | None = None,
    any_text: bool | None = None,
    paths: Sequence[str] | None = None,
    progress: Callable[[Progress], None] = lambda progress: None,
    notice: Callable[[str], None] = lambda message: None,
) -> Report:
    """Bring an index in step with folders or files: only what changed is read.

    ``sources`` are added to those the index knows; without any, all that it knows are looked through (for a
    new index in a project with ``seeds/``: that folder). ``index_dir`` is found as for a search if it is not
    given. ``rebuild`` reads everything anew into a new index that then takes the old one's place. ``engine``
    is what a new or rebuilt index is kept with, "whoosh", "columns" or "opensearch"; for that ``cluster``
    says where it is. ``max_size`` is the most bytes one document may have. ``workers`` is how many processes
    read side by side; 1 reads in this one, None chooses by what there is to read and by the processors.
    ``limits`` is what the reading of one file of a risky format may take. ``ocr`` is whether the text of
    scans is recognised, by the program Tesseract; the index remembers it for later runs, and None keeps to
    that. ``group`` is whether the group of the index's folder may read and write it, too; it is remembered
    likewise. ``any_text`` is whether a file is read whose ending nobody knows, if it is text by its bytes;
    so it is unless False is given, which is remembered likewise. ``paths`` are rules that make days and
    fields out of the paths of files, such as ``"speeches/{year}/{country}/*"``; None takes those of the
    ``coopsearch.toml`` of the project in which the index stands, or, where there is no such file, what the
    index remembers. ``progress`` is called before each file, and now and then within one, and may raise
    ``Interrupted`` to end the run; ``notice`` is called with lines for a person.

    Files that cannot be read are in the report's ``failed``, those without text in ``lacking``; the others
    are indexed. Raises SettingsError for a source that is not there, a number that makes no sense, or OCR
    that the machine has not, IndexLocked if another process writes for longer than ``wait`` seconds (infinity
    waits as long as it takes), IndexUnreadable if the index must be rebuilt, IndexUnwritable if there is no
    room or no permission (the index is as it was then, or as the last batch left it), IndexUntrusted if
    others may have changed it.
    """
    started = time.monotonic()
    wait = duration("wait", wait)
    max_size = whole_number("max_size", max_size, 1, LARGEST_DOCUMENT)
    workers = None if workers is None else whole_number("workers", workers, 1, MOST_WORKERS)
    limits = checked_limits(Limits() if limits is None else limits)
    switch("rebuild", rebuild)
    for name, value in (("ocr", ocr), ("group", group), ("any_text", any_text)):
        if value is not None:
            switch(name, value)
    if engine is not None:
        engine_named(engine)
    with_cluster = engine_for(engine, cluster)
    # Asked before anything is made or read.
    recogniser = _recogniser(notice) if ocr else None
    index = index_folder(index_dir)
    rules = _rules(index, paths)
    mapper = PathMapper(index.parent)
    given = all_absolute(sources)
    # As is this, and once more when nobody else can write.
    _request(index, mapper, given, rebuild=rebuild)
    _prepare(index)
    with locked(index, wait=wait, waiting=lambda owner: notice(f"waiting for {owner}"), notice=notice):
        meta, given = _request(index, mapper, given, rebuild=rebuild)
        if meta is not None and not rebuild and engine not in (None, meta.engine):
            raise SettingsError(
                f"the index at {index} is kept with {meta.engine}; to change that, add --rebuild"
            )
        if meta is not None and not rebuild and meta.analysis != ANALYSIS_VERSION:
            notice("words are analysed otherwise than before; everything is read anew")
            rebuild = True
        if ocr is None and meta is not None and meta.ocr:
            ocr, recogniser = True, _recogniser(notice, remembered=True)
        # A page alone gives nobody a right: the folder has to be a group's already.
        shared = bool(meta and meta.group and is_group(index)) if group is None else group
        if any_text is None:
            any_text = meta is None or meta.any_text
        if rules is None:
            rules = PathRules(meta.paths if meta else ())
        settings = Settings(max_size, limits, recogniser, workers, any_text, rules)
        if meta is None or rebuild:
            engine = with_cluster
        request = Request(given, rebuild, engine, bool(ocr), shared, cluster)
        with durable.telling(index):
            report = Run(index, mapper, settings, progress, notice).sync(meta, request)
    # To wait for another writer takes time, too.
    return replace(report, seconds=time.monotonic() - started)


def _rules(index: Path, paths: Sequence[str] | None) -> PathRules | None:
    """Return the rules of a run, None for those that the index remembers. Raises SettingsError."""
    if isinstance(paths, str):
        raise TypeError(f"several rules are expected; put the one into a list: [{paths!r:.60}]")
    found = path_rules(index) if paths is None else paths
    return None if found is None else PathRules(found)


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


def _prepare(index: Path) -> None:
    """Make the folder, or see that it is ours to write in."""
    try:
        read_meta(index)
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


def _index_meta(index: Path, *, rebuild: bool) -> IndexMeta | None:
    try:
        meta = read_meta(index)
        if not rebuild:
            check_versions(index, meta, meta.analysis)
    except IndexMissing:
        return None
    except IndexUnreadable as error:
        # A rebuild needs nothing of what is damaged or outdated; what cannot be opened now may be whole.
        if not rebuild or not isinstance(error, IndexDamaged | IndexOutdated):
            raise
        return None
    return meta


def _request(
    index: Path, mapper: PathMapper, given: list[Path], *, rebuild: bool
) -> tuple[IndexMeta | None, list[Path]]:
    """Return the index's first page and what to look through. Raises SettingsError if that makes no sense.

    A source that is gone may be named once more, to drop it; one that was never known may not.
    """
    refuse_handed_on(
        index, "which a rebuild would lose" if rebuild else "so nothing else can be indexed into it"
    )
    meta = _index_meta(index, rebuild=rebuild)
    recorded = meta.sources if meta else ()
    for path in given:
        known = any(within(mapper.address(path), root) for root in recorded)
        if not os.path.lexists(path) and not known:
            raise SettingsError(f"{path} does not exist; name a folder or a file that does")
    if not given and (named := named_sources(index)):
        # What the index knows is looked through, too: the settings add to it.
        given = [*map(mapper.path, recorded), *named]
        return meta, [path for path in dict.fromkeys(given) if os.path.lexists(path)] or _none_there(named)
    if given or recorded or (meta is not None and meta.added):
        return meta, given
    return meta, [default_source(index)]


def _none_there(named: Sequence[Path]) -> list[Path]:
    raise SettingsError(f"{named[0]} does not exist, which the settings name as a source; correct `sources`")
