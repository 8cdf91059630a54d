"""The command: where it listens, what it follows, and how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from tests.conftest import Run
from tests.indexed import project
from tests.web.served import PATIENCE, TEXTS, Served, serving, soon


def _found(served: Served, query: str) -> bool:
    return "Nothing found" not in served.get("/", q=query).text


def test_a_port_in_use(served: Served, run: Run, folder: Path) -> None:
    """A port that is in use is named together with who uses it."""
    done = run("serve", folder / "index_data", "--port", str(served.port))
    assert done.code == 2
    assert done.err.startswith(f"coopsearch: port {served.port} is in use by process {served.process.pid} (")
    assert done.err.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="a socket in the file system")
def test_a_socket(
    command: Sequence[str], home: dict[str, str], folder: Path, run: Run, tmp_path: Path
) -> None:
    """A socket is its user's alone, needs no token, is taken over from one that died, and goes at the end."""
    path = tmp_path / "s"
    with serving(command, home, folder / "index_data", "--socket", path, cwd=folder) as one:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert one.ask("GET", "/api/v1/health").json["documents"] == len(TEXTS)
        assert one.ask("GET", "/api/v1/health", headers={"host": "evil.example"}).status == 421
        assert one.ask("GET", "/api/v1/health", headers={"origin": "http://evil.example"}).status == 403
        done = run("serve", folder / "index_data", "--socket", path)
        assert (done.code, f"in use by process {one.process.pid}" in done.err) == (2, True)
        one.process.kill()
        one.process.wait(PATIENCE)
    assert path.exists()
    with serving(command, home, folder / "index_data", "--socket", path, cwd=folder) as one:
        assert one.ask("GET", "/api/v1/health").status == 200
    assert not path.exists()
    path.write_text("mine")
    assert run("serve", folder / "index_data", "--socket", path).code == 2
    assert path.read_text() == "mine"


def test_it_follows_commits(command: Sequence[str], home: dict[str, str], tmp_path: Path) -> None:
    """What was committed is found by the next question, also after a rebuild; an index that goes is told."""
    top = project(tmp_path, TEXTS)
    index = top / "index_data"
    with serving(command, home, index, cwd=top) as one:
        assert not _found(one, "zyzzyva")
        tag = one.get("/", q="boats").headers["etag"]
        assert one.get("/", {"if-none-match": tag}, q="boats").status == 304
        (top / "docs" / "new.txt").write_text("zyzzyva")
        sync([top / "docs"], index)
        assert _found(one, "zyzzyva")
        assert one.get("/", {"if-none-match": tag}, q="boats").status == 200
        sync([top / "docs"], index, rebuild=True)
        assert _found(one, "zyzzyva")
        shutil.rmtree(index)
        told = one.get("/api/v1/health").json
        assert told["status"] == "degraded"
        assert "index" in told["warning"]
        assert _found(one, "boats")
        sync([top / "docs"], index)
        assert soon(lambda: one.get("/api/v1/health").json["status"] == "ok")


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 0), ("SIGTERM", 0)])
def test_it_ends(command: Sequence[str], home: dict[str, str], folder: Path, name: str, code: int) -> None:
    """A signal ends it in good order and without a word, connections that wait or not."""
    with serving(command, home, folder / "index_data", cwd=folder) as one:
        waiting = one.connection()
        waiting.connect()
        one.process.send_signal(getattr(signal, name))
        assert one.process.wait(PATIENCE) == code
        assert one.process.stderr is not None
        assert one.process.stderr.read() == ""
        waiting.close()


def test_no_index(run: Run, tmp_path: Path) -> None:
    """Without an index it says so in a line."""
    done = run("serve", tmp_path / "none")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)


