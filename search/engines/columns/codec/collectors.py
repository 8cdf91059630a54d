"""Whoosh's collectors that take what a query found as arrays instead of a document at a time.

Each is one of Whoosh's, and remains it where it is given any other matcher, or stands within a collector
that walks. Does not depend directly on queries.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from whoosh import collectors
from whoosh.idsets import BitSet
from whoosh.sorting import Count, ScoreFacet

from coopsearch.search.engines.columns.arrays import I32, Bools, Ints
from coopsearch.search.engines.columns.codec.compiler import best_of
from coopsearch.search.engines.columns.codec.facets import fill, groups, is_group, is_order, ordered
from coopsearch.search.engines.columns.codec.matcher import ArrayMatcher


class Taken(NamedTuple):
    """What a collector took."""

    docs: I32
    """The documents, sorted."""
    keys: list[Any] | None
    """What each is sorted by, if anything, and if somebody wants to know."""


class _Whole(collectors.Collector):  # type: ignore[misc]
    """Takes all that was found at once, where it can."""

    matcher: Any
    taken: Taken | None = None

    def collect_matches(self) -> None:
        """Take arrays, or walk."""
        if self.takes():
            self.take(None)
        else:
            super().collect_matches()

    def takes(self) -> bool:
        """Say whether what was found are arrays."""
        return isinstance(self.matcher, ArrayMatcher)


class _Scored(_Whole):
    final_fn: Any

    def takes(self) -> bool:
        """Scores that are changed at last, one by one, are not an array."""
        return super().takes() and not self.final_fn


class TopArrays(_Scored, collectors.TopCollector):  # type: ignore[misc]
    """The best documents."""

    def take(self, kept: Bools | None) -> Taken:
        """Choose the best of the documents that are marked, or of all; return those."""
        if kept is None:
            self.total, docs, scores = self.matcher.best(self.limit)
        else:
            docs, scores = (column[kept] for column in self.matcher.arrays)
            self.total, best = len(docs), best_of(docs, scores, self.limit)
            docs, scores = docs[best], scores[best]
        self.items = list(zip(scores.tolist(), (-docs).tolist(), strict=True))
        self.taken = Taken(np.sort(docs), None)
        return self.taken

    def computes_count(self) -> bool:
        """Arrays are counted; of a walk Whoosh counts what it did not skip."""
        return self.taken is not None or bool(super().computes_count())


class _All(_Whole):
    """Takes every document; it need not be in a set of Python's before somebody asks for that."""

    items: list[tuple[Any, int]]
    docset: set[int]
    cut: int | None = None
    """How many of them are shown."""
    keyed = False
    """Whether somebody wants to know what each document is sorted by."""

    def all_ids(self) -> list[int] | set[int]:
        """Return the documents."""
        return self.docset if self.taken is None else self.taken.docs.tolist()

    def count(self) -> int:
        """Count the documents."""
        return len(self.docset if self.taken is None else self.taken.docs)

    def results(self) -> Any:
        """Return the results; arrays are in order already."""
        found = super().results() if self.taken is None else self._results(self.items)
        if self.cut is not None:
            found.top_n = found.top_n[: self.cut]
        return found

    def chosen(self, kept: Bools | None) -> tuple[Ints, Ints]:
        """Return the documents that are marked, or all, and their scores."""
        docs, scores = self.matcher.arrays
        return (docs, scores) if kept is None else (docs[kept], scores[kept])


class AllArrays(_All, _Scored, collectors.UnlimitedCollector):  # type: ignore[misc]
    """All documents, the best first."""

    def take(self, kept: Bools | None) -> Taken:
        """Take all that are marked."""
        docs, scores = self.chosen(kept)
        order = np.lexsort((docs, -scores))
        if self.reverse:
            order = order[::-1]
        self.items = list(zip(scores[order].tolist(), docs[order].tolist(), strict=True))
        self.taken = Taken(docs, (-scores).tolist() if self.keyed else None)
        return self.taken


