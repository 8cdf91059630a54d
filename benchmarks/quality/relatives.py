"""How many words of another meaning the commonest words of each language meet. `dev.py relatives`.

The words of real texts make an index of three languages in memory. Each of the 2,000 commonest words of a
language is asked for as a query does: by its stems and its family. Two words are strangers if they are used
beside other words: the cosine between what stands around them (four words to each side, by how much oftener
than by chance) does not beat four of five other words that are as frequent as the one met. Rare words are
left out, as little can be said of them. Ends with 1 where more of what is met are strangers than ``BOUNDS``
allow.

Nothing of this is certain of one pair: forms that are used otherwise (a verb and its noun in a law) count as
strangers too. It tells one state of the rules from another, and where to look.
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from coopsearch.search import schema
from coopsearch.search.analysis.function_words import is_function_word
from coopsearch.search.analysis.stems import stem
from coopsearch.search.analysis.tokenizer import words
from coopsearch.search.query.expansion.families import Families
from coopsearch.search.ranking import DEFAULT

if TYPE_CHECKING:
    from coopsearch.search.engines.base import Reader

SHARED = Path(__file__).resolve().parents[3] / "shared"
#: Of each language: packed records, and how many of them are read.
SOURCES = {
    "en": (("corpora/un_general_debate_passages", 20_000), ("collections/time_en/corpus", 500)),
    "fr": (("collections/piaf_fr_20k/corpus", 20_000), ("cross/ntrex_enq_frd/corpus", 5_000)),
    "ar": (("collections/arcd_ar_10k/corpus", 8_000), ("cross/ntrex_enq_ard/corpus", 5_000)),
}
#: Words that are asked for, and times that a word must stand in the texts to be judged.
COMMONEST = 2_000
LEAST = 20
#: Words by which another is known, and how far they are looked for to each side.
CONTEXT = 1_500
WINDOW = 4
#: Words as frequent as the one met that it is measured by, and the share of them that a relative must beat.
PEERS = 300
QUANTILE = 0.8
#: The most strangers for a hundred words asked for: what was reached.
BOUNDS = {"en": 42.0, "fr": 98.5, "ar": 378.0}


class Met(NamedTuple):
    """A word that another finds."""

    word: str
    other: str
    rule: str
    likeness: float
    stranger: bool


class Words:
    """What a query asks of an index, of the words of texts in memory."""

    parameters = DEFAULT

    def __init__(self, counts: dict[str, Counter[str]]) -> None:
        """Take the words of each language."""
        self.words = Counter[str]()
        self.stems: dict[str, Counter[str]] = {}
        """Stem -> words that have it in the language of their text."""
        for language, found in counts.items():
            self.words.update(found)
            for word, count in found.items():
                self.stems.setdefault(stem(word, language), Counter())[word] += count

    def among(self, field: str, terms: Iterable[str]) -> frozenset[str]:
        """Return those of the terms that are there."""
        held = self.stems if field == schema.STEMS else self.words
        return frozenset(term for term in terms if term in held)

    def document_frequency(self, field: str, term: str) -> int:
        """Return how often a term is there."""
        return self.stems[term].total() if field == schema.STEMS else self.words[term]


class Use:
    """How the words of a language are used: a row for each, of what stands around it."""

    def __init__(self, texts: list[list[str]], counts: Counter[str]) -> None:
        """Count what stands around the words that are there often enough."""
        known = [word for word, count in counts.most_common() if count >= LEAST]
        self.places = {word: place for place, word in enumerate(known)}
        telling = [word for word in known if not is_function_word(word) and len(word) > 2][:CONTEXT]
        context = {word: place for place, word in enumerate(telling)}
        table = np.zeros((len(known), len(telling)), np.float32)
        word_of = np.array(
            [self.places.get(w, -1) for text in texts for w in (*text, *[""] * WINDOW)], np.int64
        )
        beside = np.array([context.get(w, -1) for text in texts for w in (*text, *[""] * WINDOW)], np.int64)
        for step in range(1, WINDOW + 1):
            for one, other in ((word_of[:-step], beside[step:]), (word_of[step:], beside[:-step])):
                kept = (one >= 0) & (other >= 0)
                np.add.at(table, (one[kept], other[kept]), 1)
        expected = table.sum(1, keepdims=True) * table.sum(0, keepdims=True) / max(1.0, float(table.sum()))
        with np.errstate(divide="ignore", invalid="ignore"):
            table = np.nan_to_num(np.maximum(0, np.log(table / expected)), nan=0.0, neginf=0.0, posinf=0.0)
        self._rows = table / np.maximum(1e-9, np.linalg.norm(table, axis=1, keepdims=True))

    def likeness(self, one: str, other: str) -> float:
        """Return the cosine between what stands around two words."""
        return float(self._rows[self.places[one]] @ self._rows[self.places[other]])

    def are_strangers(self, one: str, other: str) -> bool:
        """Say whether a word is used like another no more than words are that are as frequent as that one."""
        begin = max(0, min(self.places[other] - PEERS // 2, len(self._rows) - PEERS))
        peers = self._rows[begin : begin + PEERS] @ self._rows[self.places[one]]
        return self.likeness(one, other) < float(np.quantile(peers, QUANTILE))


def texts_of(shared: Path, language: str) -> Iterator[list[str]]:
    """Yield the folded words of each record of a language."""
    for name, most in SOURCES[language]:
        with lzma.open(shared / f"{name}.jsonl.xz", "rt", encoding="utf-8") as records:
            for record in islice(records, most):
                yield words(json.loads(record)["text"])[0]


def met(shared: Path) -> dict[str, list[Met]]:
    """Return what the commonest words of each language meet of it, but for themselves."""
    texts = {language: list(texts_of(shared, language)) for language in SOURCES}
    counts = {
        language: Counter(word for text in found for word in text if word.isalpha() and len(word) > 1)
        for language, found in texts.items()
    }
    index = Words({language: Counter(_often(found)) for language, found in counts.items()})
    languages = tuple(SOURCES)
    families = Families(cast("Reader", index), languages, stem)
    found: dict[str, list[Met]] = {}
    for language in languages:
        use = Use(texts[language], counts[language])
        asked = [w for w in use.places if len(w) > 2 and not is_function_word(w)][:COMMONEST]
        found[language] = []
        for word in asked:
            reached: dict[str, str] = {}
            for one in languages:
                for other in index.stems.get(stem(word, one), ()):
                    reached.setdefault(other, f"stem in {one}")
            for member in families(word):
                for other in index.stems[member.stem]:
                    reached.setdefault(other, member.rule)
            for other, rule in reached.items():
                if other != word and other in use.places:
                    alike, apart = use.likeness(word, other), use.are_strangers(word, other)
                    found[language].append(Met(word, other, rule, alike, apart))
    return found


def _often(found: Counter[str]) -> dict[str, int]:
    return {word: count for word, count in found.items() if count >= 3}


def main(arguments: list[str]) -> int:
    """Print the figures; return 1 if one is above its bound."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder of corpora and collections")
    parser.add_argument("--show", type=int, default=0, help="strangers to name, the least alike first")
    given: Any = parser.parse_args(arguments)
    worse = False
    for language, found in met(given.shared).items():
        strangers = sorted((one for one in found if one.stranger), key=lambda one: one.likeness)
        share = 100 * len(strangers) / COMMONEST
        worse = worse or share > BOUNDS[language]
        print(
            f"{language}  {len(found):6,} other words met by the {COMMONEST:,} commonest, "
            f"{len(strangers):5,} of them strangers: {share:5.1f} for a hundred words"
        )
        for one in strangers[: given.show]:
            print(f"      {one.word} {one.other}  ({one.rule}, {one.likeness:.3f})")
    return int(worse)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
