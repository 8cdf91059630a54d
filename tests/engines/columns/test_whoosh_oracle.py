"""Whoosh over the columns against Whoosh over its own codec: any history of an index, any of its queries."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein
from whoosh import query
from whoosh.index import FileIndex, open_dir
from whoosh.lang.morph_en import variations
from whoosh.searching import Searcher
from whoosh.util.numeric import byte_to_length, length_to_byte

from coopsearch.search import schema
from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.engines import engine
from coopsearch.search.engines.columns.arrays import Ints
from coopsearch.search.engines.columns.codec.codec import ColumnDocuments, open_index, whoosh_schema
from coopsearch.search.engines.columns.codec.dates import DAY
from coopsearch.search.engines.columns.codec.doc_numbers import Numbers
from coopsearch.search.engines.columns.reader import ColumnsReader
from tests.engines.brute import KEYWORDS, Brute, keywords, tokens
from tests.engines.strategies import DATES, TEXT_FIELDS, WORDS, histories
from tests.engines.test_oracle import History, build

#: What Whoosh makes of a length.
_ROUNDED = np.array([byte_to_length(length_to_byte(length)) for length in range(1_000)], np.uint32)

#: Indexes for each test, with some twenty queries each; more with --long.
EXAMPLES = settings().max_examples // 2

_fields = st.sampled_from([schema.WORDS, schema.WORDS, *TEXT_FIELDS])
_words = st.sampled_from([*WORDS, "missing"])
_boosts = st.sampled_from([1.0, 1.0, 2.0, 0.5])
_days = st.sampled_from([date.replace("-", "") for date in DATES if date])
_flags = st.booleans()
_moments = st.sampled_from([None, *map(datetime.fromisoformat, [*filter(None, DATES), "2015-01-01 12:00"])])
_text_terms = st.builds(query.Term, _fields, _words, _boosts)
terms = st.one_of(
    _text_terms,
    _text_terms,
    st.builds(query.Term, st.just(schema.TYPE), st.sampled_from(["md", "txt"])),
    st.builds(query.Term, st.just(schema.LANGUAGE), st.sampled_from(["en", "fr"])),
    st.builds(query.Term, st.just(schema.DATE), _days),
    st.builds(query.Term, st.just(schema.META), st.sampled_from(["author=bo", "org=lee"])),
)
#: Expanded to the terms of the index; scored by a constant, or by what the terms score.
_expanding = st.one_of(
    st.builds(query.Prefix, _fields, st.sampled_from(["a", "b", "", "é"]), _boosts, _flags),
    st.builds(query.Wildcard, _fields, st.sampled_from(["a*", "?b", "*a", "*", "?"]), _boosts, _flags),
    st.builds(query.Regex, _fields, st.sampled_from(["a[ab]", "(a|b)+", ".", "été?"]), _boosts, _flags),
    st.builds(query.FuzzyTerm, _fields, _words, _boosts, st.integers(1, 2), st.integers(0, 1), _flags),
    st.builds(query.TermRange, _fields, _words, _words, _flags, _flags, _boosts, _flags),
    st.builds(query.TermRange, st.just(schema.DATE), _days, _days, _flags, _flags),
    st.builds(query.Variations, _fields, _words),
)
_phrases = st.builds(
    query.Phrase, _fields, st.lists(_words, min_size=2, max_size=3), st.integers(1, 4), _boosts
)
_every = st.one_of(
    st.just(query.Every()),
    st.builds(query.Every, st.sampled_from([schema.WORDS, schema.TITLE_WORDS, schema.DATE])),
    st.just(query.NullQuery),
)


@st.composite
def spans(draw: st.DrawFn) -> query.Query:
    """Queries of positions, all in one field."""
    field = draw(_fields)
    leaf = st.one_of(
        _words.map(lambda word: query.Term(field, word)),
        st.lists(_words, min_size=2, max_size=2).map(lambda pair: query.Phrase(field, pair)),
        st.lists(_words, min_size=1, max_size=3, unique=True).map(
            lambda words: query.SpanOr([query.Term(field, word) for word in words])
        ),
    )
    slops = st.integers(1, 5)
    # Without SpanNot: over Whoosh's own codec it raises where both sides meet.
    pairs: list[Callable[[Any, Any], query.Query]] = [
        query.SpanContains, query.SpanBefore, query.SpanCondition,
    ]  # fmt: skip
    return draw(
        st.one_of(
            st.builds(query.SpanFirst, leaf, st.integers(0, 6)),
            st.builds(query.SpanNear, leaf, leaf, slops, _flags, st.integers(1, 2)),
            st.builds(query.SpanNear2, st.lists(leaf, min_size=2, max_size=3), slops, _flags),
            *(st.builds(pair, leaf, leaf) for pair in pairs),
        )
    )


def _and_not(wanted: query.Query, unwanted: query.Query) -> query.Query:
    """What AndNot means; Whoosh's own AndNot gives wrong answers, whatever the codec."""
    return query.And([wanted, query.Not(unwanted)])


