"""The names in texts, as ``coopsearch names`` and ``--facet name`` list them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search import Index, QueryError
from coopsearch.search.names.listing import Name, Tally
from tests.conftest import Run
from tests.indexed import indexed

TEXTS = {
    "a.md": "# Meeting\n\nYesterday President Mohamed Ould Ghazouani met Mr. Putin in Nouakchott.\n",
    "b.md": "Nobody asked Ghazwani about it, and Ghazwani said nothing of Nouakchott.\n",
    "c.md": "التقى الرئيس الغزواني بوتين في نواكشوط\n",
    "d.md": "We saw Ghazouani's car near the port. Trucks stood there. The trucks were old.\n",
    "e.md": "A delegate of the UN thanked Путин, and Jean-Marie van der Berg spoke.\n",
}


def listed(*texts: str) -> dict[str, Name]:
    """Return the names of some documents."""
    tally = Tally()
    for text in texts:
        tally.add([(text, False)])
    return {one.name: one for one in tally.names(100)}


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of texts with names."""
    with indexed(tmp_path_factory.mktemp("names"), TEXTS, request.param) as opened:
        yield opened


def test_spellings_are_one_name(index: Index) -> None:
    """Of all scripts; it is called as it is most often written, and counts each document once."""
    found = {one.name: one for one in index.names()}
    assert found["Ghazouani"].documents == 3
    assert dict(found["Ghazouani"].spellings) == {"Ghazouani": 1, "Ghazwani": 1, "الغزواني": 1}
    assert found["Nouakchott"].documents == 3
    assert {"Putin", "Путин", "بوتين"} == {name for name, _ in found["Putin"].spellings}
    assert "Mohamed Ould Ghazouani" in found
    assert "Jean-Marie van der Berg" in found


def test_what_begins_a_sentence_is_no_name_yet(index: Index) -> None:
    """Nor is an acronym, or what is mostly written small."""
    found = {one.name for one in index.names()}
    assert found.isdisjoint({"Trucks", "UN", "Nobody", "We", "A", "Meeting", "Yesterday", "President"})


def test_names_in_an_answer(index: Index) -> None:
    """Only documents that match are read."""
    assert {one.name for one in index.names("Putin NOT delegate")} >= {"Nouakchott"}
    assert index.names("zyzzy") == ()
    assert len(index.names(limit=2)) == 2
    with pytest.raises(QueryError):
        index.names("(")


def test_names_as_a_facet(index: Index) -> None:
    """They are counted over all documents that match."""
    counts = index.search("*", limit=0, facets=["name"]).facets["name"]
    assert counts["Ghazouani"] == 3
    assert list(counts.values()) == sorted(counts.values(), reverse=True)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("We met Dr. Ben Ali there", "Ben Ali"),
        ("we met F. Hollande there", "F. Hollande"),
        ("we met M. Macron there", "Macron"),
        ("in Sharm el-Sheikh today", "Sharm el-Sheikh"),
        ("of Saif al-Islam al-Gaddafi's sons", "Saif al-Islam al-Gaddafi"),
        ("with O'Brien and others", "O'Brien"),
        ("nous avons vu Édouard Philippe hier", "Édouard Philippe"),
        ("said Minister of State Salem Merzoug", "Salem Merzoug"),
    ],
)
def test_runs_of_capitals(text: str, name: str) -> None:
    """With particles and initials, and without titles."""
    assert name in listed(text)


def test_two_frequent_names_are_not_one() -> None:
    """Sudan and Sweden share their consonants, and are two names where both are frequent."""
    found = listed(*["he is in Sudan"] * 30, *["he is in Sweden"] * 25)
    assert {"Sudan", "Sweden"} <= found.keys()


def test_command(run: Run, tmp_path: Path) -> None:
    """``coopsearch names`` prints a line for each, JSON, or a table; nothing found is exit code 1."""
    (tmp_path / "docs").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "docs" / name).write_text(text, encoding="utf-8")
    assert run("index", "docs", "--index", "index_data", cwd=tmp_path).code == 0
    done = run("names", cwd=tmp_path)
    assert done.code == 0
    assert "      3  Ghazouani  (also Ghazwani 1, الغزواني 1)" in done.out
    assert "names in 5 documents" in done.err
    first, *_ = run("names", "Nouakchott", "-n", "1", "--json", cwd=tmp_path).objects()
    assert first["documents"] >= 1
    rows = list(csv.reader(io.StringIO(run("names", "--csv", cwd=tmp_path).out)))
    assert rows[0] == ["name", "documents", "spelling", "spelling_documents"]
    assert ["Ghazouani", "3", "Ghazwani", "1"] in rows
    assert run("names", "zyzzy", cwd=tmp_path).code == 1
    assert "Ghazouani 3" in run("*", "-n", "0", "--facet", "name", cwd=tmp_path).out
    assert run("names", "--json", "--csv", cwd=tmp_path).code == 2


@pytest.mark.parametrize(
    "word",
    [
        "Secretary-General",
        "Vice-President",
        "Accordingly",
        "African",
        "Iraqis",
        "Lebanese",
        "Italian",
        "January",
    ],
)
def test_what_is_made_of_common_words_is_no_name(word: str) -> None:
    """Nor is an adverb, a month, or what the people of a place are called."""
    assert word not in listed(f"We met the {word} in town.", f"He saw the {word} and left.")


def test_a_region_is_named_with_the_next_word() -> None:
    """*Middle* alone is the name of nothing."""
    found = listed("We went to the Middle East in May.", "It is said that the African Union met.")
    assert {"Middle East", "African Union"} <= found.keys()
    assert not {"Middle", "African"} & found.keys()


@pytest.mark.parametrize(
    ("name", "arabic"),
    [
        ("Oman", "ومن ممن"),
        ("Panama", "بنعم"),
        ("Taba", "وبالطبع"),
        ("Angola", "نقلا نقله"),
        ("Hanoi", "النووية"),
        ("Kant", "كنت"),
        ("Galilee", "قليلة القليلة"),
        ("Tesla", "تصل"),
    ],
)
def test_common_words_of_arabic_spell_no_name(name: str, arabic: str) -> None:
    """Whatever they sound like, and whatever is hung on them."""
    found = listed(f"We saw {name} in the morning.", *(f"قال {word} في البيت" for word in arabic.split()))
    assert [spelling for spelling, _ in found[name].spellings] == [name]
    assert len(found) == 1


def test_an_article_is_not_of_a_name() -> None:
    """Al-Qadhafi and Al-Qaddafi are Gaddafi and القذافي."""
    found = listed(
        "We saw Al-Qadhafi there.", "He met Gaddafi there.", "He met Al-Qaddafi there.", "كان الرئيس القذافي"
    )
    assert len(found) == 1
    assert len(next(iter(found.values())).spellings) == 4
