"""What queries find: a small folder in three languages, and a table of questions and documents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from coopsearch.indexer import sync
from coopsearch.search import Index, QueryError, open_index

FILES = {
    "routes.txt": "Smuggling on the coast\n\nSmugglers moved people along the old routes by night.\n\n"
    "The routes cross the border near the sea. Cross-border cooperation is slow.",
    "trade.md": "---\ntitle: Trade and borders\ndate: 2019-05-12\nauthor: Amina Benali\n---\n\n# Trade\n\n"
    "Goods are smuggled in containers; human trafficking follows the same route.\n\n## Ports\n\nThe port of Sfax.",
    "rapport.txt": "Rapport sur l'immigration\n\nLes réfugiés arrivent d’Italie par la frontière. "
    "La coopération entre les pays reste difficile.\n\nUne réfugiée raconte la traversée de la mer.",
    "taqrir.txt": "تقرير عن التعاون\n\nالتعاون بين البلدين لمكافحة تهريب المهاجرين عبر الحدود.\n\n"
    "يشمل التعاون تبادل المعلومات بين الأجهزة الأمنية.",
    "mixed.txt": "Annual note\n\nThe office in Tunis sent 1,250 letters to john.doe@example.org in 2018.\n\n"
    "La direction de la sécurité publie un rapport sur les passeurs et leurs réseaux.\n\n"
    "يواصل المكتب عمله مع الشركاء في المنطقة كل سنة.\n\n中国 and 北京市 are named once.",
    "records.jsonl": '{"_id": "r1", "title": "Letter from Sfax", "text": "A letter about peace.", "country": "TN", '
    '"date": "1999-01-31"}\n{"_id": "r2", "title": "Second", "text": "peace peace and security", "country": "MA"}\n',
    "page.html": "<html><head><title>Web page</title><script>var smuggling = 1</script></head>"
    "<body><h1>Fisheries</h1><p>Boats &amp; nets.</p></body></html>",
}

ROUTES, TRADE, RAPPORT, TAQRIR, MIXED = "routes.txt", "trade.md", "rapport.txt", "taqrir.txt", "mixed.txt"
R1, R2, PAGE = "records.jsonl!r1", "records.jsonl!r2", "page.html"
ALL = {ROUTES, TRADE, RAPPORT, TAQRIR, MIXED, R1, R2, PAGE}

TABLE: list[tuple[str, set[str]]] = [
    ("smuggling", {ROUTES, TRADE}),
    ("SMUGGLING", {ROUTES, TRADE}),
    ("=smuggling", {ROUTES}),
    ('"smuggled"', {TRADE}),
    ("route", {ROUTES, TRADE}),
    ("smuggling routes", {ROUTES, TRADE}),
    ("smuggling AND sfax", {TRADE}),
    ("smuggling sfax", {ROUTES, TRADE, R1}),
    ("smuggling NOT containers", {ROUTES}),
    ("smuggling -containers", {ROUTES}),
    ("+sfax smuggling", {TRADE, R1}),
    ("(smuggling OR peace) AND sfax", {TRADE, R1}),
    ("NOT smuggling", ALL - {ROUTES, TRADE}),
    ("*", ALL),
    ('"old routes"', {ROUTES}),
    ('"routes old"', set()),
    ('"human trafficking"', {TRADE}),
    ('"people routes"~5', {ROUTES}),
    ('"routes people"~5', {ROUTES}),
    ('"people routes"~1', set()),
    ('"sea. Cross"', {ROUTES}),
    ('"night The"', set()),
    ("cross-border", {ROUTES}),
    ("crossborder", {ROUTES}),
    ('"cross border"', {ROUTES}),
    ("title:sfax", {R1}),
    ("title:smuggling", {ROUTES}),
    ("title:(trade borders)", {TRADE}),
    ("heading:ports", {TRADE}),
    ("heading:port", {TRADE}),
    ("text:peace", {R1, R2}),
    ("path:records", {R1, R2}),
    ("path:*.txt", {ROUTES, RAPPORT, TAQRIR, MIXED}),
    ("path:*!r1", {R1}),
    ("smuggling path:*.md", {TRADE}),
    ("type:md", {TRADE}),
    ("type:jsonl security", {R2}),
    ("lang:fr", {RAPPORT, MIXED}),
    ("lang:french", {RAPPORT, MIXED}),
    ("lang:ar", {TAQRIR, MIXED}),
    ("sfax lang:en", {TRADE, R1}),
    ("date:2019", {TRADE}),
    ("date:2019-05", {TRADE}),
    ("date:2019-05-12", {TRADE}),
    ("date:2019-05-13", set()),
    ("date:1999..2019", {TRADE, R1}),
    ("date:[1999-01 TO 1999-02]", {R1}),
    # The others say no date, and the days of their files are none.
    ("date:{2019-05-12 TO *}", set()),
    ("modified:2019..", ALL - {TRADE, R1}),
    ("modified:{2019-05-12 TO *}", ALL - {TRADE, R1}),
    ("modified:..2019-05-12", set()),
    ("modified:this decade NOT date:*", ALL - {TRADE, R1}),
    ("year:2019", {TRADE}),
    ("year:1999..2019", {TRADE, R1}),
    ("year:>2000", {TRADE}),
    ("date:..2000", {R1}),
    ("country:TN", {R1}),
    ("country:ma", {R2}),
    ("country:*", {R1, R2}),
    ("smuggling country:TN", set()),
    ("peace country:TN", {R1}),
    ("peace OR country:TN OR sfax", {R1, R2, TRADE}),
    ("author:benali", {TRADE}),
    ("author:ben*", {TRADE}),
    ("smugg*", {ROUTES, TRADE}),
    ("*cking", {TRADE}),
    ("r?ute", {TRADE}),
    ("traficking~1", {TRADE}),
    ("traficing~", {TRADE}),
    ("réfugiés", {RAPPORT}),
    ("refugies", {RAPPORT}),
    ("réfugiée", {RAPPORT}),
    ("immigration", {RAPPORT}),
    ("l'immigration", {RAPPORT}),
    ("L’IMMIGRATION", {RAPPORT}),
    ("d'Italie", {RAPPORT}),
    ("frontières", {RAPPORT}),
    ("« la frontière »", {RAPPORT}),
    ("cooperation", {ROUTES, RAPPORT}),
    ("passeur", {MIXED}),
    ("reseau", {MIXED}),
    ("التعاون", {TAQRIR}),
    ("تعاون", {TAQRIR}),
    ("والتعاون", {TAQRIR}),
    ("التَّعَاوُن", {TAQRIR}),
    ("تهريب المهاجرين", {TAQRIR}),
    ("«تهريب المهاجرين»", {TAQRIR}),
    ("مهاجر", {TAQRIR}),
    ("المعلومات، الشركاء", {TAQRIR, MIXED}),
    ("1250", {MIXED}),
    ("1,250", {MIXED}),
    ("john.doe@example.org", {MIXED}),
    ("example.org", {MIXED}),
    ("*@example.org", {MIXED}),
    ("中国", {MIXED}),
    ("京", {MIXED}),
    ("北京市", {MIXED}),
    ("boats & nets", {PAGE}),
    ("var", set()),
    ("the", {ROUTES, TRADE, MIXED}),
    ("xyzzy", set()),
    ("what? smuggling!", {ROUTES, TRADE}),
    ("Note: smuggling", {ROUTES, TRADE, MIXED}),
]


@pytest.fixture(scope="module", params=["whoosh", "columns"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Build an index of the files, once for each engine, to be asked without translations."""
    folder = tmp_path_factory.mktemp("answers")
    (folder / "docs").mkdir()
    for name, text in FILES.items():
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    report = sync([folder / "docs"], folder / "index", engine=request.param)
    assert not report.failed
    with open_index(folder / "index", translate="no") as opened:
        yield opened


