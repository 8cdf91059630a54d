"""What flows through coopsearch: documents on the way in, hits on the way out.

Named tuples and one plain class: the library of data classes takes longer to load than all of this, and every
search waits for it.
Does not depend on the rest of coopsearch or third-party libraries: every other file may import it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, overload

_NO_FIELDS: Final[Mapping[str, str]] = {}
_NO_MATCHES: Final[Mapping[str, tuple[tuple[int, int], ...]]] = {}

#: The field that holds the day of a file's last change, where nothing says of which day a document is.
MODIFIED: Final = "modified"
#: The field of a mail that holds words for its own id and for those of the mails before it: whatever has one
#: of them is of the same conversation. It is searched and not shown.
THREAD: Final = "thread"
#: The formats whose documents have it; of other formats a field of this name is any field.
MAILS: Final = frozenset({"eml", "msg"})
#: Fields that name the people of a mail. Plain words look at them too.
PEOPLE: Final = ("from", "to", "cc")


def shown_path(path: str) -> str:
    """Return a path as a user here would type it: relative if it lies below the working directory."""
    try:
        here = os.path.join(os.getcwd(), "")  # noqa: PTH109, PTH118 - asked for every hit
    except FileNotFoundError:
        return path
    return path.removeprefix(here)


class Passage(NamedTuple):
    """One paragraph or heading: the unit of citation, of snippets and of language."""

    start: int
    """First character, counted in ``Document.text``."""
    end: int
    """One past the last character."""
    line: int | None = None
    """1-based line of the source on which the passage begins, None where lines mean nothing."""
    page: int | None = None
    """1-based page, None for formats without pages."""
    heading: tuple[str, ...] = ()
    """The headings above it, outermost first. A heading does not list itself."""
    level: int = 0
    """0 for text; 1 (outermost) and more for a passage that is itself a heading."""
    language: str = ""
    """ISO 639-1 code, "" while undecided."""


class Document(NamedTuple):
    """What is indexed and found as one: a file, or a member of a container."""

    path: str
    """Its address, unique in an index: a file's path, or ``file!member``."""
    file: str
    """The file that holds it; the same as ``path`` unless it is a member."""
    title: str
    text: str
    """All its text; the passages are ranges of it."""
    passages: tuple[Passage, ...]
    type: str
    """The format: txt, md, html, jsonl."""
    date: str = ""
    """ISO 8601 day, "" if unknown: the document's own date, or that of a rule for its path."""
    fields: Mapping[str, str] = _NO_FIELDS
    """Whatever else the format says of it (author, country), as text."""

    @property
    def people(self) -> dict[str, str]:
        """Those of the fields that name the people of a mail, none empty."""
        fields = self.fields
        if not fields or fields.keys().isdisjoint(PEOPLE):
            return {}
        return {name: fields[name] for name in PEOPLE if fields.get(name)}

    @property
    def modified(self) -> str:
        """The day of the file's last change, where the document has no date; else ""."""
        return "" if self.date else self.fields.get(MODIFIED, "")

    @property
    def is_bare(self) -> bool:
        """Whether it has a text that is not in this index, as in one that was packed without texts."""
        return not self.text and any(one.end > one.start for one in self.passages)

    @property
    def searched(self) -> tuple[str, ...]:
        """The texts that plain words look at: all of them, however many passages there are."""
        return self.text, self.title, *self.people.values()


class TermMatch(NamedTuple):
    """A term of the query that a document holds, and how it came to be one."""

    term: str
    rule: str
    """exact; stem; pattern or fuzzy (it fits one); translation; the rule of the word's family that joins them
    (-er)."""
    weight: float
    """What an occurrence counts: 1 for the word's own forms, less for its family."""
    frequency: float
    """Occurrences in the document, weighted by role: a title counts more than a body."""
    words: tuple[str, ...]
    """The document's own words behind the term, folded, the most frequent first."""
    source: str = ""
    """The lexicon of a translation, "" for a rule of ours."""


class Explanation(NamedTuple):
    """One reason why a document is a hit: a part of the query, what it met there, and what that is worth."""

    kind: str
    """any form, exact form, pattern, fuzzy, side by side, whole title, closeness, or all words."""
    field: str
    """The field of the index: stems (title, headings and text), words, title_stems, ..."""
    terms: tuple[TermMatch, ...]
    """The terms of the query that the document holds."""
    documents: int
    """Documents of the index that hold the term: its rarity comes from that."""
    idf: float
    boost: float
    """What the query and the kind of match count: ^2, a function word, an exact form."""
    score: float
    """What it adds to the document's score; those of all reasons sum up to it."""


class PartCount(NamedTuple):
    """A part of a query as it could be typed, and a number of documents."""

    text: str
    documents: int
    best: str = ""
    """The address of the best of them, where it was asked for."""
    forbidden: bool = False
    """Whether the query asks for documents without the part."""
    translated: int = 0
    """Documents that hold a translation of the part, where none holds the part itself."""
    translations: tuple[str, ...] = ()
    """Those translations as documents write them, the most frequent first."""


