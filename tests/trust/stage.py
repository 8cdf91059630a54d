"""A process that has everything imported and plays each trial in a fork of itself: many commands a second.

Reads a line of JSON for each trial and answers with one. A trial is some steps, played one after the other;
a step is a command line, or one of the faces below. What a trial does to its process, the next one does not
see. ``trials.py`` has the other end, which says what is tried.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final

import typer.main

from coopsearch import indexer, search
from coopsearch.indexer import status
from coopsearch.search.cli import app, command_line
from coopsearch.search.engines.columns.codec import codec
from coopsearch.search.engines.columns.codec import searcher as codec_searcher  # noqa: F401 - imported before the forks
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.indexdir.meta import read_meta
from tests.trust.crashes import injecting

QUERIES: Final = (
    "alpha", '"smuggling routes"', "word3", "numb*", "lang:en", "refugies", "type:csv", "path:a7", "NOT beta",
    "alpha AND changed", "title:report", "/wor.*/", "alpha~", "date:2000..2030",
)  # fmt: skip
#: Bytes of address space: a trial that wants more has no bound at all.
ROOM: Final = 6 << 30
TAIL: Final = 4_000


def answers(folder: Path) -> Any:
    """All that a few questions show."""
    with search.open_index(folder) as opened:
        found: list[Any] = []
        if not opened.documents:
            # A first build that was ended: there is nothing to ask for.
            return {"found": [["", 0]], "coverage": False, "warning": ""}
        for query in QUERIES:
            results = opened.search(query, limit=50)
            hits = sorted(
                (hit.path, round(hit.score, 3), str(hit.snippet), sorted(map(str, hit.also)))
                for hit in results
            )
            found.append([query, results.total, results.documents, hits])
        many = opened.search("alpha", sort="newest", facets=["lang", "year", "folder", "type"])
        found.append(repr(many.facets))
        found.append(list(opened.languages))
        near = opened.similar(folder.parent / "docs" / "a7.txt")
        found.append(sorted((hit.path, round(hit.score, 3)) for hit in near))
        docs = folder.parent / "docs"
        found += [[str(one) for one in opened.document(docs / name)] for name in ("a7.txt", "c.csv")]
        with_coverage = opened.search("alpha")
        return {
            # The same wherever a copy of the index lies.
            "found": json.loads(json.dumps(found).replace(str(folder.parent), "")),
            "coverage": with_coverage.coverage is not None,
            "warning": str(getattr(with_coverage, "warning", "") or ""),
        }


def through_codec(folder: Path) -> Any:
    """Ask through Whoosh's interface."""
    from whoosh.query import Term

    with codec.open_index(folder / read_meta(folder).data).searcher() as searcher:
        hits = searcher.search(Term("words", "alpha"), limit=20)
        return [len(hits), sorted(hit["path"] for hit in hits)]


def added(folder: Path) -> Any:
    """Change documents that a script added, in one transaction: one of each kind of change."""
    with indexer.open_writer(folder) as writer:
        writer.put("a", "alpha of the second version", fields={"version": 2})
        writer.delete("b")
        writer.add("d", "alpha, les réfugiés sont arrivés", fields={"version": 2})
    return "done"


FACES: Final[dict[str, Callable[[Path], Any]]] = {
    "answers": answers,
    "check": lambda folder: {"files": indexer.check(folder).files, "damages": indexer.check(folder).damages},
    "status": lambda folder: bool(status(folder)),
    "codec": through_codec,
    "sync": lambda folder: str(indexer.sync([], folder, workers=1)),
    "added": added,
    "rebuild": lambda folder: str(indexer.sync([], folder, rebuild=True, workers=1)),
}


def play(step: list[str]) -> dict[str, Any]:
    """Play one step: ["face", name, folder], or the words of a command line."""
    if step[0] == "face":
        try:
            return {"value": FACES[step[1]](Path(step[2]))}
        except Exception as error:  # noqa: BLE001 - which one it is, is what is asked
            return {
                "error": type(error).__name__,
                "ours": isinstance(error, CoopsearchError),
                "message": str(error)[:TAIL],
                "trace": "" if isinstance(error, CoopsearchError) else traceback.format_exc()[-TAIL:],
            }
    sys.argv = ["coopsearch", *step]
    code: object = 0
    with _captured(1) as out, _captured(2) as err:
        try:
            command_line.main()
        except SystemExit as exit_:
            code = exit_.code
        except BaseException:  # noqa: BLE001 - a traceback, as the interpreter would print it
            traceback.print_exc()
            code = 70
        sys.stdout.flush()
        sys.stderr.flush()
    return {"code": code or 0, "out": out(), "err": err()}


