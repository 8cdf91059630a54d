"""The tree that a query's text is read into, before anything is known of the index.

Each leaf keeps the character at which it stands, so that whatever is said of it later can name the place.
Named tuples, because ten data classes would take longer to make than a query takes to answer. Does not
depend on text analysis or engines.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple


class Word(NamedTuple):
    """A bare word; it may turn out to be several tokens (cross-border)."""

    text: str
    position: int
    field: str | None = None
    exact: bool = False
    """No other form of it will do."""
    boost: float = 1.0
    as_written: bool = False
    """Written =word: its capitals and signs count, too."""


class Phrase(NamedTuple):
    """Words in quotes: exact and side by side, or within ``slop`` positions of each other."""

    text: str
    position: int
    field: str | None = None
    slop: int = 0
    boost: float = 1.0
    as_written: bool = False
    """Written ="...": its capitals and signs count."""


class Wildcard(NamedTuple):
    """A word with * or ? in it."""

    text: str
    position: int
    field: str | None = None
    boost: float = 1.0


class Fuzzy(NamedTuple):
    """A word with ~: any word within ``distance`` edits."""

    text: str
    position: int
    field: str | None = None
    distance: int = 1
    boost: float = 1.0


class Regex(NamedTuple):
    """/expression/: any word that fits it."""

    text: str
    position: int
    field: str | None = None
    boost: float = 1.0


class Span(NamedTuple):
    """[low TO high] of a field; None is open. Curly brackets leave the bound itself out."""

    low: str | None
    high: str | None
    position: int
    field: str | None = None
    include_low: bool = True
    include_high: bool = True


class Near(NamedTuple):
    """Children with at most ``slop`` words between neighbours, written NEAR/slop, ONEAR/slop if in order."""

    children: tuple[Tree, ...]
    slop: int
    ordered: bool
    position: int


class All(NamedTuple):
    """Every child, written AND."""

    children: tuple[Tree, ...]


class Any(NamedTuple):
    """Any child, written OR."""

    children: tuple[Tree, ...]


class Without(NamedTuple):
    """Not the child, written NOT or -."""

    child: Tree


class Clause(NamedTuple):
    """One member of a row: wanted, demanded (+) or forbidden (-)."""

    occur: Literal["should", "must", "not"]
    tree: Tree


class Row(NamedTuple):
    """Members side by side without an operator: any of them matches, more of them rank higher."""

    clauses: tuple[Clause, ...]


Leaf = Word | Phrase | Wildcard | Fuzzy | Regex | Span
Tree = Leaf | Near | All | Any | Without | Row

#: The field of names, and what stands for it where ~ is written before a word: no document has such a field.
NAME: Final = "name"
NAMED: Final = "~"


def before(field: str | None) -> str:
    """Return a field as it is typed before what is looked for in it."""
    return "" if field is None else field if field == NAMED else f"{field}:"


#: Where the characters lie that stand for escaped ones where it matters: plane 15 has no letters.
_GUARD: Final = 0xF0000


def guarded(character: str) -> str:
    """Return what stands for an escaped sign until nobody takes it for syntax any more."""
    return chr(_GUARD + ord(character)) if ord(character) <= 0xFFFF else character  # noqa: PLR2004


def plain(text: str) -> str:
    """Return a text with its escaped signs as they are meant."""
    if text.isascii() or max(text) < chr(_GUARD):
        return text
    return "".join(chr(ord(one) - _GUARD) if _GUARD < ord(one) <= _GUARD + 0xFFFF else one for one in text)
