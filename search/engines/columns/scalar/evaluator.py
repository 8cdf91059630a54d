"""Answering the query algebra a number at a time, in the order in which columns are summed up.

What ``evaluate.evaluator`` and ``evaluate.rescore`` do with columns. Nodes that few small questions hold are
left to them. Does not depend on NumPy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from coopsearch.search.engines.columns.scalar.places import match_phrase, match_title, near
from coopsearch.search.engines.columns.scalar.single import single, singles
from coopsearch.search.engines.columns.scalar.state import Postings, Scored, State, TooMuch
from coopsearch.search.engines.nodes import (
    AllWordsFirst,
    And,
    AndMaybe,
    Everything,
    Filter,
    Group,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Range,
    Rescored,
    WholeTitle,
    conjuncts,
    demanded,
    disjuncts,
)

#: Stands for a score of 0 where not to be scored would mean not to match. Gone before anyone sees it.
_FAINT: Final = single(1e-30)
_FAINTEST: Final = single(1000 * _FAINT)

Item = tuple[Postings, float]
"""A list and its weight."""


class Evaluator:
    """Evaluates nodes over a state. Raises TooMuch for what it leaves to the other evaluator."""

    def __init__(self, state: State) -> None:
        """Take the state."""
        self._state = state
        self._phrases: dict[Phrase | WholeTitle, Scored] = {}

    def top(self, node: Node, *, scored: bool) -> Scored:
        """Return the documents that match, summed up as for the best of them, or without their scores."""
        if not scored:
            return Scored(self.scores(demanded(node)).docs)
        if isinstance(node, Group):
            postings, weight = self._weighted(node)
            return postings.weighed(weight)
        if isinstance(node, Or):
            items = [self._item(child) for child in disjuncts(node.children)]
            if all(postings.impacts is not None or not postings.docs for postings, _ in items):
                # The highest first, as those that evaluate a column at a time go through the lists.
                items.sort(key=lambda item: -item[1] * max(item[0].impacts or (0.0,)))
                return _clean(_united(items))
        return _clean(self.scores(node))

    def scores(self, node: Node) -> Scored:
        """Return all documents that match, with their scores."""
        state = self._state
        match node:
            case Group():
                postings, weight = self._weighted(node)
                return postings.weighed(weight)
            case Phrase():
                return self._phrase(node)
            case WholeTitle():
                return self._titled(node)
            case Range("date", low, high):
                return Scored(state.dated(low, high))
            case And(children):
                return self._all(children) if children else Scored([])
            case Or(children):
                return _united([self._item(child) for child in disjuncts(children)])
            case Not(child):
                gone = set(self.scores(child).docs)
                return Scored([doc for doc in state.everything if doc not in gone])
            case AndMaybe(required, optional):
                found = self.scores(required)
                return Scored(found.docs, _added(found.scores, self.at(optional, found.docs)))
            case Filter(child):
                return Scored(self.scores(child).docs)
            case Rescored(child) | AllWordsFirst(child):
                return self.scores(child)
            case Everything():
                return Scored(state.everything)
            case Nothing() | Near() | Range():
                return Scored([])
            case _:
                raise TooMuch

    def holders(self, node: Node) -> set[int]:
        """Return all documents that match."""
        return set(self.scores(demanded(node)).docs)

    def at(self, node: Node, docs: Sequence[int]) -> list[float] | None:
        """Return what a node gives to some documents (sorted); 0 to those that it does not match."""
        match node:
            case Or(children):
                total: list[float] | None = None
                for child in children:
                    total = _added(total, self.at(child, docs))
                return total
            case Near():
                return near(self._state, node, docs)
            case Not() | Filter() | Range() | Everything() | Nothing():
                return None
            case _:
                found = self.scores(node)
                return None if found.scores is None or not found.docs else found.of(docs)

    def _weighted(self, group: Group) -> Item:
        postings = self._state.group(group)
        if group.boost <= 0:
            # What scores nothing must not pass for what does not match.
            postings = postings._replace(impacts=None)
        return postings, group.boost * self._state.rarity(postings.df)

    def _item(self, node: Node) -> Item:
        """Return a node's documents as postings."""
        if isinstance(node, Group):
            return self._weighted(node)
        docs, scores = self.scores(node)
        if scores is not None and docs:
            return Postings(docs, [max(score, _FAINT) for score in scores], len(docs)), 1.0
        return Postings(docs, None, len(docs)), 1.0

    def _phrase(self, node: Phrase) -> Scored:
        known = self._phrases.get(node)
        if known is None:
            state = self._state
            docs, frequencies, field = match_phrase(state, node)
            known = Scored([])
            if docs:
                impacts = state.impacts(field, docs, frequencies)
                known = Postings(docs, impacts, 0).weighed(node.boost * state.phrase_rarity(node))
            self._phrases[node] = known
        return known

    def _titled(self, node: WholeTitle) -> Scored:
        known = self._phrases.get(node)
        if known is None:
            known = self._phrases[node] = match_title(self._state, node)
        return known

    def _all(self, children: Iterable[Node]) -> Scored:
        """Intersect, the shortest list first; phrases last, and then what must not match."""
        items: list[Item] = []
        phrases: list[Phrase] = []
        forbidden: list[Node] = []
        for child in conjuncts(children):
            match child:
                case Phrase():
                    phrases.append(child)
                case Not(inner):
                    forbidden.append(inner)
                case Everything():
                    continue
                case _:
                    items.append(self._item(child))
        found: Scored | None = None
        for postings, weight in sorted(items, key=lambda item: len(item[0].docs)):
            found = _both(found, postings.weighed(weight))
        for phrase in phrases:
            if found is None or found.docs:
                found = _both(found, self._phrase(phrase))
        if found is None:
            found = Scored(self._state.everything)
        for node in forbidden:
            if found.docs:
                found = _those(found, self.scores(node).docs, kept=False)
        return found

    def rescored(self, query: Rescored, found: Scored, limit: int) -> Scored:
        """Return the documents with what ``query.more`` adds to the best of them and to those of ``also``."""
        docs, scores = found.docs, found.scores or [0.0] * len(found.docs)
        given = dict(zip(docs, scores, strict=True))
        best = self._best(docs, given)
        chosen = set(best)
        for node in query.also:
            named = self.scores(node).docs
            if not named:
                continue
            if isinstance(query.child, Group | Or):
                holders = self.holders(query.child)
                named = [doc for doc in named if doc in holders]
                sums = self.at(query.child, named) or [0.0] * len(named)
                others = dict(zip(named, sums, strict=True))
            else:
                others = {doc: given[doc] for doc in named if doc in given}
            for doc in self._best(sorted(others), others):
                if doc not in chosen:
                    chosen.add(doc)
                    given[doc] = others[doc]
        order = sorted(chosen)
        sums = [given[doc] for doc in order]
        for addition in query.more:
            sums = _added(sums, self.at(addition, order)) or sums
        given.update(zip(order, sums, strict=True))
        # The rest comes after all of the best, which only gain.
        kept = docs if limit > len(best) else order
        named = sorted({*kept, *order})
        return Scored(named, [given[doc] for doc in named])

    def _best(self, docs: list[int], scores: dict[int, float]) -> list[int]:
        """Return the best ``rescored`` documents, ties by path."""
        limit = self._state.parameters.rescored
        if len(docs) <= limit:
            return docs
        return first(self._state, docs, scores, limit)


