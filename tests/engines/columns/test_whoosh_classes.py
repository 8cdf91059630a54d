"""What Whoosh's own classes do beside searching, each over columns of several segments with deletions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from whoosh import highlight, query, scoring
from whoosh.collectors import TimeLimitCollector
from whoosh.index import EmptyIndexError, open_dir
from whoosh.qparser import MultifieldParser, QueryParser
from whoosh.reading import TermNotFound
from whoosh.sorting import FieldFacet, MultiFacet, ScoreFacet

from coopsearch.search.analysis.model import AnalysedDocument, Run
from coopsearch.search.engines.columns.codec import open_index
from coopsearch.search.engines.columns.codec.searcher import ColumnSearcher
from coopsearch.search.engines.columns.engine import ColumnsEngine
from coopsearch.search.engines.columns.storage import toc
from coopsearch.search.engines.columns.writer import ColumnsWriter
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.model import Document, Passage

TEXTS = {
    "a/boats.txt": "two patrol boats met three boats near the coast",
    "a/old.txt": "this text was replaced by another and is gone",
    "b/route.md": "the smuggling route runs along the coast and the route is known",
    "b/routes.md": "smuggling routes change with the season",
    "c/coast.txt": "the coast guard counted boats",
}
DATES = {"a/boats.txt": "2020-01-02", "b/route.md": "2018-05-06", "b/routes.md": "2019-01-01"}


def made(path: str, text: str) -> AnalysedDocument:
    """A document with a title and a text."""
    words, title = text.split(), path.replace("/", " ").replace(".", " ").split()
    runs = Run("title", 0, title, title), Run("body", len(title) + 8, words, words)
    kind = path.rpartition(".")[2]
    passages = (Passage(0, len(text), language="en"),)
    document = Document(path, path, path, text, passages, kind, DATES.get(path, ""), {"author": "ann"})
    return AnalysedDocument(document, runs, ("en", "fr") if kind == "md" else ("en",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of several segments, in one of which a document is deleted."""
    ColumnsEngine().create(tmp_path)
    with ColumnsWriter(tmp_path, 25) as writer:
        for path, text in TEXTS.items():
            writer.add(made(path, text))
        writer.commit()
        writer.delete_file("a/old.txt")
        writer.commit()
    table = toc.read_toc(tmp_path)
    assert len(table.segments) > 1
    assert any(entry.deleted for entry in table.segments)
    return tmp_path


def _whooshs(folder: Path, **options: Any) -> Any:
    return open_dir(str(folder)).searcher(**options)


def _ours(folder: Path, **options: Any) -> Any:
    return open_index(folder).searcher(**options)


def _ours_of_its_reader(folder: Path, **options: Any) -> Any:
    return ColumnSearcher(open_dir(str(folder)).reader(), **options)


SEARCHERS = [_whooshs, _ours, _ours_of_its_reader]


