"""The tree that a query's text is read into, before anything is known of the index.

Each leaf keeps the character at which it stands, so that whatever is said of it later can name the
place. This file knows no analysis and no engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word; it may turn out to be several tokens (cross-border)."""

    text: str
    position: int
    field: str | None = None
    exact: bool = False
    """Written =word: no other form of it will do."""
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in quotes: exact and side by side, or within ``slop`` positions of each other."""

    text: str
    position: int
    field: str | None = None
    slop: int = 0
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A word with * or ? in it."""

    text: str
    position: int
    field: str | None = None
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """A word with ~: any word within ``distance`` edits."""

    text: str
    position: int
    field: str | None = None
    distance: int = 1
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Span:
    """[low TO high] of a field; None is open. Curly brackets leave the bound itself out."""

    low: str | None
    high: str | None
    position: int
    field: str | None = None
    include_low: bool = True
    include_high: bool = True


@dataclass(frozen=True, slots=True)
class All:
    """Every child, written AND."""

    children: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Any child, written OR."""

    children: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Not the child, written NOT or -."""

    child: Tree


@dataclass(frozen=True, slots=True)
class Clause:
    """One member of a row: wanted, demanded (+) or forbidden (-)."""

    occur: Literal["should", "must", "not"]
    tree: Tree


@dataclass(frozen=True, slots=True)
class Row:
    """Members side by side without an operator: any of them matches, more of them rank higher."""

    clauses: tuple[Clause, ...]


Leaf = Word | Phrase | Wildcard | Fuzzy | Span
Tree = Leaf | All | Any | Without | Row
