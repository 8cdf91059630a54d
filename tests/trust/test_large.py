"""Large and many: what that takes is written down, Ctrl-C is answered in a second, the index is whole then.

The usual forms are small; with --long it is 200,000 tiny files, a gigabyte of records, a mailbox of 300 MB
and two minutes of changes under `coopsearch watch`.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from coopsearch.indexer import check, compare
from coopsearch.search import open_index
from tests.trust.conftest import Ledger, Scale

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="asks Linux for memory")

MB: Final = 1_000_000
#: Most megabytes that a run and all its processes may take at any size.
MEMORY: Final = 2_500
#: Seconds in which Ctrl-C is answered, and in which what was read must be kept after it.
ANSWERED: Final = 1.0
KEPT: Final = 30.0


class Run:
    """A command at work: how long it takes, and how much memory it and its processes take together."""

    def __init__(self, command: Sequence[str], project: Path, *arguments: str) -> None:
        """Start it."""
        self._began = time.monotonic()
        self.process = subprocess.Popen(
            [*command, *arguments, "--index", "index_data"],
            cwd=project,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self.seconds = self.memory = 0.0
        self.said: list[tuple[float, str]] = []
        """Lines of its standard error, with the time at which each came."""
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._listener.start()
        self._watcher.start()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append((time.monotonic(), line))

    def _watch(self) -> None:
        while self.process.poll() is None:
            self.memory = max(self.memory, sum(map(_memory, _family(self.process.pid))) / MB)
            time.sleep(0.1)

    def wait(self, timeout: float) -> int:
        """Wait for its end; return its exit code."""
        assert self.process.stdout is not None
        self.out = self.process.stdout.read()
        code = self.process.wait(timeout)
        self.seconds = time.monotonic() - self._began
        self._listener.join()
        self._watcher.join()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
        return code

    def interrupt(self) -> tuple[float, float, int]:
        """Press Ctrl-C; return the seconds until it is answered and until the end, and the exit code."""
        pressed = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        code = self.wait(KEPT * 10)
        ended = time.monotonic()
        told = [when for when, line in self.said if "stopping" in line]
        return min([*told, ended]) - pressed, ended - pressed, code


def _family(process: int) -> Iterator[int]:
    """Yield a process and all that it started."""
    yield process
    try:
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                yield from _family(int(child))
    except OSError:
        return


def _memory(process: int) -> int:
    """Return the bytes of a process; what several share counts once among them."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)


def patience(seconds: float) -> float:
    """Return a bound of seconds that is wider where more wants to run than there are processors."""
    return seconds * max(1.0, 2 * os.getloadavg()[0] / (os.cpu_count() or 1))


