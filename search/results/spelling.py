"""Did you mean: words of the index in place of words of a query that it does not hold.

A word is put right by what people do wrong (a key beside, a letter twice or once, two swapped), by how many
documents hold the right one, and by what the other words of the query occur with. Does not depend on the
terminal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import product
from typing import Final, NamedTuple

from coopsearch.search import schema
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.base import Pattern, Reader
from coopsearch.search.engines.nodes import And, Group, Node
from coopsearch.search.query.syntax import All, Any, Near, Phrase, Row, Tree, Without, Word

#: Fields whose words are those of the text.
_TEXT: Final = (None, "text", "title", "heading")
#: Words for one word, and words of a query that are put right together.
_OPTIONS: Final = 6
_MOST: Final = 3
#: Other words of a long query that each is looked at beside.
_MOST_PAIRS: Final = 5
#: What an edit takes away, and what the logarithms of documents give: of those that hold a word, and of those
#: that hold it together with the rest of the query, which say more of what was meant.
_EDIT: Final = 4.0
_COMMON: Final = 0.25
_TOGETHER: Final = 2.0
#: A word in so many documents or fewer, or in one of so many documents, is doubted where another, one edit
#: away, is in _RATIO times as many.
_RARE: Final = 2
_RARELY: Final = 5_000
_RATIO: Final = 5
_ROWS: Final = (
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    ("azertyuiop", "qsdfghjklm", "wxcvbn"),
    ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءورلايهوزظ"),
)


class Token(NamedTuple):
    """A word of a query's text, where it stands (characters from 0), and how the index would write it."""

    start: int
    end: int
    word: str


class Option(NamedTuple):
    """What may stand in place of a token, and how likely that is: the more the better."""

    words: tuple[str, ...]
    score: float


def tokens(query: str, tree: Tree) -> Iterator[Token]:
    """Yield the words of a query that are searched in the text, in its order; forbidden ones are left out."""
    match tree:
        case Word(text, position, field):
            if field in _TEXT:
                yield from _found(query, text, position - 1)
        case Phrase(text, position, field):
            if field in _TEXT:
                at = position - 1
                for word in text.split():
                    for token in _found(query, word, query.find(word, at)):
                        at = token.end
                        yield token
        case Row(clauses):
            for clause in clauses:
                if clause.occur != "not":
                    yield from tokens(query, clause.tree)
        case All(children) | Any(children) | Near(children):
            for child in children:
                yield from tokens(query, child)
        case Without():
            return


def _found(query: str, text: str, start: int) -> Iterator[Token]:
    slots = read(text).slots
    # A word that was written with escapes does not stand in the query as it is; a compound is not a word.
    if start >= 0 and query[start : start + len(text)] == text and len(slots) == 1:
        yield Token(start, start + len(text), slots[0])


