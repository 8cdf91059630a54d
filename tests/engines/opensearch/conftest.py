"""What tests of the engine for a cluster ask for: certificates, and an index that is emptied each time."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.engines.opensearch.certificates import PROGRAM, Authority
from tests.engines.opensearch.shared import SharedEngine


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Vouches for servers and clients; skips where no certificates can be made, fails there in CI."""
    if not PROGRAM:
        reason = "openssl is not on PATH, which makes the certificates for tests"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module", params=[1, 3], ids=["one-shard", "three-shards"])
def shared(request: pytest.FixtureRequest, opensearch_url: str) -> Iterator[SharedEngine]:
    """An engine whose one index is emptied for each example."""
    engine = SharedEngine(opensearch_url, request.param)
    yield engine
    engine.remove()
