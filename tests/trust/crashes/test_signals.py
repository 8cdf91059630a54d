"""A signal ends a command in good order at whatever moment it comes, and so does whatever else fails."""

from __future__ import annotations

import errno
import json
import os
import pickle
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from coopsearch.indexer import Interrupted, sync
from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.sandbox.host import Isolation, Limits
from coopsearch.indexer.workers.processes import Workers
from coopsearch.search import CoopsearchError, IndexUnwritable, open_index
from coopsearch.search.cli import failures
from tests.conftest import Run
from tests.trust.conftest import Ledger, Scale

HOW: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FILES: Final = 120
RECORDS: Final = 3_000
#: Files that are executed before the command can know of signals, a millisecond or two.
EARLY: Final = ("search/__init__.py", "cli/__main__.py", "cli/start.py", "cli/signals.py")


class Ended(NamedTuple):
    """How a command ended that got a signal."""

    code: int
    out: str
    err: str
    seconds: float
    """From the signal to the end."""

    @property
    def fault(self) -> str:
        """What of the command's own is shown that should not be; "" if nothing is.

        The interpreter tells of a signal itself while it starts, before it has read a line of ours.
        """
        ours = [line for line in self.err.splitlines() if "coopsearch/" in line and "File " in line]
        if "Traceback" in self.err or "Exception ignored" in self.err:
            return self.err if any(not any(one in line for one in EARLY) for line in ours) else ""
        return ""

    @property
    def is_early(self) -> bool:
        """Whether the interpreter was not ready yet."""
        return self.code < 0 or ("Traceback" in self.err and not self.fault)


class Start(NamedTuple):
    """Starts the command."""

    command: Sequence[str]
    env: dict[str, str]
    cwd: Path

    def __call__(self, *arguments: str) -> subprocess.Popen[str]:
        """Start it, in a group of its own, as a terminal does."""
        return subprocess.Popen(
            [*self.command, *arguments],
            cwd=self.cwd,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            process_group=0,
        )

    def signalled(
        self,
        how: signal.Signals,
        seconds: float,
        *arguments: str,
        group: bool = True,
        until: Path | None = None,
    ) -> Ended:
        """Run it and send it a signal after some time, or so long after a file is there."""
        with self(*arguments) as process:
            while until is not None and not until.exists() and process.poll() is None:
                time.sleep(0.002)
            time.sleep(seconds)
            sent = time.monotonic()
            if process.poll() is None:
                (os.killpg if group else os.kill)(process.pid, how)
            out, err = process.communicate(timeout=60)
            return Ended(process.returncode, out, err, time.monotonic() - sent)


