"""A picture of squares in black, white and two greys, and what OCR is given of it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from coopsearch.indexer.extract.base import Picture, Source
from coopsearch.indexer.extract.image import reader as picture
from coopsearch.search.errors import ExtractionError

PICTURES = Path(__file__).with_name("pictures")
CHANCE = random.Random(5)
#: 13 by 7 squares of black, white and two greys.
SHADES = [[CHANCE.choice((0, 85, 170, 255)) for _ in range(13)] for _ in range(7)]
BLACK = [[shade // 128 * 255 for shade in row] for row in SHADES]


def refusal(data: bytes) -> str:
    """Return why a picture is not read."""
    with pytest.raises(ExtractionError) as error:
        list(picture.extract(Source(Path("a"), "a", "", data=data, recognise=lambda one: b"")))
    return str(error.value)


def shades(one: Picture, across: int, up: int) -> list[list[int]]:
    """Return the shade in the middle of each square of a picture that is so many squares wide and high."""
    wide, high = one.width / across, one.height / up
    return [
        [
            one.grey[int((row + 0.5) * high) * one.width + int((column + 0.5) * wide)]
            for column in range(across)
        ]
        for row in range(up)
    ]


def same(found: list[list[int]], expected: list[list[int]]) -> bool:
    """Say whether shades are the same but for rounding."""
    return all(
        abs(one - other) <= 3
        for row, row_ in zip(found, expected, strict=True)
        for one, other in zip(row, row_, strict=True)
    )
