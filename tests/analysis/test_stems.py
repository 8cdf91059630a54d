"""Stems: what has one, that a word is worked out once, and what it costs to get at NLTK."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopsearch.search.analysis import _nltk
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.analysis.stems import LANGUAGES, StemTable, fits, stem

UNCHANGED = [
    ("covid19", "en"),
    ("3.5", "en"),
    ("smuggling", "ar"),
    ("smuggling", "ru"),
    ("中国", "en"),
    ("smuggling", "zh"),
    ("smuggling", ""),
    ("x", "en"),
    ("john@example.org", "en"),
    ("a" * 41, "en"),
    ("", "en"),
    ("книги", "en"),
    ("في", "ar"),
]


@pytest.mark.parametrize(("word", "language"), UNCHANGED)
def test_words_left_alone(word: str, language: str) -> None:
    """Words with digits or signs, of another script, too short or too long stay as they are."""
    assert stem(word, language) == word


def test_arabic_among_latin_words() -> None:
    """A word of Arabic script is stemmed as Arabic in a text of another language; Persian ones are left."""
    assert stem("التعاون", "en") == stem("التعاون", "fr") == stem("التعاون", "ar") == "تعاون"
    assert stem("التعاون", "fa") == stem("التعاون", "") == "التعاون"
    table = StemTable(lambda _: {})
    assert table.stems(["التعاون", "talks"], "en") == ["تعاون", "talk"]
    assert table.drain() == {("ar", "التعاون"): "تعاون", ("en", "talks"): "talk"}


FORMS = [
    ("da", "regeringen", "regeringer"),
    ("de", "landes", "landen"),
    ("en", "smuggling", "smuggled"),
    ("es", "refugiados", "refugiadas"),
    ("fi", "talossa", "talosta"),
    ("fr", "refugiees", "refugie"),
    ("hu", "hazak", "haz"),
    ("it", "governo", "governi"),
    ("nl", "landen", "land"),
    ("no", "landene", "landet"),
    ("pt", "governos", "governo"),
    ("ro", "guvernului", "guvernul"),
    ("ru", "границы", "границе"),
    ("sv", "regeringen", "regeringar"),
    ("ar", "المهربين", "مهرب"),
]


@pytest.mark.parametrize(("language", "one", "other"), FORMS)
def test_each_language(language: str, one: str, other: str) -> None:
    """In each language with stems two forms of a word meet."""
    assert stem(one, language) == stem(other, language) != ""


def test_every_language_is_tested() -> None:
    """The table above leaves no language out."""
    assert sorted(language for language, _, _ in FORMS) == list(LANGUAGES)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12), st.sampled_from([*LANGUAGES, "", "zh"]))
def test_any_word_has_a_stem(text: str, language: str) -> None:
    """No word makes a stemmer fail, and none has an empty stem."""
    word = normalize(text)
    assert bool(stem(word, language)) == bool(word)


@settings(max_examples=300, deadline=None)
@given(st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهويءئؤ", min_size=2, max_size=12))
def test_arabic_letters(word: str) -> None:
    """The light stem of an Arabic word is a part of it, of two letters or more; a feminine's keeps a ه."""
    found = stem(word, "ar")
    assert len(found) >= 2
    assert found in word or (found[-1] == "ه" and found[:-1] in word)


def test_arabic_keeps_no_state() -> None:
    """The stem of an Arabic word does not depend on the words before it."""
    words = [normalize(word) for word in "التعاون تعاون والمهربين مهرب الهجرة هجرة السياسات يتعاونون".split()]
    alone = {word: stem(word, "ar") for word in words}
    assert [stem(word, "ar") for word in reversed(words)] == [alone[word] for word in reversed(words)]


class Index:
    """What an index knows, and what it was asked for."""

    def __init__(self, known: Mapping[str, Mapping[str, str]]) -> None:
        self.known = known
        self.asked: list[str] = []

    def __call__(self, word: str) -> Mapping[str, str]:
        """Answer as ``Reader.stems``."""
        self.asked.append(word)
        return self.known.get(word, {})


