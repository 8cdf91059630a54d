"""Each page by the rules of WCAG 2.2 AA that a program can check, by keys, and for a screen reader."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

import pytest

from tests.indexed import project
from tests.web.browser.chromium import Browser
from tests.web.served import TEXTS, Served, serving

#: The tags under which axe keeps the rules of WCAG 2.2 AA, and those of the versions before it.
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
#: Gives what breaks a rule. The script is run by the browser's tools, so that the page's own policy stays.
CHECK: Final = """axe.run(document, {runOnly: {type: "tag", values: TAGS}, resultTypes: ["violations"]})
  .then(({violations}) => violations.map(({id, help, nodes}) =>
    `${id}: ${help}: ${nodes.slice(0, 5).map((one) => one.html.slice(0, 120)).join(" | ")}`))""".replace(
    "TAGS", json.dumps(TAGS)
)
#: A query that finds something in each language.
QUERIES: Final = {"en": "smuggling routes boats", "fr": "les réfugiés", "ar": "تهريب المهاجرين"}
#: A word of each language that stands in a table and in a conversation, and in nothing else.
CARGO: Final = {"en": "cargo", "fr": "cargaison", "ar": "شحنة"}
#: More values of a facet than are shown at first.
AUTHORS: Final = 12


def _mail(number: int, word: str) -> str:
    answers = f"In-Reply-To: <m{number - 1}@example.org>\n" if number else ""
    return (
        f"From: Cem <cem{number}@example.org>\nTo: Dia <dia@example.org>\nSubject: {word}\n"
        f"Date: Tue, 4 Feb 2020 1{number}:00:00 +0000\nMessage-ID: <m{number}@example.org>\n{answers}"
        f"Content-Type: text/plain; charset=utf-8\n\n{word} {number}\n"
    )


@pytest.fixture(scope="module")
def served(
    command: Sequence[str], home: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A service over the usual texts, a table, a conversation of mails, and documents of many authors."""
    rows = "".join(f"{word} {number};{number}\n" for number in range(3) for word in CARGO.values())
    texts = {**TEXTS, "weights.csv": f"Thing;Weight\n{rows}"}
    texts |= {f"mail-{one}.eml": _mail(number, word) for number, (one, word) in enumerate(CARGO.items())}
    texts |= {
        f"by-{number}.html": f"<title>Ed</title><meta name=author content='Ed {number}'>"
        f"<p>{' '.join(CARGO.values())} {number}</p>"
        for number in range(AUTHORS)
    }
    top = project(tmp_path_factory.mktemp("accessible"), texts)
    with serving(command, home, top / "index_data", cwd=top) as one:
        yield one


@pytest.fixture(scope="module")
def kept(served: Served) -> None:
    """A mark, a note, a citation and a saved search of each language, so that no page is empty."""
    for language, query in QUERIES.items():
        hit = served.get("/api/v1/search", q=query, lang=language).json["hits"][0]
        document = f"/api/v1/documents/{hit['id']}"
        for path, value, method in (
            (f"{document}/marks", {"add": ["relevant"], "note": f"A note: {query}"}, "POST"),
            (f"{document}/cite", {"span": hit["span"], "query": query, "note": query}, "POST"),
            (f"/api/v1/saved/{language}", {"query": query}, "PUT"),
        ):
            assert served.send(path, value, method).status == 200, path


def pages(served: Served, language: str) -> list[str]:
    """Return the addresses of all pages, with what is asked in a language."""
    query = QUERIES[language]
    name = served.get("/api/v1/search", q=query, lang=language).json["hits"][0]["id"]
    asked, cargo = quote(query), quote(CARGO[language])
    table = served.get("/api/v1/search", q=CARGO[language], type="csv").json["hits"][0]["id"]
    mail = served.get("/api/v1/search", q=CARGO[language], type="eml").json["hits"][0]["id"]
    return [
        "/",
        f"/?q={asked}",
        f"/?q={asked}&lang={language}&type=md",
        f"/?q={asked}+%2Bzyzzy",
        f"/?q={quote(query.split()[0][:-1] + 'q')}",
        f"/?q=%22{asked}",
        f"/document/{name}?q={asked}",
        f"/document/{name}",
        f"/document/{table}?q={cargo}",
        f"/document/{mail}?q={cargo}",
        f"/document/{mail}?q={cargo}&leaf=900",
        f"/?q={cargo}&more=author",
        f"/similar/{name}",
        "/coverage",
        "/coverage?state=indexed",
        "/saved",
        "/marks",
        "/marks?tag=relevant",
        "/citations",
        "/help",
        "/indexing",
        "/document/none",
        "/nowhere",
    ]


