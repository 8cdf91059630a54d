"""Options that benchmarks of clusters and services share. Does not depend on coopsearch."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

_SHARED: Final = Path(__file__).resolve().parents[2] / "shared"


def parser(command: str, about: str | None, *, queries: bool = False) -> argparse.ArgumentParser:
    """Return a parser of the options that all have, and with ``queries`` of the file of these.

    ``command`` is that of dev.py, ``about`` the docstring of the benchmark, whose first line is shown.
    """
    found = argparse.ArgumentParser(prog=f"dev.py {command}", description=(about or "").partition("\n")[0])
    corpus = _SHARED / "corpora" / "un_general_debate_passages.jsonl.xz"
    found.add_argument("--corpus", type=Path, default=corpus, help="passages that are indexed")
    if queries:
        asked = _SHARED / "queries" / "search_benchmark_game.jsonl"
        found.add_argument("--queries", type=Path, default=asked, help="queries that are asked")
    found.add_argument("--out", type=Path, help="write what is printed into this file, too")
    return found
