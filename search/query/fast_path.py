"""Queries of plain words, some with + or - before them, or of one quoted text: read at a look.

That is most of what is asked, and reading it mark by mark takes longer than answering it. Gives the tree
that ``parser`` gives, or None for what needs a closer look.
"""

from __future__ import annotations

from typing import Final, Literal

from coopsearch.search.query.syntax import Clause, Phrase, Row, Tree, Word

#: Longer texts are left to the parser, which knows how much is too much.
_LONGEST: Final = 500
#: Capitals that may be operators.
_OPERATORS: Final = frozenset(("AND", "OR", "NOT", "NEAR", "ONEAR"))


def simple(text: str, *, require_all: bool) -> Tree | None:
    """Return the tree of a simple query, None for any other."""
    # What is printable has no white space but the blank, and nothing invisible.
    if len(text) > _LONGEST or not text.isprintable():
        return None
    if text[:1] == '"':
        inner = text[1:-1]
        if len(text) > 1 and text[-1] == '"' and inner.replace(" ", "").isalnum():
            return Phrase(inner, 1)
        return None
    usual: Literal["must", "should"] = "must" if require_all else "should"
    clauses: list[Clause] = []
    at = 0
    for token in text.split():
        at = text.index(token, at)
        sign = token[0]
        if sign in "+-":
            body = token[1:]
            word = Word(body, at + 2)
            clauses.append(Clause("must" if sign == "+" else "not", word))
        else:
            body = token
            clauses.append(Clause(usual, Word(body, at + 1)))
        if not body.isalnum() or body in _OPERATORS:
            return None
        at += len(token)
    if len(clauses) == 1 and clauses[0].occur != "not":
        return clauses[0].tree
    return Row(tuple(clauses)) if clauses else None
