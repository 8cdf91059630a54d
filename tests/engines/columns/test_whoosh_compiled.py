"""Whoosh's queries as operations on arrays against Whoosh's own matchers: any index, query and setting."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import matching, query, sorting
from whoosh.index import FileIndex
from whoosh.searching import Searcher

from coopsearch.search.analysis.model import AnalysedDocument, Run
from coopsearch.search.engines.columns.codec import open_index
from coopsearch.search.engines.columns.codec.dates import term_of
from coopsearch.search.model import Document
from tests.engines.brute import Brute
from tests.engines.strategies import DATES, ROLES, STEM, STEM_FR, WORDS, histories
from tests.engines.test_oracle import History, build

from .test_whoosh_oracle import (
    EXAMPLES,
    fits,
    held,
    matches,
    ranges,
    rounded,
    same,
    sets,
    spans,
    stock,
    trees,
)

#: Trees of all kinds of queries, with those of which Whoosh's own answers are wrong or none.
_trees = st.recursive(
    st.one_of(trees, trees, ranges),
    lambda inner: st.one_of(
        st.builds(query.AndNot, inner, inner),
        st.builds(query.Require, inner, inner),
        st.builds(query.Otherwise, inner, inner),
        st.builds(query.AndMaybe, inner, inner),
        st.lists(inner, min_size=1, max_size=3).map(query.Or),
        st.lists(inner, min_size=1, max_size=3).map(query.DisjunctionMax),
        st.lists(inner, min_size=1, max_size=3).map(query.And),
    ),
    max_leaves=4,
)


_slops = st.integers(1, 12)


def _positions(field: str) -> st.SearchStrategy[Any]:
    """Queries of positions within each other, all in one field."""
    texts = st.sampled_from([*WORDS[:6], "missing"])
    terms = texts.map(lambda word: query.Term(field, word))
    leaf = st.one_of(
        terms,
        terms,
        st.builds(query.Phrase, st.just(field), st.lists(texts, min_size=2, max_size=3), _slops),
        st.lists(terms, min_size=2, max_size=2).map(query.Or),
    )
    return st.recursive(leaf, _of_positions, max_leaves=4)


def _of_positions(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=2, max_size=3)
    ordered, least = st.booleans(), st.integers(0, 2)
    kinds = (query.SpanNot, query.SpanContains, query.SpanBefore, query.SpanCondition)
    return st.one_of(
        st.builds(query.SpanFirst, inner, st.integers(0, 9)),
        st.builds(query.SpanNear, inner, inner, _slops, ordered, least),
        st.builds(query.SpanNear2, several, _slops, ordered, least),
        st.builds(query.SpanOr, several),
        st.builds(query.Sequence, several, _slops, ordered, st.sampled_from([1.0, 2.0])),
        st.builds(query.Ordered, several),
        *(st.builds(kind, inner, inner) for kind in kinds),
    )


#: Whoosh cannot put queries of positions into most others.
_any = st.one_of(_trees, _trees, _trees, _trees, spans(), _positions("words"), _positions("stems"))
#: Those whose documents can be told by looking at each.
_sets = st.recursive(
    st.one_of(
        sets, st.builds(query.Every, st.sampled_from(["words", "date", "lang", "file", "heading_stems"]))
    ),
    lambda inner: st.one_of(
        st.builds(query.AndNot, inner, inner),
        st.builds(query.Require, inner, inner),
        st.lists(inner, min_size=1, max_size=3).map(query.Or),
    ),
    max_leaves=3,
)
_tokens = st.sampled_from([1, 12, 10_000])


def _score_of_those_that_match(self: Any) -> float:
    """Of a document that one side alone has, the other side must not be asked."""
    here = [side for side in (self.a, self.b) if side.is_active() and side.id() == self.id()]
    return max(float(side.score()) for side in here)


def _skip_both(self: Any, id: int) -> None:  # noqa: A002 - Whoosh's name
    """The optional side must follow to where the other stopped."""
    self.a.skip_to(id)
    if self.a.is_active() and self.b.is_active():
        self.b.skip_to(self.a.id())


def _only(self: Any, searcher: Any, context: Any = None) -> Any:
    return matching.FilterMatcher(self.a.matcher(searcher, context), set(self.b.docs(searcher)))


def _without(self: Any, searcher: Any, context: Any = None) -> Any:
    return matching.FilterMatcher(self.a.matcher(searcher, context), set(self.b.docs(searcher)), exclude=True)


def _spans_outside(self: Any) -> Any:
    """Where the other side is at its end, it must not be asked where it is."""
    met = self.b.is_active() and self.a.id() == self.b.id()
    others = self.b.spans() if met else []
    return [span for span in self.a.spans() if not any(map(span.overlaps, others))]


@contextmanager
def repaired() -> Iterator[None]:
    """Let Whoosh's own matchers do what they are documented to do."""
    with ExitStack() as stack:
        for owner, name, mended in (
            (matching.DisjunctionMaxMatcher, "score", _score_of_those_that_match),
            (matching.AndMaybeMatcher, "skip_to", _skip_both),
            (query.Require, "matcher", _only),
            (query.Require, "docs", query.Query.docs),
            (query.AndNot, "matcher", _without),
            (query.SpanNot._Matcher, "_get_spans", _spans_outside),
        ):
            stack.enter_context(patch.object(owner, name, mended))
        yield


