"""For whom the files of an index are: their owner alone, or the group of the folder.

Changes the modes of the folder and of our own files in it, and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import Final

from coopsearch.search.errors import CoopsearchError
from coopsearch.search.indexdir.durable import PRIVATE
from coopsearch.search.indexdir.names import MARKER, is_ours
from coopsearch.search.indexdir.opening import names_in, open_file, open_folder

#: New files of such a folder belong to its group.
_SHARED: Final = 0o2770


def settle(index: Path, data: Path | None, *, group: bool) -> None:
    """Give the folders and files of an index the modes that they should have.

    New files take theirs from the folder, so where the folders have theirs nothing is looked at further.
    What belongs to somebody else is left as it is.
    """
    if os.name != "posix":
        return
    wanted = _SHARED if group else PRIVATE
    changed = _change(index, wanted, follow=True)
    if data is not None:
        changed = _change(data, wanted, follow=False) or changed
    if not changed:
        return
    _give(index / MARKER, wanted, follow_folder=True)
    if data is not None:
        for name in names_in(data):
            if is_ours(name):
                _give(data / name, wanted)


def is_group(index: Path) -> bool:
    """Say whether a folder is a group's, as an index is made for one."""
    try:
        return stat.S_IMODE(index.stat().st_mode) & _SHARED == _SHARED
    except OSError:
        return False


def _change(folder: Path, wanted: int, *, follow: bool) -> bool:
    """Give a folder its mode, if it has another; say so. A link in its place leads to somebody else's."""
    try:
        handle = open_folder(folder, follow=follow)
    except (OSError, CoopsearchError):
        return False
    try:
        if stat.S_IMODE(os.fstat(handle).st_mode) == wanted:
            return False
        with contextlib.suppress(PermissionError):
            os.fchmod(handle, wanted)
        return True
    finally:
        os.close(handle)


def _give(path: Path, folder: int, *, follow_folder: bool = False) -> None:
    try:
        handle = open_file(path, follow_folder=follow_folder)
    except (OSError, CoopsearchError):
        return
    try:
        # A file with a second name somewhere may be a file of the user's.
        if os.fstat(handle).st_nlink == 1:
            with contextlib.suppress(PermissionError):
                os.fchmod(handle, folder & 0o660)
    finally:
        os.close(handle)
