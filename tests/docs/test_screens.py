"""The pictures of the documentation: those that pages show are there, and nothing in them acts or loads."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest

REPO: Final = Path(__file__).resolve().parents[2]
PICTURES: Final = sorted((REPO / "docs" / "screens").glob("*.svg"))
PAGES: Final = [REPO / "README.md", *sorted((REPO / "docs").glob("*.md"))]
_SHOWN: Final = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
#: What a picture of a screen is made of.
ELEMENTS: Final = {"svg", "title", "rect", "circle", "g", "text", "tspan"}
_SVG: Final = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn() -> Callable[..., str]:
    """The function that draws."""
    pytest.importorskip("pyte")
    function: Callable[..., str] = runpy.run_path(str(REPO / "docs" / "screens.py"))["drawn"]
    return function


def tags(text: str) -> set[str]:
    """Return the names of the elements of a picture."""
    return {one.tag.removeprefix(_SVG) for one in ET.fromstring(text).iter()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages(page: Path) -> None:
    """Each picture that a page shows is a file of the project, and has words for those who do not see it."""
    for words, target in _SHOWN.findall(page.read_text(encoding="utf-8")):
        assert words, target
        assert (page.parent / target).is_file(), target


def test_all_are_shown() -> None:
    """Each picture is shown by some page."""
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert PICTURES
    assert [one.name for one in PICTURES if f"screens/{one.name})" not in text] == []


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_pictures(picture: Path) -> None:
    """A picture has text and shapes alone: no script, no reference, no style sheet, no absolute path."""
    text = picture.read_text(encoding="utf-8")
    assert tags(text) <= ELEMENTS
    assert text.count("://") == 1, "the name of the format is the only address"
    assert not re.search(r"href|url\(|@import|\bon\w+=|javascript:|/(?:tmp|home)/", text)


def test_foreign_text(drawn: Callable[..., Any]) -> None:
    """What a command prints becomes text of the picture, whatever it looks like, and the same each time."""
    printed = '\x1b[1;33m</text><script>alert(1)</script>\x1b[0m & "b"\n  2. \x1b[1mطرق <b>\x1b[0m x\n'
    text = drawn([("coopsearch <x>", printed)])
    assert tags(text) <= ELEMENTS
    shown = "".join(ET.fromstring(text).itertext())
    assert "</text><script>alert(1)</script>" in shown
    assert "طرق <b>" in shown
    assert text == drawn([("coopsearch <x>", printed)])