@pytest.fixture
def start(command: Sequence[str], clean_env: dict[str, str], tmp_path: Path) -> Start:
    """How to start the command in an empty folder."""
    return Start(command, clean_env, tmp_path)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Small files and a file of records, each with a word of its own."""
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number}.txt").write_text(f"zander file{number} perch", encoding="utf-8")
    lines = [json.dumps({"_id": f"r{number}", "text": f"zander record{number}"}) for number in range(RECORDS)]
    (folder / "records.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def wrong_after(docs: Path, index: Path) -> list[str]:
    """Say what is wrong with an index after the next run: each document is to be there once."""
    wrong = []
    if (index / "lock.json").exists():
        wrong.append("lock.json is left")
    report = sync([docs], index)
    if report.documents != FILES + RECORDS or report.failed:
        wrong.append(f"{report.documents} documents")
    if left := [path.name for path in index.iterdir() if path.name.startswith("lock")]:
        wrong.append(f"left: {left}")
    with open_index(index) as opened:
        found = [hit.path for hit in opened.search("zander", limit=FILES + RECORDS + 10)]
    if len(found) != FILES + RECORDS or len(set(found)) != len(found):
        wrong.append(f"{len(found)} found, {len(set(found))} distinct")
    return wrong


def test_first_moments(ledger: Ledger, scale: Scale, start: Start, docs: Path) -> None:
    """Ctrl-C while a command starts, works or ends gives no traceback; the exit code says what happened."""
    sync([docs], start.cwd / "index_data")
    steps = scale(5, 80)
    tried = wrong = early = 0
    told = []
    for arguments in (["zander", "-n1"], ["--help"], ["index", "-q"]):
        began = time.monotonic()
        with start(*arguments) as process:
            whole = process.communicate()
        assert process.returncode == 0, whole
        seconds = time.monotonic() - began
        for step in range(steps):
            for how in HOW[: scale(1, 3)]:
                ended = start.signalled(how, seconds * 1.1 * (step + 1) / steps, *arguments)
                tried += 1
                early += ended.is_early
                right = ended.code == 128 + how or (ended.code == 0 and ended.out == whole[0])
                if ended.fault or not (right or ended.is_early or arguments[0] == "index"):
                    wrong += 1
                    told.append((arguments, step, ended))
    assert not (start.cwd / "index_data" / "lock.json").exists()
    note = f"{early} of them before the interpreter had read a line of ours"
    ledger("killed", "Ctrl-C in the first moments", tried=tried, wrong=wrong, note=note)
    assert told == []
    assert early < tried


@pytest.mark.parametrize("workers", ["1", "2"])
def test_any_moment_of_a_run(ledger: Ledger, scale: Scale, start: Start, docs: Path, workers: str) -> None:
    """A signal at any moment of a run gives its exit code and no traceback, and the next run is whole."""
    index = start.cwd / "index"
    arguments = ["index", "-q", "docs", "--index", "index", "--workers", workers]
    began = time.monotonic()
    with start(*arguments) as process:
        process.communicate()
    seconds = time.monotonic() - began
    dice = random.Random(int(workers))
    wrong: list[object] = []
    lost = 0
    tries = scale(4, 60)
    for number in range(tries):
        _remove(index)
        how = (*HOW, signal.SIGKILL)[number % 4]
        ended = start.signalled(
            how, dice.uniform(0.2, 1.0) * seconds, *arguments, group=how != signal.SIGKILL
        )
        right = {-9, 0} if how == signal.SIGKILL else {128 + how, 0}
        if ended.fault or (ended.code not in right and not ended.is_early):
            wrong.append((how, ended))
        if how == signal.SIGKILL:
            (index / "lock.json").unlink(missing_ok=True)
        if index.exists() and (after := wrong_after(docs, index)):
            lost += 1
            wrong.append((how, after))
    ledger(
        "killed", f"signals at random moments, {workers} workers", tried=tries, wrong=len(wrong), lost=lost
    )
    assert wrong == []


def _remove(folder: Path) -> None:
    subprocess.run(["rm", "-rf", str(folder)], check=True)


@pytest.mark.parametrize(("how", "lines"), [(signal.SIGINT, 2), (signal.SIGTERM, 1), (signal.SIGHUP, 1)])
def test_what_is_told(
    ledger: Ledger, scale: Scale, start: Start, docs: Path, how: signal.Signals, lines: int
) -> None:
    """A run that is under way says that it ends and what became of it, and keeps what it read."""
    big = docs / "big.jsonl"
    with big.open("w", encoding="utf-8") as stream:
        for number in range(scale(30_000, 900_000)):
            stream.write(json.dumps({"_id": f"b{number}", "text": f"perch {number} " * 20}) + "\n")
    index = start.cwd / "index"
    arguments = ("index", "-q", "docs", "--index", "index", "--workers", "2")
    ended = start.signalled(how, 0.7, *arguments, until=index / "index.json")
    note = f"{ended.seconds:.1f} s to keep what was read of {big.stat().st_size / 1e6:.0f} MB"
    wrong = int(ended.code != 128 + how)
    ledger("large", f"{how.name} in a large file of records", tried=1, wrong=wrong, note=note)
    assert ended.code == 128 + how, ended
    told = ended.err.splitlines()
    assert len(told) == lines, told
    assert told[-1].endswith("; what was done is kept")
    assert not (index / "lock.json").exists()
    big.unlink()
    assert wrong_after(docs, index) == []


def test_second_signal(start: Start, docs: Path) -> None:
    """A second signal ends a run at once, and waiting for the lock ends at the first."""
    from coopsearch.indexer.locking.lock import locked

    index = start.cwd / "index"
    index.mkdir()
    with locked(index), start("index", "docs", "--index", "index") as waiting:
        assert waiting.stderr is not None
        assert "waiting for process" in waiting.stderr.readline()
        sent = time.monotonic()
        waiting.send_signal(signal.SIGINT)
        out, err = waiting.communicate(timeout=20)
        assert (waiting.returncode, out) == (130, "")
        assert err == "coopsearch: interrupted; what was done is kept\n"
        assert time.monotonic() - sent < 5
    with start("index", "docs", "--index", "index", "--workers", "2") as twice:
        while not (index / "index.json").exists():
            time.sleep(0.005)
        twice.send_signal(signal.SIGTERM)
        time.sleep(0.01)
        twice.send_signal(signal.SIGTERM)
        _, err = twice.communicate(timeout=20)
    assert twice.returncode == 143
    assert err == "coopsearch: ended by SIGTERM; what was done is kept\n"
    assert wrong_after(docs, index) == []


def test_nohup(start: Start, docs: Path) -> None:
    """A run that `nohup` started goes on when its terminal is gone."""
    del docs
    held = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = start("index", "-q", "docs", "--index", "index")
    finally:
        signal.signal(signal.SIGHUP, held)
    with process:
        while not (start.cwd / "index" / "index.json").exists():
            time.sleep(0.005)
        process.send_signal(signal.SIGHUP)
        assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 0


def _children(pid: int) -> list[int]:
    """Return the processes that a process started, and those that these did."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return [each for child in map(int, told) for each in (child, *_children(child))]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for the children of a process")
