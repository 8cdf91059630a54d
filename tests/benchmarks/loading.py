"""Loads a file of the benchmarks, which are not part of what is installed."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def load(place: str) -> ModuleType:
    """Return the module in a file below the benchmarks."""
    spec = importlib.util.spec_from_file_location(f"benchmark_{Path(place).stem}", BENCHMARKS / place)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    # A file may need others of the benchmarks; beyond that the checkout stays off the path of the tests.
    sys.path.insert(0, str(BENCHMARKS.parent))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(BENCHMARKS.parent))
    return module
