"""For whom the files of an index are: their owner alone, or the group of the folder.

Knows modes of folders and of our own files in them; changes nothing else.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import Final

from coopsearch.search.errors import IndexUnreadable
from coopsearch.search.indexdir.durable import PRIVATE
from coopsearch.search.indexdir.names import MARKER, is_ours
from coopsearch.search.indexdir.opening import names_in, open_file

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
    folders = [folder for folder in (index, data) if folder is not None]
    wrong = [folder for folder in folders if _mode(folder) not in {wanted, None}]
    if not wrong:
        return
    for folder in wrong:
        with contextlib.suppress(PermissionError):
            folder.chmod(wanted)
    _give(index / MARKER, wanted, follow_folder=True)
    if data is not None:
        for name in names_in(data):
            if is_ours(name):
                _give(data / name, wanted)


def _mode(folder: Path) -> int | None:
    try:
        return stat.S_IMODE(folder.stat().st_mode)
    except OSError:
        return None


def _give(path: Path, folder: int, *, follow_folder: bool = False) -> None:
    try:
        handle = open_file(path, follow_folder=follow_folder)
    except (OSError, IndexUnreadable):
        return
    try:
        # A file with a second name somewhere may be a file of the user's.
        if os.fstat(handle).st_nlink == 1:
            with contextlib.suppress(PermissionError):
                os.fchmod(handle, folder & 0o660)
    finally:
        os.close(handle)
