"""The audit log: what it holds, who can read it, and what becomes of it when it cannot be written."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from coopsearch.search.web.audit import Audit
from tests.conftest import Run
from tests.web.served import PATIENCE, Served, serving, soon

posix = pytest.mark.skipif(os.name != "posix", reason="modes and limits are of POSIX")


def lines(path: Path) -> list[dict[str, Any]]:
    """Return what a log holds."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where a test's log is."""
    return tmp_path / "audit.jsonl"


@pytest.fixture
def one(command: Sequence[str], home: dict[str, str], folder: Path, log: Path) -> Iterator[Served]:
    """A service that keeps a log."""
    with serving(command, home, folder / "index_data", "--audit", log, cwd=folder) as found:
        yield found


def test_what_it_holds(one: Served, log: Path) -> None:
    """Questions, documents and changes, with when and how one asked; nothing of keys, answers or notes."""
    name = one.get("/api/v1/search", q="تهريب", lang="ar").json["hits"][0]["id"]
    one.ask("GET", "/?q=smuggling+routes&type=md&type=html", headers=one.browser)
    one.ask("GET", "/results?q=smug&typed=1&quick=1", headers=one.browser)
    one.get(f"/document/{name}", q="تهريب")
    one.get(f"/api/v1/documents/{name}/original")
    one.send(f"/api/v1/documents/{name}/marks", {"add": ["seen"], "note": "a secret note"})
    one.get("/document/bm9uZQ")
    one.get("/", q='"unclosed')
    for path in ("/help", "/api/v1/health", "/static/app.css", "/nowhere"):
        one.get(path)
    found = soon(lambda: (found := lines(log)) and len(found) == 9 and found)
    shown = [(one["what"], one.get("query"), one.get("document"), one["status"]) for one in found]
    assert shown == [
        ("search", "تهريب", None, 200),
        ("search", "smuggling routes", None, 200),
        ("search", "smug", None, 200),
        ("document", "تهريب", "docs/ar.md", 200),
        ("document/original", None, "docs/ar.md", 200),
        ("document/marks", None, "docs/ar.md", 200),
        ("document", None, "none", 404),
        ("search", '"unclosed', None, 400),
        ("nowhere", None, None, 404),
    ]
    assert [one["by"] for one in found[:3]] == ["token", "cookie", "cookie"]
    assert {one["from"] for one in found} == {"127.0.0.1"}
    assert found[0]["with"] == {"lang": ["ar"]}
    assert found[1]["with"] == {"type": ["md", "html"]}
    assert [one.get("typing", False) for one in found[:3]] == [False, False, True]
    assert [one["method"] for one in found[4:6]] == ["GET", "POST"]
    assert all(one["at"].endswith("Z") and one["at"][:2] == "20" for one in found)
    text = log.read_text()
    assert one.token not in text
    assert one.cookie.partition("=")[2] not in text
    assert "secret" not in text


def test_who_has_no_key_is_not_written_down(one: Served, log: Path) -> None:
    """A log cannot be filled by those who may not ask."""
    assert one.ask("GET", "/?q=boats").status == 401
    assert one.get("/", q="boats").status == 200
    assert len(soon(lambda: lines(log))) == 1


@posix
def test_who_can_read_it(
    command: Sequence[str], home: dict[str, str], folder: Path, log: Path, run: Run, tmp_path: Path
) -> None:
    """It is its user's alone, lines are added to what is there, and what cannot be a log is refused."""
    for expected in (1, 2):
        with serving(command, home, folder / "index_data", "--audit", log, cwd=folder) as one:
            one.get("/", q="boats")
        # The last line is there when the service has ended.
        assert len(lines(log)) == expected
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
    log.chmod(0o640)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for path, why in (
        (log, "chmod 600"),
        (tmp_path, "is a directory"),
        (tmp_path / "no" / "log", "no such file"),
        (tmp_path / "link", "symbolic links"),
    ):
        done = run("serve", folder / "index_data", "--audit", str(path))
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert why in done.err
    assert not (tmp_path / "elsewhere").exists()


