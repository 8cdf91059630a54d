"""An open index in numbers: its terms, the documents of a query, and these by facet."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.indexer import open_writer
from coopsearch.search import SettingsError, open_index

ENGINES = pytest.mark.parametrize("engine", ["whoosh", "columns"])


@pytest.fixture
def index(tmp_path: Path, engine: str) -> Path:
    """An index of documents in three languages with fields of their own."""
    with open_writer(tmp_path / "index", engine=engine) as writer:
        writer.add("en/1", "The migrants crossed the border.", title="Border report", date="2023-03-01",
                   fields={"country": "Tunisia", "amount": 12})  # fmt: skip
        writer.add("en/2", "The border was closed.", title="Closed", date="2024-03-01",
                   fields={"country": "Libya"})  # fmt: skip
        writer.add("fr/1", "La frontière a été fermée hier soir par les gardes.", title="Frontière fermée")
        writer.add("ar/1", "أغلقت الحدود أمس من قبل الحراس.", title="الحدود")
    return tmp_path / "index"


@ENGINES
def test_terms(index: Path) -> None:
    """Terms come with their documents, the most frequent first, folded, of any field, up to a limit."""
    with open_index(index, translate="no") as opened:
        assert opened.terms("bord") == (("border", 2),)
        assert opened.terms("FRONTIÈ") == (("frontiere", 1),)
        assert opened.terms("الحدود") == (("الحدود", 1),)
        assert [count for _, count in opened.terms(limit=2)] == [2, 2]
        assert opened.terms("b", "title") == (("border", 1),)
        assert opened.terms(field="lang") == (("en", 2), ("ar", 1), ("fr", 1))
        assert opened.terms(field="type") == (("api", 4),)
        assert opened.terms(field="fields") == (("country", 2), ("amount", 1))
        assert opened.terms(field="country") == (("libya", 1), ("tunisia", 1))
        assert opened.terms("tun", "country") == (("tunisia", 1),)
        assert opened.terms(field="amount") == (("12", 1),)
        assert opened.terms("nothing") == ()
        assert opened.terms(limit=0) == ()
        everything = opened.terms(limit=None)
        assert len(everything) == len(dict(everything)) > 15
        assert [count for _, count in everything] == sorted((n for _, n in everything), reverse=True)


@ENGINES
def test_completed(index: Path) -> None:
    """Words are completed from two letters on, folded, with their documents; nothing in them is a pattern."""
    with open_index(index, translate="no") as opened:
        assert opened.completed("bord") == (("border", 2),)
        assert opened.completed("FRONTIÈ") == (("frontiere", 1),)
        assert opened.completed("الحدو") == (("الحدود", 1),)
        everything = opened.terms(limit=None)
        for beginning in {word[:2] for word, _ in everything if word[:2].isalpha() and len(word) > 1}:
            wanted = tuple(one for one in everything if one[0].startswith(beginning))
            assert opened.completed(beginning, limit=100) == wanted
        for nothing in ("", "b", "b*", "*", "bo?", "bo r", "zyzzy"):
            assert opened.completed(nothing) == ()
        assert opened.completed("bord", limit=0) == ()
        with pytest.raises(TypeError, match="a beginning is a str, not int"):
            opened.completed(3)  # type: ignore[arg-type]


@ENGINES
def test_count_and_facets(index: Path) -> None:
    """A query can be counted, as a whole and by facets, without its hits."""
    with open_index(index, translate="no") as opened:
        assert opened.count("border") == 2
        assert opened.count("border closed", require_all=True) == 1
        assert opened.facets("type:api", ["lang", "year"]) == {
            "lang": {"en": 2, "ar": 1, "fr": 1},
            "year": {"": 2, "2023": 1, "2024": 1},
        }
        assert opened.facets("border closed", ["lang"], require_all=True) == {"lang": {"en": 1}}


@pytest.mark.parametrize("engine", ["columns"])
def test_bad(index: Path) -> None:
    """A field that there is not is told with those that there are."""
    with open_index(index, translate="no") as opened:
        with pytest.raises(SettingsError, match=r"no field 'contry'; there are: words, .*, amount, country"):
            opened.terms(field="contry")
        with pytest.raises(SettingsError, match="the limit is -1"):
            opened.terms(limit=-1)
        with pytest.raises(TypeError, match="a prefix is a str, not int"):
            opened.terms(3)  # type: ignore[arg-type]
