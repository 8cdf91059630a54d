"""The postings of thousands of terms at once: which documents hold any of them, how often, and where.

A term costs a few calls of NumPy when it is read alone, and next to nothing when it is read beside others:
the lists of all of them are unpacked together, so many occurrences at a time. Does not depend on queries.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from coopsearch.search.engines.columns.arrays import F64, I64, Bools, Ints, ranges, starts_of
from coopsearch.search.engines.columns.storage.inverted_index import FieldPostings
from coopsearch.search.engines.columns.storage.segment import Segment

#: Occurrences that are unpacked together: their arrays take some 10 MB.
_TOGETHER: Final = 1 << 18
#: Lists that are read first where it may be that these are enough.
_FIRST: Final = 64


class Chosen(NamedTuple):
    """Lists of a family that hold some terms: all of a list, or some forms of a stem."""

    family: FieldPostings
    lists: I64
    """Sorted."""
    whole: Bools
    """Of each list, whether all its forms are among the terms."""
    rows: Bools | None
    """Of each row of the family (a form of a stem), whether it is among the terms; None without forms."""
    first: Ints | None
    """Where each stem's rows start."""


def of_terms(family: FieldPostings, places: I64) -> Chosen:
    """Return the lists of the terms at some places (sorted) of a family."""
    return Chosen(family, places, np.ones(len(places), np.bool_), None, None)


def of_words(family: FieldPostings, places: I64) -> Chosen:
    """Return the lists that hold the words at some places of a family: forms of its stems."""
    at, order, first = (family.file[f"{family.name}.{name}"].all() for name in ("row_at", "row", "first"))
    begin = at[places].astype(np.int64)
    rows = np.zeros(len(order), np.bool_)
    rows[order[ranges(begin, at[places + 1] - begin)]] = True
    before = starts_of(rows)[first]
    held = before[1:] - before[:-1]
    lists = np.flatnonzero(held)
    return Chosen(family, lists, held[lists] == np.diff(first)[lists], rows, first)


class Piece(NamedTuple):
    """Some lists, unpacked."""

    docs: I64
    """For each posting, its document."""
    counts: Ints
    """For each posting, its occurrences of the chosen terms; 0 where it has other forms alone."""
    owners: I64 | None = None
    """For each occurrence of a chosen term, its document, if positions were asked for."""
    positions: Ints | None = None


def pieces(given: Chosen, *, weighted: bool = False, positions: bool = False) -> Iterator[Piece]:
    """Yield what some lists hold, so many occurrences at a time.

    ``weighted`` counts an occurrence by its role, where all lists are whole; ``positions`` are wanted or not.
    """
    family, lists, whole = given.family, given.lists, given.whole
    if not len(lists):
        return
    sizes = family.counts("cf" if family.scored else "df")[lists].astype(np.int64)
    # A list has its number's worth of costs besides.
    groups = np.cumsum(sizes + 16) // _TOGETHER
    for cut in np.split(np.arange(len(lists)), np.flatnonzero(np.diff(groups)) + 1):
        yield _piece(given._replace(lists=lists[cut], whole=whole[cut]), weighted, positions)


def _piece(given: Chosen, weighted: bool, positions: bool) -> Piece:
    family, lists = given.family, given.lists
    df = family.counts("df")
    lengths = df[lists].astype(np.int64)
    docs = _docs(family, lists, df, lengths)
    if not family.scored:
        return Piece(docs, np.ones(len(docs), np.uint8))
    tf = family.some("tf", lists, df)
    tf += np.uint32(1)
    if given.whole.all() and not positions:
        return Piece(docs, tf + family.some("extra", lists, df) if weighted else tf)
    cf = family.counts("cf")
    where = family.some("pos", lists, cf) if positions else None
    if given.whole.all():
        return Piece(docs, tf, np.repeat(docs, tf), where)
    assert given.rows is not None
    assert given.first is not None
    # The row of an occurrence: that of its list's first form, and its form.
    rows = np.repeat(given.first[lists].astype(np.int64), cf[lists])
    rows += family.some("form", lists, cf)
    held = given.rows[rows]
    before = starts_of(held)
    counts = np.diff(before[starts_of(tf)])
    if where is None:
        return Piece(docs, counts)
    return Piece(docs, counts, np.repeat(docs, tf)[held], where[held])


def _docs(family: FieldPostings, lists: I64, df: Ints, lengths: I64) -> I64:
    gaps = family.some("docs", lists, df)
    # Within its list, a document is the sum of the gaps so far and the number of them.
    docs = np.cumsum(gaps + np.uint32(1), dtype=np.int64)
    starts = starts_of(lengths)[:-1]
    before = np.where(starts > 0, docs[np.maximum(starts, 1) - 1], 0)
    docs -= np.repeat(before, lengths) + 1
    return docs


def docs_of_paths(segment: Segment, places: I64) -> Ints:
    """Return the documents whose paths are at some places of the sorted paths, deleted ones included."""
    return segment.file["path.doc"].take(places) if "path.doc" in segment.file else places


def mark_holders(given: Chosen, mark: Bools) -> None:
    """Mark the documents that hold any of the terms; stop when all are marked."""
    family, lists = given.family, given.lists
    if not len(lists):
        return
    whole = np.flatnonzero(given.whole)
    order = whole[np.argsort(family.counts("df")[lists[whole]], kind="stable")]
    first = np.sort(order[-_FIRST:])
    rest = np.ones(len(lists), np.bool_)
    rest[first] = False
    # The longest lists hold most documents; often all.
    for some in (first, np.flatnonzero(rest & given.whole), np.flatnonzero(rest & ~given.whole)):
        for piece in pieces(given._replace(lists=lists[some], whole=given.whole[some])):
            mark[piece.docs[piece.counts > 0]] = True
            if mark.all():
                return


def frequencies(given: Chosen, documents: int, *, weighted: bool) -> F64:
    """Return for each document of the segment how often it holds the terms, deleted documents included."""
    sums = np.zeros(documents, np.float64)
    for piece in pieces(given, weighted=weighted):
        sums += np.bincount(piece.docs, piece.counts, documents)
    return sums


def keys(given: Chosen, wanted: Bools) -> list[I64]:
    """Return document and position of what stands in wanted documents, as one number each, in no order."""
    found = []
    for piece in pieces(given, positions=True):
        assert piece.owners is not None
        assert piece.positions is not None
        here = np.flatnonzero(wanted[piece.owners])
        found.append((piece.owners[here] << 32) | piece.positions[here].astype(np.int64))
    return found
