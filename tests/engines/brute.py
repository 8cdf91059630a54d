"""The truth: the query algebra over analysed documents, one document at a time, in plain Python.

Slow and obvious. Does not depend on a particular engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product

from coopsearch.search import ranking, schema
from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.analysis.numbers import number_terms
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.analysis.tokenizer import tokens as text_tokens
from coopsearch.search.engines.as_written import holds
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

Token = tuple[str, int, int]
"""term, position, weight"""

KEYWORDS = {schema.PATH, schema.FILE, schema.LANGUAGE, schema.TYPE, schema.META_NAMES, schema.DATE}


def tokens(analysed: AnalysedDocument, field: str) -> list[Token]:
    """Return the tokens of a document's field."""
    document = analysed.document
    if field == schema.PATH_WORDS:
        return [(token.word, token.position, 1) for token in text_tokens(document.path)]
    if field == schema.META:
        pairs: list[Token] = []
        for name, text in document.fields.items():
            first = pairs[-1][1] + 1 if pairs else 0
            pairs += [(f"{name}={token.word}", first + token.position, 1) for token in text_tokens(text)]
            for term in number_terms(text):
                pairs.append((f"{name}={term}", pairs[-1][1] + 1 if pairs else 0, 1))
        return pairs
    found: list[Token] = []
    for run in analysed.runs:
        if field.startswith(("title", "heading")) and not field.startswith(run.role):
            continue
        terms = run.stems if field.endswith("stems") else run.words
        steps = range(len(terms)) if run.steps is None else run.steps
        weight = ranking.ROLE_WEIGHTS[run.role]
        found += [(term, run.position + step, weight) for term, step in zip(terms, steps, strict=True)]
    return found


def keywords(analysed: AnalysedDocument, field: str) -> set[str]:
    """Return the terms of a document's field that has terms alone."""
    document = analysed.document
    return {
        schema.PATH: {document.path},
        schema.FILE: {document.file},
        schema.LANGUAGE: set(analysed.languages),
        schema.TYPE: {document.type},
        schema.META_NAMES: set(document.fields),
        schema.DATE: {document.date.replace("-", "")} - {""},
    }[field]


