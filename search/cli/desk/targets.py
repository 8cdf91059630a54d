"""Which documents a command is about: hits of the last answer by their numbers, or documents by address.

Does not depend on command-line options.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from coopsearch.search.cli.answers.asked_indexes import asked_folders, holding
from coopsearch.search.cli.answers.hit_numbers import numbers_in
from coopsearch.search.desk.last_answer import LastAnswer, last_answer
from coopsearch.search.index import Index


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


def by_number(given: Iterable[str], indexes: Sequence[str] | None) -> tuple[list[Target], LastAnswer]:
    """Return hits of the last answer in this terminal. Raises SettingsError for a number that it has not."""
    answer = last_answer(*(asked_folders(indexes) if indexes else ()))
    found = []
    for number in numbers_in(given, answer):
        hit = answer.hit(number)
        span = (hit.start, hit.end) if hit.end else None
        found.append(Target(Path(hit.index_folder), hit.path, span, answer.asked))
    return found, answer


def by_address(opened: Sequence[Index], path: str) -> list[Target]:
    """Return the document of an address, in the first of some open indexes that holds it.

    Raises SettingsError where none does.
    """
    first, *_ = holding(path, opened) or opened
    return [Target(first.folder, first.document(path).path)]
