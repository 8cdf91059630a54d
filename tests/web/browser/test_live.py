"""What an open page is told: that the index was updated, and what is new. Nothing moves by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.indexer.locking.lock import locked
from tests.web.browser.chromium import Browser
from tests.web.served import Served


def update(top: Path, name: str, text: str) -> None:
    """Have another process's work be done: a file comes and is indexed."""
    (top / "docs" / name).write_text(text, encoding="utf-8")
    sync([top / "docs"], top / "index_data")


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """The name of a file of the test's own."""
    return f"{request.node.name}.txt"


def test_an_update_is_told_and_not_forced(browser: Browser, served: Served, folder: Path, name: str) -> None:
    """A page says that the index was updated, keeps its answer, and shows the new one when asked to."""
    browser.open(f"{served.place['base']}/?q=smuggling+OR+quagga")
    browser.wait("document.querySelector('.js .hit')")
    browser.run("window.same = 1; 0")
    before = browser.run("document.querySelectorAll('.hit').length")
    update(folder, name, "A quagga.")
    browser.wait("document.querySelector('#updated')?.innerText.startsWith('The index was updated.')")
    assert browser.run("document.querySelectorAll('.hit').length") == before
    roles = {(one["role"]["value"], one.get("name", {}).get("value", "")) for one in browser.tree()}
    assert ("button", "Show the new answer") in roles
    browser.run("document.querySelector('#updated button').click()")
    browser.wait(f"document.querySelectorAll('.hit').length === {before + 1}")
    browser.wait("!document.querySelector('#updated')")
    assert browser.run("window.same") == 1
    assert browser.run("location.search") == "?q=smuggling+OR+quagga"
    # What somebody types is of the new state, and takes the notice away.
    update(folder, f"more-{name}", "Two quaggas.")
    browser.wait("document.querySelector('#updated')")
    browser.run("document.querySelector('#q').focus()")
    browser.press("s")
    browser.wait("!document.querySelector('#updated')")


def test_other_pages(browser: Browser, served: Served, folder: Path, name: str) -> None:
    """A document that is open says it, too; a page that was loaded since does not."""
    found = served.get("/api/v1/search", q="boats").json["hits"][0]["id"]
    browser.open(f"{served.place['base']}/document/{found}?q=boats")
    browser.wait("document.querySelector('.js .body')")
    update(folder, name, "Okapi.")
    browser.wait("document.querySelector('#updated button')?.innerText === 'Show it'")
    browser.run("document.querySelector('#updated button').click()")
    browser.wait("!document.querySelector('#updated') && document.querySelector('.js .body')")
    browser.run("new Promise((done) => setTimeout(done, 1500))")
    assert not browser.run("Boolean(document.querySelector('#updated'))")


def test_news_move(browser: Browser, served: Served, folder: Path, name: str) -> None:
    """What is new in saved searches is counted in the line of sections and beside each search."""
    assert served.send("/api/v1/saved/gnus", {"query": "gnus"}, "PUT").status == 200
    served.send("/api/v1/news", {})
    browser.open(f"{served.place['base']}/saved")
    browser.wait("document.querySelector('.js [data-search=gnus]')")
    assert not browser.run("Boolean(document.querySelector('.badge'))")
    update(folder, name, "Gnus came.")
    browser.wait("document.querySelector('.badge')?.innerText.startsWith('1')")
    browser.wait("document.querySelector('[data-search=gnus] .moved')?.innerText.startsWith('Now 1')")
    links = {one.get("name", {}).get("value") for one in browser.tree() if one["role"]["value"] == "link"}
    assert "Saved 1 new" in links
    browser.open(f"{served.place['base']}/saved")
    browser.wait("document.querySelector('.badge')")
    assert not browser.run("Boolean(document.querySelector('.moved'))")
    served.send("/api/v1/news", {})
    browser.wait("!document.querySelector('.badge')")


def test_a_page_that_nobody_sees_does_not_listen(browser: Browser, served: Served) -> None:
    """Pages that are left or hidden hold no connection: seven of them do not stop an eighth."""
    browser.run(
        """(() => { window.ended = 0; const real = EventSource.prototype.close;
        EventSource.prototype.close = function () { window.ended += 1; return real.call(this); };
        Object.defineProperty(document, "hidden", { get: () => true, configurable: true });
        document.dispatchEvent(new Event("visibilitychange")); return 0; })()"""
    )
    assert browser.run("window.ended") == 1
    for _ in range(8):
        browser.open(f"{served.place['base']}/?q=boats")
        browser.wait("document.querySelector('.js .hit')")


def test_index_now(browser: Browser, served: Served, folder: Path, name: str) -> None:
    """The button has the folders looked through; the page follows that and has the report, not reloaded."""
    (folder / "docs" / name).write_text("A quokka.", encoding="utf-8")
    browser.open(f"{served.place['base']}/coverage")
    browser.run(
        "[...document.querySelectorAll('button')].find((one) => one.innerText === 'Index now').click()"
    )
    browser.wait("location.pathname === '/indexing' && document.querySelector('.js #indexing')")
    browser.run("window.same = 1; 0")
    browser.wait("document.querySelector('#indexing').innerText.includes('1 added')")
    assert browser.run("document.querySelector('#indexing button').innerText") == "Index again"
    browser.open(f"{served.place['base']}/indexing")
    browser.wait("document.querySelector('.js #indexing')")
    browser.run("window.same = 1; 0")
    with locked(folder / "index_data"):
        # Somebody else presses it.
        browser.run(
            "fetch('/indexing', {method: 'POST', body: new URLSearchParams("
            "{csrf: document.querySelector('[name=csrf]').content})}).then(() => 0)"
        )
        browser.wait("document.querySelector('#indexing progress')")
        bars = [one for one in browser.tree() if one["role"]["value"] == "progressbar"]
        assert [one["name"]["value"] for one in bars] == ["Files looked at"]
        browser.wait("document.querySelector('#indexing').innerText.includes('is being written by')")
    assert browser.run("window.same") == 1
