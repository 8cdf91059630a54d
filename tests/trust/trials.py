"""Trials against the real commands and faces: how one is asked for, and how one says what came of it.

Starts ``stage.py`` once for all tests of a session. Also has the sample that is tried: an index of all that
one can hold, copied for each trial, and a way to see that what is not ours was left alone.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from coopsearch.indexer import sync
from tests.conftest import REPO

#: Seconds after which a step hangs.
PATIENCE: Final = 20.0
INDEX: Final = "index_data"
#: The data folder of the sample.
DATA: Final = "data-1"
READING: Final = (
    ("alpha", "refugies"),
    ("status",),
    ("verify",),
    ("show", "docs/a7.txt"),
    ("similar", "docs/a7.txt"),
)
WRITING: Final = (("index",), ("index", "docs", "--rebuild"))
FACES: Final = ("answers", "check", "status", "codec")

posix_only = pytest.mark.skipif(os.name != "posix", reason="trials are played in forks of a process")


class Step(NamedTuple):
    """What came of one step: a command, or a face."""

    words: tuple[str, ...]
    code: int = 0
    out: str = ""
    err: str = ""
    value: Any = None
    error: str = ""
    """Name of the exception that left a face."""
    trace: str = ""

    @property
    def fault(self) -> str:
        """What no outcome may be, "" if it is fine: a traceback, several lines, silence."""
        if self.trace:
            return f"{self.words}: {self.error} leaves the face: {self.trace[-600:]}"
        if "Traceback" in self.err or "internal error" in self.err or self.code not in {0, 1, 2}:
            return f"{self.words}: exit {self.code}: {self.err[-600:]}"
        if self.code == 2:
            lines = [line for line in self.err.splitlines() if line.strip()]
            told: tuple[str, ...] = ("coopsearch:", "damaged:", "unreadable:")
            if self.words[0] == "verify":
                # What the sources do not give, or give otherwise, is told by document.
                told += ("lost:", "doubled:", "differs:", "stray:", "books:")
            if not lines or not lines[-1].startswith(told):
                return f"{self.words}: exit {self.code} says {self.err[-600:]!r}"
            if sum(line.startswith("coopsearch:") for line in lines) > 1:
                return f"{self.words}: several errors: {self.err[-600:]!r}"
        return ""

    @property
    def told(self) -> str:
        """The message, whichever way it was told."""
        return self.err


class Played(NamedTuple):
    """What came of a trial."""

    steps: tuple[Step, ...]
    seconds: float
    megabytes: float
    ended: int
    calls: tuple[str, ...]

    def faults(self, *, seconds: float = PATIENCE, megabytes: float = 0) -> list[str]:
        """Everything that is wrong with how it went."""
        found = [step.fault for step in self.steps if step.fault]
        if self.ended:
            found.append(f"ended by {self.ended} after {self.seconds:.1f} s")
        if self.seconds > seconds:
            found.append(f"took {self.seconds:.1f} s")
        if megabytes and self.megabytes > megabytes:
            found.append(f"took {self.megabytes:.0f} MB")
        return found


class Stage:
    """The other end of ``stage.py``."""

    def __init__(self) -> None:
        """Start it, and wait until it is ready."""
        path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(REPO)]))
        env = {**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "COLUMNS": "80"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.trust.stage"],
            cwd="/", env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"
        atexit.register(self.close)

    def play(
        self, cwd: Path, steps: Iterable[Sequence[str | Path]], *, timeout: float = PATIENCE, **trial: Any
    ) -> Played:
        """Play some steps in a folder."""
        assert self._process.stdin is not None and self._process.stdout is not None
        words = [tuple(map(str, step)) for step in steps]
        trial |= {"cwd": str(cwd), "steps": words, "timeout": timeout}
        self._process.stdin.write(json.dumps(trial) + "\n")
        self._process.stdin.flush()
        value = json.loads(self._process.stdout.readline())
        done = tuple(
            Step(
                said, one.get("code", 0), one.get("out", ""), one.get("err", one.get("message", "")),
                one.get("value"), one.get("error", ""), one.get("trace", ""),
            )
            for said, one in zip(words, value["steps"], strict=False)
        )  # fmt: skip
        return Played(done, value["seconds"], value["megabytes"], value["ended"], tuple(value["calls"]))

    def face(self, index: Path, name: str, **trial: Any) -> Step:
        """Play one face of an index; a trial that did not end well is a failure here."""
        played = self.play(index.parent, [("face", name, index)], **trial)
        assert not played.ended, played
        return played.steps[0]

    def close(self) -> None:
        """End it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(10)


@functools.cache
def stage() -> Stage:
    """The one stage of a session."""
    return Stage()


