"""A file of columns gives what was written, and calls a header that lies damaged, whatever it says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coopsearch.search.engines.columns.storage.column_file import ColumnFile
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter
from coopsearch.search.errors import IndexDamaged
from tests.trust.hostile import resealing

_VALUES = np.arange(9_000, dtype=np.uint32)


def written(path: Path) -> Path:
    """Write a file of an array, of an empty one that begins where the next does, and of another."""
    out = ColumnWriter(path)
    out.add("some", _VALUES)
    out.add("none", _VALUES[:0])
    out.add("few", _VALUES[:7])
    out.finish({"documents": 3})
    return path


def with_entry(path: Path, name: str, entry: Any) -> Path:
    """Let the header say something of an array, under right checksums."""
    header, _ = resealing.header_of(path)
    header["arrays"][name] = entry
    resealing.put_columns(path, header=json.dumps(header).encode())
    return path


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    """Full and empty arrays are as they were, and the whole file is found whole."""
    file = ColumnFile(written(tmp_path / "x.col"))
    file.verify()
    assert file["some"].all().tolist() == _VALUES.tolist()
    assert file["none"].all().tolist() == []
    assert file["few"].at(6) == 6


@pytest.mark.parametrize(
    "entry",
    [
        None,
        7,
        "<u4",
        {},
        [],
        ["<u4", 512, 7],
        ["<u4", 512, 7, 0, 0],
        ["<u4", -1, 7, 0],
        ["<u4", 512, 7.0, 0],
        ["<u4", 512, True, 0],
        ["<u4", 512, 1 << 70, 0],
        ["O", 512, 7, 0],
        ["<u4,<u4", 512, 7, 0],
        [["<u4"], 512, 7, 0],
        ["<u4", 512, 1 << 62, 0],
        ["<u4", 512, 7, 1 << 62],
    ],
    ids=repr,
)
def test_a_header_that_lies_of_an_array(tmp_path: Path, entry: object) -> None:
    """Whatever a header says of an array, asking for it and looking through the file find the damage."""
    file = ColumnFile(with_entry(written(tmp_path / "x.col"), "few", entry))
    assert file["some"].at(5) == 5
    with pytest.raises(IndexDamaged, match=re.escape(str(tmp_path / "x.col"))):
        file["few"].all()
    with pytest.raises(IndexDamaged, match=re.escape(str(tmp_path / "x.col"))):
        file.verify()


@pytest.mark.parametrize("name", ["\ud800", "\0", "\x1b[31m", "../x", "x" * 100_000])
def test_a_header_that_names_what_is_not_there(tmp_path: Path, name: str) -> None:
    """An array of any name that has no place in the file is damage."""
    file = ColumnFile(with_entry(written(tmp_path / "x.col"), name, ["<u4", 1 << 40, 7, 0]))
    with pytest.raises(IndexDamaged):
        file.verify()
