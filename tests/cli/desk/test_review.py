"""A review at a real terminal: one key a document, and it goes on where it was left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.cli.keyed import Terminal
from tests.conftest import Run

Start = Callable[..., Terminal]


@pytest.fixture
def project(tmp_path: Path, run: Run) -> Path:
    """A folder with an index of three texts, whose order in the answer is known."""
    (tmp_path / "docs").mkdir()
    for name, text in (
        ("a", "Before the passage.\n\nboats boats boats\n\nAfter the passage."),
        ("b", "les boats passeurs de la mer, " + "arrivés hier soir au port de la ville voisine " * 3),
        ("c", "وصلت القوارب boats " + "إلى الشاطئ صباح اليوم مع السلطات المحلية " * 9),
    ):
        (tmp_path / "docs" / f"{name}.txt").write_text(text, encoding="utf-8")
    assert run("index", "docs", "--index", "index_data", cwd=tmp_path).code == 0
    return tmp_path


@pytest.fixture
def start(command: Sequence[str], clean_env: dict[str, str], project: Path) -> Start:
    """Starts a review of boats at a terminal."""
    clean_env.pop("COLUMNS")

    def review(*options: str, size: tuple[int, int] = (80, 24), term: str = "xterm") -> Terminal:
        env = {**clean_env, "TERM": term, "LOGNAME": "amal"}
        return Terminal([*command, "review", "boats", *options], project, env, size)

    return review


def shown(run: Run, project: Path, *query: str) -> list[str]:
    return sorted(one["shown"] for one in run(*query, "--json", cwd=project).objects())


def test_keys(start: Start, run: Run, project: Path) -> None:
    """Each key does what the line of keys says; the next review begins with what is left."""
    first = start()
    screen = first.until("? help")
    assert "1 of 3" in screen
    assert "docs/a.txt" in screen
    assert screen.index("Before the passage.") < screen.index("boats boats boats") < screen.index("After the")
    first.press("r")
    assert "2 of 3" in first.until("? help")
    first.press("t")
    first.until("tag: ")
    first.press("annexe Étude\n")
    first.until("tagged annexe, Étude")
    first.press("o")
    first.until("note: ")
    first.press("à vérifier: مهم\n")
    first.until("note kept")
    first.press("x")
    first.until("press ? to see the keys")
    first.press("?")
    first.until("the review goes on here")
    first.press("b")
    assert "[relevant]" in first.until("? help")
    first.press("\x1b[C")
    screen = first.until("? help")
    assert "[annexe] [étude]" in screen
    assert "note by amal" in screen
    first.press("q")
    first.until("of 3 documents looked at")
    assert first.ended() == 0
    assert shown(run, project, "tag:relevant") == ["docs/a.txt"]
    assert len(shown(run, project, "tag:etude")) == 1
    second = start()
    assert "3 of 3" in second.until("? help")
    second.press("s")
    second.until("3 of 3 documents looked at")
    assert second.ended() == 0
    again = start("--again")
    assert "1 of 3" in again.until("? help")
    again.press("\x04")
    assert again.ended() == 0
    unseen = start("--unseen")
    assert "1 of 1" in unseen.until("? help")
    unseen.press("n")
    assert unseen.ended() == 0
    none = start("--unseen")
    none.until("no document that nobody has seen matches boats")
    assert none.ended() == 1


def test_log(start: Start, run: Run, project: Path) -> None:
    """The log says who looked at what and what is left; no spreadsheet takes its table for formulas."""
    review = start()
    review.until("? help")
    review.press("o")
    review.until("note: ")
    review.press("=1+1 الملحق\n")
    review.until("note kept")
    review.press(" ")
    review.until("2 of 3")
    review.press("q")
    assert review.ended() == 0
    table = run("review", "--log", "--csv", "boats", cwd=project)
    lines = table.out.splitlines()
    assert lines[0] == "at,who,act,path,query,value"
    assert f"amal,note,{project / 'docs' / 'a.txt'},boats,'=1+1 الملحق" in table.out
    assert f"amal,look,{project / 'docs' / 'a.txt'},boats," in table.out
    assert table.err == "1 of 3 documents that match looked at by amal; 2 not yet\n"
    assert {one["act"] for one in run("review", "--log", "--json", cwd=project).objects()} == {"look", "note"}
    assert "amal  looked at  docs/a.txt  (boats)" in run("review", "--log", cwd=project).out
    assert run("review", "--log", "other", cwd=project).code == 1


@pytest.mark.parametrize("size", [(20, 8), (80, 24), (140, 40)])
def test_sizes(start: Start, size: tuple[int, int]) -> None:
    """However small or wide the terminal is, each document is shown and keys work."""
    review = start(size=size, term="dumb" if size[0] == 20 else "xterm")
    for number in (1, 2, 3):
        review.until(f"{number} of 3")
        review.press(" ")
    assert review.ended() == 0


def test_interrupted(start: Start, run: Run, project: Path) -> None:
    """Ctrl-C ends a review, and what was looked at is kept."""
    review = start()
    review.until("? help")
    review.press(" ")
    review.until("2 of 3")
    review.press("\x03")
    assert review.ended() == 130
    assert "looked at  docs/a.txt" in run("review", "--log", cwd=project).out
