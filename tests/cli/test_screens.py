"""What a person sees: captures of a real terminal, kept as files beside this one.

``tests/cli/screens/`` holds what is expected. After a change that is meant, COOPSEARCH_WRITE_SCREENS=1
writes the files anew; then look at them.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search.cli.display.wrapping import cells, chopped, cut, cut_left
from tests.cli.terminal import Shows, shows, unstyled, write_reports
from tests.conftest import Run

__all__ = ["shows"]

SCREENS = Path(__file__).with_name("screens")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with reports in three languages, and their index."""
    write_reports(tmp_path)
    sync([tmp_path / "reports", tmp_path / "تقارير"], tmp_path / "index_data")
    return tmp_path


def hits_and_status(shown: str) -> tuple[str, str]:
    """Return what was found, and what is said of it below: where time is short, that says less."""
    hits, _, status = shown.rpartition("\n\n")
    return f"{hits}\n", status


@pytest.mark.parametrize(
    ("name", "arguments", "columns"),
    [
        ("plain-80", ["smuggling"], 80),
        ("plain-140", ["smuggling"], 140),
        ("plain-20", ["smuggling", "-n", "2"], 20),
        ("context-80", ["border", "--context", "1", "--lang", "en"], 80),
        ("passages-80", ["smuggling", "--passages", "3", "--in", "reports"], 80),
        ("groups-80", ["smuggling", "--group", "folder", "--sort", "newest"], 80),
        ("facets-80", ["smuggling", "-n", "1", "--facet", "author", "--facet", "year"], 80),
        ("facets-20", ["smuggling", "-n", "0", "--facet", "author"], 20),
        ("page-80", ["smuggling", "-n", "2", "--page", "2"], 80),
    ],
)
def test_screen(shows: Shows, folder: Path, name: str, arguments: list[str], columns: int) -> None:
    """The screen is the one that is kept, and no line but one of a single word is wider than the terminal."""
    env = {"NO_COLOR": "1"}
    shown, status = hits_and_status(
        shows(*arguments, "--no-pager", "--translate=no", cwd=folder, columns=columns, env=env)
    )
    assert re.match(r"\d of 4 documents\s+match", status)
    kept = SCREENS / f"{name}.txt"
    if os.environ.get("COOPSEARCH_WRITE_SCREENS"):
        kept.write_text(shown, encoding="utf-8")
    assert shown == kept.read_text(encoding="utf-8")
    for line in shown.splitlines():
        assert cells(line) <= columns or len(line.split()) <= 2
        assert not set(line) & set("\x1b\u200e\u200f\u061c\u2066\u2067\u2068\u2069")


def test_words_are_whole(shows: Shows, folder: Path) -> None:
    """At any width each word of a title and a passage stands on one line, and so does each part of a path."""

    def parts(columns: int) -> set[str]:
        shown = shows(
            "smuggling", "--no-pager", "--translate=no", cwd=folder, columns=columns, env={"NO_COLOR": "1"}
        )
        return set(re.findall(r"[^\s/-]+", hits_and_status(shown)[0]))

    whole = parts(140)
    for columns in (20, 33, 47, 80, 110):
        assert parts(columns) == whole


def test_colour_changes_no_line(shows: Shows, folder: Path) -> None:
    """With colour the same words stand on a terminal, without the marks that stand for colours elsewhere."""
    plain = shows("smuggling", "--no-pager", "--translate=no", cwd=folder, columns=140, env={"NO_COLOR": "1"})
    coloured = shows(
        "smuggling",
        "--no-pager",
        "--translate=no",
        cwd=folder,
        columns=140,
        env={"COOPSEARCH_HYPERLINKS": "never"},
    )
    assert "\x1b[1;33msmuggling\x1b[0m" in coloured
    words, wanted = (hits_and_status(one)[0].split() for one in (unstyled(coloured), plain.replace("*", "")))
    assert words == wanted


def test_links(shows: Shows, run: Run, folder: Path) -> None:
    """Where a hit stands is a link to its file by an encoded URI, unless terminal or user has none."""
    shown = shows("smuggling", "--no-pager", "--translate=no", cwd=folder)
    uris = re.findall(r"\x1b\]8;id=hit\d+;(file://[^\x1b]*)\x1b\\", shown)
    assert len(set(uris)) == 4
    assert all(uri.isascii() and uri.isprintable() and " " not in uri for uri in uris)
    host = os.uname().nodename
    assert f"file://{host}{folder}/reports/2018/coast.html" in uris
    assert shown.count("\x1b]8;;\x1b\\") == len(uris)
    for env in ({"TERM": "dumb"}, {"NO_COLOR": "1"}, {"COOPSEARCH_HYPERLINKS": "never"}, {"TERM": "linux"}):
        assert "\x1b]8" not in shows("smuggling", "--no-pager", "--translate=no", cwd=folder, env=env)
    always = {"COOPSEARCH_HYPERLINKS": "always"}
    assert "\x1b]8;id=hit1;file://" in shows(
        "smuggling", "--no-pager", cwd=folder, env={"NO_COLOR": "1", **always}
    )
    assert "\x1b" not in run("smuggling", cwd=folder).out
    wrong = run("smuggling", cwd=folder, env={"COOPSEARCH_HYPERLINKS": "often"})
    assert (wrong.code, wrong.out) == (2, "")
    assert "auto, always or never" in wrong.err


@pytest.mark.parametrize("width", [1, 2, 5, 20])
@pytest.mark.parametrize(
    "text",
    [
        "a short line of words",
        "قوارب الْمُهَاجِرِينَ",
        "日本語のファイル名.txt",
        "docs/a-long/path.txt",
        "é" * 30,
        "",
    ],
)
def test_cells_are_kept(text: str, width: int) -> None:
    """What is cut, on either side, or chopped, takes no more cells than there are, and loses no character."""
    if width > 1:
        assert cells(cut(text, width)) <= width
        assert cells(cut_left(text, width)) <= width
    assert (cut(text, 99), cut_left(text, 99)) == (text, text)
    pieces = list(chopped(text, width))
    assert "".join(pieces) == text
    assert all(cells(piece) <= max(width, 2 if "日" in text else width) for piece in pieces)
