"""Runs in a process of their own, beside one that answers: the index is brought up to date, or followed.

So questions wait neither for what is read nor for the interpreter's lock, and what breaks there breaks there
alone. Does not depend on the terminal.
"""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from coopsearch.indexer.children import Child, ChildEnded, Parent, begin
from coopsearch.indexer.report import Interrupted, Progress, Report
from coopsearch.search.errors import CoopsearchError

#: Seconds after which a run that was asked to end between two documents is ended as it stands.
_MERCY: Final = 10.0
_STEP: Final = 0.05
#: Seconds between two words of progress.
_EVERY: Final = 0.1


def index_beside(
    folder: Path,
    *,
    wait: float,
    stop: threading.Event,
    progress: Callable[[Progress], object] = lambda progress: None,
    notice: Callable[[str], object] = lambda message: None,
) -> Report | None:
    """Bring an index up to date with its sources; return the report, None where ``stop`` ended it before.

    ``wait`` is how many seconds it waits for another that writes. Raises CoopsearchError with what ``sync``
    has to say.
    """
    found: list[Report] = []
    _run((folder, False, wait), stop, {"report": found.append, "progress": progress, "notice": notice})
    return found[0] if found else None


def follow_beside(
    folder: Path,
    *,
    stop: threading.Event,
    done: Callable[[Report], object] = lambda report: None,
    notice: Callable[[str], object] = lambda message: None,
) -> None:
    """Keep an index in step with its sources until ``stop`` is set, as ``watch`` does.

    Raises CoopsearchError with what that has to say, or where the process ended by itself.
    """
    _run((folder, True, 0.0), stop, {"report": done, "notice": notice})


def _run(
    order: tuple[Path, bool, float], stop: threading.Event, heed: dict[str, Callable[[Any], object]]
) -> None:
    child = Child(__name__)
    try:
        with _stopping(child, stop):
            child.send(order)
            while True:
                kind, value = pickle.loads(child.receive())  # noqa: S301 - from a process that this one started
                if kind == "end":
                    return
                if kind == "error":
                    raise CoopsearchError(value)
                heed.get(kind, lambda value: None)(value)
    except ChildEnded:
        if not stop.is_set():
            raise CoopsearchError(
                f"the process that indexes {order[0]} ended early ({child.exit()}); what it wrote is kept"
            ) from None
    finally:
        child.end()


@contextmanager
def _stopping(child: Child, stop: threading.Event) -> Iterator[None]:
    """Have a process end between two documents when ``stop`` is set, and at once if it does not."""
    over = threading.Event()

    def wait() -> None:
        while not over.wait(_STEP):
            if not stop.is_set():
                continue
            try:
                child.send("stop")
            except ChildEnded:
                return
            if not over.wait(_MERCY):
                child.kill()
            return

    waiting = threading.Thread(target=wait, name="stop", daemon=True)
    waiting.start()
    try:
        yield
    finally:
        over.set()
        waiting.join()


def main(parent: int) -> None:
    """Do one run for the process that started this one, or follow, until that says so or is gone."""
    host = begin(parent)
    folder, follows, wait = host.receive()
    stop = threading.Event()
    threading.Thread(target=_heed, args=(host, stop), daemon=True).start()
    try:
        try:
            _work(host, folder, stop, wait=None if follows else wait)
            host.send(("end", ""))
        except Interrupted:
            host.send(("end", ""))
        except CoopsearchError as error:
            host.send(("error", str(error)))
        except Exception as error:  # noqa: BLE001 - whoever waits is told, whatever fails
            host.send(("error", f"indexing failed: {type(error).__name__}: {error}"))
    finally:
        # The thread that waits for orders holds the input, which the end of the interpreter would wait for.
        os._exit(0)


def _work(host: Parent, folder: Path, stop: threading.Event, *, wait: float | None) -> None:
    # Imported here: the process that starts this one needs none of it.
    from coopsearch.indexer.pipeline import sync
    from coopsearch.indexer.watching import watch

    def notice(message: str) -> None:
        host.send(("notice", message))

    if wait is None:
        watch((), folder, stop=stop, done=lambda report: host.send(("report", report)), notice=notice)
        return
    told = 0.0

    def progress(one: Progress) -> None:
        nonlocal told
        if stop.is_set():
            raise Interrupted
        if time.monotonic() - told >= _EVERY:
            told = time.monotonic()
            host.send(("progress", one))

    host.send(("report", sync((), folder, wait=wait, progress=progress, notice=notice)))


def _heed(host: Parent, stop: threading.Event) -> None:
    with suppress(EOFError, OSError):
        host.receive()
    stop.set()
