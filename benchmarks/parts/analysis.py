"""How fast text is taken apart, beside an earlier state of the project. `python3 dev.py analysis [COMMIT]`.

Both states work on the same passages in three languages, in turn, each time in a process of its own, and the
clock counts processor time: what else the machine does falls on both.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLLECTIONS = ROOT.parent / "shared" / "collections"
#: The commit that first had the analysis.
FIRST = "c6dfe55"
#: Collection -> the language of its texts.
TEXTS = {"scifact_en": "en", "piaf_fr_20k": "fr", "arcd_ar_10k": "ar"}


def main(arguments: list[str]) -> int:
    """Measure both states in turn; return 1 if this one is slower by more than 15 %."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("commit", nargs="?", default=FIRST, help="the state to compare with")
    parser.add_argument("--collections", type=Path, default=COLLECTIONS, help="the folder that holds them")
    parser.add_argument("--documents", type=int, default=1500, help="of each collection")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.here:
        print(speed(given.collections, given.documents))
        return 0
    with tempfile.TemporaryDirectory(prefix="coopsearch-analysis-") as name:
        trees = {given.commit: Path(name) / "before", "this": Path(name) / "now"}
        for tree in trees.values():
            (tree / "coopsearch").mkdir(parents=True)
        archive = subprocess.run(
            ["git", "archive", given.commit, "search", "indexer"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        subprocess.run(["tar", "x", "-C", trees[given.commit] / "coopsearch"], input=archive, check=True)
        for part in ("search", "indexer"):
            (trees["this"] / "coopsearch" / part).symlink_to(ROOT / part)
        command = [sys.executable, __file__, "--here", f"--collections={given.collections}"]
        found: dict[str, list[float]] = {state: [] for state in trees}
        for _ in range(given.rounds):
            for state, tree in trees.items():
                done = subprocess.run(
                    [*command, f"--documents={given.documents}"],
                    env={**os.environ, "PYTHONPATH": str(tree)},
                    stdout=subprocess.PIPE,
                    check=True,
                )
                found[state].append(float(done.stdout))
    before, now = (statistics.median(values) for values in found.values())
    for state, values in found.items():
        print(f"{state:8} {statistics.median(values):6.2f} million characters a second  ", end="")
        print(f"({min(values):.2f} to {max(values):.2f}, {len(values)} rounds)")
    print(f"ratio    {now / before:6.3f}")
    return int(now < 0.85 * before)


def speed(collections: Path, documents: int) -> float:
    """Return the million characters a second that coopsearch takes apart with all words new to it."""
    from coopsearch.search.analysis.analyzer import analyse
    from coopsearch.search.analysis.stems import StemTable
    from coopsearch.search.model import Document, Passage

    given = []
    for name, language in TEXTS.items():
        with lzma.open(collections / name / "corpus.jsonl.xz", "rt", encoding="utf-8") as lines:
            for entry in map(json.loads, itertools.islice(lines, documents)):
                text = entry["text"]
                passage = Passage(0, len(text), language=language)
                given.append(Document(entry["_id"], entry.get("title", ""), "", text, (passage,), "txt"))
    started = time.process_time()
    table = StemTable(lambda _word: {})
    for document in given:
        analyse(document, table)
    return sum(len(one.text) for one in given) / (time.process_time() - started) / 1e6


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
