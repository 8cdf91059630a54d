"""Marks of notes in raised figures: smugglers¹², left.³ The, Smith¹,² are the words and nothing more.

A mark belongs to the word that it stands at neither in the text nor in a query, and takes no place among the
words, so that a phrase is met over it. What is raised for another reason stays with its word: m², km², 10⁶,
CO², XIXᵉ, ¹⁴C. Does not depend on documents, a particular language or stemming.
"""

from __future__ import annotations

import re
from typing import Final

from coopsearch.search.lazy import expression

#: Raised figures.
FIGURES: Final = "\u00b9\u00b2\u00b3\u2070\u2074-\u2079"
"""As a class of characters of an expression has them."""
_FIGURES: Final = "\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079"
_LETTERS: Final = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
_RAISED: Final = frozenset(_FIGURES + _LETTERS)
#: What stands between a word and its mark.
SIGNS: Final = r".,;:!?…\"”’»)\]%"
"""As a class of characters of an expression has them."""
_SIGNS: Final = '.,;:!?…"”’»)]%'
#: Between and around raised figures: ranges, lists, brackets.
_BETWEEN: Final = ",\u207b\u207d\u207e"
_BRACKETS: Final = ")]"
#: Units of two letters and parts of formulas, which have a power or an index of one figure.
_POWERS: Final = frozenset("km hm dm cm mm nm µm μm ft in yd mi ha kg hz co no so po nh ch".split())
_POWER: Final = frozenset("²³⁴⁻")
_roman: Final = expression("[ivxlcdm]+", re.IGNORECASE)
#: Letters of a word that has no power; figures of a number that has none, as a year.
_LONG: Final = 3
_YEAR: Final = 4
#: A longer text is no list of marks.
_MOST: Final = 60

_UP: Final = str.maketrans("0123456789-\u2013abcdefghijklmnoprstuvwxyz", f"⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻{_LETTERS}")
_ITEM: Final = r"(?:\d{1,3}[*†‡§¶#]{0,3}|[a-pr-z]|[*†‡§¶#]{1,3})"
_mark: Final = expression(rf"[,;\u2013-]?\s*{_ITEM}(?:\s*[,;\u2013-]\s*{_ITEM})*\s*[,;]?", re.ASCII)
#: Its last letters, however many there are.
_word: Final = expression(r"[^\W_]{1,40}$")


def is_raised(chunk: str) -> bool:
    """Say whether a chunk of text begins or ends with a raised sign."""
    return chunk[-1] in _RAISED or chunk[0] in _RAISED


def span(chunk: str) -> tuple[int, int]:
    """Return where a chunk begins and ends without its marks of notes."""
    start, end = 0, len(chunk)
    rest = chunk.lstrip(_FIGURES)
    if len(rest) < end and rest[:_LONG].isalpha() and len(rest) >= _LONG:
        start = end - len(rest)
    mark = chunk[start + len(chunk[start:].rstrip(_FIGURES + _BETWEEN)) :].lstrip(",")
    word = chunk[start : end - len(mark)]
    if not mark and chunk[-1] in _LETTERS and _takes_letter(chunk[start:-1]):
        return start, end - 1
    core = word.rstrip(_SIGNS)
    if not core or not mark:
        return start, end
    # Nothing has a power behind a stop; behind a bracket it may.
    is_apart = word[-1] in _SIGNS and word[-1] not in _BRACKETS
    return (start, start + len(core)) if is_apart or _takes_figure(core, mark) else (start, end)


def _takes_figure(word: str, mark: str) -> bool:
    """Say whether raised figures behind a word are the mark of a note."""
    size = sum(map(str.isalnum, word))
    if word.isdecimal():
        return size >= _YEAR
    if size == _LONG - 1 and any(map(str.isalpha, word)):
        return not (word.casefold() in _POWERS and mark[0] in _POWER) and not word[-1].isdecimal()
    return size >= _LONG


def _takes_letter(word: str) -> bool:
    """Say whether a raised letter behind a word is the mark of a note: not so in XIXᵉ and Mᵐᵉ."""
    return len(word) >= _LONG and word.isalpha() and word[-1].islower() and not _roman().fullmatch(word)


def raised(text: str, before: str) -> str:
    """Return what a document prints raised as raised figures, or as a raised letter behind a word.

    ``before`` is what stands before it. All else, such as an ordinal, is left as it is.
    """
    bare = text.strip() if len(text) <= _MOST else ""
    if not bare:
        return text
    if not _mark().fullmatch(bare):
        return text
    if (
        len(bare) == 1
        and bare.isalpha()
        and not ((word := _word().search(before)) and _takes_letter(word[0]))
    ):
        return text
    up = "".join(bare.split()).translate(_UP)
    at = text.index(bare)
    return text[:at] + up + text[at + len(bare) :]
