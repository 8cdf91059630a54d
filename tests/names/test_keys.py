"""Spellings of one name share a key and cost little; words that only sound alike cost much."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.names.costs import cost, weight
from coopsearch.search.names.keys import keys, keys_of_all
from coopsearch.search.names.particles import parts
from coopsearch.search.names.spellings import LIMIT, WIDE_LIMIT, spellings

#: Each row is one name, as it is written in Latin, Arabic and Cyrillic script.
SAME = """
    Ghazouani Ghazwani الغزواني
    Mohamed Muhammad Mohammed Mouhamed محمد Мухаммед
    Kadhafi Qaddafi Gaddafi Gadhafi القذافي
    Hussein Husayn Houssein حسين
    Youssef Yusuf Yousif يوسف
    Путин Putin بوتين Poutine
    Zelensky Зеленский زيلينسكي Zelenskyy
    Nouakchott نواكشوط
    Sheikh Cheikh Shaykh الشيخ شيخ
    Abdallah عبدالله Abdullah
    Abdelaziz Abdulaziz عبدالعزيز
    Bouteflika بوتفليقة
    Djibouti جيبوتي Jibouti
    Khartoum الخرطوم
    Kairouan القيروان
    Lavrov لافروف Лавров
    London لندن
"""
#: Words that are not one name.
OTHER = """
    Mali Amal
    Omar Amir
    Paris Persia
    Tunis Athens
    سعيد سعد
    Mali Mail
    Salem Islam
"""


def rows(table: str) -> list[list[str]]:
    """Read a table of words."""
    return [[normalize(word) for word in row.split()] for row in table.strip().splitlines()]


@pytest.mark.parametrize("names", rows(SAME), ids=lambda names: names[0])
def test_spellings_of_a_name_share_a_key(names: list[str]) -> None:
    """Whoever types one of them finds the words that the key of it leads to."""
    for one, other in combinations(names, 2):
        assert keys(one) & keys(other), (one, other)


@pytest.mark.parametrize("names", rows(SAME), ids=lambda names: names[0])
def test_spellings_of_a_name_cost_little(names: list[str]) -> None:
    """Of the spellings of a name, each is offered for the first."""
    for other in names[1:]:
        assert cost(names[0], other) <= LIMIT, other
        assert cost(other, names[0]) == pytest.approx(cost(names[0], other))


@pytest.mark.parametrize("words", rows(OTHER), ids=lambda row: row[0])
def test_other_names_cost_much(words: list[str]) -> None:
    """Words that share consonants by chance are not offered for each other."""
    one, other = words
    assert cost(one, other) > LIMIT or not keys(one) & keys(other)


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("محمد", "MHMD"),
        ("mohammed", "MHMD"),
        ("الغزواني", "JZN"),
        ("عبدالله", "BDL"),
        ("علي", "AL"),
        ("ali", "AL"),
    ],
)
def test_a_key_is_of_consonants(word: str, key: str) -> None:
    """Vowels, articles and doubles are left out; what is one consonant alone says that a vowel begins it."""
    assert key in keys(word)


@pytest.mark.parametrize("word", ["", "ab", "a1b2", "x" * 41, "中国人", "абвmix", "3rd", "un-ion"])
def test_what_is_no_name_has_no_key(word: str) -> None:
    """Short words, long ones, numbers, and those of other or several scripts are not names."""
    assert keys(word) == frozenset()


@given(st.text(alphabet="abdghkmouي محقشةаbв'", max_size=45))
def test_any_text_has_few_keys(text: str) -> None:
    """No word has more than some keys, and no key is empty."""
    found = keys(text)
    assert "" not in found
    assert len(found) <= 48


@given(st.lists(st.text(alphabet="abdghkmولاتشبفكق محه٣ۀв", max_size=12), max_size=8))
def test_keys_of_many_words_are_those_of_each(words: list[str]) -> None:
    """Whatever scripts stand side by side."""
    assert list(keys_of_all(words)) == [keys(word) for word in words]


@given(st.text(alphabet="abdeghiklmnorstuwyz", min_size=3, max_size=12))
def test_a_word_costs_nothing_to_itself(word: str) -> None:
    """Whatever the letters."""
    assert cost(word, word) == 0.0


@given(
    st.text(alphabet="abdghkmnou", min_size=1, max_size=9),
    st.text(alphabet="abdghkmnou", min_size=1, max_size=9),
)
def test_a_bound_changes_no_cost_below_it(one: str, other: str) -> None:
    """A cost is the same with a bound above it, and infinity with one below."""
    exact = cost(one, other)
    assert cost(one, other, exact + 0.01) == pytest.approx(exact)
    assert exact == 0 or cost(one, other, exact - 0.01) == math.inf


def test_weights_fall_with_costs() -> None:
    """What costs nothing counts 1, and the most that is offered a tenth."""
    assert weight(0.0) == 1.0
    assert 0.1 < weight(LIMIT) < 0.15


def test_the_nearest_spellings_come_first() -> None:
    """Of words that share a key, those within the limit are offered, the cheapest first."""
    found = spellings("ghazouani", ["ghazouani", "الغزواني", "ghazwani", "juzni", "jason"])
    assert [one.word for one in found][:2] == ["الغزواني", "ghazwani"]
    assert all(one.cost <= LIMIT for one in found)
    wide = spellings("ghazouani", ["ghazouani", "الغزواني", "ghazwani", "juzni", "jason"], WIDE_LIMIT)
    assert len(wide) >= len(found)


def test_very_many_words_are_not_all_looked_at() -> None:
    """Of many words that share a key, those of about the same length are compared."""
    others = [f"ghazwani{at:b}".translate({48: "a", 49: "e"}) for at in range(64, 5_000)]
    assert spellings("ghazouani", [*others, "ghazwani"])[0].word == "ghazwani"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("mohamed ould ghazouani", "mohamed ghazouani"),
        ("m ould el ghazouani", "ghazouani"),
        ("محمد ولد الغزواني", "محمد الغزواني"),
        ("van der bellen", "bellen"),
        ("ben ali", "ali"),
        ("al", "al"),
        ("x", "x"),
    ],
)
def test_particles_tell_no_name(name: str, told: str) -> None:
    """Particles and initials are left out, unless a name is nothing else."""
    assert parts(tuple(name.split())) == tuple(told.split())