def sentences() -> Callable[[], str]:
    """Return what makes text: sentences of a vocabulary that grows slowly, as that of people does."""
    chance = random.Random(7)
    syllables = [first + vowel for first in "bdfgklmnprstvz" for vowel in "aeiou"]
    words = ["".join(chance.choices(syllables, k=chance.randrange(2, 5))) for _ in range(30_000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    pool = [" ".join(chance.choices(words, weights, k=14)) for _ in range(4_000)]
    return lambda: ". ".join(chance.choices(pool, k=6))


def tiny(docs: Path, files: int) -> int:
    """Write so many small files into folders of a thousand; return how many documents they are."""
    text = sentences()
    for number in range(files):
        folder = docs / f"{number // 1000:03}"
        if not number % 1000:
            folder.mkdir()
        (folder / f"{number % 1000:03}.txt").write_text(f"zander {number} {text()[:150]}", encoding="utf-8")
    return files


def records(docs: Path, size: int) -> int:
    """Write one file of so many megabytes of records; return how many they are."""
    text = sentences()
    written = number = 0
    with (docs / "records.jsonl").open("w", encoding="utf-8") as stream:
        while written < size * MB:
            written += stream.write(json.dumps({"_id": f"r{number}", "text": f"zander {text()}"}) + "\n")
            number += 1
    return number


def mailbox(docs: Path, size: int) -> int:
    """Write one mailbox of so many megabytes; return how many mails it has."""
    text = sentences()
    written = number = 0
    with (docs / "mails.mbox").open("w", encoding="utf-8") as stream:
        while written < size * MB:
            body = "\n\n".join(text() for _ in range(4))
            written += stream.write(
                f"From a@b.example Thu Jan  1 00:00:00 2026\nFrom: a{number}@b.example\n"
                f"Message-ID: <{number}@b.example>\nSubject: zander {number}\n\n{body}\n\n"
            )
            number += 1
    return number


KINDS: Final[dict[str, tuple[Callable[[Path, int], int], int, int, str]]] = {
    "tiny files": (tiny, 2_000, 200_000, "files"),
    "one file of records": (records, 8, 1_000, "MB"),
    "one mailbox": (mailbox, 3, 300, "MB"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_large(kind: str, tmp_path: Path, command: Sequence[str], ledger: Ledger, scale: Scale) -> None:
    """A large source takes bounded memory; Ctrl-C is answered amid it, and the next run completes it."""
    make, usual, long, unit = KINDS[kind]
    size = scale(usual, long)
    (tmp_path / "docs").mkdir()
    documents = make(tmp_path / "docs", size)
    first = Run(command, tmp_path, "index", "docs")
    while not (tmp_path / "index_data" / "index.json").exists() and first.process.poll() is None:
        time.sleep(0.01)
    time.sleep(scale(1, 20) * 0.5)
    answered, kept, code = first.interrupt()
    second = Run(command, tmp_path, "index", "docs")
    last = second.wait(7_200)
    damages = check(tmp_path / "index_data").damages
    compared = compare(tmp_path / "index_data")
    with open_index(tmp_path / "index_data") as index:
        found = index.search("zander", limit=0).total
    memory = max(first.memory, second.memory)
    late = answered > patience(ANSWERED) or kept > patience(KEPT)
    ledger(
        "large",
        f"{kind}: {size:,} {unit}",
        tried=documents,
        wrong=len(damages) + compared.faults + late + (memory > MEMORY) + bool(last),
        lost=documents - found,
        note=f"{second.seconds:.1f} s and {memory:,.0f} MB at most; Ctrl-C answered in {answered:.2f} s, "
        f"what was read kept in {kept:.2f} s" + (", when all was done" if code == 0 else ""),
    )
    assert code in {0, 130}, first.said
    assert not late, (answered, kept)
    assert last == 0, second.said
    assert (damages, dict(compared.counts)) == ((), {})
    assert compared.documents == found == documents
    assert memory < MEMORY


def test_churn(tmp_path: Path, command: Sequence[str], ledger: Ledger, scale: Scale) -> None:
    """Files that change all the time under `coopsearch watch` are found as they are at last."""
    seconds = scale(6, 120)
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "first.txt").write_text("zander", encoding="utf-8")
    chance = random.Random(3)
    changes = 0
    with watching(command, tmp_path) as watch:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            path = docs / f"{chance.randrange(300)}.txt"
            if chance.random() < 0.25:
                path.unlink(missing_ok=True)
            elif chance.random() < 0.1 and path.exists():
                path.replace(docs / f"{chance.randrange(300)}.txt")
            else:
                path.write_text(
                    f"zander change{changes} {'perch ' * chance.randrange(2_000)}", encoding="utf-8"
                )
            changes += 1
            time.sleep(0.01)
        wanted = len(list(docs.iterdir()))
        came = settled(tmp_path / "index_data", patience(20.0))
        assert watch.process.poll() is None
        _, ended, code = watch.interrupt()
    compared = compare(tmp_path / "index_data")
    late = ended > patience(ANSWERED)
    ledger(
        "large",
        f"{seconds} s of changes under watch",
        tried=changes,
        wrong=compared.faults + late + (watch.memory > MEMORY) + bool(code),
        lost=sum(compared.counts.values()),
        note=f"{watch.memory:,.0f} MB at most; all there {came:.1f} s after the last change; Ctrl-C answered "
        f"in {ended:.2f} s",
    )
    assert (compared.files + compared.copies, dict(compared.counts)) == (wanted, {})
    assert (code, late) == (0, False), (ended, watch.said)
    assert check(tmp_path / "index_data").damages == ()
    assert watch.memory < MEMORY


@contextmanager
def watching(command: Sequence[str], project: Path) -> Iterator[Run]:
    """Follow the folder, and end that whatever comes."""
    run = Run(command, project, "watch", "docs", "-q")
    try:
        while not (project / "index_data" / "index.json").exists() and run.process.poll() is None:
            time.sleep(0.05)
        yield run
    finally:
        run.process.kill()


def settled(index: Path, patience: float) -> float:
    """Return the seconds until an index is as its sources are."""
    began = time.monotonic()
    compared: Any = None
    while time.monotonic() < began + patience:
        compared = compare(index)
        if not compared.counts:
            break
        time.sleep(0.2)
    return time.monotonic() - began
