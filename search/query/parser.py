"""The query language: from text to a tree.

    row     := chain+                      side by side: any matches
    chain   := joined (OR joined)*
    joined  := signed (AND signed)*
    signed  := (+ | - | NOT)* item
    item    := [field:] word | "phrase" | [low TO high] | "(" row ")"

So AND binds tighter than OR, and OR tighter than standing side by side. Lower-case and, or, not are
plain words. Knows no field names, no analysis, no index: those are the planner's.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from coopsearch.search.errors import QueryError
from coopsearch.search.query.lexer import Mark, marks
from coopsearch.search.query.syntax import (
    All,
    Any,
    Clause,
    Fuzzy,
    Phrase,
    Row,
    Span,
    Tree,
    Wildcard,
    Without,
    Word,
)

#: Deeper nesting is a mistake or an attack; no reader could follow it either.
MOST_LEVELS: Final = 100
#: Words in all. Each is looked up in the index, so this bounds the time of a query.
MOST_WORDS: Final = 1_000
#: The highest spelling distance of a fuzzy word, and what a bare ~ means.
MOST_EDITS: Final = 2


def parse(text: str, *, require_all: bool = False) -> Tree:
    """Read a query. With ``require_all``, words side by side must all be there.

    Raises QueryError, with the place, for what cannot be read.
    """
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
        tree = self.item(level)
        return Without(tree) if negative else tree

    def item(self, level: int, field: str | None = None) -> Tree:
        mark = self.take()
        match mark.kind:
            case "word":
                self._count()
                return _word(mark, field)
            case "phrase":
                self._count()
                return _phrase(mark, field)
            case "span":
                return _span(mark, field)
            case "field":
                if field is not None:
                    raise QueryError(
                        f"{field}: is followed by another field at character {mark.position}; one is enough",
                        mark.position,
                    )
                if self.next.kind not in ("word", "phrase", "span", "("):
                    raise QueryError(
                        f"{mark.text}: at character {mark.position} of the query has nothing after it",
                        mark.position,
                    )
                return self.item(level, mark.text)
            case "(":
                return self._group(mark, level, field)
            case _:
                raise _alone(mark)

    def _group(self, opened: Mark, level: int, field: str | None) -> Tree:
        if level >= MOST_LEVELS:
            raise QueryError(
                f"the query is nested deeper than {MOST_LEVELS} levels at character {opened.position}; "
                "simplify it",
                opened.position,
            )
        tree = self.row(level + 1)
        if self.next.kind != ")":
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

    def _operand_follows(self, operator: Mark) -> None:
        if self.next.kind in ("end", ")", "AND", "OR"):
            raise QueryError(
                f"{operator.text} at character {operator.position} of the query has nothing after it; "
                f'to search for the word itself write "{operator.text}"',
                operator.position,
            )


def _word(mark: Mark, field: str | None) -> Tree:
    text, boost = mark.text, _boost(mark.suffix)
    if "*" in text or "?" in text.rstrip("?"):
        return Wildcard(text, mark.position, field, boost)
    if distance := re.search(r"~(\d*)", mark.suffix):
        edits = int(distance[1] or MOST_EDITS)
        if edits > MOST_EDITS:
            raise QueryError(
                f"{text}~{edits} at character {mark.position}: at most {MOST_EDITS} changed letters "
                "can be allowed",
                mark.position,
            )
        return Fuzzy(text, mark.position, field, edits, boost)
    if text.startswith("=") and len(text) > 1:
        return Word(text[1:], mark.position, field, exact=True, boost=boost)
    return Word(text, mark.position, field, boost=boost)


def _phrase(mark: Mark, field: str | None) -> Phrase:
    slop = re.search(r"~(\d*)", mark.suffix)
    return Phrase(
        mark.text, mark.position, field, min(int(slop[1] or 0), 10_000) if slop else 0, _boost(mark.suffix)
    )


def _span(mark: Mark, field: str | None) -> Span:
    low, high = re.split(r"\s+TO\s+", mark.text[1:-1].strip(), maxsplit=1)
    return Span(
        None if low == "*" else low,
        None if high == "*" else high,
        mark.position,
        field,
        mark.text[0] == "[",
        mark.text[-1] == "]",
    )


def _boost(suffix: str) -> float:
    found = re.search(r"\^(\d+(?:\.\d+)?)", suffix)
    return min(float(found[1]), 1_000.0) if found else 1.0


def _inherit(tree: Tree, field: str | None, boost: float) -> Tree:
    """Hand a group's field and boost down to its leaves; a leaf's own field stays."""
    match tree:
        case All(children):
            return All(tuple(_inherit(child, field, boost) for child in children))
        case Any(children):
            return Any(tuple(_inherit(child, field, boost) for child in children))
        case Without(child):
            return Without(_inherit(child, field, boost))
        case Row(clauses):
            return Row(tuple(Clause(clause.occur, _inherit(clause.tree, field, boost)) for clause in clauses))
        case Span():
            return tree._replace(field=tree.field or field)
        case _:
            return tree._replace(field=tree.field or field, boost=tree.boost * boost)


def _alone(mark: Mark) -> QueryError:
    if mark.kind == ")":
        return QueryError(f"the ) at character {mark.position} of the query closes nothing", mark.position)
    return QueryError(
        f"{mark.text or 'the query'} at character {mark.position} stands where a word should; "
        f'to search for it as a word write "{mark.text}"',
        mark.position,
    )
