"""The tokens of one document, kept for looking closely at it on our side, and what they say when unpacked.

What a cluster cannot decide (how often words stand near each other, how close) is decided from these, as is
what rescoring adds. Only the terms that are asked for are looked up. Does not depend on queries or the client
of a cluster.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

from coopsearch.search.analysis.model import Role
from coopsearch.search.engines.opensearch.beside import OTHERS, Others, keywords_of, others_of, title_key_of
from coopsearch.search.engines.opensearch.mapping import BY_ROLE
from coopsearch.search.engines.opensearch.packing import document_in, tokens_in
from coopsearch.search.engines.opensearch.terms import escaped, written
from coopsearch.search.engines.opensearch.texts import Break, Row, positions_of
from coopsearch.search.model import Document
from coopsearch.search.ranking import ROLE_WEIGHTS

#: field -> the terms to look for
Wanted = Mapping[str, Iterable[str]]
#: (role, position of the first token, words, stems or none if they are the words, breaks)
_Row = tuple[str, int, str, str | None, Sequence[Break]]

#: The terms of a question are looked for in many documents.
_written: Final = lru_cache(1 << 14)(written)


class Terms(NamedTuple):
    """A run, with its terms as they are written in JSON: see ``terms.written`` and ``terms.escaped``."""

    role: Role
    position: int
    words: str
    stems: str
    size: int
    """Its tokens."""
    breaks: Sequence[Break]
    """Where their positions do not go on by one: see ``texts``."""

    def row(self, text: str) -> Row:
        """Return its words or stems as they stand in a field."""
        return Row(self.position, ROLE_WEIGHTS[self.role], text, self.size, self.breaks)


def json_of(runs: Iterable[Terms], languages: Iterable[str]) -> str:
    """Return tokens as ``packing`` takes them: what cannot be told from the document itself."""
    rows = []
    for role, position, words, stems, _, breaks in runs:
        own = "null" if stems == words else f'"{stems}"'
        places = ",".join([f"[{place},{step}]" for place, step in breaks])
        rows.append(f'["{role}",{position},"{words}",{own},[{places}]]')
    names = ",".join([f'"{escaped(one)}"' for one in languages])
    return f'{{"runs":[{",".join(rows)}],"languages":[{names}]}}'


class Occurrences(NamedTuple):
    """Where one term stands in one field of one document, and how often, weighted by role."""

    positions: list[int]
    """Sorted, none twice."""
    frequency: int


_NOWHERE: Final = Occurrences([], 0)


class Tokens:
    """The tokens of a document, unpacked."""

    def __init__(self, packed: str) -> None:
        """Unpack. Raises ValueError, zlib.error or another error for what was not packed here."""
        self._packed = packed
        value: dict[str, Any] = tokens_in(packed)
        self._rows: list[_Row] = value["runs"]
        self._languages: list[str] = value["languages"]
        self._terms: dict[str, dict[str, Occurrences]] = {}
        """By field, where each term stands that was looked for."""
        self._lengths: dict[str, int] = {}

    @cached_property
    def document(self) -> Document:
        """The document that they are of. Raises ValueError, zlib.error or another error as ``__init__``."""
        return document_in(self._packed)

    @cached_property
    def title(self) -> str:
        """The digest of the words of its title, see ``beside.title_key``."""
        return title_key_of(self.document.title)

    @cached_property
    def _keywords(self) -> Mapping[str, Sequence[str]]:
        return keywords_of(self.document, self._languages)

    @cached_property
    def _others(self) -> Others:
        return others_of(self.document)

    @property
    def size(self) -> int:
        """Characters that it holds, about."""
        return len(self._packed) + sum(len(row[2]) + len(row[3] or "") for row in self._rows) + 1_000

    @property
    def starts(self) -> list[int]:
        """The position of the first token of each text that holds any."""
        return [
            position + (breaks[0][1] if breaks and not breaks[0][0] else 0)
            for _, position, _, _, breaks in self._rows
        ]

    def look_for(self, wanted: Wanted) -> None:
        """Look for terms, those of one field together."""
        for field, terms in wanted.items():
            known = self._terms.setdefault(field, {})
            new = [term for term in terms if term not in known]
            if new:
                self._look_for(field, {_written(term): term for term in new})

    def of(self, field: str, term: str) -> Occurrences:
        """Return where a term stands in a field of text."""
        known = self._terms.get(field)
        found = None if known is None else known.get(term)
        if found is None:
            self.look_for({field: (term,)})
            found = self._terms[field][term]
        return found

    def each(self, field: str, terms: Sequence[tuple[str, float]]) -> list[Occurrences]:
        """Return where each of some terms, which come with their weights, stands in a field of text."""
        known = self._terms.get(field, {})
        try:
            return [known[term] for term, _ in terms]
        except KeyError:
            self.look_for({field: [term for term, _ in terms]})
            known = self._terms[field]
            return [known[term] for term, _ in terms]

    def keywords(self, field: str) -> Sequence[str]:
        """Return the terms of a field that has terms alone."""
        return self._keywords.get(field, ())

    def length(self, field: str) -> int:
        """Return the length of a field of text, weighted by role."""
        found = self._lengths.get(field)
        if found is None:
            if field in OTHERS:
                found = len(self._others.get(field, ()))
            else:
                found = sum(
                    ROLE_WEIGHTS[role] * (words.count(" ") + 1)
                    for role, _, words, _, _ in self._rows_of(field)
                )
            self._lengths[field] = found
        return found

    def _rows_of(self, field: str) -> list[_Row]:
        for role, *fields in BY_ROLE:
            if field in fields:
                return [row for row in self._rows if row[0] == role] if role else self._rows
        return []

    def _look_for(self, field: str, wanted: Mapping[str, str]) -> None:
        places: dict[str, list[int]] = {}
        counts: dict[str, int] = {}
        if field in OTHERS:
            for plain, position in self._others.get(field, ()):
                if (term := _written(plain)) in wanted:
                    places.setdefault(term, []).append(position)
                    counts[term] = counts.get(term, 0) + 1
        stems = field.endswith("stems")
        for role, first, words, own, breaks in self._rows_of(field):
            weight = ROLE_WEIGHTS[role]
            terms = (own if stems and own is not None else words).split(" ")
            steps = positions_of(breaks, len(terms)) if breaks else range(len(terms))
            for step, term in zip(steps, terms, strict=True):
                if term in wanted:
                    places.setdefault(term, []).append(first + step)
                    counts[term] = counts.get(term, 0) + weight
        known = self._terms[field]
        for term, given in wanted.items():
            known[given] = (
                Occurrences(sorted(set(places[term])), counts[term]) if term in places else _NOWHERE
            )
