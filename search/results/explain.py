"""Why a hit is a hit: what each part of a query gave to one document's score.

Walks the plan and asks the engine for each part. Does not depend on query syntax, a particular engine or
the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from coopsearch.search import ranking, schema
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.analysis.tokenizer import words
from coopsearch.search.engines.base import Reader
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
from coopsearch.search.model import Document, Explanation, TermMatch

_STEMMED: Final = frozenset({schema.STEMS, schema.TITLE_STEMS, schema.HEADING_STEMS})
#: With more terms of one word or pattern, those that do not stand in a document are passed over.
_MANY: Final = 100
#: Fields whose terms stand in a document's text or title.
_TEXT: Final = _STEMMED | {schema.WORDS, schema.TITLE_WORDS, schema.HEADING_WORDS}
#: Words of a document that are named for one term.
_NAMED: Final = 5
#: Term -> the words of a document behind it, with their number.
_Forms = dict[str, dict[str, int]]


class Reasons:
    """Says of a query's hits why they are hits."""

    def __init__(
        self, reader: Reader, node: Node, rules: Mapping[tuple[str, str], tuple[str, str]], table: StemTable
    ) -> None:
        """Take the query as it was planned.

        ``rules`` says of a field's term why it stands in the query, and who says so, where that is not by its
        stem.
        """
        self._reader = reader
        self._node = node
        self._rules = rules
        self._table = table
        self._counted: dict[Group, int] = {}

    def of(self, number: int, document: Document, gained: float = 0.0) -> tuple[Explanation, ...]:
        """Return what gave a document its score, in the order of the query; the parts sum up to the score.

        ``gained`` is what it got for holding all words.
        """
        forms: _Forms = {}
        for passage in document.passages:
            _count(document.text[passage.start : passage.end], passage.language, self._table, forms)
        for language in {passage.language for passage in document.passages} or {""}:
            _count(document.title, language, self._table, forms)
        for people in document.people.values():
            _count(people, "", self._table, forms)
        found = []
        for part in _scored(self._node):
            score = self._reader.weigh(part, number)
            if score > 0.0:
                met = part.child if isinstance(part, Checked) else part
                assert isinstance(met, Group | Phrase | Neighbours | Spelled | Near | WholeTitle)
                found.append(self._met(met, score, number, forms))
        if gained:
            held = dict.fromkeys(one for met in found for one in met.terms if met.kind == "any form")
            found.append(Explanation("all words", schema.STEMS, tuple(held), 0, 0.0, 1.0, gained))
        return tuple(found)

    def _met(
        self,
        part: Group | Phrase | Neighbours | Spelled | Near | WholeTitle,
        score: float,
        number: int,
        forms: _Forms,
    ) -> Explanation:
        reader = self._reader
        match part:
            case Group(field, terms, boost):
                documents = self._documents(part)
                held = self._held(field, terms, number, forms)
                kind = "any form" if field in _STEMMED else "exact form"
                kind = next((one.rule for one in held if one.rule in {"pattern", "fuzzy"}), kind)
                idf = ranking.idf(reader.documents, documents)
                return Explanation(kind, field, held, documents, idf, boost, score)
            case Phrase(field, slots, _, _, boost):
                counts = [reader.max_document_frequency(field, slot) for slot in slots]
                idf = sum(ranking.idf(reader.documents, count) for count in counts)
                terms = tuple((term, 1.0) for slot in slots for term in slot)
                held = self._held(field, terms, number, forms)
                return Explanation("side by side", field, held, min(counts), idf, boost, score)
            case Neighbours(parts, _, _, boost):
                rows = [min(part, key=self._rarity) for part in parts]
                counts = [
                    reader.max_document_frequency(row.field, slot) for row in rows for slot in row.slots
                ]
                held = tuple(
                    dict.fromkeys(
                        one
                        for part in parts
                        for row in part
                        for slot in row.slots
                        for one in self._held(row.field, [(term, 1.0) for term in slot], number, forms)
                    )
                )
                field, idf = parts[0][0].field, sum(map(self._rarity, rows))
                return Explanation("near each other", field, held, min(counts), idf, boost, score)
            case Spelled(field, edges, _, boost, _):
                spelling = dict.fromkeys((term, 1.0) for _, _, term in edges)
                held = self._held(field, spelling, number, forms)
                return Explanation(
                    "any grouping", field, held, 1, ranking.idf(reader.documents, 1), boost, score
                )
            case WholeTitle(words, boost):
                named = dict.fromkeys((word, 1.0) for word in words)
                held = self._held(schema.TITLE_WORDS, named, number, forms)
                count = reader.search(part, 0).total
                return Explanation("whole title", schema.TITLE_WORDS, held, count, 0.0, boost, score)
            case Near(groups):
                held = tuple(
                    one for group in groups for one in self._held(group.field, group.terms, number, forms)
                )
                return Explanation(
                    "closeness", groups[0].field, held, 0, 0.0, reader.parameters.closeness, score
                )

    def _rarity(self, row: Phrase) -> float:
        reader = self._reader
        counts = [reader.max_document_frequency(row.field, slot) for slot in row.slots]
        return sum(ranking.idf(reader.documents, count) for count in counts)

    def _documents(self, group: Group) -> int:
        """Return the document frequency that a group is weighed by: see ``nodes.Group``."""
        found = self._counted.get(group)
        if found is None:
            found = self._counted[group] = self._reader.weighed_frequency(group)
        return found

    def _held(
        self, field: str, terms: Iterable[tuple[str, float]], number: int, forms: _Forms
    ) -> tuple[TermMatch, ...]:
        """Return those of some terms that a document holds."""
        usual = "stem" if field in _STEMMED else "exact"
        terms = tuple(terms)
        if field in _TEXT and len(terms) > _MANY:
            # Of the many words of a pattern a document holds few, and all of them stand in it.
            terms = tuple(pair for pair in terms if pair[0] in forms)
        return tuple(
            TermMatch(term, rule, weight, frequency, tuple(_forms(term, field, forms)), source)
            for term, weight in terms
            if (frequency := self._reader.frequency(field, term, number))
            for rule, source in (self._rules.get((field, term), (usual, "")),)
        )


def _count(text: str, language: str, table: StemTable, forms: _Forms) -> None:
    """Note which words of a text stand behind which stem; a word stands behind itself too."""
    found = words(text)[0]
    for word, stem in zip(found, table.stems(found, language), strict=True):
        for term in {word, stem}:
            counts = forms.setdefault(term, {})
            counts[word] = counts.get(word, 0) + 1


def _scored(node: Node) -> Iterator[Group | Phrase | Neighbours | Spelled | Near | WholeTitle | Checked]:
    match node:
        case Group() | Phrase() | Neighbours() | Spelled() | Near() | WholeTitle():
            yield node
        case Or(children) | And(children):
            for child in children:
                yield from _scored(child)
        case Checked(child, wanted):
            for part in _scored(child):
                yield part if isinstance(part, Checked) else Checked(part, wanted)
        case AndMaybe(required, optional):
            yield from _scored(required)
            yield from _scored(optional)
        case AllWordsFirst(child):
            yield from _scored(child)
        case Rescored(child, more):
            yield from _scored(child)
            for part in more:
                yield from _scored(part)
        case Not() | Filter() | Range() | Broad() | Everything() | Nothing():
            return


def _forms(term: str, field: str, forms: _Forms) -> list[str]:
    counts = forms.get(term, {})
    if field not in _STEMMED:
        return [term] if term in counts else []
    return sorted(counts, key=lambda word: (-counts[word], word))[:_NAMED]
