"""Phrases: which documents hold all the slots, and how often in the wanted order.

Documents are intersected first, from the rarest slot; positions are looked at only for those that are left.
Does not depend directly on ranking formulas.
"""

from __future__ import annotations

import numpy as np

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
from coopsearch.search.engines.columns.evaluate.position_matching import adjacent, ordered, unordered
from coopsearch.search.engines.columns.evaluate.positions import Occurrences
from coopsearch.search.engines.columns.evaluate.snapshot import MANY, Snapshot
from coopsearch.search.engines.columns.field_columns import GAP_KEPT, PLACES, RUNS, SCORED
from coopsearch.search.engines.nodes import Phrase

#: With so many documents or more it is cheaper to mark them than to search for each.
_MANY = 1 << 10
#: More positions than any document has.
_WIDEST = 1 << 31


Slot = tuple[str, tuple[str, ...]]


def match_phrase(snapshot: Snapshot, node: Phrase, within: I32 | None) -> tuple[I32, F32, str]:
    """Return the documents (of ``within``, if given) that match, the occurrences in each, and the family."""
    place = PLACES.get(node.field)
    if place is None or place.family not in SCORED or not node.slots or not all(node.slots):
        return NO_DOCS, NO_SCORES, ""
    docs = _candidates(snapshot, node, within)
    if not len(docs):
        return NO_DOCS, NO_SCORES, place.family
    keys: dict[Slot, I64] = {}
    wanted = _slots(node)
    for slot in wanted:
        if slot not in keys:
            field, terms = slot
            keys[slot] = _keys_of(snapshot, field, tuple(dict.fromkeys(terms)), docs)
    if node.slop >= GAP_KEPT and place.family in RUNS:
        # So wide a phrase may reach over a gap that was cut: its true width counts.
        keys = {slot: snapshot.true_keys(values) for slot, values in keys.items()}
    slots = [keys[slot] for slot in wanted]
    # A document lies 2**32 from the next: a wider phrase would reach into it.
    slop = min(node.slop, _WIDEST)
    if not node.ordered:
        found = unordered(slots, slop)
    elif slop:
        found = ordered(slots, slop)
    else:
        found = adjacent(slots)
    owners = found >> 32
    mark = marked(first_of_runs(owners))
    counts = np.diff(np.append(mark, len(found))).astype(np.float32)
    return owners[mark].astype(np.int32), counts, place.family


def _slots(node: Phrase) -> list[Slot]:
    """Return each slot with the field that it is in."""
    return list(zip(node.fields or (node.field,) * len(node.slots), node.slots, strict=True))


def _candidates(snapshot: Snapshot, node: Phrase, within: I32 | None) -> I32:
    """Return the documents that hold every slot, in any order."""
    slots = [
        snapshot.term(field, terms[0])
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
