"""Ignore files: gitignore's rules, and what is said of files that break them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from coopsearch.indexer.problem import Problem
from coopsearch.indexer.walk.walk import File, walk

NAME = ".coopsearchignore"


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def found(root: Path) -> set[str]:
    return {item.relative for item in walk(root) if isinstance(item, File)}


TREE = (
    "a.txt",
    "a.log",
    "keep.log",
    "build/x.txt",
    "docs/build/y.txt",
    "docs/build.txt",
    "docs/a.log",
    "docs/deep/z.txt",
)


@pytest.mark.parametrize(
    ("rules", "gone"),
    [
        ("*.log", {"a.log", "keep.log", "docs/a.log"}),
        ("*.log\n!keep.log", {"a.log", "docs/a.log"}),
        ("/a.log", {"a.log"}),
        ("build/", {"build/x.txt", "docs/build/y.txt"}),
        ("/build/", {"build/x.txt"}),
        ("build", {"build/x.txt", "docs/build/y.txt"}),
        ("docs/*", {"docs/build/y.txt", "docs/build.txt", "docs/a.log", "docs/deep/z.txt"}),
        ("docs/*\n!docs/deep/", {"docs/build/y.txt", "docs/build.txt", "docs/a.log"}),
        ("docs/\n!docs/a.log", {"docs/build/y.txt", "docs/build.txt", "docs/a.log", "docs/deep/z.txt"}),
        ("**/deep/*.txt", {"docs/deep/z.txt"}),
        ("# a.txt\n\n   \n", set()),
        ("\ufeffa.txt\r\n", {"a.txt"}),
        ("[ab].txt", {"a.txt"}),
    ],
)
def test_rules(tmp_path: Path, rules: str, gone: set[str]) -> None:
    """The rules mean what they mean to git."""
    make(tmp_path, *TREE)
    (tmp_path / NAME).write_text(rules, encoding="utf-8")
    assert set(TREE) - found(tmp_path) == gone


def test_nested(tmp_path: Path) -> None:
    """An ignore file holds for its folder and below, and wins over those above it."""
    make(tmp_path, "a.log", "x/a.log", "x/b.txt", "x/y/a.log", "x/y/b.txt", "z/b.txt")
    (tmp_path / NAME).write_text("*.log\n")
    (tmp_path / "x" / NAME).write_text("!a.log\n/b.txt\n")
    (tmp_path / "x" / "y" / NAME).write_text("a.log\n")
    assert found(tmp_path) == {"x/a.log", "x/y/b.txt", "z/b.txt"}


@pytest.mark.parametrize("line", ["!", "\\", "a\\", "[z-a]", "*a*b*c*d*e*f"])
def test_broken_line(tmp_path: Path, line: str) -> None:
    """A line that is not a pattern is named, and the other lines hold."""
    make(tmp_path, "a.txt", "b.txt")
    (tmp_path / NAME).write_text(f"a.txt\n{line}\n")
    assert found(tmp_path) == {"b.txt"}
    (problem,) = (item for item in walk(tmp_path) if isinstance(item, Problem))
    assert problem.path == str(tmp_path / NAME)
    assert problem.reason.startswith("line 2 of these ignore rules is left out: ")


@pytest.mark.parametrize("content", [None, b"x" * 1_100_000])
def test_broken_file(tmp_path: Path, content: bytes | None) -> None:
    """An ignore file that is a folder, or huge, is a problem, and the folder is walked."""
    make(tmp_path, "a.txt")
    if content is None:
        (tmp_path / NAME).mkdir()
    else:
        (tmp_path / NAME).write_bytes(content)
    assert found(tmp_path) == {"a.txt"}
    assert [Path(item.path).name for item in walk(tmp_path) if isinstance(item, Problem)] == [NAME]


@pytest.mark.parametrize("content", [b"\0\xff\xfe\n" * 50, b"\xe9.txt\n", bytes(range(256))])
def test_odd_bytes(tmp_path: Path, content: bytes) -> None:
    """An ignore file of any bytes crashes nothing."""
    make(tmp_path, "kept-by-any-rule.txt")
    (tmp_path / NAME).write_bytes(content)
    assert found(tmp_path) == {"kept-by-any-rule.txt"}


def test_import(tmp_path: Path) -> None:
    """The library that reads patterns is loaded only where there is an ignore file."""
    make(tmp_path, "a.txt")
    code = (
        "import sys; from pathlib import Path; from coopsearch.indexer.walk.walk import walk; "
        f"list(walk(Path({str(tmp_path)!r}))); print('pathspec' in sys.modules)"
    )
    for expected in ("False", "True"):
        out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        assert out.strip() == expected
        (tmp_path / NAME).write_text("*.log\n")
