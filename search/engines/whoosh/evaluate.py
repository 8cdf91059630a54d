"""Answering the query algebra from Whoosh's postings, a term at a time.

A node becomes a mapping from document number to score: exact and plain, at the cost of reading each posting
once. Does not depend on files.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from operator import and_
from typing import TYPE_CHECKING, Any, Final

from coopsearch.search import schema
from coopsearch.search.engines.collection import Statistics
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
from coopsearch.search.engines.whoosh.position_matching import (
    begins_in_order,
    count_ordered,
    count_rows,
    count_unordered,
)
from coopsearch.search.errors import QueryError
from coopsearch.search.model import Document
from coopsearch.search.ranking import Parameters, attraction, idf, lesser

if TYPE_CHECKING:
    from coopsearch.search.engines.as_written import AsWritten, Checks

Scores = dict[int, float]
#: Terms of one pattern that are looked up: each takes some 20 µs here.
MOST_TERMS: Final = 20_000
#: How much longer than it is a field may be said to be.
_LENGTH_SLACK: Final = 1.2


class Evaluator:
    """Evaluates nodes over one open Whoosh reader. Not safe for several threads at once."""

    def __init__(self, reader: Any, parameters: Parameters, load: Callable[[int], Document]) -> None:
        """Take the reader, what it ranks with, and what reads a stored document."""
        self._reader, self._parameters, self._load = reader, parameters, load
        self._leaves: list[tuple[Any, int]] = reader.leaf_readers()
        self.documents: int = reader.doc_count()
        #: Those among which these documents are weighed, where they are not alone.
        self.collection: Statistics | None = None
        self._checks: Checks | None = None
        self._scorable = {name: bool(field.scorable) for name, field in reader.schema.items()}

    def scores(self, node: Node) -> Scores:
        """Return every matching document with its score."""
        match node:
            case Group():
                return self._group(node)
            case Broad():
                return self._broad(node)
            case Phrase():
                return self._phrase(node)
            case Neighbours():
                return self._neighbours(node)
            case Spelled():
                return self._spelled(node)
            case Range():
                return self._range(node)
            case And(children):
                # What is read in the documents comes last, when others have left few of them.
                bare = [child.child if isinstance(child, Checked) else child for child in children]
                found = _all(self.scores(child) for child in _cheapest_first(bare))
                for child in children:
                    if isinstance(child, Checked):
                        found = self._checked(found, child.wanted)
                return found
            case Or(children):
                return _any([self.scores(child) for child in children])
            case Not(child):
                without = self.scores(child)
                return {number: 0.0 for number in self._all() if number not in without}
            case AndMaybe(required, optional):
                more = self.scores(optional)
                return {
                    number: score + more.get(number, 0.0) for number, score in self.scores(required).items()
                }
            case Checked(child, wanted):
                return self._checked(self.scores(child), wanted)
            case Filter(child):
                return dict.fromkeys(self.scores(child), 0.0)
            case Everything():
                return dict.fromkeys(self._all(), 0.0)
            case Rescored(child) | AllWordsFirst(child):
                return self.scores(child)
            case Near():
                return self._near(node)
            case WholeTitle():
                return self._titled(node)
            case Nothing():
                return {}

    def _checked(self, found: Scores, wanted: AsWritten) -> Scores:
        """Return those of some documents that hold a text as it is written."""
        if self._checks is None:
            # Imported for those who ask for one.
            from coopsearch.search.engines.as_written import Checks

            self._checks = Checks()
        kept = self._checks.holding(wanted, found, self._load)
        return {number: score for (number, score), one in zip(found.items(), kept, strict=True) if one}

    def _titled(self, node: WholeTitle) -> Scores:
        """Return the documents that are called so."""
        # Imported for those who ask for one.
        from coopsearch.search.engines import titles

        slots = tuple((word,) for word in node.words)
        held = self._phrase(Phrase(schema.TITLE_WORDS, slots))
        length = self._reader.doc_field_length
        # Whoosh keeps a length in one byte, which may say too much.
        most = _LENGTH_SLACK * titles.longest(node.words)
        short = [number for number in held if length(number, schema.TITLE_WORDS) <= most]
        if len(short) > titles.MOST:
            return {}
        return {
            number: node.boost for number in short if titles.is_whole(self._load(number).title, node.words)
        }

    def frequency(self, field: str, term: str, number: int) -> float:
        """Return the weighted frequency of a term in a document."""
        postings = self._postings(field, term, positions=False)
        return next((frequency for one, frequency, _ in postings if one == number), 0.0)

    def _broad(self, broad: Broad) -> Scores:
        terms = broad.terms.terms
        if len(terms) > MOST_TERMS:
            raise QueryError(
                f"a pattern of the query fits {len(terms):,} words; this index (engine whoosh) looks at most "
                f"{MOST_TERMS:,} up at once; add letters before a *"
            )
        found: Scores = {}
        for term in terms:
            if len(found) == self.documents:
                break
            for number, _, _ in self._postings(broad.field, term, positions=False):
                found[number] = 0.0
        return found

    def _group(self, group: Group) -> Scores:
        frequencies: Scores = {}
        less: Scores = {}
        highest = highest_less = 0
        for term, weight in group.terms:
            into, found = (frequencies if weight == 1.0 else less), 0
            for number, frequency, _ in self._postings(group.field, term, positions=False):
                into[number] = into.get(number, 0.0) + weight * frequency
                found += 1
            if weight == 1.0:
                highest = max(highest, found)
            else:
                highest_less = max(highest_less, found)
        for number, frequency in less.items():
            frequencies[number] = frequencies.get(number, 0.0) + lesser(frequency)
        highest = highest or highest_less
        if not self._scorable[group.field]:
            return dict.fromkeys(frequencies, 0.0)
        return self._score(group.field, frequencies, group.boost * self._rarity(group, highest))

    def _phrase(self, phrase: Phrase) -> Scores:
        slots, weight = self._slots(phrase)
        count = count_ordered if phrase.ordered else count_unordered
        frequencies = {
            number: float(count([slot[number] for slot in slots], phrase.slop)) for number in _common(slots)
        }
        matching = {number: frequency for number, frequency in frequencies.items() if frequency}
        return self._score(phrase.field, matching, phrase.boost * weight)

    def _neighbours(self, node: Neighbours) -> Scores:
        weight = 0.0
        parts: list[list[tuple[dict[int, Sequence[int]], int]]] = []
        for part in node.parts:
            rows: list[tuple[dict[int, Sequence[int]], int]] = []
            rarities: list[float] = []
            for row in part:
                slots, rarity = self._slots(row)
                rarities.append(rarity)
                begins: dict[int, Sequence[int]] = {
                    number: begins_in_order([slot[number] for slot in slots], 0) for number in _common(slots)
                }
                rows.append(({number: at for number, at in begins.items() if at}, len(slots)))
            weight += min(rarities)
            parts.append(rows)
        frequencies: Scores = {}
        for number in _common([dict.fromkeys(one for row, _ in rows for one in row) for rows in parts]):
            held = [[(row[number], width) for row, width in rows if number in row] for rows in parts]
            if count := count_rows(held, node.slop, in_order=node.ordered):
                frequencies[number] = float(count)
        return self._score(node.parts[0][0].field, frequencies, node.boost * weight)

    def _spelled(self, node: Spelled) -> Scores:
        reached: dict[int, dict[int, set[int]]] = {}
        for start, end, term in node.edges:
            before = reached.get(start, {})
            if start and not before:
                continue
            for number, _, positions in self._postings(node.field, term, positions=True):
                if not start:
                    standing = set(positions)
                elif number in before:
                    standing = before[number].intersection(positions)
                else:
                    continue
                if standing:
                    after = reached.setdefault(end, {}).setdefault(number, set())
                    after.update(position + 1 for position in standing)
        ends = reached.get(node.length, {})
        if node.text and ends:
            # Imported for those who ask for a code.
            from coopsearch.search.engines import codes

            kept = codes.holding(node.text, list(ends), self._load)
            ends = {number: at for (number, at), one in zip(ends.items(), kept, strict=True) if one}
        frequencies = {number: float(len(positions)) for number, positions in ends.items()}
        return self._score(node.field, frequencies, node.boost * idf(self._counted, 1))

    def _slots(self, phrase: Phrase) -> tuple[list[dict[int, Sequence[int]]], float]:
        """Return the positions of each slot in each document, and the sum of the slots' rarities."""
        slots: list[dict[int, Sequence[int]]] = []
        known: dict[tuple[str, tuple[str, ...]], tuple[dict[int, Sequence[int]], float]] = {}
        weight = 0.0
        for number, terms in enumerate(phrase.slots):
            field = phrase.fields[number] if phrase.fields else phrase.field
            key = field, tuple(dict.fromkeys(terms))
            # The same word may stand in it several times.
            if key not in known:
                known[key] = self._slot(*key)
            merged, rarity = known[key]
            slots.append(merged)
            weight += rarity
        return slots, weight

    def _slot(self, field: str, terms: Sequence[str]) -> tuple[dict[int, Sequence[int]], float]:
        """Return the positions of any of the terms in each document, and the inverse document frequency."""
        highest = 0
        merged: dict[int, Sequence[int]] = {}
        for term in terms:
            found = 0
            for document, _, positions in self._postings(field, term, positions=True):
                before = merged.get(document)
                merged[document] = positions if before is None else sorted({*before, *positions})
                found += 1
            highest = max(highest, found)
        if self.collection is not None:
            highest = self.collection.max_document_frequency(field, terms)
        return merged, idf(self._counted, highest)

    def _range(self, node: Range) -> Scores:
        found: Scores = {}
        for term in self._reader.lexicon(node.field):
            value = int(term)
            if (node.low is None or value >= node.low) and (node.high is None or value <= node.high):
                for number, _, _ in self._postings(node.field, term.decode(), positions=False):
                    found[number] = 0.0
        return found

    def _near(self, node: Near) -> Scores:
        """Return what closeness adds to each document in which it adds anything."""
        places: dict[int, set[tuple[int, int]]] = {}
        weights = []
        for word, group in enumerate(node.groups):
            highest = highest_less = 0
            for term, weight in group.terms:
                count = 0
                for number, _, positions in self._postings(group.field, term, positions=True):
                    places.setdefault(number, set()).update((position, word) for position in positions)
                    count += 1
                if weight == 1.0:
                    highest = max(highest, count)
                else:
                    highest_less = max(highest_less, count)
            weights.append(self._rarity(group, highest or highest_less))
        found: Scores = {}
        for number, held in places.items():
            gained = [0.0] * len(weights)
            for (before, one), (after, other) in pairwise(sorted(held)):
                if one != other and 0 < after - before <= self._parameters.window:
                    gained[one] += attraction(weights[other], after - before)
                    gained[other] += attraction(weights[one], after - before)
            if any(gained):
                found[number] = sum(map(self._parameters.close, weights, gained))
        return found

    def _score(self, field: str, frequencies: Mapping[int, float], weight: float) -> Scores:
        if not frequencies:
            return {}
        if self.collection is None:
            tokens, documents = self.extent(field)
            average = tokens / max(1, documents) or 1.0
        else:
            average = self.collection.average_length(field)
        length, bm25 = self._reader.doc_field_length, self._parameters.bm25
        return {
            number: bm25(weight, frequency, length(number, field), average)
            for number, frequency in frequencies.items()
        }

    def extent(self, field: str) -> tuple[int, int]:
        """Return the tokens of a field, and the documents: those deleted since are counted in both."""
        return int(self._reader.field_length(field)), int(self._reader.doc_count_all())

    @property
    def _counted(self) -> int:
        """The documents among which these are weighed."""
        return self.documents if self.collection is None else self.collection.documents

    def _rarity(self, group: Group, own: int) -> float:
        """Return the inverse document frequency of a group that has the document frequency ``own`` here."""
        whole = self.collection
        return idf(self._counted, own if whole is None else whole.weighed_frequency(group))

    def alive(self, field: str, term: str) -> int:
        """Count the documents of a term, deleted ones left out."""
        return sum(1 for _ in self._postings(field, term, positions=False))

    def _postings(
        self, field: str, term: str, *, positions: bool
    ) -> Iterator[tuple[int, float, Sequence[int]]]:
        """Yield (document, frequency, positions) of a term, deleted documents left out."""
        key = (field, term.encode())
        for leaf, offset in self._leaves:
            if key in leaf:
                matcher = leaf.postings(*key)
                while matcher.is_active():
                    at = matcher.value_as("positions") if positions else ()
                    yield matcher.id() + offset, matcher.weight(), at
                    matcher.next()

    def _all(self) -> Iterator[int]:
        return iter(self._reader.all_doc_ids())


def _common(slots: Sequence[Mapping[int, object]]) -> Collection[int]:
    """Return the documents that every slot has."""
    return reduce(and_, (slot.keys() for slot in slots)) if slots else ()


def _all(parts: Iterable[Scores]) -> Scores:
    """Return what is in all parts, with the sums; parts behind the last that can matter are not made."""
    found: Scores | None = None
    for part in parts:
        if found is None:
            found = part
        else:
            found = {number: score + part[number] for number, score in found.items() if number in part}
        if not found:
            return {}
    return found or {}


def _any(scores: list[Scores]) -> Scores:
    found: Scores = {}
    for part in scores:
        for number, score in part.items():
            found[number] = found.get(number, 0.0) + score
    return found


def _cheapest_first(children: Sequence[Node]) -> list[Node]:
    """Put negations last: they begin with every document."""
    return sorted(children, key=lambda child: isinstance(child, Not | Everything))
