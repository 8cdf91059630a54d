"""A long answer goes through a pager; no pager can keep it from being read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from tests.cli.terminal import Shows, shows, unstyled, write_reports
from tests.conftest import Run

__all__ = ["shows"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with reports, their index, and a pager that says what it was given."""
    write_reports(tmp_path)
    sync([tmp_path / "reports", tmp_path / "تقارير"], tmp_path / "index_data")
    script = tmp_path / "pager"
    script.write_text('#!/bin/sh\necho "PAGER $*"\nexec cat\n', encoding="utf-8")
    script.chmod(0o755)
    return tmp_path


def test_long_and_short(shows: Shows, folder: Path) -> None:
    """What is longer than the screen is paged and begins with the counts; what fits ends with them."""
    env = {"COOPSEARCH_PAGER": f"{folder / 'pager'} 'two words'", "PAGER": "false"}
    lines = unstyled(shows("smuggling", cwd=folder, env=env)).splitlines()
    assert lines[0] == "PAGER two words"
    assert lines[1].startswith("4 of 4 documents match")
    assert lines[3].startswith("1. ")
    for rows, options in ((60, []), (24, ["--no-pager"]), (24, ["-n", "1"]), (24, ["-n", "0"])):
        shown = unstyled(shows("smuggling", *options, cwd=folder, rows=rows, env=env))
        assert "PAGER" not in shown
        assert shown.splitlines()[-1].startswith("4 of 4 documents match")


@pytest.mark.parametrize(
    "pager",
    ["", "cat", "no-such-pager", "false", "/", "sh -c 'exit 3'", "'unclosed", "/etc/hostname"],
)
def test_pagers_that_fail(shows: Shows, folder: Path, pager: str) -> None:
    """A pager that is none, is missing, cannot be started or fails is done without, and nothing is lost."""
    shown = unstyled(shows("smuggling", cwd=folder, env={"COOPSEARCH_PAGER": pager}))
    assert [line[:2] for line in shown.splitlines() if line[:1].isdigit()].count("1.") == 1
    assert "شبكات التهريب" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("pager", ["true", "head -c 10"])
def test_a_pager_that_ends_early(shows: Shows, folder: Path, pager: str) -> None:
    """A pager that reads a part of the answer, or nothing, was ended by its user: that is not an error."""
    shown = shows("smuggling", "-n", "100", cwd=folder, rows=5, env={"PAGER": pager})
    assert "\x1b[1;33m" not in shown
    assert "coopsearch:" not in shown


def test_no_terminal(run: Run, folder: Path) -> None:
    """Nothing is paged in a pipe, nor on a terminal that can do nothing."""
    ran = run("smuggling", cwd=folder, env={"COOPSEARCH_PAGER": str(folder / "pager"), "LINES": "5"})
    assert "PAGER" not in ran.out
    assert ran.err.startswith("4 of 4 documents match")


def test_dumb_terminal(shows: Shows, folder: Path) -> None:
    """A terminal that can do nothing gets the answer as it is."""
    env = {"COOPSEARCH_PAGER": str(folder / "pager"), "TERM": "dumb"}
    assert "PAGER" not in shows("smuggling", cwd=folder, env=env)


@pytest.mark.skipif(shutil.which("less") is None, reason="less is not installed")
def test_less(shows: Shows, folder: Path) -> None:
    """In 24 lines the count is in sight, and the first whole hit is the best one; nothing is escaped."""
    shown = shows("smuggling", cwd=folder, keys=b"q", env={"PAGER": "less -FRX"})
    screen = unstyled(shown.split("\x1b[K")[0]).splitlines()
    screen = [line for line in screen if not line.startswith("\x1b[?")]
    assert len(screen) <= 24
    first = next(line for line in screen if line.strip())
    assert "4 of 4 documents match" in first
    numbers = [line.split(".")[0] for line in screen if line[:1].isdigit() and line[1:2] == "."]
    assert numbers[0] == "1"
    assert "شبكات" in shown
    assert "ESC" not in shown
