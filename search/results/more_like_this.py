"""More like this: the words that say most of a document, as a query.

A term says as much as it is frequent here (saturated, weighted by role, as in the ranking) and rare in the
index. It also stands for its translations, where the index holds other languages than the document's. Does
not depend directly on files or the terminal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from coopsearch.search import ranking, schema
from coopsearch.search.analysis.function_words import function_words_of
from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import And, Group, Node, Not, Nothing, Or
from coopsearch.search.model import Hit
from coopsearch.search.query.among import HighlightTerm
from coopsearch.search.query.expanding import LANGUAGES

if TYPE_CHECKING:
    from coopsearch.search.query.expansion.families import Member
    from coopsearch.search.query.expansion.translations import Meaning
    from coopsearch.search.query.expansion.voices import Voices

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
    untranslated: Node | None = None
    """The same query without translations; None if it has none."""

    def told(
        self, reader: Reader, best: Sequence[tuple[int, float]], hits: tuple[Hit, ...]
    ) -> tuple[tuple[Hit, ...], tuple[str, ...]]:
        """Return the hits, and what says which were found by translation alone.

        ``best`` are their numbers and scores.
        """
        if self.untranslated is None or not hits:
            return hits, ()
        # Imported here: most documents are in the language of their index.
        from coopsearch.search.results.only_translated import told

        return told(reader, self.node, self.untranslated, best, hits)


def likeness(
    reader: Reader,
    analysed: AnalysedDocument,
    stems_of: Callable[[str], Iterable[str]],
    *,
    itself: str,
    voices: Callable[[Sequence[str], str], Voices | None] = lambda *_: None,
) -> Likeness:
    """Return a query for documents that share a document's best terms.

    ``stems_of`` gives the stems of a word in all languages of the index: a word that two languages share is
    the same word in documents of either. ``itself`` is the path to leave out, "" for a document that is not
    in the index. ``voices`` gives what translates words of the language of the document, or of several
    languages if that is "".
    """
    frequencies, forms = _terms(analysed)
    weighed: list[tuple[float, float, str, int]] = []
    terms: dict[str, tuple[str, ...]] = {}
    most = sorted(frequencies, key=lambda stem: (-frequencies[stem], stem))[:_LOOKED_UP]
    typical = {stem: min(forms[stem], key=lambda word: (-forms[stem][word], word)) for stem in most}
    meanings = _meanings(typical, analysed.languages, voices)
    for stem in most:
        terms[stem] = tuple(sorted({stem, *(other for word in forms[stem] for other in stems_of(word))}))
        # A document rarely has a word in two languages: at worst a term is taken for more common than it is.
        translations = [one.stem for one in _members(meanings, stem, terms[stem])]
        counts = (reader.document_frequency(schema.STEMS, term) for term in (*terms[stem], *translations))
        documents = min(sum(counts), reader.documents)
        if documents > bool(itself):  # else no other document holds it
            share = frequencies[stem] / (frequencies[stem] + reader.parameters.k1)
            weighed.append((share * ranking.idf(reader.documents, documents), share, stem, documents))
    best = sorted(weighed, key=lambda one: (-one[0], one[2]))[:TERMS]
    if not best:
        return Likeness(Nothing(), (), ())
    groups: list[Node] = []
    own: list[Node] = []
    wanted: list[HighlightTerm] = []
    lines: list[str] = []
    for weight, share, stem, documents in best:
        members = _members(meanings, stem, terms[stem])
        related = tuple((term, 1.0) for term in terms[stem])
        own.append(Group(schema.STEMS, related, share))
        related += tuple((one.stem, one.weight) for one in members)
        group = Group(schema.STEMS, related, share)
        rows = meanings[stem].rows if stem in meanings else ()
        phrases = [row.node(share) for row in rows]
        groups.append(Or((*phrases, group)) if phrases else group)
        marked = frozenset((*terms[stem], *(one.stem for one in members)))
        wanted.append(HighlightTerm((frozenset(forms[stem]),), (marked,), weight))
        wanted += [row.mark(weight) for row in rows]
        line = (
            f"term {stem}: {frequencies[stem]:g} times here, in {documents:,} documents, counts {weight:.2f}"
        )
        told = (*members, *(one for row in rows for one in row.told))
        also = ", ".join(f"{one.stem} at {one.weight:g} ({one.source})" for one in told)
        lines.append(f"{line}; by translation: {also}" if also else line)
    words = " ".join(min(forms[stem]) for _, _, stem, _ in best)
    alone: Node | None = Or(tuple(own)) if groups != own else None
    node: Node = Or(tuple(groups))
    if itself:
        node = And((node, Not(Group(schema.PATH, ((itself, 1.0),)))))
    return Likeness(node, tuple(wanted), tuple(lines), words, alone)


def _meanings(
    typical: Mapping[str, str],
    languages: Sequence[str],
    voices: Callable[[Sequence[str], str], Voices | None],
) -> dict[str, Meaning]:
    """Return what the words that stand for stems are in other languages, by their stems.

    The language of a document is known; of several, each word is of one that has it.
    """
    told = languages[0] if len(languages) == 1 else ""
    if not typical or not set(languages) & set(LANGUAGES):
        return {}
    asked = voices([*typical.values()], told)
    return {} if asked is None else {stem: asked.meaning((word,)) for stem, word in typical.items()}


def _members(meanings: Mapping[str, Meaning], stem: str, known: Sequence[str]) -> list[Member]:
    """Return translations of a stem in one word that are none of the stems which are known already."""
    return [one for one in meanings[stem].members if one.stem not in known] if stem in meanings else []


def _terms(analysed: AnalysedDocument) -> tuple[Mapping[str, float], Mapping[str, Counter[str]]]:
    """Return the weighted frequency of each stem that says anything, and the words behind it, counted."""
    frequencies: dict[str, float] = {}
    forms: dict[str, Counter[str]] = {}
    functional: frozenset[str] = frozenset().union(*map(function_words_of, analysed.languages))
    for run in analysed.runs:
        if run.role == "people":
            # What was said is alike, not who says it.
            continue
        weight = ranking.ROLE_WEIGHTS[run.role]
        for word, stem in zip(run.words, run.stems, strict=True):
            if len(stem) > 1 and not stem.isdecimal() and word not in functional:
                frequencies[stem] = frequencies.get(stem, 0.0) + weight
                forms.setdefault(stem, Counter())[word] += 1
    return frequencies, forms
