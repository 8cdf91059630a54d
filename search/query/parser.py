"""The query language: from text to a tree.

    row     := chain+                      side by side: any matches
    chain   := joined (OR joined)*
    joined  := signed (AND signed)*
    signed  := (+ | - | NOT)* near
    near    := item (NEAR item)*
    item    := [field: [>=]] word | "phrase" | /regex/ | [low TO high] | "(" row ")"

So NEAR binds tightest, AND tighter than OR, and OR tighter than standing side by side. Lower-case and, or,
not, near are plain words. Does not depend on the schema, text analysis or an index: those are the
planner's.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from coopsearch.search.errors import QueryError
from coopsearch.search.lazy import expression
from coopsearch.search.query.fast_path import simple
from coopsearch.search.query.lexer import Mark, marks
from coopsearch.search.query.syntax import (
    NAMED,
    All,
    Any,
    Clause,
    Fuzzy,
    Near,
    Phrase,
    Regex,
    Row,
    Span,
    Tree,
    Wildcard,
    Without,
    Word,
    plain,
)

#: Deeper nesting is a mistake or an attack; no reader could follow it either.
MOST_LEVELS: Final = 100
#: Words in all. Each is looked up in the index, so this bounds the time of a query.
MOST_WORDS: Final = 1_000
#: The highest spelling distance of a fuzzy word, and what a bare ~ means.
MOST_EDITS: Final = 2
#: What a boost may be and the product of a word's and of those around it: scores have seven digits.
LEAST_BOOST: Final = 1e-6
MOST_BOOST: Final = 1e6
_COMPARED: Final = expression(r"([^\W\d]\w*)(>=|<=|[<>≤≥])([-+]?\d.*)")
#: Words that may stand between two neighbours of a bare NEAR, and at most: no document is as long.
NEARNESS: Final = 10
MOST_APART: Final = 10_000_000
_DIGITS: Final = 8
#: Words of a date that is written without quotes: au cours des 30 derniers jours.
MOST_DATE_WORDS: Final = 6
#: Fields whose values are dates.
_DAYS: Final = frozenset({"date", "modified", "added"})
#: Fields in which somebody may look for a name.
_OF_TEXT: Final = frozenset({"text", "title", "heading", "name"})
#: Begins an item, so an operator before it has something after it.
_OPENS: Final = frozenset({"word", "phrase", "regex", "field", "span", "("})


def parse(text: str, *, require_all: bool = False) -> Tree:
    """Read a query. With ``require_all``, words side by side must all be there.

    Raises QueryError, with the place, for what cannot be read.
    """
    if (tree := simple(text, require_all=require_all)) is not None:
        return tree
    return parse_closely(text, require_all=require_all)


def parse_closely(text: str, *, require_all: bool = False) -> Tree:
    """Read a query mark by mark: ``parse`` of whatever is not simple, with the same result for what is."""
    parser = _Parser(marks(text), require_all=require_all)
    if parser.next.kind == "end":
        raise QueryError("the query is empty; give at least one word")
    tree = parser.row(0)
    if parser.next.kind == ")":
        place = parser.next.position
        raise QueryError(
            f"the ) at character {place} of the query closes nothing; remove it, or open it", place
        )
    return tree


class _Parser:
    """Reads marks from left to right; ``next`` is the first that is not read yet."""

    def __init__(self, given: list[Mark], *, require_all: bool) -> None:
        self._marks = given
        self._at = 0
        self._words = 0
        self._occur: Literal["must", "should"] = "must" if require_all else "should"

    @property
    def next(self) -> Mark:
        return self._marks[self._at]

    def take(self) -> Mark:
        mark = self._marks[self._at]
        self._at += 1
        return mark

    def row(self, level: int) -> Tree:
        clauses: list[Clause] = []
        while self.next.kind not in (")", "end"):
            demanded = self.next.kind == "+"
            tree = self.chain(level)
            if isinstance(tree, Without):
                clauses.append(Clause("not", tree.child))
            else:
                clauses.append(Clause("must" if demanded else self._occur, tree))
        if not clauses:
            place = self.next.position
            raise QueryError(f"the parentheses before character {place} of the query hold nothing", place)
        if len(clauses) == 1 and clauses[0].occur != "not":
            return clauses[0].tree
        return Row(tuple(clauses))

    def chain(self, level: int) -> Tree:
        children = [self.joined(level)]
        while self.next.kind == "OR":
            self._operand_follows(self.take())
            children.append(self.joined(level))
        return children[0] if len(children) == 1 else Any(tuple(children))

    def joined(self, level: int) -> Tree:
        children = [self.signed(level)]
        while self.next.kind == "AND":
            self._operand_follows(self.take())
            children.append(self.signed(level))
        return children[0] if len(children) == 1 else All(tuple(children))

    def signed(self, level: int) -> Tree:
        negative = False
        while self.next.kind in ("+", "-", "NOT"):
            sign = self.take()
            negative ^= sign.kind != "+"
            self._operand_follows(sign)
        tree = self.near(level)
        return Without(tree) if negative else tree

    def near(self, level: int) -> Tree:
        start = self.next.position
        children = [self.item(level)]
        if self.next.kind != "NEAR":
            return children[0]
        slop, ordered = 0, False
        while self.next.kind == "NEAR":
            following = self._marks[self._at + 1]
            # Without a number and without a neighbour it is the word itself, in capitals.
            if "/" not in self.next.text and following.kind not in _OPENS:
                break
            operator = self.take()
            self._operand_follows(operator, _OPENS)
            kind, _, number = operator.text.partition("/")
            slop, ordered = slop + min(int(number[:_DIGITS] or NEARNESS), MOST_APART), kind == "ONEAR"
            children.append(self.item(level))
            again = self._marks[self._at]
            if again.kind == "NEAR" and (again.text[0] == "O") != ordered:
                raise QueryError(
                    f"{again.text} at character {again.position} of the query follows another kind of "
                    "NEAR; put parentheses around one",
                    again.position,
                )
        if len(children) == 1:
            return children[0]
        return Near(tuple(children), slop // (len(children) - 1), ordered, start)

    def item(self, level: int, field: str | None = None) -> Tree:
        mark = self.take()
        match mark.kind:
            case "word":
                self._count()
                return _word(mark, field)
            case "NEAR" if "/" not in mark.text:
                self._count()
                return Word(mark.text, mark.position)
            case "phrase":
                self._count()
                return _phrase(mark, field)
            case "regex":
                self._count()
                return Regex(mark.text, mark.position, field, _boost(mark.suffix))
            case "span":
                return _span(mark, field)
            case "field":
                return self._of_field(mark, level)
            case "(":
                return self._group(mark, level, field)
            case _:
                raise _alone(mark)

    def _of_field(self, mark: Mark, level: int) -> Tree:
        _refuse_field_of_name(mark, self.next)
        if self.next.kind == "field":
            raise QueryError(
                f"{mark.text}: at character {mark.position} of the query is followed by another field; one "
                f'is enough, and a value with a : in it is put in quotes: {mark.text}:"..."',
                mark.position,
            )
        compare = self.take() if self.next.kind == "compare" else None
        if self.next.kind not in (("word", "phrase") if compare else (*_OPENS, "NEAR")):
            raise QueryError(
                f"{mark.text}: at character {mark.position} of the query has nothing after it", mark.position
            )
        value = self._date(mark.text) if mark.text.lower() in _DAYS and self.next.kind == "word" else None
        if compare is None:
            return value or self.item(level, mark.text)
        bound = value.text if value else plain(self.take().text)
        self._count()
        up, closed = compare.text[0] == ">", compare.text[-1] == "="
        return Span(
            bound if up else None,
            None if up else bound,
            compare.position,
            mark.text,
            include_low=closed or not up,
            include_high=closed or up,
        )

    def _date(self, field: str) -> Word | None:
        """Read a date of several words, which needs no quotes: date:last year. The longest one counts."""
        if self.next.text[:1].isdecimal() and self._marks[self._at + 1].kind != "word":
            return None
        # Imported for the few queries that ask for a date.
        from coopsearch.search.query.dates import is_spoken

        taken = []
        for mark in self._marks[self._at : self._at + MOST_DATE_WORDS]:
            if mark.kind != "word" or mark.suffix:
                break
            taken.append(mark.text)
        for count in range(len(taken), 1, -1):
            text = " ".join(taken[:count])
            if is_spoken(text):
                place = self.next.position
                self._at += count
                self._count()
                return Word(text, place, "date" if field.lower() == "date" else field)
        return None

    def _group(self, opened: Mark, level: int, field: str | None) -> Tree:
        if level >= MOST_LEVELS:
            raise QueryError(
                f"the query is nested deeper than {MOST_LEVELS} levels at character {opened.position}; "
                "simplify it",
                opened.position,
            )
        # What ends before it holds anything is not closed either.
        tree = None if self.next.kind == "end" else self.row(level + 1)
        if tree is None or self.next.kind != ")":
            raise QueryError(
                f"the ( at character {opened.position} of the query is never closed; close it, or drop it",
                opened.position,
            )
        boost = _boost(self.take().suffix)
        if field is not None or boost != 1.0:
            tree = _inherit(tree, field, boost)
        return tree

    def _count(self) -> None:
        self._words += 1
        if self._words > MOST_WORDS:
            raise QueryError(f"the query has more than {MOST_WORDS:,} words; shorten it")

    def _operand_follows(self, operator: Mark, expected: frozenset[str] | None = None) -> None:
        if self.next.kind in ("end", ")", "AND", "OR") or (expected and self.next.kind not in expected):
            raise QueryError(
                f"{operator.text} at character {operator.position} of the query has nothing after it; "
                f'to search for the word itself write "{operator.text}"',
                operator.position,
            )


def _refuse_field_of_name(field: Mark, following: Mark) -> None:
    """Raise QueryError for ~ beside a field: a name is looked for in all of the text."""
    sign = following.text[:1] == "~" and (len(following.text) == 1 or following.text[1].isalpha())
    if field.text == NAMED and following.kind == "field":
        name = following.text
    elif field.text.lower() in _OF_TEXT and following.kind == "word" and sign:
        name = field.text
    else:
        return
    raise QueryError(
        f"~ beside {name}: at character {field.position} of the query asks for a name in a field, and names "
        "are looked for in the whole text; write ~ before the name alone, or leave out ~ to search for the "
        f"word in {name}:",
        field.position,
    )


def _word(mark: Mark, field: str | None) -> Tree:
    if mark.text.isalnum() and not mark.suffix:
        return Word(mark.text, mark.position, field)
    text, boost = mark.text, _boost(mark.suffix)
    if field is None:
        if text == "*:*":
            return Wildcard("*", mark.position, None, boost)
        if found := _COMPARED().fullmatch(text):
            return _compared(found, mark)
    if "*" in text or "?" in text.rstrip("?"):
        return Wildcard(text, mark.position, field, boost)
    text = plain(text)
    if distance := re.search(r"~(\d*\.?\d*)", mark.suffix):
        return Fuzzy(text, mark.position, field, _edits(text, distance[1], mark.position), boost)
    if text.startswith("=") and len(text) > 1:
        return Word(text[1:], mark.position, field, exact=True, boost=boost, as_written=True)
    return Word(text, mark.position, field, boost=boost)


def _compared(found: re.Match[str], mark: Mark) -> Span:
    """Read year>=1990, which needs no colon."""
    up, closed = found[2][0] in ">≥", found[2][-1] != found[2][0] or found[2] in "≤≥"
    return Span(
        found[3] if up else None,
        None if up else found[3],
        mark.position + found.start(2),
        found[1],
        include_low=closed or not up,
        include_high=closed or up,
    )


def _edits(text: str, given: str, position: int) -> int:
    """Return how many letters may change. A part of one, as older Lucene has it, is the part that stays."""
    if "." in given and given != ".":
        kept = float(given)
        edits = MOST_EDITS if kept > 1 else min(MOST_EDITS, int((1 - kept) * len(text)))
    else:
        edits = int(given.strip(".")[:_DIGITS] or MOST_EDITS)
    if edits > MOST_EDITS:
        raise QueryError(
            f"{text}~{edits} at character {position}: at most {MOST_EDITS} changed letters can be allowed",
            position,
        )
    return edits


def _phrase(mark: Mark, field: str | None) -> Phrase:
    slop = re.search(r"~(\d*)", mark.suffix)
    return Phrase(
        mark.text,
        mark.position,
        field,
        min(int(slop[1][:_DIGITS] or 0), 10_000) if slop else 0,
        _boost(mark.suffix),
        as_written=mark.suffix.startswith("="),
    )


def _span(mark: Mark, field: str | None) -> Span:
    low, high = re.split(r"\s+(?:TO|to)\s+", mark.text[1:-1].strip(), maxsplit=1)
    return Span(
        None if low == "*" else low.strip('"'),
        None if high == "*" else high.strip('"'),
        mark.position,
        field,
        mark.text[0] == "[",
        mark.text[-1] == "]",
    )


def _boost(suffix: str) -> float:
    found = re.search(r"\^(\d+(?:\.\d+)?)", suffix)
    value = float(found[1]) if found else 1.0
    return min(max(value, LEAST_BOOST), 1_000.0) if value else 0.0


def _inherit(tree: Tree, field: str | None, boost: float) -> Tree:
    """Hand a group's field and boost down to its leaves; a leaf's own field stays."""
    match tree:
        case All(children):
            return All(tuple(_inherit(child, field, boost) for child in children))
        case Any(children):
            return Any(tuple(_inherit(child, field, boost) for child in children))
        case Without(child):
            return Without(_inherit(child, field, boost))
        case Near(children):
            return tree._replace(children=tuple(_inherit(child, field, boost) for child in children))
        case Row(clauses):
            return Row(tuple(Clause(clause.occur, _inherit(clause.tree, field, boost)) for clause in clauses))
        case Span():
            return tree._replace(field=tree.field or field)
        case _:
            product = tree.boost * boost
            if product > MOST_BOOST or 0.0 < product < LEAST_BOOST:
                raise QueryError(
                    f"the boosts of the word at character {tree.position} and of the parentheses around it "
                    f"come to {product:.3g}; leave some of them out, so that they come to "
                    f"{LEAST_BOOST:f} to {MOST_BOOST:,.0f}",
                    tree.position,
                )
            return tree._replace(field=tree.field or field, boost=product)


def _alone(mark: Mark) -> QueryError:
    if mark.kind == ")":
        return QueryError(f"the ) at character {mark.position} of the query closes nothing", mark.position)
    return QueryError(
        f"{mark.text or 'the query'} at character {mark.position} stands where a word should; "
        f'to search for it as a word write "{mark.text}"',
        mark.position,
    )
