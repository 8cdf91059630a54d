"""Whether a document holds a text as it is written: in its capitals, its signs and its letters.

An index folds words, so that *WHO* and *who*, *C++* and *C*, علي and على are one term each. What is asked for
as it is written is looked for in the stored text of the documents that hold its terms. Does not
depend on query syntax.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import Final, NamedTuple

from coopsearch.search import schema
from coopsearch.search.errors import QueryTooCostly
from coopsearch.search.lazy import expression
from coopsearch.search.model import Document

#: Documents that are read for one question: half a second, also where none holds what is asked for.
MOST: Final = 5_000
#: Texts of which it is remembered which documents hold them.
_REMEMBERED: Final = 16
#: Signs that are written in several ways: nobody means one of them.
_SAME: Final = ("'’‘ʼ＇", "-‐‑‒")
#: Signs that are written or not, and say nothing: what joins or hides, and vowel signs.
_UNSEEN: Final = (
    "\u00ad\u0640\u200b-\u200f\u061c\u2060\ufeff\u0670\u0610-\u061a\u064b-\u0652\u0656-\u065f\u06d6-\u06ed"
)
_MARKS: Final = "\u0300-\u036f"
_accents: Final = expression(f"[{_MARKS}]")
_unseen: Final = expression(f"[{_UNSEEN}]")
#: Arabic letters that an index takes for each other, and those that it takes them for.
_ALIKE: Final = expression("[\u0621-\u0627\u0629\u0647-\u064a\u0671\u06a9\u06cc\u06d5]")
#: Blocks of letters that have accents.
_ACCENTED: Final = ((0xC0, 0x250), (0x370, 0x530), (0x1E00, 0x2000))


class AsWritten(NamedTuple):
    """A text as it is written, and where it is to stand."""

    field: str
    """A field of words; of what documents say of themselves ``meta``."""
    text: str
    name: str = ""
    """The name of the field within ``meta``."""


class _Allowance:
    """Documents that may still be read for the question at hand."""

    def __init__(self, left: int) -> None:
        self.left = left


_allowance: Final[ContextVar[_Allowance | None]] = ContextVar("allowance", default=None)


@contextmanager
def one_question() -> Iterator[None]:
    """Let all that is asked within be one question, which reads so many documents in all."""
    if _allowance.get() is not None:
        yield
        return
    token = _allowance.set(_Allowance(MOST))
    try:
        yield
    finally:
        _allowance.reset(token)


class Checks:
    """Which documents of a state hold which texts, as far as anybody asked. Safe for many threads."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._known: dict[AsWritten, dict[int, bool]] = {}

    def holding(
        self, wanted: AsWritten, documents: Iterable[int], read: Callable[[int], Document]
    ) -> list[bool]:
        """Say of each of some documents whether it holds a text. Raises QueryTooCostly before any is read."""
        known = self._known.get(wanted)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[wanted] = {}
        asked = list(documents)
        new = [number for number in asked if number not in known]
        _spend(len(new), wanted)
        for number in new:
            known[number] = holds(read(number), wanted)
        return [known[number] for number in asked]


def _spend(documents: int, wanted: AsWritten) -> None:
    allowance = _allowance.get() or _Allowance(MOST)
    if documents > allowance.left:
        before = f", beside the {MOST - allowance.left:,} for the rest of it" if allowance.left < MOST else ""
        raise QueryTooCostly(
            f"={wanted.text}: {documents:,} documents hold the word in some spelling{before}, and at most "
            f"{MOST:,} are read for one question; join another word to it by AND, or leave out the ="
        )
    allowance.left -= documents


def matters(text: str) -> bool:
    """Say whether a text says more than its folded word: by a capital, a sign or one of the letters alike.

    An accent alone does not: who types none has not chosen, and few would read thousands of texts for one.
    """
    bare = _accents().sub("", unicodedata.normalize("NFD", text))
    return not bare.isalnum() or text != text.lower() or _ALIKE().search(text) is not None


def holds(document: Document, wanted: AsWritten) -> bool:
    """Say whether a document holds a text as it is written.

    A text in small letters is found in capitals too, and one without accents with them: whoever types neither
    has not chosen.
    """
    return any(stands_in(text, wanted.text) for text in _texts(document, wanted))


def stands_in(text: str, wanted: str) -> bool:
    """Say whether a text holds another as it is written."""
    found, cased = _expression(wanted)
    return found.search(_level(text, cased=cased)) is not None


def stands_at(text: str, start: int, end: int, wanted: str) -> tuple[int, int] | None:
    """Return from where to where a text stands as it is written around its words, None if it does not.

    ``start`` and ``end`` are the characters of the words, which may have signs before and behind them.
    """
    found, cased = _expression(wanted)
    first = next((at for at, one in enumerate(wanted) if one.isalnum()), 0)
    begin = max(0, start - first - 1)
    before = _level(text[begin:start], cased=cased)
    around = _level(text[begin : end + 2 * len(wanted)], cased=cased)
    match = found.match(around, max(0, len(before) - first))
    if match is None:
        return None
    behind = match.end() - len(_level(text[begin:end], cased=cased))
    return start - min(first, len(before)), end + max(0, behind)


def _texts(document: Document, wanted: AsWritten) -> Sequence[str]:
    match wanted.field:
        case schema.TITLE_WORDS:
            return [document.title]
        case schema.HEADING_WORDS:
            return [document.text[one.start : one.end] for one in document.passages if one.level]
        case schema.PATH_WORDS:
            return [document.path]
        case schema.META:
            return [document.fields.get(wanted.name, "")]
        case _:
            return document.searched


def _level(text: str, *, cased: bool) -> str:
    text = unicodedata.normalize("NFC", text)
    return text if cased else text.casefold()


@lru_cache(64)
def _expression(text: str) -> tuple[re.Pattern[str], bool]:
    """Return what finds a text in what ``_level`` returns, and whether its capitals count."""
    cased = text != text.lower()
    accented = _accents().search(unicodedata.normalize("NFD", text)) is not None
    letters = []
    for one in " ".join(_level(_unseen().sub("", text), cased=cased).split()):
        same = next((signs for signs in _SAME if one in signs), "")
        if one == " ":
            letters.append(r"\s+")
        elif same:
            letters.append(f"[{re.escape(same)}]")
        elif accented or not (others := _with_accents().get(one)):
            letters.append(re.escape(one) + ("" if accented else f"[{_MARKS}]*+" if one.isalpha() else ""))
        else:
            letters.append(f"[{one}{others}][{_MARKS}]*+")
    body = f"[{_UNSEEN}]*+".join(letters)
    before = r"(?<![^\W_])"
    # C is not in C++, and WHO is in WHO's and in "WHO,".
    behind = rf"[{_UNSEEN}]*+(?![^\W_])(?![+#](?![^\W_]))"
    return re.compile(f"{before}{body}{behind}"), cased


@cache
def _with_accents() -> dict[str, str]:
    """Return, for each letter, those that are the same with accents."""
    found: dict[str, str] = {}
    for one in (chr(code) for low, high in _ACCENTED for code in range(low, high)):
        parts = unicodedata.normalize("NFD", one)
        letter, marks = parts[0], parts[1:]
        if marks and all("\u0300" <= mark <= "\u036f" for mark in marks):
            found[letter] = found.get(letter, "") + one
    return found