def reading(index: Path, turn: int | None = None) -> list[Sequence[str | Path]]:
    """All commands and faces that only read; with a number, a third of them in turn, and the answers."""
    steps: list[Sequence[str | Path]] = [(*words, "--index", str(index)) for words in READING]
    steps += [("face", name, index) for name in FACES]
    return [
        step for place, step in enumerate(steps)
        if turn is None or (place + turn) % 3 == 0 or step[:2] == ("face", "answers")
    ]  # fmt: skip


def writing(index: Path) -> list[Sequence[str | Path]]:
    """The commands that write."""
    return [(*words, "--index", str(index)) for words in WRITING]


def make(folder: Path, engine: str) -> Path:
    """Make an index of all that one can hold: copies, deletions, segments, stems, records."""
    docs = folder / "docs"
    docs.mkdir(parents=True)
    for number in range(24):
        text = f"alpha beta word{number % 5} number{number} réfugiés smuggling routes\n\nsecond {number}"
        (docs / f"a{number}.txt").write_text(text, encoding="utf-8")
    shutil.copy(docs / "a1.txt", docs / "copy.txt")
    (docs / "x.bin").write_bytes(b"\0\1")
    _age(docs)
    sync([docs], folder / INDEX, engine=engine, workers=1)
    (docs / "a3.txt").unlink()
    (docs / "a4.txt").write_text("changed text alpha les réfugiés arrivent", encoding="utf-8")
    (docs / "c.csv").write_text("title,text\nreport,alpha one\nreport,beta two\n", encoding="utf-8")
    _age(docs)
    sync([], folder / INDEX, workers=1)
    (docs / "m.md").write_text(
        "# Report of alpha\n\n## Part\n\nborder crossings 2021-03-04\n", encoding="utf-8"
    )
    _age(docs)
    report = sync([], folder / INDEX, workers=1)
    assert report.documents == 25, report
    return folder / INDEX


def change(folder: Path) -> None:
    """Change the sources of a copy of the sample: a file goes, one comes, one differs."""
    docs = folder / "docs"
    (docs / "a5.txt").unlink()
    (docs / "a6.txt").unlink()
    (docs / "a6.txt").write_text("alpha changed once more", encoding="utf-8")
    (docs / "new.txt").write_text("alpha is new here", encoding="utf-8")
    _age(docs)


def _age(docs: Path) -> None:
    """Let files be old enough to be believed unchanged."""
    for path in docs.iterdir():
        when = 1_600_000_000 + int(hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()[:6], 16)
        os.utime(path, (when, when))


def place(sample: Path, folder: Path) -> Path:
    """Copy an index beside its sources; these are the same files, so that they are unchanged."""
    folder.mkdir(parents=True)
    shutil.copytree(sample.parent / "docs", folder / "docs", copy_function=os.link)
    shutil.copytree(sample, folder / INDEX)
    return folder / INDEX


def data_of(index: Path) -> Path:
    """The data folder of a whole index."""
    value = json.loads((index / "index.json").read_bytes())
    return index / str(value["data"])


def documents_of(found: Any) -> list[Any]:
    """What was found of the answers, without scores: deleted documents weigh on those of the stock engine."""
    return [(one[0], one[1], sorted(hit[0] for hit in one[3])) for one in found if len(one) == 4]


def seen(paths: Iterable[Path]) -> dict[str, object]:
    """What stands at some paths and below them: kinds, modes, times, targets of links, bytes."""
    found: dict[str, object] = {}
    for top in paths:
        for path in (top, *sorted(top.rglob("*"))) if top.is_dir() and not top.is_symlink() else (top,):
            status = path.lstat()
            value: object = ""
            if stat.S_ISREG(status.st_mode):
                value = hashlib.sha256(path.read_bytes()).hexdigest()
            elif stat.S_ISLNK(status.st_mode):
                value = path.readlink()
            when = status.st_mtime_ns if not stat.S_ISDIR(status.st_mode) else 0
            found[str(path)] = (status.st_mode, when, value)
    return found


_LIKE_OURS: Final = ("big-film.mkv.part", "mine.col", "notes.json.part", "letters.toc", "my index.json.bak")


def lay_sentinels(folder: Path, index: Path) -> list[Path]:
    """Put files of a person's own around and into an index, with names like ours; return their paths."""
    data = index / "data-1"
    places: list[Path] = []
    for where in (folder, folder / "docs", index, data):
        if not where.is_dir():
            continue
        places += [where / name for name in _LIKE_OURS]
    places += [
        folder / "index.json", folder / "manifest.sqlite", folder / "columns.toc", folder / "coverage.json",
        folder / "data-7" / "letter.txt", folder / "data-1" / "1-1-1.col", index / "data-7" / "letter.txt",
        index / "data-film" / "reel.part", index / "README.md", index / ".mine", folder / "seal.json",
    ]  # fmt: skip
    laid = []
    for path in places:
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"of the user: {path.name}\n", encoding="utf-8")
            laid.append(path)
    return laid
