"""Whoosh's queries as operations on arrays: a tree of them becomes documents and scores.

Each kind of query has a column form below, with the scores that Whoosh's own matcher gives. A node without
one is walked by that matcher, and what it finds takes its place in the tree. Documents have Whoosh's
numbers. Does not depend on collectors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from whoosh import query
from whoosh.scoring import BM25F, Frequency

from coopsearch.search.engines.base import Pattern
from coopsearch.search.engines.columns.arrays import F32, I32, NO_SCORES, Bools, Ints, marked
from coopsearch.search.engines.columns.codec.dates import DAY
from coopsearch.search.engines.columns.codec.postings import SearcherPostings
from coopsearch.search.engines.columns.codec.spans import SPANS, SpanForms, has_spans, parts
from coopsearch.search.engines.columns.evaluate import combine
from coopsearch.search.engines.columns.evaluate.maxscore import Item, union
from coopsearch.search.engines.columns.evaluate.postings import Postings, kth
from coopsearch.search.engines.columns.field_columns import PLACES
from coopsearch.search.engines.columns.storage.string_table import encode
from coopsearch.search.schema import DATE

#: Stands for a score of 0 where not to be scored would mean not to match.
_FAINT: Final = np.float32(1e-30)
#: Where Whoosh unites by an array instead of a tree of matchers: see whoosh.query.Or.
_MANY_TERMS: Final = query.Or.TOO_MANY_CLAUSES
_FEW_DOCUMENTS: Final = 5000

#: The weightings to which all terms of a field without lengths are one.
_ALIKE: Final = (type(None), BM25F, Frequency)

Scored = tuple[I32, F32]
"""Documents, sorted, and the score of each."""


class Queries:
    """Answers Whoosh's queries over one of its searchers. Safe for many threads."""

    def __init__(self, searcher: Any, lists: SearcherPostings) -> None:
        """Take the searcher, for its schema, its weighting and its own matchers, and the postings."""
        self.searcher, self._lists = searcher, lists
        self._none: Item = (lists.nothing, 1.0)
        self._spans = SpanForms(self, lists)
        self._forms: dict[type, Callable[[Any, Any], Item | None]] = {
            query.Term: self._term,
            query.Prefix: self._multi,
            query.Wildcard: self._multi,
            query.Regex: self._multi,
            query.FuzzyTerm: self._multi,
            query.Variations: self._multi,
            query.TermRange: self._multi,
            query.NumericRange: self._numbers,
            query.DateRange: self._numbers,
            query.Phrase: self._phrase,
            **dict.fromkeys(SPANS, self._spanned),
            query.Or: self._or,
            query.And: self._and,
            query.DisjunctionMax: self._dismax,
            query.AndMaybe: self._and_maybe,
            query.AndNot: self._and_not,
            query.Require: self._require,
            query.Otherwise: self._otherwise,
            query.Not: self._not,
            query.ConstantScoreQuery: self._constant,
            query.Every: self._every,
            query.WeightingQuery: self._weighting,
            type(query.NullQuery): self._null,
        }

    def has_form(self, asked: Any) -> bool:
        """Say whether a query is of a kind that has a column form; its parts may have none."""
        return type(asked) in self._forms

    def scored(self, asked: Any, context: Any) -> Scored:
        """Return the documents that match, and their scores."""
        return _all_scored(combine.weighed(self.item(asked, context), flat=True))

    def docs(self, asked: Any) -> I32:
        """Return the documents that match."""
        return self.item(asked, self.searcher.boolean_context())[0].docs

    def best(self, asked: Any, context: Any, limit: int) -> tuple[int, I32, F32]:
        """Return how many documents match, and the ``limit`` best, best first, ties by number."""
        items = self._united(asked, context)
        if all(postings.impacts is not None and weight > 0 for postings, weight in items if len(postings)):
            total, docs, scores = union(items, limit, self._lists.scratch)
        else:
            docs, scores = self._any(items)
            total = len(docs)
        order = best_of(docs, scores, limit)
        return total, docs.take(order), scores.take(order)

    def item(self, asked: Any, context: Any) -> Item:
        """Return the documents that match as postings, and what their impacts are multiplied by.

        Where the postings have no impacts, each scores the weight.
        """
        form = self._forms.get(type(asked))
        # A boost that is not above 0 is Whoosh's own affair.
        found = form(asked, context) if form is not None and getattr(asked, "boost", 1.0) > 0 else None
        return self.walked(asked, context) if found is None else found

    def walked(self, asked: Any, context: Any) -> Item:
        """Answer by Whoosh's own matcher, a document at a time."""
        if context.weighting is None:
            found = np.fromiter(asked.docs(self.searcher), np.int64)
            return self._item(np.unique(found).astype(np.int32), None), 1.0
        matcher = asked.matcher(self.searcher, context)
        docs: list[int] = []
        scores: list[float] = []
        while matcher.is_active():
            docs.append(matcher.id())
            scores.append(matcher.score())
            matcher.next()
        return self._item(np.array(docs, np.int32), np.array(scores, np.float32)), 1.0

    def _item(self, docs: I32, scores: F32 | None) -> Postings:
        return Postings(docs, None if scores is None else np.maximum(scores, _FAINT), self._lists.space)

    # Terms, and what is expanded to terms.

    def _term(self, asked: Any, context: Any) -> Item | None:
        if asked.minquality:
            return None
        text = self._bytes(asked.fieldname, asked.text)
        if text is None:
            return self._none
        found = self._lists.term(asked.fieldname, text, context.weighting)
        return None if found is None else (found[0], found[1] * asked.boost)

    def _bytes(self, fieldname: str, text: Any) -> bytes | None:
        """Return a term as its field writes it, None for one that it cannot have."""
        if fieldname not in self.searcher.schema:
            return None
        try:
            found: bytes = self.searcher.schema[fieldname].to_bytes(text)
        except ValueError:
            return None
        return found

    def _multi(self, asked: Any, context: Any) -> Item | None:
        """Return what the terms score together; Whoosh's constant score is none in a tree of matchers."""
        if whole_field(asked):
            return self.item(query.Every(asked.fieldname, boost=asked.boost), context)
        fieldname, weighting, unscored = asked.field(), context.weighting, context.weighting is None
        if fieldname not in self.searcher.schema:
            return None
        terms = [text for text in self.expanded(asked) if text]
        constant, count = asked.constantscore, len(terms)
        tree = count < _MANY_TERMS and (
            context.needs_current or count == 2 or self._lists.space > _FEW_DOCUMENTS
        )
        if constant and count > 1:
            weighting = self.searcher.weighting if tree and not unscored else None
        if fieldname in (DATE, DAY) and count > 1 and type(weighting) in _ALIKE:
            # A document has one day, and all days score the same.
            flat = weighting is None or (constant and not tree)
            return self._item(self._lists.days(fieldname, terms), None), 1.0 if flat else asked.boost
        items = [self._lists.term(fieldname, text, weighting) for text in terms]
        known = [item for item in items if item is not None]
        if len(known) < len(items):
            return None
        if count < 2:
            return known[0] if known else self._none
        if weighting is None:
            return self._item(self._docs(known), None), 1.0
        return self._item(*self._any(known)), asked.boost

    def expanded(self, asked: Any) -> list[bytes]:
        """Return the terms of the index that a query stands for."""
        reader = self.searcher.reader()
        if type(asked) is query.FuzzyTerm and asked.fieldname in PLACES and isinstance(asked.text, str):
            texts = map(encode, self._near(asked))
            return [text for text in texts if (asked.fieldname, text) in reader]
        schema = self.searcher.schema
        terms = (text for _, text in asked.expanded_terms(reader))
        return [text if isinstance(text, bytes) else schema[asked.fieldname].to_bytes(text) for text in terms]

    def _near(self, asked: Any) -> list[str]:
        """Return the terms within some edits of a word; a swap is two, as in Whoosh's automaton."""
        from rapidfuzz.distance import Levenshtein
        from rapidfuzz.process import extract

        pattern = Pattern("wildcard", "*", prefix=asked.text[: max(0, asked.prefixlength)])
        terms = self._lists.reader.expand(asked.fieldname, pattern)
        most = asked.maxdist
        found = extract(
            asked.text, terms, scorer=Levenshtein.distance, processor=None, score_cutoff=most, limit=None
        )
        return [term for term, _, _ in found]

    def _numbers(self, asked: Any, context: Any) -> Item | None:
        return self.item(asked._compile_query(self.searcher.reader()), context)  # noqa: SLF001 - what it is

    def _phrase(self, asked: Any, context: Any) -> Item | None:
        fieldname = asked.fieldname
        if fieldname not in self.searcher.schema or not asked.words:
            return None
        field = self.searcher.schema[fieldname]
        if not field.format or not field.format.supports("positions"):
            return None
        texts = [self._bytes(fieldname, word) for word in asked.words]
        known = [text for text in texts if text is not None]
        items = [self._lists.term(fieldname, text, context.weighting) for text in known]
        found = [item for item in items if item is not None]
        if len(known) < len(texts) or not all(len(postings) for postings, _ in found):
            return self._none
        if len(found) < len(items):
            return None
        docs, scores = self._all(found)
        kept = self._lists.phrase(fieldname, known, asked.slop, docs)
        return self._item(kept, scores.take(np.searchsorted(docs, kept))), asked.boost

    def _spanned(self, asked: Any, context: Any) -> Item | None:
        """Return the documents in which a query of positions has a span."""
        if not has_spans(self.searcher.schema, asked):
            return None
        if type(asked) in (query.Sequence, query.Ordered):
            context = context.set(needs_current=True)
        items = [self.item(part, context) for part in parts(asked)]
        if len(items) == 1 and type(asked) is not query.SpanFirst:
            return items[0]
        if type(asked) is query.SpanOr:
            docs, scores = self._any(items)
        elif type(asked) is query.SpanNot:
            docs, scores = _all_scored(combine.weighed(items[0], flat=True))
            scores = scores + self._at(items[1], docs)
        else:
            docs, scores = self._all(items)
        kept = self._spans.spans(asked, docs).docs
        return self._item(kept, scores.take(np.searchsorted(docs, kept))), getattr(asked, "boost", 1.0)

    # Combinations.

    def _or(self, asked: Any, context: Any) -> Item | None:
        subs = asked.subqueries
        if len(subs) < 2:
            return self.item(subs[0], context) if subs else self._none
        if asked.scale:
            return None
        items = [item for sub in subs for item in self._united(sub, context)]
        if context.weighting is None:
            return self._item(self._docs(items), None), 1.0
        return self._item(*self._any(items)), asked.boost

    def _united(self, asked: Any, context: Any) -> list[Item]:
        """Return the lists whose union a query is."""
        if type(asked) is not query.Or or len(asked.subqueries) < 2 or asked.scale or asked.boost <= 0:
            return [self.item(asked, context)]
        items = [item for sub in asked.subqueries for item in self._united(sub, context)]
        return [(postings, weight * asked.boost) for postings, weight in items]

    def _and(self, asked: Any, context: Any) -> Item | None:
        subs = asked.subqueries
        if len(subs) < 2:
            return self.item(subs[0], context) if subs else self._none
        items: list[Item] = []
        forbidden: list[I32] = []
        more = 0.0
        for sub in subs:
            if type(sub) is query.Not:
                forbidden.append(self.docs(sub.query))
                more += 1.0
            elif type(sub) is query.Every and sub.fieldname is None and sub.boost > 0:
                more += sub.boost
            else:
                items.append(self.item(sub, context))
        docs, scores = self._all(items)
        for gone in forbidden:
            kept = marked(~self.among(docs, gone))
            docs, scores = docs.take(kept), scores.take(kept)
        return self._item(docs, None if context.weighting is None else scores + np.float32(more)), asked.boost

    def _dismax(self, asked: Any, context: Any) -> Item | None:
        subs = asked.subqueries
        if len(subs) < 2:
            return self.item(subs[0], context) if subs else self._none
        items = [self.item(sub, context) for sub in subs]
        docs = self._docs(items)
        if context.weighting is None:
            return self._item(docs, None), 1.0
        scores = np.zeros(len(docs), np.float32)
        for item in items:
            mine, its = _all_scored(combine.weighed(item, flat=True))
            at = np.searchsorted(docs, mine)
            scores[at] = np.maximum(scores.take(at), its)
        return self._item(docs, scores), asked.boost

    def _and_maybe(self, asked: Any, context: Any) -> Item | None:
        first = self.item(asked.a, context)
        if context.weighting is None:
            return first
        docs, scores = _all_scored(combine.weighed(first, flat=True))
        found = self._at(self.item(asked.b, context), docs)
        return self._item(docs, scores + found), 1.0

    def _and_not(self, asked: Any, context: Any) -> Item | None:
        return self._cut(asked.a, asked.b, context, inside=False)

    def _require(self, asked: Any, context: Any) -> Item | None:
        return self._cut(asked.a, asked.b, context, inside=True)

    def _cut(self, wanted: Any, other: Any, context: Any, *, inside: bool) -> Item:
        """Return one query's documents, inside or outside those of another."""
        postings, weight = self.item(wanted, context)
        docs, impacts = postings.docs, postings.impacts
        kept = marked(self.among(docs, self.docs(other)) == inside)
        return self._item(docs.take(kept), None if impacts is None else impacts.take(kept)), weight

    def _otherwise(self, asked: Any, context: Any) -> Item | None:
        first = self.item(asked.a, context)
        return first if len(first[0]) else self.item(asked.b, context)

    def _not(self, asked: Any, context: Any) -> Item | None:
        everything = self._lists.everything
        return self._item(everything[~self.among(everything, self.docs(asked.query))], None), 1.0

    def _constant(self, asked: Any, context: Any) -> Item | None:
        if context.needs_current:
            # Whoosh needs its matchers then, and leaves their scores as they are.
            return self.item(asked.child, context)
        postings, _ = self.item(asked.child, context)
        # A constant of 0 is 1 to it.
        return (self._item(postings.docs, None), asked.score or 1.0) if asked.score >= 0 else None

    def _every(self, asked: Any, context: Any) -> Item | None:
        docs = self._lists.holders(asked.fieldname) if asked.fieldname else self._lists.everything
        return None if docs is None else (self._item(docs, None), asked.boost)

    def _weighting(self, asked: Any, context: Any) -> Item | None:
        # Whoosh puts the other weighting into a copy of the context, which it drops.
        return self.item(asked.child, context)

    def _null(self, asked: Any, context: Any) -> Item | None:
        return self._none

    # Arrays.

    def _docs(self, items: list[Item]) -> I32:
        return combine.union_docs([postings.docs for postings, _ in items], self._lists.space)

    def _any(self, items: list[Item]) -> Scored:
        return _all_scored(combine.unite(items, self._lists.space, flat=True))

    def _all(self, items: list[Item]) -> Scored:
        """Intersect; no list is everything."""
        if not items:
            return self._lists.everything, np.zeros(self._lists.space, np.float32)
        return _all_scored(combine.intersect(items, self._lists.scratch, flat=True))

    def _at(self, item: Item, docs: I32) -> F32:
        """Return what a list gives to some documents."""
        postings, weight = item
        if not len(docs):
            return NO_SCORES
        found, hit = postings.lookup(docs, self._lists.scratch)
        if found is None:
            assert hit is not None
            found = hit.astype(np.float32)
        return found * np.float32(weight)

    def among(self, docs: I32, others: I32) -> Bools:
        """Say which documents are among others."""
        return combine.among(docs, others, self._lists.space, self._lists.scratch)


def _all_scored(found: combine.Scored) -> Scored:
    docs, scores = found
    assert scores is not None, "flat lists score"
    return docs, scores


def best_of(docs: I32, scores: F32, limit: int) -> Ints:
    """Return the places of the ``limit`` best of some documents, best first, ties by number."""
    if len(docs) <= limit:
        return np.lexsort((docs, -scores))
    kept = marked(scores >= kth(scores, limit))
    return kept[np.lexsort((docs.take(kept), -scores.take(kept)))[:limit]]


def whole_field(asked: Any) -> bool:
    """Say whether a pattern is one that Whoosh takes for every document of its field."""
    whole = {query.Prefix: "", query.Wildcard: "*", query.Regex: ".*"}.get(type(asked))
    return whole is not None and asked.text == whole
