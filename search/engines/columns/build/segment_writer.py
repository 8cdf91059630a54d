"""Inverting buffered documents into a segment file: one sort of the tokens, then slices of it.

Does not depend on queries.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np

from coopsearch.search.analysis.lexicon import Interner
from coopsearch.search.engines.columns.arrays import (
    I32,
    I64,
    Ints,
    distinct,
    first_of_runs,
    narrow,
    starts_of,
)
from coopsearch.search.engines.columns.build.name_table import write_names
from coopsearch.search.engines.columns.build.token_buffer import ROLES, Buffer, TermList, Tokens, numbers
from coopsearch.search.engines.columns.field_columns import BODY, GAP_KEPT, HEADING, PLAIN, TITLE
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter
from coopsearch.search.engines.columns.storage.doc_store_writer import StoreWriter
from coopsearch.search.engines.columns.storage.inverted_index import (
    FieldPostingsWriter,
    PostingLists,
    group,
    write_rows,
)
from coopsearch.search.engines.columns.storage.string_table import encode
from coopsearch.search.engines.columns.storage.string_writer import write_strings
from coopsearch.search.ranking import ROLE_WEIGHTS
from coopsearch.search.schema import FILE

B = TypeVar("B", bound=Buffer)


class SegmentBuilder(Generic[B]):
    """Writes what a buffer takes in as one segment file."""

    def __init__(self, path: Path, buffer: Callable[[Callable[[bytes], None]], B]) -> None:
        """Prepare for a file; its folder exists. ``buffer`` makes the buffer over a place for documents."""
        self.path = path
        self._out = ColumnWriter(path)
        self._store = StoreWriter(self._out)
        self.buffer: B = buffer(self._store.add)

    def discard(self) -> None:
        """Forget all documents."""
        self._out.discard()

    def finish(self) -> int:
        """Write the file, durably but for its folder's entry. Returns its bytes."""
        buffer, out = self.buffer, self._out
        self._store.finish()
        documents = buffer.documents
        tokens = buffer.columns()
        docs, positions, roles = _place_tokens(tokens, documents, out)
        held = [tokens.words, tokens.stems, docs, positions, roles]
        count = len(tokens.words)
        del tokens, docs, positions, roles
        weight_of = np.zeros(len(ROLES), np.uint8)
        for name, number in ROLES.items():
            weight_of[number] = ROLE_WEIGHTS[name]
        lengths: dict[str, int] = {}
        mine: list[Ints]
        # All tokens come last: what is held is given up then, step by step, and never twice in memory.
        for field, role in ((TITLE, ROLES["title"]), (HEADING, ROLES["heading"]), (BODY, None)):
            if role is None:
                mine = held
            else:
                rows = np.flatnonzero(held[4] == role)
                mine = [column[rows] for column in held]
            mine[4] = weight_of[mine[4]]
            lengths[field] = _write_lengths(out, field, mine[2], mine[4], documents)
            _write_runs(out, field, buffer, mine)
        for field, terms in buffer.terms.items():
            if field == FILE:
                continue
            scored = field in PLAIN
            if scored:
                owners = numbers(terms.docs)
                lengths[field] = _write_lengths(out, field, owners, np.ones(len(owners), np.uint8), documents)
            _write_terms(out, field, terms, scored=scored)
        paths = [encode(path) for path in buffer.paths]
        write_paths(out, paths)
        if buffer.files != buffer.paths:
            write_files(out, [encode(file) for file in buffer.files])
        out.add("date", narrow(numbers(buffer.dates)))
        meta: dict[str, Any] = {"documents": documents, "tokens": count, "lengths": lengths}
        return out.finish(meta)


