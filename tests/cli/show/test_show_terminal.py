"""``coopsearch show`` on a terminal: lines broken between words, a bar beside the hit, marks in colour."""

from __future__ import annotations

import io
import re

import pytest

from coopsearch.indexer import sync
from coopsearch.search import Places, open_index
from coopsearch.search.cli.display.document_text import (
    Looks,
    around_lines,
    head_lines,
    looks_on,
    marked_lines,
    place_lines,
    whole_lines,
)

TEXT = """# Frontière

Les passeurs changent de route chaque semaine, et les autorités régionales de toute la région le savent bien.

تهريب المهاجرين عبر الحدود الليبية التونسية يتزايد كل عام، وتعمل الشرطة مع شركائها لمنع ذلك في المنطقة.

code\tand   blanks \x1b[2J here
"""
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """The places of a query in a note of three languages."""
    folder = tmp_path_factory.mktemp("terminal")
    (folder / "docs").mkdir()
    (folder / "docs" / "note.md").write_text(TEXT, encoding="utf-8")
    sync([folder / "docs"], folder / "index")
    with open_index(folder / "index") as index:
        return index.places(folder / "docs" / "note.md", "passeurs OR تهريب OR frontière")


@pytest.mark.parametrize("columns", [20, 40, 80, 140])
@pytest.mark.parametrize("colour", [True, False])
def test_lines_fit(found: Places, columns: int, *, colour: bool) -> None:
    """No line is longer than the terminal is wide, no word is broken, and only styles are written to it."""
    looks = Looks(colour, columns, "*")
    views = (
        whole_lines(found, looks, range(1, 2)),
        around_lines(found, range(3), range(1, 2), looks),
        place_lines(found, looks),
        place_lines(found, looks, 1),
    )
    words = set(re.sub(r"[*\x1b]", " ", TEXT).replace("�", " ").split())
    for view in views:
        lines = list(view)
        bare = [_STYLE.sub("", line) for line in lines]
        assert all(len(line) <= columns for line in bare)
        assert "\x1b" not in "".join(bare)
        assert lines == bare or colour
        shown = {word for line in bare for word in line.replace("*", " ").split()}
        assert {word for word in words if word.isalpha() and len(word) > 9} <= shown
        # What is dressed ends with the line, so that no style runs on.
        assert all(line.endswith("\x1b[0m") for line in lines if _STYLE.search(line) and line[-1] == "m")


def test_bar(found: Places) -> None:
    """A bar stands beside each line of the passage of the hit, and beside no other; a pipe has none."""
    lines = list(around_lines(found, range(3), range(1, 2), Looks(colour=False, columns=40, mark="*")))
    pointed = [line for line in lines if line.startswith("▌ ")]
    assert "".join(pointed).startswith("▌ Les *passeurs* changent")
    assert len(pointed) > 1
    assert lines[-1] == "  … 1 passage after"
    plain = list(around_lines(found, range(3), range(1, 2), Looks(colour=False, columns=0, mark="*")))
    assert plain[3].startswith("Les *passeurs*")


def test_marks_over_two_lines() -> None:
    """A match that is broken over two lines is marked on both, in colour and without."""
    text = "before the long match here after"
    lines = list(marked_lines(text, [(7, 26)], Looks(colour=False, columns=16, mark="*")))
    assert lines == ["before *the long*", "*match here*", "after"]
    coloured = list(marked_lines(text, [(7, 26)], Looks(colour=True, columns=16), style="1"))
    assert all(line.startswith("\x1b[1m") and line.endswith("\x1b[0m") for line in coloured)


def test_head(found: Places) -> None:
    """The head has the title with its matches, the address with the place, and why it is shown."""
    lines = list(
        head_lines(found, Looks(colour=False, columns=80, mark="*"), place=":3", about="hit 1 for \x1b[2J")
    )
    assert lines[0] == "*Frontière*"
    assert lines[1].endswith("note.md:3")
    assert lines[2].endswith("hit 1 for �[2J")


def test_mark_that_the_text_holds() -> None:
    """Without colour, matches are marked by a sign that does not stand in the text."""
    assert looks_on(io.StringIO(), "plain").mark == "*"
    assert looks_on(io.StringIO(), "a * b").mark == "**"
    assert looks_on(io.StringIO(), "* ** *** _ ^ ~ |").mark == ""
