"""The best documents of a query, as a cluster ranks them, and as they are looked at on our side.

Does not depend on the client of a cluster.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nlargest
from typing import Final, NamedTuple

from coopsearch.search.engines.base import Order
from coopsearch.search.engines.nodes import And, Filter, Node, Rescored
from coopsearch.search.engines.opensearch.queries.asking import NOTHING, Json, State, total_of
from coopsearch.search.engines.opensearch.queries.compile import Compiler, Scored
from coopsearch.search.engines.opensearch.queries.deciding import LARGEST_PAGE, MOST_LOOKED, PAGE, too_many
from coopsearch.search.engines.opensearch.queries.documents import Documents, Hit, hits_of
from coopsearch.search.engines.opensearch.queries.local import Local, Looked
from coopsearch.search.engines.opensearch.queries.weights import Weights

#: How far a score of the cluster, which has 32 bits, may be from ours.
_SLACK: Final = 1e-5


class Ranked(NamedTuple):
    """The best documents of a query."""

    total: int
    """All documents that match."""
    best: list[Hit]
    """Best first, ties by path."""


class Ranking:
    """Ranks the documents of one state."""

    def __init__(
        self,
        state: State,
        documents: Documents,
        compiler: Compiler,
        local: Local,
        weights: Weights,
    ) -> None:
        """Take what answers, what compiles, what looks at documents, and what weighs them."""
        self._state, self._documents, self._compiler = state, documents, compiler
        self._local, self._statistics = local, weights.own
        self._rescored = weights.parameters.rescored

    def best(self, node: Node, limit: int) -> Ranked:
        """Return how many documents match, and the best."""
        query, exact = self._compiler.scored(node)
        if not exact:
            return self._best_of(node, query, limit)
        total, hits = self._documents.page(query, limit)
        return Ranked(total, self._filled(query, total, hits, limit))

    def _filled(self, query: Json, total: int, hits: list[Hit], limit: int) -> list[Hit]:
        """Return the first pages of a query, of which the first is known."""
        while len(hits) < min(limit, total):
            _, more = self._documents.page(query, limit - len(hits), after=hits[-1])
            if not more:
                break
            hits += more
        return hits

    def _best_of(self, node: Node, query: Json, limit: int) -> Ranked:
        """Return the same where the cluster only bounds scores: the highest are looked at first."""
        size = PAGE
        total, page = self._documents.page(query, size, tokens=True)
        found: list[Hit] = []
        seen = 0
        while page:
            seen += len(page)
            for hit in page:
                score = self._local.score(node, self._documents.looked(hit))
                if score is not None:
                    found.append(hit._replace(score=score))
            found = _first(found, limit)
            if seen >= total:
                break
            if len(found) == limit and found[-1].score > page[-1].score * (1.0 + _SLACK):
                break
            if seen >= MOST_LOOKED:
                raise too_many(total)
            # The fewer the highest tell, the more there are to come.
            size = min(2 * size, LARGEST_PAGE)
            _, page = self._documents.page(query, size, after=page[-1], tokens=True)
        return Ranked(total, found)

    def in_order(self, child: Node, more: Sequence[Node], limit: int, order: Order) -> Ranked:
        """Return the first documents in another order; what rescoring adds is added to each."""
        query, exact = self._compiler.scored(child)
        look = bool(more) or not exact
        total, hits = self._documents.page(query, limit, order=order, tokens=look)
        while len(hits) < min(limit, total):
            rest = limit - len(hits)
            _, page = self._documents.page(query, rest, order=order, after=hits[-1], tokens=look)
            if not page:
                break
            hits += page
        if look:
            hits = [self._rescore(hit, None if exact else child, more) for hit in hits]
        return Ranked(total, hits)

    def rescored(self, query: Rescored, child: Node, limit: int, counted: Sequence[Json]) -> Ranked:
        """Rank and rescore the documents of ``child``; the totals of ``counted`` are noted on the way."""
        most = self._rescored
        # Documents that are called so are rescored, however low they score.
        parts = [child, *(And((child, Filter(one))) for one in query.also)]
        compiled = [self._compiler.scored(part) for part in parts]
        bodies = [self._documents.body(one.query, most, tokens=True) for one in compiled if _is_asked(one)]
        answers = self._state.ask_all([*bodies, *map(self._state.counting, counted)])
        for body, answer in zip(counted, answers[len(bodies) :], strict=True):
            self._statistics.note(body, total_of(answer))
        pages: list[Ranked] = []
        for part, one in zip(parts, compiled, strict=True):
            if _is_asked(one):
                pages.append(Ranked(*hits_of(answers.pop(0))))
            else:
                pages.append(Ranked(0, []) if one.exact else self._best_of(part, one.query, most))
        total, first = pages[0]
        best = {hit.id: hit for page in reversed(pages) for hit in page.best}
        found = [self._rescore(hit, None, query.more) for hit in best.values()]
        if min(limit, total) > most:
            asked, exact = compiled[0]
            rest = (
                self._filled(asked, total, first, limit) if exact else self._best_of(child, asked, limit).best
            )
            found += [hit for hit in rest if hit.id not in best]
        return Ranked(total, _first(found, limit))

    def _rescore(self, hit: Hit, node: Node | None, more: Sequence[Node]) -> Hit:
        looked = self._documents.looked(hit)
        score = hit.score if node is None else self._local.score(node, looked) or 0.0
        return hit._replace(score=score + self.more(more, looked))

    def more(self, nodes: Sequence[Node], one: Looked) -> float:
        """Return what some nodes add together to the score of a document."""
        return sum(self._local.score(node, one) or 0.0 for node in nodes)


def _is_asked(one: Scored) -> bool:
    """Say whether the cluster answers a query by itself."""
    return one.exact and one.query != NOTHING


def _first(hits: Sequence[Hit], limit: int) -> list[Hit]:
    """Return the best, ties by path."""
    if len(hits) > limit:
        least = nlargest(limit, (hit.score for hit in hits))[-1]
        hits = [hit for hit in hits if hit.score >= least]
    return sorted(hits, key=lambda hit: (-hit.score, hit.path))[:limit]
