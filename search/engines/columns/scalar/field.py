"""The postings of one indexed field of a segment, a list of numbers at a time.

What ``storage.inverted_index`` gives as arrays. Does not depend on NumPy or on queries.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Final

from coopsearch.search.engines.columns.scalar.packed_lists import PackedLists
from coopsearch.search.engines.columns.storage.field_tables import FieldTables
from coopsearch.search.engines.columns.storage.mapped_file import MappedFile
from coopsearch.search.engines.columns.storage.packing import STRIDE

#: Whose counts bound each kind of values.
_COUNTED: Final = {"docs": "df", "tf": "df", "extra": "df", "pos": "cf", "form": "cf"}


class Field(FieldTables[MappedFile]):
    """Reads the postings of one indexed field. Safe for many threads."""

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

    def _values(self, kind: str, term: int) -> list[int]:
        counted = _COUNTED[kind]
        counts = self.file[f"{self.name}.{counted}"].list(term - term % STRIDE, term + 1)
        if not counts or counts[-1] > self.most[counted]:
            raise self.file.damaged(
                f"has lists that are longer than itself, in its array {self.name}.{counted}"
            )
        return PackedLists(self.file, f"{self.name}.{kind}").get(term, counts)
