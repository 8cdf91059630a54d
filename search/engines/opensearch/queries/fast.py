"""The fast way to the best documents of a large index: the cluster passes over whole blocks of the others.

Lucene does so where each term scores by itself: the similarity of the stems does that for weights that were
multiplied with ``mapping.FAST``. The sum of the terms is nearly our score: it differs by what the forms of
one word share, by lengths that are kept in a byte, and by the mean length, which is that of a shard. The best
thousand of each shard by it are scored exactly, and are nearly always all of the best. Does not depend on the
client of a cluster.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from coopsearch.search import schema
from coopsearch.search.engines.nodes import And, AndMaybe, Group, Node, Or
from coopsearch.search.engines.opensearch import mapping
from coopsearch.search.engines.opensearch.queries.asking import Json
from coopsearch.search.engines.opensearch.queries.weights import Weights
from coopsearch.search.engines.opensearch.terms import written
from coopsearch.search.errors import SettingsError
from coopsearch.search.ranking import DEFAULT, lesser

#: The variable that says how the best are looked for: exact or fast.
VARIABLE: Final = "COOPSEARCH_OPENSEARCH_RANKING"
#: Documents of an index that is asked so unless something else is wished.
FROM: Final = 100_000
#: Documents of each shard that are scored exactly.
CANDIDATES: Final = 1_000
#: Terms of one word: with more of them, blocks say little.
_MOST_TERMS: Final = 32
#: How many times as frequent as the word itself its lesser forms may be, to be told well enough by a sum.
_LESSER: Final = 4


def is_fast(documents: int) -> bool:
    """Say whether an index of so many documents is asked so. Raises SettingsError for another wish."""
    wanted = os.environ.get(VARIABLE, "")
    if wanted not in {"", "exact", "fast"}:
        raise SettingsError(f"{VARIABLE} is {wanted!r}; it can be exact or fast, or not set")
    return wanted == "fast" or (not wanted and documents >= FROM)


def candidates_of(node: Node, weights: Weights) -> Json | None:
    """Return the query whose best documents are nearly always the best of a node; None if there is none."""
    if (weights.parameters.k1, weights.parameters.b) != (DEFAULT.k1, DEFAULT.b):
        return None  # the index was made with these
    return _candidates(node, weights)


def _candidates(node: Node, weights: Weights) -> Json | None:
    match node:
        case Group():
            return _group(node, weights)
        case Or(children):
            return _several(children, weights, "should")
        case And(children):
            return _several(children, weights, "must")
        case AndMaybe(required, optional):
            one, other = _candidates(required, weights), _candidates(optional, weights)
            return None if one is None or other is None else {"bool": {"must": [one], "should": [other]}}
        case _:
            return None


def _several(children: Sequence[Node], weights: Weights, clause: str) -> Json | None:
    found = [_candidates(child, weights) for child in children]
    return {"bool": {clause: found}} if found and None not in found else None


def _group(group: Group, weights: Weights) -> Json | None:
    if group.field != schema.STEMS or len(group.terms) > _MOST_TERMS:
        return None
    counts = weights.own.of([(group.field, term) for term, _ in group.terms])
    pairs = [(term, own, count) for (term, own), count in zip(group.terms, counts, strict=True) if count]
    full = max((count for _, own, count in pairs if own == 1.0), default=0)
    if not full or any(count > max(CANDIDATES, _LESSER * full) for _, own, count in pairs if own != 1.0):
        return None
    weight = weights.group(group)
    found = [_term(term, weight if own == 1.0 else weight * _share(own)) for term, own, _ in pairs]
    return found[0] if len(found) == 1 else {"bool": {"should": found}}


def _share(own: float) -> float:
    """Return what an occurrence of a lesser form is worth of a whole one, in a text of mean length."""
    frequency = lesser(own)
    return frequency * (1.0 + DEFAULT.k1) / (frequency + DEFAULT.k1)


def _term(term: str, weight: float) -> Json:
    return {"term": {schema.STEMS: {"value": written(term), "boost": weight * mapping.FAST}}}