def broken(browser: Browser, axe: str, width: int) -> list[str]:
    """Return the rules that the page breaks, light or dark, with all that it can show shown."""
    browser.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    browser.run(f"{axe}; 0")
    found: list[str] = []
    # It is loaded once, as the person's liking is heeded at any time.
    for dark in (False, True):
        browser.look(width, dark=dark)
        assert browser.run("matchMedia('(prefers-color-scheme: dark)').matches") is dark
        found += [f"{'dark' if dark else 'light'}: {one}" for one in browser.run(CHECK)]
    return found


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("language", QUERIES)
def test_rules(browser: Browser, served: Served, kept: None, axe: str, language: str, width: int) -> None:
    """No page breaks a rule, in any language, light or dark, on a telephone or a large screen."""
    browser.look(width)
    wrong: dict[str, list[str]] = {}
    for path in pages(served, language):
        browser.open(f"{served.place['base']}{path}")
        if found := broken(browser, axe, width):
            wrong[path] = found
    # What a form shows has no address of its own.
    hit = served.get("/api/v1/search", q=QUERIES[language], lang=language).json["hits"][0]
    browser.open(f"{served.place['base']}/document/{hit['id']}")
    browser.run("document.querySelector('#quote').value = document.querySelector('.body p').innerText; 0")
    browser.run("document.querySelector('details.cite button').click()")
    browser.wait("location.pathname.startsWith('/cite/') && document.querySelector('.js pre')")
    wrong |= {"/cite": found} if (found := broken(browser, axe, width)) else {}
    assert wrong == {}
    browser.run("0")
    # A page that says that something is not there, or cannot be read, has that for its status.
    browser.faults = [one for one in browser.faults if "status of 40" not in one]


def test_the_pages_show_what_is_checked(browser: Browser, served: Served) -> None:
    """Among the pages are rows of a table, a conversation, all values of a facet, and a page that is not."""
    for language in QUERIES:
        found = []
        for path in pages(served, language):
            browser.open(f"{served.place['base']}{path}")
            found.append(
                browser.run(
                    "[Boolean(document.querySelector('table.grid td mark')), document.querySelectorAll("
                    "'.beside time').length, document.querySelectorAll('.facet-author li').length, "
                    "Boolean(document.querySelector('#lost'))]"
                )
            )
        grids, mails, authors, lost = zip(*found, strict=True)
        assert (sum(grids), max(mails), max(authors), sum(lost)) == (1, len(CARGO), AUTHORS, 1)
    browser.run("0")
    browser.faults = [one for one in browser.faults if "status of 40" not in one]


def test_the_rules_are_checked(browser: Browser, served: Served, axe: str) -> None:
    """A page that breaks rules is told so: the check sees what it is there for."""
    browser.open(f"{served.place['base']}/help")
    browser.run(
        "document.querySelector('main').insertAdjacentHTML('beforeend', "
        "'<button></button><input><a href=/x></a>'); document.documentElement.removeAttribute('lang')"
    )
    browser.run(f"{axe}; 0")
    found = " ".join(browser.run(CHECK))
    for rule in ("button-name", "label", "link-name", "html-has-lang"):
        assert f"{rule}:" in found


def _focused(browser: Browser) -> str:
    return str(
        browser.run("document.activeElement.innerText?.trim() || document.activeElement.ariaLabel || ''")
    )


def _tab_to(browser: Browser, what: str, most: int = 60) -> None:
    """Press Tab until what a selector finds has the focus, which has to be seen each time."""
    for _ in range(most):
        if browser.run(f"Boolean(document.activeElement?.matches({json.dumps(what)}))"):
            return
        browser.press("Tab")
        seen = browser.run(
            """(() => { const one = document.activeElement; if (one === document.body) return true;
            const box = one.getBoundingClientRect(), style = getComputedStyle(one);
            return box.width > 0 && box.height > 0 && (one.id === 'q' || style.outlineStyle !== 'none'
              || style.boxShadow !== 'none'); })()"""
        )
        assert seen, browser.run("document.activeElement.outerHTML")
    raise AssertionError(f"Tab does not come to {what}; it is at {_focused(browser)}")


