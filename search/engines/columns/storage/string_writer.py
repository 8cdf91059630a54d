"""Writing sorted tables of strings, which ``string_table`` reads, and uniting some."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from coopsearch.search.engines.columns.arrays import I64, starts_of
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter


def write_strings(out: ColumnWriter, name: str, strings: Sequence[bytes]) -> None:
    """Write a table of strings, sorted by the caller."""
    ends = starts_of(np.fromiter(map(len, strings), np.int64, len(strings)))
    out.add_bytes(f"{name}.blob", b"".join(strings))
    out.add(f"{name}.at", ends.astype(np.uint32 if ends[-1] < 1 << 32 else np.uint64))


def merge_strings(tables: Sequence[Sequence[bytes]]) -> tuple[list[bytes], list[I64]]:
    """Unite sorted tables; return the union and, for each table, the new place of each of its strings."""
    union = sorted(set().union(*tables))
    place = {string: number for number, string in enumerate(union)}
    return union, [np.fromiter(map(place.__getitem__, table), np.int64, len(table)) for table in tables]
