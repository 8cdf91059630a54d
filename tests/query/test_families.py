"""Families: what a query takes of them, how they are ranked, marked and explained, on both engines."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopsearch.indexer import sync
from coopsearch.search import open_index
from coopsearch.search.analysis.language import relatives
from coopsearch.search.analysis.normalize import normalize
from coopsearch.search.analysis.stems import stem
from coopsearch.search.index import Index

DOCUMENTS = {
    "agent.txt": "The police of the northern coast arrested a smuggler near the harbour.",
    "agents.txt": "A smuggler, a smuggler, a smuggler and a smuggler met one smuggler there.",
    "deed.txt": "The police of the northern coast stopped the smuggling near the harbour.",
    "organ.txt": "The surgeon moved the organ to the hospital in the early morning.",
    "organised.txt": "The organisation of the hospital was reported in the early morning.",
    "fr.txt": "Le gouvernement veut sécuriser les frontières du pays avec ses voisins.",
    "ar.txt": "أوقفت الشرطة ثلاثة من المهربين قرب الحدود وقال الرئيس إن التعاون ضروري بين البلدين",
}


@pytest.fixture(params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """Index the documents with each engine; what is asked is not translated."""
    source = tmp_path / "docs"
    source.mkdir()
    for name, text in DOCUMENTS.items():
        (source / name).write_text(text, encoding="utf-8")
    sync([source], tmp_path / "index", engine=request.param)
    with open_index(tmp_path / "index", translate="no") as opened:
        yield opened


def names(index: Index, query: str) -> list[str]:
    """Return the files that a query finds, best first."""
    return [Path(hit.path).name for hit in index.search(query)]


def test_exact_form_first(index: Index) -> None:
    """A document with the word itself comes before those with relatives, however often they have them."""
    assert names(index, "smuggling")[0] == "deed.txt"
    assert set(names(index, "smuggling")) == {"deed.txt", "agent.txt", "agents.txt"}
    assert set(names(index, "smuggler")[:2]) == {"agent.txt", "agents.txt"}
    assert names(index, "smuggler")[2] == "deed.txt"


def test_quotes_and_equals_are_exact(index: Index) -> None:
    """=word and quotes take no family."""
    assert names(index, "=smuggling") == ["deed.txt"]
    assert names(index, '"smuggling"') == ["deed.txt"]


def test_other_languages(index: Index) -> None:
    """Families are found in French and Arabic, accents typed or not."""
    assert names(index, "securite") == ["fr.txt"]
    assert names(index, "تهريب") == ["ar.txt"]
    assert names(index, "بالتعاون") == ["ar.txt"]


def test_apart(index: Index) -> None:
    """What only begins alike stays apart."""
    assert names(index, "organ") == ["organ.txt"]
    assert names(index, "organise") == ["organised.txt"]


def test_marked_and_explained(index: Index) -> None:
    """A relative is marked in the passage, and --explain shows it with weight and rule."""
    results = index.search("smuggling", explain=True)
    agent = next(hit for hit in results if hit.path.endswith("agent.txt"))
    assert [agent.snippet[start:end] for start, end in agent.matches] == ["smuggler"]
    assert "related: smuggler (2) at 0.5 by -er" in results.explanation[0]


def test_negated_family(index: Index) -> None:
    """-word leaves out its own forms alone: a rule that errs takes no answer away."""
    assert names(index, "harbour -smuggling") == ["agent.txt"]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=12), st.sampled_from(["en", "fr", "ar", "de", ""]))
def test_any_word(text: str, language: str) -> None:
    """No word makes the rules fail, and no word is its own relative's only reason."""
    word = normalize(text)
    if word:
        for relative in relatives(word, stem(word, language), language):
            assert isinstance(relative.stem, str)


def test_long_words_and_zalgo() -> None:
    """Words of 300 letters, and text under a heap of marks, have a family in no time."""
    for word in ("a" * 300, "ا" * 300, normalize("z\u0335\u0321a\u0336\u0300l\u0337g\u0338o\u0334" * 20)):
        for language in ("en", "fr", "ar"):
            assert len(list(relatives(word, stem(word, language), language))) < 300


def test_no_stemmer_is_loaded() -> None:
    """Families of known words need neither NLTK nor our way to it."""
    code = """
import sys
from coopsearch.search.analysis.language import relatives
assert "smuggler" in {r.stem for r in relatives("smuggling", "smuggl", "en")}
assert list(relatives("securite", "securit", "fr")) and list(relatives("حدود", "حدود", "ar"))
print([name for name in sys.modules if name.split(".")[0] in ("nltk", "regex") or "_nltk" in name])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
