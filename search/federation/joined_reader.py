"""Several readers as one: the same port, over the documents of all of them.

A document's number tells its reader and its number there. Each reader weighs by the counts of all, so what
it scores is what it would score in one index; the answers are then merged. Does not depend on query syntax or
a particular engine.
"""

from __future__ import annotations

import heapq
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final, TypeVar

from coopsearch.search import schema
from coopsearch.search.engines import titles
from coopsearch.search.engines.all_words import all_words_first
from coopsearch.search.engines.base import Facet, Found, Held, Located, Order, Pattern, Reader
from coopsearch.search.engines.collection import Statistics
from coopsearch.search.engines.nodes import AllWordsFirst, And, Filter, Node, Phrase, Rescored, WholeTitle
from coopsearch.search.errors import IndexUnreadable
from coopsearch.search.federation.local_nodes import Local, localised
from coopsearch.search.indexdir.addresses import is_added
from coopsearch.search.indexdir.pages import Page
from coopsearch.search.indexdir.reading import reading
from coopsearch.search.model import Document

#: Document frequencies, and sets of terms with the highest of theirs, that are remembered.
_REMEMBERED: Final = 1 << 16
#: Fields whose terms are addresses.
_ADDRESSES: Final = frozenset({schema.PATH, schema.FILE})

_T = TypeVar("_T")
#: (number of a document, its score)
Pair = tuple[int, float]


