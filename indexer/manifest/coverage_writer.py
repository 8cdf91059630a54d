"""What a run leaves for those who search: how many files of the sources the index holds, and why not more.

Made of the rows of the manifest. Whoever reads it finds it in ``coopsearch.search.indexdir.coverage``.
Writes nothing. Does not depend on a particular engine.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, Final

from coopsearch.indexer.extract import ending_of, known_suffixes, picture_suffixes
from coopsearch.indexer.manifest.entry import is_foreign
from coopsearch.indexer.manifest.manifest import Manifest
from coopsearch.indexer.walk.sources import PathMapper, within
from coopsearch.indexer.walk.walk import HIDDEN, Notes
from coopsearch.search.errors import FileState, IndexDamaged
from coopsearch.search.indexdir.addresses import is_added
from coopsearch.search.indexdir.coverage import parsed_listing

#: A search looks for changes by itself in sources of no more files, and no more names, than this.
_FILES: Final = 500
_NAMES: Final = 2_000


def tally(manifest: Manifest, sources: Collection[str]) -> dict[str, Any]:
    """Count the files of an index by state, and those that a format reads by format and state."""
    states: Counter[str] = Counter()
    formats: dict[str, Counter[str]] = {}
    endings: Counter[str] = Counter()
    for entry in manifest:
        # What cannot be looked into now is there once, as that. What scripts added is no file.
        if entry.file not in manifest.outside and not is_added(entry.file):
            states[entry.state] += 1
            formats.setdefault(entry.format, Counter())[entry.state] += 1
            if is_foreign(entry):
                endings[ending_of(entry.file)] += 1
    for one in manifest.outside.values():
        states[one.state] += 1
        if one.state == FileState.UNSUPPORTED:
            endings[ending_of(one.path)] += 1
    return {
        "states": states,
        "formats": dict(sorted(formats.items())),
        "unsupported": dict(endings.most_common()),
        "unread": sum(entry.unread.members for entry in manifest),
        "recognised": sum(bool(entry.recognised) for entry in manifest),
        "copies": sum(bool(entry.copy_of) for entry in manifest),
        "added": sum(is_added(entry.file) for entry in manifest),
        "ignored": manifest.ignored(),
        "updated": manifest.updated(sources),
    }


def listing(
    before: bytes,
    manifest: Manifest,
    mapper: PathMapper,
    sources: Collection[str],
    looked: Mapping[str, Notes],
    *,
    pictures: bool,
    any_text: bool,
) -> dict[str, Any] | None:
    """Return what small sources hold, so that a search can see at a glance whether they changed.

    ``before`` is the page of the state before: sources that were not looked through now keep what is noted of
    them. Where there is too much, or where rules of its own say what is ignored, there is none: a search then
    says how old the index is.
    """
    found = _listing(before, manifest, mapper, sources, looked)
    if found is None:
        return None
    suffixes = known_suffixes(pictures=pictures)
    if not any_text:
        return {"suffixes": suffixes, **found}
    return {"suffixes": suffixes, "except": [] if pictures else sorted(picture_suffixes()), **found}


def _listing(
    page: bytes, manifest: Manifest, mapper: PathMapper, sources: Collection[str], looked: Mapping[str, Notes]
) -> dict[str, Any] | None:
    if sum(not is_added(entry.file) for entry in manifest) > _FILES or set(manifest.ignored()) - {HIDDEN}:
        return None
    try:
        before = parsed_listing(page)["sources"]
    except IndexDamaged:
        before = {}
    found: dict[str, Any] = {}
    names = 0
    for source in sources:
        notes = looked.get(source)
        if notes is None and source not in before:
            return None
        if notes is None:
            found[source] = before[source]
            continue
        folders = {_path(mapper, folder): held for folder, held in notes.folders}
        names += sum(map(len, folders.values()))
        files = {
            _path(mapper, os.fspath(mapper.path(entry.file))): [entry.size, entry.mtime_ns]
            for entry in manifest
            if within(entry.file, source)
        }
        found[source] = {"files": files, "folders": folders}
    return None if names > _NAMES else {"sources": found}


def _path(mapper: PathMapper, path: str) -> str:
    """Return a path as the system has it, without the part that moves with the project."""
    return path.removeprefix(f"{mapper.base}{os.sep}")