def test_by_keys_alone(browser: Browser, served: Served) -> None:
    """From the search to a hit, to its places and back, with nothing but Tab, Enter and letters."""
    browser.press(*"smuggling", "Enter")
    browser.wait("location.search === '?q=smuggling' && document.querySelectorAll('.hit').length > 1")
    first = browser.run("document.querySelector('.hit h2 a').innerText.trim()")
    _tab_to(browser, ".hit h2 a")
    assert _focused(browser) == first
    browser.press("Enter")
    browser.wait("location.pathname.startsWith('/document/') && document.querySelector('.js .body')")
    # The first stop of a page leads past what stands on all of them.
    browser.press("Tab")
    assert _focused(browser) == "Skip to the content"
    browser.press("Enter")
    browser.wait("document.activeElement.id === 'main'")
    _tab_to(browser, ".beside ol a")
    browser.press("Enter")
    browser.wait("location.hash.startsWith('#t') && document.querySelector('.body :target')")
    _tab_to(browser, "summary")
    browser.press("Enter")
    browser.wait("document.querySelector('details.cite').open")
    browser.press("Tab")
    assert browser.run("document.activeElement.id") == "quote"
    # Nothing holds the focus: it goes on to the end and begins anew.
    browser.press("Escape")
    browser.press("u")
    browser.wait("location.pathname === '/' && document.querySelectorAll('.js .hit').length > 1")
    assert browser.run("location.search") == "?q=smuggling"


def _value(node: dict[str, Any], key: str) -> str:
    return str(node.get(key, {}).get("value", ""))


def test_the_tree(browser: Browser, served: Served) -> None:
    """A screen reader has landmarks with names, headings in order, and the hits as one list."""
    browser.open(f"{served.place['base']}/?q=smuggling+routes")
    nodes = browser.tree()
    named = {(_value(one, "role"), _value(one, "name")) for one in nodes}
    assert {
        ("navigation", "Sections"),
        ("complementary", "Narrow the answer"),
        ("region", "Answer"),
        ("list", "Hits"),
    } <= named
    by_id = {one["nodeId"]: one for one in nodes}
    hits = next(one for one in nodes if (_value(one, "role"), _value(one, "name")) == ("list", "Hits"))
    items = [by_id[one] for one in hits["childIds"] if one in by_id]
    shown = browser.run("document.querySelectorAll('.hit').length")
    assert [_value(one, "role") for one in items] == ["listitem"] * shown
    articles = [one for one in nodes if _value(one, "role") == "article"]
    assert len(articles) == shown
    assert all(_value(one, "name") for one in articles)
    name = served.get("/api/v1/search", q="boats").json["hits"][0]["id"]
    browser.open(f"{served.place['base']}/document/{name}?q=boats")
    named = {(_value(one, "role"), _value(one, "name")) for one in browser.tree()}
    assert ("complementary", "In this document") in named
    assert "heading" in {role for role, _ in named}


@pytest.mark.parametrize("language", QUERIES)
def test_headings_skip_no_level(browser: Browser, served: Served, kept: None, language: str) -> None:
    """Headings go down one level at a time, on each page."""
    for path in pages(served, language):
        browser.open(f"{served.place['base']}{path}")
        levels = browser.run(
            "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter((one) => one.getClientRects().length)"
            ".map((one) => +one.tagName[1])"
        )
        main = browser.run("document.querySelectorAll('main h1').length")
        assert main == 1, path
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), (
            path,
            levels,
        )
    browser.run("0")
    browser.faults = [one for one in browser.faults if "status of 40" not in one]


#: What somebody can use, and has to have a name.
USABLE: Final = {
    "link", "button", "searchbox", "textbox", "combobox", "checkbox", "radio", "progressbar", "option",
    "DisclosureTriangle",
}  # fmt: skip


@pytest.mark.parametrize("language", QUERIES)
def test_the_tree_of_each_page(browser: Browser, served: Served, kept: None, language: str) -> None:
    """On each page a screen reader has one main part with one first heading, and names for all it can use."""
    for path in pages(served, language):
        browser.open(f"{served.place['base']}{path}")
        nodes = browser.tree()
        roles = [_value(one, "role") for one in nodes]
        assert roles.count("main") == 1, path
        whole = path not in {"/nowhere", "/document/none"}
        assert (roles.count("banner"), roles.count("search")) == (1, int(whole)), path
        nameless = [one for one in nodes if _value(one, "role") in USABLE and not _value(one, "name").strip()]
        assert nameless == [], path
        headings = [one for one in nodes if _value(one, "role") == "heading"]
        assert headings and all(_value(one, "name").strip() for one in headings), path
        for role in ("navigation", "complementary", "region", "list"):
            names = [_value(one, "name") for one in nodes if _value(one, "role") == role]
            # Of lists only those that stand among others need a name.
            assert role == "list" or (all(names) and len(set(names)) == len(names)), (path, role, names)
        assert _value(nodes[0], "role") == "RootWebArea" and _value(nodes[0], "name").strip(), path
    browser.run("0")
    browser.faults = [one for one in browser.faults if "status of 40" not in one]
