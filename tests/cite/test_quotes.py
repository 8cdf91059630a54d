"""A quotation is found word for word, whatever lies between its letters that is not seen."""

from __future__ import annotations

import unicodedata

import pytest

from coopsearch.search.desk.quotes import (
    LONGEST,
    checked,
    located,
    nearest,
    normal,
    place_of,
    stands_in,
)
from coopsearch.search.errors import SettingsError
from coopsearch.search.model import Document, Passage

#: A text, a quotation, and whether the text holds it.
CASES = [
    ("The route moved east.", "route moved", True),
    ("The route\n  moved\u00a0east.", "The route moved east.", True),
    ("The route moved east.", "The route\n\nmoved\u00a0 east.", True),
    ("The smug\u00adgling route", "smuggling route", True),
    ("The smuggling route", "smug\u00adgling\u200b route", True),
    ("The route moved east.", "the route", False),
    ("The route moved east.", "oute moved", False),
    ("The route moved east.", "route move", False),
    ("The route moved 20 km.", "route moved 2", False),
    ("It's the “route” – so", 'It’s the "route" – so', True),
    ("cross‑border", "cross-border", True),
    ("réfugiés", unicodedata.normalize("NFD", "réfugiés"), True),
    (unicodedata.normalize("NFD", "Les réfugiés partent"), "réfugiés", True),
    ("réfugiés", "refugies", False),
    ("هذه الطُّرُق خطيرة", "هذه الطرق خطيرة", True),
    ("هذه الطرق خطيرة", "هذه الطُّرُقُ خطيرةٌ", True),
    ("هـــذه الطرق", "هذه الطرق", True),
    ("والطرق خطيرة", "الطرق خطيرة", False),
    ("أمن الحدود", "امن الحدود", False),
    (unicodedata.normalize("NFD", "أمن الحدود"), "أمن الحدود", True),
    (unicodedata.normalize("NFD", "أمن"), "امن", False),
    ("他们说边境合作很重要", "边境合作", True),
    ("a (b) [c] * d.", "(b) [c] * d.", True),
    ("a \x1b[31m b", "a \ufffd[31m b", True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote", "held"), CASES)
def test_stands_in(text: str, quote: str, held: bool) -> None:
    """Blanks, what is not seen and forms of signs do not count; letters, figures and words as wholes do."""
    places = list(stands_in(text, quote))
    assert bool(places) == held
    for start, end in places:
        assert normal(text[start:end]) == normal(quote) or "\ufffd" in quote


def test_long_runs_cost_no_time() -> None:
    """Texts made to keep a search busy are passed over at once."""
    for text in ("\u00ad" * 200_000, "a " * 100_000, "a\u00ad" * 100_000, " " * 200_000):
        assert not list(stands_in(text, "a " * 50 + "b"))


@pytest.mark.parametrize("quote", ["", "  ", "\u00ad", "…!", "\n", "a" * (LONGEST + 1)])
def test_no_quotation(quote: str) -> None:
    """What holds no word, or is too long, is refused with what to do."""
    with pytest.raises(SettingsError, match=r"give some|quote less"):
        checked(quote)


def document() -> Document:
    """Three passages, two pages, and the same words twice."""
    text = "Routes\n\nThe route moved.\r\nIt moved east.\n\nThe route moved. Again."
    starts = [0, 8, 42]
    ends = [6, 40, len(text)]
    passages = tuple(
        Passage(start, end, line, page, heading)
        for start, end, line, page, heading in zip(
            starts, ends, (1, 3, 6), (1, 1, 2), ((), ("Routes",), ("Routes",)), strict=True
        )
    )
    return Document("a.txt", "a.txt", "Routes", text, passages, "txt")


def test_places() -> None:
    """Of several places the nearest to the old one is taken, each with its page, line and heading."""
    one = document()
    first, second = located(one, "The route moved."), located(one, "The route moved.", near=60)
    assert first is not None
    assert second is not None
    assert (first.page, first.line, first.heading) == (1, 3, ("Routes",))
    assert (second.page, second.line) == (2, 6)
    east = located(one, "It moved east.")
    assert east is not None
    assert east.line == 4
    assert located(one, "the route") is None
    assert place_of(Document("a", "a", "", "", (), "txt"), 0, 0).line is None


def test_nearest() -> None:
    """The passage that holds most of the words stands for what became of them, if it holds half."""
    found = nearest(document(), "It quickly moved east")
    assert found is not None
    assert found.line == 3
    assert nearest(document(), "nothing of it at all") is None
