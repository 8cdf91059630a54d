"""Each key on each page, in three languages and on keyboards of other letters."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest

from tests.indexed import project
from tests.web.browser.chromium import Browser
from tests.web.served import Served, serving

#: A word that stands in more documents than a page of an answer has room for, and others beside it.
WORDS: Final = {
    "en": ("harbour", "the boats were seen at night and police report few of them near that coast border"),
    "fr": (
        "ports",
        "les bateaux sont partis de nuit et la police ne voit que peu de passeurs sur cette côte",
    ),
    "ar": ("الموانئ", "غادرت القوارب ليلا ولم تر الشرطة سوى عدد قليل من المهربين قرب الساحل الشرقي هذا"),
}
EACH: Final = 24
DOCUMENTS: Final = "location.pathname.startsWith('/document/') && document.querySelector('.js .body')"
ANSWER: Final = "location.pathname === '/' && document.querySelectorAll('.js .hit').length > 1"
LINE: Final = "document.activeElement.id === 'q'"
PRESSED: Final = "document.querySelector('[data-key=m]').getAttribute('aria-pressed') === 'true'"
#: It is said, whether it was marked before or not.
MARKED: Final = "document.querySelector('.toast')?.innerText.toLowerCase().includes('marked')"
#: The page on which keys are pressed, the keys, and what is true then.
ON_RESULTS: Final = [
    ("/", LINE),
    ("j", "document.querySelector('.hit.here h2 a') === document.activeElement"),
    ("jjk", "document.querySelector('.hit').matches('.here')"),
    ("jo", DOCUMENTS),
    ("o", DOCUMENTS),
    ("jjc", "location.pathname.startsWith('/cite/') && document.querySelector('.js pre')"),
    ("jm", "document.querySelector('.hit.here [data-key=m]').getAttribute('aria-pressed') === 'true'"),
    ("js", "location.pathname.startsWith('/similar/') && document.querySelector('.js h1')"),
    ("]", "location.search.includes('page=2') && document.querySelector('.hit')"),
    ("][", "!location.search.includes('page=2') && document.querySelector('.hit')"),
    ("u", "location.pathname === '/saved'"),
    ("?", "location.pathname === '/help' && document.querySelector('.js h1')"),
]
ON_A_DOCUMENT: Final = [
    ("/", LINE),
    ("j", "document.querySelectorAll('.body mark.here').length === 1"),
    ("jjk", "document.querySelector('.body mark').matches('.here')"),
    ("o", "window.clicked === '/original/'"),
    ("c", "document.activeElement.id === 'quote' && document.querySelector('details.cite').open"),
    ("m", PRESSED),
    ("s", "location.pathname.startsWith('/similar/') && document.querySelector('.js h1')"),
    ("]", f"{DOCUMENTS} && location.pathname !== window.name"),
    ("][", f"{DOCUMENTS} && location.pathname === window.name"),
    ("u", ANSWER),
    ("?", "location.pathname === '/help' && document.querySelector('.js h1')"),
]
OTHERS: Final = ("/", "/saved", "/marks", "/citations", "/coverage", "/help", "/indexing")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with more documents of each language than a page of an answer shows."""
    texts, chosen = {}, random.Random(0)
    for language, (word, others) in WORDS.items():
        for number in range(EACH):
            few = [" ".join(chosen.sample(others.split(), 9)) for _ in range(4)]
            texts[f"{language}{number}.md"] = (
                f"# {word} {number}\n\n{few[0]}. {word} {few[1]}.\n\n{few[2]} {word}.\n"
            )
    return project(tmp_path_factory.mktemp("keys"), texts)


@pytest.fixture(scope="module")
def served(command: Sequence[str], home: dict[str, str], folder: Path) -> Iterator[Served]:
    """A service over it."""
    with serving(command, home, folder / "index_data", cwd=folder) as one:
        yield one


def pressed(browser: Browser, keys: str, wanted: str) -> None:
    """Press keys, each when the page of the one before it is there, and wait for what they do."""
    for key in keys:
        browser.wait("document.readyState === 'complete' && document.querySelector('.js h1, .js .hit')")
        before = browser.run("location.href")
        browser.press(key)
        if key in "[]":
            browser.wait(
                f"location.href !== {json.dumps(before)} && document.querySelector('.js h1, .js .hit')"
            )
    browser.wait(wanted)


@pytest.mark.parametrize("language", WORDS)
def test_an_answer(browser: Browser, served: Served, language: str) -> None:
    """Each key does on an answer what it is documented to do."""
    for keys, wanted in ON_RESULTS:
        browser.open(f"{served.place['base']}/saved")
        browser.open(f"{served.place['base']}/?q={quote(WORDS[language][0])}&lang={language}&sort=path")
        browser.wait(ANSWER)
        browser.run("document.activeElement.blur()")
        pressed(browser, keys, wanted)


