"""What a question to an index in a cluster costs, beside the cluster's own `match`. `dev.py cluster-queries`.

The same texts are indexed by coopsearch into a cluster and into a folder, and by the cluster itself into a
field of its analyser `english`. Each query is asked of all three by turns, as a script asks: ten hits with
snippets of ours, ten with their texts of `match`, which is asked for the bare words. Printed are how many
queries have the same ten hits as in the folder, how far scores are apart, times, and requests. Asked first
are other queries, which warm all three; then each query once (its counts are not known yet), then again.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks import options
from benchmarks.data import unpack
from benchmarks.measure import QUANTILES, quantiles
from benchmarks.opensearch.nodes import started
from benchmarks.opensearch.requests import Requests, counted
from benchmarks.opensearch.stock import Stock
from benchmarks.queries import Query, read_queries
from benchmarks.report import Report
from coopsearch.indexer import sync
from coopsearch.search import Index, Results, open_index
from coopsearch.search.engines import Cluster

#: Queries that are asked before, to warm what is asked.
WARMING: Final = 60
#: Scores that are no further apart than this are the same.
NEAR: Final = 1e-5


class Asked(NamedTuple):
    """What one query took, in nanoseconds."""

    ours: int
    requests: int
    waiting: int
    """Of ``ours``, for answers of the cluster."""
    match: int


class Compared(NamedTuple):
    """How the hits of a query in the cluster are to those in the folder."""

    query: str
    same: bool
    """Whether both have the same ten documents."""
    ordered: bool
    apart: float
    """The largest difference of scores of a document that both have."""


def main(arguments: Sequence[str]) -> int:
    """Index, ask, and print the report."""
    given = _options(arguments)
    with ExitStack() as stack:
        urls = given.url or stack.enter_context(started(given.nodes, given.heap))
        scratch = given.keep or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="coopsearch-cluster-"))
        )
        # Which clusters an index was given to is noted in the settings, and these are not to be ours.
        os.environ["XDG_CONFIG_HOME"] = str(scratch / "settings")
        corpus = unpack(given.corpus, scratch / "corpus.jsonl", given.documents)
        printed = Report("cluster-queries", arguments)
        say = printed.say
        say(
            f"{corpus.documents:,} documents, {given.shards} shards, {given.replicas} replicas, "
            f"{given.nodes if not given.url else 'given'} nodes of {given.heap}"
        )
        sync([corpus.path], scratch / "folder")
        cluster = Cluster(tuple(urls), shards=given.shards, replicas=given.replicas)
        sync([corpus.path], scratch / "cluster", engine="opensearch", cluster=cluster)
        stock = Stock(urls)
        if not given.keep or not stock.holds(corpus.documents, given.shards):
            stock.index(corpus.path, given.shards, given.replicas)
        if given.ranking:
            os.environ["COOPSEARCH_OPENSEARCH_RANKING"] = given.ranking
        requests = stack.enter_context(counted())
        with open_index(scratch / "folder") as folder, open_index(scratch / "cluster") as index:
            report(folder, index, stock, requests, _chosen(given.queries, folder, given.count), say)
        if not given.keep:
            from coopsearch.search.engines import engine

            stock.remove()
            for place in (scratch / "cluster").glob("data*"):
                engine("opensearch").drop(place)
    printed.write(given.out)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = options.parser("cluster-queries", __doc__, queries=True)
    parser.add_argument("--count", type=int, default=300, help="how many queries are asked (300)")
    parser.add_argument("--documents", type=int, default=50_000, help="how many are indexed (50,000)")
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--replicas", type=int, default=0)
    parser.add_argument("--nodes", type=int, default=1)
    parser.add_argument("--heap", default="1g", help="memory for the objects of each node (1g)")
    parser.add_argument("--url", action="append", help="a cluster that runs, in place of nodes of our own")
    parser.add_argument("--keep", type=Path, help="keep the indexes here and in the cluster of --url")
    parser.add_argument("--ranking", choices=("exact", "fast"), help="how the best are looked for")
    given = parser.parse_args(arguments)
    if given.keep and not given.url:
        parser.error("--keep needs --url: nodes of our own end with their data")
    return given


def _chosen(path: Path, folder: Index, count: int) -> tuple[list[Query], list[Query]]:
    """Return the queries that warm, and those that are measured: such as find something, of all classes."""
    holding = [query for query in by_turns(read_queries(path)) if folder.search(query.text, limit=0).total]
    # All classes are in both, as they take turns.
    measured, warming = holding[:count], holding[count : count + WARMING]
    return warming or measured, measured


def report(
    folder: Index,
    index: Index,
    stock: Stock,
    requests: Requests,
    queries: tuple[list[Query], list[Query]],
    say: Callable[[str], None],
) -> None:
    """Ask, and print."""
    warming, measured = queries
    for query in warming:
        folder.search(query.text)
        _asked(index, stock, requests, query)
    compared: list[Compared] = []
    for name in ("first", "again"):
        times: list[Asked] = []
        for query in measured:
            found, asked = _asked(index, stock, requests, query)
            times.append(asked)
            if name == "first":
                compared.append(_compared(query.text, folder.search(query.text), found))
        if name == "first":
            _say_same(compared, say)
        say(f"asked {name}")
        _say_times(measured, times, say)


def _asked(index: Index, stock: Stock, requests: Requests, query: Query) -> tuple[Results, Asked]:
    words = " ".join(query.words)
    requests.taken()
    started = time.perf_counter_ns()
    found = index.search(query.text)
    ours = time.perf_counter_ns() - started
    count, waiting = requests.taken()
    started = time.perf_counter_ns()
    stock.match(words)
    return found, Asked(ours, count, waiting, time.perf_counter_ns() - started)


def _compared(text: str, one: Results, other: Results) -> Compared:
    ours = {hit.path.rpartition("/")[2]: hit.score for hit in one.hits}
    theirs = {hit.path.rpartition("/")[2]: hit.score for hit in other.hits}
    apart = max((abs(ours[path] - theirs[path]) for path in ours.keys() & theirs.keys()), default=0.0)
    same = ours.keys() == theirs.keys() and one.total == other.total
    return Compared(text, same, list(ours) == list(theirs), apart)


def _say_same(compared: Sequence[Compared], say: Callable[[str], None]) -> None:
    many = len(compared)
    same, ordered = sum(one.same for one in compared), sum(one.ordered for one in compared)
    apart = max(one.apart for one in compared)
    near = sum(one.apart <= NEAR for one in compared)
    say(f"same ten documents and total as in the folder: {same} of {many} queries, in its order {ordered}")
    say(f"scores apart by at most {apart:.1e}; within {NEAR:.0e} in {near} of {many} queries")
    for one in [one for one in compared if not one.same or one.apart > NEAR][:10]:
        say(f"    {one}")


def _say_times(queries: Sequence[Query], times: Sequence[Asked], say: Callable[[str], None]) -> None:
    header = " / ".join(f"p{q}" for q in QUANTILES)
    say(
        f"{'':20s} queries   coopsearch {header}   match {header}   ratio p50, p99   requests   ms waited p50"
    )
    rows: list[tuple[str, list[Asked]]] = [("all", list(times))]
    for kind in dict.fromkeys(query.kind for query in queries):
        of_kind = [one for query, one in zip(queries, times, strict=True) if query.kind == kind]
        rows.append((kind, of_kind))
    for kind, some in rows:
        ours, match = quantiles([one.ours for one in some]), quantiles([one.match for one in some])
        counts = [one.requests for one in some]
        waiting = quantiles([one.waiting for one in some])[0]
        say(
            f"{kind:20s} {len(some):7d}   {_shown(ours)}   {_shown(match)}   "
            f"{ours[0] / match[0]:.2f}, {ours[-1] / match[-1]:.2f}   "
            f"{sum(counts) / len(counts):.2f} (at most {max(counts)})   {waiting:.2f}"
        )


def _shown(values: Sequence[float]) -> str:
    return " / ".join(f"{value:.2f}" for value in values)


def by_turns(queries: dict[str, list[Query]]) -> Iterator[Query]:
    """Yield one query of each class by turns, as long as they have some."""
    for row in zip_longest(*queries.values()):
        yield from (query for query in row if query is not None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
