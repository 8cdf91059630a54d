"""From a document to its runs of words and stems, ready for an engine.

Brings together what the other files do: a language for each passage, words of each passage, stems by that
language. This file knows no engine and no file format.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Final

from coopsearch.search.analysis.languages import COMMON, SURE, assign, detect
from coopsearch.search.analysis.model import RUN_GAP, AnalysedDocument, Outline, Run, Text
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.analysis.tokenizer import advance, words
from coopsearch.search.model import Document, Passage


def analyse(document: Document, stems: StemTable) -> AnalysedDocument:
    """Give a document's passages their languages, and its text as runs of words and stems.

    The runs are those of ``outline``; one without words is left out. Positions begin at 0, with ``RUN_GAP``
    free ones between two runs.

    Raises ImportError if a stem has to be worked out and NLTK is not installed.
    """
    return analyse_outline(outline(document), stems)


def analyse_outline(outlined: Outline, stems: StemTable) -> AnalysedDocument:
    """Take the texts of an outline apart: the second half of ``analyse``."""
    runs: list[Run] = []
    position = 0
    for role, language, text in outlined.texts:
        found, steps = words(text)
        if found:
            runs.append(Run(role, position, found, stems.stems(found, language), steps))
            position += advance(found, steps) + RUN_GAP
    return AnalysedDocument(outlined.document, tuple(runs), outlined.languages)


def outline(document: Document) -> Outline:
    """Give a document's passages their languages, and say which texts its words are to be taken from.

    Passages that already have a language keep it. The first text is the title, also where a heading repeats
    it. The title is stemmed in its own language if that is certain, else in the document's main one; its
    language counts among the document's.
    """
    whole = document.text
    found = document.passages
    texts = [whole[passage.start : passage.end] for passage in found]
    if not all(passage.language for passage in found):
        found = tuple(
            passage if passage.language else _spoken(passage, language)
            for passage, language in zip(found, assign(texts), strict=True)
        )
        document = Document(
            document.path,
            document.file,
            document.title,
            whole,
            found,
            document.type,
            document.date,
            document.fields,
        )
    rows = [
        Text("heading" if passage.level else "body", passage.language, text)
        for passage, text in zip(found, texts, strict=True)
    ]
    languages = {passage.language for passage in found}
    if document.title:
        language, confidence = _detected(document.title)
        if (confidence < SURE or language not in COMMON) and language not in languages:
            # A short line in a language that the text itself never speaks is more likely a name.
            language = _main(found) or language
        languages.add(language)
        rows.insert(0, Text("title", language, document.title))
    return Outline(document, rows, tuple(sorted(languages - {""})))


#: Records of one file often share their title.
_detected: Final = functools.lru_cache(1024)(detect)


def _spoken(passage: Passage, language: str) -> Passage:
    """Return a passage with its language. Spelled out: ``replace`` takes five times as long."""
    return Passage(
        passage.start, passage.end, passage.line, passage.page, passage.heading, passage.level, language
    )


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
