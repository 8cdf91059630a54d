"""Learns what it costs to write one letter for another: makes `search/names/letter_costs.py`.

`python -m benchmarks.quality.letter_costs [--write]`. Spellings of one name are aligned letter by letter,
each time by the likeliest steps of the round before (Viterbi training of the alignment model of
Ristad and Yianilos, "Learning string edit distance", 1998); the counts of the last round become costs. Only
pairs are learned of that share a key, and only those that are free of conditions (CC0).
"""

from __future__ import annotations

import argparse
import math
import random
import textwrap
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final

from benchmarks.quality.name_pairs import SOURCES, pairs
from coopsearch.search.names.costs import single
from coopsearch.search.names.keys import keys
from coopsearch.search.names.scripts import ARABIC, LATIN, bare, script_of

TARGET: Final = Path(__file__).resolve().parents[2] / "search" / "names" / "letter_costs.py"
#: Letters of Latin and Arabic script that count as one, beside one alone.
TOGETHER: Final = frozenset(
    (
        "sh ch kh gh th dh ph dj zh ck qu ng ts tz gn ce ci ou oo ee ei ai ay ah eh ey ie iy uo au aw ow eu "
        "oe ae ia تش دج كس تس"
    ).split()
)
#: Letters of a step on either side.
STEPS: Final = ((1, 1), (1, 2), (1, 0), (0, 1), (2, 1), (2, 2))
ROUNDS: Final = 5
#: Pairs that are learned of, by source, and of two spellings in Latin script.
MOST: Final = {"arabnames-cc0": 14_000, "wikidata-cc0": 7_000}
MOST_LATIN: Final = 15_000
#: A step that was seen less often is not told from noise; the highest cost that is kept.
SEEN: Final = 15
HIGHEST: Final = 4.0
#: What an unseen step costs while it is learned.
_UNSEEN: Final = 12.0

Step = tuple[str, str]
Cost = Callable[[str, str], float | None]


def aligned(left: str, right: str, cost: Cost) -> list[Step]:
    """Return the cheapest steps from one word to another, none if there is no way."""
    best = {(0, 0): (0.0, (0, 0))}
    for i in range(len(left) + 1):
        for j in range(len(right) + 1):
            if (i, j) not in best:
                continue
            so_far = best[i, j][0]
            for more, others in STEPS:
                to = i + more, j + others
                if to[0] > len(left) or to[1] > len(right):
                    continue
                step = cost(left[i : to[0]], right[j : to[1]])
                if step is not None and (to not in best or so_far + step < best[to][0]):
                    best[to] = so_far + step, (i, j)
    at = len(left), len(right)
    found: list[Step] = []
    while at != (0, 0):
        if at not in best:
            return []
        before = best[at][1]
        found.append((left[before[0] : at[0]], right[before[1] : at[1]]))
        at = before
    return found


def _counts(given: list[Step], *, same: bool) -> Counter[Step]:
    """Return how often each step was taken in the last round."""

    def first(left: str, right: str) -> float | None:
        if not left or not right:
            return 1.0 if (left or right) in _SOFT else 4.0
        if same and left == right:
            return 0.1
        if len(left) + len(right) > 2:
            return 3.0
        return 0.5 if _key(left) & _key(right) else 6.0

    cost: Cost = first
    counts: Counter[Step] = Counter()
    for _ in range(ROUNDS):
        counts = Counter(step for pair in given for step in aligned(*pair, partial(_known, cost)))
        total = counts.total()
        rates = {step: -math.log(count / total) for step, count in counts.items() if count > 2}

        def cost(left: str, right: str, rates: dict[Step, float] = rates) -> float | None:
            single = len(left) <= 1 and len(right) <= 1
            return rates.get((left, right), _UNSEEN if single else None)

    return counts


_SOFT: Final = frozenset("aeiouywhاويىئءعه")
#: Those that stand for no consonant, or may.
_VOWELS: Final = frozenset("aeiouywاويىئءع")
_remembered: dict[str, frozenset[str]] = {}


