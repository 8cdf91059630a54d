"""The processes of test_crowd.py: one that writes an index, state after state, and those that read it.

Run as `python crowding.py ROLE PROJECT ENGINE SECONDS COMMITS`; each prints a line of JSON at its end. Files
tell how far the others are: READY of each reader, START, WARM after a third of the commits, END.

A state has a number n: in it each of the markers says `staten`, and there are as many churning files as
`churn` says. So whoever reads can tell from an answer which state it is of, and that it is of that one alone.
"""

from __future__ import annotations

import gc
import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

MARKERS: Final = 12
FILLERS: Final = 40
#: Every so many states fillers are added in many commits, and every so many the index is rebuilt.
_MANY: Final = 8
_ANEW: Final = 60
_NUMBER: Final = re.compile(r"state(\d+)")
#: Names of the files that tell how far it is.
READY: Final = "ready"
START: Final = "start"
WARM: Final = "warm"
END: Final = "end"
#: Seconds that no reader may be blocked by a writer.
BLOCKED: Final = 0.05
#: Questions after which a reader has met all that it keeps.
_MET: Final = 10


def churn(state: int) -> int:
    """Return how many files of the churn a state has."""
    return state * 5 % 7


def write(docs: Path, state: int) -> None:
    """Make the sources those of a state."""
    for number in range(MARKERS):
        text = f"marker state{state} m{number}\n\nzander perch {'eel ' * (state % 9)}"
        (docs / f"m{number:02}.txt").write_text(text, encoding="utf-8")
    for number in range(7):
        path = docs / f"c{number}.txt"
        if number < churn(state):
            path.write_text(f"churning c{number} of state{state}x", encoding="utf-8")
        else:
            path.unlink(missing_ok=True)


def writer(project: Path, engine: str, seconds: float, least: int) -> dict[str, Any]:
    """Go from state to state; the sources are those of the last one at the end."""
    from coopsearch.indexer import ingest, sync

    commits = 0
    commit = ingest.Ingest.commit

    def counted(self: ingest.Ingest, *, more: bool = False) -> None:
        nonlocal commits
        commit(self, more=more)
        commits += 1

    ingest.Ingest.commit = counted  # type: ignore[method-assign]
    docs, index = project / "docs", project / "index_data"
    fill = docs / "fill"
    usual = ingest._DOCUMENTS
    state = rebuilt = 0
    while not (project / START).exists():
        time.sleep(0.05)
    began = time.monotonic()
    while time.monotonic() < began + seconds or commits < least:
        if commits > least / 3 and time.monotonic() > began + seconds / 3:
            (project / WARM).touch()
        state += 1
        write(docs, state)
        sync([docs], index, engine=engine, workers=1, rebuild=state % _ANEW == 0)
        rebuilt += state % _ANEW == 0
        if state % _MANY == 0:
            fill.mkdir(exist_ok=True)
            for number in range(FILLERS):
                (fill / f"{number}.txt").write_text(f"filler {state} {number}", encoding="utf-8")
            ingest._DOCUMENTS = 4  # type: ignore[misc]
            sync([fill], index, workers=1)
            ingest._DOCUMENTS = usual  # type: ignore[misc]
    (project / END).touch()
    return {"seconds": time.monotonic() - began, "states": state, "commits": commits, "rebuilt": rebuilt}


class _Asked:
    """What a reader saw, and what was wrong with it."""

    def __init__(self, project: Path) -> None:
        self._project = project
        self._started = self._warm = self._ended = False
        self._first: dict[str, int] = {}
        # The lexicon is mapped once in the life of a process, whatever index asks it.
        from coopsearch.search.translation.bundled import bundled

        bundled()
        self._opened = held()
        """Before any index is."""
        self._most = 0
        self.answers = self.state = self.states = 0
        self.wrong: list[str] = []
        self.late = 0
        """Questions that were blocked for longer than BLOCKED beyond what it was without a writer."""
        self.quiet = self.blocked = 0.0
        """The longest time that a question was blocked, before a writer came and since."""

    def go_on(self) -> bool:
        """Say whether to ask once more: the last question comes after the last commit."""
        if self.answers == 2:
            (self._project / f"{READY}-{os.getpid()}").touch()
        self._started = self._started or (self._project / START).exists()
        if not self._warm and (self._project / WARM).exists():
            self._warm = True
            gc.collect()  # what can be collected was not kept
            self._first = held() if self.answers >= _MET else {}
        if self.answers % 50 == 0:
            self._most = max(self._most, held()["descriptors"])
        before, self._ended = self._ended, self._ended or (self._project / END).exists()
        return not before

    def see(self, numbers: set[int], markers: int, churning: int, of_state: int) -> None:
        """Take an answer: the states that its hits are of, and the counts that it gave."""
        self.answers += 1
        state = max(numbers, default=-1)
        if numbers != {state} or markers != MARKERS or of_state != MARKERS or churning != churn(state):
            self.wrong.append(f"states {sorted(numbers)}: {markers}, {of_state} markers, {churning} churning")
        if state < self.state:
            self.wrong.append(f"state {state} after {self.state}")
        self.states += state != self.state
        self.state = state

    def wait(self, seconds: float) -> None:
        """Take how long a question was blocked."""
        if not self._started:
            self.quiet = max(self.quiet, seconds)
        else:
            self.blocked = max(self.blocked, seconds)
            self.late += seconds > self.quiet + BLOCKED

    def report(self) -> dict[str, Any]:
        """Return all that is to be told, once nothing is open any more."""
        gc.collect()
        closed = held()
        return {
            "answers": self.answers, "states": self.states, "last": self.state, "wrong": self.wrong[:5],
            "count": len(self.wrong), "late": self.late,
            "quiet": self.quiet, "blocked": self.blocked, "most": self._most,
            "grown": closed["memory"] - self._first.get("memory", closed["memory"]),
            "left": closed["descriptors"] - self._opened["descriptors"] + closed["gone"],
        }  # fmt: skip


