"""Answering the query algebra over one state of an index that a cluster keeps.

A query costs as few requests as can be: one for the counts that it is weighed by, which are remembered, and
one for the best documents, with the tokens of those that are rescored. What a cluster cannot decide is
decided here, over the documents that may match. Documents are known by their ids. Does not depend on the
client of a cluster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import nlargest
from typing import Final, NamedTuple

from coopsearch.search.engines.all_words import all_words_first
from coopsearch.search.engines.as_written import MOST as MOST_READ
from coopsearch.search.engines.as_written import Checks
from coopsearch.search.engines.base import Facet, Found, Located, Order
from coopsearch.search.engines.collection import Statistics
from coopsearch.search.engines.nodes import (
    AllWordsFirst,
    And,
    AndMaybe,
    Checked,
    Filter,
    Node,
    Not,
    Or,
    Rescored,
    WholeTitle,
    demanded,
    matched,
)
from coopsearch.search.engines.opensearch.queries import counts
from coopsearch.search.engines.opensearch.queries.asking import Ask, AskAll, Json, State, all_of
from coopsearch.search.engines.opensearch.queries.compile import CLAUSES, Compiler, decided, undecided
from coopsearch.search.engines.opensearch.queries.documents import Documents, Hit
from coopsearch.search.engines.opensearch.queries.local import Local, Looked, located
from coopsearch.search.engines.opensearch.queries.statistics import StateStatistics
from coopsearch.search.engines.opensearch.queries.weights import Weights, pairs_of
from coopsearch.search.errors import QueryTooCostly
from coopsearch.search.ranking import Parameters

#: Documents of one page that are looked at.
_PAGE: Final = 200
#: Documents that are looked at for one node, or for the best of one query.
MOST_LOOKED: Final = 50_000
#: How far a score of the cluster, which has 32 bits, may be from ours.
_SLACK: Final = 1e-5


class Answer(NamedTuple):
    """The best documents of a query."""

    total: int
    """All documents that match."""
    best: list[tuple[str, str, float]]
    """(id, path, score), best first, ties by path."""
    gained: Mapping[str, float] = {}
    """What ``all_words`` added to the scores of documents, by their ids."""


class Evaluator:
    """Evaluates nodes over one state. Safe for many threads if what answers is."""

    def __init__(
        self,
        ask: Ask,
        generation: int,
        parameters: Parameters,
        ask_all: AskAll | None = None,
        clauses: int = CLAUSES,
    ) -> None:
        """Take what answers a search (and several at once), the state, and what it is ranked with.

        ``clauses`` is how many terms one query of the cluster may have.
        """
        self.parameters = parameters
        self._state = State(ask, generation, ask_all)
        self.statistics = StateStatistics(self._state)
        self._weights = Weights(self.statistics, parameters)
        self._compiler = Compiler(self._weights, clauses)
        self._checks = Checks()
        self._local = Local(self._weights, self._compiler, self._checks)
        self._documents = Documents(self._state)

    def join(self, collection: Statistics | None) -> None:
        """Weigh by the counts of a collection; None lets it go."""
        self._weights.join(collection)

    def search(self, query: Node, limit: int, order: Order = "relevance") -> Answer:
        """Rank the documents that match; ``limit`` 0 only counts them."""
        self.statistics.prepare(pairs_of((query,)))
        if isinstance(query, AllWordsFirst):
            if order == "relevance":
                return self._all_words_first(query, limit)
            query = query.child
        if not limit:
            return Answer(self._total(query), [])
        child = self._decide(matched(query))
        more = query.more if isinstance(query, Rescored) else ()
        if order != "relevance":
            return self._in_order(child, more, limit, order)
        if isinstance(query, Rescored):
            return self._rescored(query, child, limit)
        total, hits = self._best(child, limit)
        return Answer(total, [(hit.id, hit.path, hit.score) for hit in hits])

    def matching(self, query: Node, ids: Sequence[str]) -> frozenset[str]:
        """Return the ids of those of some documents that match."""
        self.statistics.prepare(pairs_of((query,)))
        node = demanded(query)
        return frozenset(one.id for one in self._documents.of(ids) if self._score(node, one) is not None)

    def added(self, nodes: Sequence[Node], ids: Sequence[str]) -> list[float]:
        """Return what some nodes add together to the scores of some documents."""
        self.statistics.prepare(pairs_of(nodes))
        return [self._more(nodes, one) for one in self._documents.of(ids)]

    def weigh(self, node: Node, document: str) -> float:
        """Return what a node adds to the score of a document."""
        return self.added((node,), (document,))[0]

    def frequency(self, field: str, term: str, document: str) -> float:
        """Return how often a document holds a term, weighted by role; of a keyword 1 or 0."""
        return self._local.frequency(field, term, self._documents.of((document,))[0].tokens)

    def locate(self, document: str, slots: Sequence[Sequence[tuple[str, str]]]) -> Located:
        """Return where (field, term) pairs stand in a document."""
        tokens = self._documents.of((document,))[0].tokens
        return Located(tokens.starts, located(tokens, slots))

    def count(self, query: Node, facet: Facet) -> dict[str, int]:
        """Count the documents that match by a facet."""
        return counts.by_facet(self._state, self._matches(query), facet)

    def values(self, query: Node, name: str) -> dict[str, int]:
        """Count the documents that match by a field of their own."""
        return counts.by_value(self._state, self._matches(query), name)

    def _matches(self, query: Node) -> Json:
        self.statistics.prepare(pairs_of((query,)))
        return self._compiler.matches(self._decide(demanded(query)))

    def _total(self, query: Node) -> int:
        return self._state.totals([self._matches(query)])[0][0]

    def _score(self, node: Node, one: Looked) -> float | None:
        return self._local.score(node, one)

    def _more(self, nodes: Sequence[Node], one: Looked) -> float:
        return sum(self._score(node, one) or 0.0 for node in nodes)

    def _best(self, node: Node, limit: int, looked: int = 0) -> tuple[int, list[Hit]]:
        """Return how many documents match, and the best, ``looked`` of them with their tokens at least."""
        query, exact = self._compiler.scored(node)
        if not exact:
            return self._best_of(node, query, limit)
        total, hits = self._documents.page(query, min(limit, looked or limit), tokens=looked > 0)
        while len(hits) < min(limit, total):
            _, more = self._documents.page(query, limit - len(hits), after=hits[-1])
            if not more:
                break
            hits += more
        return total, hits

    def _best_of(self, node: Node, query: Json, limit: int) -> tuple[int, list[Hit]]:
        """Return the same where the cluster only bounds scores: the highest are looked at first."""
        total, page = self._documents.page(query, _PAGE, tokens=True)
        found: list[Hit] = []
        seen = 0
        while page:
            seen += len(page)
            for hit in page:
                score = self._score(node, self._documents.looked(hit))
                if score is not None:
                    found.append(hit._replace(score=score))
            found = _first(found, limit)
            if len(page) < _PAGE:
                break
            if len(found) == limit and found[-1].score > page[-1].score * (1.0 + _SLACK):
                break
            if seen >= MOST_LOOKED:
                raise _too_many(total)
            _, page = self._documents.page(query, _PAGE, after=page[-1], tokens=True)
        return total, found

    def _in_order(self, child: Node, more: Sequence[Node], limit: int, order: Order) -> Answer:
        query, exact = self._compiler.scored(child)
        look = bool(more) or not exact
        total, hits = self._documents.page(query, limit, order=order, tokens=look)
        while len(hits) < min(limit, total):
            _, page = self._documents.page(query, limit - len(hits), order=order, after=hits[-1], tokens=look)
            if not page:
                break
            hits += page
        if look:
            hits = [self._rescore(hit, None if exact else child, more) for hit in hits]
        return Answer(total, [(hit.id, hit.path, hit.score) for hit in hits])

    def _rescored(self, query: Rescored, child: Node, limit: int) -> Answer:
        most = self.parameters.rescored
        total, hits = self._best(child, max(limit, most), looked=most)
        best = {hit.id: hit for hit in hits[:most]}
        rest = hits[most:]
        for node in query.also if total > most else ():
            # Documents that are called so, however low they score.
            titled: WholeTitle = node
            _, named = self._best(And((child, Filter(titled))), most, looked=most)
            best |= {hit.id: hit for hit in named if hit.id not in best}
        found = [self._rescore(hit, None, query.more) for hit in best.values()]
        found += [hit for hit in rest if hit.id not in best]
        return Answer(total, [(hit.id, hit.path, hit.score) for hit in _first(found, limit)])

    def _rescore(self, hit: Hit, node: Node | None, more: Sequence[Node]) -> Hit:
        looked = self._documents.looked(hit)
        score = hit.score if node is None else self._score(node, looked) or 0.0
        return hit._replace(score=score + self._more(more, looked))

    def _all_words_first(self, query: AllWordsFirst, limit: int) -> Answer:
        asked = _Numbered(self)
        found = all_words_first(asked, query, limit)
        best = [(asked.ids[number], asked.paths[number], score) for number, score in found.best]
        return Answer(found.total, best, {asked.ids[number]: more for number, more in found.gained.items()})

    def _decide(self, node: Node) -> Node:
        """Return a node in which what a cluster cannot decide is decided."""
        match node:
            case And(children):
                bare = [self._decide(one.child if isinstance(one, Checked) else one) for one in children]
                for one in children:
                    if isinstance(one, Checked):
                        # What is read comes last, when others have left few.
                        known = self._look(one, And(tuple(bare)))
                        bare.append(Filter(known))
                return And(tuple(bare))
            case Or(children):
                return Or(tuple(map(self._decide, children)))
            case Not(child):
                return Not(self._decide(child))
            case Filter(child):
                return Filter(self._decide(child))
            case AndMaybe(required, optional):
                return AndMaybe(self._decide(required), self._decide(optional))
            case Checked(child, wanted):
                child = self._decide(child)
                return And((child, Filter(self._look(Checked(child, wanted), child))))
            case _:
                return self._look(node, node) if undecided(self._compiler, node) else node

    def _look(self, node: Node, candidates: Node) -> Node:
        """Look at all documents that may match a node, of some that do."""
        query = self._compiler.matches(candidates)
        total, page = self._documents.page(all_of([query]), _PAGE, tokens=True, stored=True)
        if isinstance(node, Checked) and total > MOST_READ:
            # Raises: so many are not read. None of them is known by these numbers.
            self._checks.holding(node.wanted, range(-total, 0), self._documents.document)
        if total > MOST_LOOKED:
            raise _too_many(total)
        ids: list[str] = []
        while page:
            looked = [self._documents.looked(hit) for hit in page]
            ids += [one.id for one in looked if self._score(node, one) is not None]
            if len(page) < _PAGE:
                break
            _, page = self._documents.page(all_of([query]), _PAGE, after=page[-1], tokens=True, stored=True)
        return decided(node, ids)


class _Numbered:
    """The evaluator as ``all_words`` asks it: documents by number."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._numbers: dict[str, int] = {}
        self.ids: list[str] = []
        self.paths: list[str] = []

    def search(self, query: Node, limit: int) -> Found:
        found = self._evaluator.search(query, limit)
        return Found(found.total, tuple((self._number(one, path), score) for one, path, score in found.best))

    def matching(self, query: Node, numbers: Sequence[int]) -> frozenset[int]:
        held = self._evaluator.matching(query, [self.ids[number] for number in numbers])
        return frozenset(self._numbers[one] for one in held)

    def _number(self, one: str, path: str) -> int:
        if one not in self._numbers:
            self._numbers[one] = len(self.ids)
            self.ids.append(one)
            self.paths.append(path)
        return self._numbers[one]


def _too_many(total: int) -> QueryTooCostly:
    return QueryTooCostly(
        f"{total:,} documents have to be looked at to see how near to each other words stand in them, and at "
        f"most {MOST_LOOKED:,} are for one question; join another word to it by AND"
    )


def _first(hits: Sequence[Hit], limit: int) -> list[Hit]:
    """Return the best, ties by path."""
    if len(hits) > limit:
        least = nlargest(limit, (hit.score for hit in hits))[-1]
        hits = [hit for hit in hits if hit.score >= least]
    return sorted(hits, key=lambda hit: (-hit.score, hit.path))[:limit]
