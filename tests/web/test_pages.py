"""The pages, as a browser without JavaScript gets them: what they show, and what their forms do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.indexed import project
from tests.web.served import TEXTS, Answer, Served, serving


class Page(HTMLParser):
    """A page: its links, forms and text. Fails for markup that is not closed, and for code within it."""

    VOID = frozenset({"area", "base", "br", "hr", "img", "input", "link", "meta", "wbr"})

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(answer.text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the beginning of an element."""
        values = dict(attrs)
        assert not [name for name in values if name.startswith("on") or name == "style"], attrs
        assert tag != "script" or (values.get("src") or "").startswith("/static/")
        assert tag not in {"style", "iframe", "object", "embed", "img"}
        if tag in {"input", "select", "textarea"} and values.get("type") != "hidden":
            assert values.get("aria-label") or "label" in self._open, attrs
        if (name := values.get("id")) is not None:
            self.ids.append(name)
        if tag == "a" and values.get("href"):
            self.links.append(str(values["href"]))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Take its end."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Take text."""
        if "script" not in self._open:
            self.text += data


def look(served: Served, path: str) -> Page:
    """Return a page, which must be one."""
    answer = served.ask("GET", path, headers=served.browser)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8"), path
    page = Page(answer)
    assert len(page.ids) == len(set(page.ids))
    return page


def post(served: Served, path: str, csrf: bool = True, **fields: str) -> Answer:
    """Send a form as a browser does."""
    key = re.search(r'name="csrf" content="(\w+)"', served.ask("GET", "/help", headers=served.browser).text)
    assert key is not None
    body = urlencode({**fields, **({"csrf": key[1]} if csrf else {})})
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return served.ask("POST", path, body, {**served.browser, **served.origin, **kind})


def name_of(served: Served, query: str) -> str:
    """Return the id of the best document of a query."""
    return str(served.get("/api/v1/search", q=query).json["hits"][0]["id"])


def test_every_page_is_reached(served: Served) -> None:
    """All that pages lead to is a page, from the first one on, and each is sound."""
    waiting = ["/", "/?q=smuggling+routes", "/?q=boats&lang=en"]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith(("/original/", "/citations?style=", "/hit?")) or len(seen) > 150:
            continue
        seen.add(path)
        waiting += [one.partition("#")[0] for one in look(served, path).links]
    kinds = {re.split(r"[/?]", path)[1] for path in seen if path}
    assert {"", "saved", "marks", "citations", "coverage", "help", "document", "similar"} <= kinds


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("smuggling routes", ["The smuggling routes moved east.", "of 5 documents", "ms"]),
        ("تهريب", ["شبكات تهريب المهاجرين", 'dir="rtl"', 'lang="ar"']),
        ("réfugiés", ["Les réfugiés arrivent"]),
        ("from:ann", ["boats", "mail.eml"]),
        ("smugling zyzzy", ["Nothing found", "in no document"]),
        ('"open', ["character"]),
        ("", ["Search the folders"]),
        ("smuggling -boats", ["evil.html"]),
    ],
)
def test_a_search(served: Served, query: str, shown: Sequence[str]) -> None:
    """A page of results shows hits with what was asked for, or says why there is none."""
    answer = served.get("/", q=query)
    Page(answer)
    text = re.sub(r"</?mark>", "", unescape(answer.text))
    assert [one for one in shown if one not in text] == []
    part = served.get("/results", q=query)
    Page(part)
    assert "<html" not in part.text
    assert (answer.status, part.status) == ((400, 400) if query == '"open' else (200, 200))


def test_while_somebody_types(served: Served) -> None:
    """A last word that nothing holds is taken as the beginning of one, and counts can wait."""
    assert "Nothing found" in served.get("/results", q="smugglin").text
    page = served.get("/results", q="smugglin", typed=1)
    assert "beginning of one" in page.text
    assert "<mark>smuggling</mark>" in page.text
    assert "q=smugglin%2A" in page.text
    assert "facet-lang" in served.get("/results", q="boats OR routes").text
    quick = served.get("/results", q="boats OR routes", quick=1, typed=1)
    Page(quick)
    assert "facet-lang" not in quick.text
    assert "quick" not in quick.text
    assert served.get("/", q="boats", quick=1).status == 400


def test_what_narrows(served: Served) -> None:
    """Counts lead to a narrower answer, and from there back."""
    page = look(served, "/?q=boats+OR+routes")
    link = next(one for one in page.links if "lang=fr" in one)
    narrow = look(served, link)
    assert "réfugiés" in narrow.text
    assert "en.md" not in narrow.text
    assert any(one in {"/?q=boats+OR+routes", "/?q=boats%20OR%20routes"} for one in narrow.links)