def found(index: Index, query: str, *, require_all: bool = False) -> set[str]:
    """Return the names of the documents that a query finds."""
    results = index.search(query, limit=100, require_all=require_all)
    assert results.total == len(results) == index.search(query, limit=0).total or require_all
    return {hit.path.rpartition("/docs/")[2] for hit in results}


@pytest.mark.parametrize(("query", "documents"), TABLE)
def test_table(index: Index, query: str, documents: set[str]) -> None:
    """Each query finds the documents beside it and no others."""
    assert found(index, query) == documents


def test_require_all(index: Index) -> None:
    """With require_all, every word must be in the document."""
    assert found(index, "smuggling sfax", require_all=True) == {TRADE}


def test_counts(index: Index) -> None:
    """A result says how many documents match any word, and how many hold all of them."""
    results = index.search("smuggling sfax")
    assert (results.total, results.total_all, results.documents) == (3, 1, 8)
    assert index.search("smuggling").total_all == 2
    assert index.search("smuggling AND sfax").total_all == 1


def test_counts_of_any_two_words(index: Index) -> None:
    """As many documents are said to hold all words as are found where all are demanded."""
    words = ["smuggling", "sfax", "human", "the", "zzz", "=routes", "trade", "lang:en", "smuggl*"]
    for query in (f"{one} {other}" for one in words for other in words):
        results = index.search(query)
        if results.total:
            assert results.total_all == index.search(query, require_all=True).total, query


