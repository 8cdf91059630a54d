"""Whether the sources of citations still say what was quoted, word for word.

Files are known again by their SHA-256; one that changed is read anew by whatever ``read`` is. Does not depend
on engines or the terminal.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from coopsearch.search.desk.citations import Citation
from coopsearch.search.desk.fingerprint import FileGone, FileRefused, file_of, sha256_of
from coopsearch.search.desk.moves import place_of
from coopsearch.search.desk.quotes import LONGEST, Place, located, nearest, normal
from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir.addresses import address
from coopsearch.search.model import Document

_NOT_MOVED: Final[Mapping[str, str]] = MappingProxyType({})


class State(StrEnum):
    """What became of a quotation."""

    SAME = "same"
    """The file is unchanged, and says it."""
    SAME_WORDS = "same words"
    """The file changed, and says it at the same place."""
    MOVED = "moved"
    """The file changed, and says it at another place."""
    CHANGED = "changed"
    """The file does not say it."""
    GONE = "gone"
    UNREADABLE = "unreadable"


#: The states in which the source says what was quoted.
HOLDING: Final = frozenset({State.SAME, State.SAME_WORDS, State.MOVED})


class Checked(NamedTuple):
    """A citation, and what was found of it."""

    citation: Citation
    state: State
    path: str
    """Where the document is now, or was looked for."""
    reason: str = ""
    place: Place | None = None
    """Where the quotation stands now; of one that changed where what is nearest to it stands."""
    text: str = ""
    """What stands there."""


def check(
    citations: Sequence[Citation],
    known: Iterable[Citation],
    folders: Sequence[Path],
    read: Callable[[Path], list[Document]],
    places: Mapping[str, str] = _NOT_MOVED,
) -> list[Checked]:
    """Compare citations with their sources.

    ``known`` are those of the desk, which nobody else can have altered; ``folders`` are what relative
    addresses are relative to, the first in which the file is. ``read`` returns the documents of a file or
    raises SettingsError with the reason. ``places`` says where files are now that were moved.
    """
    of_id = {one.id: one for one in known}
    jobs: dict[Path, list[tuple[int, Citation, str, bool]]] = {}
    found: dict[int, Checked] = {}
    for number, given in enumerate(citations):
        kept = of_id.get(given.id)
        citation, trusted = _completed(given, kept)
        if fault := _fault(citation):
            found[number] = Checked(citation, State.UNREADABLE, citation.path, fault)
            continue
        path, member = _file(citation.path, folders)
        if not os.path.lexists(path) and (now := place_of(citation.path, places)) != citation.path:
            path, member = _file(now, folders)
        jobs.setdefault(path, []).append((number, citation, member, trusted))
    for path, job in jobs.items():
        checking = _File(path, read)
        for number, citation, member, trusted in job:
            found[number] = checking.checked(citation, member, trusted=trusted)
    return [found[number] for number in range(len(citations))]


def _completed(given: Citation, kept: Citation | None) -> tuple[Citation, bool]:
    """Return a citation with what the desk knows of it, and whether it is as it is kept there."""
    if kept is None:
        return given, False
    quote = given.quote or kept.quote
    path, sha256 = given.path or kept.path, given.sha256 or kept.sha256
    same = (normal(quote), path, sha256) == (normal(kept.quote), kept.path, kept.sha256)
    return kept._replace(quote=quote, path=path, sha256=sha256), same


def _fault(citation: Citation) -> str:
    """Return why a citation cannot be checked, "" if it can."""
    if not citation.path:
        return "the citation does not name its source"
    if not citation.quote.strip():
        return "the citation does not hold what was quoted"
    if len(citation.quote) > LONGEST:
        return f"the quotation is longer than {LONGEST:,} characters"
    if os.name == "nt" and citation.path.replace("/", "\\").startswith("\\\\"):
        # To look there would tell a computer of somebody's choice who the user is.
        return "its source is on another computer; copy it here"
    return ""


def _file(path: str, folders: Sequence[Path]) -> tuple[Path, str]:
    places = [file_of(path, folder) for folder in folders]
    return next((one for one in places if os.path.lexists(one[0])), places[0])


class _File:
    """The file of some citations: read when the first of them needs it."""

    def __init__(self, path: Path, read: Callable[[Path], list[Document]]) -> None:
        self._path, self._read = path, read
        self._documents: list[Document] | None = None
        self._problem: Checked | None = None
        self._sha256 = self._refused = ""
        self._gone = False
        try:
            self._sha256 = sha256_of(path)
        except FileGone:
            self._gone = True
        except FileRefused as error:
            self._refused = str(error)

    def checked(self, citation: Citation, member: str, *, trusted: bool) -> Checked:
        shown = address(self._path.as_posix()) + member
        if self._gone:
            return Checked(citation, State.GONE, shown, "the file is not there any more")
        if not self._refused:
            if trusted and self._sha256 == citation.sha256:
                return Checked(citation, State.SAME, shown)
            if citation.recognised:
                self._refused = "the file changed, and its text was read by OCR; compare it by eye"
            elif self._documents is None:
                try:
                    self._documents = self._read(self._path)
                except SettingsError as error:
                    self._refused = str(error)
        if self._refused:
            return Checked(citation, State.UNREADABLE, shown, self._refused)
        return self._compared(citation, member, shown)

    def _compared(self, citation: Citation, member: str, shown: str) -> Checked:
        documents = sorted(self._documents or (), key=lambda one: one.path.removeprefix(one.file) != member)
        unchanged = self._sha256 == citation.sha256
        for document in documents:
            if citation.part == "title":
                if normal(document.title) == normal(citation.quote):
                    state = State.SAME if unchanged else State.SAME_WORDS
                    return Checked(citation, state, document.path)
                continue
            place = located(document, citation.quote, citation.start)
            if place is not None:
                moved = document.path.removeprefix(document.file) != member or _moved(citation, place)
                state = State.SAME if unchanged else State.MOVED if moved else State.SAME_WORDS
                return Checked(
                    citation, state, document.path, "", place, document.text[place.start : place.end]
                )
        reason = "the file is unchanged and does not hold these words: the quotation is not the original one"
        for document in documents:
            place = nearest(document, citation.quote)
            if place is not None:
                text = document.text[place.start : place.end]
                return Checked(
                    citation, State.CHANGED, document.path, reason if unchanged else "", place, text
                )
        return Checked(citation, State.CHANGED, shown, reason if unchanged else "")


def _moved(citation: Citation, place: Place) -> bool:
    if not citation.end:
        return False  # where it was is not written in the file that claims it
    if citation.page is not None or place.page is not None:
        return citation.page != place.page
    if citation.line is not None or place.line is not None:
        return citation.line != place.line
    return citation.start != place.start