def test_pages_of_an_answer(command: Sequence[str], home: dict[str, str], tmp_path: Path) -> None:
    """An answer has pages; from a document one goes on to the next hit, over the end of a page, and back."""
    texts = {f"{number:02}.txt": f"boat {'x' * number} " + f"word{number} " * 40 for number in range(45)}
    top = project(tmp_path, texts)
    with serving(command, home, top / "index_data", cwd=top) as one:
        first = look(one, "/?q=boat&sort=path")
        assert "/?q=boat&sort=path&page=3" in first.links
        names = [link for page in (1, 2, 3) for link in _documents(one, f"/?q=boat&sort=path&page={page}")]
        assert len(names) == len(set(names)) == 45
        seen, at = [names[0]], names[0]
        address = f"/hit?q=boat&sort=path&after={at}"
        while len(seen) < 60:
            answer = one.ask("GET", address, headers=one.browser)
            assert answer.status == 303
            if not answer.headers["location"].startswith("/document/"):
                break
            at = answer.headers["location"].split("/")[2].partition("?")[0]
            seen.append(at)
            links = look(one, answer.headers["location"]).links
            address = next(link for link in links if link.startswith("/hit?") and "after=" in link)
        assert seen == names
        back = next(
            link
            for link in look(one, f"/document/{names[20]}?q=boat&sort=path&page=2").links
            if "before=" in link
        )
        assert names[19] in one.ask("GET", back, headers=one.browser).headers["location"]


def _documents(served: Served, path: str) -> Iterator[str]:
    for link in dict.fromkeys(look(served, path).links):
        if link.startswith("/document/"):
            yield link.split("/")[2].partition("?")[0]


def test_a_document(served: Served) -> None:
    """A document is shown with all its places, its headings as contents, and what is said of it."""
    name = name_of(served, "smuggling boats title:smuggling")
    page = look(served, f"/document/{name}?q=routes+boats")
    assert "3 places" in page.text
    assert "Findings" in page.text
    text = served.get(f"/document/{name}", q="routes boats").text
    assert text.partition('<div class="body">')[2].count("<mark>routes</mark>") == 3
    assert "<mark>17" not in text
    mail = look(served, f"/document/{name_of(served, 'from:ann')}")
    assert "Ann <ann@example.org>" in mail.text
    assert (
        look(served, f"/document/{name_of(served, 'type:html')}?q=smuggling").text.count(
            "<img src=x onerror=alert(2)>"
        )
        >= 1
    )


def test_a_long_document(command: Sequence[str], home: dict[str, str], tmp_path: Path) -> None:
    """Of a long document a part is shown; places anywhere in it are listed, and lead to their part."""
    text = "# Long\n\n" + "\n\n".join(
        f"Paragraph {number}{' with a needle' if number % 1000 == 999 else ''}." for number in range(6000)
    )
    top = project(tmp_path, {"long.md": text})
    with serving(command, home, top / "index_data", cwd=top) as one:
        name = name_of(one, "needle")
        answer = one.get(f"/document/{name}", q="needle")
        page = Page(answer)
        assert "6 places" in page.text
        assert len(answer.body) < 80_000
        link = [link for link in page.links if "first=" in link and "#t" in link][-1]
        path, _, target = link.partition("#")
        far = look(one, path)
        assert target in far.ids
        assert "Paragraph 5999" in far.text
        assert "Paragraph 10." not in far.text


def test_forms(served: Served) -> None:
    """Forms mark, note, cite, save and remove, and lead back to where one was."""
    name = name_of(served, "smuggling boats title:smuggling")
    back = f"/document/{name}?q=boats"
    done = post(served, f"/mark/{name}", tag="relevant, routes", note="Ask Ann.", back=back)
    assert (done.status, done.headers["location"]) == (303, back)
    page = look(served, "/marks?tag=routes")
    assert "Ask Ann." in page.text
    assert 'value="relevant" data-key="m" aria-pressed="true"' in served.get("/", q="police").text
    marked = served.get(f"/api/v1/documents/{name}/marks").json
    assert post(served, "/note/remove", note=marked["notes"][0]["id"], back="/marks").status == 303
    assert post(served, f"/mark/{name}", tag="routes", remove="1").status == 303
    assert "Nothing is marked" not in look(served, "/marks").text
    cited = post(served, f"/cite/{name}", quote="17 boats", note="for the report", back=back)
    assert cited.status == 200
    assert all(style in cited.text for style in ("@misc", "csl-json", "SHA-256"))
    assert "for the report" in look(served, "/citations").text
    assert post(served, f"/cite/{name}", quote="18 boats").status == 400
    # As beside a hit of a page of similar documents, which no query found.
    assert "Boats use the routes" in post(served, f"/cite/{name}", span="20-83").text
    assert served.get("/citations", style="bibtex").text.startswith("@misc")
    assert post(served, "/save", q="boats", name="boats", lang="en").headers["location"] == "/saved"
    assert "(boats) lang:en" in look(served, "/saved").text
    assert "Nobody looked before" in look(served, "/saved").text
    assert post(served, "/news/known", name="boats").status == 303
    assert "Nothing new" in look(served, "/saved").text
    assert post(served, "/save/remove", name="boats").status == 303
    assert "No search is saved yet" in look(served, "/saved").text


