"""The life of the process: how it ends, what it follows, what it does for several indexes and requests."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from coopsearch.indexer import sync
from coopsearch.search import open_index
from coopsearch.search.mcp import resources
from coopsearch.search.mcp.messages import Fault
from coopsearch.search.mcp.session import MOST, Session
from coopsearch.search.serving.service import THREADS, Service
from tests.conftest import Run
from tests.indexed import project
from tests.mcp.talking import PATIENCE, talking

PING: Final = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


def asked(name: str, id_: int = 1, **arguments: Any) -> dict[str, Any]:
    """Return a request that calls a tool."""
    return {
        "jsonrpc": "2.0",
        "id": id_,
        "method": "tools/call",
        "params": {"name": name, "arguments": arguments},
    }


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_it(command: Sequence[str], home: dict[str, str], folder: Path, name: str) -> None:
    """A signal ends it quietly with code 0, while it waits for a line."""
    with talking(command, home, folder / "index_data", cwd=folder) as one:
        one.start()
        one.process.send_signal(getattr(signal, name))
        assert one.process.wait(PATIENCE) == 0
        assert one.process.stderr is not None
        assert one.process.stderr.read() == b""


def test_the_end_of_input_ends_it(run: Run, folder: Path) -> None:
    """What was asked before the input ended is answered, also a last line without an end."""
    lines = [json.dumps(asked("search", number, query="boats")) for number in range(20)]
    done = run("mcp", folder / "index_data", input="\n".join(lines))
    assert (done.code, done.err) == (0, "")
    assert sorted(one["id"] for one in done.objects()) == list(range(20))
    assert run("mcp", folder / "index_data", input="").code == 0


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_a_broken_pipe_ends_it(command: Sequence[str], home: dict[str, str], folder: Path) -> None:
    """A client that reads no more ends it quietly with code 0."""
    with talking(command, home, folder / "index_data", cwd=folder) as one:
        one.start()
        assert one.process.stdout is not None
        one.process.stdout.close()
        one.send(PING)
        assert one.process.wait(PATIENCE) == 0
        assert one.process.stderr is not None
        assert one.process.stderr.read() == b""


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_client_that_does_not_read(command: Sequence[str], home: dict[str, str], folder: Path) -> None:
    """A signal ends it also where its output waits for somebody to read."""
    with talking(command, home, folder / "index_data", cwd=folder) as one:
        one.start()
        for number in range(MOST):
            one.send(asked("search", number, query="boats", limit=50))
        time.sleep(1)
        one.process.send_signal(signal.SIGTERM)
        assert one.process.wait(PATIENCE) == 0


def test_no_index(run: Run, tmp_path: Path) -> None:
    """Without an index it says so in a line, and prints nothing that a client would take for a message."""
    done = run("mcp", tmp_path / "none", input="")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)


def test_it_follows_commits(command: Sequence[str], home: dict[str, str], tmp_path: Path) -> None:
    """What was committed is found by the next question; an index that goes is told with the last answers."""
    top = project(tmp_path, {"a.txt": "boats"})
    with talking(command, home, top / "index_data", cwd=top) as one:
        one.start()
        assert one.call("search", query="zyzzyva")["total"] == 0
        (top / "docs" / "new.txt").write_text("zyzzyva")
        sync([top / "docs"], top / "index_data")
        (found,) = one.call("search", query="zyzzyva")["results"]
        sync([top / "docs"], top / "index_data", rebuild=True)
        assert one.call("fetch", id=found["id"])["text"].strip() == "zyzzyva"
        shutil.rmtree(top / "index_data")
        answer = one.call("search", query="boats")
        assert answer["total"] == 1
        assert "index" in answer["warning"]


def test_several_indexes(command: Sequence[str], home: dict[str, str], tmp_path: Path) -> None:
    """Several indexes are asked as one; each result says of which it is, and is read by its id."""
    for name, text in (("north", "boats of the north"), ("south", "boats of the south")):
        (tmp_path / name).mkdir()
        project(tmp_path / name, {"a.txt": text})
    folders = [tmp_path / name / "index_data" for name in ("north", "south")]
    with talking(command, home, *folders, cwd=tmp_path) as one:
        one.start()
        found = one.call("search", query="boats")["results"]
        assert len({result["metadata"]["index"] for result in found}) == 2
        texts = {one.call("fetch", id=result["id"])["text"].strip() for result in found}
        assert texts == {"boats of the north", "boats of the south"}
        listed = one.result("resources/list")["resources"]
        assert {resource["uri"].removeprefix(resources.PREFIX) for resource in listed} == {
            result["id"] for result in found
        }
        assert len(one.call("coverage")["indexes"]) == 2
        assert one.call("similar", id=found[0]["id"])["results"][0]["id"] == found[1]["id"]


def test_pages_of_resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long list comes in pages, each document once; after a commit the cursor is refused."""
    top = project(tmp_path, {f"{number:02}.txt": f"boat {number}" for number in range(25)})
    monkeypatch.setattr(resources, "PAGE", 10)
    with open_index(top / "index_data") as index:
        service = Service(index)
        names, cursor = [], None
        while True:
            page = resources.listed(service, {} if cursor is None else {"cursor": cursor})
            names += [one["name"] for one in page["resources"]]
            if (cursor := page.get("nextCursor")) is None:
                break
            last = cursor
        assert names == [f"{number:02}.txt" for number in range(25)]
        (top / "docs" / "new.txt").write_text("new")
        sync([top / "docs"], top / "index_data")
        service.follow()
        with pytest.raises(Fault, match="the index changed"):
            resources.listed(service, {"cursor": last})
        service.close()


