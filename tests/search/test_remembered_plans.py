"""A query that was asked before is planned at a look, and answered as if it were new."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coopsearch.indexer import sync
from coopsearch.search import Index, open_index

#: Ways of asking, in which the same text is another query.
WAYS: list[dict[str, Any]] = [
    {}, {"require_all": True}, {"plain": True}, {"plain": True, "require_all": True}, {"explain": True}, {},
]  # fmt: skip
QUERIES = (
    "zander perch", "+zander perch -pike", '"zander perch"', "zander OR pike", "path:b zander", "zan*",
    "lang:en", "perch~", "[a TO q]", "airport seaport",
)  # fmt: skip


def answer(index: Index, query: str, way: dict[str, Any]) -> tuple[object, ...]:
    found = index.search(query, **way)
    hits = [(hit.path, hit.score, hit.matches) for hit in found]
    return hits, found.total, found.total_all, found.notes, found.explanation


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_same_answer(tmp_path: Path, engine: str) -> None:
    """Whatever was asked before in whatever way, the answer is that of an index that was just opened."""
    docs, folder = tmp_path / "docs", tmp_path / "index"
    docs.mkdir()
    texts = {
        "a": "The zander and the perch.",
        "b": "A perch or pike AND zander.",
        "c": "zander perch airport",
    }
    for name, text in texts.items():
        (docs / f"{name}.txt").write_text(text, encoding="utf-8")
    sync([docs], folder, engine=engine)
    with open_index(folder) as asked:
        for query in QUERIES:
            for way in WAYS:
                with open_index(folder) as fresh:
                    assert answer(asked, query, way) == answer(fresh, query, way), (query, way)


def test_copies(tmp_path: Path) -> None:
    """What is asked by path finds a copy that came since, without anything else having changed."""
    docs, folder = tmp_path / "docs", tmp_path / "index"
    docs.mkdir()
    (docs / "a.txt").write_text("zander", encoding="utf-8")
    sync([docs], folder)
    with open_index(folder) as index:
        assert index.search("path:a zander").total == 1
        assert index.search("path:b zander").total == 0
        (docs / "b.txt").write_text("zander", encoding="utf-8")
        sync((), folder)
        index.refresh()
        assert index.search("path:b zander").total == 1
