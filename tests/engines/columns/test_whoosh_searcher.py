"""What Whoosh's own code may ask of the searcher that compiles, beside answers to queries of Whoosh's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh import collectors, query, scoring, sorting
from whoosh.matching import ListMatcher
from whoosh.matching.mcore import ReadTooFar
from whoosh.qparser import QueryParser
from whoosh.query.spans import Span

from coopsearch.search.engines.columns.codec.matcher import ArrayMatcher, match
from coopsearch.search.engines.columns.codec.searcher import ColumnSearcher
from coopsearch.search.engines.columns.engine import ColumnsEngine
from coopsearch.search.engines.columns.writer import ColumnsWriter

from .test_trust import document
from .test_whoosh_compiled import Herd, pairs, repaired, walked
from .test_whoosh_oracle import same


@pytest.fixture(scope="module")
def herd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Herd]:
    made = Herd(tmp_path_factory.mktemp("herd"))
    with made.mine, made.theirs:
        yield made


def word(text: str, boost: float = 1.0) -> query.Term:
    return query.Term("words", text, boost)


class Ends(scoring.BM25F):  # type: ignore[misc]
    """A ranking that changes each score at last."""

    use_final = True

    def final(self, _: Any, docnum: int, score: float) -> float:
        """Change a score."""
        return score + docnum % 7


class Halved(scoring.BM25F):  # type: ignore[misc]
    """A ranking that is nearly one of Whoosh's."""

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> Any:
        """Return another scorer for one of the fields."""
        if fieldname == "stems":
            return scoring.WeightScorer(1.0)
        return super().scorer(searcher, fieldname, text, qf)


TREES = [
    word("a"),
    query.Or([word("a", 2.0), query.Term("stems", "b"), query.Term("type", "md")]),
    query.And([word("aa"), query.Not(word("b")), query.Every()]),
    query.Prefix("words", "a"),
    query.Prefix("words", "a", constantscore=False),
    query.Phrase("words", ["a", "aa"], slop=3),
    query.Or([query.TermRange("date", "20010101", "20151231"), word("e")]),
]


@pytest.mark.parametrize(
    "weighting",
    [
        scoring.TF_IDF(), scoring.Frequency(), scoring.BM25F(B=0.3, K1=2.0, words_B=0.9), scoring.PL2(),
        Ends(), Halved(), scoring.MultiWeighting(scoring.BM25F(), stems=scoring.Frequency()),
        scoring.FunctionWeighting(lambda searcher, fieldname, text, matcher: 1.0 / (1 + matcher.id())),
    ],
)  # fmt: skip
def test_weightings(herd: Herd, weighting: Any) -> None:
    """Whoosh's simple rankings are computed, any other is asked, and both within one tree."""
    with herd.index.searcher(weighting=weighting) as mine, walked(herd.index, weighting=weighting) as its:
        for tree in TREES:
            wanted = pairs(its, tree, limit=None)
            same(pairs(mine, tree, limit=None), wanted, every=True)
            # What Whoosh itself finds is not always so: it takes changed scores for those of its matchers.
            same(pairs(mine, tree, limit=5), wanted[:5], every=False)


def test_many_documents(tmp_path: Path) -> None:
    """In an index of more than 5,000 documents Whoosh scores patterns of terms in another way."""
    ColumnsEngine().create(tmp_path)
    with ColumnsWriter(tmp_path, 10_000) as writer:
        for number in range(5_005):
            writer.add(document(f"{number:04}", f"alpha {'beta ' * (number % 5)}w{number % 1_500}"))
        writer.commit()
    from coopsearch.search.engines.columns.codec import open_index

    index = open_index(tmp_path)
    asked = [
        query.Prefix("words", "w100"), query.Prefix("words", "b", boost=2.0), query.Wildcard("words", "w1?2"),
        query.Wildcard("words", "w1?2", boost=3.0), query.Prefix("words", "w"),
        query.FuzzyTerm("words", "w12"), query.TermRange("words", "w1", "w11", boost=0.5),
        query.Or([word(f"w{n}") for n in range(1_100)]),
        query.Or([word("alpha"), word("beta"), word("w7")]),
        query.Or([word("alpha"), word("beta")], boost=2.0),
        query.And([word("alpha"), query.Not(word("beta"))]),
    ]  # fmt: skip
    with index.searcher() as mine, walked(index) as its:
        for one in asked:
            wanted = pairs(its, one, limit=None)
            assert wanted
            same(pairs(mine, one, limit=None), wanted, every=True)
            for limit in (1, 10, 100):
                same(pairs(mine, one, limit=limit), wanted[:limit], every=False)


class Own(query.Query):  # type: ignore[misc]
    """A query that Whoosh does not have."""

    fieldname = None

    def matcher(self, *_: Any) -> Any:
        """Match some documents."""
        return ListMatcher([1, 5, 6, 40], [1.0, 2.0, 3.0, 4.0])

    def estimate_size(self, _: Any) -> int:
        """Count them."""
        return 4


