"""The postings of one indexed field of a segment, a list of numbers at a time.

What ``storage.inverted_index`` gives as arrays. Does not depend on NumPy or on queries.
"""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate
from typing import Final

from coopsearch.search.engines.columns.scalar.packed_lists import PackedLists
from coopsearch.search.engines.columns.storage.mapped_file import MappedFile
from coopsearch.search.engines.columns.storage.packing import STRIDE
from coopsearch.search.engines.columns.storage.string_table import Strings

#: Whose counts bound each kind of values.
_COUNTED: Final = {"docs": "df", "tf": "df", "extra": "df", "pos": "cf", "form": "cf"}


class Field:
    """Reads the postings of one indexed field. Safe for many threads."""

    def __init__(self, file: MappedFile, name: str) -> None:
        """Look at the file; nothing is read, and arrays are looked up when first needed."""
        self.file, self.name = file, name
        self.scored = f"{name}.cf" in file

    @cached_property
    def terms(self) -> Strings:
        """The stems, or the terms of a field without them."""
        return Strings(self.file, f"{self.name}.term")

    @cached_property
    def words(self) -> Strings:
        """The words of a field with stems."""
        return Strings(self.file, f"{self.name}.word")

    @cached_property
    def _most(self) -> dict[str, int]:
        """The most that a list can have: its counts may have been written by anybody."""
        # Where the documents end is told by an array, which is as long as the file has room for.
        most = {"df": min(self.file.count("documents"), len(self.file["store.doc"]) - 1)}
        if self.scored:
            lengths = self.file.meta.get("lengths")
            total = lengths.get(self.name) if isinstance(lengths, dict) else None
            if type(total) is not int:
                raise self.file.damaged(f"does not say how long its {self.name} is")
            most["cf"] = total
        return most

    def df(self, term: int) -> int:
        """Return the documents of a list, deleted ones included."""
        return self.file[f"{self.name}.df"].at(term)

    def cf(self, term: int) -> int:
        """Return the occurrences of a list; its documents in a field without positions."""
        return self.file[f"{self.name}.cf"].at(term) if self.scored else self.df(term)

    def word_df(self, word: int) -> int:
        """Return the documents of a word, deleted ones included; never too few."""
        return self.file[f"{self.name}.word_df"].at(word)

    def docs(self, term: int) -> list[int]:
        """Return the documents of a list, sorted."""
        gaps = self._values("docs", term)
        return [total + place for place, total in enumerate(accumulate(gaps))]

    def occurrences(self, term: int) -> list[int]:
        """Return how often each document of a list holds it."""
        return [value + 1 for value in self._values("tf", term)]

    def gains(self, term: int) -> list[int]:
        """Return what the weights of the roles add to the occurrences of each document."""
        return self._values("extra", term)

    def positions(self, term: int) -> list[int]:
        """Return the positions of a list, in order of occurrence."""
        return self._values("pos", term)

    def forms(self, term: int) -> list[int]:
        """Return the forms of a list's occurrences."""
        return self._values("form", term)

    def forms_of(self, term: int) -> int:
        """Count the forms of a stem."""
        first = self.file[f"{self.name}.first"]
        return first.at(term + 1) - first.at(term)

    def rows_of(self, word: int) -> list[tuple[int, int]]:
        """Return the (stem, form) pairs that a word is."""
        at = self.file[f"{self.name}.row_at"]
        first = self.file[f"{self.name}.first"]
        found = []
        for row in self.file[f"{self.name}.row"].list(at.at(word), at.at(word + 1)):
            low, high = 0, len(first) - 1
            while low < high:
                middle = (low + high + 1) >> 1
                if first.at(middle) <= row:
                    low = middle
                else:
                    high = middle - 1
            found.append((low, row - first.at(low)))
        return found

    def _values(self, kind: str, term: int) -> list[int]:
        counted = _COUNTED[kind]
        counts = self.file[f"{self.name}.{counted}"].list(term - term % STRIDE, term + 1)
        if not counts or counts[-1] > self._most[counted]:
            raise self.file.damaged(
                f"has lists that are longer than itself, in its array {self.name}.{counted}"
            )
        return PackedLists(self.file, f"{self.name}.{kind}").get(term, counts)
