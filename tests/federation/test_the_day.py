"""Everything after the hit, with several indexes: it is read, cited, marked, followed and reviewed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.keyed import Terminal
from tests.conftest import Ran, Run
from tests.federation.conftest import Make

BOTH = ("--index", "north-index", "--index", "south-index")


class Desk:
    """A folder with two indexes, and the command in it, at one terminal."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.folder, self._run = folder, run
        self.env = {"XDG_RUNTIME_DIR": str(folder), "USER": "amal"}

    def __call__(self, *words: str, both: bool = True) -> Ran:
        """Run a command, by default with both indexes."""
        return self._run(*words, *(BOTH if both else ()), cwd=self.folder, env=self.env)


@pytest.fixture
def day(run: Run, make: Make) -> Desk:
    """Two indexes of different engines, each with its own desk."""
    north, _ = make("columns", "whoosh")
    return Desk(run, north.parent)


def shown(done: Ran) -> set[str]:
    return {one["shown"] for one in done.objects()}


def test_read_and_cite(day: Desk) -> None:
    """A hit is shown and cited by its number, whichever of the indexes is named; a document by its path."""
    hits = day("smuggling of migrants", "--json").objects()
    place = {one["shown"]: one["rank"] for one in hits}
    north, south = place["north/routes.md"], place["south/victims.txt"]
    for options in (BOTH, ("--index", "north-index"), ("--index", "south-index"), ()):
        for number, words in ((north, "desert routes"), (south, "Trafficking in persons")):
            done = day("show", str(number), *options, both=False)
            assert (done.code, words in done.out) == (0, True), done.err
    assert day("cite", str(north), str(south)).code == 0
    assert "2 of 2 citations hold" in day("cite", "--check").err
    cited = {Path(one["path"]).parent.name for one in day("cite", "--list", "--json").objects()}
    assert cited == {"north", "south"}
    assert day("cite", "south/short.txt", "--quote", "Smuggling").code == 0
    assert "Smuggling" in day("show", "south/short.txt").out
    assert "1 place for migrants" in day("show", "north/boats.txt", "migrants").out
    assert "is in none of the indexes north-index and south-index" in day("show", "north/gone.txt").err


def test_an_answer_of_another_index(day: Desk) -> None:
    """A number is of the last answer for which the index was asked; which answer there is else, is said."""
    assert day("smugglers", "--index", "north-index", both=False).code == 0
    done = day("show", "1", "--index", "south-index", both=False)
    assert (done.code, done.out) == (2, "")
    assert "the last one, to 'smugglers', is of north-index; leave --index out" in done.err
    assert day("refugies").code == 0
    assert "refugies" in day("show", "1", "--index", "north-index", both=False).out
    assert day("wheat", "--index", "north-index", both=False).code == 0
    assert "refugies" in day("show", "1", "--index", "south-index", both=False).out


def test_a_document_of_two_indexes(run: Run, day: Desk) -> None:
    """Of a path that two indexes hold the first is shown, and the other is told."""
    assert run("index", "-q", "north", "--index", "other-index", cwd=day.folder).code == 0
    done = day("show", "north/boats.txt", "--index", "other-index")
    assert "312 boats" in done.out
    assert "north-index holds a document of that address, too" in done.err.replace("\n", " ")


