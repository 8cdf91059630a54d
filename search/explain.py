"""Why a hit is a hit: what each part of a query gave to one document's score.

Walks the plan and asks the engine for each part; knows no syntax, no engine but the port, and no terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.search import ranking, schema
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.analysis.tokenizer import words
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import (
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
)
from coopsearch.search.model import Document, Met

_STEMMED: Final = frozenset({schema.STEMS, schema.TITLE_STEMS, schema.HEADING_STEMS})
#: Words of a document that are named for one term.
_NAMED: Final = 5


def explain(reader: Reader, node: Node, number: int, document: Document, table: StemTable) -> tuple[Met, ...]:
    """Return what gave a document its score, in the order of the query; the parts sum up to the score."""
    forms: dict[str, dict[str, int]] = {}
    for passage in document.passages:
        _count(document.text[passage.start : passage.end], passage.language, table, forms)
    for language in {passage.language for passage in document.passages} or {""}:
        _count(document.title, language, table, forms)
    found = []
    for part in _scored(node):
        score = reader.weigh(part, number)
        if score > 0.0:
            found.append(_met(part, score, reader, number, forms))
    return tuple(found)


def _count(text: str, language: str, table: StemTable, forms: dict[str, dict[str, int]]) -> None:
    """Note which words of a text stand behind which stem; a word stands behind itself too."""
    found = words(text)[0]
    for word, stem in zip(found, table.stems(found, language), strict=True):
        for term in {word, stem}:
            counts = forms.setdefault(term, {})
            counts[word] = counts.get(word, 0) + 1


def _scored(node: Node) -> Iterator[Group | Phrase | Near]:
    match node:
        case Group() | Phrase() | Near():
            yield node
        case Or(children) | And(children):
            for child in children:
                yield from _scored(child)
        case AndMaybe(required, optional):
            yield from _scored(required)
            yield from _scored(optional)
        case Rescored(child, more):
            yield from _scored(child)
            for part in more:
                yield from _scored(part)
        case Not() | Filter() | Range() | Everything() | Nothing():
            return


def _met(
    part: Group | Phrase | Near, score: float, reader: Reader, number: int, forms: dict[str, dict[str, int]]
) -> Met:
    match part:
        case Group(field, terms, boost):
            held = tuple(
                (term, weight * frequency)
                for term, weight in terms
                if (frequency := reader.frequency(field, term, number))
            )
            names = [name for term, _ in held for name in _forms(term, field, forms)]
            documents = _documents(part, reader)
            idf = ranking.idf(reader.documents, documents)
            kind = "any form" if field in _STEMMED else "exact form"
            return Met(kind, field, held, tuple(dict.fromkeys(names)), documents, idf, boost, score)
        case Phrase(field, slots, _, _, boost):
            counts = [max(reader.document_frequency(field, term) for term in slot) for slot in slots]
            idf = sum(ranking.idf(reader.documents, count) for count in counts)
            held = tuple(
                (term, frequency)
                for slot in slots
                for term in slot
                if (frequency := reader.frequency(field, term, number))
            )
            names = [name for term, _ in held for name in _forms(term, field, forms)]
            return Met(
                "side by side", field, held, tuple(dict.fromkeys(names)), min(counts), idf, boost, score
            )
        case Near(groups):
            held = tuple(
                (term, weight * frequency)
                for group in groups
                for term, weight in group.terms
                if (frequency := reader.frequency(group.field, term, number))
            )
            return Met("closeness", groups[0].field, held, (), 0, 0.0, ranking.CLOSENESS, score)


def _documents(group: Group, reader: Reader) -> int:
    """Return the document frequency that a group is weighed by: see ``nodes.Group``."""
    counts = [(weight, reader.document_frequency(group.field, term)) for term, weight in group.terms]
    return max((count for weight, count in counts if weight == 1.0), default=0) or max(
        (count for _, count in counts), default=0
    )


def _forms(term: str, field: str, forms: dict[str, dict[str, int]]) -> list[str]:
    counts = forms.get(term, {})
    if field not in _STEMMED:
        return [term] if term in counts else []
    return sorted(counts, key=lambda word: (-counts[word], word))[:_NAMED]
