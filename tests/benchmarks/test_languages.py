"""How often the language of a passage is told right: real passages, in files of one language and of three."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def languages() -> ModuleType:
    """The benchmark, which is not part of what is installed."""
    spec = importlib.util.spec_from_file_location(
        "languages_benchmark", ROOT / "benchmarks" / "quality" / "languages.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_accuracy(languages: ModuleType, shared: Path) -> None:
    """Of passages over 100 characters, 99 % are told right, of shorter ones 95 %, also in files that mix."""
    counts = languages.measured(shared)
    assert {kind for kind, _ in counts} == {"all en", "all fr", "all ar", "mixed", "stretches"}
    for (kind, length), count in counts.items():
        assert count.total() >= 500, kind
        assert count[True] / count.total() >= languages.BOUNDS[length], (kind, length)
