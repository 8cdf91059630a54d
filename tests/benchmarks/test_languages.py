"""How often the language of a passage is told right: real passages, in files of one language and of three."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from tests.benchmarks.loading import load


@pytest.fixture(scope="module")
def languages() -> ModuleType:
    """The benchmark."""
    return load("quality/languages.py")


def test_accuracy(languages: ModuleType, shared: Path) -> None:
    """Of passages over 100 characters, 99 % are told right, of shorter ones 95 %, also in files that mix."""
    counts = languages.measured(shared)
    assert {kind for kind, _ in counts} == {"all en", "all fr", "all ar", "mixed", "stretches"}
    for (kind, length), count in counts.items():
        assert count.total() >= 500, kind
        assert count[True] / count.total() >= languages.BOUNDS[length], (kind, length)
