"""The interactive screen in a real terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.conftest import Run

pytest.importorskip("prompt_toolkit")
pytest.importorskip("pyte")
from tests.interactive.terminal import Terminal

Start = Callable[..., Terminal]

TEXTS = {
    "boats.txt": "The small boats\n\nPeople crossed the sea at night.\n\nThe boats were old; a boat sank.\n\n"
    + "\n\n".join(f"Paragraph {number} tells of the harbour." for number in range(40))
    + "\n\nThe last boat came at dawn.\n",
    "bateaux.txt": "Les bateaux des passeurs\n\nLes passeurs changent de route chaque semaine.\n",
    "arabic.txt": "طرق التهريب\n\nتتغير طرق التهريب كل أسبوع بين المدن الساحلية.\n",
    "hostile.txt": "canoes \x1b[2J\x1b]0;owned\x07 and \u202egnirts\n",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of a few documents in three languages."""
    from coopsearch.indexer import sync

    folder = tmp_path_factory.mktemp("project")
    (folder / "docs").mkdir()
    for name, text in TEXTS.items():
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    sync([folder / "docs"], folder / "index_data")
    return folder


@pytest.fixture
def start(command: Sequence[str], clean_env: dict[str, str], project: Path) -> Start:
    """Starts the screen; give what follows -i, and the size of the terminal."""

    def start(*arguments: str, columns: int = 80, lines: int = 24) -> Terminal:
        return Terminal(
            [*command, "interactive", "--translate=no", *arguments],
            cwd=project,
            env=clean_env,
            columns=columns,
            lines=lines,
        )

    return start


def test_typing(start: Start) -> None:
    """Each letter asks the index; a word that is not typed to its end is found by its beginning."""
    with start() as screen:
        screen.wait_for("Type a question")
        screen.type("cros")
        screen.wait_for("1 of 4 documents", "cros*", "docs/boats.txt")
        screen.type("sed nig")
        screen.wait_for("search: crossed nig", "1 of 4 documents")
        for _ in range(11):
            screen.press("Backspace")
        screen.type("passeurs")
        screen.wait_for("docs/bateaux.txt", "place 1 of 2", without="docs/boats.txt")
        screen.press("Esc")
        assert screen.wait() == 0


def test_places(start: Start) -> None:
    """One begins at the best place of a document, goes on and back from place to place, and scrolls."""
    with start("boat") as screen:
        screen.wait_for("place 2 of 3", "The boats were old")
        screen.press("^N")
        screen.wait_for("place 3 of 3", "The last boat came at dawn.")
        screen.press("^N")
        screen.wait_for("place 1 of 3")
        screen.press("^P")
        screen.wait_for("place 3 of 3")
        screen.press("^N", "PageDown")
        screen.wait_for("Paragraph 3 tells", without="place 1 of 3")
        screen.press("PageUp")
        screen.wait_for("place 1 of 3")


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (140, 40)])
def test_sizes(start: Start, columns: int, lines: int) -> None:
    """The passage stands below the list on a narrow terminal, and beside it on a wide one."""
    with start("boats OR bateaux OR canoes OR التهريب", columns=columns, lines=lines) as screen:
        screen.wait_for("4 of 4 documents", "place ", "^F narrow", "طرق التهريب")
        assert ("│" in screen.text) == (columns == 140)
        assert any("طرق التهريب" in line for line in screen.lines)
        screen.press("Down", "Down", "Down")
        screen.wait_for("docs/hostile.txt" if columns == 140 else " 4. ")


def test_resize(start: Start) -> None:
    """Another size takes another layout at once, down to twenty columns."""
    with start("boat") as screen:
        screen.wait_for("place 2 of 3")
        screen.resize(140, 30)
        screen.wait_for("│", "place 2 of 3")
        screen.resize(20, 10)
        screen.wait_for("search: boat", without="│")
        screen.press("^C")
        assert screen.wait() == 0


def test_hostile_text(start: Start) -> None:
    """No text of a document acts on the terminal."""
    with start("gnirts") as screen:
        screen.wait_for("1 of 4 documents", "place 1 of 1")
        assert b"owned\x07" not in screen.received
        assert "\u202e".encode() not in screen.received


def test_narrowing(start: Start) -> None:
    """An answer is narrowed by a value that some of its documents have, and the query says so."""
    with start("boats OR bateaux") as screen:
        screen.wait_for("of 4 documents")
        screen.press("^F")
        screen.wait_for("lang", "fr  1")
        screen.press("Down", "Enter")
        screen.wait_for("lang:", "1 of 4 documents")
        screen.press("^R")
        screen.wait_for("search: boats OR bateaux")


def test_half_a_phrase(start: Start) -> None:
    """What cannot be read as it stands is told, and what was found before stays."""
    with start("boat") as screen:
        screen.wait_for("place 2 of 3")
        screen.type(' AND "sank')
        screen.wait_for("docs/boats.txt")
        screen.type('"')
        screen.wait_for("1 of 4 documents")


def test_help(start: Start) -> None:
    """F1 shows what the keys do, and Esc leaves that before it leaves the screen."""
    with start("boat") as screen:
        screen.wait_for("place 2 of 3")
        screen.press("F1")
        screen.wait_for("Ctrl-N, Ctrl-P")
        screen.press("Esc")
        screen.wait_for("docs/boats.txt", without="Ctrl-N, Ctrl-P")
        screen.press("Esc")
        assert screen.wait() == 0


def test_without_a_terminal(run: Run, project: Path) -> None:
    """In a pipe it says in one line that it needs a terminal."""
    done = run("-i", "boat", cwd=project)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert "needs a terminal" in done.err
