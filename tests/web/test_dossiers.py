"""A dossier of an answer, saved from a page or by a program: whole, bounded, and as the command makes it."""

from __future__ import annotations

import io
import os
import re
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.served import Served, serving, soon
from tests.web.test_pages import Page, name_of, post


@pytest.mark.parametrize("ending", ["html", "docx", "md", "csv"])
@pytest.mark.parametrize("path", ["/export", "/api/v1/export"])
def test_a_dossier(served: Served, folder: Path, path: str, ending: str) -> None:
    """It is one file to be saved, which cannot run, with quotations, sources and SHA-256."""
    before = sorted(map(str, folder.rglob("*")))
    answer = served.get(path, q="smuggling routes", format=ending, title="طرق & <b>routes</b>", lang="en")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/octet-stream")
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.headers["content-disposition"].endswith(f"-b-routes-b.{ending}")
    assert "sandbox" in answer.headers["content-security-policy"]
    data = answer.body
    if ending == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            data = packed.read("word/document.xml")
    text = data.decode()
    assert "smuggling" in text.lower()
    assert re.search(r"\b[0-9a-f]{64}\b", text)
    assert "<b>routes" not in text
    # A table is text to whatever reads it.
    assert ending == "csv" or "<script>" not in text
    assert ending == "csv" or "narrowed to lang en" in text
    assert sorted(map(str, folder.rglob("*"))) == before


def test_it_is_what_the_command_writes(
    served: Served, folder: Path, command: Sequence[str], home: dict[str, str], tmp_path: Path
) -> None:
    """For the same question, page and command make the same file, but for the moment."""
    import subprocess

    target = tmp_path / "d.md"
    asked = [*command, "export", "routes boats", str(target), "--index", str(folder / "index_data")]
    subprocess.run(asked, cwd=folder, env=home, check=True, capture_output=True)
    made = served.get("/export", q="routes boats", format="md").text
    moment = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z?|just now|\d+ minutes? ago")
    assert moment.sub("", made) == moment.sub("", target.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"q": "zyzzyva"}, 404, "nothing to export"),
        ({"q": "boats", "format": "exe"}, 400, "must be one of html, docx, md, csv"),
        ({"q": "boats", "limit": 1001}, 400, "1,000"),
        ({"q": '"open'}, 400, "character"),
        ({"q": "boats", "title": "x" * 301}, 400, "301 characters"),
        ({"q": "boats", "colour": "red"}, 400, "no parameter"),
    ],
)
def test_what_cannot_be_made(served: Served, given: dict[str, str], status: int, said: str) -> None:
    """A person gets a page that says why, a program a problem."""
    for path in ("/export", "/api/v1/export"):
        answer = served.get(path, None, **given)
        assert answer.status == status
        assert said in answer.text.replace("&#34;", '"')
        assert "content-disposition" not in answer.headers
    assert "<h1>" in served.get("/export", None, **given).text


def test_from_the_pages(served: Served) -> None:
    """An answer and the marks offer it as a form that needs no script; what is asked comes along."""
    page = served.get("/", q="smuggling routes", lang="en").text
    Page(served.get("/", q="smuggling routes", lang="en"))
    form = page.split('action="/export"')[1].split("</form>")[0]
    assert '<input type="hidden" name="q" value="smuggling routes">' in form
    assert '<input type="hidden" name="lang" value="en">' in form
    assert post(served, f"/mark/{name_of(served, 'title:smuggling')}", tag="relevant").status == 303
    marks = served.get("/marks", tag="relevant")
    Page(marks)
    found = re.search(r'name="q" value="(tag:[^"]*)"', marks.text)
    assert found is not None
    made = served.get("/export", q=found[1], format="md", title="")
    assert made.status == 200
    assert "Smuggling routes" in made.text
    assert 'action="/export"' not in served.get("/", q="zyzzyva").text


def test_a_browser_that_goes_away(command: Sequence[str], home: dict[str, str], top: Path) -> None:
    """What nobody waits for is given up, leaves nothing behind, and keeps no other dossier waiting."""
    with (top / "docs" / "en.md").open("r+b") as large:
        # Holes take no room on the disk, and time to be read.
        large.truncate(40 << 30)
    with serving(command, home, top / "index_data", cwd=top) as one:
        before = sorted(map(str, top.rglob("*")))
        connection = one.connection()
        connection.request("GET", "/export?q=police", headers=one.bearer)
        assert soon(lambda: one.get("/export", q="passeurs", format="md").status == 503)
        connection.close()
        began = time.monotonic()
        assert soon(lambda: one.get("/export", q="passeurs", format="md").status == 200)
        assert time.monotonic() - began < 10
        assert sorted(map(str, top.rglob("*"))) == before
        assert one.get("/", q="boats").status == 200


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="needs Unix")
def test_too_large_to_be_read(command: Sequence[str], home: dict[str, str], top: Path) -> None:
    """Where files are too large for the time that there is, a page says so and what to do."""
    with (top / "docs" / "en.md").open("r+b") as large:
        large.truncate(200 << 30)
    with serving(command, home, top / "index_data", cwd=top) as one:
        answer = one.get("/export", q="police")
        assert answer.status == 503
        assert "more than 20 seconds" in answer.text
        assert "coopsearch export" in answer.text


def test_the_citations_are_exported_in_all_styles(served: Served) -> None:
    """Each style that ``coopsearch cite`` knows is offered, and its file holds the citation."""
    from coopsearch.search.desk.styles import STYLES

    name = name_of(served, "title:smuggling")
    post(served, f"/cite/{name}", quote="17 boats")
    page = served.get("/citations")
    offered = [one for one in Page(page).links if one.startswith("/citations?")]
    assert [parse_qs(urlsplit(one).query)["style"] for one in offered] == [[style] for style in STYLES]
    for one in offered:
        answer = served.get(one)
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "17 boats" in answer.text


ANSWER = "/?q=smuggling+routes&sort=path&lang=en"


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        # Without one, as some browsers are set, the answer is known by what was asked.
        ("", ANSWER),
        ("{base}/marks", "/marks"),
        (f"{{base}}{ANSWER}&page=2", f"{ANSWER}&page=2"),
        ("https://evil.example/?q=x", ANSWER),
        ("{base}//evil.example/", ANSWER),
        ("http://[", ANSWER),
        ("{base}/export?q=smuggling+routes&sort=path&lang=en&limit=0", ANSWER),
    ],
)
def test_a_failed_dossier_leads_back(served: Served, referer: str, back: str) -> None:
    """The page that says why there is none leads to where one was, or to the answer, and nowhere else."""
    headers = {"referer": referer.format(base=served.place["base"])} if referer else {}
    answer = served.get("/export", headers, q="smuggling routes", sort="path", lang="en", limit="0")
    assert answer.status == 400
    assert [one for one in Page(answer).links if one.startswith("/?") or one == back] == [back]
    assert served.get(back).status == 200


def test_a_failed_form_leads_back(served: Served) -> None:
    """So does that of a citation whose words stand nowhere; without a page before it, to the search."""
    name = name_of(served, "title:smuggling")
    there = f"/document/{name}?q=boats"
    key = re.search(r'name="csrf" content="(\w+)"', served.ask("GET", "/help", headers=served.browser).text)
    assert key is not None
    headers = {
        **served.browser, **served.origin, "referer": f"{served.place['base']}{there}",
        "content-type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    answer = served.ask("POST", f"/cite/{name}", f"quote=18+boats&csrf={key[1]}", headers)
    assert (answer.status, there in Page(answer).links) == (400, True)
    assert "Back to the search" in served.get("/nowhere").text
