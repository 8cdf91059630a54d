"""Which state of an index answers can be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import open_index


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_generation(tmp_path: Path, engine: str) -> None:
    """It changes with each commit that is seen and with a rebuild, and not otherwise."""
    docs, folder = tmp_path / "docs", tmp_path / "index"
    docs.mkdir()
    (docs / "a.txt").write_text("zander", encoding="utf-8")
    sync([docs], folder, engine=engine)
    with open_index(folder) as index:
        seen = [index.generation]
        (docs / "b.txt").write_text("perch", encoding="utf-8")
        sync((), folder)
        assert index.generation == seen[0]
        index.refresh()
        seen.append(index.generation)
        sync((), folder, rebuild=True, engine=engine)
        index.refresh()
        seen.append(index.generation)
        assert len(set(seen)) == 3
        assert index.folder == folder
        (hit,) = index.search("zander")
        assert index.document(hit.path).text[slice(*hit.span)] == "zander"
