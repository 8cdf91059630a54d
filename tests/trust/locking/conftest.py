"""What the tests of the lock share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """The folder of an index."""
    folder = tmp_path / "index_data"
    folder.mkdir()
    return folder
