"""Whoever reads an index while another commits or rebuilds gets one whole state, whenever that happens."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest

from coopsearch.indexer import check, compare, status, sync
from coopsearch.search import Index, open_index
from tests.trust.conftest import Ledger, Scale

ENGINES: Final = pytest.mark.parametrize("engine", ["columns", "whoosh"])


@contextmanager
def before_opening(number: int, act: Callable[[], object]) -> Iterator[list[int]]:
    """Act once, just before this thread opens its `number`-th file; yield how many it opened."""
    opened, busy, real = [0], [False], os.open

    def open_(*arguments: Any, **options: Any) -> int:
        if not busy[0]:
            opened[0] += 1
            if opened[0] == number:
                busy[0] = True
                act()
                busy[0] = False
        return real(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", open_)
        yield opened


def _opens(index: Path, kept: Index) -> bool:
    with open_index(index) as fresh:
        return fresh.search("perch").total == fresh.documents


def _follows(index: Path, kept: Index) -> bool:
    kept.refresh()
    return kept.search("perch").total == kept.documents


def _counts(index: Path, kept: Index) -> bool:
    return status(index, check=False).documents is not None


def _verifies(index: Path, kept: Index) -> bool:
    return not check(index).damages


def _compares(index: Path, kept: Index) -> bool:
    return not compare(index).faults


READS: Final[dict[str, Callable[[Path, Index], bool]]] = {
    "opening": _opens,
    "refreshing": _follows,
    "status": _counts,
    "verify": _verifies,
    "verify --sources": _compares,
}


@ENGINES
@pytest.mark.parametrize("read", READS)
def test_replaced_between_two_files(
    tmp_path: Path, ledger: Ledger, scale: Scale, engine: str, read: str
) -> None:
    """A state that is replaced between any two files that a reader opens is read as it was or as it is."""
    docs, index = tmp_path / "docs", tmp_path / "index"
    docs.mkdir()
    for name in "ab":
        (docs / f"{name}.txt").write_text(f"perch {name}")
    sync([docs], index, engine=engine)
    wrong: list[tuple[int, bool, object]] = []
    tried, versions = 0, count()

    for rebuild in (False, True):

        def replace(rebuild: bool = rebuild) -> None:
            (docs / "c.txt").write_text(f"perch c {next(versions)}")
            sync(index_dir=index, rebuild=rebuild)

        number, opened = 1 + rebuild, [2]
        while number <= opened[0]:
            with open_index(index) as kept:
                replace(False)
                with before_opening(number, replace) as opened:
                    try:
                        right: object = READS[read](index, kept)
                    except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
                        right = error
            tried += 1
            if right is not True:
                wrong.append((number, rebuild, right))
            number += scale(5, 1)

    ledger("crowd", f"states replaced between two files ({read}, {engine})", tried=tried, wrong=len(wrong))
    assert not wrong
    assert tried >= 4
