"""Hits by their numbers in every command that takes one, and the answers that they are of."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.indexer import open_writer
from coopsearch.search.cli.answers.hit_numbers import are_numbers, numbers_in
from coopsearch.search.cli.display.links import linked
from coopsearch.search.desk.last_answer import AnsweredHit, LastAnswer
from coopsearch.search.errors import SettingsError
from tests.conftest import Ran, Run
from tests.indexed import project

FILES = {
    "coast.txt": "Boats on the coast\n\nSmugglers bring people by boat to islands off the coast at night.",
    "islands.txt": "Arrivals\n\nPeople reach the islands by boat; smugglers leave the coast after dark.",
    "cote.txt": "Les passeurs\n\nLes passeurs quittent la côte en bateau pendant la nuit, vers les îles.",
    "iles.txt": "Arrivées\n\nDes bateaux de passeurs arrivent la nuit sur les îles.",
    "sahil.txt": "المهربون\n\nيغادر المهربون الساحل ليلا في قوارب نحو الجزر.",
    "juzur.txt": "وصول\n\nوصلت قوارب المهربين إلى الجزر ليلا.",
}
HIT = AnsweredHit("/a", 0, 1, None, None, "/index")


class Here:
    """The command in one folder, at one terminal."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.folder, self._run = folder, run

    def __call__(self, *words: str) -> Ran:
        """Run a command."""
        return self._run(*words, cwd=self.folder, env={"XDG_RUNTIME_DIR": str(self.folder)})


@pytest.fixture
def here(run: Run, tmp_path: Path) -> Here:
    """A folder of texts with an index, to which a script added two documents."""
    project(tmp_path, FILES)
    with open_writer(tmp_path / "index_data") as writer:
        writer.add("case/1", "A boat of the coast guard")
        writer.add("case/2", "Another boat")
    return Here(run, tmp_path)


@pytest.mark.parametrize(
    ("given", "numbers"),
    [
        (["3"], [3]),
        (["1-3"], [1, 2, 3]),
        (["1,4"], [1, 4]),
        (["5,1-3,2"], [5, 1, 2, 3]),
        (["2-2", "1"], [2, 1]),
        (["001"], [1]),
    ],
)
def test_numbers(given: list[str], numbers: list[int]) -> None:
    """A number, a range and a list of both name hits, none of them twice."""
    answer = LastAnswer("q", {}, {}, (HIT,) * 5, 5, 0.0)
    assert all(map(are_numbers, given))
    assert numbers_in(given, answer) == numbers


@pytest.mark.parametrize("text", ["", "1-", "-1", "1,", ",1", "1 2", "a", "1-2-3", "١", "1234567890", "1..3"])
def test_no_numbers(text: str) -> None:
    """All else is the address of a document."""
    assert not are_numbers(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("3-1", "write 1-3"),
        ("6", "none with the number 6"),
        ("1-999999999", "999999999"),
        ("0-2", "number 0"),
    ],
)
def test_wrong_numbers(text: str, told: str) -> None:
    """What counts down or beyond the answer is refused, a long range at once."""
    answer = LastAnswer("q", {}, {}, (HIT,) * 5, 5, 0.0)
    with pytest.raises(SettingsError, match=told):
        numbers_in([text], answer)


def test_ranges_in_commands(here: Here) -> None:
    """``cite`` and ``mark`` take ranges and lists; commands for one hit say that they take one."""
    hits = here("boat bateau", "--json").objects()
    files = [one["shown"] for one in hits if not one["shown"].startswith("api:")]
    numbers = [str(one["rank"]) for one in hits if one["shown"] in files]
    assert here("mark", ",".join(numbers[:2]), "seen").code == 0
    assert {one["shown"] for one in here("mark", "--list", "--json").objects()} == set(files[:2])
    assert here("mark", f"1-{len(hits)}", "all").code == 0
    assert len(here("mark", "--list", "all", "--json").objects()) == len(hits)
    cited = here("cite", ",".join(numbers[:2]), numbers[0], "--json", "--no-keep")
    assert [Path(one["path"]).name for one in cited.objects()] == [Path(one).name for one in files[:2]]
    assert "about one document" in here("cite", "1-2", "--quote", "boat").err
    for command in ("show", "open", "similar"):
        done = here(command, "1-2")
        assert (done.code, "several hits, and this takes one" in done.err) == (2, True), command