def held() -> dict[str, int]:
    """Return what this process holds: KiB of its own memory, descriptors, and maps of files that are gone."""
    try:
        memory = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
        maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
        found = re.search(r"^Anonymous: +(\d+) kB", memory, re.MULTILINE)
        return {
            "memory": int(found[1]) if found else 0,
            "descriptors": len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - names suffice
            "gone": maps.count("(deleted)"),
        }
    except OSError:
        return {"memory": 0, "descriptors": 0, "gone": 0}


def _waited() -> tuple[float, float]:
    """Return the seconds of processor that this thread had, and those that it waited for a processor."""
    try:
        queue = int(Path("/proc/thread-self/schedstat").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return time.thread_time(), -1.0
    return time.thread_time(), queue / 1e9


def _measured(asked: _Asked, work: Callable[[], None]) -> None:
    """Do something, and note how long it was blocked: neither at work nor waiting for a processor.

    With more processes than processors, the clock alone would show who had to wait for whom to be scheduled.
    """
    cpu, queue = _waited()
    began = time.perf_counter()
    work()
    wall = time.perf_counter() - began
    after, then = _waited()
    asked.wait(wall - (after - cpu) - (then - queue) if queue >= 0 else 0.0)


def reader(project: Path, *, anew: bool) -> dict[str, Any]:
    """Ask through the face: one index that is refreshed, or one that is opened anew for each question."""
    from coopsearch.search import Index, open_index

    place = project / "index_data"
    asked = _Asked(project)

    def ask(index: Index) -> None:
        found = index.search("marker", limit=MARKERS + 5)
        numbers = {int(number) for hit in found for number in _NUMBER.findall(hit.snippet)}
        churning = index.search("churning", limit=0).total
        same = index.search(f"state{max(numbers, default=0)}", limit=0).total
        asked.see(numbers, found.total, churning, same)

    def afresh() -> None:
        with open_index(place) as index:
            ask(index)

    def one() -> None:
        with open_index(place) as index:

            def again() -> None:
                index.refresh()
                ask(index)

            while asked.go_on():
                _measured(asked, again)

    while anew and asked.go_on():
        _measured(asked, afresh)
    if not anew:
        one()
    return asked.report()


def codec(project: Path) -> dict[str, Any]:
    """Ask as a program of Whoosh does, through our codec."""
    from whoosh.query import Term

    from coopsearch.search.engines.columns.codec import open_index
    from coopsearch.search.indexdir.meta import read_meta

    asked = _Asked(project)
    place = project / "index_data"

    def ask() -> None:
        data = place / read_meta(place).data
        try:
            index = open_index(data)
            searcher = index.searcher()
        except Exception:
            if read_meta(place).data != data.name:
                return  # rebuilt between two looks: whoever uses Whoosh looks again
            raise
        with searcher:
            found = searcher.search(Term("words", "marker"), limit=MARKERS + 5)
            numbers = {int(number) for hit in found for number in _NUMBER.findall(hit["words"])}
            churning = len(searcher.search(Term("words", "churning"), limit=None))
            same = len(searcher.search(Term("words", f"state{max(numbers, default=0)}"), limit=None))
            asked.see(numbers, len(found), churning, same)

    while asked.go_on():
        _measured(asked, ask)
    return asked.report()


def main(role: str, project: str, engine: str, seconds: str, commits: str) -> None:
    """Play a role; what it raises is told too."""
    place = Path(project)
    roles: dict[str, Callable[[], dict[str, Any]]] = {
        "writer": lambda: writer(place, engine, float(seconds), int(commits)),
        "refresh": lambda: reader(place, anew=False),
        "anew": lambda: reader(place, anew=True),
        "codec": lambda: codec(place),
    }
    if role != "writer" and hasattr(os, "nice"):
        os.nice(10)  # the writer is one, and is to write as often as it can
    try:
        print(json.dumps(roles[role]()))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        import traceback

        where = traceback.format_exc().splitlines()[-12:]
        # So nobody waits for it.
        (place / f"{READY}-{os.getpid()}").touch()
        (place / END).touch()
        print(json.dumps({"failed": f"{type(error).__name__}: {error}", "where": where}))


if __name__ == "__main__":
    main(*sys.argv[1:])
