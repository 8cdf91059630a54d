"""The pages in a real browser: typing, keys, languages, widths, and what a screen reader is told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from tests.indexed import project
from tests.web.browser.chromium import Browser
from tests.web.served import Served, serving


def _count(browser: Browser) -> str:
    return str(browser.run("document.querySelector('#count')?.firstChild.data.trim() || ''"))


def test_the_link_leaves_no_key(browser: Browser, served: Served) -> None:
    """The key does not stay in the line of addresses, and no script can read the cookie."""
    assert served.token not in browser.run("location.href + document.referrer + document.cookie")
    assert browser.run("document.cookie") == ""


def test_results_as_one_types(browser: Browser) -> None:
    """Each letter is answered, without Enter and in any script; the address follows."""
    browser.press(*"police")
    browser.wait(
        "document.querySelectorAll('.hit').length === 1 && !document.querySelector('[aria-busy=true]')"
    )
    assert "17 boats" in browser.run("document.querySelector('.snippet').innerText")
    browser.wait("location.search === '?q=police' && document.title.startsWith('police')")
    browser.press(*(["Backspace"] * 6), *"تهريب")
    browser.wait("document.querySelector('.hit h2')?.innerText.includes('تهريب')")
    title = browser.run("getComputedStyle(document.querySelector('.hit h2')).direction")
    assert title == "rtl"


def test_old_answers_do_not_overwrite_new_ones(browser: Browser) -> None:
    """An answer that comes late, to what is not asked any more, is dropped."""
    browser.run(
        """(() => { const real = window.fetch; window.asked = [];
        window.fetch = async (address, options) => {
          const answer = await real(address, {...options, signal: undefined});
          const query = new URL(address, location).searchParams.get('q');
          window.asked.push(query);
          if (query === 'boa') await new Promise((done) => setTimeout(done, 1500));
          return answer; }; return true; })()"""
    )
    browser.press(*"boa")
    browser.wait("window.asked.includes('boa')")
    browser.press(*"ts")
    browser.wait("document.querySelectorAll('.hit').length === 2 && document.querySelector('.facet')")
    before = browser.run("document.querySelector('#results').innerHTML")
    browser.run("new Promise((done) => setTimeout(done, 2000))")
    assert browser.run("document.querySelector('#results').innerHTML") == before


def test_half_a_phrase_keeps_the_answer(browser: Browser) -> None:
    """What cannot be read yet takes no answer away."""
    browser.press(*"boats")
    browser.wait("document.querySelectorAll('.hit').length === 2")
    browser.press(*' "at')
    browser.run("new Promise((done) => setTimeout(done, 500))")
    assert browser.run("document.querySelectorAll('.hit').length") == 2
    browser.faults = [one for one in browser.faults if "400" not in one]


def test_keys(browser: Browser, served: Served) -> None:
    """Everything is reached by keys: hits, documents, places, marks, citations, help."""
    browser.open(f"{served.place['base']}/?q=smuggling+routes")
    browser.press("j", "j")
    assert browser.wait("document.querySelector('.hit.here h2 a') === document.activeElement")
    browser.press("k", "o")
    browser.wait("location.pathname.startsWith('/document/') && document.querySelector('.js .body')")
    browser.press("j")
    browser.wait("document.querySelectorAll('.body mark.here').length === 1")
    assert re.match(r"\d of \d", browser.run("document.querySelector('#place').innerText"))
    browser.press("m")
    browser.wait("document.querySelector('[data-key=m]').getAttribute('aria-pressed') === 'true'")
    browser.press("m")
    browser.wait("document.querySelector('[data-key=m]').getAttribute('aria-pressed') === 'false'")
    browser.run("getSelection().selectAllChildren(document.querySelector('.body p'))")
    browser.press("c")
    browser.wait("document.activeElement.id === 'quote' && document.activeElement.value.length > 10")
    browser.press("Escape", "u")
    browser.wait("location.pathname === '/' && document.querySelector('.js .hit')")
    browser.press("?")
    browser.wait("location.pathname === '/help' && document.querySelector('.js h1')")
    browser.press("/")
    assert browser.wait("document.activeElement.id === 'q'")


def test_narrowing_and_going_back(browser: Browser, served: Served) -> None:
    """A count narrows the answer within the page, and the browser's own button undoes that."""
    browser.open(f"{served.place['base']}/?q=boats+OR+routes+OR+smuggling")
    before = _count(browser)
    browser.run("document.querySelector('.facet-type a').click()")
    browser.wait("location.search.includes('type=') && document.querySelector('.chips')")
    assert _count(browser) != before
    browser.run("history.back()")
    browser.wait("!location.search.includes('type=') && !document.querySelector('.chips')")
    assert _count(browser) == before


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 768, 1440, 3840])
def test_widths(browser: Browser, served: Served, width: int, dark: bool) -> None:
    """No page is wider than its window, from a telephone to 4K, in three languages."""
    browser.look(width, dark=dark)
    name = served.get("/api/v1/search", q="تهريب").json["hits"][0]["id"]
    for path in (
        "/",
        "/?q=smuggling+routes",
        "/?q=تهريب",
        "/?q=réfugiés",
        f"/document/{name}?q=تهريب",
        "/coverage",
        "/help",
    ):
        browser.open(f"{served.place['base']}{path}")
        assert browser.run("document.documentElement.scrollWidth") <= width, path


