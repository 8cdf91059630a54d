"""Translations in queries, with both engines: what they find, what they leave alone, how they are told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search import Index, SettingsError
from coopsearch.search.query.expansion.families import Member
from coopsearch.search.query.expansion.names import NONE, Found, Names
from coopsearch.search.query.parser import parse
from coopsearch.search.query.plan import Planner
from coopsearch.search.translation import bundled
from coopsearch.search.translation.compiling import compiled
from coopsearch.search.translation.entry import parse as parse_entry
from coopsearch.search.translation.table import Table
from tests.indexed import indexed

DOCUMENTS = {
    "routes.txt": "Smuggling routes cross the desert, and the police know of them. It is known to all.",
    "traite.txt": "La traite des êtres humains est un crime. Les victimes sont entendues par un juge.",
    "filieres.txt": "Les filières de passeurs changent souvent, mais la contrebande continue dans le pays.",
    "tahrib.txt": "طرق التهريب عبر الصحراء معروفة لدى الشرطة في البلاد",
    "ittijar.txt": "الاتجار بالبشر جريمة يعاقب عليها القانون في كل البلدان",
    "bread.txt": "A baker sells bread in the market. It was a day like any other for all of them.",
}


#: The lexicon of these tests: ours grows.
LINES = [
    "coin\tn\tpièce; monnaie\tعملة",
    "corner\tn\tcoin\tزاوية",
    "desert\tn\tdésert\tصحراء",
    "hand\tn\tmain\tيد",
    "main\tadj\tprincipal\tرئيسي",
    "change\tn\tchangement; évolution\tتغيير",
    "exchange\tn\tchange; échange\tصرف",
    "human trafficking\tn\ttraite des êtres humains; trafic\tالاتجار بالبشر",
    "judge\tn\tjuge\tقاض",
    "pain\tn\tdouleur\tألم",
    "police\tn\tpolice\tشرطة",
    "route\tn\tfilière; itinéraire; voie\tطريق; طرق",
    "smuggling\tn\tcontrebande; trafic illicite\tتهريب",
    "victim\tn\tvictime\tضحية",
]


@pytest.fixture(scope="module", autouse=True)
def lexicon() -> Iterator[None]:
    """Put a small lexicon in the place of ours."""
    with pytest.MonkeyPatch.context() as patched:
        table = Table(compiled(map(parse_entry, LINES)), bundled.NAME)
        patched.setitem(bundled._opened, bundled.NAME, table)
        yield


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of documents in three languages."""
    with indexed(tmp_path_factory.mktemp("translations"), DOCUMENTS, request.param) as opened:
        yield opened


def found(index: Index, query: str, **options: str) -> set[str]:
    """Return the documents that a query finds, by the first parts of their names."""
    return {Path(hit.path).stem for hit in index.search(query, limit=None, **options)}  # type: ignore[arg-type]


FINDS = [
    ("smuggling", {"routes", "filieres", "tahrib"}),
    ("contrebande", {"routes", "filieres", "tahrib"}),
    ("التهريب", {"routes", "filieres", "tahrib"}),
    ("Smuggling", {"routes", "filieres", "tahrib"}),
    ("desert", {"routes", "tahrib"}),
    ("deserts", {"routes", "tahrib"}),
    ("الصحراء", {"routes", "tahrib"}),
    ("judges", {"traite"}),
    ("قاض", {"traite"}),
    ("human trafficking", {"traite", "ittijar"}),
    ("+human +trafficking", {"traite", "ittijar"}),
    ("traite des êtres humains", {"traite", "ittijar", "filieres"}),  # the last by "des" alone
    ("الاتجار بالبشر", {"traite", "ittijar"}),
    ("smuggling -desert", {"filieres", "tahrib"}),
    ("smuggling AND police", {"routes", "tahrib"}),
    ("smuggling lang:fr", {"filieres"}),
    ("smuggling lang:ar", {"tahrib"}),
    # As they stand: what is quoted, exact, a pattern, near something, or a field.
    ('"smuggling"', {"routes"}),
    ('"smuggling routes"', {"routes"}),
    ("=smuggling", {"routes"}),
    ("smugg*", {"routes"}),
    ("title:contrebande", {"filieres"}),
    # A word that no lexicon has, one that both sides have, and none.
    ("bakers", {"bread"}),
    ("the", {"routes", "bread"}),
]


@pytest.mark.parametrize(("query", "names"), FINDS)
def test_finds(index: Index, query: str, names: set[str]) -> None:
    """A bare word or term finds its translations; nothing else of a query does."""
    assert found(index, query) == names


