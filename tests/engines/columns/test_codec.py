"""Whoosh's own classes over the columns, against the engine and against Whoosh's own codec."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import fields, query
from whoosh.filedb.filestore import RamStorage
from whoosh.index import open_dir
from whoosh.qparser import QueryParser
from whoosh.sorting import FieldFacet

from coopsearch.search.engines.columns.codec import WordAnalyzer, open_index
from coopsearch.search.errors import CoopsearchError

from .test_trust import document, make

WORDS = ["ant", "bee", "cat", "cow", "dog"]
_texts = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), min_size=1, max_size=12)
_terms = st.sampled_from([*WORDS, "none"]).map(lambda word: query.Term("words", word))
_queries = st.recursive(
    st.one_of(
        _terms,
        st.builds(query.Phrase, st.just("words"), st.lists(st.sampled_from(WORDS), min_size=2, max_size=3)),
        st.builds(query.Prefix, st.just("words"), st.just("c")),
        st.builds(query.Wildcard, st.just("words"), st.just("?o*")),
        st.builds(query.TermRange, st.just("words"), st.just("b"), st.just("cow")),
        st.builds(query.FuzzyTerm, st.just("words"), st.just("cot")),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(query.And),
        st.lists(inner, min_size=1, max_size=3).map(query.Or),
        st.builds(lambda a, b: query.And([a, query.Not(b)]), inner, inner),
        st.builds(query.AndMaybe, inner, inner),
        st.lists(inner, min_size=1, max_size=2).map(query.DisjunctionMax),
    ),
    max_leaves=4,
)


@settings(max_examples=50)
@given(_texts, _queries)
def test_the_same_as_whooshs_own_codec(texts: list[list[str]], asked: query.Query) -> None:
    """Same documents and scores; lengths are small, where Whoosh's rounding of them is exact."""
    import tempfile

    from coopsearch.search.engines.columns.engine import ColumnsEngine
    from coopsearch.search.engines.columns.writer import ColumnsWriter

    own = fields.Schema(path=fields.ID(stored=True), words=fields.TEXT(analyzer=WordAnalyzer()))
    stock = RamStorage().create_index(own)
    out = stock.writer()
    with tempfile.TemporaryDirectory() as name:
        ColumnsEngine().create(Path(name))
        with ColumnsWriter(Path(name), 20) as writer:
            for number, words in enumerate(texts):
                writer.add(document(f"{number:02}", " ".join(words)))
                out.add_document(path=f"{number:02}", words=" ".join(words))
            writer.commit()
        out.commit()
        with open_index(Path(name)).searcher() as mine, stock.searcher() as theirs:
            found = {hit["path"]: hit.score for hit in mine.search(asked, limit=None)}
            wanted = {hit["path"]: hit.score for hit in theirs.search(asked, limit=None)}
            assert found.keys() == wanted.keys()
            assert all(abs(found[path] - wanted[path]) < 1e-4 for path in found)


def test_whoosh_opens_it(tmp_path: Path) -> None:
    """open_dir, the parser, sorting, grouping, highlights and more_like work; writing is refused."""
    make(tmp_path)
    for index in (open_dir(str(tmp_path)), open_index(tmp_path)):
        with index.searcher() as searcher:
            assert searcher.doc_count() == 39
            parse = QueryParser("words", index.schema).parse
            assert len(searcher.search(parse("word3 AND alpha"), limit=None)) == 5
            assert len(searcher.search(parse('"alpha beta"'), limit=None)) == 39
            assert len(searcher.search(parse("alph* NOT word3"), limit=None)) == 34
            hits = searcher.search(parse("alpha"), sortedby=FieldFacet("path", reverse=True), limit=2)
            assert [hit["path"] for hit in hits] == ["039.txt", "038.txt"]
            groups = searcher.search(parse("alpha"), groupedby="type").groups()
            assert {name: len(docs) for name, docs in groups.items()} == {"txt": 39}
            hit = searcher.search(parse("number17"))[0]
            assert "<b" in hit.highlights("words")
            assert "017.txt" not in [other["path"] for other in hit.more_like_this("words")]
    with pytest.raises(CoopsearchError):
        open_index(tmp_path).writer()
