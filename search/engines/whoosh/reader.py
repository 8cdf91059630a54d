"""Reading one committed state of a Whoosh index.

Everything that Whoosh raises over broken files becomes IndexDamaged. Does not depend on query syntax or
snippets.
"""

from __future__ import annotations

import heapq
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from coopsearch.search import schema
from coopsearch.search.engines.all_words import all_words_first
from coopsearch.search.engines.base import Facet, Found, Held, Order, Pattern, Reader
from coopsearch.search.engines.collection import Statistics
from coopsearch.search.engines.folders import folder_of
from coopsearch.search.engines.nodes import AllWordsFirst, Group, Node, Rescored, demanded
from coopsearch.search.engines.whoosh import table
from coopsearch.search.engines.whoosh.codec import reader_of, segment_of
from coopsearch.search.engines.whoosh.evaluate import Evaluator
from coopsearch.search.engines.whoosh.fields import NAMES, PAYLOAD
from coopsearch.search.engines.whoosh.forms import FormTable
from coopsearch.search.engines.whoosh.integrity import check, mapped
from coopsearch.search.engines.whoosh.patterns import fitting
from coopsearch.search.engines.whoosh.payload import unpack
from coopsearch.search.indexdir.pages import Page
from coopsearch.search.model import Document
from coopsearch.search.ranking import DEFAULT, Parameters

#: Terms whose document frequency is remembered.
_FREQUENCIES: Final = 1 << 16


