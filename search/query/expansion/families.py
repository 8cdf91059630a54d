"""Families in a query: the stems of an index that are related to a word's, at lower weight.

The rules stand in ``analysis``; here the index says which of the stems that they allow are real. What
``weight`` promises about the order of an answer is said in ``engines.nodes.Group``. Does not depend on
query syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from typing import Final, NamedTuple

from coopsearch.search import schema
from coopsearch.search.analysis.derivation import Relative
from coopsearch.search.analysis.langid.listed import only_language
from coopsearch.search.analysis.language import relatives
from coopsearch.search.analysis.stems import fits
from coopsearch.search.engines.base import Reader

#: Relatives that a query takes of one word: the families of a language are small.
_MOST: Final = 20
#: Rules that are asked about one relative.
_RULES: Final = 8
#: Words whose families are remembered.
_REMEMBERED: Final = 4096


class Member(NamedTuple):
    """A stem of the index that is related to a word."""

    stem: str
    weight: float
    rule: str
    source: str = ""
    """Who says so, where that is not a rule of ours: the lexicon of a translation."""


class Families:
    """The families of one state of an index; remembers what was asked. Safe for many threads."""

    def __init__(self, reader: Reader, languages: Iterable[str], stem: Callable[[str, str], str]) -> None:
        """Take the state, its languages, and what gives the stem of a word in a language."""
        self._reader = reader
        self._languages = tuple(languages)
        self._stem = stem
        self._known: dict[str, tuple[Member, ...]] = {}

    def __call__(self, word: str) -> tuple[Member, ...]:
        """Return the family of a folded word without its own stems, sorted by stem."""
        found = self._known.get(word)
        if found is None:
            found = self._find(word)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[word] = found
        return found

    def _find(self, word: str) -> tuple[Member, ...]:
        own = {word}
        allowed: dict[str, list[Relative]] = {}
        spoken = only_language(word, self._languages)
        for language in self._languages:
            if fits(word, language):
                stem = self._stem(word, language)
                own.add(stem)
                if spoken not in ("", language):
                    continue  # three is no French word: it has nothing to do with threats
                for relative in relatives(word, stem, language):
                    if len(relative.stem) > 1:
                        allowed.setdefault(relative.stem, []).append(relative)
        # Most of what the rules allow is not a word at all: the index is asked for all of it at once.
        real = self._reader.among(schema.STEMS, allowed.keys() - own)
        rules = [(stem, relative) for stem in real for relative in allowed[stem][:_RULES]]
        words = {word for _, one in rules for word in (*one.needs.split(), *one.unless.split())}
        held = self._reader.among(schema.WORDS, words)
        weight = self._reader.parameters.relative
        members = [
            Member(stem, 1.0 if relative.same else weight, relative.rule)
            for stem, relative in rules
            if _agrees(relative, held)
        ]
        members = list({one.stem: one for one in reversed(members)}.values())
        if len(members) > _MOST:
            # What stands in many documents is more likely to be meant than what stands in few.
            members.sort(key=lambda one: -self._reader.document_frequency(schema.STEMS, one.stem))
        return tuple(sorted(members[:_MOST]))


def _agrees(relative: Relative, held: Container[str]) -> bool:
    """Say whether the words of the index bear out the rule; ``held`` are those that it holds."""
    needed = relative.needs.split()
    return (not needed or any(word in held for word in needed)) and not any(
        word in held for word in relative.unless.split()
    )


def described(members: Iterable[Member], field: str | None, reader: Reader) -> str:
    """Say which relatives a word has in a field, with documents, weight and rule; "" for none."""
    # Another spelling of a name, or a translation, may be a word, and not a stem.
    counts = [
        reader.document_frequency(field or schema.STEMS, one.stem)
        or (reader.document_frequency(schema.WORDS, one.stem) if one.rule in {"name", "translation"} else 0)
        for one in members
    ]
    shown = "; ".join(
        # What is several words is not a term that documents are counted of.
        (f'"{one.stem}"' if " " in one.stem else f"{one.stem} ({count:,})")
        + f" at {one.weight:g} by {one.rule}"
        + (f" ({one.source})" if one.source else "")
        for one, count in zip(members, counts, strict=True)
    )
    return f"; related: {shown}" if shown else ""
