"""Whoosh's searcher, answering a column at a time.

It takes every query, collector, filter and facet of Whoosh's. What they find, and in which order, is what
Whoosh's own searcher finds over the same index; see ``compiler`` for what has a column form.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh import query
from whoosh.searching import Searcher

from coopsearch.search.engines.columns.codec.collectors import arrayed, bitset, innermost
from coopsearch.search.engines.columns.codec.compiler import Queries
from coopsearch.search.engines.columns.codec.matcher import match
from coopsearch.search.engines.columns.codec.postings import SearcherPostings
from coopsearch.search.errors import IndexDamaged


class ColumnSearcher(Searcher):  # type: ignore[misc]
    """A searcher over a reader of ``codec``: ``ColumnSearcher(open_dir(folder).reader())``."""

    def __init__(self, reader: Any, *args: Any, **settings: Any) -> None:
        """Take what Whoosh's searcher takes."""
        super().__init__(reader, *args, **settings)
        self.lists = SearcherPostings(self)
        self.queries = Queries(self, self.lists)

    def collector(self, limit: int | None = 10, **settings: Any) -> Any:
        """Return a collector for the settings of ``search``."""
        if not settings.get("collapse") or settings.get("sortedby") or not settings.get("scored", True):
            return arrayed(super().collector(limit=limit, **settings), self)
        # What is collapsed makes room again for what was not among the best: all are kept until then.
        made = arrayed(super().collector(limit=None, **settings), self)
        innermost(made).cut = limit
        return made

    def search_with_collector(self, q: Any, collector: Any, context: Any = None) -> None:
        """Run a query with a collector, which is given an ``ArrayMatcher`` if the query has a column form."""
        collector.prepare(self, q, context or self.context())
        inner = innermost(collector)
        if not hasattr(inner, "q"):
            collector.run()
            return
        inner.q = _Compiled(q, self.queries)
        try:
            collector.run()
        except (LookupError, ValueError, ArithmeticError) as error:
            # Sums show that a file is as it was written, not that what it says makes sense.
            raise IndexDamaged(
                f"the query cannot be answered ({type(error).__name__}: {error})",
                "`coopsearch verify` says whether the index is damaged",
            ) from error
        finally:
            inner.q = q

    def docs_for_query(self, q: Any, for_deletion: bool = False) -> Iterator[int]:  # noqa: FBT002 - Whoosh's
        """Return the documents that match a query."""
        if for_deletion or not self.queries.has_form(q):
            return iter(super().docs_for_query(q, for_deletion=for_deletion))
        return iter(self.queries.docs(q).tolist())

    def _query_to_comb(self, fq: query.Query) -> Any:
        return bitset(self.queries.docs(fq), self.doc_count_all())


class _Compiled(query.WrappingQuery):  # type: ignore[misc]
    """A query whose matcher is made of arrays."""

    def __init__(self, child: Any, queries: Queries) -> None:
        super().__init__(child)
        self._queries = queries

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        return match(self._queries, self.child, context or searcher.context())
