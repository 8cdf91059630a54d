"""Times and numbers of files that only some file systems have: an index keeps them, and stays whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from coopsearch.indexer import check, compare, purge, status, sync
from coopsearch.indexer.walk import walk as walking
from coopsearch.search import open_index
from coopsearch.search.indexdir.stamp import inode_of, mtime_of

DAY = 86_400
#: Seconds since 1970, at the ends of what file systems keep: 1901, 1969, 2038, 2106, 2262, 2400, 2446, 9999.
TIMES = (
    -(1 << 31),
    -1,
    1 << 31,
    1 << 32,
    9_223_372_036,
    9_223_372_037,
    13_569_465_600,
    15_032_385_535,
    253_402_300_800,
)


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_any_time(engine: str, tmp_path: Path) -> None:
    """Files of any time are indexed once, found unchanged by the next run, verified, told of and purged."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for number, seconds in enumerate(TIMES):
        path = docs / f"{number}.txt"
        path.write_text(f"border {number}", encoding="utf-8")
        os.utime(path, ns=(seconds * 10**9, seconds * 10**9))
    index = tmp_path / "index"
    assert sync([docs], index, engine=engine).added == len(TIMES)
    again = sync([], index)
    assert (again.unchanged, again.updated) == (len(TIMES), 0)
    assert not check(index).damages
    assert compare(index).counts == {}
    seen = status(index).changed
    assert seen is not None
    assert seen.changed == 0
    with open_index(index) as opened:
        assert opened.search("border").total == len(TIMES)
        changed = opened.changed()
        assert changed is not None
        assert changed.changed == 0
    assert sync([], index, rebuild=True).added == len(TIMES)
    assert purge([docs / "5.txt"], index).documents == 1


def test_any_inode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inodes of 64 bits, as some file systems give them, are kept; what is unchanged is not read again."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("border", encoding="utf-8")
    kept = walking._file

    def high(path: str, relative: str, status: os.stat_result) -> walking.File:
        fields: list[int] = [int(value) for value in status]
        fields[1] |= 1 << 63
        return kept(path, relative, os.stat_result(fields, {"st_mtime_ns": status.st_mtime_ns}))

    monkeypatch.setattr(walking, "_file", high)
    assert sync([tmp_path / "docs"], tmp_path / "index").added == 1
    assert sync([], tmp_path / "index").unchanged == 1
    with open_index(tmp_path / "index") as opened:
        assert opened.search("border").total == 1


def test_range() -> None:
    """What fits is kept as it is; what does not comes to the nearest time, or loses the highest bit."""
    for time, inode in ((0, 1), (-5, 2**63 - 1), (2**63 - 1, 7)):
        fits = os.stat_result([0, inode, *[0] * 8], {"st_mtime_ns": time})
        assert (mtime_of(fits), inode_of(fits)) == (time, inode)
    beyond = os.stat_result([0, 2**64 - 1, *[0] * 8], {"st_mtime_ns": 2**63})
    assert (mtime_of(beyond), inode_of(beyond)) == (2**63 - 1, 2**63 - 1)
