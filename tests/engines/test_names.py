"""Which words can be names, on both engines: the truth by looking at every document."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coopsearch.search.analysis.model import AnalysedDocument, Run
from coopsearch.search.engines import NAMES, engine
from coopsearch.search.model import Document
from coopsearch.search.names.keys import keys

WORDS = ["ghazouani", "ghazwani", "الغزواني", "putin", "путин", "mali", "amal", "été", "xy", "a1"]

_document = st.lists(st.tuples(st.sampled_from(WORDS), st.booleans()), max_size=6)
#: Commits: documents of files by their numbers; none deletes.
_history = st.lists(
    st.dictionaries(st.integers(0, 5), st.one_of(st.none(), _document), max_size=4), min_size=1, max_size=8
)


def analysed(path: str, words: list[tuple[str, bool]]) -> AnalysedDocument:
    """Make a document of words, of which some are written as names."""
    text = [word for word, _ in words]
    runs = (Run("body", 0, text, text),) if text else ()
    names = frozenset(word for word, named in words if named)
    return AnalysedDocument(Document(path, path, "", " ".join(text), (), "txt"), runs, ("en",), names)


@settings(max_examples=25, deadline=None)
@given(_history, st.sampled_from(WORDS))
def test_same_as_brute_force(history: list[dict[int, list[tuple[str, bool]] | None]], asked: str) -> None:
    """After any history, each word is found by each of its keys that a document writes as a name.

    What a deleted document alone wrote as a name may be among them, if another holds the word.
    """
    left: dict[int, list[tuple[str, bool]]] = {}
    for commit in history:
        left |= {number: words for number, words in commit.items() if words is not None}
        left = {number: words for number, words in left.items() if commit.get(number, words) is not None}
    written = {word for words in left.values() for word, named in words if named}
    held = {word for words in left.values() for word, _ in words}
    wanted = keys(asked)
    for name in NAMES:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "data"
            engine(name).create(folder)
            with engine(name).writer(folder) as writer:
                for commit in history:
                    for number, words in commit.items():
                        writer.delete_file(f"{number}.txt")
                        if words is not None:
                            writer.add(analysed(f"{number}.txt", words))
                    writer.commit()
            with engine(name).open(folder) as reader:
                found = reader.named(wanted)
                assert found == sorted(found)
                assert {word for word in written if keys(word) & wanted} <= set(found), name
                assert set(found) <= {word for word in held if keys(word) & wanted}, name
                assert reader.named([]) == []
            assert engine(name).verify(folder).damages == ()


@pytest.mark.parametrize("name", NAMES)
def test_scrubbing_leaves_no_name(name: str, tmp_path: Path) -> None:
    """What only a deleted document held is gone from the tables, too."""
    folder = tmp_path / "data"
    engine(name).create(folder)
    with engine(name).writer(folder) as writer:
        writer.add(analysed("a.txt", [("ghazouani", True)]))
        writer.add(analysed("b.txt", [("putin", True)]))
        writer.commit()
        writer.delete_file("a.txt")
        writer.scrub()
        writer.commit()
    with engine(name).open(folder) as reader:
        assert reader.named(keys("ghazouani")) == []
        assert reader.named(keys("putin")) == ["putin"]
        terms = {term for held in reader.held() for term in held.terms}
        assert not any("ghazouani" in term for term in terms)
