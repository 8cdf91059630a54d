"""What every test can ask for: the project's folder, the shared data, and the real command.

The tests run against an installed coopsearch (`python3 dev.py test`), or against whatever `PYTHONPATH`
names while somebody is at work.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import pytest
from hypothesis import settings

#: Fixtures for a real OpenSearch, started where one is asked for.
pytest_plugins = ("tests.cluster",)

REPO: Final = Path(__file__).resolve().parents[1]
SHARED: Final = Path(os.environ.get("COOPSEARCH_SHARED") or REPO.parent / "shared")
TIMEOUT: Final = 60

# No deadline for one example: the first call of many functions reads a table. The tests are the same in
# every run; --long looks further, and somewhere else each time.
settings.register_profile("usual", deadline=None, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=2_000, print_blob=True)

# What the command may see of the surroundings of the tests: where programs and temporary files are, what
# the system needs, and which coopsearch is under test.
KEPT: Final = ("PATH", "PYTHONPATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--keep-pictures", action="store_true", help="keep new pictures of the pages")
    parser.addoption("--long", action="store_true", help="also run the tests that take minutes")
    parser.addoption(
        "--warm", action="store_true", help="have a resident process (coopsearch warm) run the commands"
    )


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("long" if config.getoption("--long") else "usual")


def pytest_sessionstart() -> None:
    """Refuse to test the checkout where the installed package is meant."""
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        # Tests that nohup started would hand that on to the commands, which respect it.
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    # Lexicons that a developer added must not change an answer.
    os.environ["COOPSEARCH_LEXICONS"] = ""
    if "COOPSEARCH_TEST_INSTALLED" not in os.environ:
        return
    for name in ("search", "indexer"):
        if importlib.util.find_spec(name) is not None:
            pytest.exit(f"`import {name}` works: the checkout is on the path of the tests", returncode=3)
    for name in ("coopsearch.search", "coopsearch.indexer"):
        found = importlib.util.find_spec(name)
        if found is None or not Path(found.origin or "").is_relative_to(sys.prefix):
            pytest.exit(f"{name} is not the one installed below {sys.prefix}", returncode=3)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        for item in items:
            if "long" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="takes minutes: --long runs it"))


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    def objects(self) -> list[dict[str, Any]]:
        """Return the objects that were printed, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Run(Protocol):
    """Runs the real coopsearch in a surrounding that holds no surprise."""

    def __call__(
        self,
        *arguments: str | bytes | Path,
        cwd: str | bytes | Path | None = None,
        env: Mapping[str, str | None] | None = None,
        input: str | bytes | None = None,  # noqa: A002 - the name that subprocess.run has for it
        timeout: float = TIMEOUT,
    ) -> Ran:
        """Run coopsearch with the arguments given, each a str, bytes or path.

        `cwd` is an empty folder unless given. `env` is added to a clean environment; None takes a variable
        out of it. Without `input`, nothing can be read from standard input. A run that lasts longer than
        `timeout` seconds is an error.
        """
        ...


@pytest.fixture(scope="session")
def repo() -> Path:
    """The project's folder."""
    return REPO


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data. It is not part of the project: its absence skips a test, except in CI."""
    if not SHARED.is_dir():
        reason = f"there is no shared data at {SHARED}"
        if os.environ.get("COOPSEARCH_REQUIRE_SHARED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return SHARED


@pytest.fixture(scope="session")
def command() -> Sequence[str]:
    """How to start coopsearch: the installed script, or its module where there is none."""
    return _command()


def _command() -> Sequence[str]:
    name = "coopsearch.exe" if os.name == "nt" else "coopsearch"
    script = Path(sys.executable).with_name(name)
    return [str(script)] if script.is_file() else [sys.executable, "-m", "coopsearch.search.cli"]


@pytest.fixture(scope="session", autouse=True)
def _resident(request: pytest.FixtureRequest) -> Iterator[None]:
    """With --warm, a process that runs the commands of all tests, which find it without knowing of it."""
    if not request.config.getoption("--warm"):
        yield
        return
    from tests.cli.warm.resident import resident

    # In the folder for temporary files, as these tests have no runtime folder.
    with tempfile.TemporaryDirectory(prefix="cw-") as temporary, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", temporary)
        with resident(_command(), clean(temporary), "--idle", "600", runtime=False) as one:
            yield
            print(f"\n{one.done()} commands were run by the resident process")


@pytest.fixture(scope="session", autouse=True)
def _settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is noted in the settings of a user is noted in those of nobody, and not of who runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("settings")))
        yield


@pytest.fixture
def clean_env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a new user: an empty home, 80 columns, nothing said about coopsearch or colour.

    Nothing is paged, as nobody is there to press a key.
    """
    return clean(str(tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The same for all tests of a file."""
    return clean(str(tmp_path_factory.mktemp("home")))


def clean(home: str) -> dict[str, str]:
    """Return the environment of a new user with a home."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "HOME": home, "USERPROFILE": home, "COLUMNS": "80", "LANG": "C.UTF-8", "PAGER": "cat"}


@pytest.fixture
def run(command: Sequence[str], clean_env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs the real command; see Run."""

    def run(
        *arguments: str | bytes | Path,
        cwd: str | bytes | Path | None = None,
        env: Mapping[str, str | None] | None = None,
        input: str | bytes | None = None,  # noqa: A002 - see Run
        timeout: float = TIMEOUT,
    ) -> Ran:
        surroundings: dict[str, str | None] = {**clean_env, **(env or {})}
        done = subprocess.run(
            [*command, *arguments],
            cwd=tmp_path_factory.mktemp("empty") if cwd is None else cwd,
            env={name: value for name, value in surroundings.items() if value is not None},
            input=input.encode("utf-8", "surrogateescape") if isinstance(input, str) else input,
            stdin=subprocess.DEVNULL if input is None else None,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        out, err = (stream.decode("utf-8", "surrogateescape") for stream in (done.stdout, done.stderr))
        return Ran(done.returncode, out, err)

    return run
