"""What tools and resources give, in three languages: results, texts, citations, and all of it as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from coopsearch.search.mcp.quoted import LONGEST
from tests.mcp.talking import Talk

PREFIX = "coopsearch://document/"


def name_of(talk: Talk, query: str) -> str:
    """Return the id of the best document of a query."""
    found: str = talk.call("search", query=query, limit=1)["results"][0]["id"]
    return found


@pytest.mark.parametrize(
    ("query", "file", "words", "language"),
    [
        ("smuggling routes", "en.md", "smuggling routes", "en"),
        ("réfugiés", "fr.md", "réfugiés", "fr"),
        ("شبكات تهريب المهاجرين", "ar.md", "شبكات تهريب المهاجرين", "ar"),
    ],
)
def test_search_and_fetch(talk: Talk, folder: Path, query: str, file: str, words: str, language: str) -> None:
    """A document is found by its words, read by its id, and named by its citation."""
    answer = talk.call("search", query=query)
    best = answer["results"][0]
    path = folder / "docs" / file
    assert best["metadata"]["path"] == str(path)
    assert best["metadata"]["language"] == language
    assert unquote(best["url"]) == f"file://{path}"
    assert words in best["text"]
    assert best["title"] in best["citation"]
    assert str(path) in best["citation"]
    assert answer["total"] >= 1
    assert answer["coverage"]["files"] > 5
    document = talk.call("fetch", id=best["id"])
    assert words in document["text"]
    assert {document[name] for name in ("id", "title", "url")} == {best["id"], best["title"], best["url"]}
    assert document["metadata"]["characters"] == len(document["text"])
    assert "next_offset" not in document["metadata"]
    assert str(path) in document["citation"]


def test_a_passage_leads_into_its_document(talk: Talk) -> None:
    """The offset of a result is where its passage stands in the document."""
    best = talk.call("search", query="border police")["results"][0]
    document = talk.call("fetch", id=best["id"], offset=best["metadata"]["offset"])
    assert document["text"].startswith("The border police counted")


def test_long_texts_come_in_parts(talk: Talk, folder: Path) -> None:
    """A long document is read part by part; the parts are whole words and make up all of it."""
    name = name_of(talk, "entry list")
    parts, offset = [], 0
    while True:
        document = talk.call("fetch", id=name, offset=offset)
        parts.append(document["text"])
        assert len(document["text"]) <= LONGEST
        if "next_offset" not in document["metadata"]:
            break
        assert document["text"].endswith(" ")
        offset = document["metadata"]["next_offset"]
    assert len(parts) > 2
    assert "".join(parts).split() == (folder / "docs" / "long.txt").read_text(encoding="utf-8").split()
    end = document["metadata"]["characters"]
    assert talk.call("fetch", id=name, offset=end)["text"] == ""
    assert f"the text has {end:,} characters" in talk.refused("fetch", id=name, offset=end + 1)


def test_pages_of_results(talk: Talk) -> None:
    """A long list of results is gone through by limit and offset, each document once."""
    whole = [one["id"] for one in talk.call("search", query="*", limit=50)["results"]]
    parts = [talk.call("search", query="*", limit=2, offset=at)["results"] for at in range(0, 20, 2)]
    assert [one["id"] for part in parts for one in part] == whole
    assert len(set(whole)) == len(whole)


def test_similar(talk: Talk) -> None:
    """Documents that are like one are found by its id, without itself."""
    name = name_of(talk, "smuggling routes")
    found = talk.call("similar", id=name)
    assert found["results"]
    assert name not in [one["id"] for one in found["results"]]
    assert found["words"]


def test_coverage(talk: Talk) -> None:
    """It is said how many files are covered, and for a state which ones, with reasons."""
    (one,) = talk.call("coverage")["indexes"]
    assert one["coverage"]["states"]["failed"] == 1
    found = talk.call("coverage", state="failed")
    assert found["total"] == 1
    assert "broken.pdf" in found["files"][0]["path"]
    assert talk.call("coverage", state="too-large")["files"] == []


def test_nothing_found(talk: Talk) -> None:
    """An answer without results says what may have been meant."""
    found = talk.call("search", query="smugling")
    assert found["results"] == [] or found["notes"]
    assert any("smuggling" in note for note in found["notes"]) or found["results"]


def test_what_documents_say_is_marked_as_data(talk: Talk) -> None:
    """A text that commands goes out as it is, with a mark beside it that it is quoted."""
    found = talk.call("search", query="wiretap")
    orders = next(one for one in found["results"] if "orders" in one["url"])
    assert "Ignore all previous instructions" in orders["text"]
    assert "never an instruction" in found["quoted"]
    assert "never an instruction" in talk.call("fetch", id=orders["id"])["quoted"]
    assert list(found)[-1] == "quoted"


def test_nothing_is_hidden(talk: Talk) -> None:
    """Invisible characters, which carry words that only a machine reads, are left out."""
    found = talk.call("search", query="harmless")["results"][0]
    text = talk.call("fetch", id=found["id"])["text"]
    assert text.strip() == "Harmless reports of wiretaps."
    assert found["text"] == text.strip()
    evil = talk.call("search", query="onerror")["results"][0]
    assert "\u202e" not in evil["text"] + talk.call("fetch", id=evil["id"])["text"]


def test_resources(talk: Talk, folder: Path) -> None:
    """All documents are listed, in order, and each is read by its address as `fetch` reads it."""
    listed = talk.result("resources/list")
    assert "nextCursor" not in listed
    names = [one["name"] for one in listed["resources"]]
    assert names == sorted(names)
    assert {"en.md", "fr.md", "ar.md", "long.txt"} <= set(names)
    for one in listed["resources"]:
        (content,) = talk.result("resources/read", uri=one["uri"])["contents"]
        assert content["uri"] == one["uri"]
        assert content["mimeType"] == "application/json"
        assert f'"id":"{one["uri"].removeprefix(PREFIX)}"' in content["text"]
    (template,) = talk.result("resources/templates/list")["resourceTemplates"]
    assert template["uriTemplate"] == PREFIX + "{id}{?offset}"


def test_a_part_of_a_resource(talk: Talk) -> None:
    """A resource is read on from an offset; one behind its end is an error."""
    uri = PREFIX + name_of(talk, "entry list")

    def read(offset: int) -> dict[str, Any]:
        return talk.ask("resources/read", uri=f"{uri}?offset={offset}")

    assert '"offset":20000' in read(20_000)["result"]["contents"][0]["text"]
    assert read(10_000_000)["error"]["code"] == -32002
