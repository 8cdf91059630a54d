"""Which words of a text are written as names can be."""

from __future__ import annotations

import pytest

from coopsearch.search.analysis.capitals import written_as_names
from coopsearch.search.analysis.lexicon import Lexicon


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ghazouani spoke, and the crowd left.", "ghazouani"),
        ("“Ghazouani”, (PUTIN) l’Égypte d'Ivoire", "ghazouani putin egypte ivoire"),
        ("the el-Sheikh affair", "sheikh elsheikh"),
        ("iPhone and eBay, a1B and 3D", "iphone ebay"),
        ("التقى الغزواني 2020", "التقى الغزواني"),
        ("Путин прибыл", "путин"),
        ("no name at all", ""),
        ("", ""),
    ],
)
def test_words_with_capitals_and_those_without_case(text: str, names: str) -> None:
    """A capital anywhere in a word says so; Arabic has none, so any word can be a name."""
    from coopsearch.search.analysis.normalize import normalize

    wanted = {normalize(name) for name in names.split()}
    assert written_as_names(text) == wanted
    lexicon = Lexicon()
    for piece in text.split():
        lexicon[piece]
    words = list(lexicon.words)
    assert {words[number] for number in lexicon.names} == wanted


def test_a_small_word_that_was_met_first_becomes_a_name() -> None:
    """The lexicon notes a capital whenever it meets it."""
    lexicon = Lexicon()
    lexicon["rose"], lexicon["rose,"], lexicon["Rose"]
    assert [list(lexicon.words)[number] for number in lexicon.names] == ["rose"]
