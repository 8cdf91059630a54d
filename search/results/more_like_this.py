"""More like this: the words that say most of a document, as a query.

A term says as much as it is frequent here (saturated, weighted by role, as in the ranking) and rare in the
index. Does not depend directly on files or the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from coopsearch.search import ranking, schema
from coopsearch.search.analysis.function_words import function_words
from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import And, Group, Node, Not, Nothing, Or
from coopsearch.search.query.among import HighlightTerm

#: Terms of a document that are asked for.
TERMS: Final = 25
#: Candidates whose document frequency is looked up: the most frequent.
_LOOKED_UP: Final = 400


class Likeness(NamedTuple):
    """A document as a query."""

    node: Node
    wanted: tuple[HighlightTerm, ...]
    lines: tuple[str, ...]
    """The terms and what each counts, for a person."""
    words: str = ""
    """A word for each term, as plain text: what marks the same in another document."""


def likeness(
    reader: Reader, analysed: AnalysedDocument, stems_of: Callable[[str], Iterable[str]], *, itself: str
) -> Likeness:
    """Return a query for documents that share a document's best terms.

    ``stems_of`` gives the stems of a word in all languages of the index: a word that two languages share is
    the same word in documents of either. ``itself`` is the path to leave out, "" for a document that is not
    in the index.
    """
    frequencies, forms = _terms(analysed)
    weighed: list[tuple[float, float, str, int]] = []
    terms: dict[str, tuple[str, ...]] = {}
    most = sorted(frequencies, key=lambda stem: (-frequencies[stem], stem))[:_LOOKED_UP]
    for stem in most:
        terms[stem] = tuple(sorted({stem, *(other for word in forms[stem] for other in stems_of(word))}))
        # A document rarely has a word in two languages: at worst a term is taken for more common than it is.
        counts = (reader.document_frequency(schema.STEMS, term) for term in terms[stem])
        documents = min(sum(counts), reader.documents)
        if documents > bool(itself):  # else no other document holds it
            share = frequencies[stem] / (frequencies[stem] + reader.parameters.k1)
            weighed.append((share * ranking.idf(reader.documents, documents), share, stem, documents))
    best = sorted(weighed, key=lambda one: (-one[0], one[2]))[:TERMS]
    if not best:
        return Likeness(Nothing(), (), ())
    groups = tuple(
        Group(schema.STEMS, tuple((term, 1.0) for term in terms[stem]), share) for _, share, stem, _ in best
    )
    node: Node = Or(groups)
    if itself:
        node = And((node, Not(Group(schema.PATH, ((itself, 1.0),)))))
    wanted = tuple(
        HighlightTerm((frozenset(forms[stem]),), (frozenset(terms[stem]),), weight)
        for weight, _, stem, _ in best
    )
    lines = tuple(
        f"term {stem}: {frequencies[stem]:g} times here, in {documents:,} documents, counts {weight:.2f}"
        for weight, _, stem, documents in best
    )
    return Likeness(node, wanted, lines, " ".join(min(forms[stem]) for _, _, stem, _ in best))


def _terms(analysed: AnalysedDocument) -> tuple[Mapping[str, float], Mapping[str, set[str]]]:
    """Return the weighted frequency of each stem that says anything, and the words behind it."""
    frequencies: dict[str, float] = {}
    forms: dict[str, set[str]] = {}
    functional = {
        word
        for language in analysed.languages
        for word in function_words([*(word for run in analysed.runs for word in run.words), ""], language)
    }
    for run in analysed.runs:
        if run.role == "people":
            # What was said is alike, not who says it.
            continue
        weight = ranking.ROLE_WEIGHTS[run.role]
        for word, stem in zip(run.words, run.stems, strict=True):
            if len(stem) > 1 and not stem.isdecimal() and word not in functional:
                frequencies[stem] = frequencies.get(stem, 0.0) + weight
                forms.setdefault(stem, set()).add(word)
    return frequencies, forms