def _require(scored: query.Query, required: query.Query) -> query.Query:
    """What Require means; Whoosh's own raises, whatever the codec."""
    return query.And([scored, query.ConstantScoreQuery(required, 0.0)])


trees = st.recursive(
    st.one_of(terms, terms, _expanding, _phrases, _every),
    lambda inner: st.one_of(
        st.builds(query.And, st.lists(inner, min_size=1, max_size=3), _boosts),
        st.builds(query.Or, st.lists(inner, min_size=1, max_size=4), _boosts),
        st.builds(query.DisjunctionMax, st.lists(inner, min_size=1, max_size=3), _boosts),
        st.builds(_and_not, inner, inner),
        st.builds(_require, inner, inner),
        st.builds(query.AndMaybe, inner, inner),
        st.builds(query.ConstantScoreQuery, inner, st.sampled_from([1.0, 3.0])),
        st.builds(query.Not, inner),
    ),
    max_leaves=6,
)
#: Whoosh cannot put queries of positions into most others, whatever the codec (they estimate no size).
queries = st.one_of(trees, trees, trees, spans())


@contextmanager
def rounded() -> Iterator[None]:
    """Let the columns round lengths as Whoosh's own codec does, which keeps each in a byte."""
    exact = Numbers.lengths

    def lengths(self: Numbers, fieldname: str) -> Ints | None:
        found = exact(self, fieldname)
        return None if found is None else _ROUNDED[found]

    def total(self: ColumnDocuments, fieldname: str) -> int:
        found = exact(self._numbers, fieldname)
        return 0 if found is None else int(found.sum())

    with patch.object(Numbers, "lengths", lengths), patch.object(ColumnDocuments, "field_length", total):
        yield


def ask(index: FileIndex, asked: query.Query, limit: int | None) -> list[tuple[str, float]]:
    """Return paths and scores, best first, as Whoosh's own searcher finds them."""
    with Searcher(index.reader(), fromindex=index) as searcher:
        return [(hit["path"], hit.score) for hit in searcher.search(asked, limit=limit)]


def same(found: list[tuple[str, float]], wanted: list[tuple[str, float]], *, every: bool) -> None:
    """Compare answers: scores place by place, and of a whole answer each document's own."""
    assert len(found) == len(wanted)
    assert all(abs(mine - its) < 1e-4 for (_, mine), (_, its) in zip(found, wanted, strict=True))
    if every:
        scores = dict(wanted)
        assert dict(found).keys() == scores.keys()
        assert all(abs(score - scores[path]) < 1e-4 for path, score in found)


@settings(max_examples=EXAMPLES)
@given(
    histories,
    st.lists(queries, min_size=12, max_size=24),
    st.sampled_from([1, 12, 10_000]),
    st.integers(1, 5),
)
def test_the_same_answers(history: History, asked: list[query.Query], tokens: int, limit: int) -> None:
    """Same documents, same order up to ties, same scores, after any history of the index."""
    with tempfile.TemporaryDirectory() as name:
        truth = build(Path(name, "columns"), history, tokens)
        mine, theirs = open_index(Path(name, "columns")), stock(Path(name), truth)
        with rounded():
            for one in asked:
                same(ask(mine, one, None), ask(theirs, one, None), every=True)
                # The best alone: Whoosh then leaves out what it thinks cannot be among them.
                same(ask(mine, one, limit), ask(theirs, one, limit), every=False)


