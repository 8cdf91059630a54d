"""Whatever the system refuses, and what nobody expects, is told in one line."""

from __future__ import annotations

import errno
import pickle
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from coopsearch.indexer import sync
from coopsearch.indexer.sandbox.host import Limits
from coopsearch.indexer.workers.processes import Workers
from coopsearch.search import CoopsearchError, IndexUnwritable
from coopsearch.search.cli import failures
from tests.conftest import Run
from tests.trust.conftest import Ledger, Scale
from tests.trust.crashes.signalled import Start, wrong_after

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