class WhooshReader(Reader):
    """See the port for what its methods promise."""

    effort = 4

    def __init__(self, folder: Path, found: table.Found, parameters: Parameters = DEFAULT) -> None:
        """Open the state of a table. Raises IndexDamaged or IndexUnreadable."""
        self._folder, self.parameters = folder, parameters
        self._table, self._data = found
        # Whoosh's postings share file positions, so one thread evaluates at a time; what it weighs by may ask
        # this reader for more meanwhile.
        self._lock = threading.RLock()
        check(folder, self._table)
        with mapped(folder):
            segments = [
                segment_of(entry.name, entry.documents, entry.deleted, entry.lengths)
                for entry in self._table.segments
            ]
            self._reader: Any = reader_of(folder, segments, self._table.generation)
            self._evaluator = Evaluator(self._reader, parameters, self._load)
            self._paths: Any = None
        #: Whether document frequencies are weighed by, so that deleted documents must not count.
        self._exact = False
        self._terms: dict[str, list[str]] = {}
        self._frequencies: dict[tuple[str, str], int] = {}
        self._forms = FormTable(folder, self._table.forms)

    @property
    def pages(self) -> Mapping[str, Page]:
        """Return the pages of this state."""
        return self._table.pages

    @property
    def documents(self) -> int:
        """Count the documents."""
        return self._evaluator.documents

    def terms(self, field: str) -> Iterable[tuple[str, int]]:
        """Return a field's terms and document frequencies."""
        with self._lock, mapped(self._folder):
            return [(term.decode(), info.doc_frequency()) for term, info in self._reader.iter_field(field)]

    def document_frequency(self, field: str, term: str) -> int:
        """Count the documents of a term. A query of many words asks for pieces of them again and again."""
        found = self._frequencies.get((field, term))
        if found is None:
            with self._lock, mapped(self._folder):
                if self._exact:
                    found = self._evaluator.alive(field, term)
                else:
                    found = int(self._reader.doc_frequency(field, term.encode()))
            if len(self._frequencies) >= _FREQUENCIES:
                self._frequencies.clear()
            self._frequencies[field, term] = found
        return found

    def expand(self, field: str, pattern: Pattern) -> list[str]:
        """Return the terms that fit a pattern."""
        with self._lock, mapped(self._folder):
            return fitting(pattern, self._terms_with(field, pattern.literal_prefix))

    def _terms_with(self, field: str, prefix: str) -> list[str]:
        """Return the terms of a field that begin with a prefix; once all were read, these are remembered."""
        known = self._terms.get(field)
        if known is None:
            found = [term.decode() for term in self._reader.expand_prefix(field, prefix.encode())]
            if not prefix:
                self._terms[field] = found
            return found
        # Nothing that begins so sorts behind the last character of Unicode.
        return known[bisect_left(known, prefix) : bisect_left(known, prefix + "\U0010ffff")]

    def stems(self, word: str) -> Mapping[str, str]:
        """Return a word's known stems."""
        return self._forms.get(word)

    def named(self, keys: Iterable[str]) -> list[str]:
        """Return the words that can be names and have one of some keys."""
        found: set[str] = set()
        with self._lock, mapped(self._folder):
            for key in set(keys):
                start = f"{key} ".encode()
                terms = self._reader.expand_prefix(NAMES, start)
                found.update(term[len(start) :].decode() for term in terms)
        return sorted(self.among(schema.WORDS, found))

    def search(self, query: Node, limit: int, order: Order = "relevance") -> Found:
        """Score all matching documents and keep the best."""
        if isinstance(query, AllWordsFirst):
            if order == "relevance":
                return all_words_first(self, query, limit)
            query = query.child
        with self._lock, mapped(self._folder):
            if not limit:
                return Found(len(self._evaluator.scores(demanded(query))), ())
            scores = self._evaluator.scores(query)
            if order != "relevance":
                first = heapq.nsmallest(limit, scores, key=lambda number: self._place(number, order))
                for node in query.more if isinstance(query, Rescored) else ():
                    more = self._evaluator.scores(node)
                    for number in first:
                        scores[number] += more.get(number, 0.0)
                return Found(len(scores), tuple((number, scores[number]) for number in first))
            if isinstance(query, Rescored):
                best = dict(self._best(scores, self.parameters.rescored))
                for node in query.also:
                    named = {one: scores[one] for one in self._evaluator.scores(node) if one in scores}
                    best |= self._best(named, self.parameters.rescored)
                for node in query.more:
                    more = self._evaluator.scores(node)
                    for number in best:
                        scores[number] += more.get(number, 0.0)
            return Found(len(scores), tuple(self._best(scores, limit)))

    def matching(self, query: Node, numbers: Sequence[int]) -> frozenset[int]:
        """Return those of some documents that match."""
        with self._lock, mapped(self._folder):
            return frozenset(numbers) & self._evaluator.scores(demanded(query)).keys()

    def join(self, collection: Statistics | None) -> None:
        """Weigh by the counts of a collection."""
        self._evaluator.collection = collection
        self._exact = collection is not None and any(entry.deleted for entry in self._table.segments)
        self._frequencies.clear()

    def extent(self, field: str) -> tuple[int, int]:
        """Return the tokens of a field, and the documents, deleted ones included."""
        return self._evaluator.extent(field)

    def added(self, nodes: Sequence[Node], numbers: Sequence[int]) -> list[float]:
        """Return what some nodes add to the scores of some documents."""
        with self._lock, mapped(self._folder):
            parts = [self._evaluator.scores(node) for node in nodes]
        return [sum(part.get(number, 0.0) for part in parts) for number in numbers]

    def count(self, query: Node, facet: Facet) -> dict[str, int]:
        """Count the documents that match by a facet."""
        with self._lock, mapped(self._folder):
            numbers = self._evaluator.scores(query).keys()
            if facet == "lang":
                terms = [term for term, _ in self._reader.iter_field(schema.LANGUAGE)]
                held = {
                    term.decode(): numbers & set(self._reader.postings(schema.LANGUAGE, term).all_ids())
                    for term in terms
                }
                return {term: len(some) for term, some in held.items() if some}
            return dict(Counter(_value(self._load(number), facet) for number in numbers))

    def values(self, query: Node, name: str) -> dict[str, int]:
        """Count the documents that match by a field of their own."""
        having = Group(schema.META_NAMES, ((name, 1.0),))
        with self._lock, mapped(self._folder):
            numbers = self._evaluator.scores(demanded(query)).keys() & self._evaluator.scores(having).keys()
            return dict(Counter(self._load(number).fields[name] for number in numbers))

    def weigh(self, node: Node, number: int) -> float:
        """Return what a node gives a document."""
        with self._lock, mapped(self._folder):
            return self._evaluator.scores(node).get(number, 0.0)

    def frequency(self, field: str, term: str, number: int) -> float:
        """Return the weighted frequency of a term in a document."""
        with self._lock, mapped(self._folder):
            return self._evaluator.frequency(field, term, number)

    def path(self, number: int) -> str:
        """Return a document's path."""
        with self._lock, mapped(self._folder):
            return self._path(number).decode()

    def document(self, number: int) -> Document:
        """Read a stored document."""
        with self._lock, mapped(self._folder):
            return self._load(number)

    def documents_in_file(self, file: str) -> list[Document]:
        """Read the documents of a file."""
        with self._lock, mapped(self._folder):
            key = (schema.FILE, file.encode())
            if key not in self._reader:
                return []
            numbers = list(self._reader.postings(*key).all_ids())
            found = [unpack(self._reader.stored_fields(number)[PAYLOAD]) for number in numbers]
            return sorted(found, key=lambda document: document.path)

    def document_at(self, path: str) -> Document | None:
        """Read the document at a path."""
        with self._lock, mapped(self._folder):
            key = (schema.PATH, path.encode())
            if key not in self._reader:
                return None
            for number in self._reader.postings(*key).all_ids():
                return unpack(self._reader.stored_fields(number)[PAYLOAD])
            return None

    @property
    def generation(self) -> int:
        """Return the number that the table has."""
        return self._table.generation

    def is_current(self) -> bool:
        """Compare the table of now with that of this state."""
        return table.is_newest(self._folder, self._data)

    def follow(self) -> bool:
        """Take over the pages of the newest state if that has the same documents."""
        found = table.read_table(self._folder)
        if found.table._replace(pages={}, generation=0) != self._table._replace(pages={}, generation=0):
            return False
        self._table, self._data = found
        return True

    def held(self) -> Iterator[Held]:
        """Yield each segment with its terms and stored documents, then the learned stems."""
        with self._lock, mapped(self._folder):
            for (leaf, _), entry in zip(self._reader.leaf_readers(), self._table.segments, strict=True):
                terms = [term.decode() for _, term in leaf.all_terms()]
                documents = [unpack(leaf.stored_fields(number)[PAYLOAD]) for number in leaf.all_doc_ids()]
                yield Held(entry.file, terms, [text for one in documents for text in (one.title, one.text)])
            if self._table.forms is not None:
                yield Held(self._table.forms.name, [word for word, _ in self._forms.items()], ())

    def close(self) -> None:
        """Close all files."""
        with self._lock:
            self._evaluator.collection = None
            self._reader.close()
            self._forms.close()

    def _best(self, scores: Mapping[int, float], limit: int) -> list[tuple[int, float]]:
        """Return the best documents with their scores, ties by path."""
        least = min(heapq.nlargest(limit, scores.values()), default=0.0)
        # Whoever ties with the last place is a candidate: the path decides, not the number.
        candidates = [(number, score) for number, score in scores.items() if score >= least]
        candidates.sort(key=lambda pair: (-pair[1], self._path(pair[0])))
        return candidates[:limit]

    def _place(self, number: int, order: Order) -> tuple[object, ...]:
        """Return what a document is sorted by: nothing of that is kept by itself here."""
        document = self._load(number)
        path = self._path(number)
        if order == "path":
            return (path,)
        if order == "title":
            return document.title.casefold(), path
        day = int(document.date.replace("-", "") or 0)
        return not day, -day if order == "newest" else day, path

    def _load(self, number: int) -> Document:
        return unpack(self._reader.stored_fields(number)[PAYLOAD])

    def _path(self, number: int) -> bytes:
        if self._paths is None:
            self._paths = self._reader.column_reader(schema.PATH, translate=False)
        value: bytes = self._paths[number]
        return value


def _value(document: Document, facet: Facet) -> str:
    if facet == "type":
        return document.type
    return document.date[:4] if facet == "year" else folder_of(document.file, facet)