class Kept:
    """Stands in for what writes: keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send(self, value: dict[str, Any]) -> None:
        """Keep a message."""
        self.sent.append(value)


def test_cancelled_and_too_many(folder: Path) -> None:
    """A request that is cancelled is not answered; an id that runs, and one too many, are refused."""
    with open_index(folder / "index_data") as index:
        service, writer, go = Service(index), Kept(), threading.Event()
        session = Session(service, writer)  # type: ignore[arg-type]
        for _ in range(THREADS):
            service.submit(lambda: go.wait(PATIENCE))
        for number in range(MOST):
            session.take(json.dumps(asked("search", number, query="boats")).encode())
        session.take(json.dumps(asked("search", MOST, query="boats")).encode())
        session.take(json.dumps(asked("search", 1, query="boats")).encode())
        assert [(one["id"], one["error"]["code"]) for one in writer.sent] == [(MOST, -32603), (1, -32600)]
        writer.sent.clear()
        for number in range(0, MOST, 2):
            told = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": number}}
            session.take(json.dumps(told).encode())
        session.take(json.dumps(PING | {"id": "ping"}).encode())
        assert [one["id"] for one in writer.sent] == ["ping"]
        go.set()
        session.drain(threading.Event())
        service.close()
    assert sorted(one["id"] for one in writer.sent if one["id"] != "ping") == list(range(1, MOST, 2))


def test_an_error_that_nobody_expected(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told in a sentence that says nothing of it, and handed to whoever keeps the log."""
    told: list[Exception] = []
    with open_index(folder / "index_data") as index:
        service, writer = Service(index, failed=told.append), Kept()
        monkeypatch.setattr(index, "search", lambda *_, **__: 1 / 0)
        session = Session(service, writer)  # type: ignore[arg-type]
        session.take(json.dumps(asked("search", 1, query="boats")).encode())
        session.take(json.dumps({"jsonrpc": "2.0", "id": 2, "method": "resources/list"}).encode())
        session.drain(threading.Event())
        service.close()
    first, second = sorted(writer.sent, key=lambda one: int(one["id"]))
    assert first["result"]["isError"] is True
    assert first["result"]["content"][0]["text"] == "the search failed; its log says why"
    assert second["error"] == {"code": -32603, "message": "the search failed; its log says why"}
    assert [type(one) for one in told] == [ZeroDivisionError, ZeroDivisionError]


BLOCKED: Final = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {names}:
            raise ImportError(f"{{name}} is not to be imported")

sys.meta_path.insert(0, Blocked())
sys.argv = ["coopsearch", "mcp", {index!r}]
from coopsearch.search.cli.start import main
main()
"""


def test_nothing_of_the_web_is_needed(home: dict[str, str], folder: Path, tmp_path: Path) -> None:
    """It runs where no extra is installed; asyncio is not loaded either."""
    script = tmp_path / "blocked.py"
    names = {"starlette", "uvicorn", "jinja2", "h11", "anyio", "mcp", "pydantic", "httpx", "asyncio"}
    script.write_text(BLOCKED.format(names=names, index=str(folder / "index_data")))
    with talking([sys.executable, str(script)], home, cwd=folder) as one:
        one.start()
        assert one.call("search", query="boats")["total"] > 0
        assert one.end() == (0, b"")
