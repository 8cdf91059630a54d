"""How a query was read, for a person: the terms that each of its words stands for, and by which rule.

Counts documents, which takes longer than to plan: it is made only where an explanation is wanted. It
changes nothing of the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from coopsearch.search import schema
from coopsearch.search.engines.base import Reader
from coopsearch.search.query.expansion.families import Member, described
from coopsearch.search.query.fields import FieldTarget
from coopsearch.search.query.syntax import Fuzzy, Leaf, Phrase, Regex, Span, Wildcard, Word, before

if TYPE_CHECKING:
    from coopsearch.search.query.among import Words

#: Terms that are named for one word.
_SHOWN: Final = 12


class Readings:
    """What was noted of the leaves of a query, in its order."""

    def __init__(self, reader: Reader) -> None:
        """Take the index whose documents are counted."""
        self._reader = reader
        self.lines: list[str] = []
        """One for each leaf."""
        self.rules: dict[tuple[str, str], tuple[str, str]] = {}
        """Field and term -> why the term stands for a word, and who says so ("" for a rule of ours); none for
        a word's own stem or form."""
        self._own: set[str] = set()

    def note(
        self,
        leaf: Leaf,
        place: FieldTarget,
        words: tuple[Words, ...],
        stems: tuple[frozenset[str], ...],
        family: Sequence[Member],
    ) -> None:
        """Note how a leaf was read: each slot's words or, where any form counts, its stems."""
        self._own.update(*stems)
        self.lines.append(
            self._line(leaf, place, words, stems) + described(family, place.stems, self._reader)
        )
        for one in family:
            self._remember(place.stems or schema.STEMS, one)
            if one.rule in {"name", "translation"}:
                # Some of them are looked for as they are written.
                self._remember(schema.WORDS, one)
        if isinstance(leaf, Wildcard | Fuzzy | Regex):
            rule = "fuzzy" if isinstance(leaf, Fuzzy) else "pattern"
            # Of so many words that they are not scored, none gives a reason for a score.
            for word in words[0] if isinstance(words[0], frozenset) else ():
                self.rules.setdefault((place.pattern, place.prefix + word), (rule, ""))

    def note_term(self, text: str, members: Sequence[Member]) -> None:
        """Note what words mean together."""
        self.lines.append(f"words {text}: together{described(members, None, self._reader)}")
        for one in members:
            self._remember(schema.STEMS, one)
            self._remember(schema.WORDS, one)

    def _remember(self, field: str, member: Member) -> None:
        # Of several words, each is met by itself.
        for term in member.stem.split():
            if term in self._own and " " in member.stem:
                continue
            self.rules.setdefault((field, term), (member.rule, member.source))

    def _line(
        self, leaf: Leaf, place: FieldTarget, words: tuple[Words, ...], stems: tuple[frozenset[str], ...]
    ) -> str:
        pattern = isinstance(leaf, Wildcard | Fuzzy | Regex)
        parts = []
        for forms, roots in zip(words, stems, strict=True):
            given: Words = roots or forms
            # The words of a broad pattern are sorted already.
            chosen = sorted(given) if isinstance(given, frozenset) else list(islice(given, _SHOWN))
            name = place.stems if roots and place.stems else place.pattern if pattern else place.words
            counted = [
                f"{term} ({self._reader.document_frequency(name, place.prefix + term):,})"
                for term in chosen[:_SHOWN]
            ]
            if len(given) > _SHOWN:
                counted.append(f"and {len(given) - _SHOWN:,} more")
            parts.append(" | ".join(counted) or "no word of the index")
        label = before(leaf.field)
        text = f"[{leaf.low or '*'} TO {leaf.high or '*'}]" if isinstance(leaf, Span) else leaf.text
        kinds = {Word: "word", Phrase: "phrase", Wildcard: "pattern", Fuzzy: "fuzzy", Regex: "expression"}
        kind = kinds.get(type(leaf), "range")
        how = "any form of" if any(stems) else "exactly" if kind in {"word", "phrase"} else "any of"
        return f"{kind} {label}{text}: {how} {' then '.join(parts)}"
