"""The terms of a committed state, over all its segments: what ``evaluate.snapshot`` is with NumPy.

Every list that is decoded is counted, and a question that needs too many numbers is given up: beyond that
NumPy is quicker, its import included. Does not depend on NumPy or on query syntax.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search import ranking, schema
from coopsearch.search.engines.columns.field_columns import (
    BODY,
    HEADING,
    PLACES,
    SCORED,
    TITLE,
    ColumnRef,
    date_number,
)
from coopsearch.search.engines.columns.scalar.field import Field
from coopsearch.search.engines.columns.scalar.segment import Segment
from coopsearch.search.engines.columns.scalar.single import single, singles
from coopsearch.search.engines.columns.storage.field_tables import Source
from coopsearch.search.engines.columns.storage.segment_files import StateFiles
from coopsearch.search.engines.columns.storage.string_table import encode
from coopsearch.search.engines.columns.storage.toc import Toc
from coopsearch.search.engines.nodes import Group, Phrase
from coopsearch.search.ranking import Parameters

#: Numbers that are decoded for one question, more or less: some 30 ms.
MOST: Final = 300_000

#: Terms of a group beyond which they are read together, which takes columns.
_MANY: Final = 16


class TooMuch(Exception):
    """The question needs more numbers, or other means, than are to be had here."""


class Scored(NamedTuple):
    """Documents, sorted, and what each gets; None where nothing is scored."""

    docs: list[int]
    scores: list[float] | None = None

    def of(self, docs: Iterable[int]) -> list[float]:
        """Return what some documents get, 0 for one that is not among these."""
        given = dict(zip(self.docs, self.scores, strict=True)) if self.scores is not None else {}
        return [given.get(doc, 0.0) for doc in docs]


class Postings(NamedTuple):
    """The documents of a term or a group, the impact of each, and the document frequency of the whole."""

    docs: list[int]
    impacts: list[float] | None
    df: int

    def weighed(self, weight: float) -> Scored:
        """Return what each document gets if the list has a weight."""
        if self.impacts is None:
            return Scored(self.docs)
        factor = single(weight)
        return Scored(self.docs, singles(impact * factor for impact in self.impacts))


NOBODY: Final = Postings([], None, 0)


class State(StateFiles[Segment]):
    """The terms of a state. Safe for many threads: what it remembers may be worked out twice."""

    def __init__(self, folder: Path, toc: Toc, parameters: Parameters) -> None:
        """Map the state's files. Raises IndexDamaged, IndexUnreadable or FileNotFoundError."""
        super().__init__(Segment, folder, toc)
        self.parameters = parameters
        self._terms: dict[tuple[str, str], Postings] = {}
        self._averages: dict[str, float] = {}
        self.left = MOST
        """Numbers that may still be decoded, of all questions to come."""

    def close(self) -> None:
        """Let the files go, and what was read of them."""
        super().close()
        self._terms.clear()

    def take(self, numbers: int) -> None:
        """Count numbers that are about to be decoded. Raises TooMuch."""
        self.left -= numbers
        if self.left < 0:
            raise TooMuch

    @cached_property
    def everything(self) -> list[int]:
        """All documents that are not deleted."""
        self.take(self.bases[-1])
        return [
            base + doc
            for segment, base in zip(self.segments, self.bases, strict=False)
            for doc in segment.alive(range(segment.documents))
        ]

    def df(self, field: str, term: str) -> int:
        """Return how many documents hold a term."""
        place = PLACES.get(field)
        declared = None if place is None else self.declared_df(place, encode(term))
        return len(self.term(field, term).docs) if declared is None else declared

    def max_df(self, field: str, terms: Iterable[str]) -> int:
        """Return the document frequency of the most frequent of some terms."""
        return max((self.df(field, term) for term in terms), default=0)

    def term(self, field: str, term: str) -> Postings:
        """Return the postings of a term; empty for one that the index does not know."""
        key = (field, term)
        found = self._terms.get(key)
        if found is None:
            place = PLACES.get(field)
            if place is None:
                docs = self._special(field, term)
                found = Postings(docs, None, len(docs))
            else:
                docs, frequencies = self.frequencies(place, encode(term))
                scored = bool(docs) and place.field in SCORED
                impacts = self.impacts(place.field, docs, frequencies) if scored else None
                found = Postings(docs, impacts, len(docs))
            self._terms[key] = found
        return found

    def group(self, group: Group) -> Postings:
        """Return the postings of alternatives as one term: see nodes.Group."""
        field, terms = group.field, group.terms
        if len(terms) > _MANY:
            raise TooMuch
        if len(terms) == 1 and terms[0][1] == 1.0:
            return self.term(field, terms[0][0])
        place = PLACES.get(field)
        if place is None or place.field not in SCORED:
            docs = sorted({doc for term, _ in terms for doc in self.term(field, term).docs})
            return Postings(docs, None, len(docs))
        lists = [(self.frequencies(place, encode(term)), weight) for term, weight in terms]
        full = [found for found, weight in lists if weight == 1.0 and found[0]]
        less = [
            (docs, singles(value * single(weight) for value in values))
            for (docs, values), weight in lists
            if weight != 1.0 and docs
        ]
        highest = max((len(docs) for docs, _ in full or less), default=0)
        if less:
            docs, summed = summed_up(less)
            # As ranking.lesser.
            full.append((docs, singles(value / single(value + 1.0) for value in summed)))
        docs, frequencies = summed_up(full)
        return Postings(docs, self.impacts(place.field, docs, frequencies) if docs else None, highest)

    def rarity(self, df: int) -> float:
        """Return the inverse document frequency of what has a document frequency."""
        return ranking.idf(self.documents, df)

    def phrase_rarity(self, phrase: Phrase) -> float:
        """Return the inverse document frequency of a phrase."""
        fields = phrase.fields or (phrase.field,) * len(phrase.slots)
        pairs = zip(fields, phrase.slots, strict=False)
        return sum(self.rarity(self.max_df(field, slot)) for field, slot in pairs)

    def impacts(self, field: str, docs: Sequence[int], frequencies: Sequence[float]) -> list[float]:
        """Return Parameters.bm25 of weight 1 for documents with some frequencies."""
        k1, b = self.parameters.k1, self.parameters.b
        steep, flat, top = (
            single(k1 * b / self._average(field)),
            single(k1 * (1.0 - b)),
            single(k1 + 1.0),
        )
        lengths = self.lengths(field, docs)
        below = singles(
            single(single(length * steep) + flat) + frequency
            for length, frequency in zip(lengths, frequencies, strict=True)
        )
        shares = singles(frequency / low for frequency, low in zip(frequencies, below, strict=True))
        return singles(share * top for share in shares)

    def lengths(self, field: str, docs: Sequence[int]) -> list[int]:
        """Return the lengths of some documents (sorted) in tokens of an indexed field, weighted."""
        found: list[int] = []
        for segment, own in self._split(docs):
            length = segment.file[f"{field}.len"].at
            found += map(length, own)
        return found

    def _split(self, docs: Sequence[int]) -> Iterable[tuple[Segment, list[int]]]:
        """Return the segments that hold some of the (sorted) documents, and their own numbers."""
        at = 0
        for segment, base, end in zip(self.segments, self.bases, self.bases[1:], strict=False):
            last = bisect_right(docs, end - 1, at)
            if at < last:
                yield segment, [doc - base for doc in docs[at:last]]
            at = last

    def _average(self, field: str) -> float:
        found = self._averages.get(field)
        if found is None:
            total = sum(segment.total_length(field) for segment in self.segments)
            found = total / self.documents if total and self.documents else 1.0
            self._averages[field] = found
        return found

    def frequencies(self, place: ColumnRef, term: bytes) -> tuple[list[int], list[float]]:
        """Return the documents of a term and its weighted frequency in each."""
        docs: list[int] = []
        frequencies: list[float] = []
        for segment, base in zip(self.segments, self.bases, strict=False):
            if sources := self.sources(segment, place, term):
                mine, values = self._list(segment, place, sources, term)
                if deleted := segment.deleted:
                    kept = [at for at, doc in enumerate(mine) if doc not in deleted]
                    mine, values = [mine[at] for at in kept], [values[at] for at in kept]
                docs += [doc + base for doc in mine]
                frequencies += values
        return docs, frequencies

    def _list(
        self, segment: Segment, place: ColumnRef, sources: Sequence[Source], term: bytes
    ) -> tuple[list[int], list[float]]:
        """Return a segment's documents of a term and its weighted frequency in each."""
        field = segment.postings[place.field]
        if sources[0].form is None and len(sources) == 1:
            index = sources[0].list
            self.take(3 * field.df(index))
            docs = field.docs(index)
            if not field.scored:
                return docs, [1.0] * len(docs)
            return docs, [
                float(times + more)
                for times, more in zip(field.occurrences(index), field.gains(index), strict=True)
            ]
        docs, counts = summed_up([self._form(field, source.list, source.form) for source in sources])
        if place.field != BODY:
            # All tokens of these fields weigh the same.
            return docs, [count * _weight(place.field) for count in counts]
        # What title and headings add stands with the stem; for some forms of it, look there.
        at = {doc: place for place, doc in enumerate(docs)}
        for role in (TITLE, HEADING):
            inside = ColumnRef(role, words=True)
            if found := self.sources(segment, inside, term):
                weight = _weight(role)
                share = single((weight - 1) / weight)
                for doc, value in zip(*self._list(segment, inside, found, term), strict=True):
                    counts[at[doc]] = single(counts[at[doc]] + single(value * share))
        return docs, counts

    def _form(self, field: Field, term: int, form: int | None) -> tuple[list[int], list[float]]:
        """Return the documents of a form of a list, or of all its forms, and how often each has it."""
        self.take(2 * field.df(term) + field.cf(term))
        docs, times = field.docs(term), field.occurrences(term)
        if form is None:
            return docs, list(map(float, times))
        forms, at = field.forms(term), 0
        held: list[int] = []
        counts: list[float] = []
        for doc, count in zip(docs, times, strict=True):
            if here := forms[at : at + count].count(form):
                held.append(doc)
                counts.append(float(here))
            at += count
        return held, counts

    def _special(self, field: str, term: str) -> list[int]:
        """Return the documents of a term of a field that is kept as a column."""
        if field in (schema.PATH, schema.FILE):
            key = encode(term)
            return [
                base + doc
                for segment, base in zip(self.segments, self.bases, strict=False)
                for doc in (segment.docs_of_path(key) if field == schema.PATH else segment.docs_of_file(key))
            ]
        if field == schema.DATE:
            try:
                return self.dated(date_number(term), date_number(term))
            except ValueError:
                return []
        return []

    def dated(self, low: int | None, high: int | None) -> list[int]:
        """Return the documents whose day lies within bounds; those without a day have none."""
        self.take(self.bases[-1])
        first, last = max(1, low or 1), 1 << 32 if high is None else high
        return [
            base + doc
            for segment, base in zip(self.segments, self.bases, strict=False)
            for doc in segment.alive(
                [
                    doc
                    for doc, day in enumerate(segment.file["date"].list(0, segment.documents))
                    if first <= day <= last
                ]
            )
        ]

    def positions(self, field: str, term: str) -> dict[int, list[int]]:
        """Return where a term of a text field stands: for each document its kept positions, sorted."""
        place, text = PLACES[field], encode(term)
        found: dict[int, list[int]] = {}
        for segment, base in zip(self.segments, self.bases, strict=False):
            parts: dict[int, set[int]] = {}
            for source in self.sources(segment, place, text):
                for doc, spots in self._spots(segment.postings[place.field], source).items():
                    parts.setdefault(doc, set()).update(spots)
            deleted = segment.deleted
            found |= {base + doc: sorted(spots) for doc, spots in parts.items() if doc not in deleted}
        return found

    def places(self, number: int, pairs: Iterable[tuple[str, str]]) -> list[int]:
        """Return where any of some (field, term) pairs stand in a document: kept positions, none twice."""
        segment, own = self.locate(number)
        wanted: set[tuple[str, Source]] = set()
        for field, term in pairs:
            place = PLACES[field]
            wanted.update((place.field, source) for source in self.sources(segment, place, encode(term)))
        found: set[int] = set()
        for name, source in wanted:
            # A form of a list that counts as a whole adds nothing.
            if source.form is None or (name, Source(source.list, None)) not in wanted:
                found.update(self._spots(segment.postings[name], source).get(own, ()))
        return sorted(found)

    def _spots(self, postings: Field, source: Source) -> dict[int, list[int]]:
        """Return where a list, or a form of it, stands in each document of a segment."""
        index, form = source
        self.take(2 * postings.df(index) + postings.cf(index))
        positions, times = postings.positions(index), postings.occurrences(index)
        if sum(times) != len(positions):
            # What is read of a list is as long as this says, and this may have been written by anybody.
            raise postings.file.damaged(f"says otherwise how long a list of its {postings.name} is")
        forms = None if form is None else postings.forms(index)
        found: dict[int, list[int]] = {}
        at = 0
        for doc, count in zip(postings.docs(index), times, strict=True):
            end = at + count
            mine = positions[at:end]
            if forms is not None:
                mine = [spot for spot, other in zip(mine, forms[at:end], strict=True) if other == form]
            if mine:
                found[doc] = mine
            at = end
        return found


def _weight(field: str) -> int:
    """Return what a token of the title or of a heading weighs."""
    return ranking.ROLE_WEIGHTS["title" if field == TITLE else "heading"]


def summed_up(lists: Sequence[tuple[list[int], list[float]]]) -> tuple[list[int], list[float]]:
    """Unite lists of documents; the frequencies of a document are summed in the order of the lists."""
    if len(lists) == 1:
        return lists[0]
    sums: dict[int, float] = {}
    for docs, values in lists:
        for doc, value in zip(docs, values, strict=True):
            before = sums.get(doc)
            sums[doc] = value if before is None else single(before + value)
    docs = sorted(sums)
    return docs, [sums[doc] for doc in docs]
