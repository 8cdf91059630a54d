"""Did you mean: words of the index in place of words of a query that it does not hold.

A word is put right by what people do wrong (a key beside, a letter twice or once, two swapped), by how many
documents hold the right one, and by what stands beside the other words of the query in their order, else near
them, else in one document with them. A name is not made a word of the language, and digits are left as they
are: no rule of spelling knows a better number. Does not depend on the terminal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise, product
from typing import Final, NamedTuple

from coopsearch.search import schema
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.base import Pattern, Reader
from coopsearch.search.engines.nodes import And, Group, Node, Phrase
from coopsearch.search.query import syntax
from coopsearch.search.query.syntax import All, Any, Near, Row, Tree, Without, Word

#: Fields whose words are those of the text.
_TEXT: Final = (None, "text", "title", "heading")
#: Words for one word, words of a query that are put right together, and words for one that are looked at
#: beside their neighbours before most of them are left out.
_OPTIONS: Final = 6
_MOST: Final = 3
_CANDIDATES: Final = 24
#: Words of a neighbour that is misspelt itself.
_NEIGHBOURS: Final = 3
#: Other words of a long query that each is looked at beside.
_MOST_PAIRS: Final = 5
#: What an edit takes away, and what the logarithms of documents give: of those that hold a word, and of those
#: that hold it together with the rest of the query, which say more of what was meant.
_EDIT: Final = 4.0
_COMMON: Final = 0.25
_TOGETHER: Final = 2.0
#: What the logarithm of documents gives in which two neighbours of the query stand beside each other, and
#: what is left then of being in one document: reports hold everything. Of neighbours in another order, or
#: with so many words between them, a part counts: rates of smuggling are no smuggling rates.
_BESIDE: Final = 4.0
_BETWEEN: Final = 2
_NEARLY: Final = 0.25
_TOGETHER_TOO: Final = 0.25
#: Ways to put a query right of which the best that finds something is taken.
_TRIED: Final = 4
#: A word in so many documents or fewer, or in one of so many documents, is doubted where another, one edit
#: away, is in _RATIO times as many.
_RARE: Final = 2
_RARELY: Final = 5_000
_RATIO: Final = 5
#: Documents that must hold another word for a rare one to be doubted that is right as it stands.
_FREQUENT: Final = 5
#: What a rare word may be away from a frequent one; and letters from which on any edit counts as usual.
_SLIP: Final = 1.2
_LONG: Final = 7
#: What two edits of a word may cost that is not long: a third of it wrong makes another word.
_TWO_IN_SHORT: Final = 1.5
#: What a slip of the hand costs at most: two letters swapped.
_SWAP: Final = 0.75
#: Letters that sound alike in some language, or are written for each other.
_SOUNDS: Final = ("iy", "ckq", "sz", "vw", "gj", "ou", "تط", "سص", "ضظ", "ذز", "قك")
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
    quoted: int = 0
    """The place of the text in quotes that it is of, where no other word may stand between; 0 for none."""


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
        case syntax.Phrase(text, position, field, slop):
            if field in _TEXT:
                at = position - 1
                for word in text.split():
                    for token in _found(query, word, query.find(word, at)):
                        at = token.end
                        yield token if slop else token._replace(quoted=position)
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
    if (
        start >= 0
        and query[start : start + len(text)] == text
        and len(slots) == 1
        and not _is_number(slots[0])
    ):
        yield Token(start, start + len(text), slots[0])


def _is_number(word: str) -> bool:
    """Say whether a word has digits: a number or a part of a code, of which none is better than another."""
    return any(map(str.isdigit, word))


def corrections(
    query: str, given: Sequence[Token], reader: Reader, stems_of: Callable[[str], Iterable[str]]
) -> list[dict[Token, tuple[str, ...]]]:
    """Return the tokens that are probably misspelt with the words for each, none if nothing is better.

    In a few ways, the likeliest first.
    """
    counts = {token: _documents(token.word, reader, stems_of) for token in given}
    groups = {token: _group(token.word, stems_of) for token in given}
    if not given:
        return []
    # Rare words that some document holds together were meant, whatever else is like them: a hint is enough.
    if all(counts.values()) and _together(list(groups.values()), reader):
        return _hints(counts, reader)
    rare = max(_RARE, reader.documents // _RARELY)
    doubtful = [token for token in given if counts[token] <= rare and len(token.word) > 2]  # noqa: PLR2004
    candidates = {token: _options(token.word, counts[token], reader) for token in doubtful[:_MOST]}
    candidates = {token: found for token, found in candidates.items() if found}
    if not candidates:
        return _hints(counts, reader)
    beside = _Beside(reader, query, given, groups, candidates)
    options = {token: beside.best(token) for token in candidates}
    known = [groups[token] for token in given if token not in options and counts[token]]
    choices = list(product(*options.values()))
    near = [beside.of(dict(zip(options, chosen, strict=True))) for chosen in choices]
    together = [_together([*known, *map(_exact, _words(chosen))], reader) for chosen in choices]
    # Of a long question no document holds all: its words are looked at two by two then.
    among = (
        [math.log1p(number) for number in together]
        if any(together) or not known
        else [_pairs(_words(chosen), known[:_MOST_PAIRS], reader) for chosen in choices]
    )
    weight = _TOGETHER_TOO if any(near) else _TOGETHER
    scores = [
        sum(option.score for option in chosen) + weight * gained + _BESIDE * stands
        for chosen, gained, stands in zip(choices, among, near, strict=True)
    ]
    ranked = sorted(range(len(choices)), key=lambda at: -scores[at])
    found: list[dict[Token, tuple[str, ...]]] = []
    for at in ranked[:_TRIED]:
        pairs = zip(options, choices[at], strict=True)
        better = {token: option.words for token, option in pairs if option.words != (token.word,)}
        if not better:
            break
        found.append(better)
    return found or _hints(counts, reader)


def _hints(counts: dict[Token, int], reader: Reader) -> list[dict[Token, tuple[str, ...]]]:
    """Return much more frequent words for rare ones that nobody but a few writers spell so: Lybia."""
    found: dict[Token, tuple[str, ...]] = {}
    for token, count in counts.items():
        word = token.word
        if not 0 < count <= _RARE or len(word) < 4 or len(found) == _MOST:  # noqa: PLR2004
            continue
        least = max(_FREQUENT, _RATIO * count)
        plain = 1.0 if len(word) >= _LONG else 2 * _SLIP
        likely = [
            (_slip(word, near, plain) - _COMMON * math.log1p(documents), near)
            for near in reader.expand(schema.WORDS, Pattern("fuzzy", word, 1 if len(word) < 5 else 2))  # noqa: PLR2004
            if near != word
            and (documents := reader.document_frequency(schema.WORDS, near)) >= least
            and _slip(word, near, plain) <= _SLIP
        ]
        if likely:
            found[token] = (min(likely)[1],)
    return [found] if found else []


def _slip(typed: str, meant: str, plain: float) -> float:
    """Return what it takes to write one word for another, where two letters may have changed places."""
    changed = [place for place, pair in enumerate(zip(typed, meant, strict=False)) if pair[0] != pair[1]]
    if len(typed) == len(meant) and len(changed) == 2 and sorted(typed) == sorted(meant):  # noqa: PLR2004
        return 0.7
    return cost(typed, meant, plain=plain)


#: A word of the text: the field in which it is looked up, and its terms there.
_Form = tuple[str, tuple[str, ...]]


class _Beside:
    """How often words stand beside the neighbours that they have in a query."""

    def __init__(
        self,
        reader: Reader,
        query: str,
        given: Sequence[Token],
        groups: dict[Token, Group],
        candidates: dict[Token, list[Option]],
    ) -> None:
        self._reader = reader
        self._groups = groups
        self._candidates = candidates
        self._next = [
            (one, other, min(_BETWEEN, len(read(query[one.end : other.start]).slots)))
            for one, other in pairwise(given)
            if one.word != other.word
        ]
        self._known: dict[tuple[_Form, _Form, int], float] = {}

    def best(self, token: Token) -> list[Option]:
        """Return the options of a token that are likeliest beside what stands next to it."""
        scored = []
        for option in self._candidates[token]:
            stands = 0.0
            for one, other, apart in self._next:
                if token in (one, other):
                    lefts = self._forms(one, option if one == token else None, -1)
                    rights = self._forms(other, option if other == token else None, 0)
                    stands += max(self._stand(left, right, apart) for left in lefts for right in rights)
            scored.append((-(option.score + _BESIDE * stands), option))
        return [option for _, option in sorted(scored)[:_OPTIONS]]

    def of(self, chosen: dict[Token, Option]) -> float:
        """Return how well the words of a choice stand beside each other and the other words."""
        return sum(
            self._stand(
                self._forms(one, chosen.get(one), -1)[0], self._forms(other, chosen.get(other), 0)[0], apart
            )
            for one, other, apart in self._next
            if one in chosen or other in chosen
        )

    def _forms(self, token: Token, option: Option | None, place: int) -> list[_Form]:
        """Return what a token may be: what was chosen for it, its likeliest options, or its stems."""
        if option is not None:
            return [(schema.WORDS, (option.words[place],))]
        if token in self._candidates:
            likeliest = self._candidates[token][:_NEIGHBOURS]
            return [(schema.WORDS, (one.words[place],)) for one in likeliest]
        if token.quoted:
            return [(schema.WORDS, (token.word,))]
        return [(schema.STEMS, tuple(term for term, _ in self._groups[token].terms))]

    def _stand(self, left: _Form, right: _Form, apart: int) -> float:
        """Return how often two words stand as in the query, ``apart`` words between them, or nearly so."""
        found = self._known.get((left, right, apart))
        if found is None:
            near = self._documents(left, right, _BETWEEN, ordered=False)
            # Where they are not even near each other they do not follow each other.
            found = near and self._documents(left, right, apart, ordered=True) + _NEARLY * near
            self._known[left, right, apart] = found
        return found

    def _documents(self, left: _Form, right: _Form, between: int, *, ordered: bool) -> float:
        """Return the logarithm of the documents in which two words stand so near each other."""
        fields, slots = (left[0], right[0]), (left[1], right[1])
        node = Phrase(fields[0], slots, between, ordered=ordered, fields=fields)
        return math.log1p(self._reader.search(node, 0).total)


def is_slip(typed: str, words: tuple[str, ...]) -> bool:
    """Say whether what was meant differs from a folded word only by what hands do, and names nobody else."""
    return len(words) > 1 or _slip(typed, words[0], 2 * _SLIP) <= _SWAP


def replaced(query: str, words: dict[Token, tuple[str, ...]], written: dict[str, str]) -> str:
    """Return a query with other words in place of tokens, as ``written`` says that documents write them."""
    for token in sorted(words, reverse=True):
        text = " ".join(written.get(word, word) for word in words[token])
        typed = query[token.start : token.end]
        if typed[:1].isupper():
            text = text.upper() if len(typed) > 1 and typed.isupper() else text[:1].upper() + text[1:]
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
                count, edits = reader.document_frequency(schema.WORDS, near), cost(typed, near)
                if distance > 1 and len(word) < _LONG and edits > _TWO_IN_SHORT:
                    continue
                if near != word and count >= max(1, documents * _RATIO) and _begins_alike(typed, near):
                    found.append(Option((near,), _COMMON * math.log1p(count) - _EDIT * edits))
    if not documents:
        found.extend(_split(word, reader))
    found = sorted(dict.fromkeys(found), key=lambda option: (-option.score, option.words))[:_CANDIDATES]
    if found and documents:
        # A word that is in some document just so is right until another is clearly better.
        doubt = 0.0 if reader.document_frequency(schema.WORDS, word) else _EDIT
        found.append(Option((word,), _COMMON * math.log1p(documents) - doubt))
    return found


def _begins_alike(typed: str, meant: str) -> bool:
    """Say whether the first letter may be a slip: a key beside, left out, doubled, changed with the next one.

    Palais is not what Calais was meant to be.
    """
    first = typed[:1]
    return (
        meant[:1] == first
        or meant[:1] in _beside(first)
        or typed[1:2] == meant[:1]
        or meant[1:2] == first
        or any(first in sound and meant[:1] in sound for sound in _SOUNDS)
    )


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


def cost(typed: str, meant: str, *, plain: float = 1.0) -> float:
    """Return what it takes to type one word for another: less for what hands and ears do, else ``plain``."""
    before: list[float] = []
    row = [plain * number for number in range(len(meant) + 1)]
    for i, letter in enumerate(typed, 1):
        last, row = row, [plain * i]
        twice = i > 1 and typed[i - 2] == letter
        for j, wanted in enumerate(meant, 1):
            single = j > 1 and meant[j - 2] == wanted
            value = min(
                last[j] + (0.6 if twice else plain),
                row[j - 1] + (0.6 if single else plain),
                last[j - 1] + _change(letter, wanted, plain),
            )
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == wanted:
                value = min(value, before[j - 2] + 0.7)
            row.append(value)
        before = last
    # The first letter is seldom wrong.
    return row[-1] + (0.5 if typed[:1] != meant[:1] else 0.0)


@cache
def _change(letter: str, wanted: str, plain: float) -> float:
    """Return what it takes to type a letter for another."""
    if letter == wanted:
        return 0.0
    if any(letter in sound and wanted in sound for sound in _SOUNDS):
        return 0.6
    return 0.7 if plain <= 1 and wanted in _beside(letter) else plain


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
