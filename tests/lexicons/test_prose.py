"""Which translations an article gives, in which order, and what is left out of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.indexer.lexicons import prose

ARTICLES = [
    ("one line", "fr", "contrebande", ["contrebande"]),
    ("commas and semicolons", "fr", "chemin, route; voie", ["chemin", "route", "voie"]),
    ("the Arabic ones", "ar", "طريق، مسار؛ درب", ["طريق", "مسار", "درب"]),
    ("senses on lines", "fr", "1. a bas, cri\n2. vacarme", ["a bas", "cri", "vacarme"]),
    ("senses in a line", "fr", "1. route, voie 2. trajet 3) cours", ["route", "voie", "trajet", "cours"]),
    ("Roman senses", "fr", "I. route II. trajet", ["route", "trajet"]),
    ("lettered senses", "en", "a) road b) way", ["road", "way"]),
    ("notes", "en", "(act of) loading, mix [cookery] {rare} things", ["loading", "mix things"]),
    ("notes in notes", "en", "road (a way (of stone) for carts)", ["road"]),
    ("a note that is not closed", "en", "road (a way, track", ["road", "track"]),
    ("a note over lines", "en", "road (a way\n  of stone), street", ["road", "street"]),
    ("sound and grammar", "en", "/ɹəʊd/ <n, masc>\nn. road; adj. open", ["road", "open"]),
    ("grammar without dots", "fr", "nf route, vt tracer", ["route", "tracer"]),
    ("a word like grammar", "en", "adverse, invoice, no", ["adverse", "invoice"]),
    ("references", "en", "road\nsee {way}\nSyn: track\nNote: in towns alone\nsee also: lane", ["road"]),
    ("a verb that refers elsewhere", "fr", "voir, regarder", ["voir", "regarder"]),
    ("a bracket that was not opened", "fr", "repasser]", ["repasser"]),
    ("examples in quotes", "fr", '"the road to Rome"\n« la route de Rome »\nroute', ["route"]),
    ("an example behind a dash", "fr", "route - on the road to Rome", ["route"]),
    ("a label before", "fr", "law: loi, droit", ["loi", "droit"]),
    ("bullets", "fr", "• loi\n- droit\n* règle", ["loi", "droit", "règle"]),
    ("somebody and something", "fr", "accuser qn de qch", ["accuser de"]),
    ("a long explanation", "en", "a way that leads from one town to the next, road", ["road"]),
    ("function words", "en", "of, from, at most, road", ["road"]),
    ("a folded line", "fr", "1. route, voie,\n   chemin\n2. trajet", ["route", "voie", "chemin", "trajet"]),
    ("doubles", "fr", "route, voie, route", ["route", "voie"]),
    ("the headword's sign", "en", "~ block, road", ["road"]),
    ("slashes between words", "fr", "route / voie", ["route", "voie"]),
    ("slashes in a word", "en", "and/or, km/h", ["km/h"]),
    ("nothing", "en", " \n\n1.\n", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "article", "expected"), [row[1:] for row in ARTICLES], ids=[a[0] for a in ARTICLES]
)
def test_translations(code: str, article: str, expected: list[str]) -> None:
    """An article gives its translations by its senses, and nothing else."""
    assert prose.translations(article, code) == expected


HEADWORDS = [
    ("Route /ruːt/ <n>\nchemin", "route", ("Route", "chemin")),
    ("micro-onde /x/ <n, masc>\nmicrowave", "microonde", ("micro-onde", "microwave")),
    ("chemin\nvoie", "route", ("route", "chemin\nvoie")),
    ("taxi", "taxi", ("taxi", "taxi")),
    ("", "route", ("route", "")),
]


@pytest.mark.parametrize(("article", "indexed", "expected"), HEADWORDS)
def test_headwords(article: str, indexed: str, expected: tuple[str, str]) -> None:
    """The first line of an article is its headword where it has the same letters, else it translates."""
    word, rest = prose.headword(article, indexed)
    assert (word, rest.strip()) == expected


def test_marks() -> None:
    """Of HTML, Pango's marks and XDXF, what translates is left, a sense a line."""
    html = "<b>route</b><ol><li><i>n.</i> chemin, voie</li><li>trajet &amp; parcours</li></ol>"
    assert prose.translations(prose.plain(html).replace("route", "", 1), "fr")[:2] == ["chemin", "voie"]
    xdxf = "<k>route</k><gr>n</gr><def><dtrn>chemin</dtrn><ex>the route home</ex></def><co>old</co>"
    assert prose.translations(prose.plain(xdxf), "fr") == ["chemin"]
    assert prose.translations(prose.plain("<i>chemin</i>"), "fr") == ["chemin"]


@given(st.text("ab1.,;()[]{}<>/:-~\"' \n", max_size=300), st.sampled_from(["en", "fr", "ar"]))
def test_any_article(article: str, code: str) -> None:
    """Whatever an article is, no bracket and no separator is left in a translation."""
    for word in prose.translations(prose.plain(article), code):
        assert word
        assert not set(word) & set(",;()[]{}|")


@pytest.mark.parametrize("sign", ["(", "<", "/", "<k>", "((", "1. ", "[a", "{" * 50])
def test_large_articles(sign: str) -> None:
    """An article that is made to take long does not."""
    article = sign * 100_000
    prose.translations(prose.plain(article[: prose.READ]), "en")
    prose.headword(article[: prose.READ], "x")
