"""A real OpenSearch for tests: one node that all workers share, and clusters that a test may break.

What is started ends with the test run, also where that is killed: each start names the process of pytest as
its owner. Where Java or Maven is missing, the tests that need a node skip; where CI is set, they fail.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import pytest
from filelock import FileLock

DEV: Final = Path(__file__).resolve().parents[1] / "dev.py"
#: Seconds for a start and for the jars; below the limit of one test.
PATIENCE: Final = 280
#: Seconds for one answer.
ANSWER: Final = 30


class Failed(Exception):
    """An answer that is an error, with what the node said."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text[:2000]}")
        self.status = status


def opensearch(*arguments: str | Path, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
    """Run `dev.py opensearch` with the arguments."""
    done = subprocess.run(
        [sys.executable, DEV, "opensearch", *arguments],
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=PATIENCE,
        check=False,
    )
    if check and done.returncode:
        raise AssertionError(f"opensearch {' '.join(map(str, arguments))}: {done.stderr}")
    return done


def require() -> None:
    """Skip where no node can be started on this machine; fail where that must not be, in CI."""
    done = opensearch("prepare", check=False)
    if done.returncode:
        reason = done.stderr.strip().removeprefix("dev.py: ")
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def free_folder() -> Path:
    """Return a new folder's name that root's nodes can get to, as they cannot to pytest's own folders."""
    return Path(tempfile.gettempdir()) / f"coopsearch-opensearch-{secrets.token_hex(8)}"


def runs(pid: int) -> bool:
    """Whether a process goes on; one whose end nobody has noticed yet does not."""
    try:
        stat = Path("/proc", str(pid), "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def request(
    url: str, path: str, body: object = None, *, method: str | None = None, timeout: float = ANSWER
) -> Any:
    """Ask a node, and return what its JSON holds.

    A body is sent as JSON, a text as it is, as lines of JSON. Without a method it is GET, with a body POST.

    Raises:
        Failed: the answer is an error.
        OSError: there is no answer.
    """
    place = urlsplit(url)
    text = body if isinstance(body, str) else json.dumps(body)
    kind = "application/x-ndjson" if isinstance(body, str) else "application/json"
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=timeout)
    with contextlib.closing(connection):
        connection.request(
            method or ("GET" if body is None else "POST"),
            path,
            body=None if body is None else text.encode(),
            headers={} if body is None else {"Content-Type": kind},
        )
        answer = connection.getresponse()
        said = answer.read().decode()
    if answer.status >= http.client.BAD_REQUEST:
        raise Failed(answer.status, said)
    return json.loads(said) if said else None


class Cluster:
    """The nodes of one folder, numbered from 0."""

    def __init__(self, run: Path) -> None:
        self.run: Final = run

    @classmethod
    def start(cls, nodes: int, owner: int, *options: str) -> Cluster:
        """Start nodes that end with the process `owner`, and wait until they are a green cluster."""
        run = free_folder()
        opensearch("start", f"--nodes={nodes}", f"--run={run}", f"--owner={owner}", *options)
        return cls(run)

    @property
    def nodes(self) -> list[dict[str, Any]]:
        """What is noted about each node: name, url, pid and log."""
        page = json.loads((self.run / "state.json").read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = page["nodes"]
        return found

    @property
    def urls(self) -> list[str]:
        """Where the nodes answer, or did."""
        return [node["url"] for node in self.nodes]

    def ask(self, path: str, body: object = None, *, node: int = 0, method: str | None = None) -> Any:
        """Ask a node; see `request`."""
        return request(self.urls[node], path, body, method=method)

    def manager(self, *, asked: int = 0) -> int:
        """Return the number of the node that manages the cluster, as another one sees it."""
        (row,) = self.ask("/_cat/cluster_manager?format=json", node=asked)
        return [node["name"] for node in self.nodes].index(row["node"])

    def signal(self, node: int, number: signal.Signals) -> None:
        """Send a node a signal: SIGSTOP makes it a slow one, until SIGCONT."""
        os.kill(self.nodes[node]["pid"], number)

    def kill(self, node: int) -> None:
        """Kill a node, so that it can put nothing in order; returns when it no longer answers."""
        self.signal(node, signal.SIGKILL)
        deadline = time.monotonic() + ANSWER
        while time.monotonic() < deadline:
            try:
                self.ask("/", node=node)
            except (OSError, http.client.HTTPException):
                return
            time.sleep(0.02)
        raise AssertionError(f"node {node} answers after it was killed")

    def restart(self, node: int) -> None:
        """Start a node again that was killed, with its data; returns when it answers."""
        opensearch("restart", self.nodes[node]["name"], f"--run={self.run}")

    def wait_for_green(self, *, node: int = 0, nodes: int | None = None, seconds: float = 120) -> None:
        """Wait until all data are where they should be, replicas included, as one node sees it.

        `nodes` is how many must have joined: all, unless given. An index whose settings do not say otherwise
        waits a minute for a lost node before its replicas are made elsewhere.
        """
        count = len(self.nodes) if nodes is None else nodes
        path = f"/_cluster/health?wait_for_status=green&wait_for_nodes={count}&timeout=5s"
        deadline = time.monotonic() + seconds
        last: Any = None
        while time.monotonic() < deadline:
            try:
                last = self.ask(path, node=node)
            except (OSError, http.client.HTTPException, Failed) as error:
                last = error
                time.sleep(0.1)
            else:
                if not last["timed_out"]:
                    return
        raise AssertionError(f"not green after {seconds} s: {last}")

    def stop(self) -> None:
        """End what runs and remove all data."""
        opensearch("stop", f"--run={self.run}")


class StartCluster(Protocol):
    """Starts clusters that a test may break."""

    def __call__(self, nodes: int = 3, *options: str) -> Cluster:
        """Start one; it ends with the module that asked for it."""
        ...


@pytest.fixture(scope="session")
def opensearch_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of one node that this run's workers share: an index of a test needs a name of its own.

    The first worker that asks starts it, the last one that asked and ends stops it.
    """
    require()
    base, owner = tmp_path_factory.getbasetemp(), os.getpid()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base, owner = base.parent, os.getppid()
    users = base / "opensearch-users"
    lock = FileLock(base / "opensearch.lock", timeout=PATIENCE)
    page, mine = users / "run", users / f"user-{os.getpid()}"
    with lock:
        users.mkdir(exist_ok=True)
        if page.exists():
            shared = Cluster(Path(page.read_text(encoding="utf-8")))
        else:
            shared = Cluster.start(1, owner)
            page.write_text(os.fspath(shared.run), encoding="utf-8")
        mine.touch()
        url = shared.urls[0]
    yield url
    with lock:
        mine.unlink()
        if not list(users.glob("user-*")):
            page.unlink()
            shared.stop()


@pytest.fixture(scope="module")
def cluster() -> Iterator[StartCluster]:
    """Starts clusters of several nodes for one module alone, which may kill them."""
    require()
    started: list[Cluster] = []

    def start(nodes: int = 3, *options: str) -> Cluster:
        started.append(Cluster.start(nodes, os.getpid(), *options))
        return started[-1]

    yield start
    for one in started:
        if one.run.exists():
            one.stop()
