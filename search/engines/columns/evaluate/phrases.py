"""Phrases: which documents hold all the slots, and how often in the wanted order.

Documents are intersected first, from the rarest slot; positions are looked at only for those that are left.
Does not depend directly on ranking formulas.
"""

from __future__ import annotations

from itertools import permutations, product

import numpy as np

from coopsearch.search import schema
from coopsearch.search.engines import titles
from coopsearch.search.engines.columns.arrays import (
    F32,
    I32,
    I64,
    NO_DOCS,
    NO_SCORES,
    first_of_runs,
    marked,
    merged,
    ranges,
)
from coopsearch.search.engines.columns.evaluate.position_matching import (
    adjacent,
    among,
    ordered,
    rows_in_order,
    unordered,
)
from coopsearch.search.engines.columns.evaluate.positions import Occurrences
from coopsearch.search.engines.columns.evaluate.snapshot import MANY, Snapshot
from coopsearch.search.engines.columns.field_columns import GAP_KEPT, PLACES, RUNS, SCORED, TITLE
from coopsearch.search.engines.nodes import Neighbours, Phrase, Spelled, WholeTitle

#: With so many documents or more it is cheaper to mark them than to search for each.
_MANY = 1 << 10
#: More positions than any document has.
_WIDEST = 1 << 31


Slot = tuple[str, tuple[str, ...]]


def match_phrase(snapshot: Snapshot, node: Phrase, within: I32 | None) -> tuple[I32, F32, str]:
    """Return the documents that match, the occurrences in each, and the indexed field.

    ``within`` are the documents to look at, all of them if None.
    """
    place = PLACES.get(node.field)
    if place is None or place.field not in SCORED or not node.slots or not all(node.slots):
        return NO_DOCS, NO_SCORES, ""
    docs = _candidates(snapshot, node, within)
    if not len(docs):
        return NO_DOCS, NO_SCORES, place.field
    return *_counted(_keys(snapshot, node, docs)), place.field


def _counted(keys: I64) -> tuple[I32, F32]:
    """Return the documents of keys, and how many each has."""
    owners = keys >> 32
    mark = marked(first_of_runs(owners))
    counts = np.diff(np.append(mark, len(keys))).astype(np.float32)
    return owners[mark].astype(np.int32), counts


def _keys(snapshot: Snapshot, node: Phrase, docs: I32) -> I64:
    """Return where a phrase begins in documents that hold all its slots."""
    keys: dict[Slot, I64] = {}
    wanted = _slots(node)
    for slot in wanted:
        if slot not in keys:
            field, terms = slot
            keys[slot] = _keys_of(snapshot, field, tuple(dict.fromkeys(terms)), docs)
    if node.slop >= GAP_KEPT and PLACES[node.field].field in RUNS:
        # So wide a phrase may reach over a gap that was cut: its true width counts.
        keys = {slot: snapshot.true_keys(values) for slot, values in keys.items()}
    slots = [keys[slot] for slot in wanted]
    # A document lies 2**32 from the next: a wider phrase would reach into it.
    slop = min(node.slop, _WIDEST)
    if not node.ordered:
        return unordered(slots, slop)
    return ordered(slots, slop) if slop else adjacent(slots)


def match_title(snapshot: Snapshot, node: WholeTitle) -> I32:
    """Return the documents whose whole title is a row of words."""
    words = node.words
    if len(words) == 1:
        docs = snapshot.term(schema.TITLE_WORDS, words[0]).docs
    else:
        docs = match_phrase(snapshot, Phrase(schema.TITLE_WORDS, tuple((word,) for word in words)), None)[0]
    most = titles.longest(words)
    short = [NO_DOCS]
    for segment, base, own in snapshot.split(docs):
        short.append(own[segment.file[f"{TITLE}.len"].take(own) <= most] + np.int32(base))
    docs = np.concatenate(short)
    if len(docs) > titles.MOST:
        return NO_DOCS
    found = [doc for doc in docs.tolist() if titles.is_whole(snapshot.title(doc), words)]
    return np.array(found, np.int32)


