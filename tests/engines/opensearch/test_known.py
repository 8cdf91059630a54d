"""An index that a user never gave to its cluster sends nothing there."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from platformdirs import user_config_path

from coopsearch.search.engines import Cluster, engine
from coopsearch.search.engines.opensearch.cluster.known import FILE, know, known_place
from coopsearch.search.engines.opensearch.cluster.place import place_for, read_place, write_place
from coopsearch.search.engines.opensearch.engine import generation_of
from coopsearch.search.errors import IndexUntrusted
from coopsearch.search.indexdir.noted import note
from tests.cluster import request
from tests.engines.opensearch.failing import Make, opened


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody who waits for questions, and answers none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield server


@pytest.fixture
def received(nobody: None, listener: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of an index that somebody else made, who named that listener."""
    del nobody
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    folder = tmp_path / "project" / "index" / "data-1"
    folder.mkdir(parents=True)
    write_place(folder, place_for(folder, Cluster((f"http://127.0.0.1:{listener.getsockname()[1]}",))))
    return folder


def test_nothing_is_sent(received: Path, listener: socket.socket) -> None:
    """Neither reading nor writing, verifying nor removing asks a cluster that the user never named."""
    kept = engine("opensearch")
    for act in (kept.open, kept.writer, kept.verify, kept.drop, generation_of):
        with pytest.raises(IndexUntrusted, match=r"which you never named: .* run `coopsearch verify --trust"):
            act(received)
    with pytest.raises(TimeoutError):
        listener.accept()


def test_certificates_of_somebody_else(received: Path, tmp_path: Path) -> None:
    """A cluster that the user named is not asked with certificates that an index brought along."""
    place = read_place(received)
    know(received.parent, place.cluster)
    assert known_place(received) == place
    theirs = place._replace(cluster=place.cluster._replace(ca=str(tmp_path / "theirs.pem")))
    write_place(received, theirs)
    with pytest.raises(IndexUntrusted, match=r"theirs\.pem, which you never named"):
        known_place(received)
    know(received.parent, theirs.cluster)
    assert known_place(received) == theirs
    write_place(received, place)
    assert known_place(received) == place


def test_an_index_that_is_trusted(
    make: Make, opensearch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who made an index may ask it; anybody else has to say that it is trusted."""
    folder = make(opensearch_url)
    assert opened(folder) == ["boats", "harbours"]
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    with pytest.raises(IndexUntrusted):
        opened(folder)
    monkeypatch.setenv("COOPSEARCH_TRUST", str(folder.parent))
    assert opened(folder) == ["boats", "harbours"]


def test_commands(
    command: Sequence[str], clean_env: dict[str, str], opensearch_url: str, tmp_path: Path
) -> None:
    """An index that was unpacked is asked once the user says so, and one line says how."""
    theirs, mine = tmp_path / "theirs", tmp_path / "mine"
    theirs.mkdir()
    (theirs / "a.txt").write_text("smuggling routes", encoding="utf-8")

    def run(folder: Path, *arguments: str, home: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *arguments], cwd=folder, env={**clean_env, "HOME": str(tmp_path / home)},
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip

    try:
        made = run(
            theirs, "index", ".", "--index", "there", "--engine", "opensearch", "--url", opensearch_url,
            home="a",
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        shutil.copytree(theirs, mine)
        for arguments in (
            ["smuggling", "--index", "there"],
            ["index", "--index", "there"],
            ["index", "--index", "there", "--rebuild"],
            ["copy-index", "copy", "--index", "there"],
            ["verify", "--index", "there"],
        ):
            refused = run(mine, *arguments, home="b")
            assert refused.returncode == 2, refused
            assert "which you never named" in refused.stderr
            assert refused.stderr.count("\n") == 1
        assert run(mine, "verify", "--trust", "--index", "there", home="b").returncode == 0
        assert "a.txt" in run(mine, "smuggling", "--index", "there", home="b").stdout
    finally:
        request(opensearch_url, "/coopsearch-theirs-*", method="DELETE")


def test_tests_note_nothing_in_real_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests name is noted in settings of their own, and not in those of who runs them."""
    note(FILE, ["http://127.0.0.1:9"], "do otherwise")
    settings = user_config_path("coopsearch", appauthor=False)
    assert settings.is_relative_to(tmp_path_factory.getbasetemp())
    assert "http://127.0.0.1:9" in (settings / FILE).read_text(encoding="utf-8")