def test_marks(day: Desk) -> None:
    """A mark goes to the desk of the hit's index, and means there that document alone."""
    # The same documents once more: a mark in one index is none in the other.
    shutil.copytree(day.folder / "north-index", day.folder / "third-index")
    (day.folder / "third-index" / "desk.sqlite").unlink(missing_ok=True)
    third = ("--index", "third-index")
    hits = day("smuggling of migrants", "--json").objects()
    place = {one["shown"]: one["rank"] for one in hits}
    assert day("mark", str(place["north/routes.md"]), str(place["south/short.txt"]), "relevant").code == 0
    assert shown(day("mark", "--list", "--json", "--index", "north-index", both=False)) == {"north/routes.md"}
    assert shown(day("mark", "--list", "--json", "--index", "south-index", both=False)) == {"south/short.txt"}
    assert shown(day("tag:relevant", "--json", *third)) == {"north/routes.md", "south/short.txt"}
    assert {one["index"] for one in day("tag:relevant", "--json", *third).objects()} == {
        str(day.folder / name) for name in ("north-index", "south-index")
    }
    left = day("smuggling", "--unseen", "--json", *third).objects()
    assert ("north/routes.md", str(day.folder / "third-index")) in {
        (one["shown"], one["index"]) for one in left
    }
    every = day("smuggling", "--json", *third, "-n", "99").objects()
    assert len(left) == len(every) - 2
    assert day("smuggling tag:relev*", "-n", "0", "--facet", "folder", "--json").objects()[0]["total"] == 2
    assert day("mark", "south/short.txt", "--remove", "relevant").code == 0
    assert shown(day("tag:relevant", "--json")) == {"north/routes.md"}
    assert "there are: relevant, seen" in day("tag:nothing").err


def test_saved_searches(day: Desk) -> None:
    """A saved search remembers its indexes, and its news are those of all of them."""
    done = day("save", "boats", "boat", "--all")
    assert "kept beside north-index; it asks south-index, too" in done.out
    assert day("news", "--index", "north-index", both=False).code == 1
    (saved,) = day("save", "--list", "--json", "--index", "north-index", both=False).objects()
    assert saved["options"] == {"indexes": ["south-index"], "require_all": True}
    assert day("save", "--list", "--json", "--index", "south-index", both=False).objects() == []
    (day.folder / "south" / "new.txt").write_text("A new boat")
    (day.folder / "south" / "islands.txt").unlink()
    (day.folder / "north" / "boats.txt").write_text("Boats of another kind")
    for name in ("north-index", "south-index"):
        assert day("index", "-q", "--index", name, both=False).code == 0
    news = day("news", "--index", "north-index", "--json", "--keep", both=False).objects()
    assert {(one["kind"], one["shown"]) for one in news} == {
        ("new", "south/new.txt"), ("changed", "north/boats.txt"), ("gone", "south/islands.txt"),
    }  # fmt: skip
    assert {one["index"] for one in news if one["kind"] == "new"} == {str(day.folder / "south-index")}
    done = day("news", "boats")
    assert "boats [north-index]: 1 new, 1 changed, 1 gone" in done.out
    assert "[south-index]" in done.out
    assert "A new" in day("show", "1", both=False).out
    assert day("news", "--index", "north-index", both=False).code == 1
    assert (
        "the desk is whole: 1 saved search" in day("desk", "check", "--index", "north-index", both=False).out
    )
    assert day("save", "--remove", "boats").code == 0


def test_a_saved_search_without_one_of_its_indexes(day: Desk) -> None:
    """Where an index is gone, its search is an error that names it, and the other searches are asked."""
    assert day("save", "both", "boat").code == 0
    assert day("save", "own", "migrants", "--index", "north-index", both=False).code == 0
    (day.folder / "south-index").rename(day.folder / "elsewhere")
    done = day("news", "--index", "north-index", both=False)
    assert done.code == 2
    assert "'both' cannot be asked" in done.err.replace("\n", " ")
    assert "there is no index at" in done.err.replace("\n", " ")
    assert "own: 3 documents match" in done.err


def test_names_of_two_desks(day: Desk) -> None:
    """Searches of one name in two desks are both asked, and none is removed by chance."""
    for name in ("north-index", "south-index"):
        assert day("save", "m", "migrants", "--index", name, both=False).code == 0
    done = day("news", "m")
    assert "m [north-index]: 3 documents" in done.err
    assert "m [south-index]: " in done.err
    done = day("save", "--remove", "m")
    assert (done.code, "name one of them with --index" in done.err) == (2, True)
    assert "no saved search is called 'x'; there are: m" in day("news", "x").err


