"""Packed lists give back what was put in: whole, in part and in bulk."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.engines.columns.arrays import starts_of
from coopsearch.search.engines.columns.storage.column_file import ColumnFile
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter
from coopsearch.search.engines.columns.storage.packed_ints import PackedReader, PackedWriter
from coopsearch.search.engines.columns.storage.packing import STRIDE

_value = st.one_of(st.integers(0, 3), st.integers(0, 300), st.integers(0, (1 << 32) - 1))


@given(st.lists(st.lists(_value, max_size=20), max_size=150), st.integers(0, 150))
def test_lists_come_back(lists: list[list[int]], cut: int) -> None:
    """In one chunk or two, decoded alone, by place or all at once."""
    values = np.array([value for items in lists for value in items], np.uint32)
    counts = np.array([len(items) for items in lists], np.int64)
    with tempfile.TemporaryDirectory() as folder:
        out = ColumnWriter(Path(folder) / "x.col")
        writer = PackedWriter(out, "x")
        middle = int(starts_of(counts)[min(cut, len(lists))])
        writer.append(values[:middle], counts[:cut])
        writer.append(values[middle:], counts[cut:])
        writer.finish()
        out.finish({})
        file = ColumnFile(Path(folder) / "x.col")
        file.verify()
        reader = PackedReader(file, "x")
        for index, items in enumerate(lists):
            near = counts[index - index % STRIDE : index + 1]
            assert reader.get(index, near).tolist() == items
            places = np.arange(len(items))[::-1]
            assert reader.take(index, near, places).tolist() == items[::-1]
        for start in range(0, len(lists), STRIDE):
            expected = [value for items in lists[start:] for value in items]
            assert reader.get_all(start, len(lists), counts[start:]).tolist() == expected
