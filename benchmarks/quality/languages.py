"""How often the language of a passage is told right. `dev.py languages`.

Real passages of three collections, in files made of one language and in files that mix the three: passage
by passage at random, and in stretches of three to eight. A long passage has more than 100 characters; short
ones are the first sentences and titles of others.

Then lines of two to six words, as titles, cells and subjects are: what stands between two signs of
punctuation, and titles. Each is judged alone, where it may be told right, told wrong or left undecided; and
as a file of its own, in a folder whose files all speak one language. Ends with 1 where a share is below its
bound.
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
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from coopsearch.search.analysis.analyzer import outline
from coopsearch.search.analysis.langid.detect import DOUBTFUL, judge
from coopsearch.search.analysis.langid.earlier import Earlier
from coopsearch.search.model import Document, Passage

SHARED = Path(__file__).resolve().parents[3] / "shared"
LONG = 100
#: The least share that must be right, of long passages and of short ones.
BOUNDS = {"long": 0.99, "short": 0.95}
#: Passages of each language and length that are taken.
SAMPLE = 1_500
_SENTENCE = re.compile(r"(?<=[.!?؟])\s+")

#: Of lines alone, the most that may be told wrong; of lines in a folder, the most as well.
MOST_WRONG = {"alone": 0.015, "folder": 0.02}
#: Lines that are taken of each language, and words that they have.
LINES = 3_000
WORDS = range(2, 7)
_BETWEEN = re.compile(r"\s*[.,;:!?()\[\]«»\"“”؟،؛/|–—\n]+\s*|\s+-+\s+")


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


def lines(shared: Path) -> dict[str, list[str]]:
    """Return short real lines of each language, each once, from records that no weight was counted on."""
    sources = {
        "en": (
            "corpora/un_general_debate_passages",
            "collections/scifact_en/corpus",
            "cross/ntrex_enq_end/corpus",
        ),
        "fr": ("collections/piaf_fr_20k/corpus", "cross/ntrex_enq_frd/corpus"),
        "ar": ("collections/arcd_ar_10k/corpus", "cross/ntrex_enq_ard/corpus"),
    }
    chance = random.Random(14)
    found = {}
    for language, names in sources.items():
        of_language: list[str] = []
        for name in names:
            with lzma.open(shared / f"{name}.jsonl.xz", "rt", encoding="utf-8") as records:
                texts = [json.loads(record) for record in islice(records, 1, 20_000, 2)]
            pieces = {
                piece
                for record in texts
                for text in (_title(record), record["text"])
                for piece in _BETWEEN.split(text)
                if len(piece.split()) in WORDS
                and not any(map(str.isdigit, piece))
                and _is_of(piece, language)
            }
            of_language += chance.sample(sorted(pieces), min(len(pieces), LINES // len(names)))
        found[language] = of_language
    return found


def _is_of(piece: str, language: str) -> bool:
    """Say whether a line is in its language's script: an Arabic report cites names in others."""
    return any("\u0620" <= letter <= "\u06ff" for letter in piece) is (language == "ar")


def _title(record: dict[str, str]) -> str:
    """Return what a record's title says in its language: a package's description, not its name."""
    return record.get("title", "").partition(" - ")[2] if record["_id"].startswith("deb-") else ""


def of_lines(shared: Path) -> dict[tuple[str, str], Counter[str]]:
    """Return (how, language) -> how many lines were told right, wrong and not at all."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for language, found in lines(shared).items():
        alone = counts["alone", language] = Counter()
        folder = counts["folder", language] = Counter()
        for begin in range(0, len(found), 30):
            earlier = Earlier()
            for number, line in enumerate(found[begin : begin + 30]):
                judged = judge(line)
                undecided = not judged.language or judged.confidence <= DOUBTFUL
                right = "right" if judged.language == language else "wrong"
                alone["undecided" if undecided else right] += 1
                (told,) = earlier.settle(f"folder{begin}/{number}.txt", [judged], [len(line)])
                folder["undecided" if not told else "right" if told == language else "wrong"] += 1
    return counts


def main(arguments: list[str]) -> int:
    """Print the shares; return 1 if one is below its bound."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder of corpora and collections")
    shared = parser.parse_args(arguments).shared
    worse = False
    for (how, language), told in sorted(of_lines(shared).items()):
        wrong = told["wrong"] / told.total()
        worse = worse or wrong > MOST_WRONG[how]
        shares = "  ".join(
            f"{name} {100 * told[name] / told.total():6.2f} %" for name in ("right", "undecided", "wrong")
        )
        print(f"lines {how:6} {language}  of {told.total():5,}  {shares}")
    for (kind, length), count in sorted(measured(shared).items()):
        share = count[True] / count.total()
        worse = worse or share < BOUNDS[length]
        print(f"{kind:10} {length:5}  {count[True]:5,} of {count.total():5,} right  {100 * share:6.2f} %")
    return int(worse)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