class Diagnosis(NamedTuple):
    """Why a query finds nothing, or little."""

    parts: tuple[PartCount, ...]
    """Documents that each part finds alone, in the query's order; of a forbidden part, those it forbids."""
    without: tuple[PartCount, ...]
    """Where the query finds nothing: documents it would find without the part, the most first."""
    suggestion: str = ""
    """The query as it was probably meant, "" if nothing better is known."""
    suggested: int = 0
    """Documents that the suggestion finds."""


class WhyNot(NamedTuple):
    """Why a document is not a hit of a query."""

    path: str
    rank: int
    """Its rank, counted from 1, if it is one after all; else 0."""
    parts: tuple[tuple[str, bool], ...]
    """The parts of the query, and whether the document satisfies each."""
    forbidden: frozenset[str] = frozenset()
    """Those of the parts that a document must not hold."""
    translated: tuple[PartCount, ...] = ()
    """Those of the parts that stand in no document themselves, while translations of them do."""


#: Formats whose documents say in the field ``ocr`` which pages are text from OCR; to others it is any field.
RECOGNISED: Final = frozenset({"pdf", "png", "jpeg", "tiff", "bmp", "gif", "webp", "jp2", "heic"})


class HitPassage(NamedTuple):
    """One of several passages that are shown of a document."""

    snippet: str
    matches: tuple[tuple[int, int], ...]
    """Character ranges of ``snippet`` that the query matched."""
    line: int | None
    page: int | None
    heading: tuple[str, ...]
    language: str
    span: tuple[int, int]
    """Where in ``Document.text`` the passage stands."""
    before: str = ""
    """What stands before the snippet, where that was asked for."""
    after: str = ""


class Hit(NamedTuple):
    """One answer: where it stands and the passage that shows why it is one."""

    rank: int
    """1 for the best."""
    score: float
    path: str
    """The document's address; for a plain file its absolute path, so it can be opened."""
    title: str
    language: str
    """Language of the passage shown, "" if undecided."""
    heading: tuple[str, ...]
    """Headings above the passage shown, outermost first."""
    line: int | None
    """1-based line of the first matched word shown (of the passage, if none is marked)."""
    page: int | None
    snippet: str
    """The best passage, or the part of it that holds the matched words; white space folded."""
    matches: tuple[tuple[int, int], ...]
    """Character ranges of ``snippet`` that the query matched: in order, apart from each other."""
    type: str = ""
    date: str = ""
    fields: Mapping[str, str] = _NO_FIELDS
    explanation: tuple[Explanation, ...] = ()
    """What each part of the query gave to the score; empty unless asked for."""
    also: tuple[str, ...] = ()
    """Where else the same stands: addresses like ``path``."""
    near: tuple[str, ...] = ()
    """Documents behind it that say nearly the same, where the hits were folded: addresses like ``path``."""
    title_matches: tuple[tuple[int, int], ...] = ()
    """Where in the title the matches stand. Where no passage holds any, ``snippet`` is empty."""
    field_matches: Mapping[str, tuple[tuple[int, int], ...]] = _NO_MATCHES
    """Where in the fields that name the people of a mail the matches stand, by the name of the field."""
    span: tuple[int, int] = (0, 0)
    """Where in ``Document.text`` the passage shown stands: its first character, and one past its last."""
    index_folder: str = ""
    """The folder of the index that it is from, where several were asked."""
    page_label: str = ""
    """What is printed on the page to number it, where a PDF says so and it is not the number of the page."""
    file: str = ""
    """The file that holds the document: the same as ``path`` unless it is a member."""
    before: str = ""
    """The sentences before ``snippet``, as many as were asked for; a line for each passage."""
    after: str = ""
    """The sentences after it."""
    passages: tuple[HitPassage, ...] = ()
    """The best passages in the order of the document, where more than one was asked for."""
    translations: tuple[str, ...] = ()
    """Where it was found by translation alone: words that it holds, which translate those of the query."""

    @property
    def shown(self) -> str:
        """The address as a user here would type it: relative if it lies below the working directory."""
        return shown_path(self.path)

    @property
    def absolute(self) -> str:
        """The address from the root: the same as ``path``, by the name that JSON has for it too."""
        return self.path

    @property
    def modified(self) -> str:
        """The day of the file's last change, where the document has no date; else ""."""
        return "" if self.date else self.fields.get(MODIFIED, "")

    @property
    def recognised(self) -> bool:
        """Whether the passage shown is text from OCR, which may be wrong here and there."""
        pages = self.fields.get("ocr", "") if self.type in RECOGNISED else ""
        if not pages or pages == "all" or self.page is None:
            return bool(pages)
        spans = (span.partition("-") for span in pages.split(", "))
        return any(int(first) <= self.page <= int(last or first) for first, _, last in spans)


