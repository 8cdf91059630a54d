"""Names are found in other spellings and scripts: by a bare word, by ``~`` and by ``name:``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search import Index, QueryError, SettingsError
from tests.indexed import indexed

TEXTS = {
    "en.txt": "President Ghazouani met the foreign minister in the capital.\n",
    "wani.txt": "The speech of Mr. Ghazwani was short, and nobody asked a question.\n",
    "ar.txt": "التقى الرئيس محمد ولد الشيخ الغزواني وزير الخارجية في نواكشوط\n",
    "fr.txt": "Le colonel Kadhafi est mort. Son fils habitait à Nouakchott avec Mohamed.\n",
    "gaddafi.txt": "Colonel Gaddafi ruled the country for forty years.\n",
    "qadhafi.txt": "كان القذافي يحكم البلاد\n",
    "war.txt": "غزو الكويت كان خطأ كبيرا\n",
    "order.txt": "GHAZOUANI, Mohamed Cheikh El: see the annex of the report.\n",
    "initial.txt": "It was signed by M. O. Ghazouani on the same day.\n",
    "apart.txt": "Mohamed went home after a long day of talks in which nobody ever spoke of Ghazouani.\n",
    "ru.txt": "Путин прибыл в столицу\n",
    "putin.txt": "The visit of Putin was called off.\n",
    "putin-ar.txt": "وصل بوتين إلى العاصمة\n",
    "said.txt": "He said that the border was open.\n",
    "saeed.txt": "تحدث سعيد عن الحدود\n",
    "mali.txt": "The government of Mali asked for help.\n",
    "amal.txt": "Amal lives by the sea.\n",
    "sharm.txt": "The meeting took place in Sharm el-Sheikh.\n",
    "sharm-ar.txt": "انعقد المؤتمر في شرم الشيخ\n",
    "lower.txt": "the ghost was seen again.\n",
}


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of small texts with names."""
    with indexed(tmp_path_factory.mktemp("names"), TEXTS, request.param) as opened:
        yield opened


def found(index: Index, query: str, **options: str) -> list[str]:
    """Return the names of the files that a query finds, the best first."""
    results = index.search(query, limit=None, names=options.get("names", "auto"))
    return [hit.path.rsplit("/", 1)[1].removesuffix(".txt") for hit in results.hits]


@pytest.mark.parametrize(
    ("query", "others"),
    [
        ("Ghazouani", "en wani ar order initial apart"),
        ("ghazwani", "wani en ar order initial apart"),
        ("الغزواني", "ar en wani order initial apart war"),
        ("Kadhafi", "fr gaddafi qadhafi"),
        ("Qaddafi", "fr gaddafi qadhafi"),
        ("القذافي", "qadhafi gaddafi fr"),
        ("Putin", "putin ru putin-ar"),
        ("Путин", "ru putin putin-ar"),
        ("Nouakchott", "fr ar"),
        ("Muhammad", "ar fr order apart"),
    ],
)
def test_a_bare_name_meets_its_spellings(index: Index, query: str, others: str) -> None:
    """In Latin, Arabic and Cyrillic script, whichever is typed."""
    assert set(found(index, query)) == set(others.split())


def test_the_spelling_that_was_typed_comes_first(index: Index) -> None:
    """Other spellings count less than the word itself."""
    assert found(index, "Ghazwani")[0] == "wani"
    assert found(index, "Kadhafi")[0] == "fr"


def test_other_words_of_a_stem_are_not_met(index: Index) -> None:
    """الغزواني has the stem of غزو, invasion, which is no name."""
    assert "war" not in found(index, "Ghazouani")
    assert "war" not in found(index, "~Ghazouani")


def test_names_can_be_left_as_typed(index: Index) -> None:
    """With names="no" a word is looked for as it is typed; another value is refused."""
    assert set(found(index, "Ghazwani", names="no")) == {"wani"}
    assert [hit.path for hit in index.iterate("Putin", names="no")] == [
        hit.path for hit in index.search("Putin", names="no").hits
    ]
    assert len(index.rank("Putin")) > len(index.rank("Putin", names="no"))
    with pytest.raises(SettingsError, match="it must be auto or no"):
        index.search("Putin", names="yes")


@pytest.mark.parametrize("query", ['"Ghazwani"', "=Ghazwani", 'title:"Ghazwani"', "Ghazwani*"])
def test_what_is_exact_stays_exact(index: Index, query: str) -> None:
    """Quotes, = and patterns ask for what is written."""
    assert set(found(index, query)) <= {"wani"}


def test_what_is_forbidden_is_the_word_itself(index: Index) -> None:
    """A rule that errs must not take answers away."""
    assert "en" in found(index, "capital -Ghazwani")


def test_names_that_sound_alike_are_apart(index: Index) -> None:
    """Mali is not Amal."""
    assert found(index, "Mali") == ["mali"]
    assert found(index, "Amal") == ["amal"]
    assert found(index, "~Mali") == ["mali"]


def test_a_word_that_nobody_writes_as_a_name_is_none(index: Index) -> None:
    """Of what stands in small letters alone, no spelling is looked for."""
    assert found(index, "ghost") == ["lower"]


def test_a_common_word_can_be_asked_for_as_a_name(index: Index) -> None:
    """*Said* is a verb, unless somebody says that it is a name."""
    assert "saeed" not in found(index, "said")
    assert "saeed" in found(index, "~Said")
    assert "saeed" in found(index, "name:Said")


