"""From a document to its runs of words and stems, ready for an engine.

Brings together what the other files do: a language for each passage, words of each passage, stems by that
language. This file knows no engine and no file format.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from coopsearch.search.analysis.languages import COMMON, SURE, assign, detect
from coopsearch.search.analysis.model import RUN_GAP, AnalysedDocument, Role, Run
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.analysis.tokenizer import advance, words
from coopsearch.search.model import Document, Passage


def analyse(document: Document, stems: StemTable) -> AnalysedDocument:
    """Give a document's passages their languages, and its text as runs of words and stems.

    Passages that already have a language keep it. The first run is the title, also where a heading repeats
    it; a run without words is left out. The title is stemmed in its own language if that is certain, else in
    the document's main one; its language counts among the document's. Positions begin at 0, with ``RUN_GAP``
    free ones between two runs.

    Raises ImportError if a stem has to be worked out and NLTK is not installed.
    """
    texts = [document.text[passage.start : passage.end] for passage in document.passages]
    passages = _with_languages(document.passages, texts)
    languages = {passage.language for passage in passages}
    runs: list[Run] = []
    position = 0

    def add(role: Role, text: str, language: str) -> None:
        nonlocal position
        found, steps = words(text)
        if found:
            runs.append(Run(role, position, found, stems.stems(found, language), steps))
            position += advance(found, steps) + RUN_GAP

    if document.title:
        language, confidence = detect(document.title)
        if (confidence < SURE or language not in COMMON) and language not in languages:
            # A short line in a language that the text itself never speaks is more likely a name.
            language = _main(passages) or language
        languages.add(language)
        add("title", document.title, language)
    for passage, text in zip(passages, texts, strict=True):
        add("heading" if passage.level else "body", text, passage.language)
    analysed = replace(document, passages=passages)
    return AnalysedDocument(analysed, tuple(runs), tuple(sorted(languages - {""})))


def complete(stems: StemTable, words: Iterable[str], languages: Iterable[str]) -> None:
    """Make the stems of words known in every one of the languages that is written in their script.

    A query word is stemmed in each language of the index; with this done for the words of the index and
    ``stems.drain()`` learned by it, a query of such words needs no stemmer.
    """
    stems.complete(words, languages)


def _with_languages(passages: tuple[Passage, ...], texts: list[str]) -> tuple[Passage, ...]:
    if all(passage.language for passage in passages):
        return passages
    return tuple(
        passage if passage.language else replace(passage, language=language)
        for passage, language in zip(passages, assign(texts), strict=True)
    )


def _main(passages: Iterable[Passage]) -> str:
    """Return the language of most of the text, "" if none has one; the first of equals."""
    lengths: dict[str, int] = {}
    for passage in passages:
        if passage.language:
            lengths[passage.language] = lengths.get(passage.language, 0) + passage.end - passage.start
    return max(lengths, key=lambda language: lengths[language], default="")
