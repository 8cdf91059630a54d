"""The postings of one indexed field in a file: writing them chunk by chunk, and reading a list.

For each list (a stem, or a term): documents as gaps, occurrences, what the roles' weights add to the
frequency, positions, and which form of the stem each occurrence is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from coopsearch.search.engines.columns.arrays import (
    F32,
    I32,
    I64,
    NO_DOCS,
    U32,
    Ints,
    first_of_runs,
    narrow,
    starts_of,
)
from coopsearch.search.engines.columns.storage.column_file import Column, ColumnFile
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter
from coopsearch.search.engines.columns.storage.field_tables import FieldTables
from coopsearch.search.engines.columns.storage.packed_ints import PackedList, PackedReader, PackedWriter
from coopsearch.search.engines.columns.storage.packing import STRIDE

#: The places of a list of usual length.
_PLACES: Final = np.arange(1 << 10, dtype=np.int32)


@dataclass(slots=True)
class PostingLists:
    """Postings of successive terms, side by side."""

    df: I64
    """Documents of each list."""
    cf: I64
    """Occurrences of each list; empty for a field of keywords."""
    docs: Ints
    tf: Ints
    """Occurrences for each document; one or more."""
    extra: Ints
    """What the weights of the roles add to ``tf``."""
    positions: Ints
    forms: Ints
    """For each occurrence, the form of the stem; empty for a field without words."""


class FieldPostingsWriter:
    """Appends lists to the arrays of one indexed field."""

    def __init__(self, out: ColumnWriter, name: str, *, scored: bool, formed: bool) -> None:
        """``scored``: with occurrences and positions; ``formed``: with forms."""
        self._out, self._name, self._scored, self._formed = out, name, scored, formed
        self._docs = PackedWriter(out, f"{name}.docs")
        out.add(f"{name}.df", np.zeros(0, np.uint32))
        if scored:
            out.add(f"{name}.cf", np.zeros(0, np.uint32))
            self._tf = PackedWriter(out, f"{name}.tf")
            self._extra = PackedWriter(out, f"{name}.extra")
            self._positions = PackedWriter(out, f"{name}.pos")
        if formed:
            self._forms = PackedWriter(out, f"{name}.form")

    def append(self, lists: PostingLists) -> None:
        """Append the next terms' lists."""
        starts = starts_of(lists.df)[:-1]
        docs = lists.docs.astype(np.int64)
        gaps = docs.copy()
        gaps[1:] -= docs[:-1] + 1
        filled = starts[lists.df > 0]
        gaps[filled] = docs[filled]
        self._docs.append(gaps, lists.df)
        self._out.add(f"{self._name}.df", lists.df.astype(np.uint32))
        if self._scored:
            self._tf.append(lists.tf - 1, lists.df)
            self._extra.append(lists.extra, lists.df)
            self._positions.append(lists.positions, lists.cf)
            self._out.add(f"{self._name}.cf", lists.cf.astype(np.uint32))
        if self._formed:
            self._forms.append(lists.forms, lists.cf)

    def finish(self) -> None:
        """Close the tables."""
        self._docs.finish()
        if self._scored:
            self._tf.finish()
            self._extra.finish()
            self._positions.finish()
        if self._formed:
            self._forms.finish()


def write_rows(
    out: ColumnWriter, name: str, row_stem: Ints, row_word: Ints, stems: int, words: int, word_df: Ints
) -> None:
    """Write which word is which form of which stem.

    A row is a (stem, word) pair, sorted so; the form of a stem is a row's place among the stem's rows.
    """
    out.add(f"{name}.first", narrow(np.searchsorted(row_stem, np.arange(stems + 1))))
    order = np.argsort(row_word, kind="stable")
    out.add(f"{name}.row_at", narrow(np.searchsorted(row_word[order], np.arange(words + 1))))
    out.add(f"{name}.row", narrow(order))
    out.add(f"{name}.word_df", narrow(word_df))


