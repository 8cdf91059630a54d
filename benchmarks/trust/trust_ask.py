"""Ask an open index, once for each line of input. Started by trust_cost in another environment.

`ask` is answered with the nanoseconds of each query, `refresh` with those of a refresh and whether it saw
something new; both in a line of JSON. Uses only the public interface that every version of coopsearch has.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from coopsearch.search import Index, open_index


def main(place: str, queries: str) -> None:
    """Open the index, read the queries, and answer until the input ends."""
    texts: list[str] = json.loads(Path(queries).read_text(encoding="utf-8"))
    with open_index(place) as index:
        for line in sys.stdin:
            answer = (
                _refreshed(index) if line.strip() == "refresh" else [_asked(index, text) for text in texts]
            )
            print(json.dumps(answer), flush=True)


def _asked(index: Index, text: str) -> int:
    started = time.perf_counter_ns()
    index.search(text)
    return time.perf_counter_ns() - started


def _refreshed(index: Index) -> list[int]:
    started = time.perf_counter_ns()
    found = index.refresh()
    return [time.perf_counter_ns() - started, int(found)]


if __name__ == "__main__":
    main(*sys.argv[1:])