class Brute:
    """Answers queries over a list of documents."""

    def __init__(
        self, documents: Sequence[AnalysedDocument], parameters: ranking.Parameters = ranking.DEFAULT
    ) -> None:
        """Take the documents, and what they are ranked with."""
        self.parameters = parameters
        self.documents = {analysed.document.path: analysed for analysed in documents}
        self._tokens: dict[tuple[str, str], list[Token]] = {}

    def search(self, node: Node, limit: int) -> tuple[int, list[tuple[str, float]]]:
        """Return the number of matches, and the best paths with scores."""
        found = self.scores(node)
        ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        return len(found), ranked[:limit]

    def scores(self, node: Node) -> dict[str, float]:  # noqa: PLR0915 - a case for each kind
        """Return the score of every document that matches."""
        match node:
            case Group(field, terms, boost):
                if field in KEYWORDS:
                    wanted = {term for term, _ in terms}
                    return {
                        path: 0.0 for path, doc in self.documents.items() if keywords(doc, field) & wanted
                    }
                frequencies = {}
                full = [(term, weight) for term, weight in terms if weight == 1.0]
                less = [(term, weight) for term, weight in terms if weight != 1.0]
                for path in self.documents:
                    own = self.tokens(path, field)
                    if any(term == other for term, _ in terms for other, _, _ in own):
                        sums = [
                            sum(
                                weight * role
                                for term, weight in some
                                for other, _, role in own
                                if other == term
                            )
                            for some in (full, less)
                        ]
                        frequencies[path] = sums[0] + sums[1] / (1.0 + sums[1])
                return self._score(field, frequencies, boost * self._idf(field, terms))
            case Broad(field, terms):
                return dict.fromkeys(
                    self.scores(Group(field, tuple((term, 1.0) for term in terms.terms))), 0.0
                )
            case Phrase(field, slots, slop, in_order, boost, fields):
                named = fields or (field,) * len(slots)
                if not slots or not all(slots) or field in KEYWORDS:
                    return {}
                frequencies = {}
                for path in self.documents:
                    places = [
                        sorted({at for term, at, _ in self.tokens(path, name) if term in slot})
                        for name, slot in zip(named, slots, strict=True)
                    ]
                    count = occurrences(places, slop, in_order)
                    if count:
                        frequencies[path] = count
                weight = sum(
                    ranking.idf(len(self.documents), max(self.df(name, term) for term in slot))
                    for name, slot in zip(named, slots, strict=True)
                )
                return self._score(field, frequencies, boost * weight)
            case Neighbours(near, slop, in_order, boost):
                field = near[0][0].field
                frequencies = {}
                for path in self.documents:
                    spans = [[span for row in part for span in self._spans(path, row)] for part in near]
                    if count := near_occurrences(spans, slop, in_order):
                        frequencies[path] = count
                weight = sum(min(self._rarity(row) for row in part) for part in near)
                return self._score(field, frequencies, boost * weight)
            case Spelled(field, edges, length, boost, _):
                frequencies = {}
                for path in self.documents:
                    standing = {at for _, at, _ in self.tokens(path, field)}
                    ends = {
                        end
                        for first in standing
                        for end in self._spellings(path, field, edges, length, 0, first)
                    }
                    if ends:
                        frequencies[path] = len(ends)
                return self._score(field, frequencies, boost * ranking.idf(len(self.documents), 1))
            case Range(field, low, high):
                return {
                    path: 0.0
                    for path, doc in self.documents.items()
                    for date in keywords(doc, field)
                    if (low is None or int(date) >= low) and (high is None or int(date) <= high)
                }
            case And(children):
                parts = [self.scores(child) for child in children]
                if not parts:
                    return {}
                return {
                    path: sum(part[path] for part in parts)
                    for path in parts[0]
                    if all(path in part for part in parts)
                }
            case Or(children):
                found: dict[str, float] = {}
                for child in children:
                    for path, score in self.scores(child).items():
                        found[path] = found.get(path, 0.0) + score
                return found
            case Not(child):
                without = self.scores(child)
                return {path: 0.0 for path in self.documents if path not in without}
            case AndMaybe(required, optional):
                more = self.scores(optional)
                return {path: score + more.get(path, 0.0) for path, score in self.scores(required).items()}
            case Checked(child, wanted):
                return {
                    path: score
                    for path, score in self.scores(child).items()
                    if holds(self.documents[path].document, wanted)
                }
            case Filter(child):
                return dict.fromkeys(self.scores(child), 0.0)
            case Everything():
                return dict.fromkeys(self.documents, 0.0)
            case Near(groups):
                return {path: score for path in self.documents if (score := self._near(path, groups))}
            case AllWordsFirst(child):
                return self.scores(child)
            case WholeTitle(words, boost):
                return {
                    path: boost
                    for path, doc in self.documents.items()
                    if tuple(read(doc.document.title).slots) == words
                }
            case Rescored(child, more, also):
                found = self.scores(child)
                ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
                best = {path for path, _ in ranked[: self.parameters.rescored]}
                for one in also:
                    called = self.scores(one)
                    best.update([path for path, _ in ranked if path in called][: self.parameters.rescored])
                for path in best:
                    found[path] += sum(self.scores(node).get(path, 0.0) for node in more)
                return found
            case Nothing():
                return {}

    def _spellings(
        self, path: str, field: str, edges: Sequence[tuple[int, int, str]], length: int, begin: int, at: int
    ) -> set[int]:
        """Return the positions at which rows of words end that spell the rest of a text from a place on."""
        if begin == length:
            return {at}
        here = {term for term, place, _ in self.tokens(path, field) if place == at}
        return {
            last
            for start, end, term in edges
            if start == begin and term in here
            for last in self._spellings(path, field, edges, length, end, at + 1)
        }

    def _spans(self, path: str, row: Phrase) -> list[tuple[int, int]]:
        """Return the first position of each place of a row, and one past the last."""
        named = row.fields or (row.field,) * len(row.slots)
        places = [
            {at for term, at, _ in self.tokens(path, name) if term in slot}
            for name, slot in zip(named, row.slots, strict=True)
        ]
        wide = len(places)
        return [
            (at, at + wide) for at in places[0] if all(at + step in held for step, held in enumerate(places))
        ]

    def _rarity(self, row: Phrase) -> float:
        named = row.fields or (row.field,) * len(row.slots)
        return sum(
            ranking.idf(len(self.documents), max(self.df(name, term) for term in slot))
            for name, slot in zip(named, row.slots, strict=True)
        )

    def _idf(self, field: str, terms: Sequence[tuple[str, float]]) -> float:
        """Return the idf of alternatives: that of the commonest full term, if there is any."""
        counts = [(weight == 1.0, self.df(field, term)) for term, weight in terms]
        highest = max((count for full, count in counts if full), default=0)
        highest = highest or max((count for _, count in counts), default=0)
        return ranking.idf(len(self.documents), highest)

    def _near(self, path: str, groups: Sequence[Group]) -> float:
        """Return what closeness gives a document: every pair of occurrences with none between them."""
        idf = [self._idf(group.field, group.terms) for group in groups]
        places = sorted(
            {
                (at, number)
                for number, group in enumerate(groups)
                for token, at, _ in self.tokens(path, group.field)
                if token in dict(group.terms)
            }
        )
        gained = dict.fromkeys(range(len(groups)), 0.0)
        for (a, one), (b, other) in pairwise(places):
            if one != other and a != b and b - a <= self.parameters.window:
                gained[one] += idf[other] / (b - a) ** 2
                gained[other] += idf[one] / (b - a) ** 2
        closeness, k = self.parameters.closeness, self.parameters.closeness_k
        most = closeness * (k + 1)
        return sum(most * min(1.0, idf[number]) * value / (value + k) for number, value in gained.items())

    def tokens(self, path: str, field: str) -> list[Token]:
        """Return the tokens of a document's field."""
        if (path, field) not in self._tokens:
            self._tokens[path, field] = tokens(self.documents[path], field)
        return self._tokens[path, field]

    def df(self, field: str, term: str) -> int:
        """Return how many documents hold a term."""
        if field in KEYWORDS:
            return sum(term in keywords(doc, field) for doc in self.documents.values())
        return sum(any(term == other for other, _, _ in self.tokens(path, field)) for path in self.documents)

    def _score(self, field: str, frequencies: dict[str, float], weight: float) -> dict[str, float]:
        lengths = {path: sum(role for _, _, role in self.tokens(path, field)) for path in self.documents}
        average = sum(lengths.values()) / len(lengths) if lengths else 1.0
        return {
            path: self.parameters.bm25(weight, frequency, lengths[path], average or 1.0)
            for path, frequency in frequencies.items()
        }


def near_occurrences(spans: list[list[tuple[int, int]]], slop: int, in_order: bool) -> int:
    """Count the beginnings of parts that are near each other, by trying every choice of a span for each."""
    starts = set()
    for choice in product(*spans):
        rising = list(choice) if in_order else sorted(choice)
        apart = all(before[1] <= after[0] for before, after in pairwise(rising))
        width = sum(end - start for start, end in choice)
        if apart and rising[-1][1] - rising[0][0] - width <= slop:
            starts.add(rising[0][0])
    return len(starts)


def occurrences(places: list[list[int]], slop: int, in_order: bool) -> int:
    """Count the beginnings of a phrase by trying every choice of one position a slot."""
    starts = set()
    for choice in product(*places):
        if in_order:
            rising = all(a < b for a, b in pairwise(choice))
            if rising and choice[-1] - choice[0] - (len(choice) - 1) <= slop:
                starts.add(choice[0])
        elif len(set(choice)) == len(choice) and max(choice) - min(choice) < len(choice) + slop:
            starts.add(min(choice))
    return len(starts)
