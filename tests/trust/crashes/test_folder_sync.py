"""The last step of a commit is that a folder comes to the disk; where that fails, the index stays whole."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from coopsearch.indexer import check, compare, purge, sync
from coopsearch.search import CoopsearchError, open_index
from coopsearch.search.engines import NAMES
from tests.trust.conftest import Ledger
from tests.trust.trials import posix_only


class Refusing:
    """Refuses one opening of a folder, or one of its coming to the disk, counted from 0."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, call: str, number: int) -> None:
        self.left = number
        self._real: Any = getattr(os, call)
        monkeypatch.setattr(os, call, self._open if call == "open" else self._fsync)

    def _count(self) -> None:
        self.left -= 1
        if self.left == -1:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def _open(self, path: Any, flags: int, *args: Any, **options: Any) -> int:
        if os.path.isdir(path) and "dir_fd" not in options:  # noqa: PTH112 - bytes and descriptors, too
            self._count()
        opened: int = self._real(path, flags, *args, **options)
        return opened

    def _fsync(self, handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            self._count()
        self._real(handle)


def made(folder: Path, engine: str) -> Path:
    """Make sources and their index, and change the sources."""
    (folder / "docs").mkdir(parents=True)
    for number in range(6):
        (folder / "docs" / f"{number}.txt").write_text(f"border crossing number{number}", encoding="utf-8")
    sync([folder / "docs"], folder / "index_data", engine=engine, workers=1)
    (folder / "docs" / "0.txt").unlink()
    (folder / "docs" / "1.txt").write_text("border changed", encoding="utf-8")
    (folder / "docs" / "new.txt").write_text("border new", encoding="utf-8")
    return folder


def do(kind: str, folder: Path) -> None:
    """Change the index in a way."""
    if kind == "purge":
        purge([folder / "docs" / "2.txt"], folder / "index_data")
    else:
        sync([], folder / "index_data", rebuild=kind == "rebuild", workers=1)


@posix_only
@pytest.mark.parametrize("kind", ["update", "rebuild", "purge"])
@pytest.mark.parametrize("engine", NAMES)
def test_a_folder_that_does_not_come_to_the_disk(
    engine: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ledger: Ledger
) -> None:
    """Whichever opening or syncing of a folder fails, the index is whole, and right after the next run."""
    sample = made(tmp_path / "sample", engine)
    tried = 0
    wrong: list[str] = []
    for call in ("open", "fsync"):
        for number in range(200):
            folder = tmp_path / f"{call}{number}"
            shutil.copytree(sample, folder)
            index = folder / "index_data"
            with monkeypatch.context() as patched:
                refusing = Refusing(patched, call, number)
                try:
                    do(kind, folder)
                    failed = ""
                except CoopsearchError as error:
                    failed = str(error)
            if refusing.left >= 0:
                break
            tried += 1
            where = f"{call} {number} ({failed[:60]})"
            try:
                wrong += [f"{where}: {one}" for one in check(index).damages]
                with open_index(index) as opened:
                    if opened.search("border").total < 5:
                        wrong.append(f"{where}: {opened.search('border').total} documents")
                sync([], index, workers=1)
                wrong += [f"{where}, then: {one}" for one in check(index).damages]
                if counts := compare(index).counts:
                    wrong.append(f"{where}, then: {counts}")
            except CoopsearchError as error:
                wrong.append(f"{where}: {error}")
            shutil.rmtree(folder)
    ledger(
        "full", f"a folder that cannot be opened or synced, {kind}, {engine}", tried=tried, wrong=len(wrong)
    )
    assert tried > 6
    assert wrong == []
