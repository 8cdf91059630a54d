"""Several passages of a document, the sentences around them, and pages of hits."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from coopsearch.indexer import sync
from coopsearch.search import Index, open_index
from coopsearch.search.engines import NAMES
from coopsearch.search.errors import SettingsError
from coopsearch.search.model import Passage
from coopsearch.search.results.surroundings import surroundings

LONG = "\n\n".join(
    f"Paragraph {number} begins here. It speaks of zander{' and of perch' * (number % 3 == 0)}. It ends."
    for number in range(60)
)


@pytest.fixture(scope="module", params=NAMES)
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of a long text, a short one, and many notes, kept with each engine."""
    folder = tmp_path_factory.mktemp("project")
    docs = folder / "docs"
    docs.mkdir()
    (docs / "long.txt").write_text(LONG, encoding="utf-8")
    (docs / "short.md").write_text("# Zander\n\nBefore it. A zander swims. After it.\n", encoding="utf-8")
    for number in range(25):
        (docs / f"{number:02}.txt").write_text(f"tench {'filler ' * number}", encoding="utf-8")
    sync([docs], folder / "index_data", engine=request.param)
    with open_index(folder / "index_data") as opened:
        yield opened


def test_passages(index: Index) -> None:
    """The best passages come in the order of the text, each with its place, its span and its marks."""
    (hit,) = index.search("+zander +perch", passages=5)
    assert len(hit.passages) == 5
    assert (hit.snippet, hit.line, hit.span) in [(one.snippet, one.line, one.span) for one in hit.passages]
    text = index.document(hit.path).text
    for one in hit.passages:
        words = [one.snippet[start:end] for start, end in one.matches]
        assert words == ["zander", "perch"]
        assert text[slice(*one.span)] == one.snippet
        assert text[: one.span[0]].count("\n") + 1 == one.line
    assert [one.span for one in hit.passages] == sorted(one.span for one in hit.passages)
    assert hit.passages == tuple(sorted(hit.passages, key=lambda one: one.span))
    assert len(index.search("perch", passages=1000)[0].passages) == 20
    assert index.search("perch")[0].passages == ()
    assert index.search("perch", passages=3, snippets=False)[0].passages == ()


def test_bare_hits(index: Index) -> None:
    """A hit without a snippet is the hit with one, but for what says where its passage stands."""
    for query in ("zander", "perch OR tench", "before"):
        full, bare = index.search(query, limit=30), index.search(query, limit=30, snippets=False)
        assert len(bare) == len(full) > 0
        for one, other in zip(full, bare, strict=True):
            nowhere: dict[str, Any] = {
                "snippet": "",
                "matches": (),
                "line": None,
                "page": None,
                "language": "",
            }
            without = one._replace(**nowhere, heading=(), span=(0, 0), title_matches=(), field_matches={})
            assert other._replace(field_matches={}) == without
            assert not other.field_matches


def test_context(index: Index) -> None:
    """So many sentences stand before and after; a passage ends one, and a heading is passed over."""
    (hit,) = index.search("+zander +perch", passages=2, context=2)
    number = (hit.line or 0) // 2
    assert hit.before == ("" if not number else "… It speaks of zander. It ends.")
    assert hit.after == f"Paragraph {number + 1} begins here. It speaks of zander. …"
    assert all(one.after for one in hit.passages)
    short = next(hit for hit in index.search("swims", context=1) if hit.path.endswith("short.md"))
    assert (short.before, short.after) == ("", "")


def test_surroundings() -> None:
    """Sentences around any part of a text are counted over its passages, and cuts are shown."""
    text = "One. Two.\n\nHead\n\nThree. Four. Five.\n\nSix\n\nSeven."
    starts = [(0, 9, 0), (11, 15, 1), (17, 35, 0), (37, 40, 0), (42, 48, 0)]
    passages = [Passage(start, end, level=level) for start, end, level in starts]
    at = text.index("Four.")

    def around(count: int) -> tuple[str, str]:
        return surroundings(lambda start, end: text[start:end], passages, (at, at + 5), count)

    assert around(1) == ("Three.", "Five.")
    assert around(2) == ("… Two.\nThree.", "Five.\nSix")
    assert around(3) == ("One. Two.\nThree.", "Five.\nSix\nSeven.")
    assert around(100) == around(3)


def test_pages(index: Index) -> None:
    """Pages follow each other without a gap, ranks go on, and a page behind the last is empty."""
    whole = index.search("tench", limit=None)
    pages = [index.search("tench", limit=7, offset=offset) for offset in range(0, 35, 7)]
    together = list(itertools.chain.from_iterable(pages))
    assert [(hit.rank, hit.path, hit.score) for hit in together] == [
        (hit.rank, hit.path, hit.score) for hit in whole
    ]
    assert [len(page) for page in pages] == [7, 7, 7, 4, 0]
    assert {page.total for page in pages} == {25}
    folded = [index.search("tench", limit=1, offset=at, fold=True) for at in range(2)]
    assert [hit.rank for page in folded for hit in page] == list(range(1, 1 + sum(map(len, folded))))


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"offset": -1}, "the offset"),
        ({"offset": 99_999, "limit": 10}, "the offset"),
        ({"passages": 0}, "the number of passages"),
        ({"context": 101}, "sentences around"),
        ({"context": 1.5}, "sentences around"),
    ],
)
def test_bad_numbers(index: Index, options: dict[str, int], name: str) -> None:
    """A number out of range is refused by its name."""
    with pytest.raises(SettingsError, match=name):
        index.search("tench", **options)  # type: ignore[arg-type]
