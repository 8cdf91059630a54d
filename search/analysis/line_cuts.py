"""Words that are cut at the end of a line: ``coop-`` on one line and ``eration`` on the next.

Such a word is one, and takes one position, so that a phrase over it is found. A compound that happens to end
a line at its hyphen (``long-`` and ``term``) is told by the words that compounds are made of. Does
not depend on documents.
"""

from __future__ import annotations

import functools
import re
from typing import Final

from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.lazy import expression

_SOFT: Final = "\u00ad"
#: Letters that go on on the next line: small ones, so that NFC and NFD agree all of them.
_BLOCKS: Final = ((0x61, 0x7B), (0xDF, 0x250), (0x370, 0x530), (0x1E00, 0x2000))
_LETTER: Final = r"(?:[^\W\d_]|[\u0300-\u036f])"
#: From a line's end to the next line's first letter. A blank may be left before it, and an indent follow.
_END: Final = r"[ ]?\r?\n[ \t]{0,40}"
#: From a hyphen at the end of a line to the next line's first letter, in ASCII.
ASCII_BREAK: Final = rf"(?<=[A-Za-z])-{_END}(?=[a-z])"
_ENDS: Final = tuple(f"{sign}{end}" for sign in f"-\u2010{_SOFT}" for end in ("\n", "\r\n", " \n", " \r\n"))
_letters_before: Final = expression(f"{_LETTER}*$")
_letters_behind: Final = expression(f"{_LETTER}*")
#: Characters in which the half of a word is looked for, and that a chunk has at most.
_LONGEST_HALF: Final = 64
_LONGEST: Final = 2048
#: Folded words that stand before a hyphen, or behind it, in compounds, and seldom begin or end a longer word.
_BEFORE: Final = frozenset(
    """self well cross non half high low long short full part semi vice quasi so much ex anti
    demi mi sous vis celui celle ceux celles lui elle eux nous vous peut grand petit moyen
    politico socio north south east west nord sud est ouest anglo franco two three four five six ten
    deux trois quatre cinq six dix state follow decision policy peace law human""".split()
)
_BEHIND: Final = frozenset(
    """and or to et ou based related wide term level scale friendly border called led making up keeping
    ci la meme memes il elle on ils elles je tu nous vous etre dire vis dela dessus dessous""".split()
)


@functools.cache
def _small() -> str:
    return "".join(one for low, high in _BLOCKS for one in map(chr, range(low, high)) if one.islower())


def line_break(*, behind: bool = False) -> str:
    """Return the expression from a hyphen at the end of a line to the next line's first letter.

    With ``behind`` the hyphen stands before it.
    """
    hyphen = rf"(?<={_LETTER}[-\u2010])" if behind else rf"(?<={_LETTER})[-\u2010]"
    return rf"(?:{hyphen}|(?<={_SOFT})){_END}(?=[{_small()}])"


@functools.cache
def _break() -> re.Pattern[str]:
    return re.compile(line_break())


def has_break(text: str) -> bool:
    """Say whether a word is cut at the end of a line of a text."""
    # Looking for a few strings is as fast as memory; the expression looks behind each character.
    return "\n" in text and any(map(text.__contains__, _ENDS)) and _break().search(text) is not None


def mended(chunk: str) -> tuple[str, list[int], list[tuple[int, int, int]]] | None:
    """Return a chunk without its breaks; where each of its characters stood; and which words were cut.

    A word is cut at a place of the chunk that is returned: (where its first half begins, the cut, where its
    second half ends). A compound keeps its hyphen and is not among them. None for what is too long.
    """
    if len(chunk) > _LONGEST:
        return None
    text, places, cuts = "", list[int](), list[int]()
    at = 0
    for match in _break().finditer(chunk):
        text += chunk[at : match.start()].rstrip(_SOFT)
        places += range(at, at + len(text) - len(places))
        at = match.end()
        if chunk[match.start()] in "-\u2010" and (
            normalize(_before(text, len(text))) in _BEFORE or normalize(_behind(chunk, at)) in _BEHIND
        ):
            text += "-"
            places.append(match.start())
        else:
            cuts.append(len(text))
    text += chunk[at:]
    places += range(at, len(chunk))
    return text, places, [(cut - len(_before(text, cut)), cut, cut + len(_behind(text, cut))) for cut in cuts]


def _before(text: str, end: int) -> str:
    """Return the letters that end at a place."""
    found = _letters_before().search(text[max(0, end - _LONGEST_HALF) : end])
    return found[0] if found else ""


def _behind(text: str, start: int) -> str:
    """Return the letters that begin at a place."""
    found = _letters_behind().match(text[start : start + _LONGEST_HALF])
    return found[0] if found else ""
