"""``coopsearch show N`` and ``show PATH QUERY``: a hit in its surroundings, all places in a document."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Ran, Run

NOTE = """# Routes

Before it all.

One step away.

Smugglers change routes.

One step behind.

After it all.

## Désert

Les passeurs changent de route, \x1b[31mdit-on.

تهريب المهاجرين عبر الحدود.
"""
Ask = Callable[..., Ran]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of a note and two files whose names are figures."""
    from coopsearch.indexer import sync

    folder = tmp_path_factory.mktemp("made") / "project"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "note.md").write_text(NOTE, encoding="utf-8")
    page = "<title>Travelling</title><p>Nothing here.</p>"
    (folder / "docs" / "page.html").write_text(page, encoding="utf-8")
    (folder / "3").write_text("A zander called three.\n", encoding="utf-8")
    sync([folder / "docs", folder / "3"], folder / "index_data")
    return folder


@pytest.fixture
def ask(made: Path, tmp_path: Path, run: Run) -> Ask:
    """Runs the command in a copy of the folder, with the last answers of nobody."""
    shutil.copytree(made, tmp_path / "project", copy_function=shutil.copy2)

    def asked(*arguments: str, env: dict[str, str | None] | None = None) -> Ran:
        return run(*arguments, cwd=tmp_path / "project", env=env)

    return asked


def text_of(ran: Ran) -> list[str]:
    """Return the lines of a text that are not empty."""
    return [line for line in ran.out.splitlines() if line]


def test_surroundings(ask: Ask) -> None:
    """A hit is shown with the two passages before and after, as many as wanted, or all, the words marked."""
    assert ask("=smugglers").code == 0
    shown = ask("show", "1")
    assert (shown.code, shown.err) == (0, "")
    assert text_of(shown)[:2] == ["Routes", "docs/note.md:7"]
    assert text_of(shown)[2].endswith("hit 1 for =smugglers")
    around = [
        "Before it all.",
        "One step away.",
        "*Smugglers* change routes.",
        "One step behind.",
        "After it all.",
    ]
    assert text_of(shown)[3:] == ["Routes", *around]
    assert text_of(ask("show", "1", "--context", "0"))[3:] == ["Routes", around[2]]
    whole = text_of(ask("show", "1", "--all"))
    assert [line for line in whole if line in around] == around
    assert whole[-1] == "تهريب المهاجرين عبر الحدود."
    assert "\x1b" not in ask("show", "1", "--all").out


def test_hit_as_json(ask: Ask) -> None:
    """JSON has the passages around with their texts and matches, and says which is that of the hit."""
    ask("=smugglers")
    (value,) = ask("show", "1", "--json", "--context", "1").objects()
    assert (value["hit"], value["query"], value["shown"]) == (1, "=smugglers", "docs/note.md")
    assert [one["hit"] for one in value["passages"]] == [False, True, False]
    middle = value["passages"][1]
    assert [middle["text"][low:high] for low, high in middle["matches"]] == ["Smugglers"]
    assert (middle["line"], middle["heading"]) == (7, ["Routes"])
    (whole,) = ask("show", "1", "--json", "--all").objects()
    assert whole["text"][slice(*[middle["start"], middle["end"]])] == middle["text"]
    assert [one["matches"] for one in whole["passages"] if one["hit"]] == [middle["matches"]]


def test_places(ask: Ask) -> None:
    """All places of a query in a document are walked with their count; --places does so for a hit."""
    shown = ask("show", "docs/note.md", "route", "passeurs")
    assert shown.code == 0
    heads = [line for line in text_of(shown) if line.startswith("place ")]
    assert heads == ["place 1 of 3  line 1", "place 2 of 3  line 7", "place 3 of 3  line 15"]
    assert "Les *passeurs* changent de *route*, �[31mdit-on." in shown.out
    assert "3 places for route passeurs" in shown.out
    ask("route")
    assert [line for line in text_of(ask("show", "1", "--places")) if line.startswith("place ")] == heads
    other = ask("show", "1", "تهريب", "--translate=no")
    assert [line for line in text_of(other) if line.startswith("place ")] == ["place 1 of 1  line 17"]
    assert "*تهريب* المهاجرين" in other.out
    around = ask("show", "docs/note.md", "smugglers", "--context", "1", "--translate=no")
    assert text_of(around)[-3:] == ["One step away.", "*Smugglers* change routes.", "One step behind."]
    whole = ask("show", "docs/note.md", "smugglers", "--all")
    assert "*Smugglers*" in whole.out
    assert "After it all." in whole.out


def test_places_as_json(ask: Ask) -> None:
    """Each place is an object a line, with its number and how many there are."""
    values = ask("show", "docs/note.md", "route", "--json").objects()
    assert [(one["place"], one["places"], one["line"]) for one in values] == [
        (1, 3, 1),
        (2, 3, 7),
        (3, 3, 15),
    ]
    assert [one["text"][low:high] for one in values for low, high in one["matches"]] == [
        "Routes",
        "routes",
        "route",
    ]


