"""Why a hit is a hit: the reasons sum up to the score, and name words, rules and weights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coopsearch.search import Index
from tests.indexed import indexed

FILES = {
    "a.txt": "Smuggling\n\nThe smugglers use old routes; smuggling along this route is an old trade.",
    "b.txt": "Crossings\n\nA cross-border route, crossborder traffic, and a border that nobody crosses.",
    "c.txt": "Sécurité\n\nLa sécurité des frontières. Sécuriser la route demande du temps.",
    "d.txt": "تعاون\n\nالتعاون بين البلدين لمكافحة التهريب والمهربين عبر الحدود.",
}
QUERIES = [
    "smuggling routes",
    "smuggling AND route",
    '"old routes" smuggling^3',
    "=smuggling OR smugg*",
    "smugling~ route",
    "cross-border route",
    "title:smuggling route",
    "cross-border NEAR/3 routes",
    '"old routes" NEAR/9 smugg*',
    "(smuggling OR route) -trade",
    "+route smuggling",
    "sécurité frontière",
    "تعاون مهرب",
    "route lang:fr",
    "is the old route smuggled",
]


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of the files."""
    with indexed(tmp_path_factory.mktemp("reasons"), FILES, request.param) as opened:
        yield opened


@pytest.mark.parametrize("query", QUERIES)
def test_sum(index: Index, query: str) -> None:
    """What the reasons add is the score, for every hit."""
    results = index.search(query, explain=True)
    assert results.total
    for hit in results:
        assert hit.explanation
        assert sum(met.score for met in hit.explanation) == pytest.approx(hit.score, rel=1e-3)


def test_rules(index: Index) -> None:
    """Each term says which of the document's words it met, by which rule, and what it counts."""
    hit = index.search("sécurité", explain=True)[0]
    terms = {one.term: one for met in hit.explanation for one in met.terms if met.kind == "any form"}
    own, relative = terms["securit"], terms["securis"]
    assert (own.rule, own.weight, own.words) == ("stem", 1.0, ("securite",))
    assert (relative.rule, relative.weight, relative.words) == ("-ité/-iser", 0.5, ("securiser",))
    (line,) = index.search("smuggling", explain=True).explanation
    assert "smuggler (1) at 0.5 by -er" in line
    assert line.startswith("word smuggling: any form of smuggl (1)")


def test_kinds(index: Index) -> None:
    """Exact words, patterns, near words, phrases and closeness are told apart."""
    kinds = {
        query: {met.kind for hit in index.search(query, explain=True) for met in hit.explanation}
        for query in ("=smuggling", "smugg*", "smugling~", '"old routes"', "old trade")
    }
    assert kinds["=smuggling"] == {"exact form"}
    assert kinds["smugg*"] == {"pattern"}
    assert kinds["smugling~"] == {"fuzzy"}
    assert kinds['"old routes"'] == {"side by side"}
    assert kinds["old trade"] == {"any form", "exact form", "closeness"}


def test_none_unless_asked(index: Index) -> None:
    """Reasons are made on request alone."""
    assert all(not hit.explanation for hit in index.search("smuggling"))


WORDS = (
    "smuggling smugglers route routes old trade border cross-border crossborder cross traffic sécurité "
    "sécuriser frontière temps la the along تعاون التعاون تهريب مهرب الحدود بين nobody 12 zyzzyva"
).split()
FORMS = [
    "{0}", "{0} {1}", "{0} {1} {2} {3}", "{0} AND {1}", "+{0} {1} {2}", "{0} {1} -{2}", "={0} {1}",
    '"{0} {1}"', '"{0} {1}"~4 {2}', "{0} NEAR/6 {1}", "{0}~1 {1}", "{3}*", "{3}? {0}", "title:{0} {1}",
    "({0} OR {1}) AND {2}", "{0}^3 {1}", "({0} {1})^2 {2}", "text:[{0} TO *] {2}", "{0} lang:fr",
    "* {0}", "/{3}.*/ {0}",
]  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(FORMS), st.lists(st.sampled_from(WORDS), min_size=4, max_size=4))
def test_every_sum(index: Index, form: str, given_words: list[str]) -> None:
    """Whatever is asked: the reasons add up to the score, and each names its words and weights."""
    words = [word.replace("-", "") if "/" in form else word for word in given_words]
    results = index.search(form.format(*words), limit=10, explain=True)
    for hit in results:
        assert sum(met.score for met in hit.explanation) == pytest.approx(hit.score, rel=1e-3, abs=1e-6)
        for met in hit.explanation:
            assert met.terms
            assert met.score > 0
            assert met.boost > 0
            for one in met.terms:
                assert one.rule
                assert 0 < one.weight <= 1
                if met.kind in {"any form", "exact form", "pattern", "fuzzy"}:
                    assert one.frequency > 0
                    assert one.words
