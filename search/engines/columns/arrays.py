"""Array types, and the few index computations that every other file here needs.

Pure functions of arrays. Does not depend on the rest of coopsearch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

U8: TypeAlias = NDArray[np.uint8]
U32: TypeAlias = NDArray[np.uint32]
U64: TypeAlias = NDArray[np.uint64]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
F32: TypeAlias = NDArray[np.float32]
F64: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
#: An array of whole numbers of any width.
Ints: TypeAlias = NDArray[Any]

NO_DOCS: I32 = np.zeros(0, np.int32)
NO_SCORES: F32 = np.zeros(0, np.float32)


def marked(flags: Bools) -> I64:
    """Return the places that are True: ``np.flatnonzero`` without its detours, which a short list feels."""
    return flags.nonzero()[0]


def starts_of(counts: Ints) -> I64:
    """Return where each list starts if lists of ``counts`` values stand side by side; one more at the end."""
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def ranges(starts: Ints, counts: Ints) -> I64:
    """Return ``starts[0], starts[0]+1, ... (counts[0] values), starts[1], ...`` as one array."""
    ends = np.cumsum(counts, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(np.asarray(starts, np.int64) - (ends - counts), counts) + np.arange(
        total, dtype=np.int64
    )


def merged(parts: Sequence[Ints]) -> Ints:
    """Return the values of one or more arrays as one, sorted, none twice.

    A stable sort takes a sorted array for the run that it is; ``np.unique`` would put every value into a
    table.
    """
    values: Ints = np.concatenate(parts)
    values.sort(kind="stable")
    return values[first_of_runs(values)]


def distinct(values: Ints) -> Ints:
    """Return the values sorted, none twice: ``np.unique`` without the masked arrays that it loads."""
    values = np.sort(values)
    return values[first_of_runs(values)]


def narrow(values: Ints) -> Ints:
    """Return the values in the smallest unsigned type that holds them all."""
    highest = int(values.max()) if len(values) else 0
    for kind in (np.uint8, np.uint16, np.uint32):
        if highest <= np.iinfo(kind).max:
            return values.astype(kind)
    return values.astype(np.uint64)


def first_of_runs(*keys: Ints) -> Bools:
    """Mark each row at which any of the keys differs from the row before; the first row is marked."""
    mark = np.zeros(len(keys[0]), np.bool_)
    if len(mark):
        mark[0] = True
        for key in keys:
            mark[1:] |= key[1:] != key[:-1]
    return mark
