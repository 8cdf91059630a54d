"""Open pages are told that the index was updated, by whoever did that, and ``--watch`` does it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, closing
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from coopsearch.indexer import sync
from coopsearch.search import open_index
from coopsearch.search.serving.problems import Refused
from coopsearch.search.serving.service import Service
from coopsearch.search.web.events import MOST, Events
from coopsearch.search.web.indexing import Indexing
from tests.web.served import PATIENCE, TEXTS, Served, Stream, serving, soon


@pytest.fixture(params=["port", "socket"])
def one(
    request: pytest.FixtureRequest, command: Sequence[str], home: dict[str, str], top: Path, tmp_path: Path
) -> Iterator[Served]:
    """A service at a port or at a socket."""
    if request.param == "socket" and os.name != "posix":
        pytest.skip("a socket in the file system")
    where = ["--socket", str(tmp_path / "s")] if request.param == "socket" else []
    with serving(command, home, top / "index_data", *where, cwd=top) as found:
        yield found


def test_an_update_by_another_process(one: Served, top: Path) -> None:
    """A page is told of the present state, and of what another process commits, with the news in it."""
    assert one.send("/api/v1/saved/boats", {"query": "boats"}, "PUT").status == 200
    one.send("/api/v1/news", {})
    with closing(Stream(one, one.bearer)) as stream:
        assert stream.answer.status == 200
        assert stream.answer.headers["content-type"].startswith("text/event-stream")
        assert stream.answer.headers["cache-control"] == "no-store"
        _, first = stream.next("index")
        assert first["documents"] == len(TEXTS)
        page = one.get("/", q="boats")
        assert f'content="{first["generation"]}"' in page.text
        assert page.headers["x-generation"] == first["generation"]
        assert stream.next("news")[1] == {"boats": 0}
        (top / "docs" / "new.txt").write_text("More boats.")
        sync([top / "docs"], top / "index_data")
        _, second = stream.next("index")
        assert second["documents"] == len(TEXTS) + 1
        assert second["generation"] != first["generation"]
        assert stream.next("news")[1] == {"boats": 1}
    # One that begins to listen later is told at once.
    with closing(Stream(one, one.bearer)) as stream:
        assert stream.next("index")[1] == second


def test_no_news_of_a_state_before(one: Served, top: Path) -> None:
    """A page that was just made is not told counts from before an update that it has already."""
    assert one.send("/api/v1/saved/boats", {"query": "boats"}, "PUT").status == 200
    one.send("/api/v1/news", {})
    with closing(Stream(one, one.bearer)) as stream:
        assert stream.next("news")[1] == {"boats": 0}
    (top / "docs" / "new.txt").write_text("More boats.")
    sync([top / "docs"], top / "index_data")
    assert "<strong>1 new</strong>" in one.get("/saved").text
    with closing(Stream(one, one.bearer)) as stream:
        assert stream.next("news")[1] == {"boats": 1}


def test_news_that_could_not_be_had_are_looked_for_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where too many questions wait, the news are told later, though nothing changed meanwhile."""
    for name in ("_LOOK", "_NEWS"):
        monkeypatch.setattr(f"coopsearch.search.web.events.{name}", 0.01)
    refused: list[object] = []

    class Busy(Service):
        async def ask(self, call: Callable[[], Any], *, follow: bool = True) -> Any:
            if not follow and len(refused) < 3:
                refused.append(call)
                raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "busy", "too many questions wait")
            return await super().ask(call, follow=follow)

    async def first_news(service: Service) -> str:
        async with aclosing(Events(service, Indexing(service)).stream()) as told:
            async for event in told:
                if event.startswith("event: news"):
                    return event
        raise AssertionError("the stream ended")

    with open_index(folder / "index_data") as index, closing(Busy(index)) as service:
        told = asyncio.run(asyncio.wait_for(first_news(service), PATIENCE))
    assert len(refused) == 3
    assert json.loads(told.partition("data: ")[2]) == {}