class JoinedReader(Reader):
    """See the port for what its methods promise. The addresses that it gives are absolute."""

    def __init__(self, readers: Sequence[Reader], indexes: Sequence[Path]) -> None:
        """Take readers that nobody else uses, one at least, and the folders of their indexes."""
        self.readers, self.indexes = tuple(readers), tuple(indexes)
        self.parameters = readers[0].parameters
        self.effort = max(reader.effort for reader in readers)
        #: The index whose files could not be read, once that has happened.
        self.faulty: Path | None = None
        self._bases = [os.path.join(index.parent, "") for index in indexes]  # noqa: PTH118 - with its separator
        self._locals = [Local(place, base) for place, base in enumerate(self._bases)]
        self._documents = sum(reader.documents for reader in readers)
        self._frequencies: dict[tuple[str, str], int] = {}
        self._highest: dict[tuple[str, tuple[str, ...]], int] = {}
        self._averages: dict[str, float] = {}
        # An engine that lets one thread in at a time is asked by another one for its counts: with a lock for
        # each, two threads could wait for each other.
        self._guard: AbstractContextManager[object] = threading.RLock() if self.effort > 1 else nullcontext()
        for reader in readers:
            reader.join(self)

    # ------------------------------------------------------------------------------ what all hold together

    @property
    def documents(self) -> int:
        """Count the documents of all."""
        return self._documents

    @property
    def pages(self) -> Mapping[str, Page]:
        """Return none: each index has its own."""
        return {}

    def terms(self, field: str) -> Iterable[tuple[str, int]]:
        """Return a field's terms, sorted, with the sums of their document frequencies."""
        lists = self._each(lambda place, reader: self._terms(place, field, reader.terms(field)))
        for term, found in groupby(heapq.merge(*lists), itemgetter(0)):
            yield term, sum(count for _, count in found)

    def document_frequency(self, field: str, term: str) -> int:
        """Count the documents of a term. Each reader asks for the same when it weighs."""
        found = self._frequencies.get((field, term))
        if found is None:
            found = sum(
                self._each(lambda place, one: one.document_frequency(field, self._term(place, field, term)))
            )
            if len(self._frequencies) >= _REMEMBERED:
                self._frequencies.clear()
            self._frequencies[field, term] = found
        return found

    def max_document_frequency(self, field: str, terms: Iterable[str]) -> int:
        """Return the document frequency of the most frequent of some terms."""
        key = (field, tuple(terms))
        found = self._highest.get(key)
        if found is None:
            if len(self._highest) >= _REMEMBERED:
                self._highest.clear()
            found = self._highest[key] = super().max_document_frequency(*key)
        return found

    def average_length(self, field: str) -> float:
        """Return the mean length of the documents in tokens of a field."""
        found = self._averages.get(field)
        if found is None:
            tokens, documents = self.extent(field)
            found = self._averages[field] = tokens / documents if tokens and documents else 1.0
        return found

    def extent(self, field: str) -> tuple[int, int]:
        """Return the tokens of a field, and the documents."""
        extents = self._each(lambda _, reader: reader.extent(field))
        return sum(tokens for tokens, _ in extents), sum(documents for _, documents in extents)

    def join(self, collection: Statistics | None) -> None:
        """Weigh by the counts of a collection, or again by those of all readers."""
        for reader in self.readers:
            reader.join(self if collection is None else collection)

    def among(self, field: str, terms: Iterable[str]) -> frozenset[str]:
        """Return those of the terms that documents of any hold."""
        wanted = tuple(terms)
        if field in _ADDRESSES:
            held = self._each(
                lambda place, reader: [
                    self._absolute(place, one)
                    for one in reader.among(field, [self._local(place, term) for term in wanted])
                ]
            )
            return frozenset[str]().union(*held)
        return frozenset[str]().union(*self._each(lambda _, reader: reader.among(field, wanted)))

    def expand(self, field: str, pattern: Pattern) -> list[str]:
        """Return the terms of any that fit a pattern."""
        if field in _ADDRESSES:
            found = self._each(lambda place, reader: self._fitting(place, reader, field, pattern))
        else:
            found = self._each(lambda _, reader: reader.expand(field, pattern))
        return sorted(set[str]().union(*found))

    def stems(self, word: str) -> Mapping[str, str]:
        """Return a word's known stems: indexes of one version of the analysis have the same."""
        found: dict[str, str] = {}
        for known in self._each(lambda _, reader: reader.stems(word)):
            found |= known
        return found

    def named(self, keys: Iterable[str]) -> list[str]:
        """Return the words of any that can be names and have one of some keys."""
        wanted = tuple(keys)
        return sorted(set[str]().union(*self._each(lambda _, reader: reader.named(wanted))))

    # -------------------------------------------------------------------------------------------- questions

    def search(self, query: Node, limit: int, order: Order = "relevance") -> Found:
        """Have each reader rank its own, and merge what they found."""
        with self._guard:
            if isinstance(query, AllWordsFirst):
                if order == "relevance":
                    return all_words_first(self, query, limit)
                query = query.child
            if order != "relevance" and limit:
                total, pairs = self._asked(query, limit, order)
                pairs.sort(key=lambda pair: self._place(pair[0], order))
                return Found(total, tuple(pairs[:limit]))
            if isinstance(query, Rescored) and limit:
                return self._rescored(query, limit)
            total, pairs = self._asked(query, limit)
            return Found(total, self._best(pairs, limit))

    def _asked(self, query: Node, limit: int, order: Order = "relevance") -> tuple[int, list[Pair]]:
        """Return how many documents match, and the first of each reader."""
        answers = self._each(
            lambda place, reader: reader.search(localised(query, self._locals[place]), limit, order)
        )
        pairs = [
            (self._number(place, own), score)
            for place, found in enumerate(answers)
            for own, score in found.best
        ]
        return sum(found.total for found in answers), pairs

    def _rescored(self, query: Rescored, limit: int) -> Found:
        """Add to the scores of the best of all what each reader's own are given."""
        most = self.parameters.rescored
        total, pairs = self._asked(query.child, max(limit, most))
        more = [node for node in query.more if not self._is_common(node)]
        ranked = self._best(pairs, max(limit, most))
        chosen = dict(ranked[:most])
        for node in query.also if len(more) == len(query.more) else ():
            named = self._asked(And((query.child, Filter(node))), most)[1]
            chosen |= dict(self._best(named, most))
        scores = dict(ranked) | chosen
        for place, reader, numbers in self._split(chosen):
            nodes = [localised(node, self._locals[place]) for node in more]
            with self._reading(place):
                gained = reader.added(nodes, [self._own(number) for number in numbers])
            for number, score in zip(numbers, gained, strict=True):
                scores[number] += score
        return Found(total, self._best(scores.items(), limit))

    def _is_common(self, node: Node) -> bool:
        """Say whether so many documents have a title that none of them is meant: see ``WholeTitle``."""
        if not isinstance(node, WholeTitle):
            return False
        totals = self._each(lambda _, reader: reader.search(node, 0).total)
        if sum(totals) > titles.MOST:
            return True
        # A reader that has too many alone finds none.
        words = Phrase(schema.TITLE_WORDS, tuple((word,) for word in node.words))
        holding = self._each(lambda _, reader: reader.search(words, 0).total)
        return any(not total and held > titles.MOST for total, held in zip(totals, holding, strict=True))

    def matching(self, query: Node, numbers: Sequence[int]) -> frozenset[int]:
        """Return those of some documents that match."""
        found: set[int] = set()
        with self._guard:
            for place, reader, mine in self._split(numbers):
                with self._reading(place):
                    own = reader.matching(
                        localised(query, self._locals[place]), [self._own(number) for number in mine]
                    )
                found.update(self._number(place, one) for one in own)
        return frozenset(found)

    def added(self, nodes: Sequence[Node], numbers: Sequence[int]) -> list[float]:
        """Return what some nodes add to the scores of some documents."""
        return [sum(self.weigh(node, number) for node in nodes) for number in numbers]

    def count(self, query: Node, facet: Facet) -> dict[str, int]:
        """Count the documents that match by a facet; folders of different indexes are different ones."""
        found: Counter[str] = Counter()
        counted = self._each(lambda place, reader: reader.count(localised(query, self._locals[place]), facet))
        for place, counts in enumerate(counted):
            for value, count in counts.items():
                if facet.startswith("folder"):
                    value = self._absolute(place, value).rstrip(os.sep)  # noqa: PLW2901 - named in full
                found[value] += count
        return dict(found)

    def values(self, query: Node, name: str) -> dict[str, int]:
        """Count the documents that match by a field of their own."""
        found: Counter[str] = Counter()
        for counts in self._each(
            lambda place, reader: reader.values(localised(query, self._locals[place]), name)
        ):
            found.update(counts)
        return dict(found)

    def weigh(self, node: Node, number: int) -> float:
        """Return what a node gives a document."""
        if self._is_common(node):
            return 0.0
        with self._of(number) as (place, reader, own):
            return reader.weigh(localised(node, self._locals[place]), own)

    def frequency(self, field: str, term: str, number: int) -> float:
        """Return the weighted frequency of a term in a document."""
        with self._of(number) as (place, reader, own):
            return reader.frequency(field, self._term(place, field, term), own)

    # -------------------------------------------------------------------------------------------- documents

    def path(self, number: int) -> str:
        """Return a document's absolute path."""
        with self._of(number) as (place, reader, own):
            return self._absolute(place, reader.path(own))

    def index_of(self, number: int) -> str:
        """Return the folder of the index that a document is from."""
        return str(self.indexes[number % len(self.readers)])

    def document(self, number: int) -> Document:
        """Read a stored document."""
        with self._of(number) as (place, reader, own):
            return self._named(place, reader.document(own))

    def head(self, number: int) -> Document:
        """Read a stored document; of a long one maybe all but its text."""
        with self._of(number) as (place, reader, own):
            return self._named(place, reader.head(own))

    def outline(self, number: int) -> Document:
        """Read what names a stored document."""
        with self._of(number) as (place, reader, own):
            return self._named(place, reader.outline(own))

    def passage(self, number: int, start: int, end: int) -> str:
        """Read characters ``start`` to ``end`` of a document's text."""
        with self._of(number) as (_, reader, own):
            return reader.passage(own, start, end)

    def locate(self, number: int, slots: Sequence[Sequence[tuple[str, str]]]) -> Located | None:
        """Return where terms stand in a document."""
        with self._of(number) as (_, reader, own):
            return reader.locate(own, slots)

    def documents_in_file(self, file: str) -> list[Document]:
        """Read the documents of a file, from the first index that holds it."""
        several = self._each(lambda place, reader: reader.documents_in_file(self._local(place, file)))
        return next(
            ([self._named(place, one) for one in found] for place, found in enumerate(several) if found), []
        )

    def document_at(self, path: str) -> Document | None:
        """Read the document at a path, from the first index that holds it."""
        several = self._each(lambda place, reader: reader.document_at(self._local(place, path)))
        return next((self._named(place, one) for place, one in enumerate(several) if one is not None), None)

    def held(self) -> Iterator[Held]:
        """Yield what each file of each index holds."""
        for held in self._each(lambda _, reader: reader.held()):
            yield from held

    # ----------------------------------------------------------------------------------------------- states

    @property
    def generation(self) -> int:
        """Return a number that grows with each commit to any."""
        return sum(reader.generation for reader in self.readers)

    def is_current(self) -> bool:
        """Say whether nothing was committed to any since."""
        return all(reader.is_current() for reader in self.readers)

    def follow(self) -> bool:
        """Take nothing over: all are opened anew, for one index changes what the others score."""
        return False

    def close(self) -> None:
        """Let the files of all go."""
        for reader in self.readers:
            reader.close()

    # ---------------------------------------------------------------------------------------------- details

    def _number(self, place: int, own: int) -> int:
        return own * len(self.readers) + place

    def _own(self, number: int) -> int:
        return number // len(self.readers)

    def _term(self, place: int, field: str, term: str) -> str:
        return self._local(place, term) if field in _ADDRESSES else term

    def _terms(self, place: int, field: str, terms: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
        if field not in _ADDRESSES:
            return list(terms)
        return sorted((self._absolute(place, term), count) for term, count in terms)

    def _fitting(self, place: int, reader: Reader, field: str, pattern: Pattern) -> list[str]:
        """Return the absolute addresses of a reader that fit: they may begin above or in its base."""
        base, start = self._bases[place], pattern.prefix
        local = "" if base.startswith(start) else start.removeprefix(base)
        found = reader.expand(field, pattern._replace(prefix=local))
        return [one for term in found if (one := self._absolute(place, term)).startswith(start)]

    def _local(self, place: int, address: str) -> str:
        return address.removeprefix(self._bases[place])

    def _absolute(self, place: int, address: str) -> str:
        if os.path.isabs(address) or is_added(address):  # noqa: PTH117 - quick
            return address
        return self._bases[place] + address

    def _named(self, place: int, document: Document) -> Document:
        """Return a document with absolute addresses."""
        path, file = (self._absolute(place, one) for one in (document.path, document.file))
        return document._replace(path=path, file=file)

    @contextmanager
    def _reading(self, place: int) -> Iterator[None]:
        """Have an error name the index whose files raised it, and note which one that is."""
        try:
            with reading(self.indexes[place]):
                yield
        except IndexUnreadable:
            self.faulty = self.faulty or self.indexes[place]
            raise

    def _each(self, ask: Callable[[int, Reader], _T]) -> list[_T]:
        """Return what each reader answers, in their order."""
        answers = []
        with self._guard:
            for place, reader in enumerate(self.readers):
                with self._reading(place):
                    answers.append(ask(place, reader))
        return answers

    @contextmanager
    def _of(self, number: int) -> Iterator[tuple[int, Reader, int]]:
        own, place = divmod(number, len(self.readers))
        with self._guard, self._reading(place):
            yield place, self.readers[place], own

    def _split(self, numbers: Iterable[int]) -> Iterator[tuple[int, Reader, list[int]]]:
        """Yield each reader that has some of the documents, with its place and their numbers."""
        several = sorted(numbers, key=lambda number: number % len(self.readers))
        for place, mine in groupby(several, lambda number: number % len(self.readers)):
            yield place, self.readers[place], list(mine)

    def _best(self, pairs: Iterable[Pair], limit: int) -> tuple[Pair, ...]:
        """Return the best documents, ties by path."""
        several = list(pairs)
        times = Counter(score for _, score in several)
        # Reading a path costs more than all the rest: it is read where it decides.
        several.sort(key=lambda one: (-one[1], self._tie(one[0]) if times[one[1]] > 1 else (b"", 0)))
        return tuple(several[:limit])

    def _tie(self, number: int) -> tuple[bytes, int]:
        """Return what decides between documents of one score: the path in the index, then the index."""
        with self._of(number) as (place, reader, own):
            return reader.path(own).encode("utf-8", "surrogatepass"), place

    def _place(self, number: int, order: Order) -> tuple[object, ...]:
        """Return what a document is sorted by: what its own reader sorts by."""
        tie = self._tie(number)
        if order == "path":
            return tie
        document = self.head(number)
        if order == "title":
            return document.title.casefold(), *tie
        day = int(document.date.replace("-", "") or 0)
        return not day, -day if order == "newest" else day, *tie
