"""Plain words find a mail by who wrote it to whom, and the answer says that they stood there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import Index, open_index
from tests.conftest import Run

CROWD = ", ".join(f"Person {number} <p{number}@example.net>" for number in range(60))
FILES = {
    "one.eml": (
        "From: Amal Roads <amal.roads@example.org>\nTo: Omar Haddad <omar@example.com>\n"
        "Cc: Zoé Lefèvre <zoe@example.fr>\nSubject: Ports\n"
        "Date: Mon, 4 Mar 2019 10:00:00 +0000\n\nThe harbours are open.\n"
    ),
    "two.eml": (
        f"From: Omar Haddad <omar@example.com>\nTo: {CROWD}, =?utf-8?b?2LPZhNmF2Yk=?= <salma@example.org>\n"
        "Subject: Patrols\nDate: Tue, 5 Mar 2019 10:00:00 +0000\n\nAmal said that the road is closed.\n"
    ),
    "three.txt": "A road led to the harbour, and Haddad was not there.\n",
    "records.jsonl": json.dumps(
        {"_id": "a", "title": "Export", "text": "Nothing else.", "from": "Ines Kaplan", "to": "Omar Haddad"}
    ),
}

#: What is asked, and what is found.
ROWS = [
    ("amal", "one.eml two.eml"),
    ('"amal roads"', "one.eml"),
    ('"Roads amal"', "one.eml"),
    ('"roads omar"', ""),
    ("lefevre", "one.eml"),
    ("amal.roads@example.org", "one.eml"),
    ("=Amal AND harbours", "one.eml"),
    ("=amal AND harbours", "one.eml"),
    ("=HADDAD", ""),
    ("سلمى", "two.eml"),
    ("kaplan", "records.jsonl!a"),
    ("haddad", "one.eml records.jsonl!a three.txt two.eml"),
    ("haddad AND closed", "two.eml"),
    ("text:lefevre", "one.eml"),
    ("title:amal", ""),
    ("heading:amal", ""),
    ("zo*", "one.eml"),
    ("omar NEAR/2 haddad", "one.eml records.jsonl!a two.eml"),
    ("harbours NEAR/50 amal", ""),
    ("road", "three.txt two.eml"),
]


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of the files, by each engine."""
    folder = tmp_path_factory.mktemp("people")
    (folder / "docs").mkdir()
    for name, text in FILES.items():
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    sync([folder / "docs"], folder / "index", engine=request.param)
    with open_index(folder / "index") as opened:
        yield opened


@pytest.mark.parametrize(("query", "expected"), ROWS)
def test_found(index: Index, query: str, expected: str) -> None:
    """Words, phrases and patterns look at people as they look at text, and no rule of a language at names."""
    found = sorted(Path(hit.path).name for hit in index.search(query))
    assert " ".join(found) == expected


def test_marked(index: Index) -> None:
    """The names are marked where they stand; a passage that holds nothing of the query is not shown."""
    hit = next(hit for hit in index.search("amal") if hit.path.endswith("one.eml"))
    assert [hit.fields["from"][start:end] for start, end in hit.field_matches["from"]] == [
        "Amal",
        "amal",
    ]
    assert set(hit.field_matches) == {"from"}
    assert hit.snippet == ""
    both = index.search("haddad harbours")[0]
    assert [both.snippet[start:end] for start, end in both.matches] == ["harbours"]
    assert set(both.field_matches) == {"to"}


def test_explained(index: Index) -> None:
    """The words behind a term are named from the people, too, and the parts sum up to the score."""
    hit = next(hit for hit in index.search("roads", explain=True) if hit.path.endswith("one.eml"))
    assert {word for one in hit.explanation for term in one.terms for word in term.words} == {"roads"}
    assert sum(one.score for one in hit.explanation) == pytest.approx(hit.score, rel=1e-4)


def test_similar_by_what_is_said(index: Index) -> None:
    """Who wrote it says nothing of what a mail is about."""
    found = index.similar(index.search("harbours lefevre")[0].path)
    assert "two.eml" not in {Path(hit.path).name for hit in found}


def test_shown(run: Run, tmp_path: Path) -> None:
    """The command shows the names that were met, of a long list those alone; JSON says where they stand."""
    (tmp_path / "docs").mkdir()
    for name, text in FILES.items():
        (tmp_path / "docs" / name).write_text(text, encoding="utf-8")
    assert run("index", "docs", cwd=tmp_path).code == 0
    lines = run("سلمى", cwd=tmp_path).out.splitlines()
    assert any(line.endswith("to: *سلمى* <salma@example.org>, …") for line in lines), lines
    assert not any("Person 1 " in line for line in lines)
    lines = run("amal roads", cwd=tmp_path).out.splitlines()
    assert any("from: *Amal Roads* <*amal*.*roads*@example.org>" in line for line in lines), lines
    [first, *_] = run("--json", "lefevre", cwd=tmp_path).objects()
    assert first["field_matches"] == {"cc": [[4, 11]]}
    assert first["snippet"] == ""
