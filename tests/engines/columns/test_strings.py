"""Tables of strings: every look gives what bisection over a list gives."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coopsearch.search.engines.columns.storage.column_file import ColumnFile
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter
from coopsearch.search.engines.columns.storage.string_table import Strings
from coopsearch.search.engines.columns.storage.string_writer import write_strings

STRINGS = st.text("abcé\U0001f600", max_size=4).map(str.encode)


def table(path: Path, strings: list[bytes]) -> Strings:
    """Write a table to a file and open it."""
    out = ColumnWriter(path)
    write_strings(out, "names", strings)
    out.finish({})
    return Strings(ColumnFile(path), "names")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(STRINGS, max_size=400), st.lists(STRINGS, max_size=40))
def test_any_table(tmp_path: Path, strings: set[bytes], keys: list[bytes]) -> None:
    """Places, ranges of prefixes and slices are those of a sorted list, for what is there and what is not."""
    listed = sorted(strings)
    found = table(tmp_path / "any.col", listed)
    assert len(found) == len(listed)
    for key in [*keys, *listed]:
        place = bisect_left(listed, key)
        assert found.lower_bound(key) == place
        assert found.find(key) == (place if key in strings else -1)
        start, end = found.with_prefix(key)
        assert found.slice(start, end) == [one for one in listed if one.startswith(key)]
    asked = sorted({*keys, *listed[::3]})
    assert list(found.among(asked)) == [key for key in asked if key in strings]


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 127, 128, 129, 64 * 70 + 1])
def test_edges_of_pages(tmp_path: Path, size: int) -> None:
    """Every string and every gap of a table is found, whatever its size is beside that of a page."""
    listed = [b"%06d" % number for number in range(0, size * 2, 2)]
    found = table(tmp_path / "pages.col", listed)
    for number in range(-1, size * 2 + 1):
        key = b"%06d" % number
        place = bisect_left(listed, key)
        assert found.lower_bound(key) == place
        assert found.find(key) == (place if place < size and listed[place] == key else -1)
    asked = [b"%06d" % number for number in range(-1, size * 2 + 1)]
    assert list(found.among(asked)) == listed
