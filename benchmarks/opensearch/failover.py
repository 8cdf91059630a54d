"""How long an answer takes when a node dies. `python3 dev.py cluster-failover`.

Three nodes, an index of three shards with a copy of each. A script asks without a pause, with one reader that
stays open; in each round a node is killed with SIGKILL, by turns the manager of the cluster and another one.
Printed is how long it takes from there to the end of the first whole answer, and to that of the first search
with a reader that is opened anew; an error instead of an answer is counted. All answers must be those of
before. The node is then started again, and the next round begins when the cluster is green.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from opensearchpy import OpenSearch, OpenSearchException

from benchmarks import options
from benchmarks.data import unpack
from benchmarks.opensearch.nodes import asked, started
from benchmarks.report import Report
from coopsearch.indexer import sync
from coopsearch.search import Index, open_index
from coopsearch.search.engines import Cluster
from coopsearch.search.errors import CoopsearchError

QUERIES: Final = ("smuggling routes", '"human rights"', "peace -war", "migra*", "title:security OR border")
#: Seconds of questions before a node is killed.
_BEFORE: Final = 2.0
#: Seconds that the cluster may take to be whole again.
_PATIENCE: Final = 300.0


class Node(NamedTuple):
    """A node as the project's tool tells of it."""

    name: str
    url: str
    process: int


class Round(NamedTuple):
    """What came after the death of a node; seconds from there."""

    manager: bool
    first: float
    fresh: float
    errors: int
    other: int
    """Answers that were not those of before."""


def main(arguments: Sequence[str]) -> int:
    """Kill nodes, and print the report."""
    given = _options(arguments)
    printed = Report("cluster-failover", arguments)
    say = printed.say
    with ExitStack() as stack:
        urls = stack.enter_context(started(3, given.heap))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="coopsearch-cluster-")))
        corpus = unpack(given.corpus, scratch / "corpus.jsonl", given.documents)
        sync(
            [corpus.path], scratch / "index", engine="opensearch",
            cluster=Cluster(tuple(urls), shards=3, replicas=1),
        )  # fmt: skip
        say(f"{corpus.documents:,} documents, 3 shards, 1 replica, 3 nodes of {given.heap}")
        rounds = []
        for number in range(given.rounds):
            _wait_for_green(urls)
            found = _round(scratch / "index", manager=number % 2 == 0)
            rounds.append(found)
            say(
                f"{'the manager' if found.manager else 'another node':14} first whole answer after "
                f"{found.first:5.2f} s, of a new reader {found.fresh:5.2f} s; {found.errors} errors, "
                f"{found.other} other answers"
            )
        for what in ("first", "fresh"):
            values = [getattr(one, what) for one in rounds]
            say(f"{what}: {median(values):.2f} s ({min(values):.2f} to {max(values):.2f})")
    printed.write(given.out)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = options.parser("cluster-failover", __doc__)
    parser.add_argument("--documents", type=int, default=20_000, help="how many of its passages (20,000)")
    parser.add_argument("--heap", default="384m", help="memory for objects of each node (384m)")
    parser.add_argument("--rounds", type=int, default=6, help="how many nodes are killed (6)")
    return parser.parse_args(arguments)


def _round(index: Path, *, manager: bool) -> Round:
    """Ask, kill a node, and go on asking."""
    nodes = _nodes()
    name = _manager(nodes)
    victim = next(node for node in nodes if (node.name == name) == manager)
    errors = other = 0
    with open_index(index) as reader:
        before = {query: _answer(reader, query) for query in QUERIES}
        ending = time.monotonic() + _BEFORE
        while time.monotonic() < ending:
            for query in QUERIES:
                reader.search(query)
        os.kill(victim.process, signal.SIGKILL)
        killed = time.monotonic()
        first = 0.0
        while not first:
            query = QUERIES[errors % len(QUERIES)]
            try:
                found = _answer(reader, query)
            except CoopsearchError:
                errors += 1
            else:
                first = time.monotonic() - killed
                other += found != before[query]
        with open_index(index) as anew:
            other += _answer(anew, QUERIES[0]) != before[QUERIES[0]]
        fresh = time.monotonic() - killed
        other += sum(_answer(reader, query) != before[query] for query in QUERIES)
    asked("restart", victim.name)
    return Round(manager, first, fresh, errors, other)


def _answer(index: Index, query: str) -> tuple[int, tuple[tuple[str, float], ...]]:
    found = index.search(query)
    return found.total, tuple((hit.path, round(hit.score, 5)) for hit in found.hits)


def _nodes() -> list[Node]:
    # It ends with 1 while the cluster is not green.
    rows = [line.split() for line in asked("status", check=False).splitlines()]
    return [Node(row[0], row[1], int(row[3])) for row in rows if len(row) > 3 and row[2] == "process"]


def _manager(nodes: Sequence[Node]) -> str:
    with OpenSearch(hosts=[node.url for node in nodes]) as client:
        rows = client.cat.cluster_manager(format="json")
    return str(rows[0]["node"])


def _wait_for_green(urls: Sequence[str]) -> None:
    ending = time.monotonic() + _PATIENCE
    while True:
        # While a node comes back, the cluster may have no manager to ask.
        with suppress(OpenSearchException), OpenSearch(hosts=list(urls), timeout=30) as client:
            # After five attempts to place a copy, while nodes come and go, a cluster gives up.
            client.cluster.reroute(params={"retry_failed": "true"})
            if client.cluster.health()["status"] == "green":
                return
        time.sleep(0.5)
        if time.monotonic() > ending:
            raise SystemExit("the cluster does not become green")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
