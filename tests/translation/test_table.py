"""The compiled table: what stands in it, that it is the same each time, and what damage does."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.translation import votes
from coopsearch.search.translation.compiling import compiled
from coopsearch.search.translation.entry import Entry, folded, parse
from coopsearch.search.translation.table import Table, Unusable, mapped

LINES = [
    "smuggling\tn\tcontrebande; trafic illicite\tتهريب",
    "smuggler\tn\tpasseur; contrebandier\tمهرب; مهربون",
    "route\tn\troute; filière\tطريق; طرق",
    "human trafficking\tn\ttraite des êtres humains\tالاتجار بالبشر",
    "submarine\tn\tsous-marin\tغواصة",
]
ENTRIES = [parse(line) for line in LINES]


@pytest.fixture(scope="module")
def table() -> Table:
    """A table of a few entries."""
    return Table(compiled(ENTRIES, "test"), "test")


def _words(table: Table, word: str, language: str) -> dict[str, list[tuple[str, float]]]:
    return {
        other: [(one.words, round(one.vote, 2)) for one in found]
        for other, found in table.translations(word, language).items()
    }


def test_all_directions(table: Table) -> None:
    """An entry speaks in all six directions; through a third language both ranks count."""
    assert _words(table, "smuggling", "en") == {
        "fr": [("contrebande", 1.0), ("trafic illicite", 0.71)],
        "ar": [("تهريب", 1.0)],
    }
    assert _words(table, "طرق", "ar") == {
        "en": [("route", 0.71)],
        "fr": [("route", 0.71), ("filiere", 0.5)],
    }
    assert _words(table, "contrebandier", "fr") == {
        "en": [("smuggler", 0.71)],
        "ar": [("مهرب", 0.71), ("مهربون", 0.5)],
    }


def test_words_are_folded_and_stemmed(table: Table) -> None:
    """Translations stand there as documents have them, with the stems of their language."""
    (found,) = table.translations("human trafficking", "en")["fr"]
    assert (found.words, found.stems.split()[0]) == ("traite des etres humains", "traiter")
    (found,) = table.translations("submarine", "en")["fr"]
    assert (found.words, found.joined) == ("sous marin", "sousmarin")
    assert table.translations("sousmarin", "fr").keys() == {"en", "ar"}


def test_stems_lead_to_words(table: Table) -> None:
    """A stem, and a row of them, leads to the words and terms that have it."""
    assert table.of_stem("smuggl", "en") == ["smuggling"]
    assert table.of_stem("مهرب", "ar") == ["مهرب", "مهربون"]
    assert table.of_stem("human traffic", "en") == ["human trafficking"]
    assert table.of_stem("x", "en") == []
    assert table.begins("smug", "en")
    assert not table.begins("smug", "fr")


def test_the_same_entries_give_the_same_bytes() -> None:
    """Neither the order of lines nor the run changes a table."""
    shuffled = random.Random(1).sample(ENTRIES, len(ENTRIES))
    assert compiled(shuffled, "a") == compiled(ENTRIES, "a")
    assert f"analysis={ANALYSIS_VERSION} ".encode() in compiled(ENTRIES).partition(b"\n")[0]


_LATIN = st.text("abcdeé", min_size=2, max_size=5)
_ARABIC = st.text("ابتثج", min_size=2, max_size=5)
_ENTRY = st.builds(
    lambda english, french, arabic: Entry(english, "n", tuple(french), tuple(arabic)),
    _LATIN,
    st.lists(_LATIN, min_size=1, max_size=3, unique=True),
    st.lists(_ARABIC, min_size=1, max_size=3, unique=True),
)


@given(st.lists(_ENTRY, max_size=12, unique_by=lambda one: one.english), _LATIN)
def test_against_a_dictionary(given_entries: list[Entry], stranger: str) -> None:
    """A table says of each word what adding up the votes of all lines says, and nothing of others."""
    expected: dict[tuple[str, str], dict[str, dict[str, float]]] = {}
    for entry in given_entries:
        for (code, word), (other, translation), vote in votes.of(entry):
            into = expected.setdefault((code, " ".join(folded(word))), {}).setdefault(other, {})
            key = " ".join(folded(translation))
            into[key] = into.get(key, 0.0) + vote
    table = Table(compiled(given_entries), "test")
    for (code, word), translations in expected.items():
        found = table.translations(word, code)
        assert found.keys() == translations.keys()
        for other, several in translations.items():
            best = sorted(several.values(), reverse=True)[: votes.KEPT]
            assert [one.vote for one in found[other]] == pytest.approx(best, abs=0.001)
            assert all(abs(several[one.words] - one.vote) <= 0.001 for one in found[other])
    for code in ("en", "fr", "ar"):
        assert list(table.words(code)) == sorted(
            (word for language, word in expected if language == code), key=str.encode
        )
    word = " ".join(folded(stranger))
    assert table.holds(word, "en") is (("en", word) in expected)


def test_damage_is_told(tmp_path: Path) -> None:
    """What is cut, of another version or no table is refused; a changed letter is seen where it is read."""
    whole = compiled(ENTRIES)
    for data, words in [
        (b"", "not a table"),
        (b"\0" * 5_000, "not a table"),
        (whole[:-5], "damaged"),
        (whole + b"x", "damaged"),
        (whole.replace(b"analysis=", b"analysis=9", 1), "another version"),
        (whole.replace(b"lexicon 3", b"lexicon 7", 1), "another version"),
    ]:
        with pytest.raises(Unusable, match=words):
            Table(data, "test")
    broken = Table(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:], "test")
    with pytest.raises(Unusable, match="damaged"):
        broken.translations("smuggling", "en")
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(Unusable, match="empty"):
        mapped(tmp_path / "empty", "test")


@given(st.integers(0, 10_000), st.integers(1, 255), st.sampled_from(["smuggling", "route", "zzz", "a"]))
def test_no_flipped_byte_escapes(at: int, change: int, word: str) -> None:
    """Whatever byte is changed, an answer is the right one, or the table is refused as such."""
    whole = compiled(ENTRIES)
    at %= len(whole)
    right = Table(whole, "test").translations(word, "en")
    try:
        found = Table(whole[:at] + bytes([whole[at] ^ change]) + whole[at + 1 :], "test").translations(
            word, "en"
        )
    except Unusable:
        return
    assert found == right


def test_many_blocks() -> None:
    """A table of many blocks has every word, also the first and the last of a block, and no other one."""
    lines = [f"w{number:05}\tn\tmot{number}\tكلمة" for number in range(3_000)]
    table = Table(compiled(map(parse, lines)), "test")
    words = [f"w{number:05}" for number in range(3_000)]
    assert list(table.words("en")) == words
    assert all(table.holds(word, "en") and not table.holds(f"{word}x", "en") for word in words)
    assert all(table.begins(word[:-1], "en", as_word=True) for word in words)
    assert not table.begins("w03", "en", as_word=True)
    assert list(table.words("fr")) == sorted(f"mot{number}" for number in range(3_000))


def test_a_table_is_small_and_sound_on_disk(tmp_path: Path) -> None:
    """A mapped table answers as one in memory does."""
    (tmp_path / "table").write_bytes(compiled(ENTRIES))
    assert mapped(tmp_path / "table", "test").translations("route", "fr").keys() == {"en", "ar"}
