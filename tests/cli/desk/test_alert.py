"""`coopsearch watch --alert`: somebody is told as soon as a file arrives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.conftest import Run

if sys.platform == "win32":
    pytest.skip("the programs are scripts of POSIX", allow_module_level=True)

PATIENCE = 30.0


@pytest.fixture
def project(tmp_path: Path, run: Run) -> Path:
    """A folder with an index of one text, and a saved search that somebody looked at."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("boats", encoding="utf-8")
    run("index", "docs", "--index", "index_data", cwd=tmp_path)
    run("save", "boats", "boats", cwd=tmp_path)
    run("news", cwd=tmp_path)
    return tmp_path


@pytest.fixture
def watching(
    command: Sequence[str], clean_env: dict[str, str], project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `coopsearch watch` where a program that shows notifications writes down what it is given."""
    started: list[subprocess.Popen[str]] = []
    programs = tmp_path_factory.mktemp("bin")
    script = f'#!/bin/sh\nfor one in "$@"; do printf "%s\\n" "$one"; done >> {project}/notified\n'
    for name in ("notify-send", "osascript"):
        (programs / name).write_text(script, encoding="utf-8")
        (programs / name).chmod(0o755)
    path = f"{programs}{os.pathsep}{clean_env['PATH']}"

    def start(*options: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*command, "watch", "--poll", "0.3", *options],
            cwd=project,
            env={**clean_env, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        started.append(process)
        assert process.stdout is not None
        assert "document" in process.stdout.readline()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def until(path: Path, part: str) -> str:
    """Wait until a file holds a text; return all of it."""
    ending = time.monotonic() + PATIENCE
    while part not in (text := path.read_text(encoding="utf-8") if path.exists() else ""):
        assert time.monotonic() < ending, text
        time.sleep(0.05)
    return text


def test_notification(run: Run, project: Path, watching: Callable[..., subprocess.Popen[str]]) -> None:
    """A match is shown on the desktop as text, once; `coopsearch news` tells it all the same."""
    process = watching("--alert")
    (project / "docs" / "n.txt").write_text("boats & 3 < 4 -x القوارب", encoding="utf-8")
    shown = until(project / "notified", "boats").splitlines()
    assert shown[-2] == "coopsearch boats: 1 new"
    assert "boats &amp; 3 &lt; 4 -x القوارب" in shown[-1] or sys.platform == "darwin"
    (project / "docs" / "o.txt").write_text("cattle", encoding="utf-8")
    (project / "docs" / "p.txt").write_text("late boats", encoding="utf-8")
    shown = until(project / "notified", "late boats").splitlines()
    assert sum("coopsearch boats" in line for line in shown) == 2
    process.terminate()
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    assert "coopsearch boats: 1 new: late boats" in out
    assert run("news", cwd=project).out.startswith("boats: 2 new")


def test_command(run: Run, project: Path, watching: Callable[..., subprocess.Popen[str]]) -> None:
    """A command is run instead with the news as lines; one that fails is reported and tried again."""
    script = project / "told"
    script.write_text(
        f'#!/bin/sh\ntest -e {project}/ready || {{ echo "not ready" >&2; exit 1; }}\ncat >> {project}/got\n',
        encoding="utf-8",
    )
    script.chmod(0o755)
    run("save", "cattle", "cattle", cwd=project)
    run("news", cwd=project)
    watching("--alert-for", "boats", "--exec", str(script))
    (project / "docs" / "c.txt").write_text("cattle", encoding="utf-8")
    (project / "docs" / "n.txt").write_text("new boats", encoding="utf-8")
    ending = time.monotonic() + PATIENCE
    while run("-n0", "new", cwd=project).code and time.monotonic() < ending:
        pass
    (project / "ready").touch()
    (project / "docs" / "m.txt").write_text("more boats", encoding="utf-8")
    lines = until(project / "got", "m.txt").splitlines()
    assert {Path(json.loads(line)["path"]).name for line in lines} == {"n.txt", "m.txt"}
    assert {json.loads(line)["search"] for line in lines} == {"boats"}
