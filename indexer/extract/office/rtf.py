"""RTF: paragraphs, headings by style, tables a row at a time; then notes, comments, headers and footers.

Groups that are not text (fonts, styles, pictures, data of programs) are passed over; deleted text too. What
pictures are said to show stands behind their paragraph, or in their cell. A file that is cut gives what
there is of it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Final

from coopsearch.indexer.extract.base import Item, Source
from coopsearch.indexer.extract.document_builder import ROW, Flow, row
from coopsearch.indexer.extract.metadata import about
from coopsearch.indexer.extract.office.embedded import of_rtf, with_embedded
from coopsearch.indexer.extract.office.rtf_tokens import (
    SIGNS,
    SYMBOLS,
    Token,
    charset_codec,
    joined,
    page_codec,
    tokens,
)
from coopsearch.indexer.extract.text.alternative import alternative_text
from coopsearch.indexer.problem import Problem
from coopsearch.search.analysis.note_marks import raised
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

_DEEPEST: Final = 5000
_SKIPPED: Final = frozenset(
    (
        "colortbl pict nonshppict objdata objclass objname fldinst datafield formfield listtext pntext "
        "pntxta pntxtb leveltext levelnumbers listname nonesttables xe tc rxe txe bkmkstart bkmkend shprslt "
        "upr listtable listoverridetable rsidtbl generator themedata colorschememapping latentstyles "
        "datastore xmlnstbl filetbl revtbl atnid atnauthor atndate atnref atrfstart atrfend ftnsep ftnsepc "
        "ftncn aftnsep aftnsepc aftncn keywords comment doccomm subject operator company manager category "
        "hlinkbase private buptim printim template password"
    ).split()
)
#: Groups that are text though they are marked as to be passed over by those who do not know them, or
#: stand in one that is.
_TEXT: Final = frozenset(("shptxt", "dptxbxtext", "ud"))
_EDGES: Final = "Header or footer"
_ASIDE: Final = {
    "footnote": "Notes", "annotation": "Comments",
    **dict.fromkeys(("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"),
                    _EDGES),
}  # fmt: skip
_HELD: Final = frozenset(("title", "author", "creatim", "revtim", "fonttbl", "stylesheet"))
#: The name of a property of a shape or a picture, and its value.
_NAME, _VALUE = "sn", "sv"
#: Properties that are text: the description, and the words of WordArt.
_DESCRIPTION, _WORDS = "wzDescription", "gtextUNICODE"
#: The level of what a picture is said to show.
_SHOWN: Final = -1
#: Characters of it that are kept.
_LONGEST: Final = 1 << 16
_BREAKS: Final = frozenset(("par", "sect", "page"))
_HEADING: Final = re.compile(r"(?:heading|titre|عنوان) ?([1-9])", re.IGNORECASE)
_TITLES: Final = frozenset(("title", "titre"))
_NO_LEVEL: Final = 9
#: Pieces before raised text in which the word is looked for that it stands at.
_NEAR: Final = 4


def extract(source: Source) -> Iterator[Item]:
    """Yield the document that a file is, then what is embedded. Raises ExtractionError if it has no text."""
    reading = _Reading()
    for token in tokens(source.read()):
        reading.take(token)
    reading.end()
    yield from with_embedded(_document(source, reading), of_rtf(source, map(bytes, reading.objects)))


def _document(source: Source, reading: _Reading) -> Iterator[Document | Problem]:
    flow = Flow(source.limit)
    reading.body.pour(flow)
    for name, story in reading.asides.items():
        flow.part(name)
        story.pour(flow, once=name == _EDGES)
    said = reading.said
    yield flow.document(
        source,
        "rtf",
        about(
            said.get("title", ""),
            said.get("author", ""),
            created=said.get("creatim", ""),
            modified=said.get("revtim", ""),
        ),
    )
    yield from flow.lacking(source)


class _Story:
    """Text that is read from top to bottom: the document's, or that of its notes."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._aside: dict[tuple[str, int], None] = {}
        """What stands behind the paragraph: texts of shapes, each once."""
        self._cells: list[str] = []
        self._rows: list[tuple[list[str], int]] = []

    def paragraph(self, level: int) -> None:
        """End a paragraph."""
        text = self._taken()
        if text.strip():
            self._rows.append(([text], level))
        self._rows += (([said], kind) for said, kind in self._aside)
        self._aside = {}

    def say(self, text: str, *, shown: bool, cell: bool) -> None:
        """Add what a shape says: behind its paragraph, or where it stands in a cell."""
        if cell and text not in self.parts:
            self.parts += (" ", text)
        elif not cell and text:
            self._aside[text, _SHOWN if shown else 0] = None

    def cell(self) -> None:
        """End a cell."""
        self._cells.append(self._taken())

    def row(self) -> None:
        """End a row."""
        if self._cells:
            self._rows.append((self._cells, 0))
            self._cells = []

    def pour(self, flow: Flow, *, once: bool = False) -> None:
        """Add all of it, or what is in it more than ``once`` but once."""
        self.row()
        self.paragraph(0)
        rows = {tuple(cells): (cells, level) for cells, level in self._rows} if once else {}
        for cells, level in rows.values() if once else self._rows:
            if level == _SHOWN:
                flow.describe(cells[0])
            elif len(cells) == 1:
                flow.add(cells[0], level)
            elif len(text := row(cells)) <= ROW:
                flow.add(text)
            else:
                for one in cells:
                    flow.add(one)

    def _taken(self) -> str:
        text = joined("".join(self.parts))
        self.parts = []
        return text


