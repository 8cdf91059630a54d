"""The tutorial, followed word for word: from a clone, in a new environment, to a quotation to cite."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import KEPT

REPO: Final = Path(__file__).resolve().parents[2]
PAGE: Final = REPO / "docs" / "tutorial.md"
_BLOCK: Final = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND: Final = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
#: What the shell prints between two commands, and no command does.
_BETWEEN: Final = "--8<-- between two commands --8<--"
#: What is never the same twice, or only on one day: durations, moments, and the identifiers of citations.
_CHANGING: Final = re.compile(
    r"in \d+\.\d s|cited: [\d-]+T[\d:]+Z|since [\d-]+ [\d:]+ \([a-z0-9 ]+\)"
    r"|(?<=coopsearch:)[0-9a-f]{12}$|(?<=  )[0-9a-f]{12}$",
    re.MULTILINE,
)


def steps() -> list[tuple[str, str]]:
    """Return each command of the page with what it is to print."""
    text = PAGE.read_text(encoding="utf-8")
    return [step for block in _BLOCK.findall(text) for step in _COMMAND.findall(block)]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return the project as a clone has it: without what tools have left in the checkout."""
    clone = tmp_path / "coopsearch"
    clone.mkdir()
    pages = ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE", "LICENSE.unicode")
    for name in ("indexer", "search", "docs", "seeds", *pages):
        if (REPO / name).is_dir():
            shutil.copytree(REPO / name, clone / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(REPO / name, clone)
    return clone


@pytest.mark.timeout(600)
@pytest.mark.skipif(
    "COOPSEARCH_TEST_INSTALLED" not in os.environ,
    reason="it installs coopsearch from the network: dev.py test does",
)
def test_tutorial(clone: Path, tmp_path: Path) -> None:
    """Every command prints what the page shows, in one shell, in the home of a new user."""
    home = tmp_path / "home"
    home.mkdir()
    pip = {
        name: value
        for name, value in os.environ.items()
        if name.startswith("PIP_") or "proxy" in name.lower()
    }
    kept = {name: os.environ[name] for name in KEPT if name in os.environ and name != "PYTHONPATH"}
    environment = {**kept, **pip, "HOME": str(home), "COLUMNS": "80", "LANG": "C.UTF-8"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    script = "".join(f"{command}\necho '{_BETWEEN}'\n" for command, _ in steps())
    done = subprocess.run(
        ["bash", "-s"], cwd=clone, env=environment, input=script, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, encoding="utf-8", check=True,
    )  # fmt: skip
    printed = done.stdout.split(f"{_BETWEEN}\n")
    for (command, expected), shown in zip(steps(), printed, strict=False):
        assert _CHANGING.sub("…", shown) == _CHANGING.sub("…", expected), command


def test_it_ends_with_a_citation() -> None:
    """The page leads from a clone to a quotation out of a folder of one's own, and to its check."""
    commands = [command for command, _ in steps()]
    assert any("pip install" in command for command in commands)
    assert any(command.startswith("coopsearch cite 1") for command in commands)
    assert any("cite --check" in command for command in commands)
