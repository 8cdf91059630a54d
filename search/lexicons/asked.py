"""What each lexicon, our own one too, says of a word or term. Does not depend on an index or the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.translation.entry import LANGUAGES
from coopsearch.search.translation.lexicon import Lexicon
from coopsearch.search.translation.table import Table


class Saying(NamedTuple):
    """One translation, as one lexicon has it."""

    lexicon: str
    language: str
    """Of the word."""
    word: str
    """Of the lexicon, folded, of which the one that was asked for is a form."""
    into: str
    """The language of the translation."""
    rank: int
    """1 for the best into that language."""
    translation: str
    """Folded, as an index has it."""
    vote: float
    """What the lexicon gives for it; the best have 1 and more."""


def sayings(text: str, tables: Iterable[Table]) -> Iterator[Saying]:
    """Yield what lexicons say of a word or term in each language. Raises Unusable for a damaged table."""
    reading = read(text)
    for table in tables:
        lexicon = Lexicon(table)
        for language in LANGUAGES:
            found: dict[str, None] = {}
            if len(reading.slots) == 1:
                found = dict.fromkeys(lexicon.bases(reading.slots[0], language))
            elif reading.slots:
                term = lexicon.term(reading.slots, language)
                whole = [one for joined in reading.joined for one in lexicon.bases(joined, language)]
                found = dict.fromkeys([*([term] if term else []), *whole])
            for base in found:
                for into, translations in table.translations(base, language).items():
                    for rank, one in enumerate(translations, 1):
                        yield Saying(table.name, language, base, into, rank, one.words, one.vote)