def test_who_may_listen(served: Served) -> None:
    """A stream asks for what any page asks for."""
    assert served.ask("GET", "/events").status == 401
    assert served.ask("GET", "/events", headers={**served.bearer, "host": "evil.example"}).status == 421
    assert (
        served.ask("GET", "/events", headers={**served.bearer, "origin": "http://evil.example"}).status == 403
    )
    crossing = {**served.browser, "sec-fetch-site": "cross-site"}
    assert served.ask("GET", "/events", headers=crossing).status == 403
    assert served.ask("POST", "/events", headers={**served.bearer}).status == 405
    assert served.get("/events", nonsense=1).status == 400
    with closing(Stream(served, served.browser)) as stream:
        assert stream.next()[0] == "index"


def test_bounds(served: Served) -> None:
    """So many listen at a time; others are told so and answered otherwise; one may come when one goes."""
    streams = [Stream(served, served.bearer) for _ in range(MOST)]
    try:
        assert {one.answer.status for one in streams} == {200}
        for one in streams:
            one.next("index")
        refused = served.get("/events")
        assert (refused.status, refused.headers["retry-after"]) == (503, "60")
        assert served.get("/", q="boats").status == 200
        streams.pop().close()

        def again() -> bool:
            with closing(Stream(served, served.bearer)) as late:
                return late.answer.status == 200

        assert soon(again)
    finally:
        for one in streams:
            one.close()


def test_the_end(one: Served) -> None:
    """A service ends at once while pages listen, and says so to them."""
    with closing(Stream(one, one.bearer)) as stream:
        stream.next("index")
        began = time.monotonic()
        one.process.send_signal(signal.SIGTERM)
        with pytest.raises(EOFError):
            stream.next("end")
        assert one.process.wait(PATIENCE) == 0
        assert time.monotonic() - began < 2.5
    assert one.process.stderr is not None
    assert one.process.stderr.read() == ""


def test_watch(command: Sequence[str], home: dict[str, str], top: Path) -> None:
    """With --watch what comes into the folders is found without another command, until the service ends."""
    with serving(command, home, top / "index_data", "--watch", cwd=top) as one:
        with closing(Stream(one, one.bearer)) as stream:
            stream.next("index")
            (top / "docs" / "new.txt").write_text("zyzzyva")
            while stream.next("index")[1]["documents"] == len(TEXTS):
                pass
        assert one.get("/api/v1/search", q="zyzzyva").json["total"] == 1
        began = time.monotonic()
        one.process.send_signal(signal.SIGTERM)
        out, err = one.process.communicate(timeout=PATIENCE)
        assert (one.process.returncode, out, err) == (0, "", "")
        assert time.monotonic() - began < 10
    # Whoever followed is gone, too.
    (top / "docs" / "late.txt").write_text("later")
    time.sleep(1.5)
    with serving(command, home, top / "index_data", cwd=top) as one:
        assert one.get("/api/v1/search", q="later").json["total"] == 0


@pytest.mark.skipif(os.name != "posix", reason="a process is killed")
def test_watch_ends_with_the_service(command: Sequence[str], home: dict[str, str], top: Path) -> None:
    """A service that is killed leaves nobody behind that goes on to write."""
    with serving(command, home, top / "index_data", "--watch", cwd=top) as one:
        (top / "docs" / "new.txt").write_text("zyzzyva")
        assert soon(lambda: one.get("/api/v1/search", q="zyzzyva").json["total"] == 1)
        one.process.kill()
        one.process.wait(PATIENCE)
    time.sleep(1.5)
    (top / "docs" / "late.txt").write_text("later")
    time.sleep(2)
    with serving(command, home, top / "index_data", cwd=top) as one:
        assert one.get("/api/v1/search", q="later").json["total"] == 0


def test_watch_says_why_not(command: Sequence[str], home: dict[str, str], top: Path) -> None:
    """What is indexed and fails is said once, and the service goes on answering."""
    with serving(command, home, top / "index_data", "--watch", cwd=top) as one:
        (top / "docs" / "bad.pdf").write_bytes(b"%PDF-1.7 nonsense")
        (top / "docs" / "new.txt").write_text("zyzzyva")
        assert soon(lambda: one.get("/api/v1/search", q="zyzzyva").json["total"] == 1)
        (top / "docs" / "more.txt").write_text("zyzzyvas")
        assert soon(lambda: one.get("/api/v1/search", q="=zyzzyvas").json["total"] == 1)
        one.process.send_signal(signal.SIGTERM)
        _, err = one.process.communicate(timeout=PATIENCE)
        assert err.count("bad.pdf") == 1
