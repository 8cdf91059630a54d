"""Families: stems that a language's rules of word formation join, and inflection does not.

smuggle and smuggler, migrate and migrant, sécuriser and sécurité, تهريب and مهرب. The rules of each language
stand in its own file, as classes of endings over one root; which of the stems that they allow are real is for
the index to say. This file knows no index, no text and no NLTK.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
        for ending in endings:
            root = stem[: len(stem) - len(ending)]
            if stem.endswith(ending) and len(root) >= least and root not in without:
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


def relatives(word: str, stem: str, language: str) -> Iterator[Relative]:
    """Yield the family of a folded word and its stem in a language, real or not; no order is promised."""
    rules = _rules(language)
    return rules(word, stem) if rules is not None else iter(())


def _rules(language: str) -> Callable[[str, str], Iterator[Relative]] | None:
    if language == "en":
        from coopsearch.search.analysis.english.derivation import english

        return english
    if language == "fr":
        from coopsearch.search.analysis.french.derivation import french

        return french
    if language == "ar":
        from coopsearch.search.analysis.arabic.derivation import arabic

        return arabic
    return None