@pytest.fixture(params=SEARCHERS)
def searcher(folder: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Whoosh's searcher over it, and the one that compiles."""
    with request.param(folder) as opened:
        yield opened


def paths(hits: Any) -> list[str]:
    return [hit["path"] for hit in hits]


def test_counts(folder: Path, searcher: Any) -> None:
    """Deleted documents are not counted anywhere, so they do not weigh in the ranking either."""
    index = open_dir(str(folder))
    assert index.doc_count() == index.doc_count_all() == searcher.doc_count_all() == 4
    reader = searcher.reader()
    assert not reader.has_deletions()
    assert list(reader.all_doc_ids()) == [0, 1, 2, 3]
    assert sorted(stored["path"] for stored in reader.all_stored_fields()) == sorted({*TEXTS} - {"a/old.txt"})
    lengths = [reader.doc_field_length(number, "words") for number in range(4)]
    # A word of a title counts three times.
    assert lengths == [len(TEXTS[path].split()) + 9 for path in TEXTS if path != "a/old.txt"]
    assert reader.field_length("words") == sum(lengths)
    assert (reader.min_field_length("words"), reader.max_field_length("words")) == (
        min(lengths),
        max(lengths),
    )
    assert searcher.idf("words", "coast") == scoring.BM25F().idf(searcher, "words", "coast")


def test_terms(searcher: Any) -> None:
    """Terms come sorted, without those of deleted documents, with their statistics."""
    reader = searcher.reader()
    terms = list(reader.all_terms())
    assert terms == sorted(terms)
    assert ("words", b"boats") in terms
    assert ("words", b"replaced") not in terms
    assert ("words", "replaced") not in reader
    assert list(reader.expand_prefix("words", "rou")) == [b"route", b"routes"]
    assert list(reader.lexicon("type")) == [b"md", b"txt"]
    assert [term for term, _ in reader.iter_prefix("words", "boa")] == [b"boats"]
    info = reader.term_info("words", "boats")
    # Twice in one text and once in its title, and once in the other text.
    assert (info.doc_frequency(), info.weight(), info.max_weight()) == (2, 6.0, 5.0)
    assert reader.frequency("words", "boats") == 6.0
    assert reader.doc_frequency("words", "nowhere") == 0
    assert [number for number, *_ in reader.most_frequent_terms("type", 1)] == [2.0]
    assert list(reader.postings("words", "boats").all_ids()) == [0, 3]
    with pytest.raises(TermNotFound):
        reader.term_info("words", "nowhere")


def test_sorting(searcher: Any) -> None:
    """By one field or several, forwards and backwards, as many as are asked for."""
    every = query.Every()
    dated = ["b/route.md", "b/routes.md", "a/boats.txt"]
    assert paths(searcher.search(every, sortedby="date"))[1:] == dated
    assert paths(searcher.search(every, sortedby="date", reverse=True))[:3] == dated[::-1]
    by_path = paths(searcher.search(every, sortedby="path", limit=3))
    assert by_path == ["a/boats.txt", "b/route.md", "b/routes.md"]
    backwards = FieldFacet("path", reverse=True)
    assert paths(searcher.search(every, sortedby=backwards, limit=2)) == ["c/coast.txt", "b/routes.md"]
    both = MultiFacet([FieldFacet("type"), backwards])
    assert paths(searcher.search(every, sortedby=both)) == [
        "b/routes.md", "b/route.md", "c/coast.txt", "a/boats.txt"
    ]  # fmt: skip
    scored = searcher.search(query.Term("words", "coast"), sortedby=[ScoreFacet(), FieldFacet("path")])
    assert paths(scored) == paths(searcher.search(query.Term("words", "coast")))


def test_days(searcher: Any) -> None:
    """Whoosh's date ranges and its parser of dates find days."""
    parse = QueryParser("words", searcher.schema).parse
    assert paths(searcher.search(parse("day:[20180101 TO 20190101]"))) == ["b/route.md", "b/routes.md"]
    assert paths(searcher.search(parse("day:2020"))) == ["a/boats.txt"]
    assert paths(searcher.search(parse("day:20190101"))) == ["b/routes.md"]
    since = query.DateRange("day", datetime(2019, 1, 1), None, startexcl=True)  # noqa: DTZ001 - as Whoosh's
    assert paths(searcher.search(since)) == ["a/boats.txt"]
    assert next(iter(searcher.reader().field_terms("day"))) == datetime(2018, 5, 6)  # noqa: DTZ001 - the same


def test_groups(searcher: Any) -> None:
    """By a field with one value for each document, and by one with several."""
    hits = searcher.search(query.Every(), groupedby=["type", "date"])
    assert {name: len(docs) for name, docs in hits.groups("type").items()} == {"md": 2, "txt": 2}
    assert {name: len(docs) for name, docs in hits.groups("date").items()} == {
        "": 1, "20180506": 1, "20190101": 1, "20200102": 1
    }  # fmt: skip
    hits = searcher.search(query.Every(), groupedby=FieldFacet("lang", allow_overlap=True))
    assert {name: len(docs) for name, docs in hits.groups().items()} == {"en": 4, "fr": 2}
    collapsed = searcher.search(query.Every(), collapse="type", collapse_limit=1)
    assert len(list(collapsed)) == 2


def test_columns(searcher: Any) -> None:
    """A column gives each document's value; a field that has none says so."""
    reader = searcher.reader()
    assert list(reader.column_reader("path")) == [path for path in TEXTS if path != "a/old.txt"]
    assert list(reader.column_reader("date")) == ["20200102", "20180506", "20190101", ""]
    assert reader.has_column("type")
    assert not reader.has_column("words")


def test_hits(searcher: Any) -> None:
    """Highlights, key terms, documents like one, pages, filters, and which terms matched."""
    parse = QueryParser("words", searcher.schema).parse
    hits = searcher.search(parse("smuggling route*"), terms=True)
    assert sorted(paths(hits)) == ["b/route.md", "b/routes.md"]
    assert hits.matched_terms() == {("words", b"route"), ("words", b"routes"), ("words", b"smuggling")}
    hits.formatter = highlight.UppercaseFormatter()
    assert all("SMUGGLING" in hit.highlights("words") for hit in hits)
    boats = searcher.search(query.Term("words", "boats"))
    assert boats.key_terms("words", docs=1, numterms=1)[0][0] == "boats"
    number = searcher.document_number(path="b/route.md")
    like = searcher.more_like(number, "words", text=TEXTS["b/route.md"])
    assert sorted(paths(like)) == ["a/boats.txt", "b/routes.md", "c/coast.txt"]
    assert paths(boats[0].more_like_this("words", text="boats")) == ["c/coast.txt"]
    page = searcher.search_page(query.Every(), 2, pagelen=3)
    assert (page.total, len(list(page))) == (4, 1)
    only = searcher.search(query.Every(), filter=query.Term("type", "md"), mask=query.Term("words", "season"))
    assert paths(only) == ["b/route.md"]
    assert searcher.document(path="b/route.md")["fields"] == {"author": "ann"}
    either = MultifieldParser(["title_words", "words"], searcher.schema).parse("coast")
    assert paths(searcher.search(either))[0] == "c/coast.txt"
    collector = TimeLimitCollector(searcher.collector(limit=None), timelimit=60)
    searcher.search_with_collector(query.Every(), collector)
    assert len(collector.results()) == 4


def test_spelling(searcher: Any) -> None:
    """Suggestions come from the words of the index; those of deleted documents are none."""
    assert searcher.suggest("words", "smugling") == ["smuggling"]
    assert searcher.reader().corrector("words").suggest("rout", maxdist=2) == ["route", "routes"]
    assert searcher.suggest("words", "replacd") == []
    parsed = QueryParser("words", searcher.schema).parse("smugling boats")
    assert searcher.correct_query(parsed, "smugling boats").string == "smuggling boats"


@pytest.mark.parametrize("make", SEARCHERS)
@pytest.mark.parametrize(
    "model", [scoring.BM25F(B=0.5), scoring.TF_IDF(), scoring.Frequency(), scoring.PL2()]
)
def test_other_rankings(folder: Path, model: Any, make: Any) -> None:
    """Whoosh's other rankings have what they need."""
    with make(folder, weighting=model) as searcher:
        hits = searcher.search(query.Term("words", "boats"))
        assert sorted(paths(hits)) == ["a/boats.txt", "c/coast.txt"]
        assert all(math.isfinite(hit.score) for hit in hits)


def test_what_is_committed_later(folder: Path) -> None:
    """A searcher keeps its state; `refresh` sees the next one, over `open_dir` a new searcher does."""
    index, plain = open_index(folder), open_dir(str(folder))
    with index.searcher() as searcher, plain.searcher() as older:
        with ColumnsWriter(folder) as writer:
            writer.add(made("d/new.txt", "boats again"))
            writer.commit()
        assert len(searcher.search(query.Term("words", "boats"))) == 2
        assert not searcher.up_to_date()
        with searcher.refresh() as fresh:
            assert len(fresh.search(query.Term("words", "boats"))) == 3
        assert len(older.refresh().search(query.Term("words", "boats"))) == 2
    with plain.searcher() as newer:
        assert len(newer.search(query.Term("words", "boats"))) == 3


def test_writing_is_refused(folder: Path) -> None:
    """All of Whoosh's ways to write say who writes instead, and leave the index as it is."""
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".lock"}
    for index in (open_dir(str(folder)), open_index(folder)):
        with pytest.raises(CoopsearchError, match="only read"):
            index.writer().add_document(path="x")
        with pytest.raises(CoopsearchError, match="only read"):
            index.delete_by_term("path", "b/route.md")
        with pytest.raises(CoopsearchError, match="only read"):
            index.optimize()
    assert before == {path.name: path.read_bytes() for path in folder.iterdir() if path.name in before}
    with pytest.raises(EmptyIndexError):
        open_dir(str(folder / "nowhere"))
