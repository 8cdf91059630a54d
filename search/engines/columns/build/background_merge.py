"""Merges that go on in a thread while their writer takes more documents.

They read segments of a committed state, which do not change, and write files that no state names yet: a
process that is killed leaves the state as it was. The writer puts what they made into the table of
contents.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from coopsearch.search.engines.columns.arrays import Bools
from coopsearch.search.engines.columns.build import segment_merger as merging
from coopsearch.search.engines.columns.storage.segment import Segment, entry_of
from coopsearch.search.engines.columns.storage.toc import SegmentEntry


class Background:
    """Merges of some groups of segments, under way."""

    def __init__(self, folder: Path, groups: Sequence[Sequence[Segment]], names: Sequence[str]) -> None:
        """Begin: each group becomes a file of the folder, of the name at its place."""
        self._folder, self._groups, self.names = folder, groups, names
        # As they are now: what is deleted from here on is not missing in what they become.
        self._deleted = [[segment.deleted for segment in group] for group in groups]
        self._made: list[SegmentEntry] = []
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="coopsearch-merge", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            for group, name in zip(self._groups, self.names, strict=True):
                self._made.append(merged(self._folder, group, name))
        except BaseException as failure:  # noqa: BLE001 - told to whoever waits
            self._failure = failure

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to wait for."""
        return not self._thread.is_alive()

    def wait(self) -> None:
        """Wait for the end, whatever it is."""
        self._thread.join()

    def take(self, deleted: Callable[[Segment], Bools | None]) -> list[tuple[Segment, Bools | None]]:
        """Wait; return what became of each group, and which documents of it were deleted meanwhile.

        ``deleted`` says which documents of an old segment are deleted by now, None if none is. Raises what
        stopped a merge.
        """
        self.wait()
        if self._failure is not None:
            raise self._failure
        taken: list[tuple[Segment, Bools | None]] = []
        for entry, group, before in zip(self._made, self._groups, self._deleted, strict=True):
            masks = [
                _since(segment, gone, deleted(segment)) for segment, gone in zip(group, before, strict=True)
            ]
            mask = np.concatenate(masks)
            taken.append((Segment(self._folder, entry), mask if mask.any() else None))
        return taken

    def replaces(self) -> set[str]:
        """Return the names of the segments that are merged."""
        return {segment.entry.name for group in self._groups for segment in group}


def _since(segment: Segment, before: Bools | None, now: Bools | None) -> Bools:
    """Return, for each document that was not deleted before, whether it is now."""
    mask = np.zeros(segment.documents, np.bool_) if now is None else now
    return mask if before is None else mask[~before]


def merged(folder: Path, group: Sequence[Segment], name: str) -> SegmentEntry:
    """Merge segments into a file of a folder."""
    merging.merge(group, folder / name)
    return entry_of(folder, name)
