"""How often the language of a passage is told right. `dev.py languages`.

Real passages of three collections, in files made of one language and in files that mix the three: passage
by passage at random, and in stretches of three to eight. A long passage has more than 100 characters; short
ones are the first sentences and titles of others. Ends with 1 where a share is below its bound.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from coopsearch.search.analysis.analyzer import outline
from coopsearch.search.model import Document, Passage

SHARED = Path(__file__).resolve().parents[3] / "shared"
LONG = 100
#: The least share that must be right, of long passages and of short ones.
BOUNDS = {"long": 0.99, "short": 0.95}
#: Passages of each language and length that are taken.
SAMPLE = 1_500
_SENTENCE = re.compile(r"(?<=[.!?؟])\s+")


class Labelled(NamedTuple):
    """A passage and its language."""

    text: str
    language: str


def passages(shared: Path, chance: random.Random) -> dict[str, dict[str, list[Labelled]]]:
    """Return passages of real texts: language -> long or short -> passages."""
    sources = {
        "en": (shared / "corpora" / "un_general_debate_passages.jsonl.xz", ""),
        "fr": (shared / "collections" / "piaf_fr_20k" / "corpus.jsonl.xz", "piaf-"),
        "ar": (shared / "collections" / "arcd_ar_10k" / "corpus.jsonl.xz", ""),
    }
    found = {}
    for language, (path, prefix) in sources.items():
        records = list(_records(path, prefix))
        chance.shuffle(records)
        long = [Labelled(text, language) for text in records if len(text) > LONG]
        sentences = (sentence for text in records for sentence in _SENTENCE.split(text))
        short = [Labelled(one, language) for one in sentences if 15 <= len(one) <= LONG and " " in one]
        found[language] = {"long": long[:SAMPLE], "short": short[:SAMPLE]}
    return found


def _records(path: Path, prefix: str) -> Iterator[str]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number >= 30_000:
                return
            record = json.loads(line)
            if str(record.get("_id", record.get("id", ""))).startswith(prefix):
                yield record["text"]


def files(
    found: dict[str, dict[str, list[Labelled]]], chance: random.Random
) -> Iterator[tuple[str, list[Labelled]]]:
    """Yield a name for the kind of a file, and its passages."""
    for language, kinds in found.items():
        every = [one for kind in kinds.values() for one in kind]
        chance.shuffle(every)
        for start in range(0, len(every), 30):
            yield f"all {language}", every[start : start + 30]
    for kind, least, most in (("mixed", 1, 1), ("stretches", 3, 8)):
        waiting = {
            language: chance.sample([one for kind in kinds.values() for one in kind], 2 * SAMPLE)
            if sum(map(len, kinds.values())) >= 2 * SAMPLE
            else [one for kind in kinds.values() for one in kind]
            for language, kinds in found.items()
        }
        made: list[Labelled] = []
        last = ""
        while all(waiting.values()):
            language = chance.choice([one for one in waiting if one != last])
            last = language
            count = chance.randint(least, most)
            made += waiting[language][:count]
            del waiting[language][:count]
            if len(made) >= 30:
                yield kind, made
                made = []


def told(file: list[Labelled]) -> list[str]:
    """Return the languages that the passages of a file are given."""
    text, places = "", []
    for one in file:
        places.append(Passage(len(text), len(text) + len(one.text)))
        text += one.text + "\n\n"
    document = Document("mixed.txt", "mixed.txt", "", text, tuple(places), "txt")
    return [passage.language for passage in outline(document).document.passages]


def measured(shared: Path) -> dict[tuple[str, str], Counter[bool]]:
    """Return (kind of file, length) -> how many passages were told right and wrong."""
    chance = random.Random(20)
    counts: dict[tuple[str, str], Counter[bool]] = {}
    for kind, file in files(passages(shared, chance), chance):
        for one, language in zip(file, told(file), strict=True):
            length = "long" if len(one.text) > LONG else "short"
            counts.setdefault((kind, length), Counter())[one.language == language] += 1
    return counts


def main(arguments: list[str]) -> int:
    """Print the shares; return 1 if one is below its bound."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder of corpora and collections")
    worse = False
    for (kind, length), count in sorted(measured(parser.parse_args(arguments).shared).items()):
        share = count[True] / count.total()
        worse = worse or share < BOUNDS[length]
        print(f"{kind:10} {length:5}  {count[True]:5,} of {count.total():5,} right  {100 * share:6.2f} %")
    return int(worse)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
