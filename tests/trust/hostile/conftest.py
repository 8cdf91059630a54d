"""What the tests of hostile indexes share."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.search.engines import NAMES
from tests.trust.trials import (
    make,
    posix_only,
)

pytestmark = posix_only


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A whole index of each engine."""
    return {engine: make(tmp_path_factory.mktemp(engine), engine) for engine in NAMES}
