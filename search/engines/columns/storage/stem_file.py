"""The stems that an index has learned: files of (word, language) -> stem, found by bisection.

A stem is kept as the length that it shares with its word and the rest. Does not depend on documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from coopsearch.search.engines.columns.storage.mapped_file import ArrayFile, MappedColumn, MappedFile
from coopsearch.search.engines.columns.storage.string_table import Strings, decode, encode

Stems = dict[str, dict[str, str]]
"""word -> language -> stem"""


class StemFile:
    """One file of stems. Safe for many threads."""

    def __init__(self, path: Path, mapped: ArrayFile[MappedColumn] | None = None) -> None:
        """Map the file, if it is not ``mapped`` yet. Raises IndexDamaged."""
        self.file = MappedFile(path, mapped)
        self.count = self.file.count("words")
        languages = self.file.meta.get("languages")
        if not isinstance(languages, list) or not all(isinstance(one, str) for one in languages):
            raise self.file.damaged("does not say its languages")
        self._languages: list[str] = languages

    def sealed(self, seal: int) -> StemFile:
        """Return the file itself, if it is the one that the table means. Raises IndexDamaged."""
        self.file.sealed(seal)
        return self

    @cached_property
    def _words(self) -> Strings:
        return Strings(self.file, "word")

    @cached_property
    def _rests(self) -> Strings:
        return Strings(self.file, "rest")

    def get(self, word: str) -> Mapping[str, str]:
        """Return the word's stem for each language; empty for an unknown word."""
        key = encode(word)
        index = self._words.find(key)
        return self._at(index, key) if index >= 0 else {}

    def all(self) -> Stems:
        """Return everything."""
        return {
            decode(word): self._at(index, word) for index, word in enumerate(self._words.slice(0, self.count))
        }

    def words(self) -> Iterator[str]:
        """Return all words."""
        return map(decode, self._words.slice(0, self.count))

    def _at(self, index: int, word: bytes) -> dict[str, str]:
        file, languages = self.file, self._languages
        try:
            start, end = file["first"].list(index, index + 2)
            rows = zip(
                file["language"].list(start, end),
                file["shared"].list(start, end),
                self._rests.slice(start, end),
                strict=True,
            )
            return {languages[language]: decode(word[:shared] + rest) for language, shared, rest in rows}
        except (ValueError, IndexError):
            # Sums show that a file is as it was written, not that its arrays fit each other.
            raise file.damaged(f"has no stems at its word {index}") from None
