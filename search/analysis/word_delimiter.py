"""What one chunk of text means: the words in it, where they stand and how they follow each other.

A chunk is a run without white space as ``tokenizer`` cuts it (``cross-border``, ``l'immigration``,
``1,000``, ``john.doe@example.org``, ``中国``). What it means follows from its characters alone, so that the
answer can be remembered. Does not depend on documents, a particular language or stemming.
"""

from __future__ import annotations

import re
from typing import Final

from coopsearch.search.analysis.line_cuts import mended
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.analysis.segmentation import (
    INVISIBLE,
    LONGEST,
    Kind,
    Part,
    is_letter,
    is_short,
    is_word,
    plain,
    unspaced,
)
from coopsearch.search.lazy import expression

#: A compound of more pieces than this is a list, an identifier or noise: no joined form is made of it.
_JOINED: Final = 8

#: A row of more single letters than this is not an abbreviation.
_INITIALS: Final = 16

APOSTROPHES: Final = "'’‘ʼ＇ʹ׳״"
HYPHENS: Final = "‐‑‒-"
"""With - last, so that it stands for itself at the end of a character class."""
SPACES: Final = "\u00a0\u202f\u2009\u2007"
"""Spaces that hold the groups of a number together."""
COMMAS: Final = ",٫٬"

#: Words that lose their last vowel before another one and are written with it: French, Italian, Catalan.
_ELIDED: Final = frozenset(
    "l d j m t s c n qu jusqu lorsqu puisqu quoiqu presqu v dell all un nell sull dall dagl dell "
    "coll quell quest bell nessun ciascun qualcun degl agl gl negl dov".split()
)
#: A vowel or a mute h comes after an elision; before any other letter (N'Djamena, D'Souza) it is none.
_CONSONANTS: Final = frozenset("bcdfgjklmnpqrstvwxz")

_apostrophe: Final = expression(f"[{APOSTROPHES}]")
_hyphen: Final = expression(rf"\.?[{HYPHENS}]")
_space: Final = expression(f"[{SPACES}]")
_comma: Final = expression(f"[{COMMAS}]")
_line_end: Final = expression(r"\s*\n\s*")
_dot: Final = expression(r"\.")
_at: Final = expression("@")
_and: Final = expression("&")
_any_connector: Final = expression(f"[{APOSTROPHES}{SPACES}{COMMAS}.@&{HYPHENS}]")
_number: Final = expression(rf"(\d+(?:[{SPACES}{COMMAS}.'’]\d+)+)(.*)", re.DOTALL)
_groups: Final = expression(rf"(\d+)([{SPACES}{COMMAS}.'’]?)")


def parts(chunk: str, start: int = 0, step: int = 0) -> list[Part]:
    """Take a chunk apart, in order of position; the whole comes before its parts.

    ``start`` and ``step`` are added to the offsets and steps. Never more than a few passes over the
    text, whatever is in it. Any part's own characters, given as a chunk, yield that part again.
    """
    if chunk.isascii() and chunk.isalnum() and len(chunk) <= LONGEST:
        return [Part(chunk.lower(), start, start + len(chunk), step, Kind.WORD)]
    if "\n" in chunk:
        return _over_lines(chunk, start, step)
    if _any_connector().search(chunk) is None:
        return plain(chunk, start, step)
    if (number := _number().fullmatch(chunk)) is not None and (value := _value(number[1])):
        rest = number[2]
        if not rest or (is_word(rest) and not unspaced(rest) and is_short(chunk)):
            return [Part(value + normalize(rest), start, start + len(chunk), step, Kind.WORD)]
    for separator in (_space, _comma):
        if separator().search(chunk):
            return _split(separator(), chunk, start, step)
    for separator in (_at, _and):
        if separator().search(chunk):
            return _whole(chunk, start, step, _split(separator(), chunk, start, step))
    hyphened = _hyphen().split(chunk)
    if "." in chunk:
        pieces = chunk.split(".")
        if len(pieces) <= _INITIALS and all(map(is_letter, pieces)) and not unspaced(chunk):
            return [Part(normalize("".join(pieces)), start, start + len(chunk), step, Kind.WORD)]
        if len(hyphened) == 1 or not all(map(_is_one_word, hyphened)):
            return _whole(chunk, start, step, _split(_dot(), chunk, start, step))
    if len(hyphened) > 1:
        return _joined(_split(_hyphen(), chunk, start, step))
    return _apostrophes(chunk, start, step)