@contextlib.contextmanager
def _captured(number: int) -> Any:
    """Take what is written to a standard stream."""
    with tempfile.TemporaryFile() as file:
        kept = os.dup(number)
        os.dup2(file.fileno(), number)
        name = "stdout" if number == 1 else "stderr"
        before = getattr(sys, name)
        setattr(sys, name, io.TextIOWrapper(os.fdopen(os.dup(number), "wb", 0), "utf-8", write_through=True))
        text: list[str] = []
        try:
            yield lambda: "".join(text)
        finally:
            with contextlib.suppress(OSError, ValueError):
                getattr(sys, name).close()
            setattr(sys, name, before)
            os.dup2(kept, number)
            os.close(kept)
            file.seek(0)
            text.append(file.read()[-TAIL:].decode("utf-8", "replace"))


def run(trial: dict[str, Any], answer: IO[bytes]) -> None:
    """Be the fork: play a trial and write down what came of it."""
    os.setsid()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    os.chdir(trial["cwd"])
    os.environ.update(trial.get("env", {}))
    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
    if uid := trial.get("uid"):
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    if files := trial.get("files"):
        used = max(int(path.name) for path in Path("/proc/self/fd").iterdir())
        resource.setrlimit(resource.RLIMIT_NOFILE, (used + files, used + files))
    fault = injecting.inject(**trial["fault"]) if "fault" in trial else None
    signal.setitimer(signal.ITIMER_REAL, trial["timeout"])
    steps = [play(step) for step in trial["steps"]]
    signal.setitimer(signal.ITIMER_REAL, 0)
    if fault is not None:
        fault.stop()
    answer.write(json.dumps({"steps": steps, "calls": fault.calls if fault else []}).encode())
    answer.flush()


def fork(trial: dict[str, Any]) -> dict[str, Any]:
    """Have a trial played, and say what it took."""
    with tempfile.TemporaryFile() as file:
        began = time.monotonic()
        pid = os.fork()
        if not pid:
            code = 71
            try:
                run(trial, file)
                code = 0
            except BaseException:  # noqa: BLE001 - of the stage itself
                traceback.print_exc()
            finally:
                os._exit(code)
        _, status, usage = os.wait4(pid, 0)
        seconds = time.monotonic() - began
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        file.seek(0)
        data = file.read()
    ended = os.waitstatus_to_exitcode(status)
    value = json.loads(data) if data and ended == 0 else {"steps": [], "calls": []}
    return {**value, "ended": ended, "seconds": seconds, "megabytes": usage.ru_maxrss / 1024}


def warm() -> None:
    """Import what the commands import, by using them once."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "docs").mkdir()
        for text in ("a7.txt", "c.csv"):
            (folder / "docs" / text).write_text("alpha, beta\nréfugiés, word3\n", encoding="utf-8")
        os.chdir(folder)
        for engine in ("whoosh", "columns"):
            indexer.sync([folder / "docs"], folder / engine, engine=engine, workers=1)
            steps = [
                ["alpha", "--index", engine], ["status", "--index", engine], ["verify", "--index", engine],
                ["show", "docs/a7.txt", "--index", engine], ["similar", "docs/a7.txt", "--index", engine],
                ["index", "--index", engine], ["index", "--rebuild", "--index", engine],
            ]  # fmt: skip
            for step in steps:
                done = play(step)
                assert done["code"] in {0, 1}, done
            with indexer.open_writer(folder / engine) as writer:
                writer.add("b", "alpha")
            for face in FACES:
                play(["face", face, str(folder / engine)])
        os.chdir("/")


def main() -> None:
    """Answer until the input ends."""
    warm()
    # All commands are imported by now: what typer makes of them is made once, not in each fork anew.
    typer.main.get_command = functools.cache(typer.main.get_command)
    typer.main.get_command(app.app)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    out.write("ready\n")
    out.flush()
    for line in sys.stdin:
        out.write(json.dumps(fork(json.loads(line))) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
