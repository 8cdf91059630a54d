"""Whether a document holds a code in groups, and not as a list of numbers that happen to spell it.

An index has no commas: 1, 2, 3, 4, 5 are words side by side as the groups of 12 34 5 are. So the few
documents whose words spell a code are looked at in their stored text. Does not depend on query syntax.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from coopsearch.search.lazy import expression

if TYPE_CHECKING:
    from coopsearch.search.model import Document

#: Documents that are read for one code: of more, none is. What so many hold in groups names none of them.
MOST: Final = 400
#: A comma with a blank behind it goes on in a list; without one it may part thousands.
_BETWEEN: Final = r"(?:(?![,;،؛]\s)[\W_])*"
_DIGITS: Final = {str(digit): f"[{digit}{chr(0x660 + digit)}{chr(0x6F0 + digit)}]" for digit in range(10)}
_groups: Final = expression(r"[^\W_]+")
_lists: Final = expression(r"[\n\r,;،؛]|..")
_marks: Final = expression("[\u0300-\u036f]")
#: Numbers of a list, and digits alone, from so many on.
_LIST: Final = 3


def holding(code: str, documents: Sequence[int], read: Callable[[int], Document]) -> list[bool]:
    """Say of each of some documents whether it holds a code (folded) in groups that it may be written in."""
    if len(documents) > MOST:
        return [True] * len(documents)
    return [any(_stands(text, code) for text in read(number).searched) for number in documents]


def _stands(text: str, code: str) -> bool:
    found = _expression(code)
    if any(_is_plausible(match[0]) for match in found.finditer(text)):
        return True
    if text.isascii():
        return False
    folded = _marks().sub("", unicodedata.normalize("NFKD", text))
    return any(_is_plausible(match[0]) for match in found.finditer(folded))


@lru_cache(64)
def _expression(code: str) -> re.Pattern[str]:
    body = _BETWEEN.join(_DIGITS.get(character, re.escape(character)) for character in code)
    return re.compile(f"(?<![0-9A-Za-z]){body}(?![0-9A-Za-z])", re.IGNORECASE)


def _is_plausible(written: str) -> bool:
    """Say whether a code is written in groups: neither numbers that count up, nor digits in a list."""
    groups = _groups().findall(written)
    if len(groups) < _LIST:
        return True
    if all(map(str.isdecimal, groups)):
        steps = {int(other) - int(one) for one, other in pairwise(groups)}
        if steps in ({1}, {-1}):
            return False
    signs = _groups().split(written)[1:-1]
    single = 1
    listed = False
    for (one, other), sign in zip(pairwise(groups), signs, strict=True):
        if len(one) == len(other) == 1 and one.isdecimal() and other.isdecimal():
            single += 1
            listed = listed or _lists().search(sign) is not None
            if single >= _LIST and listed:
                return False
        else:
            single, listed = 1, False
    return True
