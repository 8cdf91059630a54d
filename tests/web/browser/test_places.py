"""From place to place, over the ends of a part of a document and of a document, and back the same way."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence

import pytest

from tests.indexed import project
from tests.web.browser.chromium import PATIENCE, Browser, Gone
from tests.web.served import Served, serving

#: Passages of the long document, of which each part has 250, and those that hold what is asked for.
LONG, NEEDLES = 900, (10, 20, 600, 610, 899)
#: The parts from which and to which one goes: none of them is the second, which holds no place.
TEXTS = {
    "1.md": "# First\n\nA needle.\n\nAnother needle.\n",
    "2.md": "# Second\n\n"
    + "\n\n".join(f"Line {n}{' needle' if n in NEEDLES else ''}." for n in range(LONG)),
    "3.md": "# Needle\n\nNothing else.\n",
    "4.md": "# Fourth\n\nA needle.\n",
}
#: What is chosen: the document, and the text around the place.
CHOSEN = """(() => { const one = document.querySelector('.body mark.here');
  return document.readyState === 'complete' && location.pathname.startsWith('/document/') && [
    document.querySelector('.paper h1').innerText, one ? one.parentElement.innerText.trim() : ''
  ].join(': '); })()"""


@pytest.fixture(scope="module")
def served(
    command: Sequence[str], home: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A service over a long document between short ones."""
    top = project(tmp_path_factory.mktemp("places"), TEXTS)
    with serving(command, home, top / "index_data", cwd=top) as one:
        yield one


def chosen_after(browser: Browser, press: str, before: str) -> str:
    """Press a key or a button and return what is chosen then, which is something else."""
    if len(press) == 1:
        browser.press(press)
    else:
        browser.run(f"document.querySelector({json.dumps(press)}).click()")
    ending = time.monotonic() + PATIENCE
    while time.monotonic() < ending:
        try:
            now = str(browser.run(CHOSEN))
        except Gone:
            continue
        if now not in {before, "False"} and not now.endswith(": "):
            return now
        time.sleep(0.02)
    raise AssertionError((press, before, browser.run("location.href")))


@pytest.mark.parametrize(
    ("on", "back"), [("j", "k"), ("[data-jump='1']", "[data-jump='-1']")], ids=["keys", "buttons"]
)
def test_the_same_way_back(browser: Browser, served: Served, on: str, back: str) -> None:
    """Each place is come to once, over all parts and documents, and backwards in the opposite order."""
    hits = served.get("/api/v1/search", q="needle type:md", sort="path").json["hits"]
    first = next(hit["id"] for hit in hits if hit["path"].endswith("1.md"))
    browser.open(f"{served.place['base']}/document/{first}?q=needle&sort=path")
    browser.wait("document.querySelector('.js .body')")
    wanted = ["First: A needle.", "First: Another needle."]
    wanted += [f"Second: Line {n} needle." for n in NEEDLES]
    wanted += ["Needle: Needle", "Fourth: A needle."]
    way = [""]
    while len(way) < len(wanted) + 1:
        way.append(chosen_after(browser, on, way[-1]))
    assert way[1:] == wanted
    returned = [way[-1]]
    while len(returned) < len(wanted):
        returned.append(chosen_after(browser, back, returned[-1]))
    assert returned == wanted[::-1]


def test_from_a_place(browser: Browser, served: Served) -> None:
    """From the place to which a hit leads one goes to those beside it, not to the first or the last."""
    browser.open(f"{served.place['base']}/?q=needle&sort=path")
    link = browser.run(
        "[...document.querySelectorAll('.hit h2 a')].find((one) => one.innerText.trim() === 'Second').href"
    )
    browser.open(link)
    browser.wait("document.querySelector('.js .body :target')")
    there = str(browser.run("document.querySelector('.body :target').innerText.trim()"))
    around = [f"Line {n} needle." for n in NEEDLES]
    at = around.index(there)
    assert chosen_after(browser, "j", "") == f"Second: {there}"
    assert chosen_after(browser, "j", f"Second: {there}") == f"Second: {around[at + 1]}"
    assert chosen_after(browser, "k", f"Second: {around[at + 1]}") == f"Second: {there}"


def test_beyond_all(browser: Browser, served: Served) -> None:
    """Before the first place of the first hit, and behind the last of the last, is the answer."""
    hits = served.get("/api/v1/search", q="needle", sort="path").json["hits"]
    for name, key in ((hits[0]["id"], "k"), (hits[-1]["id"], "j")):
        browser.open(f"{served.place['base']}/document/{name}?q=needle&sort=path")
        browser.wait("document.querySelector('.js .body')")
        if key == "j":
            browser.press("j")
        browser.press(key)
        browser.wait("location.pathname === '/' && document.querySelectorAll('.js .hit').length === 4")


def test_without_an_answer(browser: Browser, served: Served) -> None:
    """Where a document is not one of an answer, there is nowhere to go, and nothing breaks."""
    name = served.get("/api/v1/search", q="needle", sort="path").json["hits"][0]["id"]
    browser.open(f"{served.place['base']}/document/{name}")
    browser.wait("document.querySelector('.js .body')")
    browser.press("j", "k", "k")
    assert browser.run("location.pathname") == f"/document/{name}"
