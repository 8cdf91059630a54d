"""Writing a file that a person asked for: whole or not at all, and never over another one unasked.

Does not depend on engines.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coopsearch.search.errors import SettingsError

if TYPE_CHECKING:
    from coopsearch.search.dossier.dossier import Dossier

#: The endings of files that a dossier is written as.
ENDINGS: Final = ("html", "docx", "md", "csv")
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def writer(ending: str) -> Callable[[Dossier], bytes]:
    """Return what writes a dossier in the format of one of the endings."""
    # Imported here: one of them is wanted.
    if ending == "html":
        from coopsearch.search.dossier.page import html

        return html
    if ending == "docx":
        from coopsearch.search.dossier.docx import docx

        return docx
    if ending == "md":
        from coopsearch.search.dossier.markdown import markdown

        return markdown
    from coopsearch.search.dossier.table import table

    return table


def check_target(path: Path, *, force: bool) -> None:
    """Raise SettingsError where a file cannot be written: before the work, not after it."""
    if path.is_dir():
        raise SettingsError(f"{path} is a folder; name a file")
    if os.path.lexists(path) and not force:
        raise SettingsError(f"{path} exists already; give --force to replace it, or another name")
    if not path.parent.is_dir():
        raise SettingsError(f"there is no folder {path.parent}; make it, or name another place")


def write_whole(path: Path, data: bytes, *, force: bool) -> None:
    """Write a file in one step. A link in its place is replaced, and what it leads to is not touched.

    Raises SettingsError.
    """
    part = path.with_name(f".{path.name[:200]}.{os.urandom(4).hex()}.part")
    try:
        # The mode is what the user's umask leaves: the file is made to be handed on.
        handle = os.open(part, _FLAGS, 0o666)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            if force:
                part.replace(path)
            else:
                _name(part, path)
        finally:
            with contextlib.suppress(OSError):
                part.unlink()
    except FileExistsError:
        raise SettingsError(f"{path} exists already; give --force to replace it, or another name") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise SettingsError(f"{path} cannot be written: {(reason or str(error)).lower()}") from None


def _name(part: Path, path: Path) -> None:
    """Give a file its name, unless another one has it. Raises FileExistsError."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without second names.
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        part.replace(path)
