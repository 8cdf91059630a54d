"""Folding: which spellings are one."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coopsearch.search.analysis.normalize import normalize

SAME = [
    ("Réfugiée", "refugiee"),
    ("ŒUVRE", "oeuvre"),
    ("œuvre", "oeuvre"),
    ("Straße", "strasse"),
    ("STRASSE", "strasse"),
    ("Łódź", "lodz"),
    ("Đà Nẵng", "da nang"),
    ("Ærø", "aero"),
    ("İstanbul", "istanbul"),
    ("ısı", "isi"),
    ("naïveté", "naivete"),
    ("ﬁn", "fin"),
    ("ＡＢＣ", "abc"),
    ("ΣΟΦΌΣ", "σοφοσ"),
    ("Ёлка", "елка"),
    ("Чайка", "чайка"),
    ("Київ", "київ"),
    ("שָׁלוֹם", "שלומ".replace("מ", "ם")),
    ("التَّعاوُنُ", "التعاون"),
    ("التعـــاون", "التعاون"),
    ("أحمد", "احمد"),
    ("إلى", "الي"),
    ("آمن", "امن"),
    ("ٱلله", "الله"),
    ("مدرسة", "مدرسه"),
    ("ﻻجئ", "لاجئ"),
    ("ﺍﻟﺘﻌﺎﻭﻥ", "التعاون"),
    ("کتاب", "كتاب"),
    ("ایران", "ايران"),
    ("هذٰا", "هذا"),
    ("مسؤول", "مسئول"),
    ("٢٠١٩", "2019"),
    ("۲۰۱۹", "2019"),
    ("२०१९", "2019"),
    ("２０１９", "2019"),
    ("co\u00adop", "coop"),
    ("a\u200bb", "ab"),
    ("\u202bكتاب\u202c", "كتاب"),
    ("हिन्दी", "हिन्दी"),
    ("ｶﾞ", "ガ"),
    ("か\u3099", "が"),
    ("한국", "한국"),
    ("h\u0301e\u0316y\u0489", "hey"),
    ("ﷺ", "صلياللهعليهوسلم"),
    ("\u0301", ""),
    ("ـــ", ""),
    ("smug*", "smug*"),
    ("", ""),
    ("\ud800", "\ud800"),
]


@pytest.mark.parametrize(("written", "folded"), SAME)
def test_table(written: str, folded: str) -> None:
    """Each spelling folds to the one given, in NFC and in NFD."""
    assert normalize(written) == folded
    assert normalize(unicodedata.normalize("NFD", written)) == folded
    assert normalize(unicodedata.normalize("NFC", written)) == folded


APART = [("й", "и"), ("ї", "і"), ("ؤ", "و"), ("ئ", "ي"), ("ガ", "カ"), ("कि", "क"), ("1", "2"), ("د", "ذ")]


@pytest.mark.parametrize(("one", "other"), APART)
def test_other_letters_stay_apart(one: str, other: str) -> None:
    """A mark that makes another letter is not dropped."""
    assert normalize(one) != normalize(other)


WORDS = st.text(st.characters(), max_size=12)


@settings(max_examples=400, deadline=None)
@given(WORDS)
@example("ͅ\u0345ᾼ")
@example("ﷺ")
def test_idempotent_and_normal(word: str) -> None:
    """Folding twice changes nothing, and the result is in NFC."""
    once = normalize(word)
    assert normalize(once) == once
    assert unicodedata.normalize("NFC", once) == once


@settings(max_examples=400, deadline=None)
@given(WORDS)
def test_normal_forms_meet(word: str) -> None:
    """NFC and NFD of a word fold to the same."""
    assert normalize(unicodedata.normalize("NFC", word)) == normalize(unicodedata.normalize("NFD", word))


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(categories=("Lu", "Ll")), max_size=12))
def test_case_does_not_count(word: str) -> None:
    """Upper and lower case of a word fold to the same."""
    # Letters whose upper case is another letter altogether (dotless i) are left to the table.
    if word.upper().lower() == word.lower():
        assert normalize(word.upper()) == normalize(word)
