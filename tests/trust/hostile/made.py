"""Passages in three scripts that nobody wrote, with the words of a real language's frequencies.

A few words are everywhere and most are met once or twice, as Zipf has it, so that an index of them is as
hard on patterns as one of real text. The same in every run. Does not depend on coopsearch.
"""

from __future__ import annotations

import json
from itertools import accumulate, product
from pathlib import Path
from random import Random
from typing import Final

#: How many passages, and words in one on average.
PASSAGES: Final = 20_000
_LENGTH: Final = 66
#: Different words of each script that there are to choose from.
_WORDS: Final = {"latin": 75_000, "arabic": 38_000, "cyrillic": 30_000}
#: What words are made of: beginnings, middles and ends of syllables.
_SYLLABLES: Final = {
    "latin": (
        ["", "b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr", "pr", "ch"],
        ["a", "e", "i", "o", "u", "é", "ai", "ou", "io", "e", "a"],
        ["", "", "n", "r", "s", "l", "t", "nd", "ss", "x"],
    ),
    "arabic": (
        ["ال", "ب", "ت", "م", "ن", "ي", "س", "ح", "ق", "ل", "ك", "ع", "ف", "ر"],
        ["", "ا", "و", "ي", ""],
        ["", "د", "ر", "ن", "ة", "ل", "م"],
    ),
    "cyrillic": (
        ["", "б", "в", "г", "д", "к", "л", "м", "н", "п", "р", "с", "т", "пр"],
        ["а", "е", "и", "о", "у", "я"],
        ["", "", "н", "р", "т", "в", "й", "сть"],
    ),
}
#: The words that hold sentences together, so that languages are told as they are of real text.
_SMALL: Final = {
    "latin": "the of and to in a is that for on with as by at from it was be are this which".split(),
    "arabic": "في من على إلى أن هذا التي عن مع كان".split(),
    "cyrillic": "и в не на что с по как это из".split(),
}
_TITLES: Final = ("Report", "Letter", "Minutes", "Étude", "تقرير", "Доклад")
_PEOPLE: Final = ("amal", "omar", "nadia", "sofia", "jean", "ivan", "layla", "pierre")


def vocabulary(script: str) -> list[str]:
    """Return the words of a script, the most frequent first."""
    chance = Random(script)
    syllables = ["".join(parts) for parts in product(*_SYLLABLES[script])]
    found = dict.fromkeys(_SMALL[script])
    while len(found) < _WORDS[script]:
        counts = chance.choices((1, 2, 3, 4), (1, 6, 6, 2), k=1_000)
        for count in counts:
            found["".join(chance.choices(syllables, k=count))] = None
    return [word for word in found if word][: _WORDS[script]]


def write_passages(file: Path, passages: int = PASSAGES) -> dict[str, list[str]]:
    """Write passages as JSON Lines; return the words of each script, the most frequent first."""
    chance = Random(passages)
    words = {script: vocabulary(script) for script in _WORDS}
    weights = {
        script: list(accumulate(1.0 / (rank + 2.7) for rank in range(len(some))))
        for script, some in words.items()
    }
    scripts = list(words)
    with file.open("w", encoding="utf-8") as out:
        for number in range(passages):
            script = chance.choices(scripts, (4, 2, 1))[0]
            count = chance.randint(_LENGTH // 3, _LENGTH * 5 // 3)
            text = chance.choices(words[script], cum_weights=weights[script], k=count)
            # Some words of another script in every fifth: names stay as they are.
            if not number % 5:
                other = chance.choice(scripts)
                text += chance.choices(words[other], cum_weights=weights[other], k=5)
            record = {
                "_id": f"p{number}",
                "title": f"{chance.choice(_TITLES)} {number % 700} {chance.choice(text)}",
                "text": ". ".join(" ".join(text[at : at + 14]) for at in range(0, len(text), 14)) + ".",
                "author": f"{chance.choice(_PEOPLE)} {chance.choice(_PEOPLE)}",
                "date": f"{chance.randint(1990, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
                "pages": chance.randint(1, 900),
            }
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return words
