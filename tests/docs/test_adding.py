"""The pages that say how to add something, done: what they add works in a copy of the project.

A block whose first line names a file is that file (``python FILE``), or a change of one (``diff FILE``); a
block of Python without a file is run when all files are there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

REPO: Final = Path(__file__).resolve().parents[2]
PAGES: Final = sorted((REPO / "docs").glob("add-a-*.md"))
_BLOCK: Final = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def applied(text: str, change: str) -> str:
    """Return a text with the change of a diff, whose old lines stand in it once."""
    lines = change.splitlines(keepends=True)
    assert all(line[0] in " +-" for line in lines)
    old = "".join(line[1:] for line in lines if line[0] != "+")
    new = "".join(line[1:] for line in lines if line[0] != "-")
    assert text.count(old) == 1, change
    assert old != new
    return text.replace(old, new)


class Copy:
    """A copy of the project in which a page is followed."""

    def __init__(self, folder: Path) -> None:
        """Copy what the pages may change."""
        self.folder = folder / "coopsearch"
        skipped = shutil.ignore_patterns("__pycache__")
        for name in ("search", "indexer", "tests", "docs"):
            shutil.copytree(REPO / name, self.folder / name, ignore=skipped)
        shutil.copy(REPO / "pyproject.toml", self.folder)
        self._work = folder / "work"
        self._work.mkdir()

    def follow(self, page: Path) -> list[str]:
        """Make the files of a page and the changes that it shows; return its scripts."""
        scripts: list[str] = []
        for kind, name, text in _BLOCK.findall(page.read_text(encoding="utf-8")):
            path = self.folder / name
            if not name:
                scripts.append(text)
            elif kind == "diff":
                path.write_text(applied(path.read_text(encoding="utf-8"), text), encoding="utf-8")
            else:
                assert not path.exists(), f"{name} is there already"
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
        return scripts

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python with the packages of the copy, in an empty folder of its own."""
        env = {**os.environ, "PYTHONPATH": str(self.folder.parent)}
        env.pop("COOPSEARCH_TEST_INSTALLED", None)  # the copy is what its tests are to test
        return subprocess.run(
            [sys.executable, "-W", "error", *arguments],
            cwd=self._work,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """Return a copy of the project."""
    return Copy(tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_is_added_works(page: Path, copy: Copy) -> None:
    """What a page adds does what the script at its end says."""
    scripts = copy.follow(page)
    assert scripts
    for script in scripts:
        done = copy.run("-c", script)
        assert (done.returncode, done.stdout) == (0, ""), done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_without_what_is_added_it_does_not(page: Path, copy: Copy) -> None:
    """Where a page was not followed, its scripts fail: they show that something was added."""
    scripts = [text for _, name, text in _BLOCK.findall(page.read_text(encoding="utf-8")) if not name]
    assert any(copy.run("-c", script).returncode for script in scripts)


def test_the_language_passes_the_tables(copy: Copy) -> None:
    """The tables of stems and of languages hold with the rows that the page adds."""
    copy.follow(REPO / "docs" / "add-a-language.md")
    tests = [str(copy.folder / "tests" / "analysis" / f"test_{name}.py") for name in ("stems", "languages")]
    chosen = "test_each_language or test_every_language or test_table"
    done = copy.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen, *tests)
    assert done.returncode == 0, done.stdout


def test_the_format_passes_the_table(copy: Copy) -> None:
    """What the tests demand of every row of the table of formats holds with the row that the page adds."""
    copy.follow(REPO / "docs" / "add-a-format.md")
    done = copy.run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", str(copy.folder / "tests/extract/test_formats.py")
    )
    assert done.returncode == 0, done.stdout


def test_the_package_is_in_the_wheel(copy: Copy) -> None:
    """The list of packages names every folder of code after a page was followed."""
    for page in PAGES:
        copy.follow(page)
    text = (copy.folder / "pyproject.toml").read_text(encoding="utf-8")
    listed = set(re.findall(r'^    "coopsearch\.([\w.]+)",$', text, re.MULTILINE))
    folders = {path.parent for name in ("search", "indexer") for path in (copy.folder / name).rglob("*.py")}
    assert listed == {folder.relative_to(copy.folder).as_posix().replace("/", ".") for folder in folders}
