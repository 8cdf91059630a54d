"""The index follows its folders: quickly, beside searches, one writer at a time, and it ends when told to."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from coopsearch.indexer.locking.lock import locked
from tests.conftest import Run

posix = pytest.mark.skipif(os.name == "nt", reason="signals are of POSIX")
WAYS = pytest.mark.parametrize("options", [[], ["--poll", "0.3"]], ids=["told", "poll"])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a document and a place for the index."""
    (tmp_path / "index_data").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "one.txt").write_text("zander", encoding="utf-8")
    return tmp_path


@pytest.fixture
def watching(
    command: Sequence[str], clean_env: dict[str, str], project: Path
) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `coopsearch watch` in the project and gives it when its first run is done."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str, first: bool = True, **env: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*command, "watch", *options],
            cwd=project,
            env={**clean_env, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        started.append(process)
        if first:
            assert process.stdout is not None
            assert "document" in process.stdout.readline()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _finds(run: Run, project: Path, text: str) -> bool:
    return run("-n0", text, cwd=project).code == 0


def ended(process: subprocess.Popen[str], how: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
    process.send_signal(how)
    out, err = process.communicate(timeout=20)
    return process.returncode, out, err


def until(true: Callable[[], Any], seconds: float = 20.0) -> float:
    """Wait for something; return how long that took."""
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < seconds
        time.sleep(0.02)
    return time.monotonic() - started


@posix
@WAYS
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_follows(
    run: Run, project: Path, watching: Callable[..., Any], options: list[str], how: signal.Signals
) -> None:
    """What is added, changed, put into new folders or removed is found, and told; a signal ends it with 0."""
    process = watching("docs", *options)
    time.sleep(0.5)
    for name, text in (("two.txt", "perch"), ("one.txt", "pike"), ("new/deep/three.txt", "burbot")):
        path = project / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        until(partial(_finds, run, project, text))
    (project / "docs" / "two.txt").unlink()
    until(lambda: run("-n0", "perch", cwd=project).code == 1)
    code, out, err = ended(process, how)
    assert (code, err) == (0, "")
    assert "1 removed" in out
    assert "1 updated" in out


@posix
def test_within_two_seconds(project: Path, watching: Callable[..., Any]) -> None:
    """A change is in the index two seconds later."""
    process = watching("docs")
    time.sleep(0.5)
    waits = []
    for number in range(3):
        (project / "docs" / f"{number}.txt").write_text(f"perch {number}", encoding="utf-8")
        started = time.monotonic()
        assert "1 added" in process.stdout.readline()
        waits.append(time.monotonic() - started)
    # Machines under load are slower; the median says what it does.
    assert sorted(waits)[1] < 2.0, waits


@posix
@WAYS
def test_searches_never_fail(
    run: Run, project: Path, watching: Callable[..., Any], options: list[str]
) -> None:
    """While files change and the index follows, every search is answered."""
    watching("docs", *options)
    stop = time.monotonic() + 6
    number = 0
    while time.monotonic() < stop:
        number += 1
        (project / "docs" / f"{number % 7}.txt").write_text(f"perch {number}", encoding="utf-8")
        with contextlib.suppress(FileNotFoundError):
            (project / "docs" / f"{(number + 3) % 7}.txt").unlink()
        done = run("zander", cwd=project)
        assert (done.code, "Traceback" in done.err) == (0, False), done.err
    assert run("verify", cwd=project).code == 0


@posix
def test_one_writer(run: Run, project: Path, watching: Callable[..., Any]) -> None:
    """While another process writes it waits, says so, can be ended, and goes on afterwards."""
    run("index", "-q", "docs", cwd=project)
    with locked(project / "index_data"):
        waiting = watching(first=False)
        assert "waiting for process" in waiting.stderr.readline()
        assert ended(waiting)[0] == 0
        other = watching(first=False)
        assert "waiting for process" in other.stderr.readline()
        time.sleep(1)
    assert "1 unchanged" in other.stdout.readline()


@posix
def test_without_watchdog(run: Run, project: Path, watching: Callable[..., Any]) -> None:
    """Without the library it looks for changes by itself, and says what to install."""
    hidden = project / "hidden"
    hidden.mkdir()
    (hidden / "watchdog.py").write_text("raise ImportError", encoding="utf-8")
    path = os.pathsep.join([str(hidden), *filter(None, sys.path)])
    process = watching("docs", PYTHONPATH=path)
    assert "pip install coopsearch[watch]" in process.stderr.readline()
    (project / "docs" / "two.txt").write_text("perch", encoding="utf-8")
    until(lambda: run("-n0", "perch", cwd=project).code == 0)


@posix
def test_index_among_the_sources(project: Path, watching: Callable[..., Any]) -> None:
    """What the index itself writes is not a change: it comes to rest, also inside of a folder it follows."""
    process = watching(".")
    time.sleep(0.5)
    (project / "two.txt").write_text("perch", encoding="utf-8")
    assert "1 added" in process.stdout.readline()
    time.sleep(3)
    code, out, err = ended(process)
    assert (code, out, err) == (0, "", "")


def test_mistakes(run: Run, project: Path) -> None:
    """A source that is not there is told in one line, and ends it."""
    done = run("watch", "nowhere", cwd=project)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)


@WAYS
def test_a_folder_that_comes_back(
    run: Run, project: Path, watching: Callable[..., Any], options: list[str]
) -> None:
    """A folder that was moved away and stands there again is followed as before."""
    (project / "more" / "deep").mkdir(parents=True)
    (project / "more" / "deep" / "two.txt").write_text("perch", encoding="utf-8")
    watching("docs", "more/deep", *options)
    time.sleep(0.5)
    for number, word in enumerate(("pike", "burbot")):
        (project / "more").rename(project / f"away{number}")
        time.sleep(1.0)
        # First what stands above it, then the folder itself.
        (project / "more").mkdir()
        time.sleep(0.5)
        (project / "more" / "deep").mkdir()
        time.sleep(1.0)
        (project / "more" / "deep" / "three.txt").write_text(word, encoding="utf-8")
        until(partial(_finds, run, project, word))
        (project / "more" / "deep" / "four.txt").write_text(f"{word} tench", encoding="utf-8")
        until(partial(_finds, run, project, f"+{word} +tench"))
