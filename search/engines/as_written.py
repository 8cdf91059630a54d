"""Whether a document holds a text as it is written: in its capitals, its signs and its letters.

An index folds words, so that *WHO* and *who*, *C++* and *C*, علي and على are one term each. What is asked for
as it is written is looked for in the stored text of the documents that hold its terms. Does not
depend on query syntax.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from coopsearch.search import schema
from coopsearch.search.errors import QueryError
from coopsearch.search.lazy import expression
from coopsearch.search.model import Document

#: Documents that are read for one text: under a second, also where none holds it as it is written.
MOST: Final = 5_000
#: Signs that are written in several ways, or not at all: nobody means one of them.
_LEVEL: Final = {
    **dict.fromkeys(map(ord, "’‘ʼ＇"), "'"),
    **dict.fromkeys(map(ord, "‐‑‒"), "-"),
    **dict.fromkeys(map(ord, "\u00ad\u0640\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff\u0670"), None),
    **dict.fromkeys(range(0x064B, 0x0660), None),
    **dict.fromkeys(range(0x0610, 0x061B), None),
    **dict.fromkeys(range(0x06D6, 0x06EE), None),
}
_accents: Final = expression("[\u0300-\u036f]")
_blank: Final = expression(r"\s+")


class AsWritten(NamedTuple):
    """A text as it is written, and where it is to stand."""

    field: str
    """A field of words; of what documents say of themselves ``meta``."""
    text: str
    name: str = ""
    """The name of the field within ``meta``."""


#: Arabic letters that an index takes for each other, and those that it takes them for.
_ALIKE: Final = expression("[\u0621-\u0627\u0629\u0647-\u064a\u0671\u06a9\u06cc\u06d5]")


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
    # Most documents hold it just as it was typed, which a look at the text itself says.
    found = _expression(wanted.text)[0]
    texts = _texts(document, wanted)
    return any(map(found.search, texts)) or any(stands_in(text, wanted.text) for text in texts)


def stands_in(text: str, wanted: str) -> bool:
    """Say whether a text holds another as it is written."""
    found, cased, accented = _expression(wanted)
    return found.search(text) is not None or found.search(_level(text, cased, accented)) is not None


def stands_at(text: str, start: int, end: int, wanted: str) -> tuple[int, int] | None:
    """Return from where to where a text stands as it is written around its words, None if it does not.

    ``start`` and ``end`` are the characters of the words, which may have signs before and behind them.
    """
    found, cased, accented = _expression(wanted)
    first = next((at for at, one in enumerate(wanted) if one.isalnum()), 0)
    begin = max(0, start - first - 1)
    around = text[begin : end + len(wanted)]
    before = _level(text[begin:start], cased, accented)
    match = found.match(_level(around, cased, accented), max(0, len(before) - first))
    if match is None:
        return None
    behind = match.end() - len(_level(text[begin:end], cased, accented))
    return start - min(first, len(before)), end + max(0, behind)


def refuse_many(documents: int, wanted: AsWritten) -> None:
    """Raise QueryError if so many documents are to be read that no answer would come."""
    if documents > MOST:
        raise QueryError(
            f"={wanted.text}: {documents:,} documents hold the word in some spelling, and at most {MOST:,} "
            "are read for the one that is asked for; join another word to it by AND, or leave out the ="
        )


def _texts(document: Document, wanted: AsWritten) -> list[str]:
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
            return [document.text, document.title, *document.people.values()]


@lru_cache(64)
def _expression(text: str) -> tuple[re.Pattern[str], bool, bool]:
    """Return what finds a text, and whether its capitals and its accents count."""
    cased = text != text.lower()
    accented = _accents().search(unicodedata.normalize("NFD", text)) is not None
    level = _blank().sub(" ", _level(text, cased, accented).strip())
    before = r"(?<![^\W_])"
    # C is not in C++, and WHO is in WHO's and in "WHO,".
    behind = r"(?![^\W_])(?![+#](?![^\W_]))"
    body = re.escape(level).replace(r"\ ", r"\s+")
    return re.compile(f"{before}{body}{behind}"), cased, accented


def _level(text: str, cased: bool, accented: bool) -> str:  # noqa: FBT001 - what a text is compared by
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_LEVEL)
        if not accented:
            text = unicodedata.normalize("NFC", _accents().sub("", unicodedata.normalize("NFD", text)))
    return text if cased else text.casefold()
