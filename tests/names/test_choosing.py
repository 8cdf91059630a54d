"""What sounds like a name is believed to spell it unless it is a common word, or another name."""

from __future__ import annotations

import pytest

from coopsearch.search.names.choosing import is_asked_for, is_believed, is_nearly_the_same, is_rarer
from coopsearch.search.names.costs import cost
from coopsearch.search.names.known import known_name
from coopsearch.search.names.spellings import LIMIT, Spelling


def spelled(name: str, word: str) -> Spelling:
    """Return a word as a spelling of a name, which by its letters alone it would be."""
    found = Spelling(word, cost(name, word, LIMIT))
    assert found.cost <= LIMIT, (name, word)
    return found


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ghazouani", "ghazwani الغزواني"),
        ("kadhafi", "gaddafi qaddafi القذافي"),
        ("putin", "путин بوتين poutine"),
        ("mohammed", "محمد mohamed muhammad"),
        ("tebboune", "تبون"),
        ("assad", "alassad"),
        ("yunus", "يونس"),
        ("khalil", "خليل"),
        ("بوتين", "putin poutine путин"),
        ("القذافي", "kadhafi gaddafi"),
        # A place by what it is called in another language, and one that is written otherwise.
        ("panama", "بنما"),
        ("syria", "syrie"),
        ("russie", "russia"),
        ("السودان", "sudan"),
    ],
)
def test_spellings_of_a_name_are_believed(name: str, words: str) -> None:
    """In any script."""
    for word in words.split():
        assert is_believed(name, spelled(name, word)), word


@pytest.mark.parametrize(
    ("name", "words"),
    [
        # Function words, and such with what is written together with them.
        ("oman", "ومن ممن منه"),
        ("hadi", "الذي والذي"),
        ("eden", "الذين والذين"),
        ("albania", "بانني باننا"),
        ("canette", "كانت كنت"),
        # Common words, as they stand, behind a preposition, and in another form.
        ("omar", "ممر مره ومره المره"),
        ("togo", "ثقه بالثقه توجيه توجه تقع تتوقع"),
        ("panama", "بنعم"),
        ("hanoi", "النووي"),
        ("taba", "وبالطبع"),
        ("doha", "والدها"),
    ],
)
def test_common_words_are_not(name: str, words: str) -> None:
    """Whatever stands before or behind them."""
    for word in words.split():
        if cost(name, word, LIMIT) <= LIMIT:
            assert not is_believed(name, spelled(name, word)), word


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("sudan", "sweden"),
        ("hussein", "الصين"),
        ("hussein", "والصين"),
        ("angola", "angela"),
        ("syria", "sierra"),
        ("السودان", "sweden"),
        ("eden", "aden"),
        ("maroc", "marc"),
    ],
)
def test_another_name_is_not(name: str, word: str) -> None:
    """What the lexicon knows as a place is no spelling of another."""
    assert not is_believed(name, spelled(name, word))


@pytest.mark.parametrize(("name", "word"), [("yemen", "elimina"), ("albania", "bani"), ("mugabe", "mkapa")])
def test_a_short_word_is_not_far_from_a_name(name: str, word: str) -> None:
    """In one script, each letter of the shorter one allows for so much."""
    assert not is_believed(name, spelled(name, word))


def test_a_frequent_word_is_no_far_spelling_of_a_rare_one() -> None:
    """Lyon is not Leone; a near one is met however frequent it is."""
    assert is_rarer("lyon", 2, spelled("lyon", "leone"), 20)
    assert not is_rarer("lyon", 0, spelled("lyon", "leone"), 20)
    assert not is_rarer("putin", 2, spelled("putin", "poutine"), 20)


def test_what_nothing_shows_to_be_a_name_has_near_spellings_alone() -> None:
    """A word in small letters that stands nowhere may be a word of a language."""
    assert is_nearly_the_same("kadhafi", spelled("kadhafi", "القذافي"))
    assert not is_nearly_the_same("canette", spelled("canette", "kenneth"))


@pytest.mark.parametrize(
    ("name", "word", "asked"),
    [
        ("said", "سعيد", True),
        ("ali", "علي", True),
        ("muammar", "معمر", True),
        ("omar", "عمر", True),
        ("oman", "منه", False),
        ("oman", "ومن", False),
        ("theresa", "others", False),
        ("kofi", "coffee", False),
    ],
)
def test_what_is_asked_for_by_that(name: str, word: str, *, asked: bool) -> None:
    """Given names of Arabic are words of it; function words and common words of Latin script are no names."""
    one = Spelling(word, cost(name, word, 4.0))
    assert is_asked_for(name, one) is asked


def test_what_the_lexicon_knows_of_a_name() -> None:
    """Also where an Arabic word has a conjunction or an article before it; of other words nothing."""
    assert {"sweden", "suede"} <= known_name("السويد")
    assert known_name("والسويد") == known_name("السويد")
    assert known_name("ghazouani") == frozenset()
    assert known_name("table") == frozenset()
