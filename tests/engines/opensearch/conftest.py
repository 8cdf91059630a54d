"""What tests of the engine for a cluster ask for: certificates, and an index that is emptied each time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search.engines import Cluster, engine
from coopsearch.search.engines.opensearch.cluster.place import read_place
from tests.cluster import request as asked
from tests.engines.opensearch.certificates import PROGRAM, Authority
from tests.engines.opensearch.documents import analysed
from tests.engines.opensearch.failing import Make
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


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Who runs the tests may have an account somewhere."""
    for name in [name for name in os.environ if name.startswith("COOPSEARCH_OPENSEARCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def make(nobody: None, opensearch_url: str, tmp_path: Path) -> Iterator[Make]:
    """Makes an index of two documents that is asked at some address; it is removed in the end."""
    del nobody
    made: list[str] = []

    def made_at(url: str, ca: str = "", seconds: float = 60.0) -> Path:
        folder = tmp_path / f"project{len(made)}" / "index" / "data-1"
        folder.parent.mkdir(parents=True, exist_ok=True)
        one = engine("opensearch", Cluster((url,), ca, 1, 0, seconds))
        one.create(folder)
        made.append(read_place(folder).name)
        with one.writer(folder) as writer:
            writer.add(analysed("a.txt", "boats"))
            writer.add(analysed("b.txt", "harbours"))
            writer.commit()
        return folder

    yield made_at
    for name in made:
        asked(opensearch_url, f"/{name}*", method="DELETE")
