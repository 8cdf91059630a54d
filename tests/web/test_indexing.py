"""The button that has the folders looked through: what it does, who may press it, how it tells failures."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

import pytest

from coopsearch.indexer.locking.lock import locked
from tests.indexed import project
from tests.web.served import PATIENCE, TEXTS, Answer, Served, Stream, serving


@pytest.fixture
def one(command: Sequence[str], home: dict[str, str], top: Path) -> Iterator[Served]:
    """A service over it."""
    with serving(command, home, top / "index_data", cwd=top) as found:
        yield found


def press(served: Served) -> Answer:
    """Press the button of the page."""
    page = served.ask("GET", "/indexing", headers=served.browser).text
    found = re.search(r'name="csrf" (?:value|content)="([^"]+)"', page)
    assert found is not None
    return served.ask(
        "POST",
        "/indexing",
        urlencode({"csrf": found[1]}),
        {**served.browser, **served.origin, "content-type": "application/x-www-form-urlencoded"},
    )


def ended(served: Served) -> str:
    """Wait until the run has ended, and return the page that says how."""
    return _until(served, lambda page: 'data-running="false"' in page)


def _until(served: Served, said: Callable[[str], bool]) -> str:
    ending = time.monotonic() + PATIENCE
    while time.monotonic() < ending:
        if said(page := served.get("/indexing").text):
            return page
        time.sleep(0.1)
    raise AssertionError(page)


def test_a_run(one: Served, top: Path) -> None:
    """What came is found, the report says what was done and what failed, and pages are told of it."""
    assert "Index now</button>" in one.get("/coverage").text
    (top / "docs" / "new.txt").write_text("zyzzyva")
    (top / "docs" / "bad.pdf").write_bytes(b"%PDF-1.7 <b>")
    stream = Stream(one, one.bearer)
    done = press(one)
    assert (done.status, done.headers["location"]) == (303, "/indexing")
    page = ended(one)
    assert "1 added" in page
    assert "bad.pdf" in page
    assert "failed: " in page
    assert one.get("/api/v1/search", q="zyzzyva").json["total"] == 1
    while (told := stream.next("indexing")[1])["running"]:
        pass
    assert f'data-began="{told["began"]}"' in page
    stream.close()
    press(one)
    assert "unchanged" in ended(one)


def test_without_javascript(one: Served, top: Path) -> None:
    """A page of a run that is not done loads itself anew; one of a run that is done does not."""
    with locked(top / "index_data"):
        press(one)
        assert '<noscript><meta http-equiv="refresh"' in one.get("/indexing").text
        assert "being looked through" in one.get("/coverage").text
        assert "refresh" not in ended(one)


def test_who_holds_the_lock(one: Served, top: Path) -> None:
    """Where another writes the index it is said who; a second press meanwhile begins no second run."""
    with locked(top / "index_data"):
        press(one)
        began = re.search(r'data-began="([\d.]+)"', one.get("/indexing").text)
        assert began is not None
        press(one)
        page = ended(one)
        assert f'data-began="{began[1]}"' in page
        assert "is being written by process" in page
        assert "try again when it is done" in page
        assert one.get("/", q="boats").status == 200
    press(one)
    assert "unchanged" in ended(one)


def test_who_may(command: Sequence[str], home: dict[str, str], top: Path) -> None:
    """With --read-only the button is not offered, and a form that is sent all the same does nothing."""
    (top / "docs" / "new.txt").write_text("zyzzyva")
    with serving(command, home, top / "index_data", "--read-only", cwd=top) as one:
        for path in ("/coverage", "/indexing"):
            assert '/indexing"><input' not in one.get(path).text
        assert "--read-only" in one.get("/indexing").text
        assert press(one).status == 403
        time.sleep(1)
        assert one.get("/api/v1/search", q="zyzzyva").json["total"] == 0


def test_several_indexes(command: Sequence[str], home: dict[str, str], tmp_path: Path) -> None:
    """Each of several indexes is brought up to date, and one that cannot be stops no other."""
    tops = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        tops.append(project(tmp_path / name, TEXTS))
        (tops[-1] / "docs" / "new.txt").write_text("zyzzyva")
    indexes = [top / "index_data" for top in tops]
    with serving(command, home, *indexes, cwd=tmp_path) as one, locked(indexes[0]):
        press(one)
        page = ended(one)
        assert "is being written by process" in page
        assert "1 added" in page
        assert one.get("/api/v1/search", q="zyzzyva").json["total"] == 1


def test_the_end_comes_first(one: Served, top: Path) -> None:
    """A service that is ended while a run goes on ends that, and says nothing of it."""
    for number in range(3_000):
        (top / "docs" / f"{number}.txt").write_text(f"word{number} " * 50)
    press(one)
    time.sleep(0.5)
    began = time.monotonic()
    one.process.send_signal(signal.SIGTERM)
    out, err = one.process.communicate(timeout=PATIENCE)
    assert (one.process.returncode, out, err) == (0, "", "")
    assert time.monotonic() - began < 15
