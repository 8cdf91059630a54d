"""What one engine does, in a process of its own: `python -m benchmarks.job index|serve ENGINE ...`.

`index` indexes a corpus and prints how long that took. `serve` opens what was indexed and then does what
the lines on its standard input say, a pass over the queries of one class in one way of asking; it answers
each with a line. So engines take turns without sharing an interpreter's memory and its garbage collector.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TextIO

from benchmarks.peers import PEERS
from benchmarks.queries import Query

#: Asked before the first pass, so that what an engine imports at its first search is not a query's fault.
_FIRST = Query("opening", "union")


def index(name: str, corpus: str, folder: str, workers: str) -> dict[str, float]:
    """Index; the clock starts when the engine is imported and the documents are in place."""
    peer = PEERS[name]
    if peer.version() is None:
        raise SystemExit(f"{name} is not installed")
    peer.prepare(Path(corpus), Path(folder))
    started, used = time.perf_counter(), os.times()
    peer.index(Path(corpus), Path(folder), int(workers))
    seconds, now = time.perf_counter() - started, os.times()
    processor = now.user + now.system + now.children_user + now.children_system
    return {
        "seconds": seconds,
        "processor": processor - used.user - used.system - used.children_user - used.children_system,
    }


def serve(name: str, folder: str, queries: str, out: TextIO) -> None:
    """Answer lines of ``{"mode", "kind"}`` with ``{"times", "totals"}`` until there are no more.

    Times are in nanoseconds, None for a query that the engine could not answer.
    """
    asked = {
        kind: [Query(*query) for query in of_kind]
        for kind, of_kind in json.loads(Path(queries).read_text(encoding="utf-8")).items()
    }
    peer = PEERS[name]
    peer.version()
    ways = peer.open(Path(folder))
    for way in ways.values():
        way(_FIRST)
    print(json.dumps({"modes": list(ways), "marks": peer.marks}), file=out, flush=True)
    clock = time.perf_counter_ns
    for line in sys.stdin:
        order = json.loads(line)
        way = ways[order["mode"]]
        times: list[int | None] = []
        totals: list[int | None] = []
        error = ""
        for query in asked[order["kind"]]:
            started = clock()
            try:
                total = way(query)
            except Exception as raised:  # noqa: BLE001 - a query that an engine cannot answer is a result
                times.append(None)
                totals.append(None)
                error = f"{query.text}: {type(raised).__name__}: {raised}"
                continue
            times.append(clock() - started)
            totals.append(total)
        print(json.dumps({"times": times, "totals": totals, "error": error}), file=out, flush=True)


def main() -> None:
    """Do one job. What engines print goes to stderr, so that stdout holds answers alone."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    job, name, *rest = sys.argv[1:]
    if job == "index":
        corpus, folder, workers = rest
        print(json.dumps(index(name, corpus, folder, workers)), file=out, flush=True)
    else:
        folder, queries = rest
        serve(name, folder, queries, out)


if __name__ == "__main__":
    main()
