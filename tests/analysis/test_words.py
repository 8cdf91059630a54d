"""The tables of pairs are held at the score that was reached, on both engines."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def command() -> ModuleType:
    """Load the command that prints the scores."""
    spec = importlib.util.spec_from_file_location(
        "words_benchmark", ROOT / "benchmarks" / "quality" / "words.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kind", ["columns", "whoosh"])
@pytest.mark.parametrize("table", ["en", "fr", "ar", "fresh/en", "fresh/fr", "fresh/ar"])
def test_score(table: str, kind: str) -> None:
    """A query of either form of a pair finds the other, or does not, as a reader would have it."""
    module = command()
    pairs, wrong = module.score(table, kind)
    meet = [pair for pair in wrong if pair.meet]
    apart = [pair for pair in wrong if not pair.meet]
    assert len(meet) <= module.WRONG[table][0], meet
    assert len(apart) <= module.WRONG[table][1], apart
    assert sum(pair.meet for pair in pairs) >= 150
    assert sum(not pair.meet for pair in pairs) >= 60


def test_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints a score for each table and every pair that is wrong."""
    assert command().main(["fr"]) == 0
    out = capsys.readouterr().out
    assert "fr        must meet" in out
    assert "fresh/fr  must meet" in out
    assert "avoir ≠ a" in out


def test_pairs_stand_once() -> None:
    """No pair is counted twice."""
    module = command()
    for table in module.WRONG:
        pairs = [frozenset(pair[:2]) for pair in module.read(module.TABLES / f"{table}.txt")]
        assert len(set(pairs)) == len(pairs), [pair for pair in pairs if pairs.count(pair) > 1]
