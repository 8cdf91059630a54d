"""Several words in a field are found where they stand, whatever signs join them, on both engines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search import Index, open_index

RECORDS: list[dict[str, str]] = [
    {"_id": "a", "title": "One", "text": "First note.", "case": "2019/ABC-12",
     "owner": "amal.ben@example.org", "url": "https://www.example.org/news/a-b?id=7&x=1",
     "topic": "cross-border crime, AT&T and l'asile"},
    {"_id": "b", "title": "Two", "text": "Second note.", "case": "2019/ABC-13", "owner": "Ben, Amal",
     "url": "https://example.org/news", "topic": "crime at a border, ab"},
]  # fmt: skip
MAIL = (
    "From: Amal Ben <amal.ben@example.org>\nTo: Omar <omar@x-y.example.com>\nSubject: Ports v2.1\n"
    "Date: Mon, 4 Mar 2019 10:00:00 +0000\n\nThe ports are open.\n"
)
FILES = {
    "annual report/final_v2.txt": "Words of a report.",
    "annual-report (2).v3/plan.final.txt": "Words of a plan.",
    "mail.eml": MAIL,
    "records.jsonl": "\n".join(json.dumps(record) for record in RECORDS),
}

ROWS = [
    ('path:"annual report"', "final_v2.txt plan.final.txt"),
    ('path:"annual report final"', "final_v2.txt"),
    ("path:final_v2.txt", "final_v2.txt"),
    ('path:"report/final_v2.txt"', "final_v2.txt"),
    ('path:"annual-report (2).v3/plan.final.txt"', "plan.final.txt"),
    ("path:annual-report", "final_v2.txt plan.final.txt"),
    ("path:plan.final", "plan.final.txt"),
    ("path:final.plan", ""),
    ('path:"v3 plan"', "plan.final.txt"),
    ("path:records.jsonl!a", "records.jsonl!a"),
    ("from:amal.ben@example.org", "mail.eml"),
    ("from:example.org", "mail.eml"),
    ('from:"Amal Ben amal.ben@example.org"', "mail.eml"),
    ("to:omar@x-y.example.com", "mail.eml"),
    ('subject:"ports v2.1"', "mail.eml"),
    ("case:2019/ABC-12", "records.jsonl!a"),
    ('case:"2019 abc"', "records.jsonl!a records.jsonl!b"),
    ("owner:amal.ben@example.org", "records.jsonl!a"),
    ('owner:"amal ben"', "records.jsonl!a"),
    ('owner:"ben amal"', "records.jsonl!b"),
    ('owner:"amal ben"~1', "records.jsonl!a records.jsonl!b"),
    ('url:"https://www.example.org/news/a-b?id=7&x=1"', "records.jsonl!a"),
    ('url:"example.org/news"', "records.jsonl!a records.jsonl!b"),
    ('url:"https://example.org"', "records.jsonl!b"),
    ('topic:"cross-border crime"', "records.jsonl!a"),
    ('topic:"crime AT&T and l\'asile"', "records.jsonl!a"),
    ("-case:2019/ABC-12 note", "records.jsonl!b"),
]


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Index the files with each engine."""
    folder = tmp_path_factory.mktemp(request.param)
    for name, text in FILES.items():
        place = folder / "docs" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    sync([folder / "docs"], folder / "index", engine=request.param)
    with open_index(folder / "index") as opened:
        yield opened


@pytest.mark.parametrize(("query", "names"), ROWS)
def test_words_of_a_field(index: Index, query: str, names: str) -> None:
    """A phrase, an address, a number of a case and a URL are found in the field that holds them."""
    found = {hit.path.rpartition("/")[2] for hit in index.search(query)}
    assert found == set(names.split())


def test_mails_by_their_own_address(tmp_path: Path, shared: Path) -> None:
    """Every mail of the fixtures is found by the address that it was sent from."""
    mails = sorted((shared / "fixtures").glob("**/*.eml"))
    (tmp_path / "docs").mkdir()
    for number, mail in enumerate(mails):
        (tmp_path / "docs" / f"{number}.eml").write_bytes(mail.read_bytes())
    sync([tmp_path / "docs"], tmp_path / "index")
    asked = 0
    with open_index(tmp_path / "index") as opened:
        for hit in opened.search("*", limit=1_000, snippets=False):
            sender = hit.fields.get("from", "").rpartition("<")[2].rstrip("> ")
            if sender.count("@") == 1 and not set(sender) & set(' "\\*?()[]'):
                asked += 1
                found = opened.search(f"from:{sender}", limit=1_000, snippets=False)
                assert hit.path in {one.path for one in found}, sender
    assert asked
