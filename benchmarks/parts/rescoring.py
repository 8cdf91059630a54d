"""What it costs to rank the best documents anew by exact forms and closeness. `dev.py rescoring`.

The same queries on one open index, with and without, by turns; the best of some rounds counts for each
query. Of the product's inside it touches only the step of the planner that is left out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

from benchmarks.data import unpack
from benchmarks.measure import QUANTILES, quantiles
from benchmarks.queries import read_queries
from benchmarks.steps import machine
from coopsearch.indexer import sync
from coopsearch.search import Index, open_index
from coopsearch.search.query import plan

SHARED = Path(__file__).resolve().parents[3] / "shared"


def main(arguments: Sequence[str]) -> int:
    """Index, ask, and print a line for each class of query."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--corpus", type=Path, default=SHARED / "corpora" / "un_general_debate_passages.jsonl.xz"
    )
    parser.add_argument("--queries", type=Path, default=SHARED / "queries" / "search_benchmark_game.jsonl")
    parser.add_argument("--documents", type=int, help="only so many documents")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(arguments)
    about = machine()
    print("  ".join(f"{name} {value}" for name, value in about.items()))
    with tempfile.TemporaryDirectory(prefix="coopsearch-rescoring-") as scratch:
        corpus = unpack(given.corpus, Path(scratch) / "corpus.jsonl", given.documents)
        sync([corpus.path], Path(scratch) / "index")
        with open_index(Path(scratch) / "index") as index:
            print(f"{index.documents:,} documents; milliseconds at " + ", ".join(f"p{q}" for q in QUANTILES))
            for kind, queries in read_queries(given.queries).items():
                _report(kind, [query.text for query in queries], index, given.rounds)
    return 0


def _report(kind: str, texts: list[str], index: Index, rounds: int) -> None:
    with_it, without = [], []
    for text in texts:
        best = [sys.maxsize, sys.maxsize]
        for _ in range(rounds):
            best[0] = min(best[0], _asked(index, text))
            with mock.patch.object(plan, "rescored", lambda node, *_: node):
                best[1] = min(best[1], _asked(index, text))
        with_it.append(best[0])
        without.append(best[1])
    one, other = quantiles(with_it), quantiles(without)
    shown = "   ".join(f"{a:.2f} / {b:.2f} = {a / b:.2f}" for a, b in zip(one, other, strict=True))
    whole = sum(with_it) / sum(without)
    print(f"{kind:20s} {len(texts):4d} queries   rescored / plain   {shown}   all {whole:.2f}")


def _asked(index: Index, text: str) -> int:
    started = time.perf_counter_ns()
    index.search(text, snippets=False)
    return time.perf_counter_ns() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