#: Says how far colours are from what is behind them (WCAG 2), for all text that is seen.
CONTRAST: Final = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_contrast(browser: Browser, served: Served, dark: bool) -> None:
    """All text stands out from what is behind it, as WCAG 2.2 AA asks."""
    browser.look(1440, dark=dark)
    name = served.get("/api/v1/search", q="boats").json["hits"][0]["id"]
    for path in (
        "/",
        "/?q=smuggling+routes",
        "/?q=zyzzy+boats",
        f"/document/{name}?q=boats",
        "/coverage",
        "/help",
        "/saved",
    ):
        browser.open(f"{served.place['base']}{path}")
        assert browser.run(CONTRAST) == [], path


def _value(node: dict[str, Any], key: str) -> str:
    return str(node.get(key, {}).get("value", ""))


def test_what_a_screen_reader_is_told(browser: Browser, served: Served) -> None:
    """Whatever can be used has a name and a role; there are landmarks, headings, and a language."""
    name = served.get("/api/v1/search", q="boats").json["hits"][0]["id"]
    for path in ("/", "/?q=smuggling+routes", f"/document/{name}?q=boats", "/marks", "/saved", "/coverage"):
        browser.open(f"{served.place['base']}{path}")
        nodes = browser.tree()
        roles = {_value(one, "role") for one in nodes}
        assert {"banner", "main", "navigation", "search", "heading"} <= roles, (path, roles)
        # A line that offers words is a combination of a line and a list.
        assert roles & {"searchbox", "combobox", "textbox"}
        usable = {"link", "button", "searchbox", "textbox", "combobox", "checkbox", "DisclosureTriangle"}
        nameless = [one for one in nodes if _value(one, "role") in usable and not _value(one, "name").strip()]
        assert nameless == [], path
        assert browser.run("document.documentElement.lang") == "en"
        levels = browser.run(
            "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((one) => +one.tagName[1])"
        )
        assert levels.count(1) == 1, (path, levels)


def test_nothing_of_a_document_runs(browser: Browser, served: Served) -> None:
    """What a document has as code is text: in its title, its text and its name."""
    browser.open(f"{served.place['base']}/?q=smuggling")
    assert browser.run("document.querySelector('main').innerText").count("<script>") >= 1
    assert browser.run("document.querySelectorAll('main script, main img, main iframe').length") == 0
    name = served.get("/api/v1/search", q="type:html").json["hits"][0]["id"]
    browser.open(f"{served.place['base']}/document/{name}?q=smuggling")
    assert browser.run("document.querySelectorAll('main script, main img, main iframe').length") == 0
    refused = browser.run(
        """new Promise((done) => {
          document.addEventListener("securitypolicyviolation", (one) => done(one.violatedDirective));
          const one = document.createElement("script");
          one.textContent = "window.ran = 1";
          document.body.append(one);
        })"""
    )
    assert refused.startswith("script-src")
    assert browser.run("window.ran") is None
    browser.run("0")
    browser.faults = [one for one in browser.faults if "Content Security Policy" not in one]


def test_a_change_by_a_page_of_somebody_else(browser: Browser, served: Served, tmp_path: Path) -> None:
    """A page from elsewhere neither reads an answer nor sends a form that is heeded."""
    name = served.get("/api/v1/search", q="boats").json["hits"][0]["id"]
    base = served.place["base"]
    page = tmp_path / "evil.html"
    page.write_text(
        f'<form method="post" action="{base}/mark/{name}"><input name="tag" value="evil">'
        '<input name="csrf" value="x"></form>'
    )
    browser.open(page.as_uri())
    got = browser.run(
        f"fetch('{base}/api/v1/health', {{credentials: 'include'}}).then(() => 'read', () => 'refused')"
    )
    assert got == "refused"
    browser.run("document.forms[0].submit()")
    browser.wait("document.body && document.body.innerText.includes('elsewhere')")
    assert "evil" not in str(served.get("/api/v1/marks").json)
    browser.run("0")
    browser.faults.clear()


