"""What a file is, byte for byte: the SHA-256 by which anybody can check a citation without coopsearch.

Does not depend on engines or the terminal.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from coopsearch.search.errors import CoopsearchError
from coopsearch.search.indexdir.addresses import files_in, original

_PIECE: Final = 1 << 20
#: A pipe that nobody writes to must not be waited for.
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class FileGone(CoopsearchError):
    """The file of a document is not where it was."""


class FileRefused(CoopsearchError):
    """The file of a document cannot be read; the message is the reason."""


def sha256_of(path: Path, check: Callable[[], None] = lambda: None) -> str:
    """Return the SHA-256 of a file in hexadecimal; ``check`` is called now and then and may raise.

    Raises FileGone and FileRefused.
    """
    try:
        handle = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        raise FileGone(f"{path} is not there any more") from None
    except (OSError, ValueError) as error:
        raise FileRefused(_reason(error)) from None
    try:
        with os.fdopen(handle, "rb", buffering=0) as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise FileRefused("it is not a regular file")
            known = hashlib.sha256()
            while piece := stream.read(_PIECE):
                known.update(piece)
                check()
            return known.hexdigest()
    except OSError as error:
        raise FileRefused(_reason(error)) from None


def may_have_changed(path: Path, updated: float | None) -> bool:
    """Say whether a file may be another than when its index was last brought up to date.

    ``updated`` is when that run began, in seconds since 1970. Raises FileGone and FileRefused.
    """
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise FileGone(f"{path} is not there any more") from None
    except (OSError, ValueError) as error:
        raise FileRefused(_reason(error)) from None
    # A file that takes another one's place can bring an old time of change along, but no old time of status.
    return updated is None or max(status.st_mtime, status.st_ctime) >= updated


def file_of(address: str, base: Path) -> tuple[Path, str]:
    """Return the file that holds what is at an address, there or not, and the rest of the address.

    An address that is relative is so to ``base``; the rest names a member, with its sign before it.
    """
    places = [(base / original(one), address[len(one) :]) for one in files_in(address)]
    # The whole is tried first. A folder holds no member, though it can have the name of a file that does.
    there = (place for place in places if os.path.lexists(place[0]) and not place[0].is_dir())
    return next(there, places[0])


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return "it has a name that no file has"
