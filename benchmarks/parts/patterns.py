"""What patterns cost that fit few words of an index, many, or all of them. `dev.py patterns`.

Each is asked on an index that was just opened and again on the same, in processor time, with the growth of
memory where the system counts it. Uses only the public interface of an index.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.data import unpack
from benchmarks.steps import machine
from coopsearch.indexer import sync
from coopsearch.search import open_index
from coopsearch.search.errors import QueryError

SHARED = Path(__file__).resolve().parents[3] / "shared"

#: What is asked, from the patterns that people write to those that fit everything.
PATTERNS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("smugg*", {}),
    ("wom?n", {}),
    ("traficking~1", {}),
    ("/smuggl(er|ing)s?/", {}),
    ("migra* border", {}),
    ("smuggl* NEAR/5 route*", {}),
    ("un*", {}),
    ("*ing", {}),
    ("a*", {}),
    ("*e*", {}),
    ("?*", {}),
    ("?*", {"limit": 0}),
    ("/@/", {"limit": 0}),
    ("/.*/", {"limit": 0}),
    ("/.*[aeiou]{3}.*/", {}),
    ("*e*", {"snippets": False}),
    ("*e*", {"sort": "newest"}),
    ("*e*", {"facets": ("lang", "type", "year", "folder")}),
    ("*e*", {"explain": True}),
    ("path:*e*", {}),
    ("title:*", {}),
    ("text:[a TO *]", {}),
    ("*", {}),
    ("border -*x*", {}),
    ("*e* *a* *i* *o*", {}),
)


def main(arguments: Sequence[str]) -> int:
    """Index, ask, and print a line for each pattern."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--corpus", type=Path, default=SHARED / "corpora" / "un_general_debate_passages.jsonl.xz"
    )
    parser.add_argument("--index", type=Path, help="an index that is there, instead of one of the corpus")
    parser.add_argument("--documents", type=int, help="only so many documents")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(arguments)
    print("  ".join(f"{name} {value}" for name, value in machine().items()))
    with tempfile.TemporaryDirectory(prefix="coopsearch-patterns-") as scratch:
        index = given.index
        if index is None:
            corpus = unpack(given.corpus, Path(scratch) / "corpus.jsonl", given.documents)
            index = Path(scratch) / "index"
            sync([corpus.path], index)
        print(
            f"{'query':34s} {'found':>9s} {'first':>9s} {'again':>9s} {'memory':>8s}   milliseconds of "
            f"processor, MB"
        )
        for query, options in PATTERNS:
            print(_line(index, query, options, given.rounds), flush=True)
    return 0


def _line(folder: Path, query: str, options: dict[str, Any], rounds: int) -> str:
    with open_index(folder) as index:
        index.search("border")
        before = _highest()
        first, total = _asked(index, query, options)
        grown = _highest(forget=False) - before
        again = min(_asked(index, query, options)[0] for _ in range(rounds))
    shown = f"{query} {' '.join(f'{name}={value}' for name, value in options.items())}"
    return f"{shown[:34]:34s} {total:>9s} {first * 1000:9.1f} {again * 1000:9.1f} {max(0, grown) / 1024:8.1f}"


def _asked(index: Any, query: str, options: dict[str, Any]) -> tuple[float, str]:
    started = time.process_time()
    try:
        total = f"{index.search(query, **options).total:,}"
    except QueryError:
        total = "refused"
    return time.process_time() - started, total


def _highest(*, forget: bool = True) -> int:
    """Return the most memory in use, in KiB, since the last look that forgot it; 0 where nobody counts."""
    try:
        if forget:
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    except OSError:
        return 0
    return int(found[1]) if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