class UnscoredArrays(_All, collectors.UnsortedCollector):  # type: ignore[misc]
    """All documents, by number."""

    def take(self, kept: Bools | None) -> Taken:
        """Take all that are marked."""
        docs, _ = self.chosen(kept)
        self.items = [(None, doc) for doc in docs.tolist()]
        self.taken = Taken(docs, None)
        return self.taken


class SortArrays(_All, collectors.SortingCollector):  # type: ignore[misc]
    """The first documents in an order of ``facets``."""

    def prepare(self, top_searcher: Any, q: Any, context: Any) -> None:
        """Begin; Whoosh's categorizers, which read whole columns, are made if the search walks."""
        self.scored = any(type(facet) is ScoreFacet for facet in self.sortfacet.facets)
        current = context.needs_current or self.scored
        collectors.Collector.prepare(self, top_searcher, q, context.set(needs_current=current))
        self.categorizer: Any = None
        self.items = []

    def set_subsearcher(self, subsearcher: Any, offset: int) -> None:
        """Take the searcher."""
        collectors.Collector.set_subsearcher(self, subsearcher, offset)

    def sort_key(self, sub_docnum: int) -> Any:
        """Return what a document is sorted by, in a walk."""
        if self.categorizer is None:
            self.categorizer = self.sortfacet.categorizer(self.top_searcher)
            self.categorizer.set_searcher(self.subsearcher, self.offset)
        return self.categorizer.key_for(self.matcher, sub_docnum)

    def takes(self) -> bool:
        """Scores that are changed at last, one by one, are not an array."""
        return super().takes() and not (self.scored and self.top_searcher.weighting.use_final)

    def take(self, kept: Bools | None) -> Taken:
        """Sort all that are marked."""
        docs, scores = self.chosen(kept)
        places, key = ordered(self.top_searcher, self.sortfacet.facets, docs, scores)
        rows = places.tolist()
        if self.reverse:
            rows.reverse()
        self.items = [(key(row), int(docs[row])) for row in rows[: self.limit or None]]
        # Their places sort as their keys do.
        self.taken = Taken(docs, np.argsort(places).tolist() if self.keyed else None)
        return self.taken


class _Around(_Whole):
    """Stands around a collector that takes arrays."""

    child: Any

    def takes(self) -> bool:
        """Ask the collector inside."""
        return bool(self.child.takes())


class FilterArrays(_Around, collectors.FilterCollector):  # type: ignore[misc]
    """Lets some documents through."""

    def take(self, kept: Bools | None) -> Taken:
        """Mark what is let through."""
        docs = self.matcher.arrays[0]
        mark = np.ones(len(docs), np.bool_) if kept is None else kept
        if self._allow is not None:
            mark = mark & _table(self._allow, self.top_searcher).take(docs)
        if self._restrict is not None:
            mark = mark & ~_table(self._restrict, self.top_searcher).take(docs)
        self.filtered_count += len(docs) - int(np.count_nonzero(mark))
        taken: Taken = self.child.take(mark)
        return taken

    def all_ids(self) -> Iterator[int]:
        """Yield the documents that are let through; Whoosh lets all through a filter that holds none."""
        for docnum in self.child.all_ids():
            if (self._allow is None or docnum in self._allow) and (
                self._restrict is None or docnum not in self._restrict
            ):
                yield docnum


def _table(comb: Any, searcher: Any) -> Bools:
    """Return one mark for each document, for whatever Whoosh filters by."""
    space = searcher.doc_count_all()
    if type(comb) is BitSet:
        bits = np.frombuffer(comb.bits, np.uint8)
        if 8 * len(bits) >= space:
            return np.unpackbits(bits, count=space, bitorder="little").view(np.bool_)
    mark = np.zeros(space, np.bool_)
    numbers = np.fromiter(comb, np.int64)
    mark[numbers[(numbers >= 0) & (numbers < space)]] = True
    return mark


