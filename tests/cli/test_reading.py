"""The options that say what is shown of an answer, as the command has them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import open_index
from coopsearch.search.engines import NAMES
from tests.cli.terminal import write_reports
from tests.conftest import Run

MAIL = "From: {}\nTo: {}\nSubject: smuggling {}\nDate: Mon, 06 Jan 2020 10:00:00 +0000\n\nOn smuggling.\n"
RECORDS = [
    {"text": "smuggling by sea", "case": "2019/44", "country": "KE"},
    {"text": "smuggling by land", "case": "2019/44", "country": "TN"},
    {"text": "smuggling by air", "case": "2020/1"},
]


@pytest.fixture(params=NAMES)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An index of reports, mails and records, kept with each engine."""
    write_reports(tmp_path / "docs")
    for number, (sender, to) in enumerate(
        [
            ('"Haddad, Amal" <Amal@x.org>', "b@y.org, C <c@y.org>"),
            ("amal@x.org", "c@y.org"),
            ("Bo <bo@x.org>", "c@y.org"),
        ]
    ):
        (tmp_path / "docs" / f"{number}.eml").write_text(MAIL.format(sender, to, number), encoding="utf-8")
    lines = "".join(f"{json.dumps(record)}\n" for record in RECORDS)
    (tmp_path / "docs" / "records.jsonl").write_text(lines, encoding="utf-8")
    sync([tmp_path / "docs"], tmp_path / "index_data", engine=request.param)
    return tmp_path


def test_facets_of_fields(folder: Path) -> None:
    """Any field counts, also one of records; people by their addresses; "" stands for no value."""
    with open_index(folder / "index_data") as index:
        found = index.search("smuggling", limit=0, facets=["author", "case", "country", "from", "to"])
        assert found.total == 10
        assert found.facets["author"] == {"": 6, "أمل حداد": 2, "Amal Haddad": 1, "Jean Dupont": 1}
        assert found.facets["case"] == {"": 7, "2019/44": 2, "2020/1": 1}
        assert found.facets["country"] == {"": 8, "KE": 1, "TN": 1}
        assert found.facets["from"] == {"": 7, "amal@x.org": 2, "bo@x.org": 1}
        assert found.facets["to"] == {"": 7, "c@y.org": 3, "b@y.org": 1}
        assert index.search("land", limit=0, facets=["case"]).facets["case"]["2019/44"] == 1
        assert index.search("zzz", limit=0, facets=["case"]).facets["case"] == {}
        with pytest.raises(TypeError, match="name of a facet"):
            index.search("land", facets=[1])  # type: ignore[list-item]


def test_facets_of_the_command(run: Run, folder: Path) -> None:
    """In a pipe the counts stand on a line, without bars; an unknown facet is refused with those known."""
    ran = run("smuggling", "-n0", "--facet", "case", "--facet", "country", cwd=folder)
    assert ran.out == "case: none 7, 2019/44 2, 2020/1 1\ncountry: none 8, KE 1, TN 1\n"
    ran = run("smuggling", "--facet", "county", cwd=folder)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert all(name in ran.err for name in ("lang", "type", "year", "folder", "author", "country", "from"))


def test_groups(run: Run, folder: Path) -> None:
    """Hits stand in groups in the order of their best, with counts of all that match; JSON names them."""
    ran = run("smuggling", "--group", "folder", "--sort", "oldest", "-n", "6", cwd=folder)
    headings = [line for line in ran.out.splitlines() if line.endswith(("document", "documents"))]
    assert headings == [
        "docs/reports/2018/: 1 document",
        "docs/: 6 documents",
        "docs/reports/2020/: 2 documents",
    ]
    for name, value in (("language", "fr"), ("type", "jsonl"), ("year", "2018")):
        hits = run("smuggling", "--json", "--group", name, cwd=folder).objects()
        groups = [hit["group"] for hit in hits]
        assert value in groups
        assert groups == sorted(groups, key=groups.index)
        assert sorted(hit["rank"] for hit in hits) == list(range(1, 11))
    ran = run("smuggling", "--group", "size", cwd=folder)
    assert (ran.code, ran.out) == (2, "")
    assert "folder, language, year, type" in ran.err


def test_narrowing_of_the_command(run: Run, folder: Path) -> None:
    """Values are given with commas or one by one; where nothing is left, what was there before is told."""
    wanted = run("smuggling", "--json", "--type", "html", "--lang", "fr,ar", cwd=folder).objects()
    again = run("smuggling", "--json", "--type=html", "--lang=fr", "--lang=ar", cwd=folder).objects()
    assert wanted == again
    assert len(wanted) == 3
    below = run("smuggling", "--json", "--in", "2018", "--in", "2020", cwd=folder / "docs" / "reports")
    assert len(below.objects()) == 3
    assert [hit["date"] for hit in run("smuggling", "--json", "--until", "2018", cwd=folder).objects()] == [
        "2018-03-04"
    ]
    ran = run("smuggling", "--type", "html", "--since", "2025", cwd=folder)
    assert ran.code == 1
    assert ran.err.endswith("  10 documents without the options that narrow the answer\n")
    ran = run("smuggling", "--why-not", "docs/0.eml", "--type", "html", cwd=folder)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    for option in ("--since", "--until", "--type", "--lang", "--in"):
        ran = run("smuggling", option, "qqq", cwd=folder)
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)


def test_pages(run: Run, folder: Path) -> None:
    """Numbers go on from page to page; behind the last page it is said which that is."""
    first, second = (
        run("smuggling", "--json", "-n4", "--page", page, cwd=folder).objects() for page in ("1", "2")
    )
    assert [hit["rank"] for hit in first + second] == list(range(1, 9))
    assert not {hit["path"] for hit in first} & {hit["path"] for hit in second}
    ran = run("smuggling", "-n4", "--page=9", cwd=folder)
    assert (ran.code, ran.out) == (0, "")
    assert "there is no page 9; the last one is --page 3" in ran.err
    ran = run("smuggling", "-n1000", "--page=1000", cwd=folder)
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)


def test_passages_and_context(run: Run, folder: Path) -> None:
    """JSON has the passages with their places and marks, and what stands around each if asked for."""
    (hit,) = run("border", "--json", "--passages=3", "--context=1", "--lang=en", cwd=folder).objects()
    (passage,) = hit["passages"]
    assert {name: hit[name] for name in passage} == passage
    assert passage["before"] == "The patrol boats left the coast in the early morning."
    assert passage["after"].startswith("The court of appeal")
    plain = run("border", "--json", "--lang=en", cwd=folder).objects()[0]
    assert not {"passages", "before", "after", "group"} & plain.keys()
