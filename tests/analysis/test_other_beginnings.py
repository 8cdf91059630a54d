"""Forms that do not begin as their stem does are known by how they begin."""

from __future__ import annotations

import json
import lzma
from itertools import islice
from pathlib import Path

import pytest

from coopsearch.search.analysis.english.irregular_forms import SPELLINGS
from coopsearch.search.analysis.english.stemming import _FORM_OF
from coopsearch.search.analysis.french.irregular_verbs import forms
from coopsearch.search.analysis.french.stemming import _INSTEAD, _STEMS
from coopsearch.search.analysis.language import other_beginnings
from coopsearch.search.analysis.stems import stem
from coopsearch.search.analysis.tokenizer import words

CORPORA = [("en", "scifact_en"), ("fr", "piaf_fr_20k"), ("ar", "arcd_ar_10k")]


def missed(word: str, language: str) -> bool:
    """Say whether a word is neither known by its stem's first letters nor by how it begins."""
    letters = stem(word, language)[:2]
    return letters not in word and not word.startswith(other_beginnings(language).get(letters, ("\0",)))


def test_tables() -> None:
    """Whatever the stemmers' own tables hold is known."""
    english = [*_FORM_OF, *SPELLINGS, *(f"{one}s" for one in SPELLINGS)]
    assert [word for word in english if missed(word, "en")] == []
    assert [word for word in [*_INSTEAD, *_STEMS, *forms()] if missed(word, "fr")] == []


@pytest.mark.parametrize(("language", "name"), CORPORA)
def test_real_words(shared: Path, language: str, name: str) -> None:
    """Of the words of real texts none is missed."""
    found: set[str] = set()
    with lzma.open(shared / "collections" / name / "corpus.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in islice(lines, 600):
            found.update(words(json.loads(line)["text"])[0])
    assert len(found) > 5_000
    assert sorted(word for word in found if missed(word, language)) == []


def test_others_have_none() -> None:
    """A language without a package, and none at all, have no such forms."""
    assert other_beginnings("de") == other_beginnings("") == {}
