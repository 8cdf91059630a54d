"""Files that say to be huge and take no room on their disk: anybody can put one into an archive."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from coopsearch.indexer import compare, sync
from coopsearch.search import open_index
from coopsearch.search.errors import FileState

#: More than could be read in a test, or in a day.
HUGE = 1 << 40


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.rst", "a.csv", "a.json", "a.pdf", "a.zip"])
def test_a_huge_file_that_takes_no_room(name: str, tmp_path: Path) -> None:
    """A file of a terabyte is refused without being read to its end, and the files beside it are indexed."""
    sources = tmp_path / "src"
    sources.mkdir()
    (sources / "z.txt").write_text("border")
    huge = sources / name
    huge.touch()
    try:
        os.truncate(huge, HUGE)
    except OSError as error:
        pytest.skip(f"the file system keeps no such file: {error.strerror}")
    index = tmp_path / "index"
    began = time.process_time()
    report = sync([sources], index, workers=1)
    assert [(problem.path, problem.state) for problem in report.failed] == [
        (os.fspath(huge), FileState.FAILED if name == "a.zip" else FileState.TOO_LARGE)
    ]
    with open_index(index) as opened:
        assert [hit.snippet for hit in opened.search("border")] == ["border"]
    # It is known when it is met again, and when it changes.
    assert compare(index).counts == {}
    assert sync([sources], index, workers=1).unchanged == 2
    os.utime(huge, (time.time(), time.time() - 100))
    assert compare(index).counts == {"changed": 1}
    again = sync([sources], index, workers=1)
    assert (len(again.failed), again.updated) == (1, 0)
    assert compare(index).counts == {}
    # A terabyte takes an hour; this is no measure of speed.
    assert time.process_time() - began < 60
    os.truncate(huge, 0)
    huge.write_bytes(b"border two" if name == "a.txt" else b"")
    sync([sources], index, workers=1)
    with open_index(index) as opened:
        assert len(opened.search("border")) == (2 if name == "a.txt" else 1)


def test_a_limit_that_is_raised(tmp_path: Path) -> None:
    """A file that was refused for its size alone is read when the limit is raised."""
    sources = tmp_path / "src"
    sources.mkdir()
    (sources / "a.txt").write_text("border " * 1000)
    index = tmp_path / "index"
    assert len(sync([sources], index, max_size=1000, workers=1).failed) == 1
    assert compare(index).counts == {}
    assert sync([sources], index, workers=1).failed == ()
    assert compare(index).counts == {}
    with open_index(index) as opened:
        assert len(opened.search("border")) == 1
