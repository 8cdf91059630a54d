"""The tables of one indexed field: terms and words, how many documents each has, and in which lists it is.

What both ways of reading share: ``inverted_index`` reads the lists as arrays, ``scalar.field`` number by
number. Does not depend on NumPy or on queries.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final, Generic, NamedTuple, TypeVar

from coopsearch.search.engines.columns.storage.mapped_file import ArrayFile, MappedColumn
from coopsearch.search.engines.columns.storage.string_table import Strings

F = TypeVar("F", bound=ArrayFile[MappedColumn])

#: Where the forms of stems begin is read as a whole where a field has no more stems.
_AT_ONCE: Final = 1 << 16


class Source(NamedTuple):
    """A list of an indexed field that holds a term: all of it, or one form of it."""

    list: int
    form: int | None


class FieldTables(Generic[F]):
    """Reads the tables of one indexed field. Safe for many threads."""

    def __init__(self, file: F, name: str) -> None:
        """Look at the file; nothing is read, and arrays are looked up when first needed."""
        self.file, self.name = file, name
        self.scored = f"{name}.cf" in file
        self.formed = f"{name}.first" in file

    @cached_property
    def terms(self) -> Strings:
        """The stems, or the terms of a field without them."""
        return Strings(self.file, f"{self.name}.term")

    @cached_property
    def words(self) -> Strings:
        """The words of a field with stems."""
        return Strings(self.file, f"{self.name}.word")

    @cached_property
    def most(self) -> dict[str, int]:
        """The most that a list can have: its counts may have been written by anybody."""
        # Where the documents end is told by an array, which is as long as the file has room for.
        most = {"df": min(self.file.count("documents"), len(self.file["store.doc"]) - 1)}
        if self.scored:
            # A length is the sum of weights, none of which is below 1.
            most["cf"] = declared_length(self.file, self.name)
        return most

    def df(self, term: int) -> int:
        """Return the documents of a list, deleted ones included."""
        return self.file[f"{self.name}.df"].at(term)

    def cf(self, term: int) -> int:
        """Return the occurrences of a list."""
        return self.file[f"{self.name}.cf"].at(term)

    def word_df(self, word: int) -> int:
        """Return the documents of a word, deleted ones included; never too few."""
        return self.file[f"{self.name}.word_df"].at(word)

    def forms_of(self, term: int) -> int:
        """Count the forms of a stem."""
        first = self.file[f"{self.name}.first"]
        return first.at(term + 1) - first.at(term)

    def sources(self, term: bytes, *, as_word: bool) -> list[Source]:
        """Return the lists that hold a term, or a word."""
        if not as_word:
            index = self.terms.find(term)
            return [Source(index, None)] if index >= 0 else []
        word = self.words.find(term)
        rows = self._rows_of(word) if word >= 0 else []
        return [Source(stem, None if self.forms_of(stem) == 1 else form) for stem, form in rows]

    def _rows_of(self, word: int) -> list[tuple[int, int]]:
        """Return the (stem, form) pairs that a word is."""
        at, first = self.file[f"{self.name}.row_at"], self.file[f"{self.name}.first"]
        rows = self.file[f"{self.name}.row"].list(at.at(word), at.at(word + 1))
        if len(first) <= _AT_ONCE:
            stems = [max(first.not_above(row) - 1, 0) for row in rows]
        else:
            stems = [_last_not_above(first, row) for row in rows]
        return [(stem, row - first.at(stem)) for stem, row in zip(stems, rows, strict=True)]


def _last_not_above(column: MappedColumn, value: int) -> int:
    """Return the place of the last value of a long sorted array that is not above one, reading a few."""
    low, high = 0, len(column) - 1
    while low < high:
        middle = (low + high + 1) >> 1
        if column.at(middle) <= value:
            low = middle
        else:
            high = middle - 1
    return low


def declared_length(file: ArrayFile[MappedColumn], field: str) -> int:
    """Return how many tokens a file says that all documents have in an indexed field, weighted."""
    lengths = file.meta.get("lengths")
    total = lengths.get(field) if isinstance(lengths, dict) else None
    if type(total) is not int:
        raise file.damaged(f"does not say how long its {field} is")
    return total
