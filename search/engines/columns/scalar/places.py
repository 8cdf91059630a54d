"""Where words stand: phrases, whole titles, and how close together words are, a number at a time.

What ``evaluate.phrases`` and ``evaluate.proximity`` do with columns. Does not depend on NumPy.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from coopsearch.search import ranking, schema
from coopsearch.search.engines import titles
from coopsearch.search.engines.columns.field_columns import PLACES, SCORED, TITLE
from coopsearch.search.engines.columns.scalar.single import single
from coopsearch.search.engines.columns.scalar.state import Scored, State, TooMuch
from coopsearch.search.engines.columns.storage import stored_document as records
from coopsearch.search.engines.nodes import Near, Phrase, WholeTitle


def match_phrase(state: State, node: Phrase) -> tuple[list[int], list[float], str]:
    """Return the documents that match, the occurrences in each, and the indexed field."""
    place = PLACES.get(node.field)
    if place is None or place.field not in SCORED or not node.slots or not all(node.slots):
        return [], [], ""
    if node.slop or not node.ordered:
        raise TooMuch
    slots = list(zip(node.fields or (node.field,) * len(node.slots), node.slots, strict=True))
    if not all(state.max_df(field, terms) for field, terms in slots):
        return [], [], place.field
    spots = {slot: _spots(state, *slot) for slot in dict.fromkeys(slots)}
    rarest = min(spots.values(), key=len)
    docs: list[int] = []
    counts: list[float] = []
    for doc in sorted(rarest):
        if all(doc in held for held in spots.values()):
            starts = set(spots[slots[0]][doc])
            for step, slot in enumerate(slots):
                starts &= {spot - step for spot in spots[slot][doc]}
            if starts:
                docs.append(doc)
                counts.append(float(len(starts)))
    return docs, counts, place.field


def _spots(state: State, field: str, terms: Sequence[str]) -> dict[int, Collection[int]]:
    """Return, for each document that holds any of some terms, where these stand in it."""
    found: dict[int, Collection[int]] = {}
    for term in dict.fromkeys(terms):
        for doc, spots in state.positions(field, term).items():
            found[doc] = {*found[doc], *spots} if doc in found else spots
    return found


def match_title(state: State, node: WholeTitle) -> Scored:
    """Return the documents whose whole title is a row of words; each gets the boost."""
    words = node.words
    if len(words) == 1:
        docs = state.term(schema.TITLE_WORDS, words[0]).docs
    else:
        docs = match_phrase(state, Phrase(schema.TITLE_WORDS, tuple((word,) for word in words)))[0]
    most = titles.longest(words)
    docs = [doc for doc, length in zip(docs, state.lengths(TITLE, docs), strict=True) if length <= most]
    if len(docs) > titles.MOST:
        return Scored([], [])
    state.take(100 * len(docs))
    found = [doc for doc in docs if titles.is_whole(_title(state, doc), words)]
    return Scored(found, [single(node.boost)] * len(found))


def _title(state: State, number: int) -> str:
    segment, own = state.locate(number)
    return records.title(segment.store.head(own))


def near(state: State, node: Near, docs: Sequence[int]) -> list[float] | None:
    """Return Parameters.close of the words for each of some documents (sorted)."""
    parameters = state.parameters
    spots: list[dict[int, list[int]]] = []
    """By the word: document -> its positions, more than one list of a word side by side."""
    weights: list[float] = []
    for group in node.groups:
        postings = state.group(group)
        if not postings.docs:
            continue
        held: dict[int, list[int]] = {}
        for term, _ in group.terms:
            for doc, positions in state.positions(group.field, term).items():
                held[doc] = held.get(doc, []) + positions
        spots.append(held)
        weights.append(state.rarity(postings.df))
    if len(weights) < 2 or not any(doc in held for held in spots for doc in docs):
        return None
    # As in Parameters.close, in the order in which arrays are summed up.
    k = parameters.closeness_k
    scale = parameters.closeness * (k + 1.0)
    told = [scale * min(1.0, weight) for weight in weights]
    unit = ranking.attraction(1.0, 1)
    scores: list[float] = []
    close = False
    for doc in docs:
        row = sorted((spot, word) for word, held in enumerate(spots) for spot in held.get(doc, ()))
        before, after = [0.0] * len(weights), [0.0] * len(weights)
        for (spot, word), (following, other) in pairwise(row):
            gap = following - spot
            if 0 < gap <= parameters.window and word != other:
                close = True
                share = unit / float(gap * gap)
                before[word] += weights[other] * share
                after[other] += weights[word] * share
        score = 0.0
        for place, counts in enumerate(told):
            gained = before[place] + after[place]
            score += gained / (gained + k) * counts
        scores.append(single(score))
    return scores if close else None
