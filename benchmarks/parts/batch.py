"""How long a list of ten thousand names takes, asked as `coopsearch batch` asks it. `dev.py batch`.

The names are two or three words with capitals, as an analyst's list has them: three in ten stand so in the
corpus, and the others are put together from the words of its names, so that no word is unknown and most
names are in no document: no list is harder. The whole command is measured, from its start to its end.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from benchmarks.data import documents, unpack
from benchmarks.steps import machine
from coopsearch.indexer import sync

SHARED: Final = Path(__file__).resolve().parents[3] / "shared"
#: Names, those of them that stand in the corpus, and one of so many passages that these are taken from.
NAMES: Final = 10_000
HELD: Final = 3_000
EACH: Final = 5
_NAME: Final = re.compile(r"(?:[A-Z][a-z]+ ){1,2}[A-Z][a-z]+")
_SEED: Final = 7


def main(arguments: Sequence[str]) -> int:
    """Index, ask, and print a line for each round."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--corpus", type=Path, default=SHARED / "corpora" / "un_general_debate_passages.jsonl.xz"
    )
    parser.add_argument("--documents", type=int, help="only so many documents")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="keep the index here, and use it if it is there")
    given = parser.parse_args(arguments)
    print("  ".join(f"{name} {value}" for name, value in machine().items()))
    with tempfile.TemporaryDirectory(prefix="coopsearch-batch-") as scratch:
        place = given.keep or Path(scratch)
        corpus = place / "corpus.jsonl"
        if not corpus.exists():
            unpack(given.corpus, corpus, given.documents)
        report = sync([corpus], place / "index")
        names = Path(scratch) / "names.txt"
        names.write_text("".join(f"{name}\n" for name in listed(corpus)), encoding="utf-8")
        print(f"{NAMES:,} names, {report.documents:,} documents; seconds by the clock, of processor, and MB")
        for _ in range(given.rounds):
            started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "coopsearch.search.cli",
                    "batch",
                    names,
                    "--csv",
                    "--index",
                    place / "index",
                ],
                env={**os.environ, "COLUMNS": "100"},
                stdout=subprocess.PIPE,
                check=True,
            )
            seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
            processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            rows = list(csv.DictReader(done.stdout.decode().splitlines()))
            found = sum(row["documents"] != "0" for row in rows)
            print(f"{seconds:6.1f}  {processor:6.1f}  {after.ru_maxrss / 1024:6.0f}  {found:,} found")
    return 0


def listed(corpus: Path) -> list[str]:
    """Return names that stand in a corpus, and others of their words, in an order that is always the same."""
    chance = random.Random(_SEED)
    found = sorted(
        {name for one in islice(documents(corpus), 0, None, EACH) for name in _NAME.findall(one["text"])}
    )
    chance.shuffle(found)
    words = sorted({word for name in found for word in name.split()})
    made = [" ".join(chance.choices(words, k=chance.choice((2, 2, 3)))) for _ in range(NAMES - HELD)]
    names = [*found[:HELD], *made]
    chance.shuffle(names)
    return names


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
