"""TeX and LaTeX: the text that is typeset, with sections as headings and accents as letters.

Commands are left out and what they are given is read, but for names of files, labels and measures.
Mathematics stays as it is written. Macros are not expanded: no file decides how long its text gets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import Final

from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.dates import iso_day, written_day
from coopsearch.indexer.extract.document_builder import Flow
from coopsearch.indexer.extract.encoding import decode
from coopsearch.indexer.extract.metadata import About, about
from coopsearch.search.analysis.note_marks import raised
from coopsearch.search.model import Document

_LEVELS: Final = {
    "part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5,
    "subparagraph": 6, "frametitle": 3, "title": 1,
}  # fmt: skip
#: Accents by their commands, as marks that follow their letter.
_ACCENTS: Final = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331",
}  # fmt: skip
#: Letters and signs that have commands of their own.
_LETTERS: Final = {
    "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "ss": "ß", "i": "i", "j": "j", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ",
    "og": "«", "fg": "»", "guillemotleft": "«", "guillemotright": "»", "ldots": "…", "dots": "…",
    "textellipsis": "…", "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘",
    "textquotedblleft": "“", "textquotedblright": "”", "euro": "€", "EUR": "€", "texteuro": "€",
    "pounds": "£", "S": "§", "P": "¶", "copyright": "©", "textdegree": "°", "degres": "°",
    "textbackslash": "\\", "textasciitilde": "~", "textunderscore": "_", "TeX": "TeX", "LaTeX": "LaTeX",
    "LaTeXe": "LaTeX", "no": "n°", "No": "N°", "ier": "er", "iere": "re", "ieme": "e", "quad": " ",
    "qquad": " ", "space": " ",
}  # fmt: skip
#: Commands whose first argument is no text. Options in brackets never are.
_SILENT: Final = frozenset(
    (
        "label ref eqref pageref autoref cref Cref cite citep citet citeauthor nocite autocite textcite "
        "parencite footcite includegraphics input include usepackage documentclass documentstyle "
        "RequirePackage bibliography bibliographystyle addbibresource hypersetup pagestyle thispagestyle "
        "pagenumbering setlength addtolength setcounter addtocounter vspace hspace newcommand renewcommand "
        "providecommand newenvironment renewenvironment DeclareMathOperator def newtheorem theoremstyle "
        "graphicspath geometry selectlanguage setmainlanguage setotherlanguage setmainfont newfontfamily "
        "definecolor color usetheme usecolortheme hyphenation inputenc fontenc href hypertarget hyperlink "
        "lstset tikzset usetikzlibrary foreignlanguage textcolor colorbox index gls glspl rule arraystretch "
        "cline multicolumn multirow fontsize title author date newcounter bibitem resizebox "
        "scalebox raisebox parbox minipage thanks"
    ).split()
)
#: How many arguments such a command has before its text, where not one.
_BEFORE: Final = {
    "newcommand": 2, "renewcommand": 2, "providecommand": 2, "newenvironment": 3, "renewenvironment": 3,
    "DeclareMathOperator": 2, "setlength": 2, "addtolength": 2, "setcounter": 2, "addtocounter": 2,
    "newtheorem": 2, "multicolumn": 2, "multirow": 2, "definecolor": 3, "hypertarget": 1, "fontsize": 2,
    "resizebox": 2, "newfontfamily": 2,
}  # fmt: skip
#: Environments of which the first argument is a measure, and those that hold no text.
_MEASURED: Final = frozenset(("tabular", "tabularx", "tabular*", "array", "longtable", "minipage",
                              "multicols", "thebibliography", "wrapfigure", "list"))  # fmt: skip
_UNREAD: Final = frozenset(("tikzpicture", "comment", "filecontents", "filecontents*", "pgfpicture"))
_TABLES: Final = frozenset(("tabular", "tabularx", "tabular*", "longtable", "array"))
_COMMAND: Final = re.compile(r"\\(?:([A-Za-z@]+)\*?[ \t]*\n?[ \t]*|(.|\n))", re.DOTALL)
_TOKEN: Final = re.compile(r"[\\%{}~&$\n]|``|''|---?|<<|>>")
_SIGNS: Final = {
    "~": " ", "``": "“", "''": "”", "--": "–", "---": "—", "<<": "«", ">>": "»", "{": "", "}": "",
}  # fmt: skip
_BLANKS: Final = re.compile(r"[ \t]*")
_EMPTY: Final = re.compile(r"[ \t]*\n\s*")
_APART: Final = re.compile(r"\s{0,20}")
#: A short group without commands.
_GROUP: Final = re.compile(r"\{([^{}\\]{1,40})\}")
_LETTER: Final = re.compile(r"(\s*(?:\{\s*)?)(\\[ij](?![A-Za-z])|[^\W\d_])[ ]?(?:\{\}|\})?")
#: Between the authors of one command; more of them are not named.
_AND: Final = re.compile(r"\\(?:and|And|AND)(?![A-Za-z])")
_AUTHORS: Final = 50
#: A preamble of a language in which dates of numbers begin with the day.
_DAY_FIRST: Final = re.compile(
    r"\\(?:usepackage|documentclass)[ \t]*\[[^\[\]]{0,300}\b"
    r"(?:french|frenchb|francais|arabic|british|UKenglish)\b"
    r"|\\set(?:main|default)language[ \t]*(?:\[[^\[\]]{0,300}\])?\{(?:french|arabic)\}"
)
_NAME: Final = re.compile(r"\{([A-Za-z]+\*?)\}")
#: Characters of a command that may have its argument on further lines.
_FAR: Final = 4000


def extract(source: Source) -> Iterator[Document]:
    """Yield the one document that the file is. Raises ExtractionError if it has no text, or is not text."""
    text = decode(source.read()).replace("\r\n", "\n").replace("\r", "\n")
    flow = Flow(2 * source.limit)
    told = _about(text)
    begin = text.find("\\begin{document}")
    reading = Reading(text, flow, begin + len("\\begin{document}") if begin >= 0 else 0)
    if told.title:
        at = text.find("\\title")
        flow.add(told.title, 1, line=text.count("\n", 0, at) + 1)
    for match in islice(_told(text, "thanks"), _AUTHORS):
        note = plain(text[match.end() + 1 : closing(text, match.end())])
        flow.add(" ".join(note.split()), line=text.count("\n", 0, match.start()) + 1)
    reading.run()
    yield flow.document(source, "tex", told)


def _about(text: str) -> About:
    """Return what the preamble says of the document."""
    values: dict[str, list[str]] = {}
    for name in ("title", "author", "date"):
        for match in islice(_told(text, name), _AUTHORS if name == "author" else 1):
            raw = text[match.end() + 1 : closing(text, match.end())]
            people = _AND.split(raw) if name == "author" else [raw]
            values.setdefault(name, []).extend(" ".join(plain(one).split()) for one in people)
    told = {name: ", ".join(filter(None, parts)) for name, parts in values.items()}
    written = told.get("date", "")
    day = iso_day(written) or written_day(written, day_first=_DAY_FIRST.search(text) is not None)
    return about(told.get("title", ""), told.get("author", ""), day)


def _told(text: str, name: str) -> Iterator[re.Match[str]]:
    return re.finditer(rf"\\{name}[ \t]*(?:\[[^\[\]]{{0,500}}\])?[ \t\n]*(?=\{{)", text)


def plain(text: str) -> str:
    """Return the text of an argument: its letters, without its commands."""
    reading = Reading(text, None, 0)
    reading.run()
    return "".join(reading.words)


def closing(text: str, at: int, most: int = _FAR) -> int:
    """Return where the group closes that opens at a brace, or where it is given up."""
    depth = 0
    end = min(len(text), at + most)
    while at < end:
        sign = text[at]
        if sign == "\\":
            at += 1
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if not depth:
                return at
        at += 1
    return end


class Reading:
    """One file, or one argument of a command, read from sign to sign."""

    def __init__(self, text: str, flow: Flow | None, at: int) -> None:
        """Take the text, where paragraphs go (None where only the words are wanted), and where to begin."""
        self.words: list[str] = []
        self._text = text
        self._flow = flow
        self._at = at
        self._line = 1 + text.count("\n", 0, at)
        self._counted = at
        self._begun: int | None = None
        self._tables = 0

    def run(self) -> None:
        """Read to the end."""
        text = self._text
        while match := _TOKEN.search(text, self._at):
            self._say(text[self._at : match.start()])
            self._at = match.end()
            sign = match[0]
            if sign == "\\":
                if self._command():
                    self._end()
                    return
            elif sign == "%":
                # The break is part of the comment; an empty line after it is still one.
                end = text.find("\n", self._at)
                blanks = _BLANKS.match(text, len(text) if end < 0 else end + 1)
                self._at = blanks.end() if blanks else len(text)
            elif sign == "\n":
                blank = _EMPTY.match(text, self._at)
                if blank:
                    self._at = blank.end()
                    self._end()
                else:
                    self._say(" ")
            elif sign == "&" and self._tables:
                self._say(" | ")
            else:
                self._say(_SIGNS.get(sign, sign))
        self._say(text[self._at :])
        self._end()

    def _say(self, text: str) -> None:
        if not text:
            return
        if self._begun is None and not text.isspace():
            self._line += self._text.count("\n", self._counted, self._at)
            self._counted = self._at
            self._begun = self._line
        self.words.append(text)

    def _end(self) -> None:
        """End a paragraph."""
        if self._flow is None:
            self.words.append(" ")
            return
        text = unicodedata.normalize("NFC", "".join(self.words))
        self._flow.add(" ".join(text.split()), line=self._begun)
        self.words.clear()
        self._begun = None

    def _command(self) -> bool:
        """Read a command; return whether it ends the document."""
        match = _COMMAND.match(self._text, self._at - 1)
        if match is None:
            return False
        self._at = match.end()
        name = match[1] or match[2] or ""
        if match[2]:
            self._sign(match[2])
        elif name in {"begin", "end"}:
            return self._environment(name)
        elif name in _ACCENTS and self._text[self._at : self._at + 1] not in {"", "\\"}:
            self._accent(_ACCENTS[name])
        elif name in _LETTERS:
            self._say(_LETTERS[name])
            # Empty braces end a command; they are no group.
            self._at += 2 * self._text.startswith("{}", self._at)
        elif name in _LEVELS and name != "title" and self._flow is not None:
            self._heading(_LEVELS[name])
        elif name == "textsuperscript" and (match := _GROUP.match(self._text, self._at)):
            self._at = match.end()
            self._say(raised(match[1], ""))
        elif name in {"item", "par", "newline", "linebreak", "and", "tabularnewline", "caption", "bibitem"}:
            self._end()
            self._options()
            if name == "bibitem":
                self._skip(1)
        elif name == "verb":
            end = self._text.find(self._text[self._at : self._at + 1] or " ", self._at + 1)
            if 0 < end - self._at < _FAR:
                self._say(self._text[self._at + 1 : end])
                self._at = end + 1
        else:
            # A bracket that stands apart is text.
            if not self._text[self._at - 1].isspace():
                self._options()
            if name in _SILENT:
                self._skip(_BEFORE.get(name, 1))
            elif name == "footnote":
                self._say(" ")
        return False

    def _sign(self, sign: str) -> None:
        """Read a command that is one sign."""
        if sign in _ACCENTS:
            self._accent(_ACCENTS[sign])
        elif sign == "\\":
            self._options()
            if self._tables:
                self._end()
            else:
                self._say(" ")
        elif sign in "-/!@":
            pass  # Where a word may be divided, and small spaces.
        elif sign in ",;: \n":
            self._say(" ")
        elif sign in "#$%&_{}":
            self._say(sign)
        elif sign in "()[]":
            self._say(" ")

    def _accent(self, mark: str) -> None:
        """Read the letter that an accent is for, and say it with the accent behind it."""
        match = _LETTER.match(self._text, self._at)
        if match is None:
            return
        self._at = match.end() if "{" in match[1] else match.end(2)
        if match[2].startswith("\\") and self._text[self._at : self._at + 1] == " ":
            self._at += 1  # It ends the command.
        letter = match[2][-1]
        self._say(unicodedata.normalize("NFC", letter + mark))

    def _heading(self, level: int) -> None:
        self._end()
        self._options()
        if self._flow is None or self._text[self._at : self._at + 1] != "{":
            return
        end = closing(self._text, self._at)
        line = self._line + self._text.count("\n", self._counted, self._at)
        self._flow.add(" ".join(plain(self._text[self._at + 1 : end]).split()), level, line=line)
        self._at = end + 1

    def _environment(self, what: str) -> bool:
        match = _NAME.match(self._text, self._at)
        if match is None:
            return False
        self._at = match.end()
        name = match[1]
        if what == "end" and name == "document":
            return True
        self._end()
        self._tables = max(0, self._tables + (name in _TABLES) * (1 if what == "begin" else -1))
        if what == "begin" and name in _UNREAD:
            end = self._text.find(f"\\end{{{name}}}", self._at)
            self._at = end if end >= 0 else self._at
        elif what == "begin":
            self._options()
            if name in _MEASURED:
                self._skip(2 if name in {"tabularx", "tabular*", "wrapfigure", "list"} else 1)
        return False

    def _options(self) -> None:
        """Pass over options in brackets."""
        while self._text[self._at : self._at + 1] == "[":
            end = self._text.find("]", self._at, self._at + _FAR)
            if end < 0:
                return
            self._at = end + 1

    def _skip(self, count: int) -> None:
        """Pass over so many arguments."""
        for _ in range(count):
            self._options()
            blank = _APART.match(self._text, self._at)
            at = blank.end() if blank else self._at
            if self._text[at : at + 1] == "{":
                self._at = closing(self._text, at) + 1
            elif self._text[at : at + 1] == "\\":
                command = _COMMAND.match(self._text, at)
                self._at = command.end() if command else at
