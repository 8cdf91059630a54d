"""What is kept of the ids of a mail and of those before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.analysis.tokenizer import read
from coopsearch.search.conversations.words import NONE, conversation


def word(name: str) -> str:
    """Return the word of an id."""
    return conversation(f"<{name}>", "", "")


@pytest.mark.parametrize(
    ("own", "answered", "before", "people", "ids"),
    [
        ("<a@x>", "", "", "", ["a@x"]),
        ("", "", "", "", []),
        ("no id", "none", "nor here", "", []),
        # The nearest comes first.
        ("<c@x>", "<b@x>", "<a@x> <b@x>", "", ["c@x", "b@x", "a@x"]),
        ("<c@x>", "<b@x>", "<a@x>\n\t<b@x>,<b@x>", "", ["c@x", "b@x", "a@x"]),
        # References are believed before In-Reply-To.
        ("<c@x>", "<other@x>", "<a@x>", "", ["c@x", "a@x"]),
        ("<c@x>", "<b@x>", "", "", ["c@x", "b@x"]),
        ("<c@x>", "Ann's message of Monday <b@x>", "", "", ["c@x", "b@x"]),
        ("<c@x>", "Message from <Ann@x.org> of Monday", "", "Ann <ann@x.org>", ["c@x"]),
        # A mail does not come before itself.
        ("<c@x>", "<c@x>", "<c@x> <a@x>", "", ["c@x", "a@x"]),
        ("<a@\r\n x>", "", "", "", ["a@x"]),
        ("<a@x> <b@x>", "", "", "", ["a@x"]),
    ],
)
def test_what_is_kept(own: str, answered: str, before: str, people: str, ids: list[str]) -> None:
    """A word for the mail itself, then one for each mail before it."""
    assert conversation(own, answered, before, people) == " ".join(map(word, ids))


def test_without_an_id() -> None:
    """A mail that has none of its own, and answers one, is of that one's conversation."""
    assert conversation("", "<b@x>", "") == f"{NONE} {word('b@x')}"


def test_of_many_the_first_and_the_last() -> None:
    """Of a long conversation the beginning and the end are kept, as other mails have one of them."""
    ids = [f"{number}@x" for number in range(1000)]
    found = conversation("<me@x>", "", " ".join(f"<{one}>" for one in ids)).split()
    assert found == [word("me@x"), *map(word, [*ids[:-9:-1], *ids[7::-1]])]


@given(st.text(), st.text(), st.text(), st.text())
def test_any_text(own: str, answered: str, before: str, people: str) -> None:
    """Whatever stands there, each word is one to the tokenizer: letters alone, of one length."""
    words = conversation(own, answered, before, people).split()
    assert all(one == NONE or (len(one) == 16 and one.isalpha() and one.isascii()) for one in words)
    assert list(read(" ".join(words)).slots) == [one for one in words if one != NONE]
