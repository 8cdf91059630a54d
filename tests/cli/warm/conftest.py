"""What the tests of the resident process share."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from tests.cli.terminal import write_reports
from tests.cli.warm.resident import Resident, resident
from tests.conftest import clean

if sys.platform != "linux":
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with reports in three languages, and their index."""
    folder = tmp_path_factory.mktemp("reports")
    write_reports(folder)
    sync([folder / "reports", folder / "تقارير"], folder / "index_data")
    return folder


@pytest.fixture(scope="session")
def warm(command: Sequence[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Resident]:
    """A resident process that all tests share, of a new user."""
    with resident(command, clean(str(tmp_path_factory.mktemp("home")))) as one:
        yield one
