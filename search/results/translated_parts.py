"""Words of a query that stand in no document themselves, while their translations do.

Which documents hold a translation, and how they write it. Does not depend on the terminal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import Node, Or
from coopsearch.search.model import Hit
from coopsearch.search.query.among import HighlightTerm
from coopsearch.search.query.expansion.translations import NOTHING, Meaning
from coopsearch.search.query.expansion.voices import Voices, nodes_of, wanted_of
from coopsearch.search.query.syntax import Word


class Abroad(NamedTuple):
    """What says of the words of one query what they are in other languages of the index."""

    reader: Reader
    stems_of: Callable[[str], Iterable[str]]
    spelled: Callable[[str], Collection[str]]
    """Gives the words of the index that spell a word otherwise, if it looks like a name."""
    read_hits: Callable[[Node, Sequence[HighlightTerm]], Sequence[Hit]]
    """Returns the best hits of a node, with what is wanted of them marked."""
    voices: Sequence[Voices]
    """What translates the words: as was asked for, and into all languages of the index."""

    def meaning(self, words: tuple[str, ...]) -> Meaning:
        """Return what folded words, a word or the parts of a compound, are in the index's other languages.

        That is what was asked for and, if the index holds nothing of it, what could have been.
        """
        known = len(words) == 1 and self.spelled(words[0])
        for one in self.voices:
            # A name that the lexicon has only by its stem is another word.
            if not known or one.holds(words[0]):
                found = one.meaning(words)
                if found.members or found.rows:
                    return found
        return NOTHING

    def holds(self, word: str) -> bool:
        """Say whether the lexicons know a folded word, and the index holds a translation of it."""
        return self.meaning((word,)) != NOTHING

    def found(self, part: Word) -> tuple[int, tuple[str, ...]]:
        """Return in how many documents translations of a word stand, and these as documents write them."""
        words = tuple(read(part.text).slots)
        meaning = self.meaning(words) if words and not part.exact and part.field is None else NOTHING
        if meaning == NOTHING:
            return 0, ()
        node = Or(tuple(nodes_of(meaning)))
        total = self.reader.search(node, 0).total
        written: dict[str, Counter[str]] = {}
        for hit in self.read_hits(node, wanted_of(meaning)) if total else ():
            for start, end in hit.matches:
                text = " ".join(hit.snippet[start:end].split()).lower()
                written.setdefault(self._member(meaning, normalize(text)), Counter())[text] += 1
        # Of a word in several forms, the most frequent one; the most frequent word comes first.
        best = sorted(written.values(), key=lambda forms: -forms.total())
        return total, tuple(min(forms, key=lambda one: (-forms[one], len(one), one)) for forms in best)

    def _member(self, meaning: Meaning, text: str) -> str:
        """Return the stem of a translation of which a folded text is a form, else the text."""
        stems = set(self.stems_of(text))
        return next((one.stem for one in meaning.members if one.stem in stems), text)