def match_neighbours(snapshot: Snapshot, node: Neighbours, within: I32 | None) -> tuple[I32, F32, str]:
    """Return the documents (of ``within``, if given) in which the parts are near, and as ``match_phrase``."""
    docs = within
    for part in node.parts:
        docs = np.unique(np.concatenate([_candidates(snapshot, row, docs) for row in part])).astype(np.int32)
    if docs is None or not len(docs):
        return NO_DOCS, NO_SCORES, ""
    places: list[list[tuple[I64, int]]] = []
    for part in node.parts:
        rows = [(_keys(snapshot, row, _candidates(snapshot, row, docs)), len(row.slots)) for row in part]
        if node.slop >= GAP_KEPT:
            rows = [(snapshot.true_keys(keys), width) for keys, width in rows]
        places.append([row for row in rows if len(row[0])])
    slop = min(node.slop, _WIDEST)
    # Rows of one width each, in one order: the next place of each is the nearest. The planner bounds how many
    # such choices there are.
    found = [
        rows_in_order(rows, slop)
        for order in ([places] if node.ordered else permutations(places))
        for rows in product(*order)
    ]
    field = PLACES[node.parts[0][0].field].field
    return (*_counted(merged(found)), field) if found else (NO_DOCS, NO_SCORES, field)


def match_spelled(snapshot: Snapshot, node: Spelled, within: I32 | None) -> tuple[I32, F32, str]:
    """Return the documents (of ``within``, if given) whose words spell a text, and as ``match_phrase``."""
    place = PLACES.get(node.field)
    if place is None or place.field not in SCORED:
        return NO_DOCS, NO_SCORES, ""
    reached: dict[int, list[I64]] = {}
    """Place of the text -> where the word that begins there is to stand."""
    for start, end, term in node.edges:
        if start and start not in reached:
            continue
        occurrences = snapshot.occurrences(node.field, term)
        if start:
            before = merged(reached[start])
            reached[start] = [before]
            keys = keys_in(snapshot, occurrences, np.unique(before >> 32).astype(np.int32))
            keys = keys[among(keys, before)]
        else:
            keys = keys_in(snapshot, occurrences, occurrences.docs if within is None else within)
        if len(keys):
            reached.setdefault(end, []).append(keys + 1)
    if node.length not in reached:
        return NO_DOCS, NO_SCORES, place.field
    return *_counted(merged(reached[node.length])), place.field


def _slots(node: Phrase) -> list[Slot]:
    """Return each slot with the field that it is in."""
    return list(zip(node.fields or (node.field,) * len(node.slots), node.slots, strict=True))


def _candidates(snapshot: Snapshot, node: Phrase, within: I32 | None) -> I32:
    """Return the documents that hold every slot, in any order."""
    if not all(snapshot.max_df(field, terms) for field, terms in _slots(node)):
        # Of a word that is nowhere that much is known without the lists of the others.
        return NO_DOCS
    slots = [
        snapshot.holders(field, terms[0])
        if len(terms) == 1
        else snapshot.group(field, tuple((term, 1.0) for term in dict.fromkeys(terms)))
        for field, terms in dict.fromkeys(_slots(node))
    ]
    slots.sort(key=len)
    docs = slots[0].docs if within is None else within
    for postings in slots[within is None :]:
        if not len(docs):
            break
        found, hit = postings.lookup(docs, snapshot.scratch)
        if hit is None and found is not None:
            hit = found > 0
        assert hit is not None
        docs = docs[hit]
    return docs


def _keys_of(snapshot: Snapshot, field: str, terms: tuple[str, ...], docs: I32) -> I64:
    """Return the keys of any of some terms in some documents, sorted, none twice."""
    if len(terms) > MANY:
        return snapshot.keys_among(field, terms, docs)
    parts = [keys_in(snapshot, snapshot.occurrences(field, term), docs) for term in terms]
    return parts[0] if len(parts) == 1 else merged(parts)


def keys_in(snapshot: Snapshot, occurrences: Occurrences, docs: I32) -> I64:
    """Return the keys of a term in some documents, sorted, none twice."""
    mine, starts = occurrences.docs, occurrences.starts
    if len(docs) > _MANY and len(docs) * 8 > len(mine):
        table = snapshot.scratch.take()
        table[docs] = 1.0
        at = marked(table.take(mine) > 0)
        table[docs] = 0.0
        snapshot.scratch.give(table)
    else:
        at, hit = occurrences.find(docs)
        at = at[hit]
    if len(at) == len(mine):
        counts, positions = np.diff(starts), occurrences.positions
    else:
        first = starts.take(at)
        counts = starts.take(at + 1) - first
        positions = occurrences.positions.take(ranges(first, counts))
    keys: I64 = np.repeat(mine.take(at).astype(np.int64) << 32, counts)
    keys |= positions
    return keys
