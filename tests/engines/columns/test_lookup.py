"""Texts looked up many at a time have the entries that each of their pieces has alone."""

from __future__ import annotations

import sys
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.analysis.lexicon import Lexicon
from coopsearch.search.analysis.tokenizer import pieces, rows
from coopsearch.search.engines.columns.build import token_table as lookup
from coopsearch.search.engines.columns.build.token_table import Lookup

WORDS = st.sampled_from(
    """the the The peace, peace 12345678 123456789 1234567890123456 12345678901234567 internationalization
    réfugiées l'été والمهربين المتحدة، 中国人 a é\0 a\0 a\x01 x\u00a0y 10\u202f000 a\u2028b a\u3000b \ud800
    https://example.org/a/long/address/that/goes/on/and/on/beyond/what/is/remembered/of/a/piece""".split(" ")
)
GAPS = st.sampled_from([" ", " ", "\n", "\t", "\x1c", "  ", " \r\n "])
TEXTS = st.lists(st.tuples(WORDS, GAPS), max_size=12).map(lambda found: "".join(map("".join, found)))


def words_of(lexicon: Lexicon, entry: int) -> list[tuple[str, int]]:
    """Return the words of an entry with their steps."""
    names = list(lexicon.words)
    first, last = lexicon.first[entry : entry + 2]
    return [(names[lexicon.row_word[row]], lexicon.row_step[row]) for row in range(first, last)]


@given(
    st.lists(st.one_of(TEXTS, st.text(max_size=30)), max_size=12),
    st.sampled_from([24, 200, 1 << 16]),
    st.sampled_from([1, 4, 18]),
)
def test_same_words(texts: list[str], window: int, bits: int) -> None:
    """However texts are cut into windows, and however few slots there are, the words are the pieces' own."""
    lexicon = Lexicon()
    with (
        patch.object(lookup, "_SHORT", 1),
        patch.object(lookup, "_WINDOW", window),
        patch.object(lookup, "_BITS", bits),
        patch.object(lookup, "_SHIFT", type(lookup._SHIFT)(64 - bits)),
    ):
        look_up = Lookup(lexicon)
        for _ in range(2):  # the second time all is known
            entries, counts = look_up(texts)
            assert counts.tolist() == [len(pieces(text)) for text in texts]
            found = [words_of(lexicon, entry) for entry in entries.tolist()]
            assert found == [list(rows(piece)) for text in texts for piece in pieces(text)]


def test_long_text() -> None:
    """A text of many windows, with a stretch that has no blank, is cut as a short one is."""
    text = "the smugglers " * 9000 + "x" * 200_000 + "\nroutes" * 30_000 + " and ways"
    lexicon = Lexicon()
    entries, counts = Lookup(lexicon)([text, "and", text])
    assert counts.tolist() == [len(text.split()), 1, len(text.split())]
    names = [word for entry in entries.tolist()[-30_010:] for word, _ in words_of(lexicon, entry)[:1]]
    assert names[-29_000:] == text.split()[-29_000:]


@pytest.mark.parametrize(
    "character", [chr(number) for number in range(sys.maxunicode + 1) if chr(number).isspace()]
)
def test_white_space(character: str) -> None:
    """Every white space parts pieces, be it cut here or left to the tokenizer."""
    texts = [f"one{character}two three " * 300] * 2
    _, counts = Lookup(Lexicon())(texts)
    assert counts.tolist() == [len(pieces(text)) for text in texts]
