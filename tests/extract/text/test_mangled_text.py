"""Samples of the formats that are text with changed and missing bytes: each gives documents, or a reason."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

import pytest

from coopsearch.indexer.sandbox.host import Isolation, Limits
from tests.extract.mangle import mangled
from tests.extract.test_mangled import read

SAMPLES = sorted(Path(__file__).with_name("samples").iterdir())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_readers(tmp_path: Path, sample: Path) -> None:
    """No reader breaks down over a changed copy, or hangs."""
    chance = random.Random(sample.name)
    with closing(Isolation(Limits(seconds=30))) as isolation:
        for number in range(60):
            data = mangled(sample.read_bytes(), chance)
            copy = tmp_path / f"{number}{sample.suffix}"
            copy.write_bytes(data)
            read(isolation, copy, data)
