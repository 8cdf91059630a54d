"""All places of a query in one document."""

from __future__ import annotations

import re

import pytest

from coopsearch.indexer import sync
from coopsearch.search import Index, QueryError, SettingsError, open_index

TEXT = """# Routes

Smugglers change their routes. A route is never
the same twice.

Rien ici.

## Desert

Les passeurs traversent le désert.

تهريب المهاجرين عبر الصحراء.

smuggling route
"""
LONG = "".join(f"Sentence number {number} begins here and ends at x{number}. " for number in range(200))


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Index:
    """An index of a note in three languages, of one long paragraph, and of a mail; nothing is translated."""
    folder = tmp_path_factory.mktemp("places")
    docs = folder / "docs"
    docs.mkdir()
    (docs / "note.md").write_text(TEXT, encoding="utf-8")
    (docs / "long.txt").write_text(LONG, encoding="utf-8")
    (docs / "m.eml").write_text("From: Zoe <z@e.org>\nSubject: Routes\n\nNothing.\n", encoding="utf-8")
    sync([docs], folder / "index", engine=request.param)
    return open_index(folder / "index", translate="no")


def marked(index: Index, query: str, path: str = "docs/note.md") -> list[tuple[int | None, list[str]]]:
    """Return the lines of all places, and the words that are marked in each."""
    path = str(index.folder.parent / path)
    found = index.places(path, query).places
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    return [(one.line, [one.text[start:end] for start, end in one.matches]) for one in found]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("route", [(1, ["Routes"]), (3, ["routes", "route"]), (14, ["route"])]),
        ('"smuggling route"', [(14, ["smuggling route"])]),
        ("never the", [(3, ["never\nthe"])]),
        ("désert", [(8, ["Desert"]), (10, ["désert"])]),
        ("تهريب", [(12, ["تهريب"])]),
        ("=route", [(3, ["route"]), (14, ["route"])]),
        ("rout*", [(1, ["Routes"]), (3, ["routes", "route"]), (14, ["route"])]),
        ("route -desert", [(1, ["Routes"]), (3, ["routes", "route"]), (14, ["route"])]),
        ("absent", []),
        ("lang:fr", []),
    ],
)
def test_places(index: Index, query: str, expected: list[tuple[int, list[str]]]) -> None:
    """Each passage that holds a wanted word is a place, in the order of the text, with its line."""
    assert marked(index, query) == expected


def test_ranges(index: Index) -> None:
    """A place is a range of the text, and has the headings above it."""
    document = index.document(index.folder.parent / "docs/note.md")
    found = index.places(document, "passeurs OR smuggling")
    assert found.document == document
    assert [document.text[one.start : one.end] for one in found.places] == [one.text for one in found.places]
    assert found.places[-1].heading == ("Routes", "Desert")


def test_within(index: Index) -> None:
    """Where a range is given, only passages that begin in it are looked at."""
    document = index.document(index.folder.parent / "docs/note.md")
    whole = index.places(document, "route").places
    some = index.places(document, "route", within=(whole[1].start, whole[2].start)).places
    assert [(one.start, one.matches) for one in some] == [(whole[1].start, whole[1].matches)]


def test_phrase_over_a_cut(index: Index) -> None:
    """A phrase that stands over the cut between two passages of a paragraph is one place of both."""
    path = index.folder.parent / "docs/long.txt"
    document = index.document(path)
    first, second, *more = document.passages
    assert more
    (number,) = re.findall(r"x(\d+)\.$", document.text[first.start : first.end].rstrip())
    (place,) = index.places(path, f'"ends at x{number} sentence"').places
    assert (place.start, place.end) == (first.start, second.end)
    assert [place.text[start:end] for start, end in place.matches] == [f"ends at x{number}", "Sentence"]
    assert place.matches[1][0] >= second.start - first.start
    assert len(index.places(path, f"x{number}").places) == 1


def test_head(index: Index) -> None:
    """Matches in the title and in the people of a mail are told apart from places."""
    found = index.places(index.folder.parent / "docs/m.eml", "routes zoe")
    assert found.places == ()
    assert [found.document.title[start:end] for start, end in found.title_matches] == ["Routes"]
    assert list(found.field_matches) == ["from"]


def test_errors(index: Index) -> None:
    """A document that is not there, and a query that cannot be read, are refused as by a search."""
    with pytest.raises(SettingsError, match="not in the index"):
        index.places("none.txt", "route")
    with pytest.raises(QueryError):
        index.places(index.folder.parent / "docs/note.md", '"open')