def test_for_a_person(command: Sequence[str], home: dict[str, str], folder: Path) -> None:
    """Without --json the link stands on a line of its own."""
    with subprocess.Popen(
        [*command, "serve", str(folder / "index_data"), "--open"],
        cwd=folder,
        env={**home, "BROWSER": "cat %s > opened; #"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        link = process.stdout.readline().strip()
        assert link.startswith("http://127.0.0.1:")
        assert "token=" in link
        process.terminate()
        assert process.wait(PATIENCE) == 0


def test_a_page_is_not_kept_over_a_restart(
    command: Sequence[str], home: dict[str, str], folder: Path
) -> None:
    """A page holds a key of its service, so that of a new one is another page."""
    tags = []
    for _ in range(2):
        with serving(command, home, folder / "index_data", cwd=folder) as one:
            tags.append(one.get("/", {"host": f"127.0.0.1:{one.port}"}, q="boats").headers["etag"])
    assert tags[0] != tags[1]


def test_a_list_that_nobody_reads_to_its_end(
    command: Sequence[str], home: dict[str, str], tmp_path: Path
) -> None:
    """Readers of all hits who go in the middle harm nobody, and are not told of."""
    top = project(tmp_path, {f"{number}.txt": f"boat {number} " * 30 for number in range(600)})
    with serving(command, home, top / "index_data", cwd=top) as one:
        for size in (1, 500, 50_000) * 4:
            connection = one.connection()
            connection.request("GET", "/api/v1/iterate?q=boat", headers=one.bearer)
            connection.getresponse().read(size)
            connection.close()
        lines = one.get("/api/v1/iterate", q="boat").body.splitlines()
        assert json.loads(lines[-1])["end"]["hits"] == len(lines) - 1 == 600
        one.process.terminate()
        assert one.process.wait(PATIENCE) == 0
        assert one.process.stderr is not None
        assert one.process.stderr.read() == ""


def test_several(command: Sequence[str], home: dict[str, str], folder: Path, tmp_path: Path) -> None:
    """Several indexes are asked as one."""
    other = project(tmp_path, {"more.txt": "More boats arrived at night."})
    with serving(command, home, folder / "index_data", other / "index_data", cwd=folder) as one:
        assert json.loads(one.get("/api/v1/health").body)["documents"] == len(TEXTS) + 1
        assert "more.txt" in one.get("/", q="boats").text
        hits = one.get("/api/v1/search", q="boats").json["hits"]
        assert len({hit["id"] for hit in hits}) == len(hits) == 3
        for hit in hits:
            assert one.get(f"/document/{hit['id']}", q="boats").status == 200
            assert one.get(f"/original/{hit['id']}").status == 200
            assert one.send(f"/api/v1/documents/{hit['id']}/marks", {"add": ["seen"]}).status == 200
        assert {mark["index"] for mark in one.get("/api/v1/marks").json["documents"]} == {
            str(folder / "index_data"),
            str(other / "index_data"),
        }


def test_answers_are_sent_at_once() -> None:
    """The port is one of TCP by name: else the parts of an answer wait for each other."""
    from coopsearch.search.web.listening import listening

    with listening() as place:
        assert place.sock.proto == socket.IPPROTO_TCP
        assert place.sock.getsockname()[0] == "127.0.0.1"


def test_an_answer_is_of_its_day() -> None:
    """What a browser has is not "still the same" on another day: "today" was asked for."""
    script = (
        "import sys, time\n"
        "from types import SimpleNamespace as N\n"
        "from starlette.requests import Request\n"
        "from coopsearch.search.web import endpoint\n"
        "from coopsearch.search.web.guard.access import Shown\n"
        "app = N(state=N(service=N(tag=lambda: 'state')))\n"
        "scope = {'type': 'http', 'method': 'GET', 'path': '/', 'query_string': b'q=today', 'headers': []}\n"
        "scope |= {'server': ('127.0.0.1', 1), 'app': app, 'state': {'shown': Shown('cookie')}}\n"
        "tags = []\n"
        "for day in ('2026-11-30', '2026-11-30', '2026-12-01'):\n"
        "    endpoint.time = N(strftime=lambda form, day=day: day)\n"
        "    tags.append(endpoint._tag(Request(scope)))\n"
        "assert tags[0] == tags[1] != tags[2], tags\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
