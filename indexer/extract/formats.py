"""The table of formats: a row for each, in the family that declares it.

A format is declared by a ``Format`` in the package of its family: its endings, how its files begin, and its
reader, which is imported when it is called. So every process loads all declarations and no reader.
"""

from __future__ import annotations

from typing import Final

from coopsearch.indexer.extract import archive, image, mail, office, pdf, text
from coopsearch.indexer.extract.base import Format

#: Every format that is read. Of two whose signatures fit a file, the first counts.
FORMATS: Final[tuple[Format, ...]] = (
    *text.FORMATS,
    *pdf.FORMATS,
    *office.FORMATS,
    *image.FORMATS,
    *mail.FORMATS,
    *archive.FORMATS,
)

_BY_NAME: Final = {one.name: one for one in FORMATS}
#: The format of an ending.
BY_SUFFIX: Final = {suffix: one for one in FORMATS for suffix in one.suffixes}


def format_named(name: str) -> Format:
    """Return a format by its name. Raises KeyError."""
    return _BY_NAME[name]


def known_suffixes(*, pictures: bool = True) -> tuple[str, ...]:
    """Return every ending that is read, sorted; with or without those that only OCR reads."""
    return tuple(sorted(suffix for suffix, one in BY_SUFFIX.items() if pictures or not one.picture))


def picture_suffixes() -> frozenset[str]:
    """Return the endings that only OCR reads."""
    return frozenset(suffix for suffix, one in BY_SUFFIX.items() if one.picture)