def _place_tokens(run: Tokens, documents: int, out: ColumnWriter) -> tuple[Ints, Ints, Ints]:
    """Return document, kept position and role of each token, and write the table of runs."""
    doc, true, tokens = run.run_doc.astype(np.int64), run.run_position, run.run_tokens
    step = run.steps
    span = np.zeros(len(doc), np.int64)
    if len(doc):
        span = np.maximum.reduceat(step, starts_of(tokens)[:-1]) + 1
    order = np.lexsort((true, doc))
    kept = np.empty(len(doc), np.int64)
    kept[order] = _close_gaps(doc[order], true[order], span[order])
    # The table serves slops of GAP_KEPT and more.
    out.add("runs.count", narrow(np.bincount(doc, minlength=documents)))
    out.add("runs.start", narrow(kept[order]))
    out.add("runs.shift", narrow((true - kept)[order]))
    positions = np.repeat(kept, tokens) + step
    roles = np.repeat(run.run_role, tokens)
    return np.repeat(doc.astype(np.uint32), tokens), positions.astype(np.uint32), roles


def _close_gaps(doc: I64, position: I64, span: I64) -> I64:
    """Return the positions of runs, sorted by document and position, with long gaps between them cut."""
    if not len(doc):
        return position
    # Ends only grow within a document; a document's number far above all positions keeps them apart.
    apart = doc << 34
    ends = np.maximum.accumulate(apart + position + span)
    before = np.zeros(len(doc), np.int64)
    same = ~first_of_runs(doc)
    before[same] = (ends[:-1] - apart[1:])[same[1:]]
    cut = np.maximum(position - before - GAP_KEPT, 0)
    total = np.cumsum(cut)
    first = np.flatnonzero(~same)
    base = np.repeat((total - cut)[first], np.diff(np.append(first, len(doc))))
    kept: I64 = position - (total - base)
    return kept


def _write_lengths(out: ColumnWriter, field: str, docs: Ints, weights: Ints, documents: int) -> int:
    lengths = np.bincount(docs, weights, documents).astype(np.int64)
    out.add(f"{field}.len", narrow(lengths))
    return int(lengths.sum())


def _write_runs(out: ColumnWriter, field: str, buffer: Buffer, columns: list[Ints]) -> None:
    """Invert tokens: their words, stems, documents, positions and weights. ``columns`` is emptied."""
    words, stems, docs, positions, weights = columns
    columns.clear()
    names, word_place = _used(buffer.words, words)
    write_strings(out, f"{field}.word", names)
    if field == BODY:
        # All words stand in it, those of titles and headings, too.
        seen = np.zeros(len(buffer.words), np.bool_)
        seen[words] = True
        named = np.array(sorted(buffer.names), np.int64)
        write_names(out, names, word_place[named[seen[named]]].tolist())
    stem_names, stem_place = _used(buffer.stems, stems)
    write_strings(out, f"{field}.term", stem_names)
    words = word_place[words]
    stems = stem_place[stems]
    row_stem, row_word, rows = _number_rows(words, stems, len(names))
    first = np.searchsorted(row_stem, np.arange(len(stem_names) + 1)).astype(np.int32)
    del words
    order = _order(stems, docs, positions)
    stems = stems[order]
    docs = docs[order]
    rows = rows[order]
    positions = positions[order]
    weights = weights[order]
    del order
    lists = group(stems, docs, positions, weights, rows - first[:-1][stems], len(stem_names))
    del positions, weights
    writer = FieldPostingsWriter(out, field, scored=True, formed=True)
    writer.append(lists)
    writer.finish()
    row_df = row_frequencies(stems, docs, rows, first, lists.df)
    word_df = np.bincount(row_word, row_df, len(names)).astype(np.int64)
    write_rows(out, field, row_stem, row_word, len(stem_names), len(names), word_df)


def row_frequencies(stems: Ints, docs: Ints, rows: Ints, first: Ints, df: I64) -> I64:
    """Return the documents of each row (a stem in one form), from tokens sorted by stem and document."""
    forms = np.diff(first)
    counts = np.zeros(int(first[-1]), np.int64)
    single = forms == 1
    counts[first[:-1][single]] = df[single]
    several = ~single[stems]
    keys = (rows[several].astype(np.uint64) << np.uint64(32)) | docs[several].astype(np.uint64)
    keys.sort()
    owner = (keys[first_of_runs(keys)] >> np.uint64(32)).astype(np.int64)
    counts += np.bincount(owner, minlength=len(counts))
    return counts