class Coverage(NamedTuple):
    """How many files of its sources an index holds, and why not the others. Each file counts once."""

    indexed: int
    in_part: int
    """Some of their parts gave no text."""
    no_text: int
    """Scans, and what is empty."""
    encrypted: int
    unsupported: int
    """Of formats that are not read."""
    too_large: int
    """Over a limit of bytes, time or memory."""
    failed: int
    ignored: int = 0
    """Files and folders that a rule leaves out; no file of a folder that is left out is counted."""
    updated: float | None = None
    """Seconds since 1970: when the last look at all sources began. None if there was none to its end."""
    unread: int = 0
    """What is attached to mails or lies in archives and documents, of formats that are not read."""
    added: int = 0
    """Documents that scripts added; no source holds them, and none of them counts as a file."""

    @property
    def files(self) -> int:
        """Count the files of the sources, but for those that are ignored."""
        return sum(self[:7])

    @property
    def searched(self) -> int:
        """Count the files whose text is searched, as far as it could be read."""
        return self.indexed + self.in_part


class Changed(NamedTuple):
    """Files of the sources that are not as they were when they were last looked through."""

    new: int
    changed: int
    gone: int


#: The fields of results, in the order in which they are taken.
_RESULTS: Final = (
    "query", "hits", "total", "total_all", "documents", "explanation", "seconds", "coverage", "facets",
    "notes", "only_related", "indexes", "words", "warning",
)  # fmt: skip


class Results(Sequence[Hit]):
    """The best hits of a query, in order, and how many there are in all. It cannot be changed."""

    __slots__ = _RESULTS

    query: str
    hits: tuple[Hit, ...]
    total: int
    """Documents that match the query, shown or not."""
    total_all: int
    """Documents that hold every word of the query; the same as ``total`` where all are demanded."""
    documents: int
    """Documents that were searched."""
    explanation: tuple[str, ...]
    """How each part of the query was read, a line each; empty unless asked for."""
    seconds: float
    coverage: Coverage | None
    """What of the sources was searched; None for an index that does not know."""
    facets: Mapping[str, Mapping[str, int]]
    """For each facet asked for, how many of all documents that match have each value; the most first."""
    notes: tuple[str, ...]
    """What may have been meant otherwise than it was read, or is not what was asked for: a sentence each."""
    only_related: tuple[str, ...]
    """Words of the query that no document of the answer holds itself: it holds words related to them."""
    indexes: Mapping[str, str]
    """Where several indexes were asked: the name of each, by its folder as in ``Hit.index_folder``."""
    words: str
    """Where documents like another were asked for: the words that were, as plain text."""
    warning: str
    """Why it is not known what was searched, or what changed since, where a page that says so is damaged."""

    def __init__(  # noqa: PLR0913 - a value for each field
        self,
        query: str,
        hits: tuple[Hit, ...],
        total: int,
        total_all: int,
        documents: int,
        *,
        explanation: tuple[str, ...] = (),
        seconds: float = 0.0,
        coverage: Coverage | None = None,
        facets: Mapping[str, Mapping[str, int]] | None = None,
        notes: tuple[str, ...] = (),
        only_related: tuple[str, ...] = (),
        indexes: Mapping[str, str] | None = None,
        words: str = "",
        warning: str = "",
    ) -> None:
        """Take what a search found; without facets and indexes there are none."""
        values = (
            query, hits, total, total_all, documents, explanation, seconds, coverage,
            {} if facets is None else facets, notes, only_related, {} if indexes is None else indexes,
            words, warning,
        )  # fmt: skip
        for name, value in zip(_RESULTS, values, strict=True):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} of results cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{name} of results cannot be deleted")

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if isinstance(other, Results) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        return f"Results({', '.join(f'{name}={value!r}' for name, value in self._fields().items())})"

    def __reduce__(self) -> tuple[object, ...]:
        return _results, (self._fields(),)

    def _replace(self, **values: Any) -> Results:
        """Return the same with other values, as named tuples have it."""
        return Results(**{**self._fields(), **values})

    def _fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _RESULTS}

    def _values(self) -> tuple[Any, ...]:
        return tuple(self._fields().values())

    def __iter__(self) -> Iterator[Hit]:
        """Iterate over the hits, best first."""
        return iter(self.hits)

    def __len__(self) -> int:
        """Count the hits that are here, not all that match: that is ``total``."""
        return len(self.hits)

    def __bool__(self) -> bool:
        """Say whether any document matches, shown or not: also where a search only counts."""
        return self.total > 0

    @overload
    def __getitem__(self, index: int) -> Hit: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Hit]: ...

    def __getitem__(self, index: int | slice) -> Hit | Sequence[Hit]:
        """Return the hit (or hits) at a place, 0 for the best."""
        return self.hits[index]


def _results(values: dict[str, Any]) -> Results:
    """Make results of their values; a pickle or a copy does."""
    return Results(**values)
