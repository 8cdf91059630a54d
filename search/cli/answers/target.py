"""What a command is asked about: the number of a hit of the last answer, or the address of a document.

``show`` and ``open`` take both. Figures alone are the number of a hit; a file of that name is ``./3``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.search.cli.answers.asked_indexes import asked_folders, holders
from coopsearch.search.cli.answers.hit_numbers import are_numbers
from coopsearch.search.desk.last_answer import AnsweredHit, LastAnswer, last_answer
from coopsearch.search.errors import SettingsError
from coopsearch.search.index import Index
from coopsearch.search.indexdir.addresses import is_added, original
from coopsearch.search.model import Document, shown_path

#: Figures of a number of a hit; an answer never has so many.
_FIGURES: Final = 9


class Asked(NamedTuple):
    """The hit or the document that a command is asked about."""

    folder: Path
    """Of the index."""
    path: str
    """The address of the document."""
    number: int = 0
    """The number of the hit, 0 for a document that was named."""
    hit: AnsweredHit | None = None
    answer: LastAnswer | None = None
    others: tuple[Path, ...] = ()
    """The folders of other indexes that were named and hold a document of this address."""


def asked(given: str, options: Sequence[str] | None) -> Asked:
    """Return what is meant by a number or an address. ``options`` are the indexes that were named, if any.

    Raises SettingsError for a number without an answer, or of no hit in it, and for an address that none of
    several indexes holds.
    """
    if not given:
        raise SettingsError("the address is empty; give it as hits name it, or the number of a hit")
    if not (given.isascii() and given.isdigit()):
        if are_numbers(given) and not os.path.lexists(given):
            raise SettingsError(f"{given} are several hits, and this takes one; give one number")
        folder, *others = holders(given, asked_folders(options))
        return Asked(folder, given, others=tuple(others))
    try:
        answer = last_answer(*(asked_folders(options) if options else ()))
        number = int(given) if len(given) <= _FIGURES else 10**_FIGURES
        hit = answer.hit(number)
    except SettingsError as error:
        if os.path.lexists(given):
            raise SettingsError(f"{error}, or ./{given} for the file of that name") from None
        raise
    return Asked(Path(hit.index_folder), hit.path, number, hit, answer)


def document_of(index: Index, one: Asked) -> Document:
    """Return the document that is meant. Raises SettingsError where the index does not hold it any more."""
    try:
        return index.document(one.path)
    except SettingsError:
        if one.hit is None:
            raise
        raise SettingsError(
            f"hit {one.number}, {shown_path(one.path)}, is no longer in the index, which was updated since "
            "that answer; search again"
        ) from None


def is_stale(index: Index, one: Asked) -> bool:
    """Say whether the index was updated since the answer that a hit is of."""
    return one.answer is not None and one.answer.generations.get(str(one.folder)) != index.generation


def span_of(document: Document, one: Asked) -> range:
    """Return the numbers of the passages that a hit showed, none where it showed its title alone.

    Raises SettingsError where the document has no such passage any more.
    """
    hit = one.hit
    if hit is None or not hit.end:
        return range(0)
    starts = {passage.start: number for number, passage in enumerate(document.passages)}
    ends = {passage.end: number for number, passage in enumerate(document.passages)}
    first, last = starts.get(hit.start, -1), ends.get(hit.end, -1)
    if not 0 <= first <= last:
        raise SettingsError(
            f"the passage of hit {one.number} is no longer in {shown_path(one.path)}, which has another text "
            "in the index now; search again"
        )
    return range(first, last + 1)


def file_of(index: Index, document: Document) -> Path:
    """Return the file that a document is in; it need not be there any more."""
    base = f"{index.folder.parent}{os.sep}"
    if document.file.startswith(base):
        # The folder itself is named as it is, and what lies in it by its address.
        return Path(base + original(document.file.removeprefix(base)))
    return Path(original(document.file))


def held_twice(one: Asked) -> list[str]:
    """Return what to say of an address that several of the indexes hold that were named."""
    return [
        f"{shown_path(str(other))} holds a document of that address, too; --index with that alone shows it"
        for other in one.others
    ]


def notes(index: Index, document: Document, one: Asked) -> list[str]:
    """Return what is to be said of a hit or a document that may not be as it was, a sentence each."""
    found = held_twice(one)
    if is_stale(index, one):
        found.append("the index was updated since that answer; search again for the hits of now")
    if document.is_bare:
        found.append(f"the text of {shown_path(document.path)} is not in this index")
    elif not is_added(document.file) and not os.path.lexists(file_of(index, document)):
        found.append(
            f"{shown_path(document.file)} is no longer there; this is its text as the index holds it"
        )
    return found