def test_no_place(ask: Ask) -> None:
    """A document that holds nothing of a query gives exit code 1 and says so; the title is looked at, too."""
    shown = ask("show", "docs/note.md", "zander")
    assert shown.code == 1
    assert "no passage of docs/note.md holds zander" in shown.err
    assert ask("show", "docs/note.md", "zander", "--json").out == ""
    only = ask("show", "docs/page.html", "travel")
    assert only.code == 1
    assert "its title does" in only.err


def test_only_the_title(ask: Ask) -> None:
    """Of a hit whose title alone matches, the beginning is shown, with the title marked."""
    assert ask("travelling").code == 0
    shown = ask("show", "1")
    assert text_of(shown)[0] == "*Travelling*"
    assert text_of(shown)[-1] == "Nothing here."


def test_figures(ask: Ask) -> None:
    """Figures alone are the number of a hit, and never a file of that name, which is named as ./3."""
    ask("smugglers")
    shown = ask("show", "3")
    assert shown.code == 2
    assert "none with the number 3" in shown.err
    assert "./3 for the file" in shown.err
    assert "A zander called three." in ask("show", "./3").out
    assert "zander*" in ask("show", "./3", "zander").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "2"], "shows 1 hit, and none with the number 2"),
        (["show", "0"], "none with the number 0"),
        (["show", "9" * 5_000], "none with the number"),
        (["show", "-1"], "-1 is not in the index"),
        (["show", "٣"], "is not in the index"),
        (["show", ""], "the address is empty"),
        (["show", "1", "--all", "--places"], "--all and --places do not go together"),
        (["show", "docs/note.md", "--places"], "--places needs a query"),
        (["show", "docs/note.md", "--context", "1"], "--context is of no use"),
        (["show", "1", "--context", "-1"], "not in the range"),
        (["show", "docs/note.md", '"open'], "quote"),
        (["show", "docs/none.md", "word"], "docs/none.md is not in the index"),
    ],
)
def test_errors(ask: Ask, arguments: list[str], said: str) -> None:
    """What cannot be shown is refused in one line with what to do."""
    ask("smugglers")
    shown = ask(*arguments)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err
    assert shown.err.count("\n") == 1


def test_no_answer(ask: Ask) -> None:
    """Without an answer in this terminal a number says what to do first."""
    shown = ask("show", "1")
    assert shown.code == 2
    assert "ask first" in shown.err


def test_stale(ask: Ask, tmp_path: Path) -> None:
    """After an update of the index a hit is shown with a note, if its passage is still there."""
    note = tmp_path / "project" / "docs" / "note.md"
    ask("smugglers")
    (tmp_path / "project" / "docs" / "new.txt").write_text("Something new.\n", encoding="utf-8")
    assert ask("index", "docs").code == 0
    shown = ask("show", "1")
    assert shown.code == 0
    assert "note: the index was updated since that answer" in " ".join(shown.err.split())
    assert "*Smugglers* change routes." in shown.out
    assert ask("show", "1", "--json").objects()[0]["notes"]
    note.write_text("Quite another text.\n", encoding="utf-8")
    assert ask("index", "docs").code == 0
    shown = ask("show", "1")
    assert (shown.code, shown.out) == (2, "")
    assert "the passage of hit 1 is no longer in docs/note.md" in shown.err
    note.unlink()
    assert ask("index", "docs").code == 0
    shown = ask("show", "1")
    assert (shown.code, shown.out) == (2, "")
    assert "hit 1, docs/note.md, is no longer in the index" in shown.err


def test_file_is_gone(ask: Ask, tmp_path: Path) -> None:
    """A file that was deleted since is shown from the index, and said to be gone."""
    ask("smugglers")
    (tmp_path / "project" / "docs" / "note.md").unlink()
    for arguments in (["show", "1"], ["show", "docs/note.md"], ["show", "docs/note.md", "smugglers"]):
        shown = ask(*arguments)
        assert shown.code == 0
        assert "Smugglers" in shown.out
        assert "docs/note.md is no longer there" in shown.err


def test_other_index(ask: Ask, tmp_path: Path) -> None:
    """A number is of the last answer in the terminal, whatever its index, or of that of the index named."""
    project = tmp_path / "project"
    (project / "more").mkdir()
    (project / "more" / "b.txt").write_text("A zander elsewhere.\n", encoding="utf-8")
    assert ask("index", "more", "--index", "other").code == 0
    ask("smugglers")
    os.utime(project / "3")
    ask("zander", "--index", "other")
    assert "A *zander* elsewhere." in ask("show", "1").out
    assert "*Smugglers*" in ask("show", "1", "--index", "index_data").out


def test_words_of_a_shell(ask: Ask) -> None:
    """Words behind the address are one query, as in a search: with a dash, and with phrases."""
    shown = ask("show", "docs/note.md", "change routes", "-zander")
    assert "*change routes*" in shown.out
