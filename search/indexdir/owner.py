"""Whose an index is: one that somebody else owns, or that others may write, is named before it is used.

The check is that of git for repositories. A person who trusts the others says so once, in a variable or in
a file of their own settings. Looks at owners and modes of folders, and reads no file of the index.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from coopsearch.search.errors import IndexUntrusted
from coopsearch.search.indexdir.names import META_FILE
from coopsearch.search.indexdir.noted import note, noted

#: Folders of indexes that are trusted, parted as in PATH; * stands for all.
VARIABLE: Final = "COOPSEARCH_TRUST"
#: The file of the user's settings that names such folders, one a line.
FILE: Final = "trusted"


def check_owner(*folders: Path, environment: Mapping[str, str] | None = None) -> None:
    """Raise IndexUntrusted if a folder of an index is not the caller's alone, and nobody trusts it.

    The first of the folders is the index. One that is not there is nobody's.
    """
    if os.name != "posix":
        return
    for folder in folders:
        try:
            status = folder.stat()
        except OSError:
            continue
        reason, remedy = _reason(status)
        if reason and not is_trusted(folders[0], environment):
            step = f"take that right away (`chmod {remedy} {folder}`), or, if" if remedy else "if"
            raise IndexUntrusted(
                f"the index at {folders[0]} {reason}, so others may have changed it; {step} you trust them, "
                f"run `coopsearch verify --trust --index {folders[0]}` or name it in {VARIABLE}"
            )


def check_file(path: Path, status: os.stat_result) -> None:
    """Raise IndexUntrusted if a file of an index is not the caller's alone, and nobody trusts the index.

    The folders can be the caller's own, and a file in them somebody else's: unpacked so, or made so.
    """
    if os.name != "posix":
        return
    reason, remedy = _reason(status)
    index = path.parent if path.name == META_FILE else path.parent.parent
    if reason and not is_trusted(index):
        step = f"take that right away (`chmod {remedy} {path}`), or, if" if remedy else "if"
        raise IndexUntrusted(
            f"{path}, a file of the index, {reason}, so others may have changed it; {step} you trust them, "
            f"run `coopsearch verify --trust --index {index}` or name the index in {VARIABLE}"
        )


def is_shared(folder: Path) -> bool:
    """Say whether others may write to a folder, so that an index in it has to be trusted."""
    return os.name == "posix" and bool(_reason(folder.stat())[0])


def _reason(status: os.stat_result) -> tuple[str, str]:
    """Return why others may have changed a folder, and the mode against that; "" for neither."""
    me = os.geteuid()
    if status.st_uid not in {me, *_behind(me)}:
        return f"belongs to {_name(status.st_uid)}", ""
    if status.st_mode & stat.S_IWOTH:
        return "may be written by everybody", "o-w"
    # A group of a user's own has the user's number on most systems, and nobody else in it.
    if status.st_mode & stat.S_IWGRP and status.st_gid not in {me, 0}:
        return f"may be written by the group {status.st_gid}", "g-w"
    return "", ""


def _behind(me: int) -> Iterator[int]:
    """Yield the user who became root by sudo: their own index is not a stranger's."""
    given = os.environ.get("SUDO_UID", "")
    if me == 0 and given.isdigit():
        yield int(given)


def _name(number: int) -> str:
    # Imported here: it is needed for the message alone.
    import pwd

    try:
        return f"{pwd.getpwuid(number).pw_name} (user {number})"
    except KeyError:
        return f"user {number}"


def is_trusted(index: Path, environment: Mapping[str, str] | None = None) -> bool:
    """Say whether the user trusts the others who can write to an index."""
    given = (os.environ if environment is None else environment).get(VARIABLE, "")
    named = [one.strip() for one in given.split(os.pathsep) if one.strip()]
    if "*" in named:
        return True
    place = index.resolve()
    return any(Path(one).expanduser().resolve() == place for one in (*named, *noted(FILE)))


def trust(index: Path) -> None:
    """Note in the user's settings that an index is trusted. Raises SettingsError if that fails."""
    if not is_trusted(index):
        note(FILE, [str(index.resolve())], f"name the index in {VARIABLE} instead")
