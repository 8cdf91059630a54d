"""From a document to its runs of words and stems, ready for an engine.

Brings together what the other files do: a language for each passage, words of each passage, stems by that
language. Does not depend on engines or file formats.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Final

from coopsearch.search.analysis.capitals import written_as_names
from coopsearch.search.analysis.langid.detect import COMMON, SURE, Judgement, detect, judge, settle
from coopsearch.search.analysis.langid.earlier import Earlier
from coopsearch.search.analysis.model import (
    RUN_GAP,
    SHORTEST_PIECE,
    AnalysedDocument,
    Outline,
    Role,
    Run,
    Text,
)
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.analysis.tokenizer import advance, words
from coopsearch.search.model import Document, Passage


def analyse(document: Document, stems: StemTable, earlier: Earlier | None = None) -> AnalysedDocument:
    """Give a document's passages their languages, and its text as runs of words and stems.

    The runs are those of ``outline``; one without words is left out. Positions begin at 0, with ``RUN_GAP``
    free ones between two runs that are not of one paragraph. ``earlier`` is one for all documents of a run of
    them, in order.

    Raises ImportError if a stem has to be worked out and NLTK is not installed.
    """
    return analyse_outline(outline(document, earlier), stems)


def analyse_outline(outlined: Outline, stems: StemTable) -> AnalysedDocument:
    """Take the texts of an outline apart: the second half of ``analyse``."""
    runs: list[Run] = []
    names: set[str] = set()
    position = 0
    for role, language, text, goes_on in outlined.texts:
        found, steps = words(text)
        if found:
            if runs and not goes_on:
                position += RUN_GAP
            runs.append(Run(role, position, found, stems.stems(found, language), steps))
            position += advance(found, steps)
            names |= written_as_names(text)
    return AnalysedDocument(outlined.document, tuple(runs), outlined.languages, frozenset(names))


def outline(document: Document, earlier: Earlier | None = None) -> Outline:
    """Give a document's passages their languages, and say which texts its words are to be taken from.

    Passages that already have a language keep it. The first text is the title, also where a heading repeats
    it. The title is stemmed in its own language if that is certain, else in the document's main one; its
    language counts among the document's.
    """
    whole = texts(document)
    first = 1 if document.title else 0
    passages = whole[first : first + len(document.passages)]
    judged = [] if all(passage.language for passage in document.passages) else list(map(judge, passages))
    document, spoken, languages = decided(document, judged, earlier)
    rows = list(map(Text, roles(document), spoken, whole, continued(document)))
    return Outline(document, rows, languages)


def texts(document: Document) -> list[str]:
    """Return a document's texts: the title, if it has one, then its passages, then who wrote it to whom."""
    text = document.text
    found = [text[passage.start : passage.end] for passage in document.passages]
    if document.title:
        found.insert(0, document.title)
    found += document.people.values()
    return found


def roles(document: Document) -> list[Role]:
    """Return the role of each of a document's texts: see ``texts``."""
    found: list[Role] = ["heading" if passage.level else "body" for passage in document.passages]
    if document.title:
        found.insert(0, "title")
    found += ["people"] * len(document.people)
    return found


def continued(document: Document) -> list[bool]:
    """Return of each of a document's texts (see ``texts``) whether it goes on with the paragraph before.

    A long paragraph is cut into several passages; a phrase may stand over the cut.
    """
    found = [False] if document.title else []
    before: Passage | None = None
    for passage in document.passages:
        found.append(
            before is not None
            # What is shorter was not left by a cut: nearly all passages are done with here.
            and before.end - before.start >= SHORTEST_PIECE
            and not (before.level or passage.level)
            and before.page == passage.page
            and before.heading == passage.heading
            and _is_inside(document.text[before.end : passage.start])
        )
        before = passage
    found += [False] * len(document.people)
    return found


def _is_inside(between: str) -> bool:
    """Say whether what lies between two passages could stand within a paragraph."""
    return not between or (between.isspace() and len(between.splitlines()) <= 1)


def decided(
    document: Document, judged: Sequence[Judgement], earlier: Earlier | None = None
) -> tuple[Document, list[str], tuple[str, ...]]:
    """Decide the languages of a document by what its passages' texts say of themselves.

    ``judged`` is looked at where a passage has no language yet, and ``earlier`` where that leaves a doubt.
    Returns the document with its languages, that of each text (see ``texts``), and all of them, sorted, each
    once. Names of people are of no language: no rule of one makes them another word.
    """
    path, file, title, whole, passages, kind, date, fields = document
    spoken = [passage.language for passage in passages]
    if "" in spoken:
        lengths = [passage.end - passage.start for passage in passages]
        found = settle(judged, lengths) if earlier is None else earlier.settle(file, judged, lengths)
        spoken = [own or told for own, told in zip(spoken, found, strict=True)]
        passages = tuple(map(_spoken, passages, spoken))
        document = Document(path, file, title, whole, passages, kind, date, fields)
    languages = set(spoken)
    if title:
        language, confidence = _detected(title)
        if (confidence < SURE or language not in COMMON) and language not in languages:
            # A short line in a language that the text itself never speaks is more likely a name.
            language = _main(passages) or language
        languages.add(language)
        spoken.insert(0, language)
    languages.discard("")
    spoken += [""] * len(document.people)
    return document, spoken, tuple(sorted(languages))


#: Records of one file often share their title.
_detected: Final = functools.lru_cache(1024)(detect)


def _spoken(passage: Passage, language: str) -> Passage:
    """Return a passage with its language. Spelled out: ``_replace`` takes five times as long."""
    start, end, line, page, heading, level, _ = passage
    return Passage(start, end, line, page, heading, level, language)


def complete(stems: StemTable, words: Iterable[str], languages: Iterable[str]) -> None:
    """Make the stems of words known in every one of the languages that is written in their script.

    A query word is stemmed in each language of the index; with this done for the words of the index and
    ``stems.drain()`` learned by it, a query of such words needs no stemmer.
    """
    stems.complete(words, languages)


def _main(passages: Iterable[Passage]) -> str:
    """Return the language of most of the text, "" if none has one; the first of equals."""
    lengths: dict[str, int] = {}
    for passage in passages:
        if passage.language:
            lengths[passage.language] = lengths.get(passage.language, 0) + passage.end - passage.start
    return max(lengths, key=lambda language: lengths[language], default="")