class _State:
    """What holds within a group, and is as it was when the group ends."""

    def __init__(self, story: _Story) -> None:
        self.story = story
        self.skip = self.table = self.deleted = self.right_to_left = self.object = self.raised = False
        self.held = ""
        """The group whose text is not the document's but about it."""
        self.font: int | None = None
        self.other_font: int | None = None
        self.fallback = 1
        self.style = 0
        self.level: int | None = None


class _Reading:
    """A file, piece by piece."""

    def __init__(self) -> None:
        self.body = _Story()
        self.asides: dict[str, _Story] = {}
        self.said: dict[str, str] = {}
        self.objects: list[bytearray] = []
        """What is embedded, as digits."""
        self._state = _State(self.body)
        self._stack: list[_State] = []
        self._codec = "cp1252"
        self._default: int | None = None
        self._fonts: dict[int, str] = {}
        self._levels: dict[int, int] = {}
        self._starred = False
        self._bytes = bytearray()
        self._bytes_codec = ""
        self._passed = 0
        """Characters to pass over, as they stand for a letter for those who do not know it."""
        self._defined = 0
        self._titled = 0
        self._property = self._value = ""
        self._words: dict[str, Callable[[int | None], None]] = {
            "ansicpg": self._page, "mac": lambda _: self._page(10000), "pc": lambda _: self._page(437),
            "pca": lambda _: self._page(850), "deff": self._default_font, "f": self._font,
            "af": self._other_font,
            "fcharset": self._charset, "cpg": self._font_page, "plain": self._plain, "pard": self._pard,
            "s": self._style, "outlinelevel": self._outline, "uc": self._uc, "u": self._unicode,
            "yr": self._date, "mo": self._date, "dy": self._date,
        }  # fmt: skip

    def take(self, token: Token) -> None:
        """Read one piece."""
        if token.brace:
            self._brace(token.brace)
        elif token.data:
            self._data(token.data)
        else:
            self._word(token.word, token.number)

    def end(self) -> None:
        """Read the last bytes."""
        self._flush()

    def _brace(self, brace: int) -> None:
        self._flush()
        self._passed, self._starred = 0, False
        if brace > 0:
            if len(self._stack) >= _DEEPEST:
                raise ExtractionError(f"damaged: its groups nest deeper than {_DEEPEST:,}")
            self._stack.append(self._state)
            self._state = copy.copy(self._state)
            return
        if self._stack:
            ended, self._state = self._state, self._stack.pop()
            if ended.story is not self._state.story:
                ended.story.paragraph(0)
            if ended.held == "stylesheet" and self._state.held == "stylesheet":
                self._style_ended(ended)
            elif ended.held == _VALUE != self._state.held:
                self._property_ended()

    def _data(self, data: bytes) -> None:
        self._starred = False
        if self._passed:
            passed, self._passed = self._passed, max(0, self._passed - len(data))
            data = data[passed:]
        state = self._state
        if state.object:
            self.objects[-1] += data
        if state.skip or state.deleted:
            return
        number = state.other_font if state.right_to_left and state.other_font is not None else state.font
        number = self._default if number is None else number
        codec = self._fonts.get(number, "") if number is not None else ""
        if codec == "symbol":
            codec = "ascii"
        codec = codec or self._codec
        if codec != self._bytes_codec:
            self._flush()
            self._bytes_codec = codec
        self._bytes += data

    def _flush(self) -> None:
        """Decode the bytes that stand together: a letter may take two of them."""
        if self._bytes:
            errors = "ignore" if self._bytes_codec == "ascii" else "replace"
            text = self._bytes.decode(self._bytes_codec, errors)
            self._bytes.clear()
            self._text(text)

    def _text(self, text: str) -> None:
        state = self._state
        if state.held in {"title", "author"} or state.held == "stylesheet":
            self.said[state.held] = self.said.get(state.held, "") + text
        elif state.held == _NAME:
            self._property += text
        elif state.held == _VALUE and self._property in {_DESCRIPTION, _WORDS}:
            self._value += text
        elif not state.held and not state.skip and not state.deleted:
            parts = state.story.parts
            parts.append(raised(text, "".join(parts[-_NEAR:])) if state.raised else text)

    def _word(self, word: str, number: int | None) -> None:
        if word == "*":
            self._starred = True
            return
        starred, self._starred = self._starred, False
        if word in SIGNS:
            if self._passed:
                self._passed -= 1
                return
            self._flush()
            self._text(SIGNS[word])
            return
        self._flush()
        if word != "u":
            self._passed = 0
        state = self._state
        if word in _TEXT:
            state.skip = bool(state.held)
        elif word in _SKIPPED:
            state.skip = True
            if word == "objdata":
                state.object = True
                self.objects.append(bytearray())
        elif word in _ASIDE:
            if not state.skip:
                state.story = self.asides.setdefault(_ASIDE[word], _Story())
                state.table = state.raised = False
        elif word in _HELD:
            if not state.skip:
                state.held = word
        elif word in {_NAME, _VALUE}:
            if word == _NAME:
                self._property = ""
            self._value = ""
            state.held, state.skip = word, False
        elif word == "info":
            state.held = word
        elif starred and word not in {"cs", "ts"}:
            state.skip = True
        elif word in self._words:
            self._words[word](number)
        elif not state.skip and not state.held:
            self._layout(word, number)

    def _layout(self, word: str, number: int | None) -> None:
        state = self._state
        story = state.story
        if word in _BREAKS:
            if state.table:
                story.parts.append("\n")
            else:
                story.paragraph(self._level())
        elif word == "cell":
            story.cell()
        elif word == "row":
            story.row()
        elif word in {"nestcell", "nestrow"}:
            story.parts.append("\n" if word == "nestrow" else " ")
        elif word == "intbl":
            state.table = True
        elif word == "deleted":
            state.deleted = number != 0
        elif word in {"super", "up"}:
            state.raised = number != 0
        elif word in {"nosupersub", "sub", "dn"}:
            state.raised = False
        elif word in {"rtlch", "ltrch"}:
            state.right_to_left = word == "rtlch"

    def _level(self) -> int:
        state = self._state
        level = self._levels.get(state.style, _NO_LEVEL + 1) if state.level is None else state.level + 1
        if level == 0:
            self._titled = 1
            return 1
        return level + self._titled if level <= _NO_LEVEL else 0

    def _style_ended(self, ended: _State) -> None:
        """Take note of a style: its text in the table of styles is its name."""
        name = self.said.pop("stylesheet", "").strip().rstrip(";").lower()
        if match := _HEADING.fullmatch(name):
            self._levels[ended.style] = int(match[1])
        elif name in _TITLES:
            self._levels[ended.style] = 0
        elif ended.level is not None and ended.level < _NO_LEVEL:
            self._levels[ended.style] = ended.level + 1

    def _property_ended(self) -> None:
        """Take note of what a shape says, in its property of that name."""
        state = self._state
        if self._property == _DESCRIPTION:
            text = alternative_text(self._value[:_LONGEST])
        else:
            text = self._value.strip() if self._property == _WORDS else ""
        if text and not state.deleted:
            state.story.say(text, shown=self._property == _DESCRIPTION, cell=state.table)
        self._property = self._value = ""

    def _page(self, number: int | None) -> None:
        self._codec = page_codec(number)

    def _default_font(self, number: int | None) -> None:
        self._default = number

    def _font(self, number: int | None) -> None:
        self._state.font = number
        self._defined = number or 0

    def _other_font(self, number: int | None) -> None:
        self._state.other_font = number

    def _charset(self, number: int | None) -> None:
        if self._state.held == "fonttbl":
            self._fonts[self._defined] = "symbol" if number == SYMBOLS else charset_codec(number)

    def _font_page(self, number: int | None) -> None:
        if self._state.held == "fonttbl" and number:
            self._fonts[self._defined] = page_codec(number)

    def _plain(self, _: int | None) -> None:
        state = self._state
        state.font = state.other_font = None
        state.deleted = state.right_to_left = state.raised = False

    def _pard(self, _: int | None) -> None:
        state = self._state
        state.style, state.level, state.table = 0, None, False

    def _style(self, number: int | None) -> None:
        self._state.style = number or 0

    def _outline(self, number: int | None) -> None:
        self._state.level = number or 0

    def _uc(self, number: int | None) -> None:
        self._state.fallback = max(0, min(number if number is not None else 1, 16))

    def _unicode(self, number: int | None) -> None:
        code = (number or 0) & 0xFFFF
        self._text(chr(code))
        self._passed = self._state.fallback

    def _date(self, number: int | None) -> None:
        held = self._state.held
        if held in {"creatim", "revtim"}:
            before = self.said.get(held, "")
            self.said[held] = f"{before}-{number or 0:02d}" if before else f"{number or 0:04d}"