def corrections(
    given: Sequence[Token], reader: Reader, stems_of: Callable[[str], Iterable[str]]
) -> dict[Token, tuple[str, ...]]:
    """Return the tokens that are probably misspelt with the words for each; none if nothing is better."""
    counts = {token: _documents(token.word, reader, stems_of) for token in given}
    groups = {token: _group(token.word, stems_of) for token in given}
    if not given:
        return {}
    # Rare words that some document holds together were meant, whatever else is like them.
    meant = all(counts.values()) and _together(list(groups.values()), reader)
    rare = 0 if meant else max(_RARE, reader.documents // _RARELY)
    doubtful = [token for token in given if counts[token] <= rare and len(token.word) > 2]  # noqa: PLR2004
    options = {token: _options(token.word, counts[token], reader) for token in doubtful[:_MOST]}
    options = {token: found for token, found in options.items() if found}
    if not options:
        return {}
    known = [groups[token] for token in given if token not in options and counts[token]]
    choices = list(product(*options.values()))
    together = [_together([*known, *map(_exact, _words(chosen))], reader) for chosen in choices]
    # Of a long question no document holds all: its words are looked at two by two then.
    beside = (
        [math.log1p(number) for number in together]
        if any(together) or not known
        else [_pairs(_words(chosen), known[:_MOST_PAIRS], reader) for chosen in choices]
    )
    scores = [
        sum(option.score for option in chosen) + _TOGETHER * gained
        for chosen, gained in zip(choices, beside, strict=True)
    ]
    best = choices[scores.index(max(scores))]
    better = zip(options, best, strict=True)
    return {token: option.words for token, option in better if option.words != (token.word,)}


def replaced(query: str, words: dict[Token, tuple[str, ...]], written: dict[str, str]) -> str:
    """Return a query with other words in place of tokens, as ``written`` says that documents write them."""
    for token in sorted(words, reverse=True):
        text = " ".join(written.get(word, word) for word in words[token])
        query = query[: token.start] + text + query[token.end :]
    return query


def _documents(word: str, reader: Reader, stems_of: Callable[[str], Iterable[str]]) -> int:
    return max(reader.document_frequency(schema.STEMS, stem) for stem in stems_of(word))


def _group(word: str, stems_of: Callable[[str], Iterable[str]]) -> Group:
    return Group(schema.STEMS, tuple((stem, 1.0) for stem in sorted(stems_of(word))))


def _exact(word: str) -> Group:
    # As it is: in another language its stem may be that of a very common word.
    return Group(schema.WORDS, ((word, 1.0),))


def _together(groups: list[Group], reader: Reader) -> int:
    different = tuple(dict.fromkeys(groups))
    node: Node = And(different) if len(different) > 1 else different[0]
    return reader.search(node, 0).total


def _words(chosen: tuple[Option, ...]) -> list[str]:
    return [word for option in chosen for word in option.words]


def _pairs(words: list[str], known: list[Group], reader: Reader) -> float:
    pairs = [math.log1p(_together([_exact(word), group], reader)) for word in words for group in known]
    return sum(pairs) / len(pairs)


def _options(word: str, documents: int, reader: Reader) -> list[Option]:
    """Return what a word may have been meant to be, the likeliest first."""
    found: list[Option] = []
    for distance in (1, 2):
        if distance > 1 and (found or documents or len(word) < 5):  # noqa: PLR2004
            break
        for typed in _with_article(word):
            for near in reader.expand(schema.WORDS, Pattern("fuzzy", typed, distance)):
                count = reader.document_frequency(schema.WORDS, near)
                if near != word and count >= max(1, documents * _RATIO):
                    found.append(Option((near,), _COMMON * math.log1p(count) - _EDIT * cost(typed, near)))
    if not documents:
        found.extend(_split(word, reader))
    found = sorted(dict.fromkeys(found), key=lambda option: (-option.score, option.words))[:_OPTIONS]
    if found and documents:
        # A word that is in some document just so is right until another is clearly better.
        doubt = 0.0 if reader.document_frequency(schema.WORDS, word) else _EDIT
        found.append(Option((word,), _COMMON * math.log1p(documents) - doubt))
    return found


def _with_article(word: str) -> tuple[str, ...]:
    """Return a word and, if it is Arabic, the same with its article, or without."""
    if len(word) < 4 or not "\u0620" <= word[0] <= "\u06ff":  # noqa: PLR2004
        return (word,)
    return word, word[2:] if word.startswith("ال") else f"ال{word}"


def _split(word: str, reader: Reader) -> Iterator[Option]:
    """Yield two words of the index that were written as one."""
    for at in range(3, len(word) - 2):
        parts = word[:at], word[at:]
        count = min(reader.document_frequency(schema.WORDS, part) for part in parts)
        if count:
            yield Option(parts, _COMMON * math.log1p(count) - _EDIT)


def cost(typed: str, meant: str) -> float:
    """Return what it takes to type one word for another: 1 an edit, less for edits that fingers make."""
    before: list[float] = []
    row = [float(number) for number in range(len(meant) + 1)]
    for i, letter in enumerate(typed, 1):
        last, row = row, [float(i)]
        twice = i > 1 and typed[i - 2] == letter
        for j, wanted in enumerate(meant, 1):
            single = j > 1 and meant[j - 2] == wanted
            value = min(
                last[j] + (0.6 if twice else 1.0),
                row[j - 1] + (0.6 if single else 1.0),
                last[j - 1] + (0.0 if letter == wanted else 0.7 if wanted in _beside(letter) else 1.0),
            )
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == wanted:
                value = min(value, before[j - 2] + 0.7)
            row.append(value)
        before = last
    # The first letter is seldom wrong.
    return row[-1] + (0.5 if typed[:1] != meant[:1] else 0.0)


@cache
def _beside(letter: str) -> frozenset[str]:
    """Return the keys beside a letter's, on the keyboards of three languages."""
    found: set[str] = set()
    for rows in _ROWS:
        for number, row in enumerate(rows):
            at = row.find(letter)
            if at >= 0:
                for other in rows[max(0, number - 1) : number + 2]:
                    found.update(other[max(0, at - 1) : at + 2])
    return frozenset(found - {letter})
