"""Certificates for tests of the engine for a cluster."""

from __future__ import annotations

import os

import pytest

from tests.engines.opensearch.certificates import PROGRAM, Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Vouches for servers and clients; skips where no certificates can be made, fails there in CI."""
    if not PROGRAM:
        reason = "openssl is not on PATH, which makes the certificates for tests"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return Authority(tmp_path_factory.mktemp("certificates"))