@pytest.mark.parametrize("language", WORDS)
def test_a_document(browser: Browser, served: Served, language: str) -> None:
    """Each key does in a document what it is documented to do."""
    word = WORDS[language][0]
    hits = served.get("/api/v1/search", q=word, lang=language, sort="path").json["hits"]
    for keys, wanted in ON_A_DOCUMENT:
        name = hits[1]["id"]
        browser.open(f"{served.place['base']}/document/{name}?q={quote(word)}&lang={language}&sort=path")
        browser.wait(DOCUMENTS)
        browser.run("window.name = location.pathname; 0")
        browser.run(
            "document.addEventListener('click', (event) => {"
            "const link = event.target.closest('[data-key=o]'); "
            "if (link) { event.preventDefault(); window.clicked = link.pathname.slice(0, 10); } }, true)"
        )
        pressed(browser, keys, wanted)


@pytest.mark.parametrize("key", ["j", "k", "o", "c", "m", "s", "[", "]", "u", "/", "?"])
def test_other_pages(browser: Browser, served: Served, key: str) -> None:
    """On pages that have nothing for a key, it does nothing and breaks nothing; `/`, `?` and `u` go on."""
    for path in OTHERS:
        browser.open(f"{served.place['base']}/coverage?state=failed")
        browser.open(f"{served.place['base']}{path}")
        browser.wait("document.querySelector('.js h1')")
        browser.run("document.activeElement.blur()")
        browser.press(key)
        done = {"/": LINE, "?": "location.pathname === '/help'", "u": "location.search === '?state=failed'"}
        browser.wait(done.get(key, f"location.pathname === {json.dumps(path)}"))


@pytest.mark.parametrize(
    ("key", "code", "modifiers", "wanted"),
    [
        # Arabic (101): the letters and signs of the same places.
        ("ت", "KeyJ", 0, "document.querySelector('.hit.here')"),
        ("ة", "KeyM", 0, MARKED),
        ("خ", "KeyO", 0, DOCUMENTS),
        ("س", "KeyS", 0, "location.pathname.startsWith('/similar/')"),
        ("ظ", "Slash", 0, LINE),
        ("؟", "Slash", 8, "location.pathname === '/help'"),
        ("د", "BracketRight", 0, "location.search.includes('page=2')"),
        # French (AZERTY): the same letters elsewhere, and signs behind Shift, AltGr or Alt.
        ("m", "Semicolon", 0, MARKED),
        ("/", "Period", 8, LINE),
        ("?", "KeyM", 8, "location.pathname === '/help'"),
        ("]", "Minus", 3, "location.search.includes('page=2')"),
        ("]", "Minus", 1, "location.search.includes('page=2')"),
    ],
)
def test_other_keyboards(
    browser: Browser, served: Served, key: str, code: str, modifiers: int, wanted: str
) -> None:
    """Keys are found on keyboards of other letters, and where a sign needs AltGr."""
    browser.open(f"{served.place['base']}/?q=harbour&lang=en&sort=newest")
    browser.wait(ANSWER)
    browser.run("document.activeElement.blur()")
    what = {"key": key, "code": code, "modifiers": modifiers}
    browser.call("Input.dispatchKeyEvent", type="keyDown", text=key, **what)
    browser.call("Input.dispatchKeyEvent", type="keyUp", **what)
    browser.wait(wanted)


@pytest.mark.parametrize("modifiers", [1, 2, 4], ids=["Alt", "Ctrl", "Meta"])
def test_keys_of_the_browser(browser: Browser, served: Served, modifiers: int) -> None:
    """With Alt, Ctrl or Meta a letter is the browser's own."""
    browser.open(f"{served.place['base']}/?q=harbour&lang=en")
    browser.wait(ANSWER)
    browser.run("document.activeElement.blur()")
    for key in "jmos":
        browser.call("Input.dispatchKeyEvent", type="rawKeyDown", key=key, modifiers=modifiers)
        browser.call("Input.dispatchKeyEvent", type="keyUp", key=key, modifiers=modifiers)
    browser.run("new Promise((done) => setTimeout(done, 200))")
    assert browser.run("location.pathname") == "/"
    assert not browser.run("document.querySelector('.hit.here') !== null")


def test_all_keys_are_here(repo: Path) -> None:
    """The documentation and the page of help name the keys that are tested here, and no others."""
    tested = {key for keys, _ in [*ON_RESULTS, *ON_A_DOCUMENT] for key in keys}
    table = (repo / "docs/web.md").read_text(encoding="utf-8").partition("## Keys")[2].partition("\n## ")[0]
    documented = {
        key for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for key in re.findall("`(.)`", row)
    }
    helped = re.findall(
        "<kbd>(.)</kbd>", (repo / "search/web/templates/help.html").read_text(encoding="utf-8")
    )
    assert documented == tested
    assert set(helped) >= documented
