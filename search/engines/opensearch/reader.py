"""Reading one committed state of an index that a cluster keeps.

What is ranked and counted is told by the evaluator; here is what is stored, and what words there are. Does
not depend on query syntax or snippets.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from coopsearch.search import schema
from coopsearch.search.engines.base import Facet, Found, Held, Located, Order, Pattern, Reader
from coopsearch.search.engines.collection import Statistics
from coopsearch.search.engines.nodes import Group, Node
from coopsearch.search.engines.opensearch.cluster.connection import Connection
from coopsearch.search.engines.opensearch.cluster.points import PointInTime
from coopsearch.search.engines.opensearch.evaluate import Evaluator
from coopsearch.search.engines.opensearch.mapping import TEXTS
from coopsearch.search.engines.opensearch.numbers import Numbers
from coopsearch.search.engines.opensearch.queries.asking import unlimited
from coopsearch.search.engines.opensearch.queries.fast import is_fast
from coopsearch.search.engines.opensearch.storage.requests import alive, both, in_files, others, terms_of
from coopsearch.search.engines.opensearch.storage.states import Stored, damaged, read_state
from coopsearch.search.engines.opensearch.storage.stored import StoredDocuments
from coopsearch.search.engines.opensearch.terms import shortened
from coopsearch.search.engines.opensearch.vocabulary import COUNTED, NAMES, TERMS, Vocabulary
from coopsearch.search.engines.whoosh.patterns import fitting
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.indexdir.pages import Page
from coopsearch.search.model import Document
from coopsearch.search.ranking import DEFAULT, Parameters

#: States that may replace one another while one is opened.
_ATTEMPTS: Final = 100


class OpenSearchReader(Reader):
    """See the port for what its methods promise."""

    effort = 4

    def __init__(self, connection: Connection, parameters: Parameters = DEFAULT) -> None:
        """Open the newest state. Raises IndexDamaged or IndexUnreadable."""
        self.parameters = parameters
        self._connection = connection
        self._stored, self._points = self._opened()
        self._documents, words = self._points
        #: The generation whose documents are seen; pages may be taken over from later ones.
        self._seen = self._stored.state.generation
        self._alive = alive(self._seen)

        def broken(what: str) -> CoopsearchError:
            return damaged(connection, what)

        self._vocabulary_is_exact: bool | None = None
        self._numbers = Numbers()
        self._vocabulary = Vocabulary(words.search, self._stored.state.runs, broken)
        self._store = StoredDocuments(self._documents.search, self._numbers, broken)
        self._evaluator = Evaluator(
            self._documents.search,
            self._seen,
            parameters,
            self._documents.search_all,
            shards=connection.place.cluster.shards,
            counted=self._counted,
            fast=is_fast(self.documents),
            stems=self._vocabulary.all_stems,
        )
        self._documents.look_whether_whole(others(self._seen))

    def _opened(self) -> tuple[Stored, tuple[PointInTime, PointInTime]]:
        """Return the newest state, and both indexes as they are while it is the newest."""
        place = self._connection.place
        for attempt in range(_ATTEMPTS):
            found = read_state(self._connection)
            generation = found.state.generation

            def same(generation: int = generation) -> bool:
                # What was deleted after this state is there as long as no later one had it removed.
                return read_state(self._connection).state.purged <= generation

            with contextlib.ExitStack() as opened:
                points = []
                for index, simpler in ((place.name, unlimited), (place.words, None)):
                    points.append(PointInTime(self._connection, index, same, simpler))
                    opened.callback(points[-1].close)
                # Between the state and the points another state may have come, which removes something.
                if attempt == _ATTEMPTS - 1 or read_state(self._connection).sequence == found.sequence:
                    opened.pop_all()
                    return found, (points[0], points[1])
        raise AssertionError

    @property
    def pages(self) -> Mapping[str, Page]:
        """Return the pages of this state."""
        return self._stored.state.pages

    @property
    def documents(self) -> int:
        """Count the documents."""
        return self._stored.state.documents

    def terms(self, field: str) -> Iterable[tuple[str, int]]:
        """Return a field's terms and document frequencies."""
        return list(self._terms_with(field, ""))

    def _terms_with(self, field: str, prefix: str) -> Iterator[tuple[str, int]]:
        if field in TEXTS or (field in COUNTED and self._is_exact):
            return self._vocabulary.every(TERMS + field, prefix)
        wanted: list[dict[str, Any]] = [self._alive]
        if prefix and field != schema.DATE:
            wanted.append({"prefix": {field: prefix}})
        found = terms_of(self._documents.search, both(*wanted), field)
        return (pair for pair in found if pair[0].startswith(prefix))

    @property
    def _is_exact(self) -> bool:
        """Whether the frequencies of the vocabulary are those of this state: nothing was deleted since."""
        if self._vocabulary_is_exact is None:
            self._vocabulary_is_exact = self._vocabulary.documents() == self.documents
        return self._vocabulary_is_exact

    def _counted(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Return the document frequencies that the vocabulary knows: all, unless something was deleted."""
        if not self._is_exact:
            return {}
        found: dict[tuple[str, str], int] = {}
        for field in {field for field, _ in pairs} & COUNTED:
            terms = [term for one, term in pairs if one == field]
            counts = self._vocabulary.get(TERMS + field, terms)
            found |= {(field, term): counts.get(term, 0) for term in terms}
        return found

    def document_frequency(self, field: str, term: str) -> int:
        """Count the documents of a term."""
        return self._evaluator.statistics.document_frequency(field, term)

    def max_document_frequency(self, field: str, terms: Iterable[str]) -> int:
        """Return the document frequency of the most frequent of some terms."""
        return self._evaluator.statistics.max_document_frequency(field, terms)

    def weighed_frequency(self, group: Group) -> int:
        """Return the document frequency that a group is weighed by."""
        return self._evaluator.statistics.weighed_frequency(group)

    def among(self, field: str, terms: Iterable[str]) -> frozenset[str]:
        """Return those of the terms that documents hold: of those that the vocabulary knows."""
        wanted = list(terms)
        if field in TEXTS:
            wanted = list(self._vocabulary.get(TERMS + field, wanted))
        counts = self._evaluator.statistics.of([(field, term) for term in wanted]) if wanted else []
        return frozenset(term for term, count in zip(wanted, counts, strict=True) if count)

    def expand(self, field: str, pattern: Pattern) -> list[str]:
        """Return the terms that fit a pattern."""
        return fitting(pattern, (term for term, _ in self._terms_with(field, pattern.literal_prefix)))

    def stems(self, word: str) -> Mapping[str, str]:
        """Return a word's known stems."""
        return self._vocabulary.stems(word)

    def named(self, keys: Iterable[str]) -> list[str]:
        """Return the words that can be names and have one of some keys."""
        return sorted(self.among(schema.WORDS, self._vocabulary.named(keys)))

    def search(self, query: Node, limit: int, order: Order = "relevance") -> Found:
        """Rank the documents that match."""
        found = self._evaluator.search(query, limit, order)
        best = tuple((self._numbers.of(one, path), score) for one, path, score in found.best)
        brought = {
            number: text
            for (one, _, _), (number, _) in zip(found.best, best, strict=True)
            if (text := found.packed.get(one))
        }
        self._store.expect([number for number, _ in best], brought)
        gained = {self._numbers.of(one): score for one, score in found.gained.items()}
        return Found(found.total, best, gained)

    def matching(self, query: Node, numbers: Sequence[int]) -> frozenset[int]:
        """Return those of some documents that match."""
        named = {self._numbers.identifier(number): number for number in numbers}
        return frozenset(named[one] for one in self._evaluator.matching(query, list(named)))

    def join(self, collection: Statistics | None) -> None:
        """Weigh by the counts of a collection."""
        self._evaluator.join(collection)

    def extent(self, field: str) -> tuple[int, int]:
        """Return the tokens of a field, and the documents."""
        return self._evaluator.statistics.extent(field)

    def added(self, nodes: Sequence[Node], numbers: Sequence[int]) -> list[float]:
        """Return what some nodes add to the scores of some documents."""
        return self._evaluator.added(nodes, [self._numbers.identifier(number) for number in numbers])

    def count(self, query: Node, facet: Facet) -> dict[str, int]:
        """Count the documents that match by a facet."""
        return self._evaluator.count(query, facet)

    def values(self, query: Node, name: str) -> dict[str, int]:
        """Count the documents that match by a field of their own."""
        return self._evaluator.values(query, name)

    def weigh(self, node: Node, number: int) -> float:
        """Return what a node gives a document."""
        return self._evaluator.weigh(node, self._numbers.identifier(number))

    def frequency(self, field: str, term: str, number: int) -> float:
        """Return the weighted frequency of a term in a document."""
        return self._evaluator.frequency(field, term, self._numbers.identifier(number))

    def locate(self, number: int, slots: Sequence[Sequence[tuple[str, str]]]) -> Located | None:
        """Return where terms stand in a document."""
        return self._evaluator.locate(self._numbers.identifier(number), slots)

    def path(self, number: int) -> str:
        """Return a document's path."""
        return self._store.paths([number])[0]

    def document(self, number: int) -> Document:
        """Read a stored document."""
        return self._store.document(number)

    def documents_in_file(self, file: str) -> list[Document]:
        """Read the documents of a file."""
        found = self._store.where(both(in_files([file]), self._alive))
        return sorted((one for one in found if one.file == file), key=lambda one: one.path)

    def every(self) -> Iterator[Document]:
        """Read all documents, many with each request."""
        return self._store.where(self._alive)

    def document_at(self, path: str) -> Document | None:
        """Read the document at a path."""
        query = both({"term": {schema.PATH: shortened(path)}}, self._alive)
        return next((one for one in self._store.where(query) if one.path == path), None)

    @property
    def generation(self) -> int:
        """Return the number of the state."""
        return self._stored.state.generation

    def is_current(self) -> bool:
        """Compare the state of now with this one."""
        return read_state(self._connection).sequence == self._stored.sequence

    def follow(self) -> bool:
        """Take over the pages of the newest state if that has the same documents and words."""
        found, before = read_state(self._connection), self._stored.state
        if (found.state.changed, found.state.runs) != (before.changed, before.runs):
            return False
        self._stored = found
        return True

    def held(self) -> Iterator[Held]:
        """Yield the documents, whether alive or not, then the words."""
        place = self._connection.place
        texts = (
            text
            for one in self._store.where({"match_all": {}})
            for text in (one.title, one.text, one.path, *one.fields.values())
        )
        yield Held(place.name, self._paths(), texts)
        tables = {table for run in self._stored.state.runs for table in run.entries}
        for table in sorted(tables):
            terms = (term for term, _ in self._vocabulary.every(table))
            if table == NAMES:
                terms = (term.partition(" ")[2] for term in terms)
            yield Held(f"{place.words}/{table}", terms, ())

    def _paths(self) -> Iterator[str]:
        return (path for path, _ in terms_of(self._documents.search, {"match_all": {}}, schema.PATH))

    def close(self) -> None:
        """Let the cluster forget what it kept for this reader."""
        for point in self._points:
            point.close()
        self._connection.close()
