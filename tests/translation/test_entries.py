"""The lines of a lexicon: which are read, which are refused, and those of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.errors import SettingsError
from coopsearch.search.translation.bundled import ENTRIES, bundled
from coopsearch.search.translation.entry import Entry, folded, order, parse, read_entries

GOOD = "smuggling\tn\tcontrebande; trafic illicite\tتهريب"


def test_a_line_is_read_and_written_alike() -> None:
    """A line is an entry with its translations in order, and says itself again."""
    entry = parse(GOOD)
    assert entry == Entry("smuggling", "n", ("contrebande", "trafic illicite"), ("تهريب",))
    assert str(entry) == GOOD


BAD = [
    ("smuggling\tn\tcontrebande", "3 columns"),
    (f"{GOOD}\tmore", "5 columns"),
    ("smuggling n contrebande تهريب", "1 columns"),
    ("smuggling\tnoun\tcontrebande\tتهريب", "there is no part of speech"),
    ("\tn\tcontrebande\tتهريب", "is empty"),
    ("smuggling\tn\t\tتهريب", "is empty"),
    ("smuggling\tn\tcontrebande\t", "is empty"),
    (" smuggling\tn\tcontrebande\tتهريب", "blanks"),
    ("smuggling\tn\tcontrebande ; trafic\tتهريب", "blanks"),
    ("smuggling\tn\ttrafic  illicite\tتهريب", "blanks"),
    ("smuggling\tn\tتهريب\tcontrebande", "no word of fr"),
    ("تهريب\tn\tcontrebande\tتهريب", "no word of en"),
    ("smuggling\tn\tcontrebande\tsmuggling", "no word of ar"),
    ("smuggling\tn\tконтрабанда\tتهريب", "no word of fr"),
    ("smuggling\tn\tcontrebande, trafic\tتهريب", "no word of fr"),
    ("smuggling\tn\tfrontie\u0300re\tتهريب", "not composed"),
    ("smuggling\tn\tcontre\u200bbande\tتهريب", "cannot be seen"),
    ("smuggling\tn\tcontrebande; Contrebande\tتهريب", "twice"),
    ("smuggling\tn\tréfugié; refugie\tتهريب", "twice"),
    ("smuggling\tn\tcontrebande\tإنقاذ; انقاذ", "twice"),
    ("12\tn\tcontrebande\tتهريب", "no letters"),
    ("a b c d e f g h i\tn\tcontrebande\tتهريب", "at most 8 words"),
    (f"x\tn\t{'; '.join('abcdefghijklmnopqrstuv')}\tتهريب", "16 are the most"),
    (f"{'x' * 3000}\tn\tcontrebande\tتهريب", "2,000 are the most"),
]


@pytest.mark.parametrize(("line", "words"), BAD)
def test_a_bad_line_is_refused(line: str, words: str) -> None:
    """What is no entry is refused with what is wrong about it."""
    with pytest.raises(SettingsError, match=words):
        parse(line)


def test_a_file_names_the_line() -> None:
    """Comments and empty lines are passed over; an error names file and line."""
    assert list(read_entries(["# words\n", "\n", f"{GOOD}\r\n"], "a.tsv")) == [parse(GOOD)]
    with pytest.raises(SettingsError, match=r"a.tsv line 2: the line has 1 columns"):
        list(read_entries([GOOD, "x"], "a.tsv"))


def test_a_file_is_sorted_without_doubles() -> None:
    """A line out of order, or of the word and part of speech of another, is refused in a file of ours."""
    later = GOOD.replace("smuggling", "boat")
    with pytest.raises(SettingsError, match=r"line 2: boat .n. stands behind smuggling"):
        list(read_entries([GOOD, later], "a.tsv"))
    assert len(list(read_entries([GOOD, later], "a.tsv", ordered=False))) == 2
    with pytest.raises(SettingsError, match=r"line 2: smuggling .n. is there twice"):
        list(read_entries([GOOD, GOOD], "a.tsv"))


@pytest.mark.parametrize(("name", "several"), [(ENTRIES[0], False), (ENTRIES[1], True)])
def test_our_own_entries(repo: Path, name: str, several: bool) -> None:
    """Every line of ours is read, in order, and is as documents are once it is folded; terms stand apart."""
    lines = (repo / "search" / "translation" / "entries" / name).read_text(encoding="utf-8").splitlines()
    found = list(read_entries(lines, name))
    assert [str(entry) for entry in found] == [line for line in lines if line and line[0] != "#"]
    assert found == sorted(found, key=order)
    assert [entry.english for entry in found if (" " in entry.english) is not several] == []
    for entry in found:
        for part in (part for words in entry.columns for word in words for part in folded(word)):
            assert normalize(part) == part, entry
            assert part.isalnum(), entry


USUAL = [
    ("Turkey", "en", "turquie", "تركيا"),
    ("Burma", "en", "birmanie", "بورما"),
    ("Palestine", "en", "palestine", "فلسطين"),
    ("Britain", "en", "grande bretagne", "بريطانيا"),
    ("Darfur", "en", "darfour", "دارفور"),
]


@pytest.mark.parametrize(("word", "language", "french", "arabic"), USUAL)
def test_places_by_their_usual_names(word: str, language: str, french: str, arabic: str) -> None:
    """Places are known by the names that people use, too, where the CLDR has another one or none."""
    found = bundled().translations(normalize(word), language)
    assert french in [said.words for said in found["fr"]]
    assert arabic in [said.words for said in found["ar"]]
    assert bundled().names(normalize(word), language)