def walked(index: FileIndex, **options: Any) -> Searcher:
    """Return Whoosh's own searcher."""
    return Searcher(index.reader(), fromindex=index, **options)


def pairs(searcher: Any, asked: Any, **options: Any) -> list[tuple[str, float]]:
    """Return paths and scores, best first."""
    return [(hit["path"], hit.score) for hit in searcher.search(asked, **options)]


_asked = st.lists(_any, min_size=4, max_size=8)


@settings(max_examples=EXAMPLES // 2)
@given(histories, st.lists(_any, min_size=6, max_size=12), _tokens)
def test_any_history(history: History, asked: list[Any], tokens: int) -> None:
    """Same documents, order and scores as by Whoosh's matchers, over these columns and over its own files."""
    with tempfile.TemporaryDirectory() as name, repaired():
        truth = build(Path(name, "columns"), history, tokens)
        index, theirs = open_index(Path(name, "columns")), stock(Path(name), truth)
        with index.searcher() as mine, walked(index) as plain:
            for one in asked:
                same(pairs(mine, one, limit=None), pairs(plain, one, limit=None), every=True)
        with rounded(), index.searcher() as mine, theirs.searcher() as its:
            for one in asked:
                # Whoosh's own index of the same documents has no field of days.
                if not any(isinstance(leaf, query.DateRange) for leaf in one.leaves()):
                    same(pairs(mine, one, limit=None), pairs(its, one, limit=None), every=True)


def _document(rng: random.Random, number: int) -> AnalysedDocument:
    runs: list[Run] = []
    position = 0
    for _ in range(rng.randint(1, 4)):
        words = rng.choices(WORDS, range(len(WORDS), 0, -1), k=rng.randint(1, 9))
        stem = rng.choice([STEM, STEM_FR])
        runs.append(Run(rng.choice(ROLES), position, words, [stem.get(word, word) for word in words]))
        position += len(words) + rng.choice([0, 1, 5, 8, 9, 100])
    path = f"{number:03}"
    fields = {"author": rng.choice(["ann lee", "bo"])} if rng.random() < 0.5 else {}
    document = Document(path, path, path, "text", (), rng.choice(["txt", "md"]), rng.choice(DATES), fields)
    return AnalysedDocument(document, tuple(runs), tuple(rng.sample(["en", "fr"], rng.randint(0, 2))))


class Herd:
    """An index of several segments, some of its documents deleted or replaced."""

    def __init__(self, folder: Path) -> None:
        rng = random.Random(7)
        history: History = [[(f"{number:03}", [_document(rng, number)]) for number in range(90)]]
        for _ in range(4):
            changed = sorted(rng.sample(range(100), 8))
            history.append([(f"{n:03}", [_document(rng, n)] if rng.random() < 0.6 else []) for n in changed])
        self.truth: Brute = build(folder, history, 300)
        self.index = open_index(folder)
        self.mine, self.theirs = self.index.searcher(), walked(self.index)
        assert len(self.mine.lists.reader.snapshot.segments) > 2
        assert self.mine.lists.space < self.mine.lists.reader.snapshot.space


@pytest.fixture(scope="module")
def herd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Herd]:
    made = Herd(tmp_path_factory.mktemp("herd"))
    with made.mine, made.theirs:
        yield made


