"""The tables of the user's lexicons, for whoever plans a query; one look at a folder where there are none.

A table is opened once for as long as the folder stays as it is. One that cannot be used is left out, and
said. Does not depend on the terminal.
"""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.lexicons.place import VARIABLE, folder
from coopsearch.search.translation.table import Table, Unusable


class UserLexicons(NamedTuple):
    """The lexicons that can be asked, and what keeps others from it."""

    tables: tuple[Table, ...] = ()
    """By their names, ``Table.name``, in the order of these."""
    faults: tuple[str, ...] = ()
    """A message for each that cannot be used."""


_NONE: Final = UserLexicons()
_lock: Final = threading.Lock()
_opened: dict[tuple[Path, int, int, int, int], UserLexicons] = {}


def user_lexicons() -> UserLexicons:
    """Return the lexicons that the user added, the same as long as none is added or removed.

    Safe for many threads. Where there are none, nothing is imported or opened.
    """
    place = folder()
    if place is None:
        return _NONE
    try:
        status = os.stat(place)  # noqa: PTH116 - whatever is there
    except (OSError, ValueError):
        return _NONE
    # A change of who may write there leaves the time of the folder as it was.
    key = place, status.st_mtime_ns, status.st_ino, status.st_mode, status.st_uid
    with _lock:
        found = _opened.get(key)
        if found is None:
            _opened.clear()
            found = _opened[key] = _open(place)
        return found


def _open(place: Path) -> UserLexicons:
    # Imported for those who added a lexicon.
    from coopsearch.search.lexicons.about import names

    tables, faults = [], []
    found = names(place)
    if (fault := fault_of(place)) and (found or not place.is_dir()):
        return UserLexicons((), (fault,))
    for name in found:
        try:
            tables.append(opened(place, name))
        except Unusable as error:
            faults.append(str(error))
    return UserLexicons(tuple(tables), tuple(faults))


def fault_of(place: Path) -> str:
    """Say why no lexicon in a folder is used, "" if they are."""
    from coopsearch.search.indexdir.owner import is_shared

    try:
        mode = place.stat().st_mode
        if not stat.S_ISDIR(mode):
            return f"no lexicons are used, as {place} is not a folder; name one in {VARIABLE}"
        if not is_shared(place):
            return ""
        by_mode = mode & (stat.S_IWGRP | stat.S_IWOTH)
    except OSError:
        return ""
    told = f"the lexicons in {place} are not used, as "
    if by_mode:
        return f"{told}others may write there; take that right away (`chmod go-w {place}`)"
    return f"{told}that folder belongs to somebody else; name one of yours in {VARIABLE}"


def opened(place: Path, name: str) -> Table:
    """Open the table of one lexicon. Raises Unusable for damage, another version, or what is not ours."""
    from coopsearch.search.errors import CoopsearchError
    from coopsearch.search.indexdir.opening import map_file
    from coopsearch.search.lexicons.about import read, reason

    about = read(place, name)
    try:
        data = map_file(place / about.table)
    except FileNotFoundError:
        raise Unusable(name, f"is damaged: {about.table} is missing") from None
    except CoopsearchError as error:
        raise Unusable(name, f"cannot be opened: {reason(error)}") from None
    if len(data) != about.size:
        raise Unusable(name, f"is damaged: {about.table} has {len(data):,} bytes instead of {about.size:,}")
    return Table(data, name)
