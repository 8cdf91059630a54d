"""Measure engines: how they index, and how they answer, in turn.

What it returns is JSON. Does not depend on coopsearch.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self

from benchmarks.data import Corpus, save, size
from benchmarks.memory import environment, watched
from benchmarks.peers import PEERS
from benchmarks.queries import Query

#: The most seconds that the passes of one engine over one class in one mode go on beginning.
PATIENCE: Final = 20.0
#: Quantiles that are kept, in percent.
QUANTILES: Final = (50, 95, 99)
#: Modes that count all matches, so that engines can be compared. Words of a phrase are not stemmed by ours.
COUNTED: Final = {"coopsearch": "hits", "tantivy": "count"}
COUNTED_PHRASES: Final = {"coopsearch": "hits", "tantivy": "exact"}
#: Modes that are asked of one class alone.
ONLY: Final = {"exact": "phrase"}
#: How far counts may be apart, and how many that are further apart are kept.
NEAR: Final = 0.05
KEPT: Final = 10


def indexing(name: str, corpus: Corpus, folder: Path, workers: int, *, memory: bool = True) -> dict[str, Any]:
    """Index a corpus with one engine in a process of its own; return its figures."""
    job = ["benchmarks.job", "index", name, str(corpus.path), str(folder), str(workers)]
    ran = watched(job, memory=memory)
    spent = json.loads(ran.out)
    bytes_ = size(folder / PEERS[name].index_folder)
    return {
        "documents": corpus.documents,
        "text": corpus.text,
        "workers": PEERS[name].workers(workers),
        "seconds": spent["seconds"],
        "processor": spent["processor"],
        "rate": corpus.documents / spent["seconds"],
        "bytes": bytes_,
        "ratio": bytes_ / max(1, corpus.text),
        "memory": ran.memory,
    }


class _Server:
    """One engine, open, in a process of its own."""

    def __init__(self, name: str, folder: Path, queries: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.job", "serve", name, str(folder), str(queries)],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self.name = name
        hello = self._answer()
        self.modes: list[str] = hello["modes"]
        self.marks: bool = hello["marks"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate()  # closes its standard input, which ends it

    def ask(self, mode: str, kind: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"mode": mode, "kind": kind}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended in the middle of its work")
        answer: dict[str, Any] = json.loads(line)
        return answer


def querying(
    folders: dict[str, Path],
    queries: dict[str, list[Query]],
    work: Path,
    *,
    passes: int,
    modes: Sequence[str],
) -> dict[str, Any]:
    """Ask every engine the queries of every class, in each of the modes that it has.

    For each class all engines are opened anew. Their passes take turns: first all engines once, in the
    usual mode, which gives the times of the first look; then all modes in turn, ``passes`` times. A warm
    time of a query is the best of those. An engine whose passes take long is given fewer, never none.
    """
    page = work / "queries.json"
    save(page, queries)
    result: dict[str, Any] = {}
    for kind, of_kind in queries.items():
        texts = [query.text for query in of_kind]
        with ExitStack() as stack:
            servers = [
                stack.enter_context(_Server(name, folder, page))
                for name, folder in folders.items()
                if kind in PEERS[name].classes
            ]
            result[kind] = {
                "queries": len(of_kind),
                "engines": _of_class(servers, kind, texts, passes=passes, modes=modes),
            }
        result[kind]["agreement"] = _agreement(result[kind]["engines"], texts)
        for figures in result[kind]["engines"].values():
            figures.pop("totals", None)
    return result


def _of_class(
    servers: Sequence[_Server], kind: str, texts: list[str], *, passes: int, modes: Sequence[str]
) -> dict[str, Any]:
    figures: dict[str, Any] = {server.name: {"marks": server.marks, "modes": {}} for server in servers}
    for server in servers:
        first = server.ask("hits", kind)
        figures[server.name]["first"] = quantiles([t for t in first["times"] if t is not None])
        figures[server.name]["failed"] = sum(t is None for t in first["times"])
        figures[server.name]["error"] = first["error"]
    best: dict[tuple[str, str], list[int | None]] = {}
    spent: dict[tuple[str, str], float] = {}
    rounds: dict[tuple[str, str], int] = {}
    counted = COUNTED_PHRASES if kind == "phrase" else COUNTED
    for _ in range(passes):
        for mode in (mode for mode in modes if ONLY.get(mode, kind) == kind):
            for server in servers:
                key = (server.name, mode)
                if mode not in server.modes or spent.get(key, 0.0) > PATIENCE:
                    continue
                started = time.perf_counter()
                answer = server.ask(mode, kind)
                spent[key] = spent.get(key, 0.0) + time.perf_counter() - started
                rounds[key] = rounds.get(key, 0) + 1
                before = best.get(key, answer["times"])
                best[key] = [_less(a, b) for a, b in zip(before, answer["times"], strict=True)]
                if mode == counted.get(server.name):
                    figures[server.name]["totals"] = answer["totals"]
    for (name, mode), times in best.items():
        known = [(t, text) for t, text in zip(times, texts, strict=True) if t is not None]
        slowest = max(known, default=(0, ""))
        figures[name]["modes"][mode] = {
            "ms": quantiles([t for t, _ in known]),
            "passes": rounds[name, mode],
            "slowest": {"text": slowest[1], "ms": slowest[0] / 1e6},
        }
    return figures


def _less(one: int | None, other: int | None) -> int | None:
    return min((t for t in (one, other) if t is not None), default=None)


def quantiles(nanoseconds: Sequence[int]) -> list[float]:
    """Return milliseconds at each of QUANTILES, interpolated between the two nearest queries."""
    values = sorted(nanoseconds)
    found = []
    for percent in QUANTILES:
        if not values:
            return [0.0 for _ in QUANTILES]
        place = (len(values) - 1) * percent / 100
        low = int(place)
        high = min(low + 1, len(values) - 1)
        found.append((values[low] + (values[high] - values[low]) * (place - low)) / 1e6)
    return found


def _agreement(engines: dict[str, Any], texts: list[str]) -> dict[str, Any] | None:
    """Compare how many matches were counted; None if fewer than two engines counted."""
    counted = [engines[name]["totals"] for name in COUNTED if "totals" in engines.get(name, {})]
    if len(counted) < 2:
        return None
    rows = [(text, a, b) for text, a, b in zip(texts, *counted, strict=True) if None not in (a, b)]
    apart = [row for row in rows if abs(row[1] - row[2]) > NEAR * max(row[1:])]
    return {
        "queries": len(rows),
        "found": sum(bool(a or b) for _, a, b in rows),
        "sums": [sum(row[1] for row in rows), sum(row[2] for row in rows)],
        "apart": len(apart),
        "examples": sorted(apart, key=lambda row: -abs(row[1] - row[2]))[:KEPT],
    }