@posix
def test_a_socket(
    command: Sequence[str], home: dict[str, str], folder: Path, log: Path, tmp_path: Path
) -> None:
    """Over a socket there is no address, and that is what is written."""
    with serving(
        command, home, folder / "index_data", "--audit", log, "--socket", tmp_path / "s", cwd=folder
    ) as one:
        one.ask("GET", "/?q=boats")
        found = soon(lambda: lines(log))[0]
    assert (found["by"], found["from"]) == ("socket", "socket")


@posix
def test_a_line_that_was_not_finished(log: Path) -> None:
    """What somebody was stopped within stays a line of its own."""
    log.write_text('{"at": "2026')
    log.chmod(0o600)
    audit = Audit(log, lambda message: None)
    audit.record({"what": "search"})
    audit.close()
    first, second = log.read_text().splitlines()
    assert first == '{"at": "2026'
    assert json.loads(second)["what"] == "search"


@posix
def test_a_full_disk(command: Sequence[str], home: dict[str, str], folder: Path, log: Path) -> None:
    """A log that cannot grow is said once; questions are answered all the same, and the end does not wait."""
    limited = ["bash", "-c", 'ulimit -f 1; exec "$@"', "-", *command]
    if shutil.which("bash") is None:
        pytest.skip("there is no bash")
    with serving(limited, home, folder / "index_data", "--audit", log, cwd=folder) as one:
        for number in range(30):
            assert one.get("/", q=f"boats {number}").status == 200
        time.sleep(2.5)
        assert one.get("/", q="boats").status == 200
        began = time.monotonic()
        one.process.send_signal(signal.SIGTERM)
        _, err = one.process.communicate(timeout=PATIENCE)
        assert time.monotonic() - began < 8
    assert one.process.returncode == 0
    assert err.count("the audit log cannot be written: file too large") == 1
    assert "lines of the audit log could not be written" in err
    assert err.count("\n") == 2


@posix
def test_it_goes_on(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be written is written when it can be, each line whole, also where half of one was."""
    said: list[str] = []
    real, full = os.write, [True]

    def write(handle: int, data: bytes) -> int:
        if full[0]:
            if len(data) > 10:
                return real(handle, data[:7])
            raise OSError(28, "No space left on device")
        return real(handle, data)

    audit = Audit(log, said.append)
    monkeypatch.setattr(os, "write", write)
    for number in range(100):
        audit.record({"number": number})
    soon(lambda: said)
    full[0] = False
    soon(lambda: len(said) == 2)
    audit.close()
    assert [one["number"] for one in lines(log)] == list(range(100))
    assert "no space left" in said[0]
    assert "again" in said[1]


@posix
def test_a_log_that_was_moved(log: Path) -> None:
    """A log that was moved away is begun anew, as programs that keep logs short expect."""
    audit = Audit(log, lambda message: None)
    audit.record({"number": 1})
    soon(log.read_bytes)
    log.rename(log.with_suffix(".1"))
    audit.record({"number": 2})
    audit.close()
    assert [one["number"] for one in lines(log.with_suffix(".1")) + lines(log)] == [1, 2]
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_more_than_there_is_room_for(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where too much waits, it is counted what is not written, and the count is written."""
    monkeypatch.setattr("coopsearch.search.web.audit._WAITING", 5)
    audit = Audit(log, lambda message: None)
    with audit._changed:
        for number in range(20):
            audit.record({"number": number})
    audit.close()
    found = lines(log)
    assert [one.get("number") for one in found[:5]] == list(range(5))
    assert (found[5]["what"], found[5]["lines"]) == ("lost", 15)


@posix
def test_a_killed_service_loses_nothing_that_was_answered(one: Served, log: Path) -> None:
    """What was asked a moment before the service is killed is in the log."""
    for number in range(20):
        one.get("/", q=f"boats {number}")
    time.sleep(0.2)
    one.process.kill()
    one.process.wait(PATIENCE)
    assert [one["query"] for one in lines(log)] == [f"boats {number}" for number in range(20)]