def _key(letter: str) -> frozenset[str]:
    """Return the classes of a letter: the keys of a word that has this consonant alone."""
    if letter in _VOWELS:
        return frozenset((" ",))
    if letter not in _remembered:
        filler = "و" if script_of(letter) == ARABIC else "o"
        _remembered[letter] = frozenset(one.lstrip("A") for one in keys(filler + letter + filler))
    return _remembered[letter]


def _known(cost: Cost, left: str, right: str) -> float | None:
    if any(len(one) > 1 and one not in TOGETHER for one in (left, right)):
        return None
    return cost(left, right)


def costs(counts: Counter[Step]) -> dict[Step, float]:
    """Return the cost of each step: 0 for what a letter is most often written as, or stands for most often.

    Else the logarithm of how much more often that is so, by the side on which the step is the less unusual.
    """
    left: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for (one, other), count in counts.items():
        left[one], right[other] = max(left[one], count), max(right[other], count)
    found = {}
    for (one, other), count in counts.items():
        sides = [left[one]] if not other else [right[other]] if not one else [left[one], right[other]]
        cost = round(math.log(min(sides) / count), 1)
        if count >= SEEN and cost <= HIGHEST:
            found[one, other] = cost
    return found


def _shortened(arabic: str, latin: str) -> Step:
    """Return a pair as far as possible without its articles, doubled consonants written once."""
    ways = [(one, other) for one in bare(arabic, ARABIC) for other in bare(latin, LATIN)]
    one, other = min(ways, key=lambda way: (not keys(way[0]) & keys(way[1]), len(way[0]) + len(way[1])))
    return single(one), single(other)


def _lines(name: str, said: str, found: dict[Step, float]) -> Iterator[str]:
    rows: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    for (left, right), cost in found.items():
        rows[left].append((cost, right))
    yield f"#: {said}"
    yield f'{name}: Final = """\\'
    for left, row in sorted(rows.items()):
        told = " ".join(f"{right or '-'}={cost:g}" for cost, right in sorted(row))
        yield from textwrap.wrap(f"{left or '-'}: {told}", 106, subsequent_indent="  ")
    yield '"""'


def main() -> None:
    """Learn, and print the table or write it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="write the table where the program reads it")
    write = options.parse_args().write
    chance = random.Random(3)
    given = [
        one for one in pairs(learning=True) if one.latin.isascii() and keys(one.arabic) & keys(one.latin)
    ]
    chance.shuffle(given)
    across: list[Step] = []
    spellings: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for source in (name for name, free in SOURCES.items() if free):
        own = [_shortened(one.arabic, one.latin) for one in given if one.source == source]
        across += own[: MOST[source]]
        for arabic, latin in own:
            spellings[source, arabic].add(latin)
    beside: list[Step] = []
    for _, group in sorted(spellings.items()):
        chosen = sorted(group)
        chance.shuffle(chosen)
        beside += [pair for pair in pairwise(chosen[:4]) if keys(pair[0]) & keys(pair[1])]
    chance.shuffle(beside)
    beside = beside[:MOST_LATIN]
    beside += [(other, one) for one, other in beside]
    by_letter = costs(_counts(beside, same=True))
    lines = [
        '"""What it costs to write one letter for another in a name, learned from open pairs of spellings.',
        "",
        "Made by `benchmarks/quality/letter_costs.py`; not to be changed by hand. The pairs are of",
        "arabic-name-romanizer's names of Arab people and of Wikidata's labels, both CC0 1.0, which asks for",
        "no notice; nothing else was learned of.",
        "",
        "A row is one letter, or two that are written for one sound, and what stands for it on the other",
        "side with its cost, the cheapest first; `-` is nothing. What is not listed costs more than 4.",
        '"""',
        "",
        "from typing import Final",
        "",
        *_lines("ARABIC_LATIN", "Arabic to Latin script.", costs(_counts(across, same=False))),
        "",
        *_lines("LATIN_LATIN", "Latin to Latin script, both ways.", by_letter),
    ]
    text = "\n".join(lines) + "\n"
    if write:
        TARGET.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