def test_batch_and_export(day: Desk, tmp_path: Path) -> None:
    """A list is asked of all, and a dossier names the index and the state of each."""
    (day.folder / "names.txt").write_text(
        "wheat\nnobody\nVictims of trafficking\nréfugiés\n", encoding="utf-8"
    )
    found = day("batch", "names.txt", "--json").objects()
    assert [one["documents"] for one in found] == [1, 0, 1, 1]
    assert [Path(one["hits"][0]["index"]).name for one in found if one["hits"]] == [
        "north-index", "south-index", "south-index",
    ]  # fmt: skip
    assert "south/refugies.txt:1  [south-index]" in day("batch", "names.txt").out
    for ending in ("html", "docx", "csv", "md"):
        assert day("export", "smuggling", f"out.{ending}").code == 0
    text = (day.folder / "out.md").read_text(encoding="utf-8")
    assert "- Index: north-index" in text
    assert "State of the index: north-index data-1.2; south-index data-1." in text
    assert (day.folder / "out.csv").read_text(encoding="utf-8").splitlines()[1].endswith("-index")


def test_review(day: Desk, command: list[str], clean_env: dict[str, str]) -> None:
    """A review walks all indexes, writes into the desk of each, and goes on where it was left."""

    def review() -> Terminal:
        env = {**clean_env, **day.env, "TERM": "xterm"}
        return Terminal([*command, "review", "smuggling", *BOTH], day.folder, env, (80, 24))

    total = len(day("smuggling", "--json", "-n", "99").objects())
    walk = review()
    for number in range(1, total):
        walk.until(f"{number} of {total}")
        walk.press("s")
    walk.until(f"{total} of {total}")
    walk.press("q")
    assert walk.ended() == 0
    walk = review()
    walk.until(f"{total} of {total}")
    walk.press("r")
    assert walk.ended() == 0
    log = day("review", "--log", "--json", "smuggling").objects()
    assert {one["index"] for one in log} == {
        str(day.folder / name) for name in ("north-index", "south-index")
    }
    for name in ("north-index", "south-index"):
        mine = day("mark", "--list", "seen", "--json", "--index", name, both=False)
        assert shown(mine) == {one["shown"] for one in log if one["index"].endswith(name)}
    assert (
        f"{total} of {total} documents that match looked at by amal"
        in day("review", "--log", "smuggling").err
    )


def test_a_desk_that_cannot_be_written(day: Desk) -> None:
    """Where nothing can be kept beside one of the indexes, that one is named, and what was kept is told."""
    hits = day("smuggling", "--json").objects()
    place = {Path(one["index"]).name: str(one["rank"]) for one in reversed(hits)}
    # As root nothing is refused but what is no folder.
    (day.folder / "south-index" / "desk.lock").mkdir()
    done = day("mark", place["north-index"], place["south-index"], "seen")
    assert done.code == 2
    assert "1 document marked seen" in done.out
    assert "south-index" in done.err
    assert "Traceback" not in done.err


def test_news_where_nothing_can_be_kept(day: Desk) -> None:
    """The news are told and the exit code is theirs; that nobody will know that one looked is a note."""
    north = ("--index", "north-index")
    assert day("save", "boats", "boat", *north, both=False).code == 0
    assert day("news", *north, both=False).code == 1
    (day.folder / "north" / "new.txt").write_text("A new boat")
    assert day("index", "-q", *north, both=False).code == 0
    # As root nothing is refused but what is no folder.
    (day.folder / "north-index" / "desk.lock").unlink()
    (day.folder / "north-index" / "desk.lock").mkdir()
    for _ in range(2):
        done = day("news", *north, both=False)
        assert (done.code, "1 new" in done.out) == (0, True), done.err
        said = " ".join(done.err.split())
        assert said.startswith("note: this look cannot be remembered, so the next one tells the same again")
        assert "north-index" in said
    assert day("news", "-q", *north, both=False).err == ""
    assert len(day("news", "--json", *north, both=False).objects()) == 1
