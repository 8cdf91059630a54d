"""Writing an index: documents into segments, deletions, and commits that are all or nothing.

Does not depend directly on queries.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np

from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.engines.base import Writer
from coopsearch.search.engines.columns.arrays import Bools
from coopsearch.search.engines.columns.build.background_merge import Background, merged
from coopsearch.search.engines.columns.build.merge_plan import MOST_TOKENS, SEGMENT_TOKENS, SPARE, plan
from coopsearch.search.engines.columns.build.segment_writer import SegmentBuilder
from coopsearch.search.engines.columns.build.token_buffer import RunBuffer
from coopsearch.search.engines.columns.field_columns import RUNS
from coopsearch.search.engines.columns.opened_files import check_small, cleared, opening, whole_for_whoosh
from coopsearch.search.engines.columns.storage.segment import Segment, entry_of, write_deletions
from coopsearch.search.engines.columns.storage.segment_files import NOT_OPENED, Opened
from coopsearch.search.engines.columns.storage.stem_file import StemFile, Stems
from coopsearch.search.engines.columns.storage.stem_writer import write_stems
from coopsearch.search.engines.columns.storage.string_table import encode
from coopsearch.search.engines.columns.storage.toc import (
    SUFFIX,
    StemEntry,
    read_toc,
    write_toc,
)
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.indexdir.durable import remove
from coopsearch.search.indexdir.pages import Page
from coopsearch.search.indexdir.reading import reading

#: Tokens that are merged for each one that a commit adds, if so many wait for it.
_WORTH = 4
#: Files of stems of about one size that are merged into one.
_STEM_FILES = 4

_P = ParamSpec("_P")
_R = TypeVar("_R")


def _told(
    method: Callable[Concatenate[ColumnsWriter, _P], _R],
) -> Callable[Concatenate[ColumnsWriter, _P], _R]:
    """Have a method that reads what is committed tell damage as that."""

    @wraps(method)
    def told(self: ColumnsWriter, /, *args: _P.args, **options: _P.kwargs) -> _R:
        with reading(self._folder, others=OSError):
            return method(self, *args, **options)

    return told


class ColumnsWriter(Writer):
    """The one writer of a folder; see the port for what its methods promise."""

    def __init__(
        self,
        folder: Path,
        segment_tokens: int = SEGMENT_TOKENS,
        most_tokens: int = MOST_TOKENS,
        spare_tokens: int = SPARE,
        opened: Opened | None = None,
    ) -> None:
        """Open for writing; a segment is written whenever ``segment_tokens`` are held.

        None is merged that would hold more than ``most_tokens``. A commit merges at most ``spare_tokens``, or
        a few times what it adds. ``opened`` are the files of another writer of the folder that was told of no
        document: they were looked at, and nothing that lies beside them is removed, as it may be new.
        """
        self._folder = folder
        self._limit, self._most, self._spare = segment_tokens, most_tokens, spare_tokens
        self._toc = cleared(folder) if opened is None else read_toc(folder)
        self._number = 0
        self._made: set[str] = set()
        """Files made or adopted since the last commit; a merge may have replaced some already."""
        self._stem_files: list[StemFile] = []
        self._segments: list[Segment] = []
        self._open_files(opened or NOT_OPENED)
        self._for_whoosh, self.healed = whole_for_whoosh(folder, self._toc)
        self._learned: Stems = {}
        self._deleted: dict[str, Bools] = {}
        self._builder: SegmentBuilder[RunBuffer] | None = None
        self._building = ""
        self._buffered: dict[str, list[int]] = {}
        self._dropped: list[int] = []
        self._background: Background | None = None
        self._added = 0
        """Tokens added since the last commit."""
        self._scrubbing = False

    def _open_files(self, opened: Opened) -> None:
        """Open what the table names, and read small files to their ends, as they cost little."""
        with opening(self._folder):
            self._stem_files = [
                StemFile(self._folder / entry.name, opened.get(entry.name)).sealed(entry.seal)
                for entry in self._toc.stems
            ]
            self._segments = [Segment(self._folder, entry, opened) for entry in self._toc.segments]
            files = [file for segment in self._segments for file in segment.files()]
            check_small(
                file
                for file in (*files, *(stems.file for stems in self._stem_files))
                if file.path.name not in opened
            )

    @property
    def pages(self) -> Mapping[str, Page]:
        """Return the pages of the last state."""
        return self._toc.pages

    @_told
    def stems(self, word: str) -> Mapping[str, str]:
        """Return a word's known stems, learned ones included."""
        found: dict[str, str] = {}
        for file in self._stem_files:
            found.update(file.get(word))
        found.update(self._learned.get(word, ()))
        return found

    def learn(self, stems: Mapping[tuple[str, str], str]) -> None:
        """Keep stems until the next commit writes them."""
        for (language, word), stem in stems.items():
            self._learned.setdefault(word, {})[language] = stem

    def add(self, document: AnalysedDocument) -> None:
        """Add a document to the segment that is being built."""
        if self._builder is None:
            self._building = self._new_name()
            self._builder = SegmentBuilder(self._folder / self._building, RunBuffer)
        self._buffered.setdefault(document.document.file, []).append(self._builder.buffer.documents)
        self._builder.buffer.add(document)
        if self._builder.buffer.tokens >= self._limit:
            self._finish_segment()

    @_told
    def adopt(self, parts: Iterable[str], without: Collection[str] = ()) -> None:
        """Take segment files that ``SegmentParts`` made in this folder, but for some files' documents."""
        for name in parts:
            self._made.add(name)
            segment = Segment(self._folder, entry_of(self._folder, name))
            self._segments.append(segment)
            self._added += segment.entry.tokens
            for file in without:
                if docs := segment.docs_of_file(encode(file)):
                    self._mask(segment)[docs] = True

    @_told
    def delete_file(self, file: str) -> None:
        """Delete a file's documents, those added since the last commit included."""
        key = encode(file)
        for segment in self._segments:
            if docs := segment.docs_of_file(key):
                self._mask(segment)[docs] = True
        self._dropped += self._buffered.pop(file, ())

    def scrub(self) -> None:
        """Have the next commit write segments with deletions anew, and the stems of words that are left."""
        self._scrubbing = True

    @_told
    def commit(self, *, more: bool = False, pages: Mapping[str, Page] | None = None) -> None:
        """Write segments, deletions and stems; merge; then replace the table of contents, with the pages.

        If there is more to come, merging goes on in the background until a later commit takes it.
        """
        self._finish_segment()
        self._take_merged(wait=self._scrubbing or not more)
        segments = self._segments = self._write_deletions()
        if self._scrubbing:
            segments = self._segments = self._rewritten(segments)
        stems = self._write_stems()
        self._scrubbing = False
        before = self._toc
        after = before.pages if pages is None else pages
        unchanged = [s.entry for s in segments] == list(before.segments) and stems == before.stems
        if unchanged and after == before.pages and self._for_whoosh == before.whoosh:
            return
        budget, self._added = max(self._spare, _WORTH * self._added), 0
        if not more:
            segments = self._merge(segments, budget)
        entries = tuple(segment.entry for segment in segments)
        fresh = before._replace(
            generation=before.generation + 1,
            segments=entries,
            stems=stems,
            pages=dict(after),
            whoosh=self._for_whoosh,
        )
        write_toc(self._folder, fresh)
        self._toc = fresh
        self._segments = segments
        self._stem_files = [StemFile(self._folder / entry.name) for entry in stems]
        # Not all that no state names: other processes may be writing parts here, and this one a merge.
        writing = set(self._background.names) if self._background else set()
        remove(self._folder, (before.every() | self._made) - self._toc.every() - writing)
        self._made = writing
        if more:
            self._begin_merge(budget)

    def close(self) -> None:
        """Drop what was not committed."""
        if self._builder is not None:
            self._builder.discard()
            self._builder = None
        if self._background is not None:
            self._background.wait()
            self._background = None
        self._segments, self._stem_files = [], []
        # A commit may have failed in its very last step: the table on the disk says what belongs. Where it
        # cannot be read, nothing goes.
        with contextlib.suppress(CoopsearchError, OSError):
            cleared(self._folder)

    def _new_name(self) -> str:
        # The number of the process keeps names apart that a killed writer of this generation used.
        self._number += 1
        name = f"{self._toc.generation + 1:x}-{os.getpid():x}-{self._number:x}{SUFFIX}"
        self._made.add(name)
        return name

    def _finish_segment(self) -> None:
        if self._builder is None:
            return
        builder, self._builder = self._builder, None
        builder.finish()
        segment = Segment(self._folder, entry_of(self._folder, self._building))
        self._segments.append(segment)
        self._added += segment.entry.tokens
        if self._dropped:
            self._mask(segment)[self._dropped] = True
        self._buffered, self._dropped = {}, []

    def _mask(self, segment: Segment) -> Bools:
        """Return which documents of a segment are deleted, to be changed."""
        name = segment.entry.name
        if name not in self._deleted:
            deleted = segment.deleted
            self._deleted[name] = np.zeros(segment.documents, np.bool_) if deleted is None else deleted.copy()
        return self._deleted[name]

    def _write_deletions(self) -> list[Segment]:
        """Write the deletions that changed; return the segments that still hold documents."""
        kept: list[Segment] = []
        for segment in self._segments:
            mask = self._deleted.get(segment.entry.name)
            if mask is None or int(mask.sum()) == segment.entry.deleted:
                kept.append(segment)
            elif not mask.all():
                name = self._new_name()
                entry = write_deletions(self._folder, name, mask, segment.entry)
                kept.append(Segment(self._folder, entry))
        self._deleted = {}
        return kept

    def _planned(self, segments: list[Segment], budget: int) -> list[list[Segment]]:
        """Return the groups of segments to merge."""
        entries = [segment.entry for segment in segments]
        groups = plan(
            [entry.tokens for entry in entries],
            [entry.deleted / entry.documents for entry in entries],
            most=self._most,
            budget=budget,
        )
        return [[segments[place] for place in group] for group in groups]

    def _merge(self, segments: list[Segment], budget: int) -> list[Segment]:
        groups = self._planned(segments, budget)
        taken = {segment.entry.name for group in groups for segment in group}
        # Names must be durable before the table speaks of them; write_toc sees to it.
        made = [merged(self._folder, group, self._new_name()) for group in groups]
        kept = [segment for segment in segments if segment.entry.name not in taken]
        return kept + [Segment(self._folder, entry) for entry in made]

    def _rewritten(self, segments: list[Segment]) -> list[Segment]:
        """Write each segment that holds deleted documents without them; return those that are whole now."""
        found = []
        for segment in segments:
            if segment.deletions is None:
                found.append(segment)
            else:
                entry = merged(self._folder, [segment], self._new_name())
                found.append(Segment(self._folder, entry))
        return found

    def _begin_merge(self, budget: int) -> None:
        """Merge in the background, unless a merge is under way still."""
        if self._background is None and (groups := self._planned(self._segments, budget)):
            names = [self._new_name() for _ in groups]
            self._background = Background(self._folder, groups, names)

    def _take_merged(self, *, wait: bool) -> None:
        """Put what was merged in the background in the place of what it was made of."""
        running = self._background
        if running is None or not (wait or running.is_done):
            return
        self._background = None
        current = {segment.entry.name: segment for segment in self._segments}

        def deleted(segment: Segment) -> Bools | None:
            name = segment.entry.name
            if name not in current:
                # All of its documents were, so it is no more.
                return np.ones(segment.documents, np.bool_)
            return self._deleted.get(name, current[name].deleted)

        taken = running.take(deleted)
        old = running.replaces()
        self._segments = [segment for segment in self._segments if segment.entry.name not in old]
        self._deleted = {name: mask for name, mask in self._deleted.items() if name not in old}
        for segment, mask in taken:
            self._segments.append(segment)
            if mask is not None:
                self._deleted[segment.entry.name] = mask

    def _write_stems(self) -> tuple[StemEntry, ...]:
        if self._scrubbing:
            return self._left_stems()
        if not self._learned:
            return self._toc.stems
        files = [*self._stem_files]
        entries = [*self._toc.stems]
        learned = self._learned
        # Small files are taken along as long as they are not larger than what is written anyway.
        while entries and (len(entries) >= _STEM_FILES or entries[-1].words <= 2 * len(learned)):
            entries.pop()
            older = files.pop().all()
            for word, stems in learned.items():
                older.setdefault(word, {}).update(stems)
            learned = older
        name = self._new_name()
        written = write_stems(self._folder, name, learned)
        self._learned = {}
        return (*entries, written)

    def _left_stems(self) -> tuple[StemEntry, ...]:
        """Write the stems of words that some document holds, if others are known."""
        used: set[bytes] = set()
        for segment in self._segments:
            for name in RUNS:
                table = segment.postings[name].words
                used.update(table.slice(0, len(table)))
        known: Stems = {}
        for file in self._stem_files:
            for word, stems in file.all().items():
                known.setdefault(word, {}).update(stems)
        for word, stems in self._learned.items():
            known.setdefault(word, {}).update(stems)
        left = {word: stems for word, stems in known.items() if encode(word) in used}
        if len(left) == len(known) and not self._learned:
            return self._toc.stems
        self._learned = {}
        return (write_stems(self._folder, self._new_name(), left),) if left else ()
