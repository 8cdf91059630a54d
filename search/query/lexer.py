"""The text of a query, cut into the marks and words that the parser reads.

One pass, linear in the text. Finds the characters that have a meaning; the parser decides on precedence,
and the planner on fields.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from coopsearch.search.errors import QueryError
from coopsearch.search.lazy import expression
from coopsearch.search.query.syntax import NAMED, guarded

#: Longer texts are not queries: they are pasted by mistake, and would be answered slowly.
MOST_CHARACTERS: Final = 10_000

Kind = Literal[
    "word", "phrase", "regex", "field", "compare", "span", "(", ")", "AND", "OR", "NOT", "NEAR", "+", "-",
    "end",
]  # fmt: skip


class Mark(NamedTuple):
    """One piece of the query. ``position`` is 1-based, in characters."""

    kind: Kind
    text: str
    """As written; escaped signs of a word or phrase are guarded (see ``syntax``)."""
    position: int
    suffix: str = ""
    """What follows directly, of ~2 and ^1.5; begins with = for a phrase that an = stands before."""


#: Opening quotation marks and those that close them. A plain " closes any, as people mix them.
_CLOSING: Final = {
    '"': '"', "“": '”“"', "”": '”"', "„": '“”"', "«": '»"', "»": '«»"', "‟": '”"', "‹": '›"', "＂": '＂"',
}  # fmt: skip
_QUOTES: Final = '"“”„«»‟‹›＂'
#: A quote within a quote, where any mark closes any.
_INNER: Final = expression(rf"(?<=[\s(])[«„‹][^{_QUOTES}]+[»”“›]")
#: Marks of direction and blanks without width: nothing to a reader. Within a word, folding drops them.
#: The joiners U+200C and U+200D stand inside words of Arabic script and are not space.
_UNSEEN: Final = "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_COMMAS: Final = "،؛"
_SPACE: Final = expression(rf"[\s{_UNSEEN}{_COMMAS}]+")
_ENDS: Final = rf"(?=[\s{_UNSEEN}{_COMMAS})^~]|$)"
_REGEX: Final = expression(rf"/((?:\\.|[^/\\\s])+)/{_ENDS}")
_FIELD: Final = expression(rf"([^\W\d](?:[\w.-]*\w)?):(?=[^\s/:)]|/(?:\\.|[^/\\\s])+/{_ENDS})")
_COMPARE: Final = expression(r"([<>]=?|[≤≥])\s*")
_SUFFIX: Final = expression(r"(?:~[\d.]*|\^[\d.]*)+")
_TAIL: Final = expression(r"(?:~\d*(?:\.\d+)?|\^\d+(?:\.\d+)?)+$")
#: What stands where a boost does and is none; ^_^ and 10^-3 are left to be text.
_NO_BOOST: Final = expression(r"(?<=[^\W\d_])\^(?:[-+]?[^\W_][^\s^]*)$")
_WORD: Final = expression(rf"(?:\\[^\w\s]|(?!&&|\|\|)[^\s()\\{_QUOTES}{_COMMAS}]|\\)+")
_ESCAPED: Final = expression(r"\\([^\w\s])")
_BOUND: Final = r'("[^"]*"|[^\s\]}]+)'
_SPAN: Final = expression(rf"([\[{{])\s*{_BOUND}\s+(?:TO|to)\s+{_BOUND}\s*([\]}}])")
_NEAR: Final = expression(r"O?NEAR(?:/\d+)?")
_OPERATORS: Final[dict[str, Kind]] = {"AND": "AND", "OR": "OR", "NOT": "NOT", "&&": "AND", "||": "OR"}
_NEARS: Final = frozenset(("NEAR", "ONEAR"))
#: What a value comes after: no operator stands there.
_VALUED: Final = frozenset(("field", "compare"))
_PLAIN: Final = expression(r"[^\W_]+(?=\s|$)")
_INVALID: Final = expression("[\0\ud800-\udfff]")
#: An address of the web, as it is pasted: with its scheme or www, or with a question in it. No sign in it has
#: a meaning but the boost after it.
_ADDRESS: Final = expression(
    rf"(?:[a-z][a-z0-9+.-]{{1,20}}://|www\.|mailto:(?=[^\s@]+@)"
    rf"|[\w-]{{1,63}}(?:\.[\w-]{{1,63}})+(?::\d+)?(?:/[^\s?{_QUOTES}]*)?\?[\w.\[\]-]+=)[^\s{_QUOTES}]*",
    re.IGNORECASE,
)
_BOOST_TAIL: Final = expression(r"\^\d+(?:\.\d+)?$")
_PATH: Final = expression(r"(path):(?=/[^\s/])", re.IGNORECASE)
_UNSEEN_TAIL: Final = expression(f"[{_UNSEEN}]+$")


class _Unpaired(QueryError):
    """A quotation mark without its other."""


def marks(text: str) -> list[Mark]:
    """Cut a query. The last mark is always "end". Raises QueryError with the place."""
    check(text)
    try:
        return _cut(text, mixed=False)
    except _Unpaired as error:
        # Keyboards, editors and people mix them: what does not come out so may do with any mark for any.
        try:
            return _cut(text, mixed=True)
        except QueryError:
            raise QueryError(str(error), error.position) from None


def _cut(text: str, *, mixed: bool) -> list[Mark]:
    found: list[Mark] = []
    at, end = 0, len(text)
    while at < end:
        if space := _SPACE().match(text, at):
            at = space.end()
            continue
        mark, at = _next(text, at, found[-1].kind if found else "end", mixed=mixed)
        found.append(mark)
    found.append(Mark("end", "", end + 1))
    return found


def _next(text: str, at: int, before: Kind, *, mixed: bool) -> tuple[Mark, int]:
    """Return the mark that begins at ``at``, and where it ends. ``mixed``: any quote closes any."""
    character, place = text[at], at + 1
    if (plain := _PLAIN().match(text, at)) and before not in _VALUED:
        # Words without any sign are most of what is asked; only an operator looks the same.
        body = plain[0]
        if body.islower() or (body not in _OPERATORS and body not in _NEARS):
            return Mark("word", body, place), plain.end()
    if character in "()":
        closed = _SUFFIX().match(text, at + 1) if character == ")" else None
        end = closed.end() if closed else at + 1
        return Mark("(" if character == "(" else ")", character, place, text[at + 1 : end]), end
    if character in _CLOSING or (mixed and character in _QUOTES):
        return _phrase(text, at, mixed=mixed)
    if character == "=" and text[at + 1 : at + 2] in _CLOSING:
        phrase, end = _phrase(text, at + 1, mixed=mixed)
        return phrase._replace(suffix=f"={phrase.suffix}"), end
    if before == "field" and (compare := _COMPARE().match(text, at)):
        return Mark("compare", compare[1].replace("≤", "<=").replace("≥", ">="), place), compare.end()
    # A sign counts at the beginning of a word alone: the hyphen of cross-border is part of it. A number
    # that a field is to have may be below zero.
    signed = before in ("field", "compare") and text[at + 1 : at + 2].isdecimal()
    if character in "+-−!" and at + 1 < len(text) and not text[at + 1].isspace() and not signed:
        return Mark("+" if character == "+" else "-", character, place), at + 1
    if character == "~" and before not in _VALUED and _names_follow(text, at + 1):
        return Mark("field", NAMED, place), at + 1
    if address := _ADDRESS().match(text, at):
        return _pasted(address[0], at)
    if regex := _REGEX().match(text, at):
        suffix = _SUFFIX().match(text, regex.end())
        return Mark("regex", regex[1], place, suffix[0] if suffix else ""), (suffix or regex).end()
    if field := _FIELD().match(text, at) or _PATH().match(text, at):
        return Mark("field", field[1], place), field.end()
    if character in "[{" and ((span := _SPAN().match(text, at)) or before == "field"):
        if span is None:
            raise QueryError(
                f"the range at character {place} of the query is not of the form [low TO high]", place
            )
        return Mark("span", span[0], place), span.end()
    return _word(text, at, before)


def _names_follow(text: str, at: int) -> bool:
    """Say whether a word of letters begins here, a quote that is closed, or a parenthesis or a range."""
    following = text[at : at + 1]
    # A parenthesis holds names; of a range somebody is told that a name has none.
    return (
        following.isalpha()
        or following in tuple("([")
        or (text[at : at + 1] in _CLOSING and text[at + 1 : at + 2] not in ("", *_CLOSING))
    )


def _word(text: str, at: int, before: Kind) -> tuple[Mark, int]:
    place = at + 1
    if operator := next((sign for sign in ("&&", "||") if text.startswith(sign, at)), None):
        return Mark(_OPERATORS[operator], operator, place), at + 2
    word = _WORD().match(text, at)
    if word is None:  # a closing quotation mark that opened nothing
        raise _Unpaired(
            f"{text[at]} at character {place} of the query closes a quote that was not opened", place
        )
    body = _UNSEEN_TAIL().sub("", word[0])
    if before not in ("field", "compare"):
        if body in _OPERATORS:
            return Mark(_OPERATORS[body], body, place), word.end()
        if _NEAR().fullmatch(body):
            return Mark("NEAR", body, place), word.end()
    body = _guard(body)
    suffix = _TAIL().search(body) if "~" in body or "^" in body else None
    if suffix and suffix.start():
        return Mark("word", body[: suffix.start()], place, suffix[0]), word.end()
    if "^" in body and (boost := _NO_BOOST().search(body)):
        at = place + boost.start()
        raise QueryError(
            f"{boost[0]} at character {at} of the query is not a boost; write a number above 0, as word^2, "
            "or the words in quotes",
            at,
        )
    return Mark("word", body, place), word.end()


def _pasted(address: str, at: int) -> tuple[Mark, int]:
    """Return an address as one word, up to a parenthesis that it does not open itself."""
    depth = 0
    for place, character in enumerate(address):
        depth += (character == "(") - (character == ")")
        if depth < 0:
            address = address[:place]
            break
    boost = _BOOST_TAIL().search(address)
    body = address[: boost.start()] if boost else address
    skipped = len("mailto:") if body[:7].lower() == "mailto:" else 0
    wanted = body[skipped:].partition("?")[0] if skipped else body
    text = "".join(one if one.isalnum() else guarded(one) for one in wanted)
    return Mark("word", text, at + skipped + 1, boost[0] if boost else ""), at + len(address)


def _phrase(text: str, at: int, *, mixed: bool) -> tuple[Mark, int]:
    closing = _QUOTES if mixed else _CLOSING[text[at]]
    end = at + 1
    while end < len(text):
        inner = _INNER().match(text, end) if mixed else None
        if inner is None and text[end] in closing:
            break
        escaped = text[end] == "\\" and _ESCAPED().match(text, end)
        end = inner.end() if inner else end + (2 if escaped else 1)
    if end >= len(text):
        raise _Unpaired(
            f"the quote {text[at]} at character {at + 1} of the query is never closed; close it, or drop it",
            at + 1,
        )
    suffix = _SUFFIX().match(text, end + 1)
    after = suffix.end() if suffix else end + 1
    return Mark("phrase", _guard(text[at + 1 : end]), at + 1, text[end + 1 : after]), after


def _guard(text: str) -> str:
    return _ESCAPED().sub(lambda match: guarded(match[1]), text) if "\\" in text else text


def check(text: str) -> None:
    """Raise QueryError for a text that no query can be: too long, with a NUL, not valid."""
    if len(text) > MOST_CHARACTERS:
        raise QueryError(
            f"the query has {len(text):,} characters, at most {MOST_CHARACTERS:,} are read; shorten it",
            MOST_CHARACTERS + 1,
        )
    if invalid := _INVALID().search(text):
        place = invalid.start() + 1
        if invalid[0] == "\0":
            raise QueryError(f"the query holds a NUL at character {place}; remove it", place)
        raise QueryError(f"the query is not valid text (UTF-8) at character {place}; type it again", place)
