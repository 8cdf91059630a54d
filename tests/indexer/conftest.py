"""What several tests of the indexer share."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.indexer import sync


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two documents and their index."""
    top = tmp_path_factory.mktemp("project")
    (top / "docs").mkdir()
    for name in "ab":
        (top / "docs" / f"{name}.txt").write_text(f"border {name}", encoding="utf-8")
    sync([top / "docs"], top / "index_data")
    return top
