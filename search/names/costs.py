"""How far two spellings are from being of one name: the sum of what it costs to write letter for letter.

The costs of letters are learned (``letter_costs``). Cyrillic letters are read as the Latin ones that are
written for them. Does not depend on an index or on engines.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Final

from coopsearch.search.lazy import expression
from coopsearch.search.names.letter_costs import ARABIC_LATIN, LATIN_LATIN
from coopsearch.search.names.scripts import ARABIC, CYRILLIC, bare, script_of

#: letter or two -> what stands for it on the other side -> cost
Row = dict[str, float]
Table = dict[str, Row]

#: What it costs to write a letter for one that is never written for it, and to leave one out that never is.
_OTHER: Final = 5.0
_LEFT_OUT: Final = 4.0
#: What it costs that one of two has an article.
_ARTICLE: Final = 0.3
#: What it costs to take two letters for each other because a third one, of another script, stands for both.
_BY_ANOTHER: Final = 1.0
#: What it costs more that one of two Arabic words has a letter for a vowel, the other none: سعيد is not سعد.
_VOWEL_LEFT_OUT: Final = 1.5
_VOWELS: Final = frozenset("اويىئءع")
#: The Latin letters that are written for Cyrillic ones.
_ROMAN: Final = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфыэіїґўјљњћё", "abvgdeziyklmnoprstufyeiiguylnce", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ю": "yu", "я": "ya", "џ": "dj"}
    | {"ъ": "", "ь": "", "ђ": "dj", "є": "ie"}
)
_DOUBLE: Final = expression(r"([^aeiou])\1+")
_NO_ROW: Final[Row] = {}


def weight(cost: float) -> float:
    """Return for how much a spelling of a cost counts beside what was typed: e^(-0.7 cost)."""
    return math.exp(-0.7 * cost)


def cost(one: str, other: str, most: float = math.inf) -> float:
    """Return what it costs to write one folded word for another, infinity for more than ``most``.

    It is 0 where each letter is written as it most often is. Of an article (al-, el-, ال) one may have it.
    """
    left, right = script_of(one), script_of(other)
    if not left or not right:
        return math.inf
    if right == ARABIC and left != ARABIC:
        one, other, left, right = other, one, right, left
    table = _latin() if left != ARABIC else _across() if right != ARABIC else _arabic()
    found = math.inf
    for (a, without), (b, other_without) in product(_ways(one, left), _ways(other, right)):
        more = 0.0 if without == other_without else _ARTICLE
        found = min(found, more + _aligned(a, b, table, min(most, found) - more))
    return found if found <= most else math.inf


def _ways(word: str, script: str) -> Iterator[tuple[str, bool]]:
    """Yield how a word may be read, and whether that is without what may be an article.

    Doubled consonants are one: they are seldom written in Arabic, and by no rule in Latin script.
    """
    if script == CYRILLIC:
        yield single(word.translate(_ROMAN)), False
        if "х" in word:
            yield single(word.replace("х", "h").translate(_ROMAN)), False
        return
    for one in bare(word, script):
        yield single(one), one != word


def single(word: str) -> str:
    """Return a word with each doubled consonant once."""
    return _DOUBLE().sub(r"\1", word)


def _aligned(one: str, other: str, table: Table, most: float) -> float:
    """Return the cost of the cheapest alignment, infinity above ``most``."""
    added = table.get("", _NO_ROW)
    width = len(other)
    following = [math.inf] * (width + 1)
    after: list[float] | None = None
    following[0] = 0.0
    for at in range(len(one) + 1):
        row, following = following, after or [math.inf] * (width + 1)
        after = [math.inf] * (width + 1)
        letter = one[at : at + 1]
        alone = table.get(letter, _NO_ROW) if letter else _NO_ROW
        double = table.get(one[at : at + 2], _NO_ROW) if at + 1 < len(one) else _NO_ROW
        left_out = alone.get("", _LEFT_OUT)
        least = math.inf
        for place, so_far in enumerate(row):
            if so_far > most:
                continue
            least = min(least, so_far)
            following[place] = min(following[place], so_far + left_out) if letter else math.inf
            if place == width:
                continue
            sign, pair = other[place], other[place : place + 2]
            row[place + 1] = min(row[place + 1], so_far + added.get(sign, _LEFT_OUT))
            if not letter:
                continue
            step = 0.0 if letter == sign else alone.get(sign, _OTHER)
            following[place + 1] = min(following[place + 1], so_far + step)
            if len(pair) > 1 and pair in alone:
                following[place + 2] = min(following[place + 2], so_far + alone[pair])
            if sign in double:
                after[place + 1] = min(after[place + 1], so_far + double[sign])
            if len(pair) > 1 and pair in double:
                after[place + 2] = min(after[place + 2], so_far + double[pair])
        if not letter:
            return row[width] if row[width] <= most else math.inf
        if least == math.inf and min(following) > most:
            return math.inf
    return math.inf


def _read(text: str) -> Table:
    table: Table = {}
    row: Row = {}
    for word in text.split():
        if word.endswith(":"):
            row = table.setdefault(word[:-1].strip("-"), {})
        else:
            letters, _, value = word.partition("=")
            row[letters.strip("-")] = float(value)
    return table


@cache
def _across() -> Table:
    return _read(ARABIC_LATIN)


@cache
def _latin() -> Table:
    """Return the costs of Latin letters for each other, also by way of an Arabic consonant.

    So k stands for g: one country's ق is the one, and the next one's the other.
    """
    table = _read(LATIN_LATIN)
    for letter, row in _across().items():
        if len(letter) == 1 and letter not in _VOWELS:
            for one, other in product(row, row):
                if one and other and one != other:
                    found = row[one] + row[other] + _BY_ANOTHER
                    known = table.setdefault(one, {})
                    known[other] = min(found, known.get(other, found))
    return table


@cache
def _arabic() -> Table:
    """Return the costs of Arabic letters for each other: by way of what both are written as."""
    across = _across()
    table: Table = {}
    for one, other in product(across, across):
        shared = across[one].keys() & across[other].keys()
        if shared and one != other and len(one) < 2 and len(other) < 2:  # noqa: PLR2004 - single letters
            found = _BY_ANOTHER + min(across[one][sign] + across[other][sign] for sign in shared)
            table.setdefault(one, {})[other] = found + (0.0 if one and other else _VOWEL_LEFT_OUT)
    return table
