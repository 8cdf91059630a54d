"""Nodes as queries for a cluster: what matches, exactly, and what it scores, exactly or at most.

A cluster finds which documents match any node but those that have to be looked at on our side (``decide``
does that first and leaves ``Decided``). Scores are made by our formula in a few scripts, from frequencies
that are scores themselves (see ``mapping``) and from our counts: no text is ever part of a script. Where
Lucene counts places otherwise than we do, the score is as high as it can be, and ``exact`` says so. Does not
depend on the client of a cluster.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, cast

from coopsearch.search import schema
from coopsearch.search.engines import titles
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
    disjuncts,
)
from coopsearch.search.engines.opensearch import mapping
from coopsearch.search.engines.opensearch.beside import title_key
from coopsearch.search.engines.opensearch.queries.asking import (
    EVERYTHING,
    NOTHING,
    Json,
    all_of,
    any_of,
    clauses_of,
    identified,
    without_scores,
)
from coopsearch.search.engines.opensearch.queries.places import (
    Places,
    neighbour_places,
    phrase_places,
    spelled_places,
)
from coopsearch.search.engines.opensearch.queries.statistics import holding
from coopsearch.search.engines.opensearch.queries.weights import Slot, Weights
from coopsearch.search.engines.opensearch.terms import written

#: BM25 of a frequency: a weight, what is added to the frequency, and what of it for each token of the length.
_TERM: Final = (
    "double f = _score; double n = doc[params.n].size() == 0 ? 0 : doc[params.n].value; "
    "return params.w * f / (f + params.a + params.c * n);"
)
#: The same of a number of places n, which intervals give as n / (n + 1).
_PLACES: Final = (
    "double f = Math.rint(_score / (1.0 - _score)); "
    "double n = doc[params.n].size() == 0 ? 0 : doc[params.n].value; "
    "return params.w * f / (f + params.a + params.c * n);"
)
#: ``ranking.lesser``.
_LESSER: Final = "return _score / (1.0 + _score);"

#: Terms of one word that are tried, in turn, until the whole query has no more clauses than are allowed.
_SHARES: Final = (1, 4, 16, 64, 1_000)


class Decided(NamedTuple):
    """Documents that match a node, which were looked at on our side. Stands in a query for that node."""

    child: Node
    ids: frozenset[str]


class Scored(NamedTuple):
    """A query that scores."""

    query: Json
    exact: bool
    """Whether its scores are ours; else none of ours is higher."""


class Compiler:
    """Compiles nodes over one state."""

    def __init__(self, weights: Weights, clauses: int, most: int | None = None) -> None:
        """Take what weighs nodes, how many clauses one query may have, and how many of them one word."""
        self._weights, self._clauses = weights, clauses
        self._most = clauses if most is None else most

    def places(self, node: Phrase | Neighbours | Spelled) -> Places:
        """Return how a node that asks for places is answered."""
        match node:
            case Phrase():
                return phrase_places(node, self._known)
            case Neighbours():
                return neighbour_places(node, self._known)
            case Spelled():
                return spelled_places(node, self._known)

    def matches(self, node: Node) -> Json:
        """Return the query that finds the documents that match; of what is not decided yet, some more."""
        if (looked := as_decided(node)) is not None:
            return identified(sorted(looked.ids))
        match node:
            case Group(field, terms):
                return holding(field, [term for term, _ in terms if self._may_hold(field, term)])
            case Broad(field, terms):
                return holding(field, terms.terms)
            case Phrase() | Neighbours() | Spelled():
                return self.places(node).query
            case Range(field, low, high):
                bounds = {name: at for name, at in (("gte", low), ("lte", high)) if at is not None}
                return {"range": {field: bounds}} if bounds else {"exists": {"field": field}}
            case And(children):
                return self._conjunction(children, scored=False).query
            case Or(children):
                return any_of([self.matches(child) for child in disjuncts(children)])
            case Not(child):
                return {"bool": {"filter": [EVERYTHING], "must_not": [self.matches(child)]}}
            case AndMaybe(child) | Filter(child) | Checked(child) | Rescored(child) | AllWordsFirst(child):
                return self.matches(child)
            case WholeTitle():
                return self._titled(node)
            case Everything():
                return EVERYTHING
            case Near() | Nothing():
                return NOTHING

    def scored(self, node: Node) -> Scored:
        """Return the query that finds the documents that match, with their scores.

        Where words stand for more terms than the cluster takes at once, their scores are only bounds.
        """
        found = self._scored(node)
        for share in _SHARES:
            if clauses_of(found.query) <= self._clauses:
                break
            few = Compiler(self._weights, self._clauses, self._clauses // share)
            found = few._scored(node)
        return found

    def _scored(self, node: Node) -> Scored:
        if (looked := as_decided(node)) is not None:
            query, exact = self._scored(looked.child)
            return Scored({"bool": {"must": [query], "filter": [identified(sorted(looked.ids))]}}, exact)
        match node:
            case Group(field) if field in mapping.TEXTS:
                return self._group(node)
            case Phrase():
                return self._place(node.field, self.places(node), self._weights.phrase(node))
            case Neighbours():
                field = node.parts[0][0].field
                return self._place(field, self.places(node), self._weights.neighbours(node))
            case Spelled():
                return self._place(node.field, self.places(node), self._weights.spelled(node))
            case And(children):
                return self._conjunction(children, scored=True)
            case Or(children):
                parts = [self._scored(child) for child in disjuncts(children)]
                return Scored(any_of([part.query for part in parts]), all(part.exact for part in parts))
            case AndMaybe(required, optional):
                (query, exact), more = self._scored(required), self._scored(optional)
                found: Json = {"bool": {"must": [query], "should": [more.query]}}
                return Scored(found, exact and more.exact)
            case Checked(child) | Rescored(child) | AllWordsFirst(child):
                return self._scored(child)
            case WholeTitle(_, boost):
                found = {"constant_score": {"filter": self._titled(node), "boost": boost}}
                return Scored(found, exact=True)
            case _:
                return Scored(without_scores(self.matches(node)), exact=True)

    def _conjunction(self, children: Sequence[Node], *, scored: bool) -> Scored:
        must: list[Json] = []
        kept: list[Json] = []
        without: list[Json] = []
        exact = True
        for child in children:
            if isinstance(child, Not):
                without.append(self.matches(child.child))
            elif scored and _scores(child):
                part = self._scored(child)
                must.append(part.query)
                exact = exact and part.exact
            else:
                query = self.matches(child)
                # Laid out flat, so that what means the same is written alike, and counted once.
                kept += query["bool"]["filter"] if query.get("bool", {}).keys() == {"filter"} else [query]
        if not children or NOTHING in must or NOTHING in kept:
            return Scored(NOTHING, exact=True)
        if not must and not kept:
            kept.append(EVERYTHING)
        kept.sort(key=str)
        clauses = {"must": must, "filter": kept, "must_not": without}
        return Scored({"bool": {name: some for name, some in clauses.items() if some}}, exact)

    def _group(self, group: Group) -> Scored:
        field = group.field
        held = [(term, weight) for term, weight in group.terms if self._known(field, term)]
        if not held:
            return Scored(NOTHING, exact=True)
        weight = self._weights.group(group)
        if len(held) > self._most:
            # No term counts more than this, however often it occurs.
            most = weight * (self._weights.parameters.k1 + 1.0)
            query = holding(field, [term for term, _ in held])
            return Scored({"constant_score": {"filter": query, "boost": most}}, exact=False)
        place = mapping.frequencies(field)
        full = [_term(place, term) for term, one in held if one == 1.0]
        less = [_term(place, term, one) for term, one in held if one != 1.0]
        if less:
            full.append(_script(any_of(less), _LESSER))
        return Scored(self._bm25(any_of(full), _TERM, field, weight), exact=True)

    def _place(self, field: str, places: Places, weight: float) -> Scored:
        if places.query == NOTHING:
            return Scored(NOTHING, exact=True)
        if places.counts:
            return Scored(self._bm25(places.query, _PLACES, field, weight), exact=True)
        more = {"bool": {"must": [_any_term(places.upper)], "filter": [places.query]}}
        return Scored(self._bm25(more, _TERM, field, weight), exact=False)

    def _bm25(self, query: Json, script: str, field: str, weight: float) -> Json:
        """Return a query that scores what a frequency is worth: see ``ranking.Parameters.bm25``."""
        parameters = self._weights.parameters
        k1, b = parameters.k1, parameters.b
        average = self._weights.average_length(field) or 1.0
        return _script(
            query,
            script,
            w=weight * (k1 + 1.0),
            a=k1 * (1.0 - b),
            c=k1 * b / average,
            n=mapping.length(field),
        )

    def _titled(self, node: WholeTitle) -> Json:
        """Return the query for documents that are called so; none where too many may be."""
        own = self._weights.own
        if not all(own.of([(schema.TITLE_WORDS, word) for word in node.words])):
            return NOTHING
        if own.total(maybe_titled(node)) > titles.MOST:
            return NOTHING
        return all_of([{"term": {mapping.TITLE_KEY: title_key(node.words)}}])

    def _known(self, field: str, term: str) -> bool:
        return field in mapping.TEXTS and self._weights.own.document_frequency(field, term) > 0

    def _may_hold(self, field: str, term: str) -> bool:
        return field not in mapping.TEXTS or self._known(field, term)


def maybe_titled(node: WholeTitle) -> Json:
    """Return the query for documents that may be called so, as for engines that read the titles.

    They hold the words side by side in a title that is not much longer.
    """
    row = Phrase(schema.TITLE_WORDS, tuple((word,) for word in node.words))
    short = {"range": {mapping.length(schema.TITLE_WORDS): {"lte": titles.longest(node.words)}}}
    return all_of([phrase_places(row, lambda _field, _term: True).query, short])


def undecided(compiler: Compiler, node: Node) -> bool:
    """Say whether a node alone has to be looked at on our side, whatever its children need."""
    match node:
        case Checked():
            return True
        case Spelled(text=text):
            places = compiler.places(node)
            return places.query != NOTHING and (bool(text) or not places.matches)
        case Phrase() | Neighbours():
            return not compiler.places(node).matches
        case _:
            return False


def as_decided(node: object) -> Decided | None:
    """Return what stands for a node that was looked at, None for a node."""
    return node if isinstance(node, Decided) else None


def decided(node: Node, ids: Sequence[str]) -> Node:
    """Return what stands in a query for a node that was looked at."""
    return cast("Node", Decided(node, frozenset(ids)))


def _scores(node: Node) -> bool:
    match node:
        case Broad() | Not() | Filter() | Range() | Everything() | Nothing():
            return False
        case Group(field):
            return field in mapping.TEXTS
        case _:
            return True


def _term(place: str, term: str, boost: float = 1.0) -> Json:
    return {"term": {place: written(term) if boost == 1.0 else {"value": written(term), "boost": boost}}}


def _any_term(slots: Sequence[Slot]) -> Json:
    return any_of([_term(mapping.frequencies(field), term) for field, terms in slots for term in terms])


def _script(query: Json, source: str, **parameters: float | str) -> Json:
    return {"script_score": {"query": query, "script": {"source": source, "params": parameters}}}