@pytest.mark.parametrize(
    "back",
    ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "x", "/\nx"],
)
def test_a_form_leads_nowhere_else(served: Served, back: str) -> None:
    """Where a form leads back to is a page of ours."""
    name = name_of(served, "boats")
    location = post(served, f"/mark/{name}", tag="seen", back=back).headers["location"]
    assert location == f"/document/{name}"
    assert "evil" not in post(served, f"/cite/{name}", quote="boats", back=back).text


def test_a_form_of_somebody_else(served: Served) -> None:
    """A form without the second key, or of another kind, changes nothing."""
    from coopsearch.search.web.pages.routes import routes

    paths = [one.path for one in routes() if "POST" in (one.methods or ())]
    assert len(paths) > 5
    for path in paths:
        assert post(served, path.format(id="x"), csrf=False).status == 403
        kind = {"content-type": "text/plain"}
        plain = served.ask("POST", path.format(id="x"), "a=b", {**served.browser, **served.origin, **kind})
        assert plain.status == 415


def test_read_only(command: Sequence[str], home: dict[str, str], tmp_path: Path) -> None:
    """With --read-only nothing is kept, and no page offers it."""
    top = project(tmp_path, TEXTS)
    with serving(command, home, top / "index_data", "--read-only", cwd=top) as one:
        name = name_of(one, "boats")
        for path in ("/?q=boats", f"/document/{name}?q=boats", "/saved", "/marks"):
            assert (
                "formaction" not in one.get(path.partition("?")[0], q="boats").text
                or "/mark/" not in one.get(path).text
            )
        assert post(one, f"/mark/{name}", tag="seen").status == 403
        assert (
            one.send(f"/api/v1/documents/{name}/marks", {"add": ["seen"]}).json["type"].endswith("read-only")
        )
        # A citation is made all the same, and not kept.
        cited = post(one, f"/cite/{name}", quote="Boats came")
        assert cited.status == 200
        assert "It is not kept" in cited.text
        asked = {"quote": "Boats came"}
        assert one.send(f"/api/v1/documents/{name}/cite", asked).json["type"].endswith("read-only")
        assert one.send(f"/api/v1/documents/{name}/cite", {**asked, "keep": False}).json["citation"]
    assert not (top / "index_data" / "desk.sqlite").exists()


def test_the_weight_of_a_page(served: Served) -> None:
    """All that the page of an answer loads has less than 60 kB, packed or not."""
    page = served.get("/", q="smuggling routes")
    loaded = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    assert len(loaded) == 3
    assert len(page.body) + sum(len(served.get(path).body) for path in loaded) < 60_000
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page.text)


def test_a_pdf_is_shown_in_a_sandbox(command: Sequence[str], home: dict[str, str], tmp_path: Path) -> None:
    """A PDF is handed to the browser's viewer where that is asked for; all else is saved."""
    from coopsearch.indexer import sync
    from tests.extract.pdf.pdf_files import lines, pdf

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.pdf").write_bytes(pdf(lines("Smuggling routes.")))
    (tmp_path / "docs" / "b.html").write_text("<p>Smuggling by road.</p><script>alert(1)</script>")
    sync([tmp_path / "docs"], tmp_path / "index_data")
    with serving(command, home, tmp_path / "index_data", cwd=tmp_path) as one:
        shown = one.get(f"/original/{name_of(one, 'type:pdf')}", show=1)
        assert shown.headers["content-type"] == "application/pdf"
        assert shown.headers["content-disposition"].startswith("inline")
        assert "sandbox" in shown.headers["content-security-policy"]
        for name in (name_of(one, "type:pdf"), name_of(one, "type:html")):
            saved = one.get(f"/original/{name}")
            assert saved.headers["content-type"] == "application/octet-stream"
            assert saved.headers["content-disposition"].startswith("attachment")
        assert (
            one.get(f"/original/{name_of(one, 'type:html')}", show=1).headers["content-type"]
            == "application/octet-stream"
        )
        (tmp_path / "docs" / "a.pdf").unlink()
        assert one.get(f"/original/{name_of(one, 'type:pdf')}").status == 404
