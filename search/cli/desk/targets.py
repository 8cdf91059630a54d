"""Which documents a command is about: hits of the last answer by their numbers, or documents by address.

Does not depend on command-line options.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.cli.answers.asked_indexes import asked_folders, holding
from coopsearch.search.desk.last_answer import LastAnswer, last_answer
from coopsearch.search.errors import SettingsError
from coopsearch.search.index import Index

#: Numbers of hits: 3, or 2-5.
_NUMBERS: Final = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,6}))?", re.ASCII)


class Target(NamedTuple):
    """A document that is meant, in one index."""

    folder: Path
    """The folder of the index."""
    path: str
    """The absolute address."""
    span: tuple[int, int] | None = None
    """The passage that the answer showed, None where none is meant."""
    query: str = ""
    """What it was an answer to."""


def is_number(text: str) -> bool:
    """Say whether an argument names hits by their numbers."""
    return _NUMBERS.fullmatch(text) is not None


def by_number(given: Iterable[str], indexes: Sequence[str] | None) -> tuple[list[Target], LastAnswer]:
    """Return hits of the last answer in this terminal. Raises SettingsError for a number that it has not."""
    answer = last_answer(*(asked_folders(indexes) if indexes else ()))
    found = []
    for text in given:
        match = _NUMBERS.fullmatch(text)
        if match is None:
            raise SettingsError(f"{text!r} is not the number of a hit; give one such as 3, or 2-5")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise SettingsError(f"{text} counts down; write {last}-{first}")
        # The last one first: a range that is too long is refused before it is gone through.
        answer.hit(last)
        for number in range(first, last + 1):
            hit = answer.hit(number)
            span = (hit.start, hit.end) if hit.end else None
            found.append(Target(Path(hit.index_folder), hit.path, span, answer.query))
    return found, answer


def by_address(opened: Sequence[Index], path: str) -> list[Target]:
    """Return the document of an address, in the first of some open indexes that holds it.

    Raises SettingsError where none does.
    """
    first, *_ = holding(path, opened) or opened
    return [Target(first.folder, first.document(path).path)]