def first(state: State, docs: Sequence[int], scores: dict[int, float], limit: int) -> list[int]:
    """Return the ``limit`` best of some documents, best first, ties by path."""
    if not limit:
        return []
    order = sorted(docs, key=lambda doc: -scores[doc])
    # Reading a path costs more than all the rest: it is read where it decides.
    found: list[int] = []
    at = 0
    while at < len(order) and len(found) < limit:
        end = at
        while end < len(order) and scores[order[end]] == scores[order[at]]:
            end += 1
        tied = order[at:end]
        if len(tied) > 1:
            state.take(10 * len(tied))
            tied.sort(key=lambda doc: _path(state, doc))
        found += tied
        at = end
    return found[:limit]


def _path(state: State, number: int) -> bytes:
    segment, own = state.locate(number)
    return segment.path_of(own)


def _united(items: Sequence[Item]) -> Scored:
    """Return the documents that any list holds, with the sums in the order of the lists."""
    lists = [postings.weighed(weight) for postings, weight in items if postings.docs]
    if len(lists) == 1:
        return lists[0]
    sums: dict[int, float] = {}
    for docs, scores in lists:
        for doc, score in zip(docs, scores or [0.0] * len(docs), strict=True):
            before = sums.get(doc)
            sums[doc] = score if before is None else single(before + score)
    docs = sorted(sums)
    if all(scores is None for _, scores in lists):
        return Scored(docs)
    return Scored(docs, [sums[doc] for doc in docs])


def _both(found: Scored | None, other: Scored) -> Scored:
    """Return the documents of both."""
    if found is None:
        return other
    kept = _those(found, other.docs, kept=True)
    if other.scores is None:
        return kept
    return Scored(kept.docs, _added(kept.scores, other.of(kept.docs)))


def _those(found: Scored, others: Iterable[int], *, kept: bool) -> Scored:
    """Return the documents that are among others, or those that are not."""
    held = set(others)
    at = [place for place, doc in enumerate(found.docs) if (doc in held) is kept]
    scores = found.scores
    return Scored(
        [found.docs[place] for place in at], None if scores is None else [scores[place] for place in at]
    )


def _clean(found: Scored) -> Scored:
    if found.scores is None:
        return found
    return Scored(found.docs, [score if score > _FAINTEST else 0.0 for score in found.scores])


def _added(scores: list[float] | None, more: list[float] | None) -> list[float] | None:
    if scores is None or more is None:
        return more if scores is None else scores
    return singles(one + other for one, other in zip(scores, more, strict=True))