def test_more_words_rank_higher(index: Index) -> None:
    """The document that holds more of the words, and the rarer ones, comes first."""
    assert index.search("human smuggling sfax")[0].path.endswith(TRADE)
    assert [hit.rank for hit in index.search("smuggling sfax")] == [1, 2, 3]


def test_order_is_fixed(index: Index) -> None:
    """Equal scores are ordered by path, and the first n hits are the first n of more."""
    every = [hit.path for hit in index.search("*", limit=100)]
    assert every == sorted(every)
    assert [hit.path for hit in index.search("*", limit=3)] == every[:3]


BAD = [
    ("colour:red", "colour.*title.*country", 1),
    ("smuggling colour:red", "character 11", 11),
    ("lang:xx", "it holds: ar, en, fr", 6),
    ("type:pdf", "it holds", 6),
    ("date:2019-13", "no month 13", 6),
    ("date:soon", "is not a date", 6),
    ("- …", "no letters", None),
    ('""', "no letters", None),
    ("[2019 TO 2021] x", "needs a field", 1),
]


@pytest.mark.parametrize(("query", "reason", "position"), BAD)
def test_refusals(index: Index, query: str, reason: str, position: int | None) -> None:
    """A field or value that makes no sense is named with its place; nothing is found in silence."""
    with pytest.raises(QueryError, match=reason) as caught:
        index.search(query)
    assert caught.value.position == position


def test_explanation(index: Index) -> None:
    """An explanation names each word's terms and how many documents hold them."""
    (line,) = index.search("=smuggling", explain=True).explanation
    assert line == "word smuggling: exactly smuggling (1)"
    (line,) = index.search("smugg*", explain=True).explanation
    assert "smuggled (1) | smugglers (1) | smuggling (1)" in line
    assert index.search("smuggling").explanation == ()


def test_hit(index: Index) -> None:
    """A hit says where it stands and marks the words as they are written."""
    hit = index.search("réfugiée traversée lang:fr")[0]
    assert hit.path.endswith(RAPPORT)
    assert (hit.language, hit.line, hit.title) == ("fr", 5, "Rapport sur l'immigration")
    assert [hit.snippet[start:end] for start, end in hit.matches] == ["réfugiée", "traversée"]
    hit = index.search("الأمنية")[0]
    assert (hit.language, hit.line) == ("ar", 5)
    assert [hit.snippet[start:end] for start, end in hit.matches] == ["الأمنية"]
    hit = index.search("sfax author:benali")[0]
    assert hit.heading == ("Trade", "Ports")
    assert hit.date == "2019-05-12"
    assert hit.fields["author"] == "Amina Benali"
