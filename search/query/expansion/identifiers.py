"""Numbers and codes that one writes in groups and another without: an IBAN, a phone, a passport, a plate.

*FR76 3000 6000*, *FR76-3000-6000* and *FR7630006000* are one. A text is spelled by the words of an index that
it can be cut into; here it is said which texts are such codes, and which words those are. Does not
depend on documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from coopsearch.search.analysis.function_words import is_function_word
from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.nodes import Spelled
from coopsearch.search.lazy import expression
from coopsearch.search.query.syntax import Clause, Word

#: Characters of a code: an IBAN has 34 at most.
_LEAST: Final = 5
_LONGEST: Final = 40
#: Digits from which on letters may stand in groups of their own, and a row of words is a code.
_DIGITS: Final = 3
#: Digits of one number from which on a dot in it parts groups, and not decimals.
_DOTTED: Final = 7
#: Characters of a group that is typed apart from the next; letters of one; groups.
_GROUP: Final = 12
_LETTERS: Final = 4
_GROUPS: Final = 12
#: Characters that stand between two groups: a blank, a bracket, a sign.
_BETWEEN: Final = 3
#: Groupings that are marked in a text.
_MARKED: Final = 40
_FEW: Final = 2
#: Codes of a query of which so many are; of the others few.
MARKED_CODES: Final = 4
_code: Final = expression(r"[^\W_]+")
_thousands: Final = expression(r"[1-9]\d{3}")
_year: Final = expression(r"(?:19|20)\d\d")


class Run(NamedTuple):
    """Words of a row, one beside the other, that may be the groups of a code."""

    start: int
    end: int
    texts: tuple[str, ...]
    """What they come to without what stands between them; with and without words at the ends."""


def code(text: str, *, grouped: bool = False) -> str:
    """Return what a text comes to without the signs in it, "" if it is not a code.

    ``grouped``: it is of several words, which name a code only with some digits.
    """
    slots = read(text).slots
    if len(slots) > 1 and all(map(_year().fullmatch, slots)):
        return ""
    joined = "".join(slots)
    if "." in joined and sum(map(str.isdigit, joined)) > _DOTTED:
        joined = joined.replace(".", "")
    return joined if _is_code(joined, grouped=grouped or len(slots) > 1) else ""


def _is_code(joined: str, *, grouped: bool) -> bool:
    if not _code().fullmatch(joined) or not joined.isascii() or len(joined) > _LONGEST:
        return False
    digits = sum(map(str.isdigit, joined))
    if len(joined) < _LEAST:
        return _thousands().fullmatch(joined) is not None and not _year().fullmatch(joined)
    return digits >= (_DIGITS if grouped else 1)


def runs(clauses: Sequence[Clause]) -> Iterator[Run]:
    """Yield the runs of a row, none over another."""
    at = 0
    while at < len(clauses):
        end = at
        while end < len(clauses) and end - at < _GROUPS and _goes_on(clauses, at, end):
            end += 1
        if end - at > 1:
            groups = [_group(clause.tree) for clause in clauses[at:end]]
            texts = tuple(dict.fromkeys(filter(None, map(_joined, _trimmed(groups)))))
            if texts:
                yield Run(at, end, texts)
        at = max(end, at + 1)


def _goes_on(clauses: Sequence[Clause], start: int, at: int) -> bool:
    """Say whether the word at a place of a row is a group of the run that begins at another."""
    one = clauses[at]
    if not isinstance(one.tree, Word) or one.occur == "not" or not _group(one.tree):
        return False
    if at == start:
        return True
    before = clauses[at - 1].tree
    assert isinstance(before, Word)
    gap = one.tree.position - before.position - len(before.text)
    # +33 6 12 is a number, though its sign demands the first of its groups.
    alike = one.occur == clauses[at - 1].occur or (at == start + 1 and one.occur == "should")
    return 0 <= gap <= _BETWEEN and one.tree.field == before.field and alike


def _group(tree: object) -> str:
    """Return what a word comes to, "" if it cannot be a group of a code."""
    if not isinstance(tree, Word) or tree.exact or tree.boost != 1.0:
        return ""
    text = tree.text
    if text.isalpha():
        short = len(text) < _LETTERS or (text.isupper() and len(text) == _LETTERS)
        return text.lower() if short and text.isascii() and not is_function_word(text.lower()) else ""
    joined = "".join(read(text).slots)
    return (
        joined
        if _code().fullmatch(joined) and len(joined) <= _GROUP and any(map(str.isdigit, joined))
        else ""
    )


def _trimmed(groups: list[str]) -> Iterator[list[str]]:
    """Yield the groups, and without the words before them, behind them, and both: "IBAN FR76 ..."."""
    first = next((at for at, group in enumerate(groups) if not group.isalpha()), len(groups))
    last = next((at for at in range(len(groups), 0, -1) if not groups[at - 1].isalpha()), 0)
    for start in range(first + 1):
        yield groups[start:]
        yield groups[start:last]


def _joined(groups: list[str]) -> str:
    joined = "".join(groups)
    if len(groups) < 2 or all(map(_year().fullmatch, groups)):  # noqa: PLR2004 - one alone is no run
        return ""
    return joined if _is_code(joined, grouped=True) and len(joined) >= _LEAST else ""


def spelled(text: str, field: str, prefix: str, reader: Reader) -> Spelled | None:
    """Return what finds a code in any groups of the words of a field, None if no document can hold it."""
    length = len(text)
    pieces = dict(_pieces(text))
    held = reader.among(
        field, [prefix + word for word in {word for words in pieces.values() for word in words}]
    )
    edges = sorted(
        (start, end, prefix + word)
        for (start, end), words in pieces.items()
        for word in words
        if prefix + word in held
    )
    # What leads from the beginning to the end of the text is kept.
    reached = {0}
    for start, end, _ in edges:
        if start in reached:
            reached.add(end)
    leading = {length}
    for start, end, _ in reversed(edges):
        if end in leading:
            leading.add(start)
    kept = tuple(edge for edge in edges if edge[0] in reached and edge[1] in leading)
    return Spelled(field, kept, length) if kept else None


def _pieces(text: str) -> Iterator[tuple[tuple[int, int], tuple[str, ...]]]:
    """Yield each place of a text that may be a group, with the words that may stand for it."""
    length = len(text)
    if length < _LEAST:
        yield (0, length), (text,)
        yield (0, 1), (text[:1],)
        yield (1, length), (text[1:],)
        return
    parted = sum(map(str.isdigit, text)) >= _DIGITS
    cuts = [
        at
        for at in range(length + 1)
        if at in (0, length) or parted or not (text[at - 1].isalpha() and text[at].isalpha())
    ]
    for place, start in enumerate(cuts):
        for end in cuts[place + 1 :]:
            piece = text[start:end]
            words = [piece]
            if piece.isdigit() and len(piece) >= _DOTTED and (start == 0 or end == length):
                # 1234.5678 is one word, with its dot.
                words += [f"{piece[:at]}.{piece[at:]}" for at in range(1, len(piece))]
            yield (start, end), tuple(words)


def groupings(found: Spelled, prefix: str, *, few: bool = False) -> Iterator[tuple[str, ...]]:
    """Yield some of the rows of words that spell a code, to be marked in a text."""
    follow: dict[int, list[tuple[int, str]]] = {}
    for start, end, term in found.edges:
        follow.setdefault(start, []).append((end, term[len(prefix) :]))
    given = 0
    waiting: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    while waiting and given < (_FEW if few else _MARKED):
        at, row = waiting.pop()
        if at == found.length:
            given += 1
            yield row
        # The longest group is taken from the end of the list first.
        waiting += [(end, (*row, word)) for end, word in sorted(follow.get(at, ()))]
