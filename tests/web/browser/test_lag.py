"""Nothing lags: two hundred hits and ten thousand pages cost what few do, counted in work and not in time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.indexed import project
from tests.web.browser.chromium import Browser
from tests.web.served import Served, serving

PAGES: Final = 10_000
FEW: Final = 400
_PARAGRAPH: Final = (
    "The boats left the harbour before midnight, and nobody counted them on their way east. " * 4
)


def book(pages: int) -> str:
    """Return a text of so many pages, with a heading, a long paragraph and one place of a query on each."""
    return "".join(f"## Page {number}\n\n{_PARAGRAPH}A quokka.\n\n" for number in range(1, pages + 1))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a long document, a shorter one, and two hundred that are short."""
    # Of other words each, as what is nearly the same is one hit.
    words = [
        f"{one}{two}"
        for one in ("bar", "dol", "fem", "gul", "kit", "ros")
        for two in ("an", "ex", "om", "uk")
    ]
    chosen = random.Random(0)
    texts = {
        f"hit{number}.txt": f"Report {number}. A quagga, {' '.join(chosen.choices(words, k=40))}."
        for number in range(200)
    }
    texts |= {"long.md": book(PAGES), "short.md": book(FEW)}
    return project(tmp_path_factory.mktemp("lag"), texts)


@pytest.fixture(scope="module")
def served(command: Sequence[str], home: dict[str, str], folder: Path) -> Iterator[Served]:
    """A service over it."""
    with serving(command, home, folder / "index_data", cwd=folder) as one:
        yield one


class Work:
    """What the browser did since the last look: nodes, and how often it placed them or found their style."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        browser.call("Performance.enable")
        self._before = self._now()

    def _now(self) -> dict[str, float]:
        found = self._browser.call("Performance.getMetrics")["metrics"]
        return {one["name"]: one["value"] for one in found}

    def since(self) -> dict[str, float]:
        """Return by how much each count grew."""
        now = self._now()
        grown = {name: value - self._before.get(name, 0) for name, value in now.items()}
        self._before = now
        return grown


def elements(browser: Browser) -> int:
    """Return how many elements the page has."""
    return int(browser.run("document.querySelectorAll('*').length"))


def sent(browser: Browser) -> int:
    """Return how many bytes the page has, before it is packed."""
    return int(browser.run("performance.getEntriesByType('navigation')[0].decodedBodySize"))


def the(served: Served, name: str) -> str:
    """Return the id of a document of the quokka."""
    hits = served.get("/api/v1/search", q="quokka").json["hits"]
    return str(next(hit["id"] for hit in hits if hit["path"].endswith(name)))


def jumped(browser: Browser, served: Served, name: str, places: int) -> tuple[float, int, int]:
    """Read in a document, from place to place, and return the layouts of each, elements and bytes."""
    browser.open(f"{served.place['base']}/document/{the(served, name)}?q=quokka")
    browser.wait("document.querySelector('.js .body mark')")
    work, size, weight = Work(browser), elements(browser), sent(browser)
    for number in range(1, places + 1):
        browser.press("j")
        browser.wait(f"document.querySelector('#place').innerText.startsWith('{number} of')")
    browser.run(
        "scrollTo({top: document.body.scrollHeight, behavior: 'instant'}); document.body.offsetHeight"
    )
    return work.since()["LayoutCount"] / places, size, weight


def test_ten_thousand_pages(browser: Browser, served: Served) -> None:
    """A document of 10,000 pages opens, scrolls and is read on as one of 400: as much work, as many bytes."""
    few = jumped(browser, served, "short.md", 20)
    many = jumped(browser, served, "long.md", 20)
    assert many[1] <= few[1] * 1.1 + 20
    assert many[1] < 3_000
    assert many[2] <= few[2] * 1.1 + 2_000
    assert many[2] < 400_000
    # A smooth scroll places the page for each of its frames, and does not become more for a longer document.
    assert many[0] <= few[0] * 1.5 + 10


def test_the_end_of_ten_thousand_pages(browser: Browser, served: Served) -> None:
    """Further text is a part of the same size, up to the last; the last page is reached at once."""
    base, name = served.place["base"], the(served, "long.md")
    browser.open(f"{base}/document/{name}?q=quokka")
    size = elements(browser)
    browser.run("document.querySelector('a.more').click()")
    browser.wait("location.search.includes('first=') && document.querySelector('.js .body')")
    assert elements(browser) <= size * 1.1 + 20
    last = served.get(f"/api/v1/documents/{name}", first=2 * PAGES - 1, count=1).json["passages"][0]["start"]
    browser.open(f"{base}/document/{name}?q=quokka&at={last}")
    assert elements(browser) <= size * 1.1 + 20
    assert browser.run("document.querySelector('.body').innerText.includes('Page 10000')")
    # Over the end of a part the next place is in the next one.
    browser.open(f"{base}/document/{name}?q=quokka")
    marks = browser.run("document.querySelectorAll('.body mark').length")
    browser.run("document.querySelector('.js') && 0")
    for _ in range(marks + 1):
        browser.press("j")
    browser.wait("location.search.includes('first=') && document.querySelector('.js .body mark')")


def test_two_hundred_hits(browser: Browser, served: Served) -> None:
    """Two hundred hits are gone through by keys, page by page; none has more elements than the first."""
    browser.open(f"{served.place['base']}/?q=quagga")
    browser.wait("document.querySelectorAll('.js .hit').length > 1")
    size, weight = elements(browser), sent(browser)
    assert size < 1_500
    assert weight < 200_000
    work, seen = Work(browser), set()
    for number in range(1, 11):
        shown = browser.run("[...document.querySelectorAll('.hit h2 a')].map((one) => one.pathname)")
        seen |= set(shown)
        for _ in shown:
            browser.press("j")
        browser.wait(
            "document.querySelectorAll('.hit')[document.querySelectorAll('.hit').length - 1].matches('.here')"
        )
        assert elements(browser) <= size + 20
        if number < 10:
            browser.press("]")
            browser.wait(
                f"location.search.includes('page={number + 1}') && !document.querySelector('.hit.here')"
            )
    assert len(seen) == 200
    # What left the page is not kept.
    browser.call("HeapProfiler.collectGarbage")
    assert work.since()["Nodes"] < 5 * size


def test_no_long_task(browser: Browser, served: Served) -> None:
    """Opening the long document keeps the browser busy no longer than opening the shorter one does."""
    base, busy = served.place["base"], dict[str, float]()
    for name in ("short.md", "long.md"):
        address = f"{base}/document/{the(served, name)}?q=quokka"
        times = []
        for _ in range(4):
            browser.call("Page.navigate", url="about:blank")
            work = Work(browser)
            browser.open(address)
            browser.wait("document.querySelector('.js .body mark')")
            times.append(work.since()["TaskDuration"])
        busy[name] = min(times)
    assert busy["long.md"] < 3 * busy["short.md"]
