"""The query language as it is read: a table of texts and trees, and of texts that are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.errors import QueryError
from coopsearch.search.query.fast_path import simple
from coopsearch.search.query.parser import parse, parse_closely
from coopsearch.search.query.syntax import (
    All,
    Any,
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
)


def shown(tree: Tree) -> str:
    """Write a tree in one form: (and ...), (or ...), (not ...), (row ...)."""
    match tree:
        case Row(clauses):
            signs = {"must": "+", "not": "-", "should": ""}
            return f"(row {' '.join(signs[clause.occur] + shown(clause.tree) for clause in clauses)})"
        case All(children):
            return f"(and {' '.join(map(shown, children))})"
        case Any(children):
            return f"(or {' '.join(map(shown, children))})"
        case Without(child):
            return f"(not {shown(child)})"
        case Near(children, slop, ordered):
            return f"({'o' if ordered else ''}near/{slop} {' '.join(map(shown, children))})"
    field = f"{tree.field}:" if tree.field else ""
    match tree:
        case Span():
            brackets = "[" if tree.include_low else "{", "]" if tree.include_high else "}"
            return f"{field}{brackets[0]}{tree.low or '*'},{tree.high or '*'}{brackets[1]}"
        case Phrase():
            body = f'"{tree.text}"' + (f"~{tree.slop}" if tree.slop else "")
        case Wildcard():
            body = f"<{tree.text}>"
        case Fuzzy():
            body = f"{tree.text}~{tree.distance}"
        case Regex():
            body = f"/{tree.text}/"
        case Word():
            body = f"={tree.text}" if tree.exact else tree.text
    return field + body + (f"^{tree.boost:g}" if tree.boost != 1.0 else "")


READ = [
    ("smuggling", "smuggling"),
    ("smuggling routes", "(row smuggling routes)"),
    ("  smuggling\t routes\n", "(row smuggling routes)"),
    ("a AND b", "(and a b)"),
    ("a OR b", "(or a b)"),
    ("a && b || c", "(or (and a b) c)"),
    ("a AND b OR c AND d", "(or (and a b) (and c d))"),
    ("a b OR c d", "(row a (or b c) d)"),
    ("a b AND c", "(row a (and b c))"),
    ("a and b or not c", "(row a and b or not c)"),
    ("a et b ou c", "(row a et b ou c)"),
    ("NOT a", "(row -a)"),
    ("a NOT b", "(row a -b)"),
    ("a AND NOT b", "(and a (not b))"),
    ("a OR NOT b", "(or a (not b))"),
    ("NOT NOT a", "a"),
    ("a -b", "(row a -b)"),
    ("a −b", "(row a -b)"),
    ("a !b", "(row a -b)"),
    ("+a b -c", "(row +a b -c)"),
    ("+a", "a"),
    ("cross-border", "cross-border"),
    ("a - b", "(row a - b)"),
    ("(a b) c", "(row (row a b) c)"),
    ("(a OR b) AND c", "(and (or a b) c)"),
    ("((((a))))", "a"),
    ("-(a b)", "(row -(row a b))"),
    ("a(b)c", "(row a b c)"),
    ('"human trafficking"', '"human trafficking"'),
    ('"a b"~5', '"a b"~5'),
    ('a "b c" d', '(row a "b c" d)'),
    ("“a b”", '"a b"'),
    ("„a b“", '"a b"'),
    ("« a b »", '" a b "'),
    ("«a b»", '"a b"'),
    ('“a b"', '"a b"'),
    ('"a b”', '"a b"'),
    ("“a b »", '"a b "'),
    ('"a b» c', '(row "a b" c)'),
    ('"a” OR "b”', '(or "a" "b")'),
    ("»a b«", '"a b"'),
    ("”a b”", '"a b"'),
    ('"a « b » c”', '"a « b » c"'),
    ('"a” b"', '"a” b"'),
    ("https://example.org/a?b=c", "https://example.org/a?b=c"),
    ("a https://example.org/*~1 b", "(row a https://example.org/*~1 b)"),
    ("(https://example.org/a_(b)?c=d) AND e", "(and https://example.org/a_(b)?c=d e)"),
    ("www.example.org/a*", "www.example.org/a*"),
    ("example.org/watch?v=a*", "example.org/watch?v=a*"),
    ("https://example.org/a&&b=c||d", "https://example.org/a&&b=c||d"),
    ("-https://example.org/?a", "(row -https://example.org/?a)"),
    ("url:https://example.org/?a=*^2", "url:https://example.org/?a=*^2"),
    ("mailto:amal@example.org?subject=a*", "amal@example.org"),
    ("example.org/a*", "<example.org/a*>"),
    ("path:/reports/a.txt", "path:/reports/a.txt"),
    ("l’immigration d'Europe", "(row l’immigration d'Europe)"),
    ("title:a", "title:a"),
    ('title:"a b"', 'title:"a b"'),
    ("title:(a b)", "(row title:a title:b)"),
    ("title:(a path:b)", "(row title:a path:b)"),
    ("title:(a OR NOT b)", "(or title:a (not title:b))"),
    ("-title:a b", "(row -title:a b)"),
    ("date:2019", "date:2019"),
    ("date:2019-05..2019-07", "date:2019-05..2019-07"),
    ("date:[2019 TO 2021]", "date:[2019,2021]"),
    ("date:{2019 TO *]", "date:{2019,*]"),
    ("Note: this", "(row Note: this)"),
    ("12:30", "12:30"),
    ("http://example.org/x", "http://example.org/x"),
    ("smugg*", "<smugg*>"),
    ("*ing", "<*ing>"),
    ("wom?n", "<wom?n>"),
    ("why?", "why?"),
    ("why??", "why??"),
    ("*", "<*>"),
    ("smugling~", "smugling~2"),
    ("smugling~1", "smugling~1"),
    ("~", "~"),
    ("a^2", "a^2"),
    ("a^2.5 b", "(row a^2.5 b)"),
    ("(a b)^2", "(row a^2 b^2)"),
    ("a~1^3", "a~1^3"),
    ("=smuggling", "=smuggling"),
    ("title:=smuggling", "title:=smuggling"),
    ("C++ C#", "(row C++ C#)"),
    ("التعاون، الهجرة", "(row التعاون الهجرة)"),
    ("ما هذا؟", "(row ما هذا؟)"),
    ("«تهريب المهاجرين»", '"تهريب المهاجرين"'),
    ("réfugiés OR migrants", "(or réfugiés migrants)"),
    ("\u202eabc\u202c d", "(row abc d)"),
]


@pytest.mark.parametrize(("text", "tree"), READ)
def test_reading(text: str, tree: str) -> None:
    """Each text is read as the tree beside it."""
    assert shown(parse(text)) == tree


def test_require_all() -> None:
    """With require_all, words side by side are demanded, and OR still offers a choice."""
    assert shown(parse("a b OR c -d", require_all=True)) == "(row +a +(or b c) -d)"


REFUSED = [
    ("", None, "empty"),
    (" \n\t", None, "empty"),
    ("AND", 1, "AND"),
    ("OR OR", 1, "OR"),
    ("a AND", 3, "nothing after"),
    ("a OR )", 3, "nothing after"),
    ("NOT", 1, "nothing after"),
    ("AND a", 1, "AND"),
    ("a AND OR b", 3, "nothing after"),
    ("(a", 1, "never closed"),
    ("a (b (c)", 3, "never closed"),
    ("a)", 2, "closes nothing"),
    ("()", 2, "hold nothing"),
    ("(", 1, "never closed"),
    ("a (", 3, "never closed"),
    ("(( ", 2, "never closed"),
    ("title:(", 7, "never closed"),
    ('"a b', 1, "never closed"),
    ('a "', 3, "never closed"),
    ("«a b", 1, "never closed"),
    ("title:a:b:c", 1, "nothing after|another field"),
    ("date:[2019 2021]", 6, "low TO high"),
    ("date:[2019 TO", 6, "low TO high"),
    ("a~3", 1, "at most 2"),
    ("a\0b", 2, "NUL"),
    ("ab\udce9", 3, "UTF-8"),
    ("x" * 100_000, 10_001, "100,000 characters"),
    ("(" * 1000, 101, "nested deeper"),
    ("(" * 1000 + "a" + ")" * 1000, 101, "nested deeper"),
    ("a " * 4000, None, "1,000 words"),
]


@pytest.mark.parametrize(("text", "position", "reason"), REFUSED, ids=range(len(REFUSED)))
def test_refusal(text: str, position: int | None, reason: str) -> None:
    """What cannot be read is refused in one line that names the place."""
    with pytest.raises(QueryError, match=reason) as caught:
        parse(text)
    assert caught.value.position == position
    assert "\n" not in str(caught.value)


_PIECES = [
    "a",
    "b*",
    "c~1",
    "AND",
    "OR",
    "NOT",
    "+",
    "-",
    "(",
    ")",
    '"',
    "title:",
    "[x TO y]",
    "^2",
    " ",
    "«",
    "»",
    "=",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join) | st.text(max_size=60))
def test_any_text(text: str) -> None:
    """Any text at all is read or refused with a QueryError, never another exception."""
    try:
        tree = parse(text)
    except QueryError as error:
        message = str(error)
    else:
        message = shown(tree)
    assert message


PARTS = """smuggling +routes -mer AND +OR near NEAR 2019 réfugiés تهريب + - +-a "human rights" "a" a:b a*
    cross-border x_y e\u0301 ، =a a~ ( ) \u200f"""
SIMPLE = st.sampled_from([*PARTS.split(), '"human rights"', " ", "\u00a0"])


@given(
    st.lists(st.one_of(SIMPLE, st.text(max_size=4)), max_size=5),
    st.sampled_from(["", " ", "  "]),
    st.booleans(),
)
def test_simple(parts: list[str], between: str, require_all: bool) -> None:
    """What is read at a look is read as it is mark by mark."""
    text = between.join(parts)
    tree = simple(text, require_all=require_all)
    if tree is not None:
        assert tree == parse_closely(text, require_all=require_all)