class Changed(query.Term):  # type: ignore[misc]
    """One of Whoosh's that somebody changed."""

    def matcher(self, *_: Any) -> Any:
        """Match some documents."""
        return ListMatcher([2, 3], [1.0, 2.0])


def test_queries_without_a_form(herd: Herd) -> None:
    """A query of somebody's own is asked for its matcher, alone and within others."""
    own, changed = Own(), Changed("words", "a")
    for tree in (
        own, changed, query.And([own, query.Every()]), query.Or([own, word("a")]), query.Not(changed),
        query.AndMaybe(word("a"), own), query.Or([changed, query.DisjunctionMax([own, word("aa")])]),
        query.Or([word("a"), word("b")], scale=0.5),
        query.Or([query.Or([word("a"), word("b")], scale=0.5), own]),
        query.And([word("a", 0.0), word("b")]), query.NestedParent(query.Every(), word("a")),
        query.Sequence([word("a"), query.Or([word("aa"), word("b")])], slop=2), query.Or([own], boost=3.0),
        query.WeightingQuery(query.Or([word("a"), word("b")]), scoring.Frequency()),
        query.Ordered([word("a"), word("b")]), query.And([word("a"), query.ConstantScoreQuery(own, 0.0)]),
    ):  # fmt: skip
        with repaired():
            wanted = pairs(herd.theirs, tree, limit=None)
            same(pairs(herd.mine, tree, limit=None), wanted, every=True)
            same(pairs(herd.mine, tree, limit=4), wanted[:4], every=False)
            assert set(herd.mine.docs_for_query(tree)) == set(herd.theirs.docs_for_query(tree))


def test_positions_within_others(herd: Herd) -> None:
    """Queries of positions stand in any tree, where over Whoosh's own matchers they raise."""
    near = query.SpanNear(word("a"), word("b"), slop=3)
    alone = dict(pairs(herd.mine, near, limit=None))
    terms = dict(pairs(herd.mine, word("aa"), limit=None))
    assert alone
    with pytest.raises(NotImplementedError):
        herd.theirs.search(query.And([near, word("aa")]))
    found = dict(pairs(herd.mine, query.And([near, word("aa")]), limit=None))
    assert found.keys() == alone.keys() & terms.keys()
    assert all(abs(score - alone[path] - terms[path]) < 1e-4 for path, score in found.items())
    found = dict(pairs(herd.mine, query.Or([near, word("aa")]), limit=None))
    assert found.keys() == alone.keys() | terms.keys()
    hits = herd.mine.search(query.Or([near, word("aa")]), terms=True, limit=None)
    for hit in hits:
        wanted = {("words", b"aa")} if hit["path"] in terms else set()
        assert set(hit.matched_terms()) == wanted | (
            {("words", b"a"), ("words", b"b")} if hit["path"] in alone else set()
        )


def test_unknown_fields_and_odd_values(herd: Herd) -> None:
    """What Whoosh refuses is refused in the same way, and what it ignores finds nothing."""
    for tree in (
        query.Term("nowhere", "a"),
        query.Term("day", "no day"),
        query.Phrase("nowhere", ["a", "b"]),
    ):
        assert pairs(herd.mine, tree) == pairs(herd.theirs, tree) == []
        assert pairs(herd.mine, query.Or([tree, word("a")]))
    for tree in (
        query.Phrase("type", ["a", "b"]),
        query.Prefix("nowhere", "a"),
        query.NumericRange("words", 1, 2),
    ):
        with pytest.raises(Exception) as theirs:
            pairs(herd.theirs, tree)
        with pytest.raises(type(theirs.value)):
            pairs(herd.mine, tree)


def test_the_matcher(herd: Herd) -> None:
    """It walks as Whoosh's do; what arrays do not hold it takes from Whoosh's own at the same document."""
    context = herd.mine.context()
    tree = query.And([word("a"), word("aa")])
    mine, theirs = match(herd.mine.queries, tree, context), tree.matcher(herd.theirs, context)
    assert isinstance(mine, ArrayMatcher)
    first = mine.copy()
    ids = list(mine.all_ids())
    assert ids == list(tree.matcher(herd.theirs, context).all_ids())
    while mine.is_active():
        assert (mine.id(), pytest.approx(mine.score(), abs=1e-4)) == (theirs.id(), theirs.score())
        assert mine.weight() == theirs.weight()
        assert mine.supports("positions")
        assert [(span.start, span.end) for span in mine.spans()] == [
            (span.start, span.end) for span in theirs.spans()
        ]
        assert sorted(mine.matching_terms()) == [("words", b"a"), ("words", b"aa")]
        mine.next()
        theirs.next()
    with pytest.raises(ReadTooFar):
        mine.next()
    with pytest.raises(ReadTooFar):
        mine.skip_to(5)
    mine.reset()
    assert mine.id() == first.id() == ids[0]
    mine.skip_to(ids[-1])
    assert mine.id() == ids[-1]
    assert isinstance(mine.spans()[0], Span)
    mine.reset()
    assert isinstance(mine.spans()[0], Span)
    highest = mine.max_quality()
    mine.skip_to_quality(highest - 1e-6)
    assert mine.score() == highest
    mine.skip_to_quality(highest)
    assert not mine.is_active()
    assert mine.max_quality() == 0.0


