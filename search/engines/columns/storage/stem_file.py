"""The stems that an index has learned: files of (word, language) -> stem, found by bisection.

A stem is kept as the length that it shares with its word and the rest. Does not depend on documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from os.path import commonprefix
from pathlib import Path

import numpy as np

from coopsearch.search.engines.columns.arrays import narrow
from coopsearch.search.engines.columns.storage.column_file import ColumnFile
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter
from coopsearch.search.engines.columns.storage.string_table import Strings, decode, encode, write_strings
from coopsearch.search.engines.columns.storage.toc import StemEntry

Stems = dict[str, dict[str, str]]
"""word -> language -> stem"""


class StemFile:
    """One file of stems. Safe for many threads."""

    def __init__(self, path: Path) -> None:
        """Map the file. Raises IndexDamaged."""
        self.file = ColumnFile(path)
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
        file = self.file
        rows = range(file["first"].at(index), file["first"].at(index + 1))
        return {
            self._languages[file["language"].at(row)]: decode(
                word[: file["shared"].at(row)] + self._rests[row]
            )
            for row in rows
        }


def _shared(word: bytes, stem: bytes) -> int:
    """Return with how many bytes both begin; nearly always the stem is the beginning of the word."""
    return len(stem) if word.startswith(stem) else len(commonprefix((word, stem)))  # noqa: RUF071 - no paths


def write_stems(folder: Path, name: str, stems: Stems) -> StemEntry:
    """Write a file; return what a table says of it."""
    words = sorted(stems)
    languages = sorted({language for known in stems.values() for language in known})
    number = {language: place for place, language in enumerate(languages)}
    first, kinds, shared, rests = [0], [], [], []
    for word in words:
        key = encode(word)
        for language, stem in sorted(stems[word].items()):
            value = encode(stem)
            common = min(_shared(key, value), 255)
            kinds.append(number[language])
            shared.append(common)
            rests.append(value[common:])
        first.append(len(kinds))
    out = ColumnWriter(folder / name)
    write_strings(out, "word", [encode(word) for word in words])
    write_strings(out, "rest", rests)
    out.add("first", narrow(np.array(first)))
    out.add("language", narrow(np.array(kinds, np.int64)))
    out.add("shared", np.array(shared, np.uint8))
    out.finish({"words": len(words), "languages": languages})
    return StemEntry(name, len(words), ColumnFile(folder / name).seal)
