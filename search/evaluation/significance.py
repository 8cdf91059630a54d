"""Whether two rankings differ by more than chance: a paired randomization test. Numbers alone.

Fisher's test, as Smucker, Allan and Carterette recommend it ("A comparison of statistical significance tests
for information retrieval evaluation", CIKM 2007): if the two were the same, which of them had which of a
query's two values would be chance.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

#: Random assignments that are tried, and their seed: the same answer every time.
SAMPLES: Final = 10_000
_SEED: Final = 2007
#: Sums of floats come out in other last digits than they went in.
_SLACK: Final = 1e-12


def p_value(one: Sequence[float], other: Sequence[float], samples: int = SAMPLES) -> float:
    """Return the two-sided p of the difference of means; the values of a query stand at one place in both.

    The result lies in (0, 1]; it is 1 where nothing differs.
    """
    # A query without a difference adds nothing, whoever it is given to.
    differences = [a - b for a, b in zip(one, other, strict=True) if a != b]
    if not differences:
        return 1.0
    observed = abs(sum(differences)) - _SLACK
    # Eight queries at a time: a byte of random bits looks up the sum of their signed differences.
    tables = [_sums(differences[start : start + 8]) for start in range(0, len(differences), 8)]
    chance = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
    as_far = sum(
        abs(sum(table[byte] for table, byte in zip(tables, chance.randbytes(len(tables)), strict=True)))
        >= observed
        for _ in range(samples)
    )
    return (as_far + 1) / (samples + 1)


def _sums(differences: list[float]) -> list[float]:
    """Return, for each byte, the sum of differences with the signs that its bits say."""
    return [
        sum(value if byte >> place & 1 else -value for place, value in enumerate(differences))
        for byte in range(256)
    ]
