"""Each page looks as it did: light and dark, on a telephone and a large screen, in three languages.

`python3 dev.py pictures` keeps new pictures, after a change that was meant.
"""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest
from PIL import Image

from coopsearch.indexer import sync
from tests.web.browser import pictures
from tests.web.browser.chromium import Browser
from tests.web.served import Served, serving

QUERIES: Final = {"en": "smuggling routes", "fr": "réfugiés passeurs", "ar": "تهريب المهاجرين"}
_EN: Final = "The smuggling routes moved east. Boats use the routes at night, and few are seen. "
_FR: Final = "Les passeurs utilisent de nouvelles routes. Les réfugiés arrivent de nuit. "
_AR: Final = "شبكات تهريب المهاجرين عبر المتوسط. تستخدم القوارب طرقا جديدة ليلا. "
TEXTS: Final = {
    "2019/en.md": f"# Smuggling routes\n\n{_EN * 3}\n\n## Findings\n\n17 boats were seen.\n\n{_EN * 4}\n",
    "2020/en.txt": f"Routes of the east.\n\n{_EN}",
    "2019/fr.md": f"# Les routes\n\n{_FR * 3}\n\n## Constats\n\n{_FR * 4}\n",
    "2021/fr.txt": f"Les réfugiés.\n\n{_FR}",
    "2020/ar.md": f"# تهريب المهاجرين\n\n{_AR * 3}\n\n## نتائج\n\n{_AR * 4}\n",
    "2021/ar.txt": f"المهاجرون.\n\n{_AR}",
    "mail.eml": "From: Ann <ann@example.org>\nTo: Bob <bob@example.org>\n"
    "Date: Tue, 4 Feb 2020 10:00:00 +0000\nSubject: boats\n\nBoats came by new routes.\n",
    "map.exe": "\0\1",
}
#: 2 February 2020, at noon.
WHEN: Final = 1_580_644_800
PLAIN: Final = ("search", "coverage", "files", "marks", "saved", "citations", "help", "indexing", "problem")
ASKED: Final = ("results", "nothing", "document", "similar", "cite")
PAGES: Final = [*PLAIN, *(f"{page}-{language}" for page in ASKED for language in QUERIES)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of documents of known days, and their index."""
    top = tmp_path_factory.mktemp("pictures")
    for name, text in TEXTS.items():
        path = top / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, (WHEN, WHEN))
    sync([top / "docs"], top / "index_data")
    return top


@pytest.fixture(scope="module")
def served(command: Sequence[str], home: dict[str, str], folder: Path) -> Iterator[Served]:
    """A service over it, with something kept of each language."""
    with serving(command, home, folder / "index_data", cwd=folder) as one:
        for language, query in QUERIES.items():
            hit = _hit(one, language)
            document = f"/api/v1/documents/{hit['id']}"
            for path, value, method in (
                (f"{document}/marks", {"add": ["relevant"], "note": query}, "POST"),
                (f"{document}/cite", {"span": hit["span"], "query": query, "note": query}, "POST"),
                (f"/api/v1/saved/{language}", {"query": query}, "PUT"),
            ):
                assert one.send(path, value, method).status == 200, path
        yield one


def _hit(served: Served, language: str) -> Any:
    hits = served.get("/api/v1/search", q=QUERIES[language], lang=language).json["hits"]
    return next(hit for hit in hits if hit["path"].endswith(f"{language}.md"))


def address(served: Served, page: str) -> str:
    """Return where a page is."""
    name, _, language = page.partition("-")
    if not language:
        plain = {"search": "/", "files": "/coverage?state=unsupported", "problem": "/?q=%22open"}
        return plain.get(name, f"/{name}")
    query, hit = QUERIES[language], _hit(served, language)
    asked = quote(query)
    return {
        "results": f"/?q={asked}&lang={language}",
        "nothing": f"/?q={quote(query[:-1])}q+%2Bzyzzy",
        "document": f"/document/{hit['id']}?q={asked}",
        "similar": f"/similar/{hit['id']}",
        "cite": f"/document/{hit['id']}",
    }[name]


def show(browser: Browser, served: Served, page: str, folder: Path) -> None:
    """Go to a page, and have it stand still."""
    browser.look(1440)
    browser.open(f"{served.place['base']}{address(served, page)}")
    browser.wait("document.querySelector('.js')")
    if page.startswith("cite-"):
        browser.run("document.querySelector('#quote').value = document.querySelector('.body p').innerText; 0")
        browser.run("document.querySelector('details.cite button').click()")
        browser.wait("location.pathname.startsWith('/cite/') && document.querySelector('.js pre')")
    pictures.settle(browser, str(folder), getpass.getuser())


@pytest.fixture(scope="module")
def style(repo: Path) -> str:
    """The style of the pages."""
    return (repo / "search/web/static/app.css").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def same_fonts(chromium: Browser, style: str, keeping: bool) -> bool:
    """Whether fonts and Chromium draw here what they drew when the pictures were kept."""
    now = pictures.probe(chromium, style)
    path = pictures.KEPT / "probe.png"
    if keeping:
        pictures.KEPT.mkdir(exist_ok=True)
        pictures.save(now, path)
    return not pictures.apart(now, Image.open(path).convert("L"), 1.0)


@pytest.fixture(scope="module")
def keeping(request: pytest.FixtureRequest) -> bool:
    """Whether new pictures are to be kept."""
    return bool(request.config.getoption("--keep-pictures"))


@pytest.fixture(scope="module")
def layouts(keeping: bool) -> Iterator[dict[str, Any]]:
    """The places of the parts of all pages."""
    path = pictures.KEPT / "places.json"
    kept: dict[str, Any] = {} if keeping else json.loads(path.read_text(encoding="utf-8"))
    yield kept
    if keeping:
        lines = [f" {json.dumps(page)}: {json.dumps(kept[page])}" for page in sorted(kept)]
        path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


@pytest.fixture
def shown(browser: Browser, served: Served, folder: Path) -> Callable[[str], None]:
    """Shows a page."""
    return lambda page: show(browser, served, page, folder)


@pytest.fixture
def comparing(keeping: bool) -> None:
    """Pictures are compared, and not kept."""
    if keeping:
        pytest.skip("pictures are being kept")


Compare = Callable[[str], list[str]]


@pytest.fixture
def compare(
    same_fonts: bool, browser: Browser, layouts: dict[str, Any], keeping: bool, tmp_path: Path
) -> Compare:
    """Compares what the browser shows with what is kept of a page; keeps it where that is wanted."""

    def run(page: str) -> list[str]:
        picture, places = pictures.looked_at(browser)
        path = pictures.KEPT / f"{page}.png"
        if keeping:
            pictures.save(picture, path)
            layouts[page] = places
        found = [
            f"{width} wide: {one}"
            for width, now in places.items()
            for one in pictures.moved(now, layouts[page][width], int(width))
        ]
        if same_fonts and (places_apart := pictures.apart(picture, Image.open(path).convert("L"))):
            found += places_apart[:5]
            pictures.save(picture, tmp_path / path.name)
            found.append(f"it looks as {tmp_path / path.name}, and looked as {path}")
        return found

    return run


@pytest.mark.parametrize("page", PAGES)
def test_a_page_looks_as_it_did(
    browser: Browser, shown: Callable[[str], None], compare: Compare, page: str
) -> None:
    """Nothing of a page moved, or is drawn in another way. `python3 dev.py pictures` keeps what was meant."""
    shown(page)
    assert compare(page) == []
    browser.run("0")
    browser.faults = [one for one in browser.faults if "status of 400" not in one]


@pytest.mark.usefixtures("comparing")
@pytest.mark.parametrize(
    ("rule", "moves"),
    [
        ("main { padding-inline-start: 9rem }", True),
        ("aside { display: none !important }", True),
        (".hit h2 { font-size: 1.6rem }", False),
        (".hit { border-top: 6px solid }", False),
        ("mark { background: #000 !important }", False),
        ("a { color: #c8c8c8 !important }", False),
        ("body { background: #ddd }", False),
        ("header.top { position: static; padding-block: 4rem }", True),
        ("@media (max-width: 400px) { main { font-size: 120% } }", False),
        ("@media (prefers-color-scheme: dark) { body { background: #fff } }", False),
        ("html { direction: rtl }", True),
    ],
)
def test_a_change_is_seen(
    browser: Browser, shown: Callable[[str], None], compare: Compare, same_fonts: bool, rule: str, moves: bool
) -> None:
    """A rule of style that changes the page is noticed; where it moves parts, whatever the fonts are."""
    if not (same_fonts or moves):
        pytest.skip("fonts or Chromium are others than those of the kept pictures")
    shown("results-en")
    browser.run(
        "(() => { const one = new CSSStyleSheet(); "
        f"one.replaceSync({json.dumps(rule)}); document.adoptedStyleSheets = [one]; return 0; }})()"
    )
    found = compare("results-en")
    assert found
    if moves:
        assert any(" wide: " in one for one in found)


def test_the_pictures_are_of_these_fonts(same_fonts: bool) -> None:
    """Fonts and Chromium are those of the kept pictures; else it is said that only places are compared."""
    if not same_fonts:
        pytest.skip(
            "fonts or Chromium are others than those of the kept pictures, so only the places of parts are "
            "compared; `python3 dev.py pictures` keeps pictures of these"
        )


def test_the_pictures_are_small() -> None:
    """There is a picture of each page and no other; all of them have less than 1.5 MB."""
    kept = {path.stem: path.stat().st_size for path in pictures.KEPT.glob("*.png")}
    assert kept.keys() == {*PAGES, "probe"}
    assert sum(kept.values()) < 1_500_000