def test_table_asks_once() -> None:
    """A word is asked for and worked out once; what the index knew is not new."""
    index = Index({"routes": {"en": "KNOWN"}})
    table = StemTable(index)
    assert table.stems(["routes", "smuggling", "routes", "smuggling"], "en") == [
        "KNOWN",
        "smuggl",
        "KNOWN",
        "smuggl",
    ]
    assert table.stem("smuggling", "en") == "smuggl"
    assert index.asked == ["routes", "smuggling"]
    assert table.drain() == {("en", "smuggling"): "smuggl"}
    assert table.drain() == {}


def test_table_without_stems() -> None:
    """In a language without stems words are given back; words that cannot have one are not learned."""
    index = Index({})
    table = StemTable(index)
    assert table.stems(["中国", "书"], "zh") == ["中国", "书"]
    assert table.stems(["2019", "中国", "cross"], "en") == ["2019", "中国", "cross"]
    assert index.asked == ["cross"]
    assert table.drain() == {("en", "cross"): "cross"}


def test_complete() -> None:
    """Words are completed in the languages of their script, and in no other."""
    table = StemTable(Index({}))
    table.complete(["routes", "التعاون", "книги", "2019"], ["en", "fr", "ar", "ru", "zh"])
    assert set(table.drain()) == {("en", "routes"), ("fr", "routes"), ("ar", "التعاون"), ("ru", "книги")}


def test_many_threads() -> None:
    """Threads that share a table get the stems that one alone gets."""
    beginnings, endings = ("smuggl", "migrat", "organ", "secur"), ("ing", "ed", "er", "es")
    words = [beginning + ending for beginning in beginnings for ending in endings]
    expected = {language: [stem(word, language) for word in words] for language in ("en", "fr", "de")}
    table = StemTable(Index({}))
    with ThreadPoolExecutor(8) as pool:
        jobs = [(language, pool.submit(table.stems, words, language)) for language in [*expected] * 20]
        assert all(job.result() == expected[language] for language, job in jobs)


def run(code: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_known_word_loads_no_stemmer() -> None:
    """Stemming a word that the index knows imports neither NLTK, nor what it needs, nor our way to it."""
    assert (
        run("""
import sys
from coopsearch.search.analysis.stems import StemTable
table = StemTable({"smuggling": {"en": "smuggl", "fr": "smuggling"}}.__getitem__)
assert table.stem("smuggling", "en") == "smuggl"
assert table.stems(["smuggling"], "fr") == ["smuggling"]
print([name for name in sys.modules if name.split(".")[0] in ("nltk", "regex") or "_nltk" in name])
""")
        == "[]"
    )


def test_private_copy_stems_like_nltk() -> None:
    """The private copy leaves no trace, stems like NLTK, and a later import of NLTK is whole."""
    assert (
        run("""
import sys
from coopsearch.search.analysis import _nltk
private = _nltk.snowball()
assert not [name for name in sys.modules if name.split(".")[0] == "nltk"]
import nltk, nltk.stem.snowball
assert private is not nltk.stem.snowball
assert callable(nltk.word_tokenize) and nltk.corpus.stopwords is not None
words = ("smuggling smuggled nationality generously refugies libertes organisation frontieres arretent "
         "kooperation landern cooperacion refugiados cooperazione cooperacao samenwerking samarbetet "
         "yhteistyo orszagok").split()
for language in nltk.stem.SnowballStemmer.languages:
    if language not in ("arabic", "porter"):
        mine = getattr(private, language.capitalize() + "Stemmer")()
        theirs = nltk.stem.SnowballStemmer(language)
        assert [mine.stem(word) for word in words] == [theirs.stem(word) for word in words], language
print("same")
""")
        == "same"
    )


def test_nltk_already_there_is_used() -> None:
    """Where the embedding program has NLTK, no second copy is made."""
    assert (
        run("""
import nltk.stem.snowball
from coopsearch.search.analysis import _nltk
print(_nltk.snowball() is nltk.stem.snowball)
""")
        == "True"
    )


def test_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a private copy cannot be made, the plain import does."""

    def fail() -> None:
        raise OSError("no such file")

    monkeypatch.setattr(_nltk, "private", fail)
    monkeypatch.setattr(_nltk, "_loaded", {})
    assert _nltk.snowball().EnglishStemmer().stem("smuggling") == "smuggl"


def test_fits() -> None:
    """Letters of the language's script, from two to forty, are what can have a stem."""
    assert fits("smuggling", "en")
    assert fits("التعاون", "ar")
    assert not fits("smuggling", "xx")
    assert not fits("co-op", "en")
