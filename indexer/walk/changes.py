"""What is different from last time: files on disk against the manifest.

Only names and times are looked at here, no content. Does not depend on engines.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from coopsearch.indexer.extract import Format, ending_of, format_named, format_of, format_of_name
from coopsearch.indexer.manifest.entry import Entry
from coopsearch.indexer.manifest.manifest import Manifest
from coopsearch.indexer.problem import Problem, Unsupported
from coopsearch.indexer.settings import Settings
from coopsearch.indexer.walk.sources import PathMapper, within
from coopsearch.indexer.walk.walk import File, Notes, walk
from coopsearch.search.errors import FileState
from coopsearch.search.settings.path_rules import NOTHING, Given

#: A file that changed this shortly before it was read may have changed again within the same tick of a
#: file system's clock (2 s on FAT), so its time alone is not believed.
_GRAIN_NS: Final = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that must be looked into."""

    file: File
    address: str
    format: Format
    known: Entry | None
    """Its row in the manifest, if it has one."""
    moved_from: Entry | None = None
    """The row of a file that is gone and was, by inode, size and time, this one."""
    given: Given = NOTHING
    """What the rules for paths say of it."""


@dataclass(slots=True)
class Changes:
    """The difference."""

    candidates: list[Candidate] = field(default_factory=list)
    gone: list[Entry] = field(default_factory=list)
    unchanged: list[Entry] = field(default_factory=list)
    failures: list[Problem] = field(default_factory=list)
    unsupported: Counter[str] = field(default_factory=Counter)
    """Files that nobody looks further into, by ending."""
    pictures: Counter[str] = field(default_factory=Counter)
    """Those of them that OCR, which was not wanted, could read."""
    outside: dict[str, Problem] = field(default_factory=dict)
    """What gives no document and has no row, by address."""
    inside: list[str] = field(default_factory=list)
    """What had no row and is gone now, or has one."""
    notes: dict[str, Notes] = field(default_factory=dict)
    """What the walk of each root saw, by the root's address."""


def find_changes(
    roots: Iterable[Path],
    dropped: Iterable[str],
    mapper: PathMapper,
    manifest: Manifest,
    index: Path,
    settings: Settings,
) -> Changes:
    """Walk the roots and compare. Rows outside of the roots, and of roots that are not there, are left alone.

    ``dropped`` are the addresses of sources that are not to be indexed any more: all below them is gone.
    ``settings`` are those of this run: what others kept from being read is tried again.
    """
    changes = Changes()
    seen: set[str] = set()
    kept: list[str] = []
    looked = list(dropped)
    for root in roots:
        looked.append(mapper.address(root))
        notes = changes.notes.setdefault(looked[-1], Notes())
        for item in walk(root, exclude={index}, notes=notes):
            if not isinstance(item, File):
                place = mapper.address(item.path)
                changes.outside[place] = item._replace(path=place)
                changes.failures.append(changes.outside[place])
                # What cannot be looked into now is not gone.
                kept.append(place)
            elif (place := mapper.address(item.place)) not in seen:
                seen.add(place)
                known = manifest.get(place)
                format_ = _format(item, known, any_text=settings.any_text)
                if isinstance(format_, Format) and format_.picture and not settings.ocr:
                    # What an earlier run read of a picture holds until it is seen to change.
                    if known is not None and _looks_same(item, known, format_):
                        changes.unchanged.append(known)
                        continue
                    format_ = Unsupported.PICTURE
                _classify(item, place, format_, known, changes, settings)
    taken = {entry.file for entry in changes.unchanged} | {one.address for one in changes.candidates}
    changes.gone = [
        entry
        for entry in manifest
        if entry.file not in taken
        and any(within(entry.file, root) for root in looked)
        and not any(within(entry.file, place) for place in kept)
    ]
    changes.inside = [
        place
        for place in manifest.outside
        if place not in changes.outside and any(within(place, root) for root in looked)
    ]
    _match_moves(changes)
    _find_orphans(changes, manifest, mapper, settings)
    return changes


def _format(file: File, known: Entry | None, *, any_text: bool) -> Format | Unsupported:
    """Return the format of a file. One that must be opened for that is not, if it is as it was."""
    named = format_of_name(os.path.basename(file.place))  # noqa: PTH119 - asked of every file
    if isinstance(named, Format):
        return named
    if isinstance(named, str) and not any_text:
        return Unsupported.ENDING
    if known is not None and _has_stamp(file, known) and file.mtime_ns < known.seen_ns - _GRAIN_NS:
        try:
            return format_named(known.format)
        except KeyError:
            pass
    return format_of(file.place) or Unsupported.UNKNOWN


def _classify(
    file: File,
    place: str,
    format_: Format | Unsupported,
    known: Entry | None,
    changes: Changes,
    settings: Settings,
) -> None:
    if isinstance(format_, Unsupported):
        ending = ending_of(file.place)
        changes.unsupported[ending] += 1
        changes.pictures[ending] += format_ is Unsupported.PICTURE
        changes.outside[place] = Problem(place, format_, FileState.UNSUPPORTED)
        return
    given = settings.rules.given(place)
    if (
        known is not None
        and known.conditions.is_settled(settings.conditions, given.mark)
        and _is_same(file, known, format_)
    ):
        changes.unchanged.append(known)
    else:
        changes.candidates.append(Candidate(file, place, format_, known, given=given))


def _is_same(file: File, known: Entry, format_: Format) -> bool:
    return _looks_same(file, known, format_) and file.mtime_ns < known.seen_ns - _GRAIN_NS


def _looks_same(file: File, known: Entry, format_: Format) -> bool:
    return (
        known.complete
        and _has_stamp(file, known)
        and (format_.name, format_.version) == (known.format, known.version)
    )


def _has_stamp(file: File, known: Entry) -> bool:
    return (file.size, file.mtime_ns, file.inode) == (known.size, known.mtime_ns, known.inode)


def _find_orphans(changes: Changes, manifest: Manifest, mapper: PathMapper, settings: Settings) -> None:
    """Have copies looked into whose content may be in no document any more, after all that is new."""
    gone = {entry.file for entry in changes.gone}
    taken = gone | {one.address for one in changes.candidates}
    orphans: set[str] = set()
    for entry in manifest:
        if not entry.copy_of or entry.file in taken:
            continue
        holder = manifest.get(entry.copy_of)
        if holder is not None and holder.file not in taken and holder.digest == entry.digest:
            continue
        try:
            format_ = format_named(entry.format)
        except KeyError:
            continue
        file = File(
            os.fspath(mapper.path(entry.file)), entry.file, entry.size, entry.mtime_ns, entry.inode, device=0
        )
        given = settings.rules.given(entry.file)
        changes.candidates.append(Candidate(file, entry.file, format_, entry, holder, given))
        orphans.add(entry.file)
    if orphans:
        changes.unchanged = [entry for entry in changes.unchanged if entry.file not in orphans]


def _match_moves(changes: Changes) -> None:
    """Recognise files that were renamed: the same inode, size and time under a new name."""
    gone = {(entry.inode, entry.size, entry.mtime_ns): entry for entry in changes.gone if entry.complete}
    for at, one in enumerate(changes.candidates):
        entry = gone.get((one.file.inode, one.file.size, one.file.mtime_ns)) if one.known is None else None
        if entry is not None and (entry.format, entry.version) == (one.format.name, one.format.version):
            changes.candidates[at] = replace(one, moved_from=entry)
