"""What trust_cost has indexed and asked: passages, small files, and queries of their words.

Drawn by a generator with a fixed seed: both states get the same, and so does the next run.
"""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Final

from benchmarks.data import Corpus, documents, unpack

ROOT: Final = Path(__file__).resolve().parents[2]
_WORD: Final = re.compile(r"[^\W\d_]{4,}")


def corpus(given: Path | None, count: int, work: Path) -> Corpus:
    """Return so many passages: of a corpus, or else of the seeds, mixed and numbered."""
    target = work / "passages.jsonl"
    if given is not None and given.is_file():
        return unpack(given, target, count)
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").iterdir())]
    sentences = [one.strip() for text in texts for one in re.split(r"(?<=[.!?])\s+", text) if one.strip()]
    chance = random.Random(11)
    with target.open("w", encoding="utf-8") as out:
        for number in range(count):
            words = " ".join(
                f"{chance.choice('bdfgklmnprst')}a{chance.randrange(30_000):x}o" for _ in range(8)
            )
            text = " ".join([*chance.choices(sentences, k=4), f"Report {number} names {words}."])
            out.write(
                json.dumps({"_id": f"report-{number}", "title": f"Report {number}", "text": text}) + "\n"
            )
    return Corpus(target, count, target.stat().st_size)


def questions(passages: Corpus, count: int) -> list[str]:
    """Return queries of words of the passages: one to three words, all of them, or side by side."""
    chance = random.Random(12)
    texts = [entry["text"] for entry in documents(passages.path)]
    found: list[str] = []
    while len(found) < count:
        words = _WORD.findall(chance.choice(texts))
        if len(words) < 3:
            continue
        kind, at = len(found) % 4, chance.randrange(len(words) - 2)
        some = chance.sample(words, k=1 + len(found) % 3)
        found.append(
            (" ".join(some), " AND ".join(some), f'"{words[at]} {words[at + 1]}"', " ".join(some))[kind]
        )
    return found


def files(passages: Corpus, folder: Path, count: int) -> None:
    """Write each of the last passages as a file of its own."""
    folder.mkdir(parents=True)
    for number, entry in enumerate(documents(passages.path)):
        if number >= passages.documents - count:
            (folder / f"{number:06}.txt").write_text(entry["text"] + "\n", encoding="utf-8")
