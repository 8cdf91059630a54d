"""What the tests of `coopsearch index` share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def project(tmp_path: Path, repo: Path) -> Path:
    """A folder with the seeds."""
    shutil.copytree(repo / "seeds", tmp_path / "seeds")
    return tmp_path
