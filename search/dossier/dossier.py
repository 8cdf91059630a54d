"""What a dossier holds, whatever it is written as.

All text has been made safe by then, so that a format escapes what is markup to it and nothing else. Does not
depend on file formats, files or an index.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, NamedTuple

from coopsearch.search.characters import safe, safe_pieces

#: Languages that are written from the right, by ISO 639-1 code.
_FROM_THE_RIGHT: Final = frozenset("ar arc ckb dv fa he ku ps sd ug ur yi".split())
_LETTER: Final = re.compile(r"[^\W\d_]")


class Piece(NamedTuple):
    """A part of a text: what the query matched, or what stands between."""

    text: str
    marked: bool = False


class Source(NamedTuple):
    """A file that hits come from."""

    number: int
    path: str
    """As the reader of the dossier may know it: relative to the working directory where it lies below."""
    sha256: str
    """"" where the file cannot be read."""
    remark: str = ""
    """Why the file may not be what the index holds, "" where it is."""


class Entry(NamedTuple):
    """A hit."""

    number: int
    title: tuple[Piece, ...]
    quote: tuple[Piece, ...]
    """Empty where the title alone holds what was asked for."""
    path: str
    """The document: the file of the source, and the member within."""
    place: str
    """Its page or line."""
    heading: str
    date: str
    language: str
    type: str
    source: Source
    also: tuple[str, ...] = ()
    """Where else the same stands."""
    recognised: bool = False
    """Whether the text was read by OCR."""
    index_name: str = ""
    """How its index is called, where several were asked."""

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Return what is said of the hit beside its text, by name."""
        said = [
            ("Document", ", ".join(filter(None, [self.path, self.place]))),
            ("Index", self.index_name),
            ("Heading", self.heading),
            ("Date", self.date),
            *(("Also at", one) for one in self.also),
            ("Text", "read by OCR; compare it with the picture" if self.recognised else ""),
            ("SHA-256", self.source.sha256),
            ("Remark", self.source.remark),
        ]
        return [(name, value) for name, value in said if value]


class Dossier(NamedTuple):
    """All that is written."""

    title: str
    query: str
    made: str
    """When: ISO 8601 in UTC."""
    found: str
    """How much was found, and how much of it is here."""
    coverage: str
    """What was searched and what was not, "" where that is not known."""
    generation: str
    """Which state of the index answered."""
    notes: tuple[str, ...]
    """What may have been meant otherwise than it was read."""
    entries: Sequence[Entry]
    sources: Sequence[Source]

    @property
    def hits(self) -> dict[int, list[int]]:
        """Return by the number of each source those of its hits."""
        found: dict[int, list[int]] = {source.number: [] for source in self.sources}
        for entry in self.entries:
            found[entry.source.number].append(entry.number)
        return found

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Return what is said of the whole, by name."""
        said = [
            ("Query", self.query),
            ("Made", self.made),
            ("Found", self.found),
            ("Searched", self.coverage),
            *(("Note", one) for one in self.notes),
            ("State of the index", self.generation),
        ]
        return [(name, value) for name, value in said if value]


def pieces(text: str, matches: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """Return a text made safe, in pieces of what is marked and what is not."""
    cut = safe_pieces(text, [place for match in matches for place in match])
    return tuple(Piece(one, number % 2 == 1) for number, one in enumerate(cut) if one)


def plain(parts: Sequence[Piece]) -> str:
    """Return the text of pieces."""
    return "".join(one.text for one in parts)


def ranges(numbers: Sequence[int]) -> str:
    """Return numbers in order, those that follow each other as a range."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    # Two that follow each other are no shorter as a range.
    shown = (
        [f"{part[0]}–{part[-1]}"] if len(part) > 2 else map(str, part)  # noqa: PLR2004 - see above
        for part in parts
    )
    return ", ".join(one for part in shown for one in part)


def clean(text: str) -> str:
    """Return text as one line without anything that acts or hides."""
    return safe(text).strip()


def is_from_the_right(text: str, language: str = "") -> bool:
    """Say whether a text is read from the right: by its language, else by its first letter."""
    if language:
        return language in _FROM_THE_RIGHT
    first = _LETTER.search(text)
    return first is not None and unicodedata.bidirectional(first[0]) in {"R", "AL"}