def test_similar_by_number(here: Here) -> None:
    """``similar`` takes a hit, gives pages, and its hits are named by their numbers afterwards."""
    hits = here("المهربون", "--translate", "no", "--json").objects()
    number = next(one["rank"] for one in hits if one["shown"] == "docs/sahil.txt")
    assert (
        here("similar", str(number), "--translate", "no", "--json").objects()[0]["shown"] == "docs/juzur.txt"
    )
    shown = here("show", "1")
    assert "hit 1 for documents like docs/sahil.txt" in shown.out
    assert "*قوارب المهربين*" in shown.out
    assert "query: documents like docs/sahil.txt" in here("cite", "1", "--no-keep").out
    every = here("similar", "docs/coast.txt", "--json").objects()
    second = here("similar", "docs/coast.txt", "-n", "1", "--page", "2", "--json").objects()
    assert [(one["rank"], one["path"]) for one in second] == [(2, every[1]["path"])]
    assert "hits 2 to 2 shown" in here("similar", "docs/coast.txt", "-n", "1", "--page", "2").err
    assert here("show", "2").code == 0
    assert "there is no page 9" in here("similar", "docs/coast.txt", "-n", "2", "--page", "9").err
    (here.folder / "1").write_text("Smugglers of the islands")
    assert here("similar", "./1").code == 0


def test_documents_without_files(here: Here) -> None:
    """What scripts added is found below its address, is no file to xargs or to a purge, and no link."""
    assert [
        one["shown"] for one in here("boat", "--translate", "no", "--in", "api://case/2", "--json").objects()
    ] == ["api://case/2"]
    assert len(here("boat", "--in", "api://", "--json").objects()) == 2
    assert "lie in: api://, docs" in here("boat", "--in", "api://none").err
    done = here("boat", "--translate", "no", "--paths0")
    assert done.out.count("\0") == 2
    assert "api:" not in done.out
    assert "2 documents that scripts added have no file, and are left out" in done.err
    assert linked("case", "api://case/1", "a") == "case"
    assert "purged 1 document that a script added, " in here("purge", "api://case/2").out
    done = here("purge", "api://case/1", "docs/coast.txt")
    assert "purged 1 file and 1 document that a script added: 2 documents" in done.out


EMPTY = [
    (["boat", "--tag", ""], "--tag is empty"),
    (["boat", "--tag", "-"], "--tag is empty"),
    (["boat", "--format", ""], "--format is empty"),
    (["mark", "1", ""], "a document or a tag is empty"),
    (["mark", "", "seen"], "a document or a tag is empty"),
    (["config", ""], "the name of the setting is empty"),
    (["batch", ""], "no list is given"),
    (["pack", ""], "the path is empty"),
    (["save", "n" * 300, "boat"], "'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn'... cannot be the name"),
    (["boat", "--facet", "fields.nothing"], "there is no facet 'fields.nothing'"),
]


@pytest.mark.parametrize(("words", "told"), EMPTY, ids=[" ".join(words)[:20] for words, _ in EMPTY])
def test_empty_values(here: Here, words: list[str], told: str) -> None:
    """An empty value is refused in one line that says what is missing."""
    here("boat")
    done = here(*words)
    assert (done.code, done.out, told in done.err) == (2, "", True), done.err
    assert len(done.err) < 200


def test_fields_of_the_name_of_a_facet(run: Run, tmp_path: Path) -> None:
    """A field of records that is called like a facet is counted by its name with ``fields.`` before it."""
    lines = '{"text": "a boat", "type": "memo", "year": "1999"}\n{"text": "a boat", "type": "letter"}\n'
    project(tmp_path, {"r.jsonl": lines})
    words = (
        "boat",
        "-n",
        "0",
        "--facet",
        "type",
        "--facet",
        "fields.type",
        "--facet",
        "fields.year",
        "--json",
    )
    facets = run(*words, cwd=tmp_path).objects()[-1]["facets"]
    assert facets["type"] == {"jsonl": 2}
    assert {name: count for name, count in facets["fields.type"].items() if name} == {"memo": 1, "letter": 1}
    assert facets["fields.year"]["1999"] == 1


@pytest.mark.parametrize("name", ["العربية", "عربية", "عربي", "arabe", "ar", "Arabic"])
def test_names_of_languages(here: Here, name: str) -> None:
    """A language is called by its name in its own words, with the article or without."""
    assert {one["shown"] for one in here(f"lang:{name}", "--json").objects()} == {
        "docs/sahil.txt", "docs/juzur.txt",
    }  # fmt: skip
    assert here(f"boat lang:{'الفرنسية' if name == 'عربي' else 'français'}").code in (0, 1)
