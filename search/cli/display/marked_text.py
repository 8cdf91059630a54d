"""Text with the words marked that a query matched, broken into lines. Does not depend on an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from coopsearch.search.characters import JOINERS
from coopsearch.search.cli.display.terminal import MATCH, safe_pieces
from coopsearch.search.cli.display.wrapping import CLOSE, OPEN, broken

#: Around a match where there is no colour to show it: the first that the text does not hold itself.
MARKS: Final = ("*", "**", "***", "_", "^", "~", "|")


class MarkedText:
    """A text made safe, with its matches, to be laid out."""

    def __init__(
        self, text: str, matches: Sequence[tuple[int, int]], *, colour: bool, mark: str | None = None
    ) -> None:
        """Take a text and the character ranges of it that match.

        ``mark`` stands around them without colour; by default one that the text does not hold itself.
        """
        # Made safe as one text: what may stay of a character can depend on its neighbours.
        pieces = safe_pieces(text, [place for match in matches for place in match])
        self.text = pieces[0] + "".join(
            (OPEN, CLOSE)[number % 2] + piece for number, piece in enumerate(pieces[1:])
        )
        self._colour = colour
        # So chosen that no text can look as if it were marked.
        joined = "".join(pieces)
        usual = next((one for one in MARKS if one not in joined), "") if mark is None else mark
        self._mark = "" if colour else usual

    def lines(self, columns: int, *, taken: int = 0, style: str = "") -> Iterator[str]:
        """Yield the lines, up to ``columns`` wide; ``taken`` cells of the first one are not free."""
        return self.dressed(broken(self.text, columns, mark=len(self._mark), taken=taken), style)

    def dressed(self, lines: Iterable[str], style: str = "") -> Iterator[str]:
        """Yield lines into which ``text`` was broken, each with its matches marked."""
        inside = False
        for line in lines:
            # A match that is broken over two lines is closed on the first and opened on the second.
            whole = (OPEN if inside else "") + line
            inside = whole.count(OPEN) > whole.count(CLOSE)
            yield self._dressed(whole + (CLOSE if inside else ""), style)

    def _dressed(self, line: str, style: str) -> str:
        if self._colour:
            # What is marked is in its own style, and the style of the rest goes on behind it.
            begin, end = (f"\x1b[0;{MATCH}m", f"\x1b[0;{style}m") if style else (f"\x1b[{MATCH}m", "\x1b[0m")
            line = line.replace(CLOSE, end).replace(OPEN, begin)
            return f"\x1b[{style}m{line}\x1b[0m" if style else line
        for sign in (OPEN, CLOSE) if self._mark else ():
            # A joiner that a mark parts from its letter joins nothing any more, and would be there unseen.
            for joiner in JOINERS:
                line = line.replace(joiner + sign, sign).replace(sign + joiner, sign)
        return line.replace(OPEN, self._mark).replace(CLOSE, self._mark)
