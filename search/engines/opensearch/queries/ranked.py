"""The best documents of a query, as a cluster ranks them, and as they are looked at on our side.

Does not depend on the client of a cluster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import nlargest
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from coopsearch.search.engines.base import Order
from coopsearch.search.engines.nodes import And, Filter, Near, Node, Rescored
from coopsearch.search.engines.opensearch import closeness
from coopsearch.search.engines.opensearch.queries.apart import Apart, Stems
from coopsearch.search.engines.opensearch.queries.asking import NOTHING, Json, State, any_of, total_of
from coopsearch.search.engines.opensearch.queries.compile import Compiler, Scored
from coopsearch.search.engines.opensearch.queries.deciding import MOST_LOOKED, PAGE, next_size, too_many
from coopsearch.search.engines.opensearch.queries.documents import Documents, Hit, hits_of, page_of
from coopsearch.search.engines.opensearch.queries.fast import CANDIDATES, candidates_of
from coopsearch.search.engines.opensearch.queries.local import Local, Looked, in_32_bits, wanted_of
from coopsearch.search.engines.opensearch.queries.remembered import Remembered
from coopsearch.search.engines.opensearch.queries.weights import Weights
from coopsearch.search.engines.opensearch.tokens import Wanted

#: How far a score of the cluster, which has 32 bits, may be from ours.
_SLACK: Final = 1e-5
#: The most hits that come with what is shown of them, and how many more are looked at to see who is the last.
FEW: Final = 32
_FURTHER: Final = 6
#: Questions of which it is remembered how they are put to the cluster.
_REMEMBERED: Final = 1 << 9


class Ranked(NamedTuple):
    """The best documents of a query."""

    total: int
    """All documents that match."""
    best: list[Hit]
    """Best first, ties by path."""


class _Asking(NamedTuple):
    """How a question is put to the cluster, as long as nothing else weighs its words."""

    child: Node
    """What it is once it was decided what the cluster cannot decide."""
    limit: int
    parts: Sequence[Node]
    compiled: Sequence[Scored]
    """Of each part."""
    bodies: Sequence[Json] = ()
    """The searches by which the cluster rescores; none where it cannot."""
    pages: int = 0
    """How many of these answer with documents."""
    matching: Mapping[str, Any] = MappingProxyType({})
    """What counts the documents that match, where the searches pass over some."""
    wanted: Wanted = MappingProxyType({})
    """The terms that are looked for in the first few."""


class Ranking:
    """Ranks the documents of one state."""

    def __init__(  # noqa: PLR0913 - what a state and its documents are
        self,
        state: State,
        documents: Documents,
        compiler: Compiler,
        local: Local,
        weights: Weights,
        shards: int,
        *,
        fast: bool,
        stems: Stems,
    ) -> None:
        """Take what answers, what compiles, what looks at documents, and what weighs them.

        ``shards`` is in how many parts the documents are, each of which ranks its own. ``fast`` is whether
        the best may be looked for among likely ones, ``stems`` gives all stems of the index.
        """
        self._state, self._documents, self._compiler = state, documents, compiler
        self._local, self._weights, self._statistics = local, weights, weights.own
        self._parameters, self._rescored = weights.parameters, weights.parameters.rescored
        self._shards, self._fast = shards, fast
        self._apart = Apart(stems, self._statistics)
        self._known: Remembered[_Asking] = Remembered(_REMEMBERED)

    def best(self, node: Node, limit: int) -> Ranked:
        """Return how many documents match, and the best."""
        query, exact = self._compiler.scored(node)
        if query == NOTHING:
            return Ranked(0, [])
        if not exact:
            return self._best_of(node, query, limit)
        total, hits = self._documents.page(query, limit, packed=limit <= FEW)
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
        total, page = self._documents.page(query, PAGE, packed=True)
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
            _, page = self._documents.page(query, next_size(page), after=page[-1], packed=True)
        return Ranked(total, found)

    def in_order(self, child: Node, more: Sequence[Node], limit: int, order: Order) -> Ranked:
        """Return the first documents in another order; what rescoring adds is added to each."""
        query, exact = self._compiler.scored(child)
        look = bool(more) or not exact
        total, hits = self._documents.page(query, limit, order=order, packed=look)
        while len(hits) < min(limit, total):
            rest = limit - len(hits)
            _, page = self._documents.page(query, rest, order=order, after=hits[-1], packed=look)
            if not page:
                break
            hits += page
        if look:
            hits = [self._rescore(hit, None if exact else child, more) for hit in hits]
        return Ranked(total, hits)

    def rescored(self, query: Rescored, child: Node, limit: int, counted: Sequence[Json]) -> Ranked:
        """Rank and rescore the documents of ``child``; the totals of ``counted`` are noted on the way."""
        known = self._known.of(query)
        if known is None or known.limit != limit or known.child != child:
            known = self._known.note(query, self._asking(query, child, limit))
        if known.bodies and (found := self._rescored_there(query, known, counted)) is not None:
            return found
        return self._rescored_here(query, limit, counted, known.parts, known.compiled)

    def forget(self) -> None:
        """Forget how questions are put: something else weighs their words from now on."""
        self._known.forget()

    def _asking(self, query: Rescored, child: Node, limit: int) -> _Asking:
        """Return how a question is put to the cluster."""
        # Documents that are called so are rescored, however low they score.
        parts = [child, *(And((child, Filter(one))) for one in query.also)]
        compiled = [self._compiler.scored(part) for part in parts]
        here = _Asking(child, limit, parts, compiled)
        size = limit + _FURTHER
        # Which of equals is the last that is rescored is left to chance: what is shown is far from it.
        if limit > FEW or 2 * size > self._rescored or not all(one.exact for one in compiled):
            return here
        more = self._added_there(query.more)
        asked = [one for one in compiled if _is_asked(one)]
        if more is None or compiled[0] not in asked:
            return here
        rescore = {"window_size": self._rescored, "query": {"rescore_query": more}}
        bodies = [self._documents.body(one.query, size, packed=True, rescore=rescore) for one in asked]
        likely = candidates_of(child, self._weights) if self._fast and len(compiled) == 1 else None
        matching: Json = {}
        if likely is not None:
            exact = {"rescore_query": compiled[0].query, "query_weight": 0.0}
            ranked: Json = {"window_size": CANDIDATES, "query": exact}
            body = self._documents.body(likely, size, packed=True, rescore=[ranked, rescore])
            matching = self._compiler.matches(child)
            # All that match are counted apart: whoever counts passes over nothing.
            bodies = [{**body, "track_total_hits": False}]
        if self._shards > 1:
            # Each part ranks so many of its own best anew, and only the best of all are to be.
            first, how = (compiled[0].query, {}) if likely is None else (likely, {"rescore": ranked})
            last = self._state.body(first, size=1, track_total_hits=False, stored_fields="_none_", **how)
            bodies.append({**last, "from": self._rescored - 1})
        return here._replace(
            bodies=bodies, pages=len(asked), matching=matching, wanted=wanted_of((child, *query.more))
        )

    def _rescored_there(self, query: Rescored, known: _Asking, counted: Sequence[Json]) -> Ranked | None:
        """Have the cluster rescore, and look at the first few; None where these do not tell."""
        child, limit, matching = known.child, known.limit, dict(known.matching)
        answers = self._asked(known.bodies, [matching, *counted] if matching else counted)
        if matching:
            totals = [self._statistics.total(matching)]
        else:
            totals = [total_of(answer) for answer in answers[: known.pages]]
        pages = [(total, hits_of(answer)) for total, answer in zip(totals, answers, strict=False)]
        least = 0.0
        if self._shards > 1 and (hits := answers[len(known.bodies) - 1]["hits"]["hits"]):
            least = float(hits[0]["_score"])
        # Where there is one part, it has ranked all of the best anew.
        sure = self._shards == 1 and self._apart.sure(query.more)
        if sure and (ranked := _as_they_are(pages, limit)) is not None:
            self._documents.expect(ranked.best)
            return ranked
        found: dict[str, Hit] = {}
        # No score is below 0, and one of 0 is one: of a word that weighs nothing.
        beyond = -1.0
        for page, (total, answered) in enumerate(pages):
            first = _told_apart(answered, limit)
            if total > len(first):
                # Those that were asked for beyond it are not looked at where they are clearly no hits.
                behind = answered[min(len(first), len(answered) - 1)]
                beyond = max(beyond, behind.score * (1.0 + _SLACK))
            for hit in first:
                looked = self._documents.looked(hit)
                looked.tokens.look_for(known.wanted)
                base = self._local.single(child, looked) or 0.0
                score = self._together(base, query.more, looked)
                if abs(score - hit.score) > _SLACK * max(1.0, score):
                    return None
                if not page and base < least * (1.0 - _SLACK):
                    return None
                found[hit.id] = hit._replace(score=score)
        best = _first(list(found.values()), limit)
        if beyond >= 0.0 and (len(best) < limit or best[-1].score <= beyond):
            return None
        return Ranked(pages[0][0], best)

    def _asked(self, bodies: Sequence[Json], counted: Sequence[Json]) -> list[Json]:
        """Run some searches, and note on the way how many documents others find; return their answers."""
        new = [body for body in counted if not self._statistics.knows(body)]
        answers = self._state.ask_all([*bodies, *map(self._state.counting, new)])
        for body, answer in zip(new, answers[len(bodies) :], strict=True):
            self._statistics.note(body, total_of(answer))
        return answers

    def _added_there(self, nodes: Sequence[Node]) -> Json | None:
        """Return the query of the cluster that scores what some nodes add; None if there is none."""
        found: list[Json] = []
        for node in nodes:
            if isinstance(node, Near):
                weights = [self._weights.rarity(group) for group in node.groups]
                query = closeness.query_of(node, weights, self._parameters)
            else:
                query, exact = self._compiler.scored(node)
                query = query if exact else None
            if query is None:
                return None
            found.append(query)
        return any_of(found)

    def _rescored_here(
        self,
        query: Rescored,
        limit: int,
        counted: Sequence[Json],
        parts: Sequence[Node],
        compiled: Sequence[Scored],
    ) -> Ranked:
        """Have the cluster rank, and rescore on our side."""
        most = self._rescored
        bodies = [self._documents.body(one.query, most, packed=True) for one in compiled if _is_asked(one)]
        answers = self._asked(bodies, counted)
        pages: list[Ranked] = []
        for part, one in zip(parts, compiled, strict=True):
            if _is_asked(one):
                pages.append(Ranked(*page_of(answers.pop(0))))
            else:
                pages.append(Ranked(0, []) if one.exact else self._best_of(part, one.query, most))
        total, first = pages[0]
        best = {hit.id: hit for page in reversed(pages) for hit in page.best}
        wanted = wanted_of((parts[0], *query.more))
        for hit in best.values():
            self._documents.looked(hit).tokens.look_for(wanted)
        # As of a few hits: whoever asks for more sees the same scores.
        found = [self._rescored_hit(hit, parts[0], query.more) for hit in best.values()]
        if min(limit, total) > most:
            asked, exact = compiled[0]
            rest = (
                self._filled(asked, total, first, limit)
                if exact
                else self._best_of(parts[0], asked, limit).best
            )
            found += [hit for hit in rest if hit.id not in best]
        return Ranked(total, _first(found, limit))

    def _rescore(self, hit: Hit, node: Node | None, more: Sequence[Node]) -> Hit:
        looked = self._documents.looked(hit)
        score = hit.score if node is None else self._local.score(node, looked) or 0.0
        return hit._replace(score=self._together(score, more, looked))

    def _rescored_hit(self, hit: Hit, child: Node, more: Sequence[Node]) -> Hit:
        looked = self._documents.looked(hit)
        base = self._local.single(child, looked) or 0.0
        return hit._replace(score=self._together(base, more, looked))

    def _together(self, base: float, nodes: Sequence[Node], one: Looked) -> float:
        """Return a score and what some nodes add to it, each of which the cluster keeps in 32 bits."""
        more = sum(in_32_bits(self._local.score(node, one) or 0.0) for node in nodes)
        return in_32_bits(base + in_32_bits(more))

    def more(self, nodes: Sequence[Node], one: Looked) -> float:
        """Return what some nodes add together to the score of a document."""
        return sum(self._local.score(node, one) or 0.0 for node in nodes)


def _is_asked(one: Scored) -> bool:
    """Say whether the cluster answers a query by itself."""
    return one.exact and one.query != NOTHING


def _as_they_are(pages: Sequence[tuple[int, list[Hit]]], limit: int) -> Ranked | None:
    """Return the best by the scores of the cluster; None where these do not tell which are the best."""
    found = {hit.id: hit for _, hits in pages for hit in hits}
    best = _first(list(found.values()), limit)
    beyond = [hits[-1].score for total, hits in pages if total > len(hits)]
    if any(hit.score >= closeness.TOO_LONG for hit in found.values()):
        return None
    if beyond and (len(best) < limit or best[-1].score <= max(beyond)):
        return None
    return Ranked(pages[0][0], best)


def _told_apart(hits: Sequence[Hit], limit: int) -> Sequence[Hit]:
    """Return the first of some hits, which are sorted, and those whose scores may be that of the last."""
    if len(hits) <= limit:
        return hits
    last = hits[limit - 1].score
    least = last - 4.0 * _SLACK * max(1.0, last)
    return hits[: next((at for at in range(limit, len(hits)) if hits[at].score < least), len(hits))]


def _first(hits: Sequence[Hit], limit: int) -> list[Hit]:
    """Return the best, ties by path."""
    if len(hits) > limit:
        least = nlargest(limit, (hit.score for hit in hits))[-1]
        hits = [hit for hit in hits if hit.score >= least]
    return sorted(hits, key=lambda hit: (-hit.score, hit.path))[:limit]