def test_workers_end_with_a_killed_run(ledger: Ledger, scale: Scale, start: Start, docs: Path) -> None:
    """When the run is killed its workers are gone in a moment, and nothing was printed."""
    (docs / "slow.pdf").write_bytes(slow_pdf(60_000))
    left, slowest = 0, 0.0
    tries = scale(1, 20)
    for _ in range(tries):
        _remove(start.cwd / "index")
        with start("index", "-q", "docs", "--index", "index", "--workers", "2") as process:
            children: list[int] = []
            until = time.monotonic() + 20
            while len(children) < 3 and process.poll() is None and time.monotonic() < until:
                children = _children(process.pid)
                time.sleep(0.01)
            assert len(children) >= 2
            time.sleep(0.3)
            process.kill()
            began = time.monotonic()
            assert process.communicate(timeout=20) == ("", "")
            while any(_runs(child) for child in children) and time.monotonic() < began + 10:
                time.sleep(0.02)
        slowest = max(slowest, time.monotonic() - began)
        left += sum(map(_runs, children))
    ledger("killed", "workers of a killed run", tried=tries, wrong=left, note=f"gone after {slowest:.1f} s")
    assert left == 0


def _runs(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def slow_pdf(words: int) -> bytes:
    """Return a PDF of one page, which takes seconds."""
    page = "".join(
        f"BT /F1 8 Tf {20 + number * 37 % 500} {20 + number * 13 % 750} Td (word{number}) Tj ET\n"
        for number in range(words)
    ).encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n" % len(page) + page + b"endstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n"
    return out + end + b"%d\n%%%%EOF" % len(out)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_inside_a_slow_page(ledger: Ledger, start: Start, workers: str) -> None:
    """Ctrl-C is answered while the reader of a format is inside a page that takes it long."""
    (start.cwd / "docs").mkdir()
    (start.cwd / "docs" / "slow.pdf").write_bytes(slow_pdf(200_000))
    arguments = ("index", "docs", "--index", "index", "--workers", workers)
    ended = start.signalled(signal.SIGINT, 1.0, *arguments, until=start.cwd / "index" / "index.json")
    note = f"{ended.seconds:.2f} s"
    ledger(
        "large",
        f"Ctrl-C inside a slow page, {workers} workers",
        tried=1,
        wrong=int(ended.code != 130),
        note=note,
    )
    assert (ended.code, ended.out, "Traceback" in ended.err) == (130, "", False), ended
    # It is well under a second where nothing else runs.
    assert ended.seconds < 5


def test_waiting_for_a_reader_can_be_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for the other process is asked now and then, and what that raises ends the process."""
    (tmp_path / "sleeper.py").write_text("import time\ndef sleeps(source):\n    time.sleep(1000)\n    yield")
    monkeypatch.syspath_prepend(str(tmp_path))
    import sleeper  # type: ignore[import-not-found]

    reading = Isolation(Limits())
    asked: list[float] = []

    def waiting() -> None:
        asked.append(time.monotonic())
        if len(asked) == 3:
            raise Interrupted

    with pytest.raises(Interrupted):
        list(reading.read(sleeper.sleeps, Source(tmp_path / "a", "a", "2020-01-01", 10), waiting))
    assert reading._child is None
    assert asked[2] - asked[0] < 5


#: What fails in a worker, and what the run says: the same that it would say of itself.
FAULTS: Final = [
    (OSError(errno.ENOSPC, "No space left on device", "/x/p1.col"), "/x: no space left on device; make room"),
    (OSError(errno.EDQUOT, "Disk quota exceeded"), "disk quota exceeded; make room"),
    (OSError(errno.EROFS, "Read-only file system"), "read-only file system; get the permission"),
    (OSError(errno.EACCES, "Permission denied"), "permission denied; get the permission"),
    (OSError(errno.EMFILE, "Too many open files"), r"too many open files; allow more open files \(`ulimit"),
    (IndexUnwritable("the index cannot be written: as it is"), "the index cannot be written: as it is"),
]


@pytest.mark.parametrize(("error", "words"), FAULTS)
def test_fault_of_a_worker(tmp_path: Path, error: Exception, words: str) -> None:
    """What the system refuses a worker is told as what it is, with its cause and the next step."""
    from coopsearch.indexer.workers.worker import _worker_error

    reported = pickle.loads(pickle.dumps(_worker_error(error)))
    pool = Workers(0, "columns", tmp_path, Limits())
    with pytest.raises(IndexUnwritable, match=words):
        raise pool._error(reported)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_full_disk(start: Start, docs: Path, workers: str) -> None:
    """A limit on the size of files, which stands for a full disk, gives one line that names the cause."""
    del docs
    sync([start.cwd / "docs" / "1.txt"], start.cwd / "index")
    process = subprocess.run(
        [*start.command, "index", "-q", "docs", "--index", "index", "--workers", workers],
        cwd=start.cwd,
        env=start.env,
        capture_output=True,
        encoding="utf-8",
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16_000, 16_000)),
    )
    assert process.returncode == 2, process
    (told,) = process.stderr.splitlines()
    assert "file too large" in told.lower()
    assert "process that reads files" not in told


def test_few_descriptors(ledger: Ledger, scale: Scale, start: Start, docs: Path) -> None:
    """With few descriptors a command works, or says in one line that it may open too few files."""
    sync([docs], start.cwd / "index_data")
    wrong = []
    limits = range(4, 20, scale(4, 1))
    for limit in limits:
        for arguments in (["zander", "-n1"], ["index", "-q", "docs", "--rebuild", "--workers", "2"]):
            code = (
                f"import sys; sys.path[:0] = {sys.path!r}; sys.argv = ['coopsearch', *{arguments!r}]\n"
                "from coopsearch.search.cli.start import main\nmain()"
            )
            done = subprocess.run(
                # Without the interpreter's own additions, of which some fail by themselves with so few.
                [sys.executable, "-S", "-c", code],
                cwd=start.cwd,
                env=start.env,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                check=False,
                preexec_fn=partial(resource.setrlimit, resource.RLIMIT_NOFILE, (limit, limit)),
            )
            lines = done.stderr.splitlines()
            few = "too few files" in done.stderr or "open files" in done.stderr
            if done.returncode and not (done.returncode == 2 and len(lines) == 1 and few):
                wrong.append((limit, arguments, done.stderr))
            if "Traceback" in done.stderr:
                wrong.append((limit, arguments, done.stderr))
    ledger("full", "4 descriptors and more", tried=2 * len(limits), wrong=len(wrong))
    assert wrong == []
    assert wrong_after(docs, start.cwd / "index_data") == []


#: What nobody expects, and how the line begins that tells of it.
UNEXPECTED: Final = [
    ("RecursionError('too deep')", "internal error: RecursionError: too deep; run with COOPSEARCH_DEBUG=1"),
    ("MemoryError()", "the machine has no memory left"),
    ("KeyError('x')", "internal error: KeyError: 'x'; run with"),
    ("ValueError('a\\n\\x1b[2Jb')", "internal error: ValueError: a"),
    ("OSError(24, 'Too many open files')", "this process may open too few files"),
    ("ImportError('libx.so: Too many open files')", "this process may open too few files"),
    ("ImportError('libx.so: wrong format')", "internal error: ImportError"),
    ("AssertionError()", "internal error: AssertionError; run"),
]


@pytest.mark.parametrize(("error", "words"), UNEXPECTED)
def test_unexpected(start: Start, error: str, words: str) -> None:
    """An exception that nobody expects is one line and exit code 2; a traceback comes only when asked for."""
    code = (
        f"import sys; sys.argv = ['coopsearch', 'zander']\nfrom coopsearch.search.indexdir import location\n"
        f"def fails(*arguments, **named): raise {error}\nlocation.index_folder = fails\n"
        "from coopsearch.search.cli.start import main\nmain()"
    )
    for debug in ("", "1"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=start.cwd,
            env={**start.env, failures.VARIABLE: debug},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 2
        *before, told = done.stderr.splitlines()
        assert told.startswith(f"coopsearch: {words}")
        assert "\x1b" not in told
        assert bool(before) is bool(debug)


def test_streams(run: Run, start: Start, docs: Path) -> None:
    """Streams that are closed or full cost their text, never a traceback, and no file is printed into."""
    sync([docs], start.cwd / "index_data")
    script = " ".join(start.command)
    cases: list[tuple[str, set[int]]] = [
        (f"{script} zander -n1 <&- >&- 2>&-", {0}),
        (f"{script} zander -n1 2>&-", {0}),
        (f"{script} zander -n1 2>/dev/full", {0, 2}),
        (f"{script} zander -n1 >/dev/full", {2}),
        (f"{script} index docs <&- >&- 2>&-", {0}),
        (f"{script} index docs --rebuild 2>/dev/full", {0}),
        (f"{script} nothing:there 2>/dev/full", {2}),
    ]
    for line, codes in cases:
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=start.cwd,
            env=start.env,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode in codes, (line, done)
        assert "Traceback" not in done.stderr, line
        assert len(done.stderr.splitlines()) <= 2, (line, done)
    assert run("verify", cwd=start.cwd).code == 0


def test_errors_are_told_by_their_kind() -> None:
    """A descriptor that is missing far behind an exception is its cause; another error is none."""
    assert failures.is_few_files(_chain(OSError(errno.EMFILE, "x"), CoopsearchError("damaged")))
    assert not failures.is_few_files(_chain(OSError(errno.ENOENT, "x"), CoopsearchError("damaged")))
    assert failures.line(OSError(errno.ENOSPC, "No space left", "f")) == "f: No space left"


def _chain(*errors: Exception) -> Exception:
    last: Exception | None = None
    for error in errors:
        error.__context__ = last
        last = error
    assert last is not None
    return last