def bitset(docs: I32, space: int) -> BitSet:
    """Return documents as one of Whoosh's sets."""
    mark = np.zeros(space, np.bool_)
    mark[docs] = True
    found = BitSet()
    found.bits = array("B", np.packbits(mark, bitorder="little").tobytes())
    return found


class TermsArrays(_Around, collectors.TermsCollector):  # type: ignore[misc]
    """Remembers which terms match in the documents that are kept: of the best, in those alone."""

    def set_subsearcher(self, subsearcher: Any, offset: int) -> None:
        """Take the searcher."""
        collectors.WrappingCollector.set_subsearcher(self, subsearcher, offset)

    @cached_property
    def termmatchers(self) -> list[Any]:
        """The matchers of the terms, for a walk."""
        return list(self.child.matcher.term_matchers())

    def take(self, kept: Bools | None) -> Taken:
        """Look the terms up."""
        taken: Taken = self.child.take(kept)
        for term, docs in self.matcher.terms_of(taken.docs):
            if len(docs):
                self.termdocs[term].extend(array("I", docs.tolist()))
                for doc in docs.tolist():
                    self.docterms[doc].append(term)
        return taken


class GroupArrays(_Around, collectors.FacetCollector):  # type: ignore[misc]
    """Groups the documents by facets of ``facets``."""

    def prepare(self, top_searcher: Any, q: Any, context: Any) -> None:
        """Begin; Whoosh's categorizers, which read whole columns, are made if the search walks."""
        self.facetmaps = {name: facet.map(self.maptype) for name, facet in self.facets.items()}
        self.categorizers: dict[str, Any] = {}
        self.child.prepare(top_searcher, q, context)

    def set_subsearcher(self, subsearcher: Any, offset: int) -> None:
        """Take the searcher."""
        collectors.WrappingCollector.set_subsearcher(self, subsearcher, offset)

    def collect(self, sub_docnum: int) -> Any:
        """Add a document to its groups, in a walk."""
        if not self.categorizers:
            for name, facet in self.facets.items():
                self.categorizers[name] = facet.categorizer(self.top_searcher)
                self.categorizers[name].set_searcher(self.child.subsearcher, self.child.offset)
        return super().collect(sub_docnum)

    def take(self, kept: Bools | None) -> Taken:
        """Group what the collector inside takes."""
        taken: Taken = self.child.take(kept)
        for name, facet in self.facets.items():
            found = groups(self.top_searcher, self.top_searcher.lists, facet, taken.docs)
            fill(self.facetmaps[name], found, taken.docs, taken.keys)
        return taken


def innermost(collector: Any) -> Any:
    """Return the collector inside all others."""
    while hasattr(collector, "child"):
        collector = collector.child
    return collector


def arrayed(collector: Any, searcher: Any) -> Any:
    """Return a collector of Whoosh's, as ``Searcher.collector`` makes it, that takes arrays where it can."""
    match type(collector):
        case collectors.TopCollector:
            return TopArrays(collector.limit, collector.usequality)
        case collectors.UnlimitedCollector:
            return AllArrays(collector.reverse)
        case collectors.UnsortedCollector:
            return UnscoredArrays()
        case collectors.SortingCollector:
            if not is_order(searcher, collector.sortfacet.facets):
                return collector
            return SortArrays(collector.sortfacet.facets, collector.limit, collector.reverse)
    collector.child = child = arrayed(collector.child, searcher)
    if not isinstance(child, _Whole):
        return collector
    match type(collector):
        case collectors.FilterCollector:
            return FilterArrays(child, collector.allow, collector.restrict)
        case collectors.TermsCollector:
            return TermsArrays(child, collector.settype)
        case collectors.FacetCollector:
            if all(is_group(searcher, facet) for _, facet in collector.facets.items()):
                innermost(child).keyed = any(
                    type(facet.map(collector.maptype)) is not Count for _, facet in collector.facets.items()
                )
                return GroupArrays(child, collector.facets, collector.maptype)
    return collector