def _used(interner: Interner, ids: Ints) -> tuple[list[bytes], I32]:
    """Return those of the strings that are used, sorted, and the place of each by its number."""
    seen = np.zeros(len(interner), np.bool_)
    seen[ids] = True
    # Code points sort as UTF-8 does.
    order = np.array(interner.ordered(), np.int64)
    order = order[seen[order]]
    place = np.zeros(len(interner), np.int32)
    place[order] = np.arange(len(order))
    names = list(interner)
    return [encode(names[number]) for number in order.tolist()], place


def _number_rows(words: Ints, stems: Ints, count: int) -> tuple[I64, I64, Ints]:
    """Return the stem and the word of each row, sorted so, and the row of each token."""
    # Nearly every word has one stem: only the others are sorted.
    usual = np.zeros(count, np.int64)
    usual[words] = stems
    other = np.flatnonzero(usual.astype(stems.dtype)[words] != stems)
    pairs = (stems[other].astype(np.int64) << 32) | words[other]
    rows = np.concatenate(((usual << 32) | np.arange(count), distinct(pairs)))
    order = np.argsort(rows)
    rows = rows[order]
    row_of_word = np.empty(len(rows), np.int32)
    row_of_word[order] = np.arange(len(rows))
    owner = row_of_word[words]
    owner[other] = np.searchsorted(rows, pairs)
    return rows >> 32, rows & 0xFFFFFFFF, owner


def _order(terms: Ints, docs: Ints, positions: Ints) -> I64:
    """Return the order of tokens by term, document and position."""
    if not len(terms):
        return np.zeros(0, np.int64)
    before: I64 | None = None
    falls = docs[1:] < docs[:-1]
    falls |= (docs[1:] == docs[:-1]) & (positions[1:] < positions[:-1])
    if falls.any():
        place = (docs.astype(np.int64) << 32) | positions.astype(np.int64)
        before = np.argsort(place, kind="stable")
        terms = terms[before]
    # A sort of plain numbers is several times faster than a sort of places: so the place is in the number.
    keys = terms.astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= np.arange(len(terms), dtype=np.uint64)
    keys.sort()
    keys &= np.uint64(0xFFFFFFFF)
    order = keys.view(np.int64)
    return order if before is None else before[order]


def _write_terms(out: ColumnWriter, field: str, terms: TermList, *, scored: bool) -> None:
    """Invert terms without words: with their positions, if they are scored."""
    ids, docs = numbers(terms.terms), numbers(terms.docs)
    names, place = _used(terms.names, ids)
    write_strings(out, f"{field}.term", names)
    owners = place[ids]
    positions = numbers(terms.positions) if scored else np.zeros(len(docs), np.uint32)
    order = _order(owners, docs, positions)
    owners, docs = owners[order], docs[order]
    writer = FieldPostingsWriter(out, field, scored=scored, formed=False)
    none = np.zeros(0, np.int64)
    lists = group(owners, docs, positions[order], np.ones(len(docs), np.uint8), none, len(names))
    writer.append(lists if scored else PostingLists(lists.df, none, lists.docs, none, none, none, none))
    writer.finish()


def write_files(out: ColumnWriter, files: list[bytes]) -> None:
    """Write which documents each file holds."""
    names = sorted(set(files))
    place = {name: number for number, name in enumerate(names)}
    owners = np.fromiter(map(place.__getitem__, files), np.int64, len(files))
    docs = np.argsort(owners, kind="stable")
    none = np.zeros(0, np.int64)
    writer = FieldPostingsWriter(out, FILE, scored=False, formed=False)
    writer.append(PostingLists(np.bincount(owners, minlength=len(names)), none, docs, none, none, none, none))
    writer.finish()
    write_strings(out, f"{FILE}.term", names)


def write_paths(out: ColumnWriter, paths: list[bytes]) -> None:
    """Write the paths sorted, and whose they are; where documents stand in this order, nothing more."""
    order = sorted(range(len(paths)), key=paths.__getitem__)
    write_strings(out, "path", [paths[number] for number in order])
    docs = np.array(order, np.int64)
    if (docs != np.arange(len(docs))).any():
        rank = np.empty(len(docs), np.int64)
        rank[docs] = np.arange(len(docs))
        out.add("path.doc", narrow(docs))
        out.add("path.rank", narrow(rank))
