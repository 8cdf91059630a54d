"""Numbers of 32 bits in Python, whose own have 64: the scores of both readers are equal to the last bit.

A sum, product or quotient of two numbers of 32 bits that is worked out in 64 and rounded once is what 32 bits
give (Figueroa, "When is double rounding innocuous?", SIGNUM Newsletter 30, 1995).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from struct import Struct
from typing import Final

_SINGLE: Final = Struct("<f")


def single(value: float) -> float:
    """Return a number rounded to 32 bits."""
    rounded: float = _SINGLE.unpack(_SINGLE.pack(value))[0]
    return rounded


def singles(values: Iterable[float]) -> list[float]:
    """Return numbers rounded to 32 bits."""
    return array("f", values).tolist()
