"""Words that begin as somebody types, from an index that a cluster keeps."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from coopsearch.indexer import sync
from coopsearch.search import open_index
from coopsearch.search.engines import Cluster, engine
from coopsearch.search.engines.opensearch.cluster.connection import Connection

WORDS = 600


@contextmanager
def requests(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Keep the path of each request."""
    ask, paths = Connection.ask, []

    def kept(self: Connection, method: str, path: str, *rest: Any, **more: Any) -> Any:
        paths.append(path)
        return ask(self, method, path, *rest, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "ask", kept)
        yield paths


def test_few_requests_after_a_deletion(
    tmp_path: Path, opensearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many words, those of what was deleted are left out, and each request counts hundreds of them."""
    letters = random.Random(7)
    words = ["ab" + "".join(letters.choices("cdefghij", k=7)) for _ in range(WORDS)]
    reports, index = tmp_path / "reports", tmp_path / "index"
    reports.mkdir()
    for number, first in enumerate(range(0, WORDS, 100)):
        (reports / f"{number}.txt").write_text(" ".join(words[first : first + 100]), encoding="utf-8")
    (reports / "often.txt").write_text(words[-1], encoding="utf-8")
    sync([reports], index, cluster=Cluster((opensearch_url,)))
    (reports / "0.txt").unlink()
    sync([reports], index)
    try:
        with open_index(index, translate="no") as opened, requests(monkeypatch) as paths:
            found = opened.completed("ab", limit=WORDS)
            assert len(paths) <= 5
        assert found[0] == (words[-1], 2)
        assert {word for word, _ in found} == set(words[100:])
    finally:
        for place in index.glob("data*"):
            engine("opensearch").drop(place)
