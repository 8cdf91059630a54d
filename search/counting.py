"""What an open index holds, in numbers: its words and values, and how many documents a query matches.

For tables and plots that a script makes. Does not depend on the terminal or a particular engine.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from heapq import nsmallest
from typing import TYPE_CHECKING, Final

from coopsearch.search import schema
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.analysis.numbers import SIGN
from coopsearch.search.arguments import whole_number
from coopsearch.search.engines.base import Facet, Pattern, Reader
from coopsearch.search.errors import SettingsError
from coopsearch.search.model import Results
from coopsearch.search.searcher import Searcher

if TYPE_CHECKING:
    from coopsearch.search.names.listing import Name

#: Where the words of a field are that every document has, by the name that a query has for it.
_FIELDS: Final = {
    "words": schema.WORDS,
    "title": schema.TITLE_WORDS,
    "heading": schema.HEADING_WORDS,
    "lang": schema.LANGUAGE,
    "type": schema.TYPE,
    "fields": schema.META_NAMES,
}
#: More terms than that are a whole vocabulary.
_MOST: Final = 10_000_000
#: Letters from which on words are completed, and words whose documents are counted for that.
_LETTERS: Final = 2
_COMPLETED: Final = 2_000


class Counting(ABC):
    """The part of an index that counts."""

    @abstractmethod
    def search(
        self, query: str, *, limit: int | None = 10, require_all: bool = False, facets: Iterable[Facet] = ()
    ) -> Results:
        """Rank the documents that match a query."""

    @abstractmethod
    def _held(self) -> AbstractContextManager[Searcher]:
        """Give the state of now, which is not closed as long as it is used."""

    def count(self, query: str, *, require_all: bool = False) -> int:
        """Return how many documents match a query: ``search`` without its hits. Raises what that raises."""
        return self.search(query, limit=0, require_all=require_all).total

    def facets(
        self, query: str, names: Iterable[Facet], *, require_all: bool = False
    ) -> Mapping[str, Mapping[str, int]]:
        """Count all documents that match a query by facets, as ``search`` does, without its hits.

        For each facet a table, the most first; "" stands for documents without a value.
        """
        return self.search(query, limit=0, require_all=require_all, facets=names).facets

    def names(
        self, query: str | None = None, *, limit: int | None = 100, require_all: bool = False
    ) -> tuple[Name, ...]:
        """Return the names in documents that match a query, or in all, those of most documents first.

        A ``Name`` has ``name``, ``documents`` and ``spellings``: pairs of a spelling and its documents. They
        are read from the stored texts by their capitals (see ``names.listing``), which takes some tens of
        seconds for 300,000 passages. ``limit`` None is for all. Raises what ``search`` raises.
        """
        limit = _MOST if limit is None else whole_number("the limit", limit, 0, _MOST)
        # Imported here: few ask for names.
        from coopsearch.search.engines.nodes import Everything, matched
        from coopsearch.search.query.parser import parse
        from coopsearch.search.results.listed_names import listed_names

        tree = None if query is None else parse(query, require_all=require_all)
        with self._held() as state:
            node = Everything() if tree is None else matched(state.plan(tree).node)
            return tuple(listed_names(state.reader, node, limit))

    def completed(self, beginning: str, *, limit: int = 10) -> tuple[tuple[str, int], ...]:
        """Return words that begin so, with the number of documents that hold them, the most frequent first.

        The words are folded, as in ``terms``; of one letter, or of none, there are none. Made for each key
        that is pressed: only words that begin so are looked at.
        """
        limit = whole_number("the limit", limit, 0, _MOST)
        if not isinstance(beginning, str):
            raise TypeError(f"a beginning is a str, not {type(beginning).__name__}: {beginning!r:.60}")
        folded = normalize(beginning)
        if len(folded) < _LETTERS or not folded.isalnum():
            return ()
        with self._held() as state:
            reader = state.reader
            words = reader.expand(schema.WORDS, Pattern("wildcard", f"{folded}*"))
            # Of very many, the short ones are the likely ones.
            words = sorted(words, key=len)[:_COMPLETED] if len(words) > _COMPLETED else words
            # Looked for together: a cluster counts many words at a time, in few requests.
            held = reader.among(schema.WORDS, words)
            counted = ((word, reader.document_frequency(schema.WORDS, word)) for word in held)
            return tuple(nsmallest(limit, counted, key=lambda one: (-one[1], one[0])))

    def terms(
        self, prefix: str = "", field: str = "words", *, limit: int | None = 100
    ) -> tuple[tuple[str, int], ...]:
        """Return terms of the index with the number of documents that hold them, the most frequent first.

        Words are folded, as a search compares them: in small letters without accents or harakat, and so is
        ``prefix``, with which they begin. ``field`` is "words" (of texts, titles and headings), "title",
        "heading", "lang", "type", "fields" (the names of the documents' own fields) or one of these names,
        for the words of its values. ``limit`` None is for all. Documents that were deleted a short while ago
        may be counted still. Raises SettingsError for a field that the index does not have.
        """
        limit = _MOST if limit is None else whole_number("the limit", limit, 0, _MOST)
        if not isinstance(prefix, str):
            raise TypeError(f"a prefix is a str, not {type(prefix).__name__}: {prefix!r:.60}")
        with self._held() as state:
            place, start = _place(state.reader, field)
            before = start + (prefix if field == "fields" else normalize(prefix))
            # Beside the words of a field lie the numbers that ranges are compared with.
            number = start + SIGN
            found = (
                (term, documents)
                for term, documents in state.reader.terms(place)
                if term.startswith(before) and not (start and term.startswith(number))
            )
            best = nsmallest(limit, found, key=lambda one: (-one[1], one[0]))
        return tuple((term[len(start) :], documents) for term, documents in best)


def _place(reader: Reader, field: str) -> tuple[str, str]:
    """Return the field of the index, and what stands there before each term. Raises SettingsError."""
    if field in _FIELDS:
        return _FIELDS[field], ""
    names = [name for name, _ in reader.terms(schema.META_NAMES)]
    if field in names:
        return schema.META, f"{field}="
    raise SettingsError(f"there is no field {field!r:.60}; there are: {', '.join([*_FIELDS, *names])}")
