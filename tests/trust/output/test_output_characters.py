"""Whatever acts or hides is shown as what it is, and what languages need is kept."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopsearch.search.characters import safe, safe_pieces
from tests.trust.conftest import Ledger, Scale
from tests.trust.hostile.hostile import HOSTILE, faults, texts

#: What languages need, and keep.
KEPT = (
    "می‌خواهم",  # Persian: a non-joiner within a word
    "نمی‌توانم به خانه‌ها بروم",
    "ه\u200dمزه",  # a joiner between letters
    "تَعَاوُنٌ مُشْتَرَكٌّ",  # vocalised Arabic
    "قُلْ هُوَ ٱللَّهُ أَحَدٌ \u06dd",  # with the sign of a verse's end
    "\u0600\u0661\u0662",  # the sign of a number
    "בְּרֵאשִׁ֖ית בָּרָ֣א",  # Hebrew with cantillation
    "ශ්‍රී ලංකා",  # a joiner makes one sign of two
    "क्‍ष क्‌ष",
    "ⵜⴰⵎⴰⵣⵉⵖⵜ 漢字 한국어 ไทย Việt e\u0323\u0302",
    "– “quoted” … 1\xa0000 € ½ ✓ 😀",
)
#: Blocks of 1,024 characters in which the usual run looks at everything: the others hold one kind each.
VARIED = (
    *range(0x10),
    0x29,
    0x2A,
    *range(0x36, 0x43),
    *range(0x44, 0x50),
    0x6F,
    0x74,
    0x7C,
    0x7F,
    0x380,
    0x43F,
)


def test_every_character(ledger: Ledger, scale: Scale) -> None:
    """Every character is shown as it is, or acts and hides no more; letters always stay."""
    wrong = 0
    blocks = range(0x440) if scale(0, 1) else VARIED
    for block in (number << 10 for number in blocks):
        signs = list(map(chr, range(block, block + 0x400)))
        pieces = safe_pieces("x".join(signs), range(1, 2 * len(signs) - 1))[::2]
        for sign, shown in zip(signs, pieces, strict=True):
            category = unicodedata.category(sign)
            wrong += bool(HOSTILE.search(shown)) or shown in {"\u200c", "\u200d"}
            is_told = category in {"Cc", "Cs", "Co", "Zl", "Zp"} or bool(HOSTILE.match(sign))
            wrong += shown != sign and not is_told and sign not in "\u200c\u200d"
    ledger("output", "characters of Unicode, between letters", tried=len(blocks) << 10, wrong=wrong)
    assert not wrong


@pytest.mark.parametrize("text", KEPT)
def test_what_languages_need(text: str) -> None:
    """What Arabic, Persian, Hebrew and others need stays as it is."""
    assert safe(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a\ufffd[31mb"),
        ("a\tb\nc\r\u2028d", "a b c  d"),
        ("soft\xadhy\u200bphen\ufeff\u2060", "softhyphen"),
        ("a\u200cb \u200d م\u200d", "ab  م"),
        ("م\u200c\u200c\u200dم", "م\u200cم"),
        ("\u202eexe.txt", "\ufffdexe.txt"),
        ("\U0001f3f4\U000e0067\U000e007f", "\U0001f3f4"),
        ("\u3164\ue000\udc80\ufdd0\ufff9", "\ufffd" * 5),
        ("a" + "\u0301" * 50 + "b", "a" + "\u0301" * 6 + "b"),
        ("a" + "\u0301\u200b" * 50 + "b", "a" + "\u0301" * 6 + "b"),
    ],
)
def test_rules(text: str, shown: str) -> None:
    """What acts is seen as U+FFFD, what is never visible goes, and marks are bounded."""
    assert safe(text) == shown


def test_any_text(ledger: Ledger, scale: Scale) -> None:
    """No text leaves anything hostile, made safe whole, in pieces, or twice."""
    tried = 0

    @settings(max_examples=scale(300, 50_000))
    @given(texts(), st.data())
    def check(text: str, data: st.DataObject) -> None:
        nonlocal tried
        tried += 1
        shown = safe(text)
        assert not faults(shown)
        assert "\n" not in shown
        assert safe(shown) == shown
        assert len(safe(text, 10)) <= 10
        cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4)))
        assert "".join(safe_pieces(text, cuts)) == shown

    wrong = 1
    try:
        check()
        wrong = 0
    finally:
        ledger("output", "texts made safe", tried=tried, wrong=wrong)
