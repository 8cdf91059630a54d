"""Answering the query algebra over one state of an index that a cluster keeps.

A query costs as few requests as can be: one for the counts that it is weighed by, which are remembered, and
one for the best documents, with the tokens of those that are rescored. What a cluster cannot decide is
decided here, over the documents that may match. Documents are known by their ids. Does not depend on the
client of a cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from coopsearch.search.engines.all_words import all_words_first
from coopsearch.search.engines.as_written import Checks
from coopsearch.search.engines.base import Facet, Found, Located, Order
from coopsearch.search.engines.collection import Statistics
from coopsearch.search.engines.nodes import (
    AllWordsFirst,
    And,
    AndMaybe,
    Group,
    Node,
    Or,
    Rescored,
    demanded,
    matched,
)
from coopsearch.search.engines.opensearch import mapping
from coopsearch.search.engines.opensearch.queries import counts
from coopsearch.search.engines.opensearch.queries.apart import Stems
from coopsearch.search.engines.opensearch.queries.asking import CLAUSES, Ask, AskAll, Json, State
from coopsearch.search.engines.opensearch.queries.compile import Compiler, maybe_titled
from coopsearch.search.engines.opensearch.queries.deciding import Deciding
from coopsearch.search.engines.opensearch.queries.documents import Documents
from coopsearch.search.engines.opensearch.queries.local import Local, located
from coopsearch.search.engines.opensearch.queries.ranked import Ranked, Ranking
from coopsearch.search.engines.opensearch.queries.remembered import Remembered
from coopsearch.search.engines.opensearch.queries.statistics import Counted, StateStatistics
from coopsearch.search.engines.opensearch.queries.weights import Weights, pairs_of, titles_of
from coopsearch.search.ranking import Parameters

#: Words of a query of which the documents that hold all are told from how many hold each.
_PAIR: Final = 2
#: Words of a query that it is likely to be told of how many documents hold all.
_COUNTED: Final = 8
#: Nodes of which it is remembered how many documents match, and what is counted on the way.
_REMEMBERED: Final = 1 << 10


class Answer(NamedTuple):
    """The best documents of a query."""

    total: int
    """All documents that match."""
    best: list[tuple[str, str, float]]
    """(id, path, score), best first, ties by path."""
    gained: Mapping[str, float] = {}
    """What ``all_words`` added to the scores of documents, by their ids."""
    packed: Mapping[str, str] = {}
    """The documents themselves, packed, as far as they came along, by their ids."""


class Evaluator:
    """Evaluates nodes over one state. Safe for many threads if what answers is."""

    def __init__(  # noqa: PLR0913 - what an index and a cluster are, by name
        self,
        ask: Ask,
        generation: int,
        parameters: Parameters,
        ask_all: AskAll | None = None,
        clauses: int = CLAUSES,
        *,
        shards: int = 1,
        counted: Counted | None = None,
        fast: bool = False,
        stems: Stems = lambda: None,
    ) -> None:
        """Take what answers a search (and several at once), the state, and what it is ranked with.

        ``clauses`` is how many terms one query of the cluster may have, ``shards`` how many parts the index
        has, ``counted`` gives document frequencies that need not be asked for, and ``fast`` is whether the
        best documents may be looked for among likely ones. ``stems`` gives all stems of the index.
        """
        self.parameters = parameters
        self._state = State(ask, generation, ask_all, clauses)
        self.statistics = StateStatistics(self._state, counted)
        self._weights = Weights(self.statistics, parameters)
        self._compiler = Compiler(self._weights, clauses)
        checks = Checks()
        self._local = Local(self._weights, self._compiler, checks)
        self._documents = Documents(self._state)
        self._deciding = Deciding(self._documents, self._compiler, self._local, checks)
        self._ranking = Ranking(
            self._state,
            self._documents,
            self._compiler,
            self._local,
            self._weights,
            shards,
            fast=fast,
            stems=stems,
        )
        # The state stays as it is, and so do these.
        self._prepared: Remembered[bool] = Remembered(_REMEMBERED)
        self._totals: Remembered[int] = Remembered(_REMEMBERED)
        self._next: Remembered[list[Json]] = Remembered(_REMEMBERED)

    def join(self, collection: Statistics | None) -> None:
        """Weigh by the counts of a collection; None lets it go."""
        self._weights.join(collection)
        self._ranking.forget()

    def search(self, query: Node, limit: int, order: Order = "relevance") -> Answer:
        """Rank the documents that match; ``limit`` 0 only counts them."""
        if not limit:
            return Answer(self._total(query), [])
        self._prepare((query,))
        if isinstance(query, AllWordsFirst):
            if order == "relevance":
                return self._all_words_first(query, limit)
            query = query.child
        if order != "relevance":
            more = query.more if isinstance(query, Rescored) else ()
            child = self._deciding.decide(matched(query))
            return _answer(self._ranking.in_order(child, more, limit, order))
        return self.ranked(query, limit, self._counted_next(query))

    def ranked(self, query: Node, limit: int, counted: Sequence[Json] = ()) -> Answer:
        """Rank the documents that match; the totals of ``counted`` are asked for on the way, if one is."""
        child = self._deciding.decide(matched(query))
        if isinstance(query, Rescored) and self.parameters.rescored:
            return _answer(self._ranking.rescored(query, child, limit, counted))
        return _answer(self._ranking.best(child, limit))

    def matching(self, query: Node, ids: Sequence[str]) -> frozenset[str]:
        """Return the ids of those of some documents that match."""
        self._prepare((query,))
        node = demanded(query)
        looked = self._documents.of(ids)
        return frozenset(one.id for one in looked if self._local.score(node, one) is not None)

    def added(self, nodes: Sequence[Node], ids: Sequence[str]) -> list[float]:
        """Return what some nodes add together to the scores of some documents."""
        self._prepare(nodes)
        looked = self._documents.of(ids)
        return [self._ranking.more(nodes, one) for one in looked]

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

    def _prepare(self, nodes: Sequence[Node]) -> None:
        """Ask for all counts that some nodes are weighed by."""
        if new := [node for node in nodes if not self._prepared.of(node)]:
            self.statistics.prepare(pairs_of(new), map(maybe_titled, titles_of(new)))
            for node in new:
                self._prepared.note(node, value=True)

    def _matches(self, query: Node) -> Json:
        self._prepare((query,))
        return self._compiler.matches(self._deciding.decide(demanded(query)))

    def _total(self, query: Node) -> int:
        if (known := self._totals.of(query)) is not None:
            return known
        found = self._frequency_of(query)
        if found is None:
            found = self.statistics.total(self._matches(query))
        return self._totals.note(query, found)

    def _counted_next(self, query: Node) -> list[Json]:
        """Return the queries of what is counted next for whoever shows the answer."""
        if (known := self._next.of(query)) is not None:
            return known
        nodes = self._asked_next(query.child if isinstance(query, AllWordsFirst) else query)
        if isinstance(query, AllWordsFirst):
            nodes.insert(0, query.whole)
        found = {str(body): body for body in map(self._matches, nodes)}
        return self._next.note(query, list(found.values()))

    def _asked_next(self, query: Node) -> list[Node]:
        """Return what is counted next for whoever shows the answer: the documents that hold all words.

        Of two words that follows from how many hold each.
        """
        child = matched(query)
        words = list(_words_of(child))
        if not isinstance(query, Rescored) or not 1 < len(words) <= _COUNTED or isinstance(child, And):
            return []
        if isinstance(child, Or) and len(words) == _PAIR:
            return [word for word in words if self._frequency_of(word) is None]
        return [And(tuple(words))]

    def _frequency_of(self, query: Node) -> int | None:
        """Return how many documents match a single word; None for what has to be counted."""
        if isinstance(query, Group) and len(query.terms) == 1 and query.field in mapping.TEXTS:
            return self.statistics.document_frequency(query.field, query.terms[0][0])
        return None

    def _all_words_first(self, query: AllWordsFirst, limit: int) -> Answer:
        # How many hold all words is asked for with the best: most queries end there.
        asked = _Numbered(self, self._counted_next(query if limit > query.first else query.child))
        found = all_words_first(asked, query, limit)
        best = [(asked.ids[number], asked.paths[number], score) for number, score in found.best]
        gained = {asked.ids[number]: more for number, more in found.gained.items()}
        return Answer(found.total, best, gained, asked.packed)


def _words_of(node: Node) -> Iterator[Group]:
    match node:
        case Group():
            yield node
        case Or(children):
            for child in children:
                yield from _words_of(child)
        case AndMaybe(required, optional):
            yield from _words_of(required)
            yield from _words_of(optional)
        case And(children):
            for child in children:
                yield from _words_of(child)


def _answer(found: Ranked) -> Answer:
    best = [(hit.id, hit.path, hit.score) for hit in found.best]
    return Answer(found.total, best, packed={hit.id: hit.packed for hit in found.best if hit.packed})


class _Numbered:
    """The evaluator as ``all_words`` asks it: documents by number."""

    def __init__(self, evaluator: Evaluator, counted: Sequence[Json]) -> None:
        self._evaluator, self._counted = evaluator, counted
        self._numbers: dict[str, int] = {}
        self.ids: list[str] = []
        self.paths: list[str] = []
        self.packed: dict[str, str] = {}

    def search(self, query: Node, limit: int) -> Found:
        counted, self._counted = self._counted, ()
        asked = self._evaluator
        found = asked.ranked(query, limit, counted) if limit else asked.search(query, 0)
        self.packed |= found.packed
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
