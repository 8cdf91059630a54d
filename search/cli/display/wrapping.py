"""Text broken into lines by the cells that a terminal gives each character.

Marks above and below take no cell, and wide characters take two. A word is never broken, as an address could
not be copied then, but for a screen that has no other way to show it (``chopped``). Nothing is inserted that
changes the direction of text. Does not depend on the rest of coopsearch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

#: Stand for the beginning and the end of a match until lines are broken; no text that is made safe holds
#: them.
OPEN: Final = "\x01"
CLOSE: Final = "\x02"
#: A piece of text that stays together, with the blanks behind it.
_WORDS: Final = re.compile(r"\S+\s*|\s+")
#: The same of an address, which may also be broken behind its separators.
_PARTS: Final = re.compile(r"[^\s/-]*[\s/-]+|[^\s/-]+")
_ESCAPES: Final = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\")


def cells(text: str, *, mark: int = 0) -> int:
    """Return how many cells of a terminal a text takes; each side of a match takes ``mark``."""
    marks = text.count(OPEN) + text.count(CLOSE)
    if text.isascii():
        return len(text) + (mark - 1) * marks
    # Imported here: most text is ASCII.
    from unicodedata import category, east_asian_width

    width = mark * marks
    for sign in text:
        if sign in (OPEN, CLOSE) or category(sign) in {"Mn", "Me", "Cf"}:
            continue
        width += 2 if east_asian_width(sign) in "WF" else 1
    return width


def broken(text: str, columns: int, *, mark: int = 0, taken: int = 0, address: bool = False) -> list[str]:
    """Return a text in lines of up to ``columns`` cells, more only where one word takes more.

    ``taken`` cells of the first line are not free. An ``address`` may be broken behind / and - too. 0 columns
    have no end.
    """
    if not columns:
        return [text]
    lines: list[str] = []
    line, used = "", taken
    for piece in (_PARTS if address else _WORDS).findall(text):
        wide = cells(piece.rstrip(), mark=mark)
        if used and used + wide > columns:
            # Where nothing fits beside what stands on the first line already, that stands alone.
            lines.append(line.rstrip())
            line, used = "", 0
        line += piece
        used += cells(piece, mark=mark)
    return [*lines, line.rstrip()]


def cut(text: str, columns: int, ellipsis: str = "…") -> str:
    """Return the beginning of a text, of at most so many cells with what says that there is more."""
    if cells(text) <= columns:
        return text
    room, used, end = columns - cells(ellipsis), 0, 0
    for sign in text:
        used += cells(sign)
        if used > room:
            break
        end += 1
    return text[:end] + ellipsis


def cut_left(text: str, columns: int) -> str:
    """Return the end of a text of at most so many cells: of a path, its end says most."""
    if cells(text) <= columns:
        return text
    used, start = 1, len(text)
    while start and used + cells(text[start - 1]) <= columns:
        start -= 1
        used += cells(text[start])
    # A mark would stand on the ellipsis.
    while start < len(text) and not cells(text[start]):
        start += 1
    return f"…{text[start:]}"


def chopped(line: str, columns: int) -> Iterator[str]:
    """Yield a line in pieces of at most so many cells: for a screen that cannot show a longer word."""
    while cells(line) > columns:
        head = cut(line, columns, "") or line[:1]
        yield head
        line = line[len(head) :]
    yield line


def rows(line: str, columns: int) -> int:
    """Return how many rows of a terminal a line takes, whatever styles and links are in it."""
    return max(1, -(-cells(_ESCAPES.sub("", line)) // columns)) if columns else 1
