"""The tokens of one document, packed for looking closely at it on our side, and what they say when unpacked.

What a cluster cannot decide (how often words stand near each other, how close) is decided from these, as is
what rescoring adds. Only the terms that are asked for are looked up. Does not depend on queries or the client
of a cluster.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from coopsearch.search import schema
from coopsearch.search.engines.opensearch.compression import compressed
from coopsearch.search.engines.opensearch.terms import written
from coopsearch.search.ranking import ROLE_WEIGHTS

#: Bytes of one document's tokens when inflated; no limit on documents comes near it.
_MOST: Final = 1 << 30

#: field -> the terms to look for
Wanted = Mapping[str, Iterable[str]]
#: (role, position of the first token, words, stems or none if they are the words, steps or none)
_Row = tuple[str, int, str, str | None, list[int] | None]


def pack(
    runs: Iterable[tuple[str, int, str, str, Sequence[int] | None]],
    others: Mapping[str, tuple[str, Sequence[int]]],
    keywords: Mapping[str, Sequence[str]],
    title: str,
) -> str:
    """Return tokens in base64.

    ``runs`` are rows of a role, the position of the first token, words and stems as they are written, and
    their steps; ``others`` the terms of other fields with their positions; ``title`` is a title's digest.
    """
    rows: list[_Row] = [
        (role, position, words, None if stems == words else stems, None if steps is None else list(steps))
        for role, position, words, stems, steps in runs
    ]
    value = {"runs": rows, "others": others, "keywords": keywords, "title": title}
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(compressed(data)).decode()


class Occurrences(NamedTuple):
    """Where one term stands in one field of one document, and how often, weighted by role."""

    positions: list[int]
    """Sorted, none twice."""
    frequency: int


_NOWHERE: Final = Occurrences([], 0)


class Tokens:
    """The tokens of a document, unpacked."""

    __slots__ = ("_keywords", "_lengths", "_others", "_rows", "_terms", "title")

    def __init__(self, packed: str) -> None:
        """Unpack. Raises ValueError, zlib.error or another error for what was not packed here."""
        # A cluster leaves out the signs that only fill up.
        data = base64.b64decode(packed + "=" * (-len(packed) % 4))
        value: dict[str, Any] = json.loads(zlib.decompressobj().decompress(data, _MOST))
        self._rows: list[_Row] = value["runs"]
        self._others: dict[str, tuple[str, list[int]]] = value["others"]
        self._keywords: dict[str, list[str]] = value["keywords"]
        #: The digest of the words of its title, see ``bodies.title_key``.
        self.title: str = value["title"]
        self._terms: dict[tuple[str, str], Occurrences] = {}
        self._lengths: dict[str, int] = {}

    @property
    def size(self) -> int:
        """Characters that it holds, about."""
        rows = sum(len(row[2]) + len(row[3] or "") + 8 * len(row[4] or ()) for row in self._rows)
        return rows + sum(len(terms) + 8 * len(at) for terms, at in self._others.values()) + 1_000

    @property
    def starts(self) -> list[int]:
        """The position of the first token of each text that holds any."""
        return [position + (steps[0] if steps else 0) for _, position, _, _, steps in self._rows]

    def look_for(self, wanted: Wanted) -> None:
        """Look for terms, those of one field together."""
        for field, terms in wanted.items():
            new = {written(term): term for term in terms if (field, term) not in self._terms}
            if new:
                self._look_for(field, new)

    def of(self, field: str, term: str) -> Occurrences:
        """Return where a term stands in a field of text."""
        found = self._terms.get((field, term))
        if found is None:
            self.look_for({field: (term,)})
            found = self._terms[field, term]
        return found

    def keywords(self, field: str) -> Sequence[str]:
        """Return the terms of a field that has terms alone."""
        return self._keywords.get(field, ())

    def length(self, field: str) -> int:
        """Return the length of a field of text, weighted by role."""
        found = self._lengths.get(field)
        if found is None:
            if field in self._others:
                found = len(self._others[field][1])
            else:
                found = sum(
                    ROLE_WEIGHTS[role] * (words.count(" ") + 1)
                    for role, _, words, _, _ in self._rows_of(field)
                )
            self._lengths[field] = found
        return found

    def _rows_of(self, field: str) -> list[_Row]:
        if field in {schema.WORDS, schema.STEMS}:
            return self._rows
        if field in {schema.TITLE_WORDS, schema.TITLE_STEMS}:
            return [row for row in self._rows if row[0] == "title"]
        if field in {schema.HEADING_WORDS, schema.HEADING_STEMS}:
            return [row for row in self._rows if row[0] == "heading"]
        return []

    def _look_for(self, field: str, wanted: Mapping[str, str]) -> None:
        places: dict[str, list[int]] = {}
        counts: dict[str, int] = {}
        if field in self._others:
            terms, at = self._others[field]
            for term, position in zip(terms.split(" "), at, strict=True):
                if term in wanted:
                    places.setdefault(term, []).append(position)
                    counts[term] = counts.get(term, 0) + 1
        stems = field.endswith("stems")
        for role, first, words, own, steps in self._rows_of(field):
            weight = ROLE_WEIGHTS[role]
            text = own if stems and own is not None else words
            for number, term in enumerate(text.split(" ")):
                if term in wanted:
                    places.setdefault(term, []).append(first + (steps[number] if steps else number))
                    counts[term] = counts.get(term, 0) + weight
        for term, given in wanted.items():
            self._terms[field, given] = (
                Occurrences(sorted(set(places[term])), counts[term]) if term in places else _NOWHERE
            )
