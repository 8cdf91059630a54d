"""Documents looked at one by one, on our side: what a node gives each, from its tokens.

The same numbers as everywhere, in plain Python. Does not depend on the client of a cluster.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from coopsearch.search.engines import codes
from coopsearch.search.engines.as_written import Checks
from coopsearch.search.engines.nodes import (
    AllWordsFirst,
    And,
    AndMaybe,
    Broad,
    Checked,
    Everything,
    Filter,
    Group,
    Near,
    Neighbours,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Range,
    Rescored,
    Spelled,
    WholeTitle,
)
from coopsearch.search.engines.opensearch import mapping
from coopsearch.search.engines.opensearch.beside import title_key
from coopsearch.search.engines.opensearch.queries.asking import NOTHING
from coopsearch.search.engines.opensearch.queries.compile import Compiler, as_decided
from coopsearch.search.engines.opensearch.queries.weights import Weights, pairs_of, slots_of
from coopsearch.search.engines.opensearch.tokens import Tokens, Wanted
from coopsearch.search.engines.whoosh.position_matching import (
    begins_in_order,
    count_ordered,
    count_rows,
    count_unordered,
)
from coopsearch.search.ranking import attraction, lesser

_BITS: Final = struct.Struct("f")


class Looked(NamedTuple):
    """A document to be looked at."""

    id: str
    number: int
    path: str
    tokens: Tokens


class Local:
    """Evaluates nodes over single documents."""

    def __init__(self, weights: Weights, compiler: Compiler, checks: Checks) -> None:
        """Take what weighs nodes, what finds candidates, and what is known of texts as they are written."""
        self._weights, self._compiler, self._checks = weights, compiler, checks

    def score(self, node: Node, document: Looked) -> float | None:
        """Return what a node gives a document, None if that does not match."""
        if (looked := as_decided(node)) is not None:
            if document.id not in looked.ids:
                return None
            child = looked.child
            return self.score(child.child if isinstance(child, Checked) else child, document)
        tokens = document.tokens
        match node:
            case Group():
                return self._group(node, tokens)
            case Broad(field, terms):
                return 0.0 if self._holds_any(field, terms.terms, tokens) else None
            case Phrase():
                count = self._phrase(node, tokens)
                return self._placed(node.field, count, lambda: self._weights.phrase(node), tokens)
            case Neighbours():
                field = node.parts[0][0].field
                count = self._neighbours(node, tokens)
                return self._placed(field, count, lambda: self._weights.neighbours(node), tokens)
            case Spelled():
                count = self._spelled(node, document)
                return self._placed(node.field, count, lambda: self._weights.spelled(node), tokens)
            case Range(field, low, high):
                days = [int(day) for day in tokens.keywords(field)]
                return 0.0 if any(_within(day, low, high) for day in days) else None
            case And(children):
                return self._all(children, document)
            case Or(children):
                some = [self.score(child, document) for child in children]
                scores = [score for score in some if score is not None]
                return sum(scores) if scores else None
            case Not(child):
                return 0.0 if self.score(child, document) is None else None
            case AndMaybe(required, optional):
                score = self.score(required, document)
                return None if score is None else score + (self.score(optional, document) or 0.0)
            case Checked(child, wanted):
                score = self.score(child, document)
                if score is None:
                    return None
                found = self._checks.holding(wanted, (document.number,), lambda _: tokens.document)[0]
                return score if found else None
            case Filter(child):
                return None if self.score(child, document) is None else 0.0
            case Rescored(child) | AllWordsFirst(child):
                return self.score(child, document)
            case Everything():
                return 0.0
            case Nothing():
                return None
            case Near():
                return self._near(node, tokens) or None
            case WholeTitle(words, boost):
                called = tokens.title == title_key(words) and self._compiler.matches(node) != NOTHING
                return boost if called else None

    def single(self, node: Node, document: Looked) -> float | None:
        """Return the same as the cluster does, which keeps the score of each part in 32 bits."""
        match node:
            case Or(children):
                found = [score for child in children if (score := self.single(child, document)) is not None]
                return in_32_bits(sum(found)) if found else None
            case And(children):
                scores = [self.single(child, document) for child in children]
                return (
                    None
                    if not scores or None in scores
                    else in_32_bits(sum(score or 0.0 for score in scores))
                )
            case AndMaybe(required, optional):
                score = self.single(required, document)
                return None if score is None else in_32_bits(score + (self.single(optional, document) or 0.0))
            case _:
                score = self.score(node, document)
                return None if score is None else in_32_bits(score)

    def frequency(self, field: str, term: str, tokens: Tokens) -> float:
        """Return the weighted frequency of a term; of a keyword 1 or 0."""
        if field in mapping.TEXTS:
            return float(tokens.of(field, term).frequency)
        return float(term in tokens.keywords(field))

    def _all(self, children: Sequence[Node], document: Looked) -> float | None:
        if not children:
            return None
        total = 0.0
        for child in children:
            score = self.score(child, document)
            if score is None:
                return None
            total += score
        return total

    def _group(self, group: Group, tokens: Tokens) -> float | None:
        field = group.field
        if field not in mapping.TEXTS:
            return 0.0 if self._holds_any(field, [term for term, _ in group.terms], tokens) else None
        full = less = 0.0
        for found, (_, weight) in zip(tokens.each(field, group.terms), group.terms, strict=True):
            if not found.frequency:
                continue
            if weight == 1.0:
                full += found.frequency
            else:
                less += weight * found.frequency
        if not full and not less:
            return None
        weight = self._weights.group(group)
        return self._weights.bm25(field, weight, full + lesser(less), tokens.length(field))

    def _holds_any(self, field: str, terms: Sequence[str], tokens: Tokens) -> bool:
        if field not in mapping.TEXTS:
            return not set(tokens.keywords(field)).isdisjoint(terms)
        tokens.look_for({field: terms})
        return any(tokens.of(field, term).frequency for term in terms)

    def _placed(self, field: str, count: int, weigh: Callable[[], float], tokens: Tokens) -> float | None:
        """Return the score of a number of places."""
        if not count:
            return None
        return self._weights.bm25(field, weigh(), float(count), tokens.length(field))

    def _slots(self, phrase: Phrase, tokens: Tokens) -> list[list[int]] | None:
        """Return the positions of each slot; None if one has none."""
        found: list[list[int]] = []
        for field, terms in slots_of(phrase):
            if field not in mapping.TEXTS:
                return None
            tokens.look_for({field: terms})
            places = [at for term in terms if (at := tokens.of(field, term).positions)]
            if not places:
                return None
            found.append(places[0] if len(places) == 1 else sorted({at for some in places for at in some}))
        return found or None

    def _phrase(self, phrase: Phrase, tokens: Tokens) -> int:
        slots = self._slots(phrase, tokens)
        if slots is None:
            return 0
        return (count_ordered if phrase.ordered else count_unordered)(slots, phrase.slop)

    def _neighbours(self, node: Neighbours, tokens: Tokens) -> int:
        parts: list[list[tuple[list[int], int]]] = []
        for part in node.parts:
            rows = [
                (at, len(slots))
                for row in part
                if (slots := self._slots(row, tokens)) and (at := begins_in_order(slots, 0))
            ]
            if not rows:
                return 0
            parts.append(rows)
        return count_rows(parts, node.slop, in_order=node.ordered)

    def _spelled(self, node: Spelled, document: Looked) -> int:
        tokens = document.tokens
        tokens.look_for({node.field: [term for _, _, term in node.edges]})
        reached: dict[int, set[int]] = {}
        for start, end, term in node.edges:
            at = tokens.of(node.field, term).positions
            standing = reached.get(start, set()).intersection(at) if start else set(at)
            reached.setdefault(end, set()).update(position + 1 for position in standing)
        count = len(reached.get(node.length, ()))
        if not count or not node.text:
            return count
        if self._weights.own.total(self._compiler.places(node).query) > codes.MOST:
            return count
        return count if codes.holding(node.text, (document.number,), lambda _: tokens.document)[0] else 0

    def _near(self, node: Near, tokens: Tokens) -> float:
        """Return what closeness adds."""
        held: list[tuple[int, int]] = []
        present = 0
        for word, group in enumerate(node.groups):
            places = [one.positions for one in tokens.each(group.field, group.terms) if one.frequency]
            own = places[0] if len(places) == 1 else {at for some in places for at in some}
            held += [(at, word) for at in own]
            present += bool(own)
        if present < 2:  # noqa: PLR2004 - nothing is close to itself
            return 0.0
        held.sort()
        window = self._weights.parameters.window
        gained = [0.0] * len(node.groups)
        weights = [self._weights.rarity(group) for group in node.groups]
        for (before, one), (after, other) in pairwise(held):
            if one != other and 0 < after - before <= window:
                gained[one] += attraction(weights[other], after - before)
                gained[other] += attraction(weights[one], after - before)
        return sum(map(self._weights.parameters.close, weights, gained)) if any(gained) else 0.0


def wanted_of(nodes: Iterable[Node]) -> Wanted:
    """Return the terms of text that some nodes ask for: looked for at once, they are found in one pass."""
    found: dict[str, dict[str, None]] = {}
    for field, term in pairs_of(nodes):
        if field in mapping.TEXTS:
            found.setdefault(field, {})[term] = None
    return found


def in_32_bits(score: float) -> float:
    """Return a number as 32 bits hold it."""
    found: float = _BITS.unpack(_BITS.pack(score))[0]
    return found


def _within(day: int, low: int | None, high: int | None) -> bool:
    return (low is None or day >= low) and (high is None or day <= high)


def located(tokens: Tokens, slots: Sequence[Sequence[tuple[str, str]]]) -> list[list[int]]:
    """Return the positions of each slot's (field, term) pairs, sorted, none twice."""
    return [
        sorted({at for field, term in pairs for at in tokens.of(field, term).positions}) for pairs in slots
    ]
