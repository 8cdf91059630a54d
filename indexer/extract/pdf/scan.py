"""Pages that show text but hold none: which they are, and what OCR makes of them.

A scan is a page that a picture covers; a garbled page has fonts that do not say which letters they show.
Does not depend on Tesseract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from itertools import count, groupby
from typing import Final, NamedTuple

from coopsearch.indexer.extract.base import DPI, Picture
from coopsearch.indexer.extract.pdf.garbled import LETTER, is_garbled
from coopsearch.indexer.extract.pdf.hocr import paragraphs_of
from coopsearch.indexer.extract.pdf.page import POINTS, Page
from coopsearch.search.errors import ExtractionError, FileState

#: Share of a page without text that a picture must cover to be taken for a scan of text.
_COVERED: Final = 0.3
#: The same where there is a line of text, as of a stamp.
_STAMPED: Final = 0.8
_STAMP: Final = 60
#: Pages of one file that fail before the rest is given up.
_FAILURES: Final = 5


class Lack(Enum):
    """What is wrong with a page whose text is missing; the value says it."""

    SCAN = "it shows images alone, as a scan does"
    GARBLED = "its fonts do not say which letters they show"


class Gap(NamedTuple):
    """Pages, from 1, that give no text, and why."""

    pages: tuple[int, ...]
    reason: str
    state: FileState
    lack: Lack | None = None
    """What is wrong with them, where that is known; else OCR failed."""

    def __str__(self) -> str:
        """Say it in a line."""
        return f"{named(self.pages)}: {self.reason}"


def unread(pages: Sequence[Page]) -> dict[int, Lack]:
    """Return the pages, from 0, whose text is missing, and what is wrong with them."""
    found: dict[int, Lack] = {}
    whole = is_garbled("\n".join(page.text for page in pages))
    for number, page in enumerate(pages):
        text = page.text
        if text.strip():
            letters = len(LETTER.findall(text))
            if whole or is_garbled(text):
                found[number] = Lack.GARBLED
            elif letters < _STAMP and page.covered > _STAMPED:
                found[number] = Lack.SCAN
        elif page.covered > _COVERED:
            found[number] = Lack.SCAN
    return found


def recognised(
    draw: Callable[[int], Picture | None],
    pages: Sequence[Page],
    wanted: Mapping[int, Lack],
    recognise: Callable[[Picture], bytes],
) -> tuple[dict[int, Page], list[Gap]]:
    """Return pages as OCR reads them, by their number from 0, and those that it could not read.

    ``draw`` returns a page as it looks, by its number from 0, None if it is blank; it may raise
    ExtractionError. ``wanted`` are the pages that are known to lack text; those that hold none at all are
    tried too.
    """
    found: dict[int, Page] = {}
    failed: dict[tuple[str, FileState], list[int]] = {}
    failures = 0
    for number, page in enumerate(pages):
        if number not in wanted and (page.text.strip() or not page.drawn):
            continue
        try:
            if failures >= _FAILURES:
                raise ExtractionError("not tried by OCR after the others failed", FileState.NO_TEXT)
            picture = draw(number)
            read = _page(recognise(picture), picture) if picture else Page(read=())
        except ExtractionError as error:
            failures += 1
            failed.setdefault((str(error), error.state), []).append(number + 1)
            continue
        if wanted.get(number) is not Lack.SCAN or len(read.text) >= len(page.text):
            found[number] = read
    return found, [Gap(tuple(numbers), *why) for why, numbers in failed.items()]


def _page(answer: bytes, picture: Picture) -> Page:
    scale = DPI / POINTS
    paragraphs = paragraphs_of(answer, picture.height, scale)
    lines = [line for paragraph in paragraphs for line in paragraph]
    return Page(0.0, picture.height / scale, lines, read=paragraphs)


def gaps(unread: Mapping[int, Lack]) -> list[Gap]:
    """Return pages, from 0, that lack text, as what is told of them."""
    lacking: dict[Lack, list[int]] = {}
    for number, lack in unread.items():
        lacking.setdefault(lack, []).append(number + 1)
    return [Gap(tuple(numbers), lack.value, FileState.NO_TEXT, lack) for lack, numbers in lacking.items()]


def named(numbers: Iterable[int]) -> str:
    """Return page numbers as people write them: ``page 3``, ``pages 2, 5-9``."""
    ranges = spans(numbers)
    return f"page{'' if ranges.isdecimal() else 's'} {ranges}"


def spans(numbers: Iterable[int]) -> str:
    """Return sorted numbers as ranges: ``2, 5-9``."""
    steps = count()
    runs = [list(run) for _, run in groupby(numbers, key=lambda number: number - next(steps))]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
