"""What a run and a check of it must see alike: a file's content, its day, and its state.

Does not depend directly on an index, the manifest or file formats.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from coopsearch.indexer.extract import Format
from coopsearch.indexer.problem import Problem
from coopsearch.indexer.walk.walk import File
from coopsearch.search.errors import FileState

#: Megabytes of a file that are looked through between two words on how far the run is.
_OFTEN: Final = 64
#: Bytes of the largest file of which all is read to tell whether it changed; a larger one is known by its
#: size, inode and time.
_LARGEST: Final = 8 << 30
#: Begins what names such a file; no digest begins so.
_BY_STAMP: Final = "stamp-"


def content_of(file: File, form: Format, limit: int, say: Callable[[], None] = lambda: None) -> str:
    """Return what names the content of a file. Raises OSError as it comes.

    ``limit`` is how many bytes a document may have: what is over it is not read to its end only to be
    refused. ``say`` is called now and then while a large file is read, and may raise Interrupted.
    """
    # The size is the file's own word: a name of many terabytes may take no room on its disk.
    if file.size > limit and form.is_read_whole:
        return _unread(file)
    if file.size > _LARGEST:
        return _stamp(file)
    return _digest(file.path, form, say)


def has_content(file: File, form: Format, content: str) -> bool:
    """Say whether a file has the content that ``content_of`` gave. Raises OSError as it comes."""
    if content.startswith(_BY_STAMP):
        return content in {_unread(file), _stamp(file)}
    return _digest(file.path, form, lambda: None) == content


def _unread(file: File) -> str:
    # Whatever it holds, and whenever that changed: its size is what it is refused for.
    return f"{_BY_STAMP}{file.size}-{file.inode}"


def _stamp(file: File) -> str:
    return f"{_unread(file)}-{file.mtime_ns}"


def _digest(path: Path, form: Format, say: Callable[[], None]) -> str:
    with path.open("rb") as stream:
        if form.digest is not None:
            return form.digest(stream)
        known = hashlib.blake2b(digest_size=16)
        for number in itertools.count(1):
            piece = stream.read(1 << 20)
            if not piece:
                break
            known.update(piece)
            if number % _OFTEN == 0:
                say()
        return known.hexdigest()


def day_of(mtime_ns: int) -> str:
    """Return the day of a file's last change, for documents that give none of their own."""
    return datetime.fromtimestamp(max(0, mtime_ns) / 1e9, UTC).date().isoformat()


def state_of(problems: Sequence[Problem], texts: int) -> FileState:
    """Say what a file is that was read to its end, or as far as that goes."""
    # Pictures beside a text take nothing from it.
    faults = [problem for problem in problems if problem.state != FileState.UNSUPPORTED]
    if texts:
        return FileState.IN_PART if faults else FileState.INDEXED
    if any(problem.state == FileState.TOO_LARGE for problem in faults):
        # Whatever else is wrong with it: with other limits it is tried again.
        return FileState.TOO_LARGE
    return (faults or problems)[0].state if problems else FileState.NO_TEXT