class FieldPostings(FieldTables[ColumnFile]):
    """Reads the postings of one indexed field. Safe for many threads."""

    @cached_property
    def _packed(self) -> dict[str, PackedReader]:
        kinds = [
            "docs",
            *(("tf", "extra", "pos") if self.scored else ()),
            *(("form",) if self.formed else ()),
        ]
        return {kind: PackedReader(self.file, f"{self.name}.{kind}") for kind in kinds}

    @cached_property
    def _lengths(self) -> dict[str, Column]:
        """The arrays that say how long the lists are, as far as they were asked for."""
        return {}

    def counts(self, kind: str) -> Ints:
        """Return the documents ("df") or the occurrences ("cf") of all lists."""
        return self.file[f"{self.name}.{kind}"].all()

    def some(self, kind: str, lists: I64, counts: Ints) -> U32:
        """Return one kind of values of some lists, side by side; ``counts`` are those of all lists."""
        self._check(np.take(counts, lists), "df" if kind in {"docs", "tf", "extra"} else "cf")
        return self._packed[kind].get_some(lists, counts)

    def docs(self, term: int) -> Ints:
        """Return the documents of a list, sorted, as int32."""
        gaps = self._packed["docs"].get(term, self._counts("df", term))
        docs: I32 = gaps.cumsum(dtype=np.int32)
        count = len(docs)
        docs += _PLACES[:count] if count <= len(_PLACES) else np.arange(count, dtype=np.int32)
        return docs

    def frequencies(self, term: int) -> tuple[Ints, Ints]:
        """Return the occurrences of a list by document, and the same weighted by role."""
        counts = self._counts("df", term)
        tf = self._packed["tf"].get(term, counts).astype(np.uint32)
        tf += 1
        extra = self._packed["extra"].get(term, counts)
        return tf, tf + extra

    def occurrences(self, term: int, form: int | None) -> tuple[I32, F32]:
        """Return the documents of a form of a list, or of all its forms, and how often each has it."""
        docs = self.docs(term)
        tf, _ = self.frequencies(term)
        if form is None:
            return docs, tf.astype(np.float32)
        counts = form_counts(tf, self.forms(term) == form)
        here = counts.nonzero()[0]
        return docs[here], counts[here].astype(np.float32)

    def positions(self, term: int, places: Ints | None = None) -> Ints:
        """Return the positions of a list, in order of occurrence; at some of them alone if asked."""
        return self._occurrences("pos", term, places)

    def positions_list(self, term: int) -> PackedList:
        """Return the positions of a list, to read those of one document and another."""
        return self._packed["pos"].part(term, self._counts("cf", term))

    def forms(self, term: int, places: Ints | None = None) -> Ints:
        """Return the forms of a list's occurrences."""
        return self._occurrences("form", term, places)

    def read(self, start: int, end: int) -> PostingLists:
        """Return all that is known of some lists; ``start`` is a multiple of STRIDE."""
        df = self._all_counts("df", start, end)
        gaps = self._packed["docs"].get_all(start, end, df).astype(np.int64)
        # Within its list, a document is the sum of the gaps so far and the number of them.
        docs = np.cumsum(gaps + 1)
        starts = starts_of(df)[:-1]
        before = np.where(starts > 0, docs[np.maximum(starts, 1) - 1], 0) if len(docs) else starts
        docs -= np.repeat(before, df) + 1
        empty = NO_DOCS
        if not self.scored:
            return PostingLists(df, np.zeros(0, np.int64), docs, empty, empty, empty, empty)
        cf = self._all_counts("cf", start, end)
        packed = self._packed
        return PostingLists(
            df, cf, docs,
            packed["tf"].get_all(start, end, df) + np.uint32(1),
            packed["extra"].get_all(start, end, df),
            packed["pos"].get_all(start, end, cf),
            packed["form"].get_all(start, end, cf) if self.formed else empty,
        )  # fmt: skip

    def _occurrences(self, kind: str, term: int, places: Ints | None) -> Ints:
        counts = self._counts("cf", term)
        packed = self._packed[kind]
        return packed.get(term, counts) if places is None else packed.take(term, counts, places)

    def _counts(self, kind: str, term: int) -> Ints:
        column = self._lengths.get(kind)
        if column is None:
            column = self._lengths[kind] = self.file[f"{self.name}.{kind}"]
        counts = column.slice(term - term % STRIDE, term + 1)
        if counts[-1] > self.most[kind]:
            self._check(counts[-1:], kind)
        return counts

    def _all_counts(self, kind: str, start: int, end: int) -> I64:
        counts = self.file[f"{self.name}.{kind}"].slice(start, end).astype(np.int64)
        self._check(counts, kind)
        return counts

    def _check(self, counts: Ints, kind: str) -> None:
        if len(counts) and counts.max() > self.most[kind]:
            raise self.file.damaged(f"has lists that are longer than itself, in its array {self.name}.{kind}")


def form_counts(tf: Ints, mark: Ints) -> I64:
    """Return how many occurrences of each document are marked."""
    total = np.zeros(len(mark) + 1, np.int64)
    mark.cumsum(out=total[1:])
    at = total.take(tf.cumsum(dtype=np.int64))
    at[1:] -= at[:-1].copy()
    return at


def group(terms: Ints, docs: Ints, positions: Ints, weights: Ints, forms: Ints, lists: int) -> PostingLists:
    """Make lists of tokens that are sorted by term, document and position."""
    mark = np.flatnonzero(first_of_runs(terms, docs))
    tf = np.diff(np.append(mark, len(terms)))
    # Few tokens weigh more than one: only they are added up.
    heavy = np.flatnonzero(weights > 1)
    extra = np.zeros(len(mark), np.int64)
    np.add.at(extra, np.searchsorted(mark, heavy, "right") - 1, weights[heavy].astype(np.int64) - 1)
    owner = terms[mark]
    return PostingLists(
        df=np.bincount(owner, minlength=lists).astype(np.int64),
        cf=np.bincount(terms, minlength=lists).astype(np.int64),
        docs=docs[mark],
        tf=tf,
        extra=extra,
        positions=positions,
        forms=forms,
    )