def stock(folder: Path, truth: Brute) -> FileIndex:
    """Make an index with Whoosh's own codec of the documents that are left, in the order of the columns."""
    with engine("columns").open(folder / "columns") as reader:
        assert isinstance(reader, ColumnsReader)
        paths = [reader.path(number) for number in reader.snapshot.everything.tolist()]
    backend = engine("whoosh")
    backend.create(folder / "stock")
    with backend.writer(folder / "stock") as writer:
        for path in paths:
            writer.add(truth.documents[path])
        writer.commit()
    return open_dir(str(folder / "stock"), schema=whoosh_schema())


#: Of a field that Whoosh's own index of the same documents does not have.
ranges = st.builds(query.DateRange, st.just(DAY), _moments, _moments, _flags, _flags)
sets = st.recursive(
    st.one_of(terms, terms, _expanding, ranges, st.just(query.Every())),
    lambda inner: st.one_of(
        st.builds(query.And, st.lists(inner, min_size=1, max_size=3)),
        st.builds(query.Or, st.lists(inner, min_size=1, max_size=4)),
        st.builds(query.DisjunctionMax, st.lists(inner, min_size=1, max_size=3)),
        st.builds(_and_not, inner, inner),
        st.builds(_require, inner, inner),
        st.builds(query.AndMaybe, inner, inner),
        st.builds(query.Not, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=EXAMPLES)
@given(histories, st.lists(sets, min_size=12, max_size=24), st.sampled_from([1, 12, 10_000]))
def test_the_right_documents(history: History, asked: list[query.Query], tokens: int) -> None:
    """Which documents match is what looking at each of them says, whatever Whoosh's own codec does."""
    with tempfile.TemporaryDirectory() as name:
        truth = build(Path(name), history, tokens)
        for one in asked:
            found = {path for path, _ in ask(open_index(Path(name)), one, None)}
            assert found == {path for path, doc in truth.documents.items() if matches(one, doc)}


def matches(asked: query.Query, document: AnalysedDocument) -> bool:
    """Say whether a document matches a query."""
    match asked:
        case query.Term():
            return asked.text in held(document, asked.fieldname)
        case query.And() | query.Or() | query.DisjunctionMax():
            every = all if isinstance(asked, query.And) else any
            return bool(every(matches(one, document) for one in asked.subqueries))
        case query.AndMaybe():
            return matches(asked.a, document)
        case query.Require():
            return matches(asked.a, document) and matches(asked.b, document)
        case query.AndNot():
            return matches(asked.a, document) and not matches(asked.b, document)
        case query.ConstantScoreQuery():
            return matches(asked.child, document)
        case query.Not():
            return not matches(asked.query, document)
        case query.Every():
            return asked.fieldname is None or bool(held(document, asked.fieldname))
        case query.DateRange():
            return within(asked, document.document.date)
    if asked is query.NullQuery:
        return False
    return any(fits(asked, term) for term in held(document, asked.fieldname))


def within(asked: query.DateRange, date: str) -> bool:
    """Say whether a day lies in a range."""
    if not date:
        return False
    day = datetime.fromisoformat(date)
    low, high = asked.startdate, asked.enddate
    after = low is None or (day > low if asked.startexcl else day >= low)
    return bool(after and (high is None or (day < high if asked.endexcl else day <= high)))


def fits(asked: query.Query, term: str) -> bool:
    """Say whether a term is one that a query expands to."""
    match asked:
        case query.FuzzyTerm():
            start = asked.text[: asked.prefixlength]
            return term.startswith(start) and Levenshtein.distance(asked.text, term) <= asked.maxdist
        case query.TermRange():
            above = term > asked.start if asked.startexcl else term >= asked.start
            below = term < asked.end if asked.endexcl else term <= asked.end
            return bool(above and below)
        case query.Prefix():
            return term.startswith(asked.text)
        case query.Wildcard():
            return fnmatchcase(term, asked.text)
        case query.Regex():
            return re.match(asked.text, term) is not None
        case query.Variations():
            return term in variations(asked.text)
    raise NotImplementedError(asked)


def held(document: AnalysedDocument, field: str) -> set[str]:
    """Return the terms of a document's field."""
    if field in KEYWORDS:
        return keywords(document, field)
    return {term for term, _, _ in tokens(document, field)}
