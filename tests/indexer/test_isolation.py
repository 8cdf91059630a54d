"""Risky formats are read in a process that may die, hang, swell or lie without harm to the run."""

from __future__ import annotations

import importlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.problem import Problem
from coopsearch.indexer.sandbox import child as isolated
from coopsearch.indexer.sandbox.host import Isolation, Limits, parse_limits
from coopsearch.search.errors import ExtractionError, FileState, SettingsError
from coopsearch.search.model import Document
from tests.conftest import Run
from tests.extract.pdf.pdf_files import lines, pdf

EVIL = """
import os, signal, socket, subprocess, sys, time
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document, Passage

def document(source, text="fine"):
    return Document(source.address, source.address, "t", text, (Passage(0, len(text)),), "pdf")

def fine(source):
    print("a library speaks")
    yield document(source)
    yield Problem(source.address, "half of it")

def dies(source):
    yield document(source)
    os.kill(os.getpid(), signal.SIGKILL)

def leaves(source):
    os._exit(3)
    yield

def spends(source):
    os._exit(86)
    yield

def hangs(source):
    yield document(source)
    time.sleep(1000)

def loops(source):
    while True:
        pass
    yield

def dawdles(source):
    time.sleep(3)
    yield document(source)

def swells(source):
    held = []
    while True:
        held.append(bytearray(50_000_000))
    yield

def floods(source):
    while True:
        yield document(source, "x" * 1_000_000)

def raises(source):
    yield document(source)
    raise ValueError("a fault of a library")

def refuses(source):
    raise ExtractionError("encrypted: it opens with a password only", "encrypted")
    yield

def misses(source):
    open("/nowhere/at/all", "rb")
    yield

def connects(source):
    socket.create_connection(("127.0.0.1", 9), timeout=1)
    yield

def resolves(source):
    socket.getaddrinfo("example.org", 80)
    yield

def runs(source):
    subprocess.run(["true"])
    yield

def writes(source):
    open(source.path.with_name("written"), "w")
    yield

def writes_low(source):
    number = os.open(source.path.with_name("written"), os.O_WRONLY | os.O_CREAT)
    os.write(number, b"x")
    yield

def removes(source):
    os.remove(source.path)
    yield

def renames(source):
    os.rename(source.path, source.path.with_name("written"))
    yield

def raises_the_limit(source):
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    number = os.open(source.path.with_name("written"), os.O_WRONLY | os.O_CREAT)
    os.write(number, b"x")
    yield

class Evil:
    def __reduce__(self):
        return (os.system, ("touch evil",))

def lies(source):
    yield Evil()

def babbles(source):
    yield 7
"""


