"""What is told of members that nothing reads: what is attached to mails, or lies in archives and documents.

Makes of a row's counts and addresses what a run reports and `status` lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from coopsearch.indexer.extract import known_suffixes, picture_suffixes
from coopsearch.indexer.problem import A_PICTURE, Problem, Unread
from coopsearch.search.errors import FileState


def unread_in(file: str, unread: Unread) -> Iterator[Problem]:
    """Yield a problem for each member that is named, and one, whose path is the file's, for all others."""
    for name in unread.names:
        yield Problem(file + name, _reason(name), FileState.UNSUPPORTED, file)
    others = unread.members + unread.pictures - len(unread.names)
    if others > 0:
        yield Problem(
            file, f"{others:,} more in it of formats that are not read", FileState.UNSUPPORTED, file
        )


def is_picture(problem: Problem) -> bool:
    """Say whether a member is one that OCR could read."""
    return problem.reason == A_PICTURE


def _reason(name: str) -> str:
    ending = PurePosixPath(name.rpartition("!")[2]).suffix.lower()
    if ending in picture_suffixes():
        return A_PICTURE
    if ending in known_suffixes():
        return "of a kind that is not read"
    return f"no format is known for {ending}" if ending else "its bytes are of no format that is read"
