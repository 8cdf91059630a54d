"""An index of a real node for the tests of a file."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from tests.engines.opensearch.queries.evaluating import Histories, Node


@pytest.fixture(scope="module", params=[1, 3])
def index(request: pytest.FixtureRequest, opensearch_url: str) -> Iterator[Histories]:
    """Make an index of some shards."""
    node = Node(opensearch_url)
    name = request.module.__name__.rpartition("test_")[2].replace("_", "-")
    made = Histories(node, f"{name}-{secrets.token_hex(6)}", request.param)
    yield made
    made.remove()
    node.close()
