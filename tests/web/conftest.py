"""One service for all tests of a file, over an index that they share."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.indexed import project
from tests.web.served import TEXTS, Served, serving


@pytest.fixture(scope="session", autouse=True)
def _libraries() -> None:
    """The extra is there wherever the installed package is tested."""
    if "COOPSEARCH_TEST_INSTALLED" in os.environ:
        return
    for name in ("starlette", "uvicorn", "jinja2"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of documents and their index."""
    return project(tmp_path_factory.mktemp("project"), TEXTS)


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A project of a test's own."""
    return project(tmp_path, TEXTS)


@pytest.fixture(scope="module")
def served(command: Sequence[str], home: dict[str, str], folder: Path) -> Iterator[Served]:
    """A service over it."""
    with serving(command, home, folder / "index_data", cwd=folder) as one:
        yield one
