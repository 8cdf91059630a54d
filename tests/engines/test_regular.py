"""Regular expressions over sorted words, against Python's own and against the clock."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.engines import regular
from coopsearch.search.engines.columns.expressions import fitting as together
from coopsearch.search.engines.regular import TooComplex, fitting
from coopsearch.search.engines.regular_syntax import BadExpression, read
from tests.effort import effort

WORDS = sorted({
    "", "a", "aa", "ab", "abc", "b", "ba", "cab", "smuggle", "smuggled", "smuggler", "smuggling", "struggle",
    "7", "07", "77", "99", "100", "120", "121", "1990", "refugie",
    "réseau", "تهريب", "مهرب", "a/b", "x.y", "r&d",
})  # fmt: skip

TABLE = [
    ("smuggl(er|ing)", {"smuggler", "smuggling"}),
    ("smuggle[dr]?", {"smuggle", "smuggled", "smuggler"}),
    ("s.*gle", {"smuggle", "struggle"}),
    ("s(mu|tru)ggle", {"smuggle", "struggle"}),
    ("^smuggle$", {"smuggle"}),
    ("SMUGGLE", {"smuggle"}),
    ("[A-B]+", {"a", "aa", "ab", "b", "ba"}),
    ("[^a-z]+", {"7", "07", "77", "99", "100", "120", "121", "1990", "تهريب", "مهرب"}),
    ("[ab]{2}", {"aa", "ab", "ba"}),
    ("a{1,2}", {"a", "aa"}),
    ("(ab?){2}", {"aa"}),
    ("a{2,}", {"aa"}),
    ("", {""}),
    ("a|", {"", "a"}),
    (r"\d\d", {"07", "77", "99"}),
    (r"\d{3,}", {"100", "120", "121", "1990"}),
    ("<7-120>", {"7", "77", "99", "100", "120"}),
    ("<120-99>", {"99", "100", "120"}),
    (r"a\/b", {"a/b"}),
    (r"x\.y", {"x.y"}),
    ("x.y", {"x.y"}),
    ('"x.y"', {"x.y"}),
    ('r"&"d', {"r&d"}),
    ("s@gle", {"smuggle", "struggle"}),
    ("s@&@er", {"smuggler"}),
    ("s@&~(@ing)&~(@gle)", {"smuggled", "smuggler"}),
    ("#|a", {"a"}),
    ("رéseau", set()),
    ("refugié", {"refugie"}),
    ("[é]|b", {"b"}),
    (".*هر.*", {"تهريب", "مهرب"}),
    ("(?:a|b)a", {"aa", "ba"}),
    ("@", set(WORDS)),
    (".*", set(WORDS)),
    ("~(.*)", set()),
]


@pytest.mark.parametrize(("text", "words"), TABLE)
def test_table(text: str, words: set[str]) -> None:
    """Each expression fits the words beside it and no others, also behind a prefix."""
    assert set(fitting(read(text), WORDS)) == words
    prefixed = [f"name={word}" for word in WORDS]
    assert fitting(read(text), prefixed, 5) == sorted(f"name={word}" for word in words)


BAD = [
    ("(a", "never closed", 0),
    ("a)", "closes nothing", 1),
    ("[a", "never closed", 0),
    ("*a", "repeats nothing", 0),
    ("a|+", "repeats nothing", 2),
    ("a{2", "never closed", 1),
    ("a{x}", "does not hold", 1),
    ("a{3,2}", "the lower first", 1),
    ("a{5000}", "0 to 1,000", 1),
    ("[z-a]", "is empty", 1),
    ("<a-b>", "two numbers", 0),
    (r"(a)\1", "not known", 3),
    ("(?=a)b", "look around", 0),
    (r"\p{L}", "not known", 0),
    ("a\\", "before nothing", 1),
    ("(" * 60 + "a" + ")" * 60, "nested deeper", 50),
    ("a" * 501, "501 characters", 0),
    ("~", "missing", 1),
]


@pytest.mark.parametrize(("text", "reason", "place"), BAD)
def test_refusal(text: str, reason: str, place: int) -> None:
    """What cannot be read is refused with the reason and its place."""
    with pytest.raises(BadExpression, match=reason) as caught:
        read(text)
    assert caught.value.place == place


_atoms = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "(?:ab)", "(?:a|)"])
_patterns = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
    ),
    max_leaves=8,
)


@given(_patterns, st.lists(st.text("abc", max_size=8), max_size=12))
def test_as_python(pattern: str, words: list[str]) -> None:
    """Expressions that Python knows too fit the same words, and all of these begin with the literal."""
    words = sorted(set(words))
    expression = read(pattern)
    wanted = [word for word in words if re.fullmatch(pattern, word)]
    assert fitting(expression, words) == wanted
    assert all(word.startswith(expression.literal) for word in wanted)


@given(st.text('ab()[]{}|&~*+?.\\<>"@#-^$1,', max_size=20))
def test_any_text(pattern: str) -> None:
    """Any text is read or refused, never anything else."""
    try:
        fitting(read(pattern), WORDS)
    except BadExpression as error:
        assert str(error)


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|aa)+$", "(a*)*(a*)*b", "((((a*)*)*)*)*b", ".*.*.*.*.*.*x", "(a?){30}a{30}"]
)
def test_no_catastrophe(pattern: str) -> None:
    """Expressions over which backtracking takes for ever are answered at once."""
    assert fitting(read(pattern), ["a" * 300, "a" * 301 + "c"]) in ([], ["a" * 300])


@given(_patterns, st.lists(st.text("abcé😀", max_size=8), max_size=12), st.sampled_from(["", "name="]))
def test_many_words_at_once(pattern: str, words: list[str], prefix: str) -> None:
    """Words that are looked at together fare as each of them alone."""
    words = [prefix + word for word in sorted(set(words))]
    alone = fitting(read(pattern), words, len(prefix))
    assert together(read(pattern), words, len(prefix)) == alone


def test_large_numbers() -> None:
    """An interval between numbers of nineteen digits is read as fast as any other."""
    taken = effort(lambda: read("<1-9999999999999999999>"))
    assert taken < 5
    assert fitting(read("<95-10203>"), ["94", "95", "9999", "10203", "10204"]) == [
        "95", "9999", "10203",
    ]  # fmt: skip


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """An expression that needs too many states or too many steps is given up with a word about it."""
    words = [format(number, "010b").replace("0", "a").replace("1", "b") for number in range(1 << 10)]
    with monkeypatch.context() as patched:
        patched.setattr(regular, "MOST_STEPS", 500)
        for way in (fitting, together):
            with pytest.raises(TooComplex, match="steps"):
                way(read("(a|b)*a(a|b){8}"), words, 0)
    monkeypatch.setattr(regular, "MOST_STATES", 100)
    with pytest.raises(TooComplex, match="states"):
        fitting(read("(a|b)*a(a|b){8}"), words)
