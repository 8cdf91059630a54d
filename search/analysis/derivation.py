"""What rules of word formation are made of: classes of endings over one root, and tables of families.

The rules of each language stand in its own package. Which of the stems that they allow are real is for the
index to say. Does not depend on a particular language.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Relative(NamedTuple):
    """A stem that is of a word's family, if the index holds it."""

    stem: str
    rule: str
    """The class of endings, as a person reads it: ``-er/-or/-ee``."""
    needs: str = ""
    """Folded words of which the index must hold one for the rule to hold; "" for none."""
    unless: str = ""
    """Folded words that speak against the rule if the index holds one; "" for none."""
    same: bool = False
    """Whether it is the same word in another spelling, and no lesser form."""


class Endings(NamedTuple):
    """Endings of stems that make a family where they stand after one root."""

    rule: str
    endings: tuple[str, ...]
    least: int
    """Letters that the root has at least."""
    without: frozenset[str] = frozenset()
    """Roots after which they do not."""


def by_endings(stem: str, classes: tuple[Endings, ...]) -> Iterator[Relative]:
    """Yield what classes of endings make of a stem."""
    for rule, endings, least, without in classes:
        if not stem.endswith(endings):
            continue
        for ending in endings:
            if not stem.endswith(ending):
                continue
            root = stem[: len(stem) - len(ending)]
            if len(root) >= least and root not in without:
                for other in endings:
                    if other != ending:
                        yield Relative(root + other, rule)


def by_table(rows: str) -> dict[str, tuple[str, ...]]:
    """Read rows of stems that are one family, apart by |: stem -> all stems of its rows."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows.replace("\n", "|").split("|"):
        stems = tuple(row.split())
        for stem in stems:
            found[stem] = found.get(stem, ()) + stems
    return found
