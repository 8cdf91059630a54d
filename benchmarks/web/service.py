"""What an answer costs in a browser and over HTTP. `python3 dev.py web-bench`.

The passages are indexed once, and served by `coopsearch serve`. Measured are, in this order: how long it
takes from the start of the command to its first answer; how long from a key to the painted hits, in Chromium;
the time of an answer with snippets at a steady rate; the most answers a second of eight clients, by turns
with tantivy behind a starlette of its own, where tantivy is installed; the memory of the service after many
requests against that after a thousand; and what the page weighs.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.parse import urlsplit

from benchmarks.data import link, unpack
from benchmarks.measure import quantiles
from benchmarks.memory import environment, held
from benchmarks.opensearch.queries import by_turns
from benchmarks.options import parser
from benchmarks.queries import read_queries
from benchmarks.report import Report
from benchmarks.web.load import Service, fastest, steady
from benchmarks.web.typing import keystrokes
from coopsearch.indexer import sync

_SEARCH: Final = "/api/v1/search?q="
#: What is typed; the first warms.
TYPED: Final = (
    "human rights", "smuggling routes", "climate change and migration", "united nations security council",
    "border control", "terrorism in the sahel", "peace", "nuclear weapons", "rule of law", "refugees",
)  # fmt: skip
_CLIENTS: Final = 8
_ASSET: Final = re.compile(r'(?:src|href)="(/static/[^"]+)"')


def main(arguments: Sequence[str]) -> int:
    """Measure, and print the report."""
    options = parser("web-bench", __doc__, queries=True)
    options.add_argument("--documents", type=int, default=304_325, help="how many are indexed (304,325)")
    options.add_argument("--rate", type=float, default=20.0, help="requests a second, where that is steady")
    options.add_argument("--steady", type=int, default=1_200, help="how many of these (1,200)")
    options.add_argument("--seconds", type=float, default=15.0, help="of asking as fast as possible (15)")
    options.add_argument("--requests", type=int, default=100_000, help="before memory is looked at again")
    given = options.parse_args(arguments)
    queries = [query.text for query in by_turns(read_queries(given.queries))]
    printed = Report("web-bench", arguments)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="coopsearch-web-")))
        corpus = unpack(given.corpus, scratch / "corpus.jsonl", given.documents)
        link(corpus.path, scratch / "documents" / "passages.jsonl")
        sync([scratch / "documents"], scratch / "index")
        printed.say(f"{corpus.documents:,} documents")
        printed.say(_started(scratch / "index"))
        place = stack.enter_context(_served(scratch / "index"))
        service = Service(place["base"], _SEARCH, place["token"])
        printed.say(_weight(place))
        typed = keystrokes(place["url"], TYPED, scratch / "chromium")
        printed.say(f"key to painted hits, ms at 50 / 95 / 99 %: {_shown(typed)} ({len(typed)} keys)")
        steady(service, queries, given.rate, given.steady // 4)
        taken = steady(service, queries, given.rate, given.steady)
        printed.say(f"an answer at {given.rate:g} a second, ms at 50 / 95 / 99 %: {_shown(taken)}")
        printed.say(_most(stack, service, queries, corpus.path, scratch / "tantivy", given.seconds))
        printed.say(_memory(service, place["process"], queries, given.requests))
    printed.write(given.out)
    return 0


@contextmanager
def _served(index: Path) -> Iterator[dict[str, Any]]:
    """Serve an index, and give where."""
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "coopsearch.search.cli",
        "serve",
        "--json",
        "--read-only",
        index,
    ]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            place: dict[str, Any] = json.loads(process.stdout.readline())
            yield place
        finally:
            process.terminate()


def _started(index: Path) -> str:
    """Say how long it takes from the start of the command to the first answer."""
    taken = []
    for _ in range(6):
        begun = time.perf_counter()
        with _served(index) as place:
            Service(place["base"], _SEARCH, place["token"]).client()("smuggling routes")
            taken.append(time.perf_counter() - begun)
    # The first one reads the files from the disk.
    taken = taken[1:]
    return f"start to first answer: {median(taken):.2f} s ({min(taken):.2f} to {max(taken):.2f})"


def _weight(place: dict[str, Any]) -> str:
    """Say what the page and all that it loads weigh, as they are sent to a browser."""
    url = urlsplit(place["base"])
    connection = HTTPConnection(url.hostname or "", url.port, timeout=60)
    headers = {"authorization": f"Bearer {place['token']}", "accept-encoding": "gzip"}

    def sent(path: str) -> tuple[int, str]:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        data = answer.read()
        plain = gzip.decompress(data) if answer.getheader("content-encoding") == "gzip" else data
        return len(data), plain.decode("utf-8", "replace")

    size, page = sent("/?q=smuggling+routes")
    assets = sorted(set(_ASSET.findall(page)))
    total = size + sum(sent(path)[0] for path in assets)
    return (
        f"a page with ten hits: {size / 1e3:.1f} kB, with all that it loads ({len(assets)} files) "
        f"{total / 1e3:.1f}"
    )


def _most(
    stack: ExitStack, service: Service, queries: Sequence[str], corpus: Path, folder: Path, seconds: float
) -> str:
    """Say how many answers a second eight clients get, of ours and of tantivy by turns."""
    if importlib.util.find_spec("tantivy") is None:
        return (
            f"most answers a second, {_CLIENTS} clients: {fastest(service, queries, _CLIENTS, seconds):.0f}"
        )
    command: list[str | Path] = [sys.executable, "-m", "benchmarks.web.stock", corpus, folder]
    process = stack.enter_context(
        subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, encoding="utf-8")
    )
    stack.callback(process.terminate)
    assert process.stdout is not None
    stock = Service(process.stdout.readline().split()[0], "/search?q=")
    rates: dict[str, list[float]] = {"ours": [], "tantivy": []}
    for number in range(4):
        for name, one in (("ours", service), ("tantivy", stock)):
            rate = fastest(one, queries, _CLIENTS, seconds)
            if number:
                rates[name].append(rate)
    ratios = [ours / theirs for ours, theirs in zip(*rates.values(), strict=True)]
    return (
        f"most answers a second, {_CLIENTS} clients: {median(rates['ours']):.0f}, tantivy "
        f"{median(rates['tantivy']):.0f}; ratio {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    )


def _memory(service: Service, process: int, queries: Sequence[str], requests: int) -> str:
    """Say how much memory the service takes after many requests, and after a thousand."""
    few = 1_000
    client = service.client()
    for query in islice(cycle(queries), few):
        client(query)
    before = held(process)
    for query in islice(cycle(queries), requests - few):
        client(query)
    after = held(process)
    return (
        f"memory after {few:,} requests {before / 1e6:.0f} MB, after {requests:,} {after / 1e6:.0f} "
        f"({after / before - 1:+.1%})"
    )


def _shown(nanoseconds: Sequence[int]) -> str:
    return " / ".join(f"{value:.1f}" for value in quantiles(nanoseconds))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
