"""How well names are met across scripts and spellings: the table of `docs/names.md`.

`python -m benchmarks.quality.names`. Of the half of the pairs that nothing was learned of: how many share
a key, how many are met within the limits of costs, how many keys a word has, and how many words of the UN
debates that have nothing to do with a name are offered for it. A word of the debates counts as unrelated
if no pair has it for the name.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from benchmarks.quality.name_pairs import PAIRS, Pair, pairs
from coopsearch.search.analysis.function_words import is_function_word
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.names.costs import cost
from coopsearch.search.names.keys import keys
from coopsearch.search.names.scripts import LATIN, bare
from coopsearch.search.names.spellings import LIMIT, MOST, WIDE_LIMIT

CORPUS: Final = PAIRS.parents[1] / "corpora" / "un_general_debate_passages.jsonl.xz"
#: Each so many passages are read.
EACH: Final = 6
NAMES: Final = 1_000
_CAPITALISED: Final = re.compile(r"[^\W\d_a-z][^\W\d_]{3,}")


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--lexicon", type=Path, nargs="*", default=[], help="lines of a lexicon: common words"
    )
    common = _common(options.parse_args().lexicon)
    measured = list(pairs(learning=False))
    random.Random(1).shuffle(measured)
    words = _words(common)
    by_key = defaultdict(set)
    for word in words:
        for key in keys(word):
            by_key[key].add(word)
    print("| pairs of | share a key | cost at most", LIMIT, "| at most", WIDE_LIMIT, "| keys of a word |")
    print("|---|--:|--:|--:|--:|")
    for source, of_source in _by_source(measured).items():
        shared = [one for one in of_source if keys(one.arabic) & keys(one.latin)]
        sample = shared[:4_000]
        costs = [cost(one.arabic, one.latin) for one in sample]
        count = sum(len(keys(one.arabic)) + len(keys(one.latin)) for one in of_source) / 2 / len(of_source)
        within = [sum(one <= limit for one in costs) / len(costs) for limit in (LIMIT, WIDE_LIMIT)]
        rate = len(shared) / len(of_source)
        print(f"| {source} | {rate:.3f} | {rate * within[0]:.3f} | {rate * within[1]:.3f} | {count:.1f} |")
    true: defaultdict[str, set[str]] = defaultdict(set)
    for one in [*pairs(learning=True), *measured]:
        true[one.arabic].update(bare(one.latin, LATIN))
    names = list(dict.fromkeys(one.arabic for one in measured if one.source.startswith("arab")))[:NAMES]
    shown: Counter[float] = Counter()
    sharing, started, looked = 0, time.process_time(), 0
    for name in names:
        found = set().union(*(by_key.get(key, ()) for key in keys(name)))
        looked += len(found)
        others = sorted(cost(name, word) for word in found - true[name])
        sharing += len(others)
        for limit in (LIMIT, WIDE_LIMIT):
            shown[limit] += min(MOST, sum(one <= limit for one in others))
    spent = (time.process_time() - started) / len(names) * 1e3
    print(f"\nOf {len(words):,} words of the debates that are capitalised somewhere, for one Arab name:")
    print(f"{sharing / len(names):.1f} unrelated ones share a key,", end=" ")
    for limit in (LIMIT, WIDE_LIMIT):
        print(f"{shown[limit] / len(names):.2f} are shown within {limit};", end=" ")
    print(f"{spent:.2f} ms for {looked / len(names):.0f} words")


def _by_source(given: Iterable[Pair]) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = {}
    for one in given:
        found.setdefault(one.source, []).append(one)
    return dict(sorted(found.items()))


def _words(common: frozenset[str]) -> set[str]:
    found: set[str] = set()
    with lzma.open(CORPUS, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % EACH == 0:
                found.update(map(normalize, _CAPITALISED.findall(json.loads(line)["text"])))
    return {word for word in found if word not in common and not is_function_word(word)}


def _common(files: Iterable[Path]) -> frozenset[str]:
    found: set[str] = set()
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            found.update(normalize(one.strip()) for cell in (cells[0], *cells[2:]) for one in cell.split(";"))
    return frozenset(found)


if __name__ == "__main__":
    main()