class Longest(collectors.Collector):  # type: ignore[misc]
    """A collector of somebody's own."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, float]] = []

    def collect(self, sub_docnum: int) -> None:
        """Keep a document."""
        self.seen.append((sub_docnum, self.matcher.score()))

    def prepare(self, top_searcher: Any, q: Any, context: Any) -> None:
        """Begin with the query as it was asked."""
        assert isinstance(q, query.Or)
        super().prepare(top_searcher, q, context.set(needs_current=True))


def test_collectors(herd: Herd) -> None:
    """Collectors of somebody's own, and Whoosh's around or instead of ours, walk over the same answers."""
    tree = query.Or([word("a"), word("b"), query.Term("type", "md")])
    wanted = [(doc, score) for score, doc in herd.theirs.search(tree, limit=None).top_n]
    own = Longest()
    herd.mine.search_with_collector(tree, own)
    assert own.q is tree
    assert {doc for doc, _ in own.seen} == {doc for doc, _ in wanted}
    assert all(abs(score - dict(wanted)[doc]) < 1e-4 for doc, score in own.seen)
    for inner in (
        herd.mine.collector(limit=5),
        collectors.TopCollector(5),
        herd.mine.collector(limit=5, terms=True),
    ):
        timed = collectors.TimeLimitCollector(inner, 60)
        herd.mine.search_with_collector(tree, timed)
        results = timed.results()
        assert [score for score, _ in results.top_n] == pytest.approx(
            [score for _, score in wanted[:5]], abs=1e-4
        )
        assert len(results) == len(wanted)
        assert results.q is tree


@pytest.mark.parametrize("limit", [3, None])
@pytest.mark.parametrize("options", [{}, {"sortedby": "date"}, {"groupedby": "date"}, {"terms": True}])
def test_collapse(herd: Herd, limit: int | None, options: dict[str, Any]) -> None:
    """Of each value of a field the best are left."""
    for tree in TREES[:3]:
        for facet in ("type", sorting.FieldFacet("date", reverse=True)):
            options = {"collapse": facet, "collapse_limit": 2, **options}
            mine = herd.mine.search(tree, limit=limit, **options)
            its = herd.theirs.search(tree, limit=None, **options)
            assert [doc for _, doc in mine.top_n] == [doc for _, doc in its.top_n][:limit]
            assert mine.collapsed_counts == its.collapsed_counts


def test_other_orders(herd: Herd) -> None:
    """Facets that are not columns sort and group as Whoosh does it."""
    by_query = sorting.QueryFacet({"aa": word("aa"), "b": word("b")}, other="neither")
    by_length = sorting.FunctionFacet(lambda searcher, doc: searcher.doc_field_length(doc, "words"))
    for order in (
        by_query,
        by_length,
        [sorting.FieldFacet("lang"), "path"],
        sorting.StoredFieldFacet("path"),
    ):
        mine, its = (one.search(word("a"), sortedby=order) for one in (herd.mine, herd.theirs))
        assert [doc for _, doc in mine.top_n] == [doc for _, doc in its.top_n]
    for group in (by_query, by_length, "lang", {"both": by_length, "type": sorting.FieldFacet("type")}):
        mine, its = (one.search(word("a"), groupedby=group) for one in (herd.mine, herd.theirs))
        for name in mine.facet_names():
            assert {key: sorted(docs) for key, docs in mine.groups(name).items()} == {
                key: sorted(docs) for key, docs in its.groups(name).items()
            }


def test_results(herd: Herd) -> None:
    """Results can be put together, and show their queries, as Whoosh's can."""
    parse = QueryParser("words", herd.index.schema).parse
    one, other = (herd.mine.search(parse(text), limit=None) for text in ("a b", "aa"))
    both = one.docs() & other.docs()
    total = one.docs() | other.docs()
    upgraded = one.copy()
    upgraded.upgrade(other)
    assert {doc for _, doc in upgraded.top_n[: len(both)]} == both
    filtered = one.copy()
    filtered.filter(other)
    assert filtered.docs() == both
    one.extend(other)
    assert one.docs() == total
    assert str(one.q) == "(words:a AND words:b)"
    assert one.query_terms() == {("words", b"a"), ("words", b"b")}
    page = herd.mine.search_page(parse("a"), 2, pagelen=7)
    assert [hit.docnum for hit in page] == [
        doc for _, doc in herd.mine.search(parse("a"), limit=14).top_n[7:]
    ]
    assert herd.mine.search(parse("a"), filter=other).docs() <= other.docs()
    assert isinstance(herd.mine.refresh(), ColumnSearcher)
