"""All places of one document that hold something of what a query wants.

A place is a passage with its matches; two passages of one paragraph are one place where a phrase stands over
the cut between them. Does not depend on a particular engine or the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from coopsearch.search.model import Document, Passage
from coopsearch.search.page_labels import label_of
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.results.passage_choice import holding
from coopsearch.search.results.snippets import line_at, matched

Spans = tuple[tuple[int, int], ...]


class Place(NamedTuple):
    """A passage of a document that holds something of what a query wants."""

    number: int
    """1 for the first in the document."""
    start: int
    """Its first character, counted in ``Document.text``."""
    end: int
    """One past its last."""
    text: str
    matches: tuple[tuple[int, int], ...]
    """Character ranges of ``text`` that the query matched: in order, apart from each other."""
    language: str
    heading: tuple[str, ...]
    line: int | None
    """1-based line of the first match."""
    page: int | None
    page_label: str = ""
    """What is printed on the page, as ``Hit.page_label``."""


class Places(NamedTuple):
    """A document, and all places in it that hold something of what a query wants."""

    document: Document
    """With an absolute address, as ``Index.document`` returns it."""
    places: tuple[Place, ...]
    title_matches: tuple[tuple[int, int], ...] = ()
    """Where in its title the matches stand."""
    field_matches: Mapping[str, tuple[tuple[int, int], ...]] = MappingProxyType({})
    """Where in the fields that name the people of a mail the matches stand, by the name of the field."""


def places(document: Document, marking: Highlighter, within: tuple[int, int] | None = None) -> Places:
    """Return the places of a document, of a range of its text if one is given."""
    language = document.passages[0].language if document.passages else ""
    return Places(
        document,
        tuple(
            _place(document, number, passage, spans)
            for number, (passage, spans) in enumerate(_found(document, marking, within), 1)
        ),
        matched(document.title, language, marking),
        {name: spans for name, text in document.people.items() if (spans := matched(text, "", marking))},
    )


def _found(
    document: Document, marking: Highlighter, within: tuple[int, int] | None
) -> Iterator[tuple[Passage, Spans]]:
    """Yield the passages that hold something, and where in their text; of two over a cut, both as one."""
    low, high = within or (0, len(document.text) + 1)
    numbers = [
        number for number in holding(document, marking) if low <= document.passages[number].start < high
    ]
    found = {
        number: spans
        for number in numbers
        if (
            spans := matched(_text(document, document.passages[number]), _language(document, number), marking)
        )
    }
    over = {number: one for number, one in _over_cuts(document, marking) if low <= one[0].start < high}
    for number in sorted(found.keys() | over.keys()):
        if number in over:
            yield over[number]
        elif number - 1 not in over:
            yield document.passages[number], found[number]


def _over_cuts(document: Document, marking: Highlighter) -> Iterator[tuple[int, tuple[Passage, Spans]]]:
    """Yield pairs of passages over whose cut a match stands, by the number of the first, as one passage."""
    if not any(len(one.words) > 1 for one in marking.wanted):
        return
    # Imported here: few look for a phrase.
    from coopsearch.search.analysis.analyzer import continued

    passages = document.passages
    goes_on = continued(document)[1 if document.title else 0 :]
    taken = -1
    for number, (before, passage) in enumerate(pairwise(passages)):
        if not goes_on[number + 1] or number == taken:
            continue
        both = before._replace(end=passage.end)
        spans = matched(_text(document, both), before.language, marking)
        cut, moved = before.end - before.start, passage.start - before.start
        alone = [
            *matched(_text(document, before), before.language, marking),
            *(
                (start + moved, end + moved)
                for start, end in matched(_text(document, passage), before.language, marking)
            ),
        ]
        # What is matched in both together and in neither alone stands over the cut.
        parts = [part for start, end in spans for part in ((start, min(end, cut)), (max(start, moved), end))]
        if not all(start >= end or _is_within(start, end, alone) for start, end in parts):
            taken = number + 1
            yield number, (both, spans)


def _place(document: Document, number: int, passage: Passage, spans: Spans) -> Place:
    text = _text(document, passage)
    return Place(
        number,
        passage.start,
        passage.end,
        text,
        spans,
        passage.language,
        passage.heading,
        line_at(text, passage, spans[0][0]),
        passage.page,
        label_of(document.type, document.fields, passage.page),
    )


def _is_within(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(low <= start and end <= high for low, high in spans)


def _text(document: Document, passage: Passage) -> str:
    return document.text[passage.start : passage.end]


def _language(document: Document, number: int) -> str:
    return document.passages[number].language
