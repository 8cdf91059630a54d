"""A folder that cannot be locked or written is told with its cause."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from coopsearch.search.errors import IndexUnwritable, SettingsError
from tests.trust.locking.holding import is_held, left


def test_no_locks_at_all(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that keeps no locks is named: without one, two writers could meet."""

    def refuse(handle: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(SettingsError, match=r"keeps no locks \(No locks available\)"):
        is_held(index)


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EROFS, "read-only"), (errno.ENOSPC, "no space"), (errno.EACCES, "permission")],
)
def test_unwritable(index: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str) -> None:
    """An index on a medium that is only read, that is full, or not ours to write: the cause is named."""
    create = os.open

    def refuse(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if flags & os.O_CREAT:
            raise OSError(number, os.strerror(number))
        return create(path, flags, mode, dir_fd=dir_fd)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        with pytest.raises(IndexUnwritable, match=words):
            is_held(index)
    assert is_held(index) == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_without_permission() -> None:
    """Who may not write the folder is told so by the system itself, and leaves nothing in it."""
    shared = Path(tempfile.mkdtemp())
    try:
        shared.chmod(0o755)
        for mode in (0o755, 0o000):
            (place := shared / f"{mode:o}").mkdir(mode)
            os.seteuid(65534)
            try:
                with pytest.raises(IndexUnwritable, match="permission denied"):
                    is_held(place)
            finally:
                os.seteuid(0)
            assert left(place) == []
    finally:
        shutil.rmtree(shared)


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there, or is a file, is a mistake in the settings."""
    (tmp_path / "file").touch()
    for name in ("none", "file"):
        with pytest.raises(SettingsError, match="cannot be written"):
            is_held(tmp_path / name)