@settings(max_examples=EXAMPLES)
@given(_asked, st.sampled_from([1, 2, 5, 20, 64, 80]))
def test_best(herd: Herd, asked: list[Any], limit: int) -> None:
    """The best are the first of all; how many match is exact, and known without another search."""
    with repaired():
        for one in asked:
            wanted = pairs(herd.theirs, one, limit=None)
            same(pairs(herd.mine, one, limit=None), wanted, every=True)
            best = herd.mine.search(one, limit=limit)
            same([(hit["path"], hit.score) for hit in best], wanted[:limit], every=False)
            assert len(best) == len(wanted)
            assert {herd.mine.stored_fields(doc)["path"] for doc in best.docs()} == dict(wanted).keys()
            assert best.has_exact_length()


@settings(max_examples=EXAMPLES)
@given(_asked)
def test_in_order(herd: Herd, asked: list[Any]) -> None:
    """Of documents of one score the lower number comes first, and the scores fall."""
    for one in asked:
        for limit in (3, None):
            items = herd.mine.search(one, limit=limit).top_n
            assert items == sorted(items, key=lambda item: (-item[0], item[1]))
        backwards = herd.mine.search(one, limit=None, reverse=True).top_n
        assert backwards == items[::-1]


@settings(max_examples=EXAMPLES // 3)
@given(_asked, _any, _any, st.sampled_from([3, None]))
def test_filters(herd: Herd, asked: list[Any], allowed: Any, barred: Any, limit: int | None) -> None:
    """Documents outside a filter or inside a mask are left out and counted as such."""
    with repaired():
        inside, outside = set(allowed.docs(herd.theirs)), set(barred.docs(herd.theirs))
        for one in asked:
            everything = [(doc, score) for score, doc in herd.theirs.search(one, limit=None).top_n]
            everyone = {doc for doc, _ in everything}
            for options, kept in (
                ({"filter": allowed}, inside),
                ({"mask": barred}, everyone - outside),
                ({"filter": allowed, "mask": outside}, inside - outside),
                ({"filter": inside or {10_000}}, inside),
            ):
                wanted = [(str(doc), score) for doc, score in everything if doc in kept]
                found = herd.mine.search(one, limit=limit, **options)
                same([(str(doc), score) for score, doc in found.top_n], wanted[:limit], every=limit is None)
                assert len(found) == len(wanted) == len(found.docs())
                assert found.filtered_count == len(everything) - len(wanted)


_facets = st.sampled_from(["date", "type", "path", "file"])
_orders = st.lists(st.builds(sorting.FieldFacet, _facets, st.booleans()), min_size=1, max_size=3)


@settings(max_examples=EXAMPLES)
@given(_asked, _orders, st.booleans(), st.sampled_from([3, None]))
def test_sorted(herd: Herd, asked: list[Any], order: list[Any], reverse: bool, limit: int | None) -> None:
    """By fields, forwards and backwards: the same documents in the same order, by the same keys."""
    with repaired():
        for one in asked:
            options: dict[str, Any] = {"sortedby": order, "reverse": reverse, "limit": limit}
            mine, theirs = herd.mine.search(one, **options), herd.theirs.search(one, **options)
            assert [doc for _, doc in mine.top_n] == [doc for _, doc in theirs.top_n]
            assert len(mine) == len(theirs)
            assert mine.docs() == theirs.docs()
            assert herd.mine.search(one, scored=False, limit=None).docs() == theirs.docs()


@settings(max_examples=EXAMPLES)
@given(_asked, _facets)
def test_sorted_by_score(herd: Herd, asked: list[Any], facet: str) -> None:
    """Scores can stand among the fields that are sorted by."""
    with repaired():
        for one in asked:
            order = [sorting.FieldFacet(facet), sorting.ScoreFacet()]
            mine, theirs = herd.mine.search(one, sortedby=order), herd.theirs.search(one, sortedby=order)
            keys = zip(mine.top_n, theirs.top_n, strict=True)
            for ((value, score), _), ((wanted, its), _) in keys:
                assert value == wanted
                assert abs(score - its) < 1e-4


@settings(max_examples=EXAMPLES)
@given(_asked, st.sampled_from([None, "date"]), st.sampled_from([None, sorting.Count, sorting.UnorderedList]))
def test_grouped(herd: Herd, asked: list[Any], order: str | None, maptype: Any) -> None:
    """By fields with one value for each document and with several; groups hold the same documents."""
    facets = {
        "type": sorting.FieldFacet("type"),
        "date": sorting.FieldFacet("date", reverse=True),
        "lang": sorting.FieldFacet("lang", allow_overlap=True),
    }
    with repaired():
        for one in asked:
            options: dict[str, Any] = {"groupedby": facets, "maptype": maptype, "sortedby": order}
            mine, theirs = herd.mine.search(one, **options), herd.theirs.search(one, **options)
            for name in facets:
                found, wanted = mine.groups(name), theirs.groups(name)
                if maptype is None and order is None:
                    # Scores that are the same but for rounding may come in either order.
                    found = {group: sorted(docs) for group, docs in found.items()}
                    wanted = {group: sorted(docs) for group, docs in wanted.items()}
                assert found == wanted


@settings(max_examples=EXAMPLES)
@given(st.lists(_sets, min_size=4, max_size=8))
def test_right_documents(herd: Herd, asked: list[Any]) -> None:
    """Which documents match is what looking at each of them says."""
    for one in asked:
        wanted = {path for path, doc in herd.truth.documents.items() if matches(one, doc)}
        assert {path for path, _ in pairs(herd.mine, one, limit=None)} == wanted
        assert {herd.mine.stored_fields(doc)["path"] for doc in herd.mine.docs_for_query(one)} == wanted


@settings(max_examples=EXAMPLES)
@given(st.lists(_sets, min_size=4, max_size=8), st.sampled_from([3, None]))
def test_terms(herd: Herd, asked: list[Any], limit: int | None) -> None:
    """A hit tells the terms of the parts of the query that match in it."""
    for one in asked:
        hits = herd.mine.search(one, terms=True, limit=limit)
        for hit in hits:
            document = herd.truth.documents[hit["path"]]
            assert set(hit.matched_terms()) == set(_matched(one, document)), one
        all_of_them = {term for hit in hits for term in hit.matched_terms()}
        assert hits.matched_terms() == all_of_them


def _matched(asked: Any, document: AnalysedDocument) -> Iterator[tuple[str, bytes]]:
    """Yield the terms of a query that match in a document."""
    if not matches(asked, document):
        return
    match asked:
        case query.Term():
            yield asked.fieldname, asked.text.encode()
        case query.And() | query.Or() | query.DisjunctionMax() | query.AndMaybe() | query.Require():
            for sub in asked.subqueries:
                yield from _matched(sub, document)
        case query.AndNot():
            yield from _matched(asked.a, document)
        case query.ConstantScoreQuery():
            yield from _matched(asked.child, document)
        case query.Not() | query.Every():
            return
        case query.DateRange():
            yield "day", term_of(document.document.date.replace("-", "")) or b""
        case query.Prefix(text="") | query.Wildcard(text="*"):
            return
        case _ if asked is not query.NullQuery:
            for term in held(document, asked.fieldname):
                if fits(asked, term):
                    yield asked.fieldname, term.encode()
