"""The text of a query, cut into the marks and words that the parser reads.

One pass, linear in the text. Knows which characters have a meaning; knows neither precedence nor
fields.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from coopsearch.search.errors import QueryError

#: Longer texts are no queries: they are pasted by mistake, and would be answered slowly.
MOST_CHARACTERS: Final = 10_000

Kind = Literal["word", "phrase", "field", "span", "(", ")", "AND", "OR", "NOT", "+", "-", "end"]


class Mark(NamedTuple):
    """One piece of the query. ``position`` is 1-based, in characters."""

    kind: Kind
    text: str
    position: int
    suffix: str = ""
    """What follows directly, of ~2 and ^1.5."""


#: Opening quotation marks and those that close them. A plain " closes any, as people mix them.
_CLOSING: Final = {'"': '"', "“": '”“"', "”": '”"', "„": '“”"', "«": '»"', "»": '«»"', "‟": '”"'}
#: The joiners U+200C and U+200D are no space: they stand inside words of Arabic script.
_SPACE: Final = re.compile(r"[\s\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff،؛]+")
_FIELD: Final = re.compile(r"([^\W\d]\w*):(?=[^\s/:)])")
_SUFFIX: Final = re.compile(r"(?:~\d*|\^[\d.]*)+")
_WORD: Final = re.compile(r"[^\s()\"“”„«»‟\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff،؛]+")
_SPAN: Final = re.compile(r"[\[{]\s*([^\s\]}]+)\s+TO\s+([^\s\]}]+)\s*[\]}]")
_OPERATORS: Final[dict[str, Kind]] = {"AND": "AND", "OR": "OR", "NOT": "NOT", "&&": "AND", "||": "OR"}


def marks(text: str) -> list[Mark]:
    """Cut a query. The last mark is always "end". Raises QueryError with the place."""
    check(text)
    found: list[Mark] = []
    at, end = 0, len(text)
    while at < end:
        if space := _SPACE.match(text, at):
            at = space.end()
            continue
        mark, at = _next(text, at, found[-1] if found else None)
        found.append(mark)
    found.append(Mark("end", "", end + 1))
    return found


def _next(text: str, at: int, before: Mark | None) -> tuple[Mark, int]:
    """Return the mark that begins at ``at``, and where it ends."""
    character, place = text[at], at + 1
    if character in "()":
        closed = _SUFFIX.match(text, at + 1) if character == ")" else None
        end = closed.end() if closed else at + 1
        return Mark("(" if character == "(" else ")", character, place, text[at + 1 : end]), end
    if character in _CLOSING:
        return _phrase(text, at)
    # A sign counts at the beginning of a word alone: the hyphen of cross-border is part of it.
    if character in "+-−!" and at + 1 < len(text) and not text[at + 1].isspace():
        return Mark("+" if character == "+" else "-", character, place), at + 1
    if field := _FIELD.match(text, at):
        return Mark("field", field[1], place), field.end()
    if before is not None and before.kind == "field" and character in "[{":
        return _span(text, at)
    word = _WORD.match(text, at)
    if word is None:  # a closing quotation mark that opened nothing
        raise QueryError(
            f"{character} at character {place} of the query closes a quote that was not opened", place
        )
    body = word[0]
    if body in _OPERATORS and (before is None or before.kind != "field"):
        return Mark(_OPERATORS[body], body, place), word.end()
    suffix = re.search(r"(?:~\d*|\^\d+(?:\.\d+)?)+$", body)
    if suffix and suffix.start():
        return Mark("word", body[: suffix.start()], place, suffix[0]), word.end()
    return Mark("word", body, place), word.end()


def _phrase(text: str, at: int) -> tuple[Mark, int]:
    closing = _CLOSING[text[at]]
    end = next((i for i in range(at + 1, len(text)) if text[i] in closing), -1)
    if end < 0:
        raise QueryError(
            f"the quote {text[at]} at character {at + 1} of the query is never closed; close it, or drop it",
            at + 1,
        )
    suffix = _SUFFIX.match(text, end + 1)
    after = suffix.end() if suffix else end + 1
    return Mark("phrase", text[at + 1 : end], at + 1, text[end + 1 : after]), after


def _span(text: str, at: int) -> tuple[Mark, int]:
    span = _SPAN.match(text, at)
    if span is None:
        raise QueryError(
            f"the range at character {at + 1} of the query is not of the form [low TO high]", at + 1
        )
    return Mark("span", span[0], at + 1), span.end()


def check(text: str) -> None:
    """Raise QueryError for a text that no query can be: too long, with a NUL, not valid."""
    if len(text) > MOST_CHARACTERS:
        raise QueryError(
            f"the query has {len(text):,} characters, at most {MOST_CHARACTERS:,} are read; shorten it",
            MOST_CHARACTERS + 1,
        )
    for place, character in enumerate(text, 1):
        if character == "\0":
            raise QueryError(f"the query holds a NUL at character {place}; remove it", place)
        if "\ud800" <= character <= "\udfff":
            raise QueryError(
                f"the query is not valid text (UTF-8) at character {place}; type it again", place
            )
