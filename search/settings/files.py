"""Where the files of settings are, and what they hold: TOML, with the line of each key for messages.

A project's file may come from anybody, so it is opened as a regular file of bounded size and nothing in it
is run. Nothing is parsed where there is no file. Does not depend on an index or the terminal.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from coopsearch.search.errors import SettingsError
from coopsearch.search.model import shown_path

#: The name of a project's file. It counts in its folder and in all folders below.
NAME: Final = "coopsearch.toml"
#: Names the user's own file in place of the usual one; where it is empty, no such file is read.
VARIABLE: Final = "COOPSEARCH_CONFIG"
#: Bytes that a file of settings may have.
_MOST: Final = 1 << 20

_HEADER: Final = r"\s*\[\[?\s*([^\[\]]+?)\s*\]"
_KEY: Final = r"\s*(\"[^\"]*\"|'[^']*'|[\w-]+)\s*[.=]"
_LINE: Final = r"\(at line (\d+)"


class Page(NamedTuple):
    """One file of settings."""

    path: Path
    own: bool
    """Whether it is the user's own file, which may set what a project's file may not."""
    text: str
    values: Mapping[str, Any]

    @property
    def folder(self) -> Path:
        """The folder to which its paths are relative."""
        return self.path.parent

    def line(self, *keys: str) -> int:
        """Return the line on which a key stands, or the nearest table around it; 1 if that is not found."""
        best = 1
        for number, found in _keys(self.text):
            if found == keys:
                return number
            if found == keys[: len(found)]:
                best = number
        return best

    def place(self, *keys: str) -> str:
        """Return the file and the line of a key, to begin a message with."""
        return f"{shown_path(str(self.path))}:{self.line(*keys)}"

    def error(self, message: str, *keys: str) -> SettingsError:
        """Return an error that names the file and the line of a key."""
        return SettingsError(f"{self.place(*keys)}: {message}")


def _keys(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the lines that begin a table or a key, each with its full name."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(_HEADER, line):
            table = tuple(part.strip().strip("\"'") for part in header[1].split("."))
            yield number, table
        elif key := re.match(_KEY, line):
            yield number, (*table, key[1].strip("\"'"))


def project_file(directory: Path) -> Path | None:
    """Return the project's file that counts in a folder: the nearest one upwards, None if there is none."""
    for folder in (directory, *directory.parents):
        path = folder / NAME
        if os.path.lexists(path):
            return path
    return None


def user_file(environment: Mapping[str, str] | None = None) -> Path | None:
    """Return where the user's own file is, or would be; None where there is to be none."""
    environment = os.environ if environment is None else environment
    if VARIABLE in environment:
        named = environment[VARIABLE]
        # Not Path.expanduser, which raises for a user that there is not: such a file is only missing.
        return Path(os.path.abspath(os.path.expanduser(named))) if named.strip() else None  # noqa: PTH100, PTH111
    if os.name == "nt":
        base = environment.get("APPDATA", "")
    else:
        base = environment.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111
    return Path(base, "coopsearch", "config.toml") if os.path.isabs(base) else None  # noqa: PTH117


def present(directory: Path) -> list[tuple[Path, bool]]:
    """Return the files that there are for a folder, the project's first, each with whether it is the user's.

    Raises SettingsError where the user's file is named by the variable and is not there.
    """
    found = []
    if (project := project_file(directory)) is not None:
        found.append((project, False))
    own = user_file()
    if own is not None and os.path.lexists(own):
        # One that a project's folder holds too is read once, as the user's.
        found = [one for one in found if one[0] != own]
        found.append((own, True))
    elif own is not None and VARIABLE in os.environ:
        raise SettingsError(f"{VARIABLE} names {own}, which does not exist; correct it, or unset it")
    return found


def read(path: Path, *, own: bool) -> Page:
    """Read a file of settings. Raises SettingsError for one that cannot be read or is not TOML."""
    # Imported here: most projects have no such file.
    import tomllib

    shown = shown_path(str(path))
    text = _text(path, shown)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(_LINE, str(error))
        line = at[1] if at else text.count("\n") + 1
        reason = str(error).partition(" (at ")[0]
        reason = reason[:1].lower() + reason[1:]
        raise SettingsError(f"{shown}:{line}: this is not TOML: {reason}; correct that line") from None
    except RecursionError:
        raise SettingsError(f"{shown}: it is nested too deeply; make it simpler") from None
    return Page(path, own, text, values)


def _text(path: Path, shown: str) -> str:
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        handle = os.open(path, flags)
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise SettingsError(f"{shown} is not a regular file; remove it, or write a file of settings")
            data = stream.read(_MOST + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SettingsError(f"the settings in {shown} cannot be read: {reason}") from None
    if len(data) > _MOST:
        raise SettingsError(f"{shown} is larger than 1 MiB; a file of settings is not as long as that")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{shown}:{line}: this is not UTF-8; save the file as UTF-8") from None


def pages(directory: Path) -> tuple[Page, ...]:
    """Read the files that count in a folder, the one that counts more first. Raises SettingsError."""
    return tuple(read(path, own=own) for path, own in present(directory))
