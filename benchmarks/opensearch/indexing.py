"""How fast an index in a cluster is made, beside the client's own bulk helper. `dev.py cluster-indexing`.

The same passages, by turns: `coopsearch index --engine opensearch`, the whole command from its start to its
end, and `opensearchpy.helpers.bulk` with all defaults into an index whose title and text have the cluster's
analyser `english`, from the first document to the refresh. Both are of as many shards and copies, on the same
nodes. Printed are documents a second, and seconds of processor of the command and of the nodes, which tell on
a busy machine more than the clock does; then the ratios of all rounds.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from opensearchpy import OpenSearch, helpers

from benchmarks import options
from benchmarks.data import Corpus, documents, link, unpack
from benchmarks.memory import environment
from benchmarks.opensearch.nodes import started
from benchmarks.report import Report

NAME: Final = "benchmark-plain"
_TEXT: Final = {"type": "text", "analyzer": "english"}
#: Told to a process of its own, so that what it takes can be measured.
_PLAIN: Final = "--plain-bulk"


class Taken(NamedTuple):
    """What one run took, in seconds."""

    clock: float
    client: float
    """Of processor, by the command and its workers."""
    nodes: float
    """Of processor, by all nodes, until everything was searchable."""
    size: int
    """Bytes of the index, copies included."""


def main(arguments: Sequence[str]) -> int:
    """Index by turns, and print a line for each run."""
    if arguments[:1] == [_PLAIN]:
        url, path, shards, replicas = arguments[1:]
        print(_plain(url, Path(path), int(shards), int(replicas)))
        return 0
    given = _options(arguments)
    with ExitStack() as stack:
        urls = given.url or stack.enter_context(started(given.nodes, given.heap))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="coopsearch-cluster-")))
        # Which clusters an index was given to is noted in the settings, and these are not to be ours.
        os.environ["XDG_CONFIG_HOME"] = str(scratch / "settings")
        corpus = unpack(given.corpus, scratch / "corpus.jsonl", given.documents)
        printed = Report("cluster-indexing", arguments)
        say = printed.say
        say(
            f"{corpus.documents:,} documents, {given.shards} shards, {given.replicas} replicas, "
            f"{'given nodes' if given.url else f'{given.nodes} nodes of {given.heap}'}"
        )
        say(f"{'':8}{'documents/s':>12}{'seconds':>9}{'of client':>11}{'of nodes':>10}{'MB':>8}")
        client = stack.enter_context(OpenSearch(hosts=urls, timeout=120))
        clocks: list[float] = []
        processors: list[float] = []
        for number in range(given.rounds + 1):
            ours = _ours(client, urls, corpus, scratch / f"round{number}", given)
            plain = _beside(client, urls[0], corpus, given)
            # The first round warms the nodes: their code is compiled while they run.
            for name, one in (("ours", ours), ("bulk", plain)):
                note = "" if number else "   warming"
                say(
                    f"{name:8}{corpus.documents / one.clock:12,.0f}{one.clock:9.1f}{one.client:11.1f}"
                    f"{one.nodes:10.1f}{one.size / 1e6:8.1f}{note}"
                )
            if number:
                clocks.append(plain.clock / ours.clock)
                processors.append((plain.client + plain.nodes) / (ours.client + ours.nodes))
        for what, ratios in (("documents a second", clocks), ("documents a second of processor", processors)):
            say(f"{what}, ours to bulk: {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    printed.write(given.out)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = options.parser("cluster-indexing", __doc__)
    parser.add_argument("--documents", type=int, default=50_000, help="how many of its passages (50,000)")
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--replicas", type=int, default=0)
    parser.add_argument("--nodes", type=int, default=1, help="how many are started (1)")
    parser.add_argument("--heap", default="512m", help="memory for objects of each (512m)")
    parser.add_argument("--url", action="append", help="use these nodes instead of starting some")
    parser.add_argument("--workers", type=int, help="processes that read (as many as processors)")
    parser.add_argument("--rounds", type=int, default=3, help="after one that warms the nodes (3)")
    return parser.parse_args(arguments)


def _ours(
    client: OpenSearch, urls: Sequence[str], corpus: Corpus, folder: Path, given: argparse.Namespace
) -> Taken:
    """Index with the command, and remove the index."""
    link(corpus.path, folder / "documents" / "passages.jsonl")
    index = folder / "index"
    command: list[str | Path] = [
        *(sys.executable, "-m", "coopsearch.search.cli", "index", folder / "documents", "--index", index),
        *("--engine", "opensearch", *(part for url in urls for part in ("--url", url))),
        *("--shards", str(given.shards), "--replicas", str(given.replicas)),
        *(("--workers", str(given.workers)) if given.workers else ()),
    ]
    names = f"coopsearch-{folder.name}-*"
    try:
        taken, _ = run(client, command, names)
    finally:
        client.indices.delete(index=names, expand_wildcards="all")
    shutil.rmtree(folder)
    return taken


def _beside(client: OpenSearch, url: str, corpus: Corpus, given: argparse.Namespace) -> Taken:
    """Index with the helper, and remove the index."""
    command = [sys.executable, "-m", "benchmarks.opensearch.indexing", _PLAIN, url, os.fspath(corpus.path)]
    taken, said = run(client, [*command, str(given.shards), str(given.replicas)], NAME)
    client.indices.delete(index=NAME)
    return taken._replace(clock=float(said))


def run(client: OpenSearch, command: Sequence[str | os.PathLike[str]], names: str) -> tuple[Taken, str]:
    """Run a command; return what it took, and what it said."""
    nodes, children, begun = _processor(client), _children(), time.perf_counter()
    done = subprocess.run(command, env=environment(), check=True, stdout=subprocess.PIPE, encoding="utf-8")
    clock, client_seconds = time.perf_counter() - begun, _children() - children
    node_seconds = _processor(client) - nodes
    size = client.indices.stats(index=names, metric="store")["_all"]["total"]["store"]["size_in_bytes"]
    return Taken(clock, client_seconds, node_seconds, size), done.stdout


def _plain(url: str, corpus: Path, shards: int, replicas: int) -> float:
    """Index a corpus with the helper; return the seconds that it took."""
    with OpenSearch(url, timeout=120) as client:
        body = {
            "settings": {"number_of_shards": shards, "number_of_replicas": replicas},
            "mappings": {"properties": {"title": _TEXT, "text": _TEXT}},
        }
        client.indices.create(index=NAME, body=body, wait_for_active_shards="all")
        begun = time.perf_counter()
        actions = (
            {"_index": NAME, "_id": one["_id"], "title": one["title"], "text": one["text"]}
            for one in documents(corpus)
        )
        helpers.bulk(client, actions)
        client.indices.refresh(index=NAME)
        return time.perf_counter() - begun


def _processor(client: OpenSearch) -> float:
    """Return the seconds of processor that all nodes have taken."""
    # What a node says of itself is a second old at most.
    time.sleep(1.1)
    nodes = client.nodes.stats(metric="process")["nodes"].values()
    return sum(float(node["process"]["cpu"]["total_in_millis"]) for node in nodes) / 1000


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
