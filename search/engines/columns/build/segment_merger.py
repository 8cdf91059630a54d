"""Making one segment of several: lists are renumbered and put in a row, a range of terms at a time.

Deleted documents stay behind. Which segments are worth merging decides ``merge_plan``. Does not depend on
queries.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from coopsearch.search.engines.columns.arrays import I64, Bools, Ints, distinct, narrow, ranges, starts_of
from coopsearch.search.engines.columns.build.name_table import merge_names
from coopsearch.search.engines.columns.build.segment_writer import row_frequencies, write_files, write_paths
from coopsearch.search.engines.columns.field_columns import BODY, KEYWORDS, RUNS, SCORED
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter
from coopsearch.search.engines.columns.storage.doc_store_writer import StoreWriter
from coopsearch.search.engines.columns.storage.inverted_index import (
    FieldPostings,
    FieldPostingsWriter,
    PostingLists,
    write_rows,
)
from coopsearch.search.engines.columns.storage.packing import STRIDE
from coopsearch.search.engines.columns.storage.segment import Segment
from coopsearch.search.engines.columns.storage.string_writer import merge_strings, write_strings
from coopsearch.search.schema import FILE

#: Occurrences that are in memory at a time.
_CHUNK: Final = 2_000_000
#: Bytes of text below which a store is compressed anew, so that small segments share a dictionary.
_COPIED: Final = 8 << 20


def merge(segments: Sequence[Segment], path: Path) -> dict[str, Any]:
    """Write the documents of several segments as one; return the new file's header values and its size."""
    out = ColumnWriter(path)
    merger = _Merger(segments, out)
    store = StoreWriter(out)
    for segment in segments:
        if segment.deleted is None and segment.store.size >= _COPIED:
            store.copy(segment.store)
        else:
            for doc in range(segment.documents):
                if segment.deleted is None or not segment.deleted[doc]:
                    store.add(segment.store.record(doc))
    store.finish()
    for field in RUNS:
        merger.runs(field)
    for field in (*SCORED, *KEYWORDS):
        if field not in RUNS and field != FILE:
            merger.plain(field)
    lengths = {field: merger.lengths(field) for field in SCORED}
    merger.documents()
    meta = {"documents": merger.count, "tokens": merger.tokens, "lengths": lengths}
    return {**meta, "size": out.finish(meta)}


