"""What an index in a cluster takes as it grows and as it is divided. `python3 dev.py cluster-scale`.

One node. For each row, so many passages are indexed by the whole command into so many shards, and the same
queries are asked as a script asks them, ten hits with snippets each: exactly, and in the fast way; first to
warm, then measured. Printed are documents a second, seconds of processor per million documents of the command
and of the node, bytes of the index for each document, milliseconds of a query, and the queries whose first
ten hits differ between both ways.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from opensearchpy import OpenSearch

from benchmarks import options
from benchmarks.data import Corpus, link, unpack
from benchmarks.measure import quantiles
from benchmarks.opensearch.indexing import Taken, run
from benchmarks.opensearch.nodes import started
from benchmarks.opensearch.queries import by_turns
from benchmarks.queries import read_queries
from benchmarks.report import Report
from coopsearch.search import Index, open_index

#: Shards and documents of each row.
ROWS: Final = ("1:50000", "1:100000", "1:300000", "2:50000", "4:50000", "8:50000")
_MILLION: Final = 1_000_000


def main(arguments: Sequence[str]) -> int:
    """Measure the rows, and print them."""
    given = _options(arguments)
    printed = Report("cluster-scale", arguments)
    say = printed.say
    with ExitStack() as stack:
        urls = stack.enter_context(started(1, given.heap))
        client = stack.enter_context(OpenSearch(hosts=urls, timeout=120))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="coopsearch-cluster-")))
        say(f"one node of {given.heap}; {given.count} queries; milliseconds at 50, 90 and 99 %")
        say(
            f"{'shards':>6}{'documents':>11}{'documents/s':>13}{'client s/M':>12}{'node s/M':>10}"
            f"{'bytes each':>12}   {'exact':22}{'fast':22}differ"
        )
        for number, row in enumerate(given.rows):
            shards, documents = map(int, row.split(":"))
            corpus = unpack(given.corpus, scratch / f"{documents}.jsonl", documents)
            folder = scratch / f"row{number}"
            try:
                taken = _indexed(client, urls[0], corpus, folder, shards)
                exact, fast, differ = _asked(folder / "index", given.queries, given.count)
            finally:
                client.indices.delete(index=f"coopsearch-{folder.name}-*", expand_wildcards="all")
            shutil.rmtree(folder)
            say(
                f"{shards:6}{corpus.documents:11,}{corpus.documents / taken.clock:13,.0f}"
                f"{taken.client / corpus.documents * _MILLION:12,.0f}"
                f"{taken.nodes / corpus.documents * _MILLION:10,.0f}{taken.size / corpus.documents:12,.0f}"
                f"   {exact:22}{fast:22}{differ}"
            )
    printed.write(given.out)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = options.parser("cluster-scale", __doc__, queries=True)
    parser.add_argument("rows", nargs="*", default=ROWS, help=f"SHARDS:DOCUMENTS of each ({' '.join(ROWS)})")
    parser.add_argument("--count", type=int, default=150, help="how many queries are asked (150)")
    parser.add_argument("--heap", default="1g", help="memory for the objects of the node (1g)")
    return parser.parse_args(arguments)


def _indexed(client: OpenSearch, url: str, corpus: Corpus, folder: Path, shards: int) -> Taken:
    link(corpus.path, folder / "documents" / "passages.jsonl")
    command: list[str | Path] = [
        *(sys.executable, "-m", "coopsearch.search.cli", "index", folder / "documents"),
        *("--index", folder / "index", "--engine", "opensearch", "--url", url, "--shards", str(shards), "-q"),
    ]
    return run(client, command, f"coopsearch-{folder.name}-*")[0]


def _asked(index: Path, queries: Path, count: int) -> tuple[str, str, int]:
    """Ask in both ways; return the times of each, and how many first tens differ."""
    chosen = [query.text for query in by_turns(read_queries(queries))][:count]
    shown, tens = [], []
    for way in ("exact", "fast"):
        os.environ["COOPSEARCH_OPENSEARCH_RANKING"] = way
        with open_index(index) as opened:
            tens.append([_ten(opened, text) for text in chosen])
            times = []
            for text in chosen:
                begun = time.perf_counter_ns()
                opened.search(text)
                times.append(time.perf_counter_ns() - begun)
        shown.append(" / ".join(f"{value:.1f}" for value in quantiles(times)))
    return shown[0], shown[1], sum(one != other for one, other in zip(*tens, strict=True))


def _ten(index: Index, text: str) -> list[tuple[str, float]]:
    return [(hit.path, round(hit.score, 5)) for hit in index.search(text)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