def test_what_is_done_between_hits_and_counts(browser: Browser) -> None:
    """While counts are awaited nothing narrows an older query, and a hit that was gone to stays so."""
    browser.press(*"police")
    browser.wait("document.querySelector('.narrow:not([inert]) a') || !document.querySelector('.narrow')")
    browser.run(
        """(() => { const real = window.fetch; window.late = 0;
        window.fetch = async (address, options) => {
          const of = new URL(address, location);
          if (of.pathname === '/results' && !of.searchParams.has('quick'))
            await new Promise((done) => { window.go = done; window.late += 1; });
          return real(address, options); };
        document.querySelector('#q').select(); return true; })()"""
    )
    browser.press(*"boats")
    browser.wait("document.querySelectorAll('.hit').length === 2 && window.late === 1")
    assert not browser.run("document.querySelector('.narrow a') && !document.querySelector('.narrow').inert")
    browser.press("Escape", "j", "j")
    browser.wait("document.querySelectorAll('.hit')[1].matches('.here')")
    browser.run("window.go() || true")
    browser.wait("document.querySelector('.narrow:not([inert]) a')")
    assert browser.run("document.querySelectorAll('.hit')[1].matches('.here')")
    assert browser.run("document.querySelector('.hit.here h2 a') === document.activeElement")


def test_why_there_is_no_answer(browser: Browser) -> None:
    """What says that a question is too long stands in the place of the answer, not as a page in it."""
    browser.run(
        "(() => { const line = document.querySelector('#q'); line.value = 'تهريب '.repeat(300);"
        " line.dispatchEvent(new Event('input')); return true; })()"
    )
    browser.wait("document.querySelector('#results [role=alert]')?.innerText.includes('too long')")
    assert browser.run("document.querySelectorAll('header, main, .brand').length") == browser.run(
        "document.querySelectorAll('body > header, body > main, body > header .brand').length"
    )
    browser.faults = [one for one in browser.faults if "414" not in one]


def test_all_values_by_the_keyboard(
    browser: Browser, command: Sequence[str], home: dict[str, str], tmp_path: Path
) -> None:
    """Enter on *and N more* shows all values, with the focus on the first new one; *fewer* takes it back."""
    texts = {f"{n}.html": f"<meta name=author content='Ed {n:02}'><p>harbour {n}</p>" for n in range(12)}
    top = project(tmp_path, texts)
    with serving(command, home, top / "index_data", cwd=top) as one:
        browser.open(str(one.place["url"]))
        browser.wait("document.querySelector('.js') && document.activeElement.id === 'q'")
        browser.press(*"harbour")
        browser.wait("document.querySelector('[data-facet=author]')")
        browser.run("document.querySelector('[data-facet=author]').focus()")
        browser.press("Enter")
        browser.wait("document.querySelectorAll('.facet-author li').length === 12")
        browser.wait("document.activeElement.innerText.startsWith('Ed 08')")
        assert browser.run("location.search") == "?q=harbour&more=author"
        # Typing on leaves it open.
        browser.press("/", "Enter")
        browser.wait("document.querySelectorAll('.facet-author li').length === 12")
        browser.run("document.querySelector('[data-facet=author]').focus()")
        browser.press("Enter")
        browser.wait("document.querySelectorAll('.facet-author li').length === 8")
        browser.wait("document.activeElement.dataset.facet === 'author'")
        browser.run("history.back()")
        browser.wait("document.querySelectorAll('.facet-author li').length === 12")
        browser.run("0")
    browser.faults = [fault for fault in browser.faults if "/events" not in fault]


def test_a_page_that_is_gone_to_is_seen(
    browser: Browser, command: Sequence[str], home: dict[str, str], tmp_path: Path
) -> None:
    """After *Page ... Go* the page begins below the line of the search, with what is printed on it."""
    from coopsearch.indexer import sync
    from tests.extract.pdf.pdf_files import labelled, lines, pdf

    (tmp_path / "docs").mkdir()
    leaves = [lines(f"Harbour leaf{n}.", *["boats at night"] * 30) for n in range(9)]
    (tmp_path / "docs" / "a.pdf").write_bytes(labelled(pdf(*leaves), b"0 << /S /r >>"))
    sync([tmp_path / "docs"], tmp_path / "index_data")
    with serving(command, home, tmp_path / "index_data", cwd=tmp_path) as one:
        name = one.get("/api/v1/search", q="harbour").json["hits"][0]["id"]
        browser.open(str(one.place["url"]))
        browser.open(f"{one.place['base']}/document/{name}?q=harbour")
        browser.run("document.querySelector('.leaf input[name=leaf]').focus()")
        browser.press(*"vii", "Enter")
        browser.wait("document.querySelector('.body :target')?.innerText.includes('leaf6')")
        place = browser.wait(
            "(() => { const sheet = document.querySelector('.body :target').previousElementSibling; "
            "return scrollY > 0 && [sheet.innerText.trim(), sheet.getBoundingClientRect().top, "
            "document.querySelector('.top').getBoundingClientRect().bottom]; })()"
        )
        assert place[0] == "page vii (7)"
        assert place[1] >= place[2]
        browser.run("0")
    browser.faults = [fault for fault in browser.faults if "/events" not in fault]
