"""One document of a review as it is shown on a terminal: its best passage, what stands around it, the keys.

Does not depend on command-line options.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from textwrap import wrap
from typing import IO, Final

from coopsearch.search.cli.display.render import counted, hit_lines
from coopsearch.search.cli.display.terminal import (
    BOLD,
    DIM,
    MATCH,
    QUOTED,
    has_colour,
    safe,
    styled,
    width,
    wrapped,
)
from coopsearch.search.desk.review import Review, Shown
from coopsearch.search.model import Document, Passage

_KEYS: Final = (
    ("s", "seen"),
    ("r", "relevant"),
    ("n", "not"),
    ("t", "tag"),
    ("o", "note"),
    ("Space", "next"),
    ("b", "back"),
    ("q", "quit"),
    ("?", "help"),
)
_HELP: Final = (
    "s  seen: you looked at it              t  put tags of your own on it",
    "r  relevant, and seen                  o  write a note on the passage",
    "n  not relevant, and seen              b  back to the one before",
    "Space, Enter  next, without a mark     q  quit; the review goes on here",
)
#: Lines around the hit that are left for the head, the keys and what is said.
_FRAME: Final = 6
#: Characters of a passage beside the one that answers.
_CONTEXT: Final = 600


class Screen:
    """The terminal of a review."""

    def __init__(self, stream: IO[str], walk: Review) -> None:
        """Take where to print and what is reviewed."""
        self._stream, self._walk = stream, walk
        self._colour = has_colour(stream)
        self._later = ""
        self._marked = 0

    def show(self, shown: Shown) -> None:
        """Show a document on a cleared screen."""
        walk = self._walk
        self._put("\x1b[H\x1b[J" if self._colour else "\n")
        place = styled(f"{walk.at + 1:,} of {len(walk):,}", BOLD, colour=self._colour)
        head = [place, styled(safe(walk.query, QUOTED), DIM, colour=self._colour)]
        if shown.tags:
            head.append(styled(safe(" ".join(f"[{tag}]" for tag in shown.tags)), MATCH, colour=self._colour))
        self._line("  ".join(head))
        self._line()
        rows = shutil.get_terminal_size().lines - _FRAME
        hit = list(hit_lines(shown.hit, self._stream, shown.label))
        notes = [safe(f"note by {note.who}, {note.at[:10]}: {note.text}", QUOTED) for note in shown.notes]
        # A blank line parts the passage from what stands around it.
        room = max(0, rows - len(hit) - len(notes) - 2)
        before, after = _around(shown, self._stream)
        # What follows is mostly what one wants to read on.
        above = before[-(room // 3) :] if room // 3 else []
        below = after[: room - len(above)]
        for line in hit[: self._top(hit)]:
            self._line(line)
        for line in above:
            self._line(styled(line, DIM, colour=self._colour))
        if above:
            self._line()
        for line in hit[self._top(hit) :]:
            self._line(line)
        if below:
            self._line()
        for line in below:
            self._line(styled(line, DIM, colour=self._colour))
        for note in notes:
            self._line(styled(note, MATCH, colour=self._colour))
        self._line()
        self._line(self._keys())
        if self._later:
            self.say(self._later)
            self._later = ""
        self._stream.flush()

    @staticmethod
    def _top(hit: list[str]) -> int:
        """Return how many of the lines of a hit say what and where it is: its title and its place."""
        return min(2, len(hit))

    def say(self, message: str) -> None:
        """Say something below the keys."""
        said = wrapped(safe(message, QUOTED), self._stream)
        self._line(styled(said, MATCH, colour=self._colour))
        self._stream.flush()

    def later(self, message: str) -> None:
        """Say something once the next document is on the screen."""
        self._later = message

    def help(self) -> None:
        """Show what the keys do."""
        for line in _HELP:
            self._line(line)
        self._stream.flush()

    def ask(self, what: str) -> str:
        """Ask for a line of text; nothing where the input ends."""
        self._stream.flush()
        try:
            return input(f"{what}: ")
        except EOFError:
            return ""

    def say_nothing(self, *, unseen: bool) -> None:
        """Say that there is nothing to review."""
        for note in self._walk.notes:
            self._line(safe(f"note: {note}", QUOTED))
        more = " that nobody has seen" if unseen else ""
        self._line(f"no document{more} matches {safe(self._walk.query, QUOTED)}")

    def say_end(self) -> None:
        """Say how far the review is."""
        done, every = self._walk.progress()
        self._line()
        how = "`coopsearch review --log` lists who and when"
        self._line(f"{done:,} of {counted(every, 'document')} looked at; {how}")

    def _keys(self) -> str:
        columns = width(self._stream)
        said, used = [], 0
        for key, what in _KEYS:
            used += len(key) + len(what) + 3
            if columns and used > columns:
                break
            said.append(f"{styled(key, BOLD, colour=self._colour)} {what}")
        return "  ".join(said)

    def _line(self, text: str = "") -> None:
        self._put(f"{text}\n")

    def _put(self, text: str) -> None:
        self._stream.write(text)


def _around(shown: Shown, stream: IO[str]) -> tuple[list[str], list[str]]:
    """Return the lines of the passages before and after the one that is shown."""
    document, (start, stop) = shown.document, shown.hit.span
    if not stop:
        return [], list(_lines(document, document.passages, stream))
    # Titles and headings of the hit are shown with it.
    shown_already = {shown.hit.title, *shown.hit.heading}
    before = [
        one
        for one in document.passages
        if one.end <= start and document.text[one.start : one.end].strip() not in shown_already
    ][-3:]
    after = [one for one in document.passages if one.start >= stop][:8]
    return list(_lines(document, before, stream)), list(_lines(document, after, stream))


def _lines(
    document: Document, passages: list[Passage] | tuple[Passage, ...], stream: IO[str]
) -> Iterator[str]:
    columns = width(stream)
    indent = "   "
    for passage in passages:
        text = safe(" ".join(document.text[passage.start : passage.end].split()), _CONTEXT)
        if columns:
            yield from wrap(text, columns, initial_indent=indent, subsequent_indent=indent,
                            break_long_words=False, break_on_hyphens=False)  # fmt: skip
        else:
            yield indent + text
