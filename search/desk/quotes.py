"""Finding a quotation in a text again, word for word, and the passage that is nearest to one that is gone.

White space, line breaks, soft hyphens and other invisible characters, Arabic vowel signs, and the forms of
quotation marks and hyphens do not count: they change from one version of a file to the next, or between a
page and what is typed from it, and no word does. Letters, capitals, accents, figures and all other signs
count. Does not depend on an index or files.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from coopsearch.search.errors import SettingsError
from coopsearch.search.lazy import expression
from coopsearch.search.model import Document, Passage

#: Characters of the longest quotation.
LONGEST: Final = 20_000
#: Part of the words of a quotation that a passage must hold to pass for what became of it.
_NEAR: Final = 0.5
#: What is not seen, or is written or not: soft hyphens, joiners, marks of direction, selectors of variants,
#: tatweel and Arabic vowel signs.
_UNSEEN: Final = (
    "\u00ad\u034f\u061c\u0640\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f"
    "\ufeff\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
)
_unseen: Final = expression(f"[{_UNSEEN}]+")
_BLANKS: Final = rf"\s[\s{_UNSEEN}]*+"
#: Signs that are written in several ways.
_SAME: Final = ("'’‘ʼ＇‛", '"“”„‟«»＂', "-‐‑‒")
_SAME_AS: Final = {sign: f"[{re.escape(signs)}]" for signs in _SAME for sign in signs}
#: Stands in a text that was printed for any character that must not reach a terminal.
_INSTEAD: Final = "\ufffd"
_word: Final = expression(r"\w+")
#: Scripts without blanks between words, in which a quotation can begin and end anywhere.
_UNSPACED: Final = expression(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff]"
)


class Place(NamedTuple):
    """Where a quotation stands in a document."""

    start: int
    """First character, counted in ``Document.text``."""
    end: int
    line: int | None
    page: int | None
    page_label: str
    """What is printed on the page as its number, where that is known and another."""
    heading: tuple[str, ...]
    language: str


def checked(quote: str) -> str:
    """Return a quotation that can be looked for. Raises SettingsError for one that holds no word."""
    if len(quote) > LONGEST:
        raise SettingsError(
            f"the quotation has {len(quote):,} characters, and {LONGEST:,} are the most; quote less of it"
        )
    if not _word().search(quote):
        raise SettingsError('the quotation holds no word; give some as they stand there: --quote "words"')
    return quote


def normal(quote: str) -> str:
    """Return a quotation without what does not count, so that equal ones are the same text."""
    seen = " ".join(_unseen().sub("", unicodedata.normalize("NFC", quote)).split())
    return "".join(next((signs[0] for signs in _SAME if sign in signs), sign) for sign in seen)


def stands_in(text: str, quote: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a text at which a quotation stands."""
    wanted = _pattern(quote)
    at = 0
    # A word must be met as a whole: "art" is not a quotation out of "part".
    while found := wanted.search(text, at):
        start, end = found.span()
        if not (_joins(text, start) or _joins(text, end)):
            yield start, end
            at = end
        else:
            at = start + 1


def located(document: Document, quote: str, near: int = 0) -> Place | None:
    """Return where a quotation stands in a document, of several places that which is nearest to ``near``."""
    places = list(stands_in(document.text, quote))
    if not places:
        return None
    return place_of(document, *min(places, key=lambda place: abs(place[0] - near)))


def place_of(document: Document, start: int, end: int) -> Place:
    """Return where a range of a document's text stands."""
    passage = passage_at(document, start)
    if passage is None:
        return Place(start, end, None, None, "", (), "")
    line = passage.line
    if line is not None:
        line += len(re.findall(r"\r\n|\r|\n", document.text[passage.start : start]))
    label = str(getattr(passage, "page_label", "") or "")
    return Place(start, end, line, passage.page, label, passage.heading, passage.language)


def passage_at(document: Document, start: int) -> Passage | None:
    """Return the passage that holds a character, else the one before it, else the first."""
    before = [one for one in document.passages if one.start <= start]
    return before[-1] if before else next(iter(document.passages), None)


def nearest(document: Document, quote: str) -> Place | None:
    """Return the sentences that hold most of the words of a quotation, None where none hold half of them."""
    words = set(_words(quote))
    best, most = None, _NEAR
    for passage in document.passages:
        held = words.intersection(_words(document.text[passage.start : passage.end]))
        if words and len(held) / len(words) > most:
            best, most = passage, len(held) / len(words)
    if best is None:
        return None
    # Imported here: a quotation that stands where it stood needs no sentences.
    from coopsearch.search.results.snippets import sentences_around

    text = document.text[best.start : best.end]
    held_at = [one.span() for one in _word().finditer(text) if words.intersection(_words(one[0]))]
    start, end = sentences_around(text, held_at)
    return place_of(document, best.start + start, best.start + end)


def _words(text: str) -> list[str]:
    return _word().findall(normal(text).casefold())


def _joins(text: str, at: int) -> bool:
    """Say whether a place lies within a word."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if _UNSPACED().match(before) or _UNSPACED().match(after):
        return False
    return before.isalnum() and (after.isalnum() or unicodedata.combining(after) > 0)


def _pattern(quote: str) -> re.Pattern[str]:
    """Return what fits a quotation. No part can fit what the next one needs, so it is linear in the text."""
    between = f"[{_UNSEEN}]*+"
    words = _unseen().sub("", unicodedata.normalize("NFC", quote)).split()
    return re.compile(_BLANKS.join(between.join(map(_sign, word)) + between for word in words))


def _sign(sign: str) -> str:
    if sign == _INSTEAD:
        return "(?s:.)?"
    apart = unicodedata.normalize("NFD", sign)
    if apart != sign:
        return f"(?:{re.escape(sign)}|{re.escape(apart)})"
    return _SAME_AS.get(sign, re.escape(sign))
