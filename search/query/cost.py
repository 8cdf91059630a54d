"""What one query may cost: how many patterns it has, and how many words these stand for.

Each pattern is answered in bounded time; these bounds keep a query of many of them so too. Every message
says what to leave out or to add. Does not depend on a particular engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.base import Pattern, Reader
from coopsearch.search.errors import QueryError
from coopsearch.search.query.syntax import Leaf, Span

#: Different fuzzy words in one query: each one is compared with every word of the index.
MOST_FUZZY: Final = 10
#: Different patterns of any kind, and those of them that nothing tells where to look: all words are looked
#: through.
MOST_PATTERNS: Final = 100
MOST_OPEN: Final = 16
#: An expression takes as long as so many patterns with * and ?.
_EXPRESSION: Final = 3
#: Words of a pattern that are scored as one word. More of them narrow an answer and do not rank it.
MOST_SCORED: Final = 4_000
#: Words of all scored patterns of a query, and patterns that fit more words than are scored.
MOST_FITTING: Final = 20_000
MOST_BROAD: Final = 6
#: Words of a slot of NEAR that are looked up one by one; of more, all that they have is read at once.
FEW: Final = 16
#: Looks at places of words, in phrases and NEAR, as a multiple of the documents there are; and how often a
#: pattern of many words counts.
MOST_PLACES: Final = 40
_SEVERAL: Final = 6
#: Looks that any query may take: a tenth of a second, so that a small index answers whatever it is asked.
_ALWAYS: Final = 40_000
#: Of an engine that reads all of a word's places: what reading them in a document counts, and how much longer
#: than an order takes any order.
_READ: Final = 2
_ANY_ORDER: Final = 4
#: Codes of one query that are looked for in any grouping; the others are looked for as they are typed.
MOST_CODES: Final = 24
#: Words of NEAR of which it is asked whether they are written with a hyphen, too.
MOST_OPENED: Final = 24
#: Texts in quotes, compounds and NEARs: each takes some milliseconds, however rare its words are.
MOST_ROWS: Final = 200
#: Words that one text without blanks, or in one pair of quotes, may come to: as many as a query may have.
MOST_WORDS: Final = 1_000
#: Characters of a word, folded: there are none as long.
LONGEST: Final = 10_000
#: Shorter texts have fewer.
_SHORT: Final = 999


class Cost:
    """What the patterns of one query cost so far."""

    __slots__ = (
        "broad", "codes", "effort", "fitting", "fuzzy", "looks", "open", "opened", "patterns", "rows"
    )  # fmt: skip

    def __init__(self, effort: int = 1) -> None:
        """Begin with nothing. An engine that takes longer (the effort of the reader) is asked for less."""
        self.effort = effort
        self.patterns = self.fuzzy = self.open = self.fitting = self.broad = 0
        self.looks = self.codes = self.rows = self.opened = 0

    def words(self, text: str, at: int) -> None:
        """Note a text that may be many words. Raises QueryError for one of too many."""
        if len(text) > _SHORT and not any(map(str.isspace, text)):
            # One letter can stand for a whole sentence.
            length = max(len(text), len(normalize(text)))
            if length > LONGEST:
                raise QueryError(
                    f"the word at character {at} has {length:,} characters, at most {LONGEST:,} are read; "
                    "shorten it",
                    at,
                )
        if len(text) > _SHORT and (count := len(read(text).slots)) > MOST_WORDS:
            raise QueryError(
                f"the text at character {at} has {count:,} words, at most {MOST_WORDS:,} are read; shorten "
                f"it",
                at,
            )

    def places(self, looks: int, several: int, documents: int, at: int) -> None:
        """Note a phrase or a NEAR: looks at places, and patterns of many words. Raises QueryError."""
        self.looks += (looks + several * _SEVERAL * documents) * self.effort
        if self.looks > MOST_PLACES * documents + _ALWAYS:
            raise QueryError(
                f"the phrases, compounds and NEARs up to character {at} are of words that stand nearly "
                "everywhere; leave some of them out, or ask in several queries",
                at,
            )

    def code(self) -> bool:
        """Note a code that may stand in other groups; return whether there is room for it."""
        self.codes += 1
        return self.codes <= self.most_codes

    def opens(self) -> bool:
        """Note a word of NEAR that may be a compound; return whether there is room to ask that."""
        self.opened += 1
        return self.opened <= MOST_OPENED

    @property
    def most_codes(self) -> int:
        """Codes that there is room for."""
        return MOST_CODES // self.effort

    def affords(self, looks: int, documents: int) -> bool:
        """Note looks at places that an answer can do without; return whether there is room for them."""
        if self.looks + looks * self.effort > MOST_PLACES * documents // 2 + _ALWAYS:
            return False
        self.looks += looks * self.effort
        return True

    def slots(
        self,
        slots: Sequence[tuple[str, tuple[str, ...]]],
        reader: Reader,
        at: int,
        *,
        ordered: bool = True,
    ) -> None:
        """Note what it costs to look at where the words of a phrase or a NEAR stand. Raises QueryError."""
        if len(slots) < 2:  # noqa: PLR2004 - one alone has no places to compare
            return
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise _too_many(f"more than {MOST_ROWS} texts in quotes, compounds and NEARs", at)
        several = sum(len(terms) > FEW for _, terms in slots)
        alone = [(name, terms) for name, terms in slots if len(terms) <= FEW]
        # Documents are intersected first: the rarest word says in how many the others are looked at.
        held = [sum(reader.document_frequency(name, term) for term in terms) for name, terms in set(alone)]
        least = min(held, default=reader.documents)
        # One engine looks a word up once, however often it stands there; another each time.
        looks = least * len(held)
        if reader.effort > 1:
            looks = least * len(alone) * (1 if ordered else _ANY_ORDER) + _READ * (sum(held) - least)
        self.places(looks, several, reader.documents, at)

    def look(self, pattern: Pattern, at: int) -> None:
        """Note that a pattern at a character is looked up. Raises QueryError for one too many."""
        self.patterns += 1
        self.fuzzy += pattern.kind == "fuzzy"
        if pattern.kind == "wildcard":
            self.open += pattern.text[0] in "*?" and pattern.text.strip("*") != ""
        elif pattern.kind == "regex":
            self.open += _EXPRESSION
        if self.fuzzy > (most := MOST_FUZZY // self.effort):
            raise _too_many(f"more than {most} different fuzzy words", at)
        if self.open > (most := MOST_OPEN // self.effort):
            raise _too_many(
                f"more than {most} different patterns that begin with * or ?, an /expression/ counting "
                "thrice",
                at,
            )
        if self.patterns > (most := MOST_PATTERNS // self.effort):
            raise _too_many(f"more than {most} different patterns", at)

    def found(self, text: str, words: int, at: int) -> bool:
        """Note how many words a pattern or range fits; say whether it is broad. Raises QueryError."""
        if words > MOST_SCORED:
            self.broad += 1
            if self.broad > (most := max(1, MOST_BROAD // self.effort)):
                raise QueryError(
                    f"{shown(text)} at character {at} fits {words:,} words of the index, and {most} "
                    f"patterns before it fit more than {MOST_SCORED:,} each; add letters before a *, or ask "
                    "in several queries",
                    at,
                )
            return True
        self.fitting += words
        if self.fitting > (most := MOST_FITTING // self.effort):
            raise QueryError(
                f"the patterns up to {shown(text)} at character {at} fit more than {most:,} words of the "
                "index; add letters before a *, or ask in several queries",
                at,
            )
        return False


def refuse_broad(text: str, words: int, at: int) -> None:
    """Raise QueryError for a pattern in NEAR that fits so many words that one of them is near everything."""
    raise QueryError(
        f"{shown(text)} at character {at} fits {words:,} words of the index, of which NEAR takes at most "
        f"{MOST_SCORED:,}; add letters before a *",
        at,
    )


def shown(text: str) -> str:
    """Return a pattern as a message names it."""
    return text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004 - what a line has room for


def named(leaf: Leaf) -> str:
    """Return a pattern or a range as a message names it, in full."""
    return f"[{leaf.low or '*'} TO {leaf.high or '*'}]" if isinstance(leaf, Span) else leaf.text


def _too_many(what: str, at: int) -> QueryError:
    return QueryError(f"{what}, at character {at}; ask in several queries", at)
