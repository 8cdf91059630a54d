"""The page of promises is made of the records of a run, and keeps what people wrote into it."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Trust = Callable[..., subprocess.CompletedProcess[str]]

ABOUT = {
    "run": "python3 dev.py trust", "date": "2026-01-02", "python": "3.11.7", "system": "Linux x86_64",
    "cores": 2, "commit": "abc1234", "changed": False,
}  # fmt: skip
OPTIONS = """
def pytest_addoption(parser):
    parser.addoption("--long", action="store_true")
"""
TESTS = """
import pytest

def test_one(ledger, scale):
    ledger("killed", "SIGKILL at random moments", tried=scale(20, 2000), note="2 workers")

def test_other(ledger):
    ledger("damage", "bit flips", tried=7, wrong=1)
    assert not "/srv/ann/index/a.col", "/srv/ann/index/a.col answers wrongly"

def test_absent():
    pytest.skip("there is no strace")
"""


@pytest.fixture(scope="module")
def page(repo: Path) -> ModuleType:
    """The module that makes the page."""
    spec = importlib.util.spec_from_file_location(
        "trust_page", repo / "benchmarks" / "trust" / "trust_page.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(repo: Path, tmp_path: Path) -> Path:
    """A project with its tools, the ledger, and three tests of promises: one passes, fails, is skipped."""
    shutil.copytree(repo / "benchmarks", tmp_path / "benchmarks", ignore=shutil.ignore_patterns("runs"))
    for folder in ("tests/trust", "docs", "benchmarks/runs"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(repo / "tests" / "trust" / "conftest.py", tmp_path / "tests" / "trust")
    (tmp_path / "tests" / "conftest.py").write_text(OPTIONS, encoding="utf-8")
    (tmp_path / "tests" / "trust" / "test_few.py").write_text(TESTS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def trust(project: Path) -> Trust:
    """Runs the command over that project."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        places = [str(project), *filter(None, [os.environ.get("PYTHONPATH")])]
        return subprocess.run(
            [sys.executable, project / "benchmarks" / "trust" / "trust.py", *arguments],
            cwd=project,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run


def record(promise: str, what: str, **values: Any) -> dict[str, Any]:
    """Return a line as the ledger writes it."""
    return {
        "promise": promise,
        "what": what,
        "tried": 1,
        "wrong": 0,
        "lost": 0,
        "note": "",
        "seconds": 0.5,
    } | values


def test_the_page_is_what_its_records_say(repo: Path) -> None:
    """Nobody wrote a figure into the page of promises by hand."""
    done = subprocess.run(
        [sys.executable, repo / "benchmarks" / "trust" / "trust_page.py", "--check"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(repo), os.environ.get("PYTHONPATH", "")])},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_promise_has_its_part(repo: Path, page: ModuleType) -> None:
    """The promises of the page are those that the tests write down, in their order."""
    tree = ast.parse((repo / "tests" / "trust" / "conftest.py").read_text(encoding="utf-8"))
    (names,) = (
        [element.value for element in ast.walk(node.value) if isinstance(element, ast.Constant)]
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "Promise"
    )
    assert list(page.PROMISES) == names
    text = (repo / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert re.findall(r"^## \d+\. (.*)$", text, re.MULTILINE) == [
        one.sentence for one in page.PROMISES.values()
    ]


def test_what_has_one_name_is_one_row(page: ModuleType) -> None:
    """A test that runs with several settings is one row, and its figures are the sums."""
    records = [
        ABOUT,
        record("killed", "kills", tried=1500, note="no worker"),
        record("query", "queries", tried=3, lost=2),
        record("killed", "kills", tried=700, wrong=1, note="2 workers"),
    ]
    text = page.render(records, "")
    assert "| kills | 2,200 | 1 | 0 | no worker; 2 workers | 1.0 |" in text
    assert "| queries | 3 | 0 | 2 |  | 0.5 |" in text
    assert "commit abc1234: 2,203 tries, 1 wrong, 2 lost." in text
    assert text.index("kills") < text.index("queries")


def test_no_text_of_a_record_leaves_its_cell(page: ModuleType) -> None:
    """What a test writes down is text, whatever signs it has."""
    text = page.render([ABOUT, record("query", "a|b\n<i>*x*", note="`[y]`")], "")
    assert r"| a\|b \<i\>\*x\* | 1 | 0 | 0 | \`\[y\]\` | 0.5 |" in text


def test_what_people_wrote_stays(page: ModuleType) -> None:
    """Parts written by hand are kept at their place, word for word, and none is dropped without a word."""
    mine = "<!-- by hand: large -->\n| 1 GB | 3 s |\n\nAnd so on.\n<!-- end -->\n"
    costs = "<!-- by hand: costs -->\nNothing.\n<!-- end -->\n"
    once = page.render([ABOUT], costs + mine)
    assert mine in once
    assert costs in once
    assert once.index("## 11.") < once.index(mine) < once.index("## What it costs") < once.index(costs)
    assert page.render([ABOUT], once) == once
    with pytest.raises(page.BadRecords, match="no part of the page is called 'cost'"):
        page.render([ABOUT], costs.replace("costs", "cost"))
    with pytest.raises(page.BadRecords, match="no promise is called 'kiled'"):
        page.render([ABOUT, record("kiled", "x")], "")


def test_the_command_writes_the_page(trust: Trust, project: Path) -> None:
    """One command tests, keeps the records, and writes a page that tells what failed and what was skipped."""
    done = trust("--long", "-q")
    assert done.returncode == 1, done.stderr  # as pytest: a test failed
    text = (project / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert "| SIGKILL at random moments | 2,000 | 0 | 0 | 2 workers |" in text
    assert "| bit flips | 7 | 1 | 0 |" in text
    assert "Tests: 1 passed, 1 failed, 1 skipped." in text
    assert "- failed: `test_few::test_other`: AssertionError: a.col answers wrongly" in text
    assert "- skipped: `test_few::test_absent`: there is no strace" in text
    assert "/srv" not in text
    (kept,) = (project / "benchmarks" / "runs").glob("*-trust.txt")
    assert (
        json.loads(kept.read_text(encoding="utf-8").splitlines()[0])["run"] == "python3 dev.py trust --long"
    )
    again = trust("--from", str(kept))
    assert again.returncode == 0
    assert (project / "docs" / "reliability.md").read_text(encoding="utf-8") == text


def test_a_part_is_not_written(trust: Trust, project: Path) -> None:
    """A run of some of the tests is shown, and the page stays as it is."""
    done = trust("-k", "one")
    assert done.returncode == 0, done.stderr
    assert "| SIGKILL at random moments | 20 | 0 | 0 | 2 workers |" in done.stdout
    assert trust("-k", "nothing").returncode == 5
    assert not (project / "docs" / "reliability.md").exists()
    assert list((project / "benchmarks" / "runs").iterdir()) == []


def test_parts_make_one_page(trust: Trust, project: Path, page: ModuleType) -> None:
    """Parts of a long run are gathered in a file, from which the page of all of them is made."""
    kept = project / "benchmarks" / "runs" / "parts.txt"
    assert trust("--long", "--part", str(kept), "-k", "one").returncode == 0
    assert trust("--long", "--part", str(kept), "-k", "other").returncode == 1
    assert not (project / "docs" / "reliability.md").exists()
    assert trust("--from", str(kept)).returncode == 0
    text = (project / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert "Written by `python3 dev.py trust --long` in 2 parts on " in text
    assert "2,007 tries, 1 wrong, 0 lost." in text
    assert "Tests: 1 passed, 1 failed, 0 skipped." in text
    with pytest.raises(page.BadRecords, match=r"are of `python3 dev\.py trust` and of `other`"):
        page.render([ABOUT | {"run": "other"}, ABOUT], "")
