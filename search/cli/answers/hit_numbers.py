"""Numbers of hits as they are typed: 3, 2-5, or 1,4-6. Does not depend on an index."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from coopsearch.search.desk.last_answer import LastAnswer
from coopsearch.search.errors import SettingsError

_ONE: Final = r"[0-9]{1,9}(?:-[0-9]{1,9})?"
_SEVERAL: Final = re.compile(rf"{_ONE}(?:,{_ONE})*", re.ASCII)


def are_numbers(text: str) -> bool:
    """Say whether an argument names hits by their numbers."""
    return _SEVERAL.fullmatch(text) is not None


def numbers_in(texts: Iterable[str], answer: LastAnswer) -> list[int]:
    """Return the numbers that arguments name, none twice, in their order.

    Raises SettingsError for one that counts down, and for a hit that the answer has not.
    """
    found: dict[int, None] = {}
    for part in (part for text in texts for part in text.split(",")):
        first, _, last = part.partition("-")
        low, high = int(first), int(last or first)
        if high < low:
            raise SettingsError(f"{part} counts down; write {high}-{low}")
        # The last one first: a range that is too long is refused before it is gone through.
        for number in (high, low):
            answer.hit(number)
        found |= dict.fromkeys(range(low, high + 1))
    return list(found)