def test_all_words(index: Index) -> None:
    """A document that holds a translation of each word holds all words."""
    results = index.search("smuggling police", require_all=True)
    assert {Path(hit.path).stem for hit in results} == {"routes", "tahrib"}
    assert index.search("smuggling police").total_all == 2


CHOICES = [
    ({"translate": "no"}, {"routes"}),
    ({"translate": "fr"}, {"routes", "filieres"}),
    ({"translate": "fr,ar"}, {"routes", "filieres", "tahrib"}),
    ({"translate": " AR "}, {"routes", "tahrib"}),
    ({"translate": "auto"}, {"routes", "filieres", "tahrib"}),
    ({"query_language": "en"}, {"routes", "filieres", "tahrib"}),
    ({"query_language": "fr"}, {"routes"}),
]


@pytest.mark.parametrize(("options", "names"), CHOICES)
def test_choices(index: Index, options: dict[str, str], names: set[str]) -> None:
    """A caller says into which languages words are translated, and from which."""
    assert found(index, "smuggling", **options) == names
    assert {Path(hit.path).stem for hit in index.iterate("smuggling", **options)} == names  # type: ignore[arg-type]
    with Index(index.folder, **options) as opened:  # type: ignore[arg-type]
        assert found(opened, "smuggling") == names
        assert {Path(path).stem for path, _ in opened.rank("smuggling")} == names


@pytest.mark.parametrize(
    "options", [{"translate": "de"}, {"translate": "fr,no"}, {"translate": ""}, {"query_language": "xx"}]
)
def test_wrong_choices(index: Index, options: dict[str, str]) -> None:
    """A language that no lexicon knows is refused, with those that there are."""
    with pytest.raises(SettingsError, match="of en, fr and ar"):
        index.search("smuggling", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("given", ["no,fr", "fr,no", "auto,ar", ["fr", "auto"]])
def test_no_and_auto_stand_alone(index: Index, given: str | list[str]) -> None:
    """Neither can be given beside a language, and the message says so of the right word."""
    word = "no" if "no" in given else "auto"
    with pytest.raises(SettingsError, match=f"; {word} stands alone: give it, or languages of en, fr and ar"):
        index.search("smuggling", translate=given)


def test_what_is_found_is_marked(index: Index) -> None:
    """The passages mark the words of the other language, of a term all of it."""
    (hit,) = index.search("smuggling lang:ar")
    assert [hit.snippet[start:end] for start, end in hit.matches] == ["التهريب"]
    (hit,) = index.search("human trafficking lang:fr")
    assert "traite des êtres humains" in [hit.snippet[start:end] for start, end in hit.matches]
    places = index.places(hit.path, "human trafficking")
    assert len(places.places) == 1


def test_a_note_tells_of_it(index: Index) -> None:
    """Hits that hold no word as it was typed are counted in a note; where all do, there is none."""
    assert index.search("smuggling").notes == (
        "2 of the 3 hits shown were found by translation alone: التهريب, contrebande",
    ) or index.search("smuggling").notes == (
        "2 of the 3 hits shown were found by translation alone: contrebande, التهريب",
    )
    assert index.search("قاض").notes == ("the hit shown was found by translation alone: juge",)
    assert index.search("human trafficking").notes[0].startswith("all 2 hits shown were found by translation")
    assert index.search("bread").notes == ()
    assert index.search("smuggling lang:en").notes == ()
    assert index.search("smuggling", limit=0).notes == ()
    assert len(index.search("smuggling", fold=True).notes) == 1
    assert index.search("smuggling", offset=5).notes == ()


def test_a_note_names_no_word_as_it_was_typed(tmp_path: Path) -> None:
    """Of a hit that lacks one of the words that are all demanded, the note names the translation of that."""
    texts = {
        "a.txt": "Smuggling in the desert goes on, and the victims know it.",
        "b.txt": "Le désert la nuit, et la contrebande, dont les victimes parlent.",
    }
    with indexed(tmp_path, texts, "columns") as index:
        (note,) = index.search("contrebande désert", require_all=True, query_language="fr").notes
        assert note == "1 of the 2 hits shown was found by translation alone: smuggling"
        (note,) = index.search("+contrebande +désert", query_language="fr").notes
        assert note.endswith("was found by translation alone: smuggling")


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("type:txt OR smuggling", ()),
        (
            "(lang:fr OR lang:en) OR contrebande",
            ("1 of the 5 hits shown was found by translation alone: التهريب",),
        ),
        ("-bread OR smuggling", ()),
        ("* OR smuggling", ()),
    ],
)
def test_what_meets_a_filter_is_not_found_by_translation(
    index: Index, query: str, note: tuple[str, ...]
) -> None:
    """A document that meets the query as typed, for no score, does not count as found by translation."""
    assert index.search(query).notes == note