class _Merger:
    """The state of one merge."""

    def __init__(self, segments: Sequence[Segment], out: ColumnWriter) -> None:
        self.segments, self.out = segments, out
        self.alive: list[Bools] = [
            np.ones(s.documents, np.bool_) if s.deleted is None else ~s.deleted for s in segments
        ]
        self.count = 0
        self.tokens = 0
        self.numbers: list[I64] = []
        for alive in self.alive:
            self.numbers.append(np.cumsum(alive) - 1 + self.count)
            self.count += int(alive.sum())

    def runs(self, name: str) -> None:
        """Merge a field with words and stems."""
        inputs = [segment.postings[name] for segment in self.segments]
        terms, places = merge_strings([one.terms.slice(0, len(one.terms)) for one in inputs])
        words, word_places = merge_strings([one.words.slice(0, len(one.words)) for one in inputs])
        keys = [
            (places[at][stems] << 32) | word_places[at][owners]
            for at, (stems, owners) in enumerate(map(_rows, inputs))
        ]
        rows = distinct(np.concatenate(keys))
        row_of = [np.searchsorted(rows, key) for key in keys]
        first = np.searchsorted(rows >> 32, np.arange(len(terms) + 1))
        writer = FieldPostingsWriter(self.out, name, scored=True, formed=True)
        kept_terms: list[bytes] = []
        kept_stem, kept_word, kept_df = [], [], []
        for low, high in self._chunks(inputs, places, len(terms)):
            owner, lists = self._gather(inputs, places, low, high, row_of)
            tokens = np.repeat(owner, lists.tf)
            local = first[low : high + 1] - first[low]
            own_rows = lists.forms - first[low]
            counts = row_frequencies(tokens, np.repeat(lists.docs, lists.tf), own_rows, local, lists.df)
            used = counts > 0
            # Rows that only deleted documents had go, so the numbers of forms close up.
            number = np.cumsum(used) - 1
            starts = np.concatenate(([0], np.cumsum(used)))[local]
            lists.forms = number[own_rows] - starts[tokens]
            filled = np.flatnonzero(lists.df)
            chosen = np.flatnonzero(used) + first[low]
            place = np.cumsum(lists.df > 0) - 1 + len(kept_terms)
            kept_stem.append(place[(rows[chosen] >> 32) - low])
            kept_word.append(rows[chosen] & 0xFFFFFFFF)
            kept_df.append(counts[used])
            kept_terms += [terms[low + at] for at in filled.tolist()]
            lists.df, lists.cf = lists.df[filled], lists.cf[filled]
            if name == RUNS[0]:
                self.tokens += int(lists.cf.sum())
            writer.append(lists)
        writer.finish()
        write_strings(self.out, f"{name}.term", kept_terms)
        row_stem, row_word, row_df = (
            np.concatenate(part) if part else np.zeros(0, np.int64)
            for part in (kept_stem, kept_word, kept_df)
        )
        used_words = distinct(row_word)
        write_strings(self.out, f"{name}.word", [words[at] for at in used_words.tolist()])
        if name == BODY:
            merge_names(self.out, [segment.names for segment in self.segments], word_places, used_words)
        row_word = np.searchsorted(used_words, row_word)
        word_df = np.bincount(row_word, row_df, len(used_words)).astype(np.int64)
        write_rows(self.out, name, row_stem, row_word, len(kept_terms), len(used_words), word_df)

    def plain(self, name: str) -> None:
        """Merge a field of terms alone."""
        inputs = [segment.postings[name] for segment in self.segments]
        terms, places = merge_strings([one.terms.slice(0, len(one.terms)) for one in inputs])
        writer = FieldPostingsWriter(self.out, name, scored=inputs[0].scored, formed=False)
        kept: list[bytes] = []
        for low, high in self._chunks(inputs, places, len(terms)):
            _, lists = self._gather(inputs, places, low, high, None)
            filled = np.flatnonzero(lists.df)
            kept += [terms[low + at] for at in filled.tolist()]
            lists.df = lists.df[filled]
            lists.cf = lists.cf[filled] if inputs[0].scored else lists.cf
            writer.append(lists)
        writer.finish()
        write_strings(self.out, f"{name}.term", kept)

    def lengths(self, name: str) -> int:
        """Merge the lengths of a field; return their sum."""
        lengths = self._column([segment.lengths(name) for segment in self.segments])
        self.out.add(f"{name}.len", narrow(lengths))
        return int(lengths.sum(dtype=np.int64))

    def documents(self) -> None:
        """Merge what is kept by document: dates, runs, paths and files."""
        self.out.add("date", narrow(self._column([segment.dates() for segment in self.segments])))
        counts = [segment.file["runs.count"].all().astype(np.int64) for segment in self.segments]
        self.out.add("runs.count", narrow(self._column(counts)))
        for name in ("runs.start", "runs.shift"):
            parts = [
                segment.file[name].all()[np.repeat(alive, count)].astype(np.int64)
                for segment, alive, count in zip(self.segments, self.alive, counts, strict=True)
            ]
            self.out.add(name, narrow(np.concatenate(parts)))
        paths: list[bytes] = []
        files: list[bytes] = []
        for segment, alive in zip(self.segments, self.alive, strict=True):
            own = [b""] * segment.documents
            for place, path in enumerate(segment.paths.slice(0, segment.documents)):
                own[segment.doc_of_path(place)] = path
            theirs = own
            if not segment.files_are_paths:
                postings = segment.postings[FILE]
                theirs = list(own)
                for term, file in enumerate(postings.terms.slice(0, len(postings.terms))):
                    for doc in postings.docs(term).tolist():
                        theirs[doc] = file
            kept = np.flatnonzero(alive).tolist()
            paths += [own[doc] for doc in kept]
            files += [theirs[doc] for doc in kept]
        write_paths(self.out, paths)
        if files != paths:
            write_files(self.out, files)

    def _column(self, parts: Sequence[Ints]) -> Ints:
        return np.concatenate([part[alive] for part, alive in zip(parts, self.alive, strict=True)])

    def _chunks(
        self, inputs: Sequence[FieldPostings], places: Sequence[I64], count: int
    ) -> list[tuple[int, int]]:
        """Cut the terms into ranges of a bounded number of occurrences."""
        if not count:
            return []
        total = np.zeros(count, np.int64)
        for postings, place in zip(inputs, places, strict=True):
            kind = "cf" if postings.scored else "df"
            np.add.at(total, place, postings.file[f"{postings.name}.{kind}"].all().astype(np.int64))
        chunk = (np.cumsum(total) - 1) // _CHUNK
        cuts = np.flatnonzero(np.diff(chunk)) + 1
        edges = [0, *cuts.tolist(), count]
        return list(pairwise(edges))

    def _gather(
        self,
        inputs: Sequence[FieldPostings],
        places: Sequence[I64],
        low: int,
        high: int,
        row_of: Sequence[I64] | None,
    ) -> tuple[I64, PostingLists]:
        """Read the lists of some terms from all segments and unite them.

        Returns the term of each posting, counted from ``low``, and the lists; their forms are united rows.
        """
        terms: list[Ints] = []
        docs: list[Ints] = []
        tf: list[Ints] = []
        extra: list[Ints] = []
        positions: list[Ints] = []
        forms: list[Ints] = []
        scored = inputs[0].scored
        for at, postings in enumerate(inputs):
            start, end = np.searchsorted(places[at], [low, high]).tolist()
            if start == end:
                continue
            begin = start - start % STRIDE
            lists = postings.read(begin, end)
            skip = int(lists.df[: start - begin].sum())
            owner = np.repeat(places[at][begin:end], lists.df)[skip:]
            own = lists.docs[skip:]
            alive = self.alive[at][own]
            terms.append(owner[alive] - low)
            docs.append(self.numbers[at][own[alive]])
            if scored:
                counts = lists.tf[skip:].astype(np.int64)
                occurrences = int(lists.cf[: start - begin].sum())
                kept = np.repeat(alive, counts)
                tf.append(counts[alive])
                extra.append(lists.extra[skip:][alive])
                positions.append(lists.positions[occurrences:][kept])
                if row_of is not None:
                    first = postings.file[f"{postings.name}.first"].all().astype(np.int64)[:-1]
                    row = np.repeat(first[begin:end], lists.cf) + lists.forms
                    forms.append(row_of[at][row[occurrences:][kept]])
        owner = _join(terms)
        order = np.argsort(owner, kind="stable")
        owner = owner[order]
        df = np.bincount(owner, minlength=high - low).astype(np.int64)
        none = np.zeros(0, np.int64)
        united = PostingLists(df, none, _join(docs)[order], none, none, none, none)
        if scored:
            counts = _join(tf)
            tokens = ranges(starts_of(counts)[:-1][order], counts[order])
            united.tf, united.extra = counts[order], _join(extra)[order]
            united.cf = np.bincount(owner, united.tf, high - low).astype(np.int64)
            united.positions = _join(positions)[tokens]
            if row_of is not None:
                united.forms = _join(forms)[tokens]
        return owner, united


def _join(parts: Sequence[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _rows(postings: FieldPostings) -> tuple[I64, I64]:
    """Return the stem and the word of each row of a field."""
    file, name = postings.file, postings.name
    first = file[f"{name}.first"].all().astype(np.int64)
    stems = np.repeat(np.arange(len(first) - 1), np.diff(first))
    at = file[f"{name}.row_at"].all().astype(np.int64)
    words = np.empty(len(stems), np.int64)
    words[file[f"{name}.row"].all()] = np.repeat(np.arange(len(at) - 1), np.diff(at))
    return stems, words
