"""What the documentation says, done: every block of code runs and prints what stands there."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

import coopsearch.indexer
import coopsearch.search
import coopsearch.search.aio
import coopsearch.search.web

REPO: Final = Path(__file__).resolve().parents[2]
TOP: Final = [REPO / name for name in ("README.md", "ARCHITECTURE.md", "SECURITY.md")]
PAGES: Final = [*TOP, *sorted((REPO / "docs").glob("*.md"))]
#: Those whose code runs in the project as it is; what the others add is made in a copy, see ``test_adding``;
#: the tutorial is followed in a home of its own, see ``test_tutorial``; a cluster needs a node, see
#: ``test_page`` in ``tests/engines/opensearch``.
USED: Final = [page for page in PAGES if not page.name.startswith(("add-a-", "tutorial", "opensearch"))]
_BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
#: What is never the same twice.
_TIME: Final = re.compile(r"in \d+\.\d s")


def blocks(page: Path, kind: str) -> list[str]:
    """Return the blocks of one kind."""
    return [text for name, text in _BLOCK.findall(page.read_text(encoding="utf-8")) if name == kind]


@pytest.fixture
def place(tmp_path: Path, command: Sequence[str], clean_env: dict[str, str]) -> tuple[Path, dict[str, str]]:
    """Return a folder with the seeds, and an environment in which `coopsearch` is the real command."""
    shutil.copytree(REPO / "seeds", tmp_path / "project" / "seeds")
    programs = tmp_path / "bin"
    programs.mkdir()
    script = programs / "coopsearch"
    script.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return tmp_path / "project", {**clean_env, "PATH": f"{programs}{os.pathsep}{clean_env['PATH']}"}


@pytest.mark.parametrize("page", USED, ids=lambda page: page.name)
def test_shell(page: Path, place: tuple[Path, dict[str, str]]) -> None:
    """Each command of a page prints what the page shows."""
    folder, environment = place
    commands = (REPO / "tools" / "commands.py").read_text(encoding="utf-8")
    if page.name != "README.md":
        # The other pages begin where the first answer of the README ended.
        subprocess.run(["coopsearch", "index", "-q"], cwd=folder, env=environment, check=True)
    for block in blocks(page, "console"):
        for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            if command.startswith("python3 dev.py"):
                assert f'"{command.split()[2]}": Command(' in commands
                continue
            done = subprocess.run(
                command,
                shell=True,
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                check=False,
            )
            assert _TIME.sub("in 0.1 s", done.stdout) == expected, command


@pytest.mark.parametrize("page", USED, ids=lambda page: page.name)
def test_python(page: Path, place: tuple[Path, dict[str, str]]) -> None:
    """Each script of a page runs, one after the other in one folder."""
    folder, environment = place
    for block in blocks(page, "python"):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", block],
            cwd=folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_imports_are_public() -> None:
    """What the code of a page for users imports of coopsearch is a public name of its two packages."""
    names = [
        (page.name, package, name)
        for page in USED
        for block in blocks(page, "python")
        for node in ast.walk(ast.parse(block))
        for package, name in _imported(node)
    ]
    assert len(names) > 10
    public = {
        "coopsearch.search": coopsearch.search.__all__,
        "coopsearch.indexer": coopsearch.indexer.__all__,
        "coopsearch.search.aio": coopsearch.search.aio.__all__,
        "coopsearch.search.web": coopsearch.search.web.__all__,
    }
    assert [one for one in names if one[2] not in public.get(one[1], ())] == []


def _imported(node: ast.AST) -> list[tuple[str, str]]:
    """Return what a statement imports of ours, as package and name."""
    if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "coopsearch":
        return [(node.module or "", alias.name) for alias in node.names]
    if isinstance(node, ast.Import):
        return [(one.name, "") for one in node.names if one.name.split(".")[0] == "coopsearch"]
    return []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links(page: Path) -> None:
    """Each link to a file of the project leads somewhere."""
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_commands_are_fresh() -> None:
    """The page of commands is what the commands say of themselves."""
    done = subprocess.run(
        [sys.executable, REPO / "docs" / "generate.py", "--check"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_changelog() -> None:
    """The changelog has an entry for the version that is being made."""
    version = re.search(
        r'^version = "(.+)"$', (REPO / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert version is not None
    assert f"## [{version[1]}]" in (REPO / "CHANGELOG.md").read_text(encoding="utf-8")