def test_translations_are_no_relatives(index: Index) -> None:
    """An answer by translation is not said to hold related words alone."""
    assert index.search("قاض").only_related == ()


def test_it_is_explained(index: Index) -> None:
    """The explanation names translation, weight, rule and lexicon, of the query and of each hit."""
    results = index.search("smuggling", explain=True)
    assert "تهريب (1) at 1 by translation (coopsearch)" in results.explanation[0]
    (met,) = [
        term
        for hit in results
        if hit.language == "ar"
        for reason in hit.explanation
        for term in reason.terms
        if reason.kind == "any form"
    ]
    assert (met.rule, met.source, met.words) == ("translation", "coopsearch", ("التهريب",))
    (line,) = [
        one for one in index.search("human trafficking", explain=True).explanation if "together" in one
    ]
    assert line.startswith("words human trafficking: together; related: ")
    for hit in index.search("smuggling routes desert", explain=True):
        assert sum(reason.score for reason in hit.explanation) == pytest.approx(hit.score, rel=1e-3)


def test_plans_are_remembered_apart(index: Index) -> None:
    """What was asked with translations does not answer the same text without, nor the other way round."""
    for _ in range(2):
        assert len(found(index, "smuggling")) == 3
        assert len(found(index, "smuggling", translate="no")) == 1


def test_a_long_query_names_its_subject(index: Index) -> None:
    """Beyond a hundred words no word is translated."""
    query = "smuggling " * 101
    assert found(index, query) == {"routes"}


def test_other_sources_of_members(index: Index) -> None:
    """Whoever knows spellings of names is asked of words that no lexicon has, and of no others."""
    state = index._state
    asked: list[str] = []

    class Spelled(Names):
        def __call__(self, word: str, *, small: bool = False) -> Found:
            asked.append(word)
            assert small is (word == "smuggling")
            bread = Found((Member("bread", 0.5, "name"),), spelled=frozenset({"bread"}))
            return bread if word == "ghazouani" else NONE

    names = Spelled(state.reader, state.stems_of)
    planner = Planner(
        state.reader,
        state._forms_of,
        languages=state.languages,
        foreign=state._foreign.voices,
        names=names,
    )
    plan = planner.plan(parse("Ghazouani smuggling the -Zeydan"))
    assert set(asked) == {"ghazouani", "smuggling"}
    numbers = state.reader.search(plan.node, 10).best
    assert {Path(state.reader.path(number)).stem for number, _ in numbers} >= {"bread", "tahrib"}


ONE_LANGUAGE = {
    "one.txt": "The coin was found in the main hall, and nobody knew whose it was or how it came there.",
    "two.txt": "They felt the pain for a long time, and the change was not what they had been told of.",
}


def test_one_language_stays_alone(tmp_path: Path) -> None:
    """In an index of one language, words of that language mean themselves, though others have them too."""
    with indexed(tmp_path, ONE_LANGUAGE, "columns") as opened:
        assert opened.languages == ("en",)
        for query in ("coin", "pain", "main hall", "the change"):
            assert opened._state.plan(parse(query)) == opened._state.plan(
                parse(query), expanding=opened._expanding._replace(into=())
            )


def test_a_question_in_a_language_that_the_index_lacks(tmp_path: Path) -> None:
    """Documents of one language are found by questions in two others, whose function words count little."""
    texts = {"a.txt": DOCUMENTS["tahrib.txt"], "b.txt": "خبز في السوق the of and"}
    with indexed(tmp_path, texts, "columns") as opened:
        assert [Path(hit.path).stem for hit in opened.search("what are the routes of the smuggling?")] == [
            "a",
            "b",
        ]
        assert found(opened, "la contrebande dans le désert") == {"a"}
        assert opened.search("smuggling", languages=["ar"]).total == 1


def test_plain_words_may_end_in_a_colon(index: Index) -> None:
    """Of a question that is asked as plain words, "year:" is a word and no field without a value."""
    assert index.search("routes year: smuggling", plain=True).total == 3
    assert [Path(path).stem for path, _ in index.rank("desert lang:", plain=True, limit=1)] == ["routes"]