@pytest.fixture
def evil(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A module of extractors that do what none should."""
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "evil_extractors.py").write_text(EVIL, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "modules"))
    yield importlib.import_module("evil_extractors")
    sys.modules.pop("evil_extractors", None)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A source, which is not looked at."""
    return Source(tmp_path / "a.pdf", "a.pdf", "2020-01-01")


@pytest.fixture
def isolation() -> Iterator[Callable[..., Isolation]]:
    """Makes isolations with limits of their own."""
    made = []

    def make(**limits: Any) -> Isolation:
        made.append(Isolation(Limits(**limits)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_good(isolation: Callable[..., Isolation], evil: Any, source: Source) -> None:
    """Documents and problems come as they are, from one process for all files."""
    reader = isolation()
    for _ in range(3):
        one, other = list(reader.read(evil.fine, source))
        assert isinstance(one, Document)
        assert one.text == "fine"
        assert other == Problem("a.pdf", "half of it")
    assert reader._child is not None
    assert reader._child.files == 3


FAULTS = [
    ("dies", {}, "its reader died (SIGKILL)"),
    ("spends", {}, "took more than 60 s of processor time"),
    ("leaves", {}, "its reader ended (exit status 3)"),
    ("hangs", {"seconds": 1.0}, "took longer than 1 s and was stopped"),
    ("loops", {"cpu": 1}, "more than 1 s of processor time"),
    ("loops", {"seconds": 1.0}, "took longer than 1 s"),
    ("swells", {"memory": 512 * 1024**2}, "more memory than it may have"),
    ("floods", {"output": 5 * 1024**2}, "over 5 MiB"),
    ("raises", {}, "ValueError: a fault of a library"),
    ("refuses", {}, "encrypted: it opens with a password only"),
    ("connects", {}, "no document may have"),
    ("resolves", {}, "no document may have"),
    ("runs", {}, "no document may have"),
    ("lies", {}, "is not a document"),
    ("babbles", {}, "is not a document"),
]


@pytest.mark.skipif(os.name == "nt", reason="signals and limits are of POSIX")
@pytest.mark.parametrize(("name", "limits", "reason"), FAULTS)
def test_faults(
    isolation: Callable[..., Isolation],
    evil: Any,
    source: Source,
    name: str,
    limits: dict[str, Any],
    reason: str,
) -> None:
    """Whatever a reader does, its file fails with the reason, and the next file is read."""
    reader = isolation(**limits)
    with pytest.raises(ExtractionError, match=re.escape(reason)):
        list(reader.read(getattr(evil, name), source))
    assert len(list(reader.read(evil.fine, source))) == 2
    assert not Path("evil").exists()


def test_busy_machine(isolation: Callable[..., Isolation], evil: Any, source: Source) -> None:
    """A file that has to wait for the processor is read, however little of its time it may take."""
    (one,) = isolation(cpu=1).read(evil.dawdles, source)
    assert isinstance(one, Document)
    assert one.text == "fine"
    assert Limits().seconds >= 10 * Limits().cpu


def test_no_resource() -> None:
    """A system that cannot limit processor time ends the process all the same, and the host knows why."""
    code = (
        "import sys; sys.modules['resource'] = None\n"
        "from coopsearch.indexer.sandbox.child import Limits, _bound\n"
        "_bound(Limits(cpu=1))\n"
        "while True: pass"
    )
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": path}, check=False, timeout=60
    )
    assert done.returncode == isolated.SPENT


@pytest.mark.parametrize("name", ["writes", "writes_low", "removes", "renames", "raises_the_limit"])
def test_no_files(isolation: Callable[..., Isolation], evil: Any, source: Source, name: str) -> None:
    """A reader leaves no bytes on disk, and every file where it is."""
    source.path.write_bytes(b"text")
    with pytest.raises((ExtractionError, OSError)):
        list(isolation().read(getattr(evil, name), source))
    written = source.path.with_name("written")
    assert not written.exists() or not written.stat().st_size
    assert source.path.exists()


def test_missing(isolation: Callable[..., Isolation], evil: Any, source: Source) -> None:
    """An error of the system comes as one: a file that vanished is not a damaged file."""
    with pytest.raises(FileNotFoundError):
        list(isolation().read(evil.misses, source))


def test_left_early(isolation: Callable[..., Isolation], evil: Any, source: Source) -> None:
    """Who wants no more of a file gets nothing of it with the next."""
    reader = isolation()
    for _ in reader.read(evil.floods, source):
        break
    first, _ = list(reader.read(evil.fine, source))
    assert isinstance(first, Document)
    assert first.text == "fine"


@pytest.mark.skipif(os.name == "nt", reason="processes have no parents there")
def test_orphan(evil: Any, source: Source) -> None:
    """The process ends when the one that started it is gone, even in the middle of a file."""
    reading, writing = os.pipe()
    starter = os.fork()
    if not starter:
        reader = Isolation(Limits())
        for _ in reader.read(evil.hangs, source):
            assert reader._child is not None
            os.write(writing, str(reader._child._process.pid).encode())
            os.kill(os.getpid(), signal.SIGKILL)
    os.close(writing)
    os.waitpid(starter, 0)
    number = int(os.read(reading, 20))
    os.close(reading)
    for _ in range(100):
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{number}/stat").exists() and ") Z " in Path(f"/proc/{number}/stat").read_text():
            return
        time.sleep(0.1)
    pytest.fail("it lives")


def test_parse_limits() -> None:
    """Limits are given by name, memory and output in MiB; what makes no sense is refused with what does."""
    assert parse_limits(()) == isolated.Limits()
    assert parse_limits(("seconds=5", "memory=100")) == Limits(seconds=5, memory=100 * 1024**2)
    # The clock is for what spends nothing: it does not cut short what may take longer.
    assert parse_limits(("cpu=600",)) == Limits(cpu=600, seconds=12_000)
    assert parse_limits(("cpu=2",)) == Limits(cpu=2)
    assert parse_limits(("cpu=600", "seconds=5")) == Limits(cpu=600, seconds=5)
    for wrong in ("speed=1", "seconds", "seconds=", "cpu=0", "cpu=-1", "cpu=1.5", "memory=99999999"):
        with pytest.raises(SettingsError, match="write NAME=NUMBER"):
            parse_limits((wrong,))


def test_command(run: Run, tmp_path: Path) -> None:
    """A PDF over a limit is reported with the limit, the others are indexed, and it is not tried again."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text("smuggling routes", encoding="utf-8")
    (docs / "b.pdf").write_bytes(b"%PDF-1.4 " + b"x" * 200_000)
    done = run("index", "docs", "--index", "ix", "--limit", "memory=1", cwd=tmp_path)
    assert done.code == 2
    assert "too large: docs/b.pdf: needs more memory" in done.err
    assert "Traceback" not in done.err
    assert run("smuggling", "--index", "ix", cwd=tmp_path).code == 0
    wrong = run("index", "docs", "--index", "ix", "--limit", "memory", cwd=tmp_path)
    assert wrong.code == 2
    assert "write NAME=NUMBER" in " ".join(wrong.err.split())


def test_time_by_command(run: Run, tmp_path: Path) -> None:
    """A PDF that takes too much processor time is told with the limit to raise, and is read within that."""
    docs = tmp_path / "docs"
    docs.mkdir()
    words = " ".join(f"word{number}" for number in range(20))
    page = lines(*(f"{number} {words}" for number in range(7_000)), size=1, top=790)
    (docs / "b.pdf").write_bytes(pdf(page))
    done = run("index", "docs", "--index", "ix", "--limit", "cpu=1", cwd=tmp_path)
    assert done.code == 2
    assert "too large: docs/b.pdf: took more than 1 s of processor time" in done.err
    assert "--limit cpu=N" in done.err
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    assert run("word7", "--index", "ix", cwd=tmp_path).code == 0


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("refuses", FileState.ENCRYPTED),
        ("hangs", FileState.TOO_LARGE),
        ("floods", FileState.TOO_LARGE),
        ("dies", FileState.FAILED),
        ("raises", FileState.FAILED),
    ],
)
def test_states(
    isolation: Callable[..., Isolation], evil: Any, source: Source, name: str, state: str
) -> None:
    """What a failure makes of the file comes through the other process; nobody reads it out of the words."""
    reading = isolation(seconds=1, output=2 * 1024**2)
    with pytest.raises(ExtractionError) as caught:
        list(reading.read(getattr(evil, name), source))
    assert caught.value.state == state
