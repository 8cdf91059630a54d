"""Reading one committed state. Safe for many threads.

Does not depend on query syntax or snippets.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from coopsearch.search import schema
from coopsearch.search.engines.all_words import all_words_first
from coopsearch.search.engines.base import Facet, Found, Held, Located, Order, Pattern, Reader, Verified
from coopsearch.search.engines.collection import Statistics
from coopsearch.search.engines.columns.arrays import Ints
from coopsearch.search.engines.columns.evaluate.byte_cache import ByteCache
from coopsearch.search.engines.columns.evaluate.evaluator import Evaluator
from coopsearch.search.engines.columns.evaluate.rescore import rescored
from coopsearch.search.engines.columns.evaluate.snapshot import Snapshot
from coopsearch.search.engines.columns.evaluate.sorting import Sorting
from coopsearch.search.engines.columns.evaluate.top_docs import best, path_of
from coopsearch.search.engines.columns.field_columns import BODY, PLACES, SCORED
from coopsearch.search.engines.columns.hit_positions import HitPositions
from coopsearch.search.engines.columns.patterns import fitting
from coopsearch.search.engines.columns.storage import stored_document as records
from coopsearch.search.engines.columns.storage.mapped_file import ArrayFile, MappedColumn
from coopsearch.search.engines.columns.storage.string_table import decode, encode
from coopsearch.search.engines.columns.storage.toc import read_toc, stamp
from coopsearch.search.engines.nodes import AllWordsFirst, And, Filter, Group, Node, Rescored, matched
from coopsearch.search.errors import RUN_OR_REBUILD, IndexDamaged, IndexUnreadable
from coopsearch.search.indexdir.pages import Page, read_page
from coopsearch.search.model import Document
from coopsearch.search.ranking import DEFAULT, Parameters

#: Bytes of what patterns were found to fit that are kept: facets, counts and diagnoses ask for the same
#: again.
_EXPANDED: Final = 8 << 20
#: A commit may replace files between the reading of the table and the opening of what it names.
_ATTEMPTS: Final = 100


class Expanded(NamedTuple):
    """The terms that fit a pattern."""

    terms: list[str]

    @property
    def size(self) -> int:
        """Bytes of the list; the terms themselves are mostly those of the vocabulary."""
        return 8 * len(self.terms) + 500


class ColumnsReader(Reader):
    """See the port for what its methods promise."""

    def __init__(self, snapshot: Snapshot, seen: tuple[int, int, int]) -> None:
        """Take the state, and the stamp of its table of contents."""
        self.snapshot, self.parameters = snapshot, snapshot.parameters
        self._seen = seen
        self._evaluator = Evaluator(snapshot)
        self._sorting = Sorting(snapshot)
        self._positions = HitPositions(snapshot)
        self._lengths: dict[str, Ints] = {}
        self._expanded: ByteCache[Expanded] = ByteCache(_EXPANDED)
        self._lock = threading.Lock()

    @property
    def documents(self) -> int:
        """Count the documents."""
        return self.snapshot.documents

    def terms(self, field: str) -> Iterable[tuple[str, int]]:
        """Return a field's terms, sorted, and their document frequencies."""
        found: dict[bytes, int] = {}
        place = PLACES.get(field)
        for segment in self.snapshot.segments:
            if place is not None:
                postings = segment.postings[place.field]
                table = postings.words if place.words else postings.terms
                counts = segment.file[f"{place.field}.{'word_df' if place.words else 'df'}"].all()
                for term, count in zip(table.slice(0, len(table)), counts.tolist(), strict=True):
                    found[term] = found.get(term, 0) + count
            elif field == schema.FILE and not segment.files_are_paths:
                postings = segment.postings[field]
                for number, file in enumerate(postings.terms.slice(0, len(postings.terms))):
                    found[file] = found.get(file, 0) + postings.df(number)
            elif field in (schema.PATH, schema.FILE):
                for path in segment.paths.slice(0, len(segment.paths)):
                    found[path] = found.get(path, 0) + 1
            elif field == schema.DATE:
                dates = segment.dates()
                for date in (dates if segment.deleted is None else dates[~segment.deleted]).tolist():
                    if date:
                        key = b"%08d" % date
                        found[key] = found.get(key, 0) + 1
        return [(decode(term), found[term]) for term in sorted(found)]

    def document_frequency(self, field: str, term: str) -> int:
        """Count the documents of a term."""
        return self.snapshot.df(field, term)

    def max_document_frequency(self, field: str, terms: Iterable[str]) -> int:
        """Return the document frequency of the most frequent of some terms."""
        return self.snapshot.max_df(field, tuple(terms))

    def among(self, field: str, terms: Iterable[str]) -> frozenset[str]:
        """Return those of the terms that documents hold: neighbours are looked up together."""
        place = PLACES.get(field)
        if place is None:
            return super().among(field, terms)
        keys = sorted(set(map(encode, terms)))
        held: set[bytes] = set()
        for segment in self.snapshot.segments:
            postings = segment.postings[place.field]
            held.update((postings.words if place.words else postings.terms).among(keys))
        found = frozenset(map(decode, held))
        # Where documents were deleted, a term may have lost its last one.
        deleted = any(segment.deleted is not None for segment in self.snapshot.segments)
        return super().among(field, found) if deleted else found

    def expand(self, field: str, pattern: Pattern) -> list[str]:
        """Return the terms that fit a pattern."""
        found = self._expanded.get((field, pattern))
        if found is None:
            if pattern.kind == "fuzzy" and not pattern.prefix:
                # No edit makes up for a word that is too short or too long.
                length, most = len(pattern.text), pattern.distance
                terms = self.snapshot.vocabulary.of_lengths(field, length - most, length + most)
            else:
                terms = self._terms_with(field, pattern.literal_prefix)
            found = self._expanded.keep((field, pattern), Expanded(fitting(pattern, terms)))
        return found.terms

    def stems(self, word: str) -> Mapping[str, str]:
        """Return a word's known stems."""
        found: dict[str, str] = {}
        for file in self.snapshot.stem_files:
            found |= file.get(word)
        return found

    def named(self, keys: Iterable[str]) -> list[str]:
        """Return the words that can be names and have one of some keys."""
        wanted = sorted(set(map(encode, keys)))
        found: set[bytes] = set()
        for segment in self.snapshot.segments:
            words = segment.postings[BODY].words
            found.update(words[place] for place in segment.names.places(wanted))
        return sorted(self.among(schema.WORDS, map(decode, found)))

    def search(self, query: Node, limit: int, order: Order = "relevance") -> Found:
        """Count the documents that match, and order the best."""
        if isinstance(query, AllWordsFirst):
            if order == "relevance":
                return all_words_first(self, query, limit)
            query = query.child
        if order != "relevance" and limit:
            return self._ordered(query, limit, order)
        if not isinstance(query, Rescored) or not limit:
            total, docs, scores = self._evaluator.top(query, limit)
            return Found(total, best(self.snapshot, docs, scores, limit))
        total, docs, scores = self._evaluator.top(query.child, max(limit, self.parameters.rescored))
        if len(docs):
            scores = np.zeros(len(docs), np.float32) if scores is None else scores
            docs, scores = rescored(self._evaluator, self.snapshot, query, docs, scores, limit)
        return Found(total, best(self.snapshot, docs, scores, limit))

    def matching(self, query: Node, numbers: Sequence[int]) -> frozenset[int]:
        """Return those of some documents that match."""
        docs = np.array(sorted(numbers), np.int32)
        found: list[int] = docs[self._evaluator.holds(query, docs)].tolist()
        return frozenset(found)

    def join(self, collection: Statistics | None) -> None:
        """Weigh by the counts of a collection."""
        self.snapshot.collection = collection

    def extent(self, field: str) -> tuple[int, int]:
        """Return the tokens of a field, and the documents."""
        return self.snapshot.total_length(PLACES[field].field), self.snapshot.documents

    def added(self, nodes: Sequence[Node], numbers: Sequence[int]) -> list[float]:
        """Return what some nodes add to the scores of some documents."""
        docs = np.array(sorted(numbers), np.int32)
        sums = np.zeros(len(docs), np.float32)
        for node in nodes:
            if (more := self._evaluator.at(node, docs)) is not None:
                sums += more
        found: list[float] = sums[np.searchsorted(docs, np.array(numbers, np.int32))].tolist()
        return found

    def _ordered(self, query: Node, limit: int, order: Order) -> Found:
        """Return the first documents in an order that is not that of their scores."""
        more = query.more if isinstance(query, Rescored) else ()
        docs, scores = self._evaluator.scores(query)
        first = self._sorting.first(docs, order, limit)
        chosen = np.array(sorted(first), np.int32)
        sums = np.zeros(len(chosen), np.float32)
        if scores is not None:
            sums += scores.take(np.searchsorted(docs, chosen))
        for node in more:
            if (added := self._evaluator.at(node, chosen)) is not None:
                sums += added
        of = dict(zip(chosen.tolist(), sums.tolist(), strict=True))
        return Found(len(docs), tuple((doc, of[doc]) for doc in first))

    def count(self, query: Node, facet: Facet) -> dict[str, int]:
        """Count the documents that match by a facet."""
        return self._sorting.count(self._evaluator.scores(query)[0], facet)

    def values(self, query: Node, name: str) -> dict[str, int]:
        """Count the documents that match by a field of their own."""
        having = And((Filter(matched(query)), Filter(Group(schema.META_NAMES, ((name, 1.0),)))))
        found: Counter[str] = Counter()
        for number in self._evaluator.scores(having)[0].tolist():
            segment, own = self.snapshot.locate(number)
            found[records.fields(segment.store.head(own))[name]] += 1
        return dict(found)

    def weigh(self, node: Node, number: int) -> float:
        """Return what a node gives a document."""
        scores = self._evaluator.at(node, np.array([number], np.int32))
        return 0.0 if scores is None else float(scores[0])

    def frequency(self, field: str, term: str, number: int) -> float:
        """Return the weighted frequency of a term in a document."""
        place = PLACES.get(field)
        if place is None or place.field not in SCORED:
            return float(number in self.snapshot.term(field, term).docs)
        return self.snapshot.frequency(place, encode(term), number)

    def path(self, number: int) -> str:
        """Return a document's path."""
        return decode(path_of(self.snapshot, number))

    def document(self, number: int) -> Document:
        """Read a stored document."""
        return self.snapshot.document(number)

    def head(self, number: int) -> Document:
        """Read a stored document; of a long one all but its text."""
        segment, own = self.snapshot.locate(number)
        if segment.store.is_short(own):
            return records.unpack(segment.store.record(own))
        return records.unpack(segment.store.head(own))

    def locate(self, number: int, slots: Sequence[Sequence[tuple[str, str]]]) -> Located | None:
        """Return where terms stand in a document."""
        return self._positions.locate(number, slots)

    def passage(self, number: int, start: int, end: int) -> str:
        """Read characters ``start`` to ``end`` of a document's text, without the rest of a long one."""
        segment, own = self.snapshot.locate(number)
        return segment.store.text(own, start, end)

    def documents_in_file(self, file: str) -> list[Document]:
        """Read the documents of a file."""
        found = [
            records.unpack(segment.store.record(doc))
            for segment in self.snapshot.segments
            for doc in segment.docs_of_file(encode(file))
        ]
        return sorted(found, key=lambda document: document.path)

    def document_at(self, path: str) -> Document | None:
        """Read the document at a path."""
        for segment in self.snapshot.segments:
            for doc in segment.docs_of_path(encode(path)):
                return records.unpack(segment.store.record(doc))
        return None

    def lengths(self, field: str) -> Ints:
        """Return the length of each document in tokens of an indexed field, weighted."""
        if field not in self._lengths:
            parts = [segment.lengths(field).astype(np.uint32) for segment in self.snapshot.segments]
            self._lengths[field] = np.concatenate(parts) if parts else np.zeros(0, np.uint32)
        return self._lengths[field]

    def held(self) -> Iterator[Held]:
        """Yield each file with its tables of strings, its stored documents and what those are packed with."""
        for segment in self.snapshot.segments:
            strings = map(decode, segment.file.strings())
            documents = map(records.unpack, segment.store.records())
            texts = (text for document in documents for text in (document.title, document.text))
            yield Held(segment.entry.name, strings, chain(texts, segment.store.strange()))
        for stems in self.snapshot.stem_files:
            yield Held(stems.file.path.name, stems.words(), ())

    @property
    def generation(self) -> int:
        """Return the number that the table of contents has."""
        return self.snapshot.toc.generation

    def is_current(self) -> bool:
        """Compare the table of contents with the one that was opened."""
        return stamp(self.snapshot.folder) == self._seen

    def follow(self) -> bool:
        """Take over the pages of the newest state if that has the same documents."""
        folder, mine = self.snapshot.folder, self.snapshot.toc
        seen = stamp(folder)
        toc = read_toc(folder)
        if (toc.segments, toc.stems) != (mine.segments, mine.stems):
            return False
        self.snapshot.toc, self._seen = toc, seen
        return True

    def close(self) -> None:
        """Let the files go. The maps end with the last array that looks into them."""
        self.snapshot.collection = None
        self.snapshot.segments = []
        self.snapshot.stem_files = []

    @property
    def pages(self) -> Mapping[str, Page]:
        """Return the pages of this state."""
        return self.snapshot.toc.pages

    @property
    def spare(self) -> tuple[Page, ...]:
        """Return the table for Whoosh."""
        return (self.snapshot.toc.whoosh,)

    def verify(self) -> Verified:
        """Check every block of every file, and every page."""
        files: list[ArrayFile[MappedColumn]] = [
            file for segment in self.snapshot.segments for file in segment.files()
        ]
        files += [stems.file for stems in self.snapshot.stem_files]
        damages: list[IndexUnreadable] = []
        for file in files:
            try:
                file.verify()
            except IndexDamaged as damage:
                damages.append(damage)
            except (ValueError, LookupError, TypeError, ArithmeticError) as error:
                # Sums show that a file is as it was written, not that it makes sense.
                damages.append(file.damaged(f"cannot be read ({type(error).__name__})"))
        table = self.snapshot.toc
        pages = [table.whoosh, *table.pages.values()]
        for page in pages:
            try:
                read_page(self.snapshot.folder, page)
            except IndexDamaged as damage:
                damages.append(damage.with_step(RUN_OR_REBUILD) if page in self.spare else damage)
            except IndexUnreadable as damage:
                damages.append(damage)
        size = sum(file.size for file in files) + sum(page.size for page in pages)
        return Verified.of(len(files) + len(pages) + 1, size, damages)

    def _terms_with(self, field: str, prefix: str) -> list[str]:
        """Return the terms of a field that begin with a prefix, sorted."""
        if field == schema.DATE:
            return [term for term, _ in self.terms(field) if term.startswith(prefix)]
        return self.snapshot.vocabulary.terms(field, prefix)


def open_reader(folder: Path, parameters: Parameters = DEFAULT) -> ColumnsReader:
    """Open the newest state in a folder, to be ranked with some parameters.

    Raises IndexMissing, IndexOutdated, IndexDamaged or IndexUnreadable.
    """
    seen = stamp(folder)
    for _ in range(_ATTEMPTS):
        try:
            return ColumnsReader(Snapshot(folder, read_toc(folder), parameters), seen)
        except FileNotFoundError as error:
            before, seen = seen, stamp(folder)
            if before == seen:
                raise IndexDamaged(f"the index is damaged: {error.filename} is missing") from None
    raise IndexDamaged(f"the index at {folder} changes faster than it can be opened", "try again")