def _over_lines(chunk: str, start: int, step: int) -> list[Part]:
    """Take apart a chunk with words that are cut at the end of a line: each is one, and so are its halves.

    The halves stand where the word does: should they be words of a compound, they are found all the same.
    """
    whole_lines = mended(chunk)
    if whole_lines is None or "\n" in whole_lines[0] or not is_short(whole_lines[0]):
        return _split(_line_end(), chunk, start, step)
    text, places, cuts = whole_lines
    found = [
        part._replace(start=start + places[part.start], end=start + places[part.end - 1] + 1)
        for part in parts(text, 0, step)
    ]
    halves: list[Part] = []
    for first, cut, last in cuts:
        begin, end = start + places[first], start + places[last - 1] + 1
        whole = next(
            (one for one in found if one.kind is Kind.WORD and one.start <= begin and end <= one.end), None
        )
        if whole is not None:
            for low, high in ((first, cut), (cut, last)):
                if word := normalize(text[low:high]):
                    low_at, high_at = start + places[low], start + places[high - 1] + 1
                    halves.append(Part(word, low_at, high_at, whole.step, Kind.WHOLE))
    return sorted(found + halves, key=lambda part: (part.step, part.start)) if halves else found


def _is_one_word(piece: str) -> bool:
    """Say whether a piece of a compound is one word in spite of its dots: 3.5-fold, U.S.-led."""
    return "." not in piece or (is_short(piece) and len(parts(piece)) == 1)


def _split(separator: re.Pattern[str], chunk: str, start: int, step: int) -> list[Part]:
    found: list[Part] = []
    at = 0
    for piece_end, next_at in [match.span() for match in separator.finditer(chunk)] + [(len(chunk), 0)]:
        if piece_end > at:
            more = parts(chunk[at:piece_end], start + at, step)
            if more:
                found += more
                step = more[-1].step + 1
        at = next_at
    return found


def _whole(chunk: str, start: int, step: int, found: list[Part]) -> list[Part]:
    """Put the chunk as it is written before its parts: addresses, AT&T, 192.168.1.1."""
    if len(found) < 2 or len(found) > 4 * _JOINED or not is_short(chunk):
        return found
    if chunk[0] in INVISIBLE or chunk[-1] in INVISIBLE:
        return found  # what is visible of it would be another word
    word = normalize(_hyphen_signs().sub("-", _apostrophe().sub("'", chunk)))
    return [Part(word, start, start + len(chunk), step, Kind.WHOLE), *found]


_hyphen_signs: Final = expression(f"[{HYPHENS}]")


def _joined(found: list[Part]) -> list[Part]:
    """Put the closed form before the parts of a compound: crossborder before cross, border."""
    words = [part for part in found if part.kind is Kind.WORD]
    if len(words) < 2 or len(words) > _JOINED or len(words) < len(found):
        return found
    word = "".join(part.word for part in words)
    if len(word) > LONGEST:
        return found
    return [Part(word, words[0].start, words[-1].end, words[0].step, Kind.WHOLE), *found]


def _short_fold(piece: str) -> str:
    """Fold what may be an article or an ending; "" for what is too long to be one (or is Zalgo text)."""
    return normalize(piece) if len(piece) <= 32 else ""


def _apostrophes(chunk: str, start: int, step: int) -> list[Part]:
    """Drop elided articles and the possessive; other apostrophes vanish inside their word."""
    pieces = _apostrophe().split(chunk)
    first = 0
    while first + 1 < len(pieces) and _short_fold(pieces[first]) in _ELIDED:
        begin = normalize(pieces[first + 1][:2])[:1]
        if begin in _CONSONANTS:
            break
        first += 1
    last = len(pieces)
    if last - first > 1 and _short_fold(pieces[-1]) == "s":
        last -= 1
    begin_at = sum(map(len, pieces[:first])) + first
    kept = pieces[first:last]
    length = sum(map(len, kept)) + len(kept) - 1
    if len(kept) == 1:
        return plain(kept[0], start + begin_at, step)
    if not is_short(chunk) or unspaced(chunk):
        return _split(_apostrophe(), chunk, start, step)
    word = normalize("".join(kept))
    return [Part(word, start + begin_at, start + begin_at + length, step, Kind.WORD)] if word else []


def _value(number: str) -> str:
    """Write a number the one way: digits, then a dot and decimals; "" if it is not a single number.

    1,000,000 and 1.000.000 and 1 000 000 are 1000000; 3,5 and 3.5 and ٣٫٥ are 3.5. One group of three
    digits after one separator is taken for thousands, which only English and French together leave open.
    """
    groups = _groups().findall(number)
    digits = [normalize(group) for group, _ in groups]
    signs = [" " if sign in SPACES else sign for _, sign in groups[:-1]]
    decimals = ""
    thousands = len(digits[0]) <= 3 and digits[0][0] != "0"
    if signs[-1] == "٫" or (
        signs[-1] in ".,"
        and signs.count(signs[-1]) == 1
        and (len(digits[-1]) != 3 or len(signs) > 1 or not thousands)
    ):
        decimals = "." + digits.pop()
        signs.pop()
    if not signs:
        return digits[0] + decimals
    if not thousands or len(set(signs)) > 1 or "٫" in signs or any(len(group) != 3 for group in digits[1:]):
        return ""
    return "".join(digits) + decimals