def test_a_name_of_several_words(index: Index) -> None:
    """Other orders, initials and particles are met, near each other; in quotes alone nothing of this."""
    wanted = {"ar", "order", "initial"}
    for query in ('~"Mohamed Ould Ghazouani"', 'name:"Mohamed Ould Ghazouani"', '~"ghazwani, muhammad"'):
        assert wanted <= set(found(index, query)), query
        assert "apart" not in found(index, query), query
    assert set(found(index, '~"محمد ولد الغزواني"')) >= {"ar", "order"}
    assert found(index, '"Mohamed Ould Ghazouani"') == []


def test_a_place_of_several_words(index: Index) -> None:
    """Sharm el-Sheikh is شرم الشيخ."""
    assert set(found(index, '~"Sharm el-Sheikh"')) == {"sharm", "sharm-ar"}
    assert set(found(index, '~"شرم الشيخ"')) == {"sharm", "sharm-ar"}


@pytest.mark.parametrize(
    "query", ["~Putin AND visit", "+~Putin visit", "(~Putin) AND visit", "~Putin NEAR/3 visit"]
)
def test_a_name_in_a_larger_query(index: Index, query: str) -> None:
    """It stands wherever a word does."""
    assert "putin" in found(index, query)


def test_a_name_of_several_words_is_not_joined_by_near(index: Index) -> None:
    """What stands near each other by itself has no single place; that is refused."""
    with pytest.raises(QueryError, match="NEAR"):
        index.search('~"Sharm Sheikh" NEAR/3 meeting')


def test_a_sign_that_begins_no_name_is_none(index: Index) -> None:
    """~ before a number, or alone, is no sign; behind a word it is a spelling distance."""
    for query in ("~100", "~", "Putin~1"):
        index.search(query if query != "~" else "visit ~")
    assert "putin" in found(index, "Putni~2")


def test_an_explanation_names_rule_and_weight(index: Index) -> None:
    """Each other spelling stands in it, by rule "name"; the hit says so, too."""
    results = index.search("Ghazouani", explain=True)
    told = " ".join(results.explanation)
    assert "ghazwani (1) at 0." in told
    assert "by name" in told
    reasons = " ".join(str(hit.explanation) for hit in results.hits)
    assert "name" in reasons


def test_other_spellings_are_marked(index: Index) -> None:
    """A snippet marks the word that was met."""
    hit = next(hit for hit in index.search("Ghazouani").hits if hit.path.endswith("/ar.txt"))
    assert [hit.snippet[start:end] for start, end in hit.matches] == ["الغزواني"]


def test_no_other_name_is_suggested_where_a_spelling_answered(index: Index) -> None:
    """Whoever asks for Gazwani finds Ghazwani; only that may be what he meant."""
    assert found(index, "Gazwani")
    assert index.diagnose("Gazwani").suggestion in ("", "Ghazwani")


def test_a_field_that_documents_call_name_stays_theirs(tmp_path: Path) -> None:
    """Where documents have a field of that name, ``name:`` asks for it and ``~`` for names."""
    rows = '{"name": "Putin", "text": "a record of a visit"}\n{"name": "x", "text": "Poutine est parti"}\n'
    with indexed(tmp_path, {"rows.jsonl": rows}, "columns") as opened:
        assert opened.search("name:Putin").total == 1
        assert opened.search("~Putin").hits[0].snippet.startswith("Poutine")


def test_a_name_costs_little(index: Index) -> None:
    """A further look for the same name takes next to nothing, and the first one a few milliseconds."""
    index.search("Zelensky")
    started = time.perf_counter()
    for _ in range(20):
        index.search("Putin", limit=0)
    assert (time.perf_counter() - started) / 20 < 0.05


FLOODED = {
    "oman.txt": "The sultan of Oman spoke at length about the desert, the sea and all that lies between.\n",
    "and-who.txt": "ومن ومن ومن\n",
    "wa.txt": "ومن يزرع ومن يحصد\n",
    "hussein.txt": "King Hussein of Jordan received the guests of the conference in his palace on Monday.\n",
    "china.txt": "الصين والصين\n",
    "chinese.txt": "زار الوفد الصين\n",
    "sudan.txt": "The embassy of Sudan published a long statement on the matter last week.\n",
    "sweden.txt": "Sweden won.\n",
    "was.txt": "كانت كنت\n",
    "ghazwani.txt": "تحدث الغزواني والغزواني للغزواني\n",
}


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_a_bare_name_meets_no_common_words(tmp_path: Path, engine: str) -> None:
    """Nor another place, however rare they are; what is hung on a spelling is met with it."""
    with indexed(tmp_path, FLOODED, engine) as opened:
        for query, others in [
            ("Oman", ["oman"]),
            ("Hussein", ["hussein"]),
            ("Sudan", ["sudan"]),
            ("canette", []),
            ("Ghazwani", ["ghazwani"]),
        ]:
            assert found(opened, query) == others, query


def test_other_spellings_never_outdo_the_typed_one(tmp_path: Path) -> None:
    """One of them that is rarer counts by the rarity of what was typed."""
    many = {f"{number}.txt": f"Ghazwani spoke on day {number} of the long meeting.\n" for number in range(12)}
    with indexed(
        tmp_path,
        many | {"rare.txt": "تحدث الغزواني في يوم من أيام الاجتماع\n", "war.txt": "غزو\n"},
        "columns",
    ) as opened:
        assert found(opened, "Ghazwani")[-1] == "rare"
