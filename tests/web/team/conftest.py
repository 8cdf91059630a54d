"""One shared service for all tests of a file, over an index that they share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.engines.opensearch.certificates import PROGRAM, Authority
from tests.web.team.shared import ANN, NUR, Team, TeamServed, keep


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who vouches for services; made once, by the command."""
    if PROGRAM is None:
        pytest.skip("there is no openssl")
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def accounts(command: Sequence[str], home: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with two accounts."""
    path = tmp_path_factory.mktemp("accounts") / "team.accounts"
    for who in (ANN, NUR):
        keep(command, home, path, "add", *who)
    return path


@pytest.fixture(scope="module")
def shared_team(command: Sequence[str], home: dict[str, str], authority: Authority, accounts: Path) -> Team:
    """What all services need that change nothing of it."""
    return Team(command, home, authority, authority.issue("service", days=60), accounts)


@pytest.fixture
def team(shared_team: Team, tmp_path: Path) -> Team:
    """The same with accounts of a test's own."""
    path = tmp_path / "own.accounts"
    shutil.copy(shared_team.accounts, path)
    return Team(shared_team.command, shared_team.env, shared_team.authority, shared_team.pair, path)


@pytest.fixture(scope="module")
def ours(shared_team: Team, folder: Path) -> Iterator[TeamServed]:
    """A service that a team shares."""
    with shared_team.serving(folder / "index_data", cwd=folder) as one:
        yield one
