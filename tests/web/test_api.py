"""The API: each call answers as its description says, and what is no question is a problem."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.web.served import Answer, Served

jsonschema = pytest.importorskip("jsonschema")


@pytest.fixture(scope="module")
def described(repo: Path) -> dict[str, Any]:
    """The description that is kept."""
    text = (repo / "search" / "web" / "api" / "openapi.json").read_text(encoding="utf-8")
    value: dict[str, Any] = json.loads(text)
    return value


class Checked:
    """Asks, and holds each answer against the description."""

    def __init__(self, served: Served, described: dict[str, Any]) -> None:
        self.served, self._described = served, described
        self.seen: set[tuple[str, str]] = set()

    def check(self, method: str, call: str, answer: Answer) -> None:
        """Fail for an answer that the description does not have."""
        one = self._described["paths"][f"/api/v1/{call}"][method.lower()]
        responses = one["responses"]
        kind = responses[str(answer.status)]
        media = answer.headers.get("content-type", "")
        content = kind.get("content", {})
        if answer.status < 400:
            self.seen.add((method, call))
        if not content:
            assert answer.body == b""
            return
        assert media in content, (call, media, answer.body[:300])
        lines = answer.body.splitlines() if media.endswith("ndjson") else [answer.body]
        if "schema" in content[media]:
            schema = {**content[media]["schema"], "components": self._described["components"]}
            for line in lines:
                faults = list(jsonschema.Draft202012Validator(schema).iter_errors(json.loads(line)))
                assert not faults, (call, faults[0].message, list(faults[0].path))

    def get(self, call: str, path: str = "", **parameters: Any) -> Answer:
        """Ask for something."""
        answer = self.served.get(f"/api/v1/{path or call}", **parameters)
        self.check("GET", call, answer)
        return answer

    def send(self, method: str, call: str, path: str, value: Any) -> Answer:
        """Change something."""
        answer = self.served.send(f"/api/v1/{path}", value, method)
        self.check(method, call, answer)
        return answer


@pytest.fixture
def api(served: Served, described: dict[str, Any]) -> Checked:
    """A client that holds answers against the description."""
    return Checked(served, described)


def test_the_description_is_fresh(described: dict[str, Any], repo: Path) -> None:
    """What is kept is what the calls and the schema of the command's JSON make, and what is served."""
    import runpy

    assert runpy.run_path(str(repo / "docs" / "openapi.py"))["value"]() == described


def test_routes_and_description_agree(described: dict[str, Any]) -> None:
    """Each call is described, and nothing else."""
    from coopsearch.search.web.api.routes import CALLS

    told = {(method.upper(), path) for path, methods in described["paths"].items() for method in methods}
    assert told == {(method, f"/api/v1/{path}") for method, path, _ in CALLS}
    names = [one["operationId"] for methods in described["paths"].values() for one in methods.values()]
    assert len(names) == len(set(names))


def test_every_call(api: Checked, described: dict[str, Any], served: Served) -> None:
    """Each call answers as its description says."""
    assert served.get("/api/v1/openapi.json").json == described
    api.get("openapi.json")
    assert api.get("health").json["documents"] == 5
    assert api.get("status").json["indexes"][0]["status"]["documents"] == 5
    assert len(api.get("status/files", state="indexed").json["files"]) == 5
    found = api.get(
        "search", q="smuggling routes", facet=["lang", "type"], explain=1, passages=2, context=1
    ).json
    assert found["total"] == len(found["hits"])
    assert found["facets"]["lang"]["en"] >= 1
    hit = next(one for one in found["hits"] if one["path"].endswith("en.md"))
    lines = [json.loads(line) for line in api.get("iterate", q="smuggling routes").body.splitlines()]
    assert [one["path"] for one in lines[:-1]] == [one["path"] for one in found["hits"]]
    assert lines[-1]["end"]["hits"] == found["total"]
    assert api.get("facets", q="boats", facet="lang").json["total"] == 2
    assert {"word": "smuggling", "documents": 2} in api.get("suggest", q="the smug").json["words"]
    assert b"Smuggling" in api.get("export", q="smuggling routes", format="csv", limit=5).body
    name = hit["id"]
    whole = api.get("documents/{id}", f"documents/{name}", q="routes").json
    assert "The smuggling routes moved east." in whole["text"]
    assert sum(len(one["matches"]) for one in whole["passages"]) == 3
    assert len(api.get("documents/{id}", f"documents/{name}", first=1, count=1).json["passages"]) == 1
    assert (
        len(api.get("documents/{id}/passages", f"documents/{name}/passages", q="boats").json["places"]) == 2
    )
    api.get("documents/{id}/similar", f"documents/{name}/similar", limit=3)
    assert api.get("documents/{id}/thread", f"documents/{name}/thread").json["mails"] == []
    assert len(api.get("documents/{id}/versions", f"documents/{name}/versions").json["versions"]) == 2
    api.get("documents/{id}/original", f"documents/{name}/original")
    marked = api.send(
        "POST", "documents/{id}/marks", f"documents/{name}/marks",
        {"add": ["relevant", "boats"], "note": "Ask.", "span": hit["matches"][0], "query": "boats"},
    ).json  # fmt: skip
    assert {one["tag"] for one in marked["marks"]} == {"relevant", "seen", "boats"}
    assert api.get("search", q="boats", tag="boats").json["total"] == 1
    api.send("POST", "documents/{id}/marks", f"documents/{name}/marks", {"remove": ["boats"]})
    assert len(api.get("documents/{id}/marks", f"documents/{name}/marks").json["marks"]) == 2
    assert [one["id"] for one in api.get("marks").json["documents"]] == [name]
    note = marked["notes"][0]["id"]
    for status in (204, 404):
        gone = served.ask("DELETE", f"/api/v1/notes/{note}", headers=served.bearer)
        api.check("DELETE", "notes/{id}", gone)
        assert gone.status == status
    cited = api.send(
        "POST", "documents/{id}/cite", f"documents/{name}/cite",
        {"quote": "17 boats", "note": "n", "style": "markdown"},
    ).json  # fmt: skip
    assert cited["citation"]["quote"] == "17 boats"
    api.send(
        "POST", "documents/{id}/cite", f"documents/{name}/cite",
        {"span": hit["span"], "query": "routes"},
    )  # fmt: skip
    assert api.get("citations", style="bibtex").json["text"].startswith("@misc")
    assert (
        api.send("PUT", "saved/{name}", "saved/boats", {"query": "boats", "all": True}).json["name"]
        == "boats"
    )
    assert len(api.get("saved").json["searches"]) == 1
    assert api.get("news").json["searches"][0]["first_look"]
    assert api.send("POST", "news", "news", {"names": ["boats"]}).json["searches"][0]["total"] == 2
    assert not api.get("news", name="boats").json["searches"][0]["first_look"]
    for status in (204, 404):
        gone = served.ask("DELETE", "/api/v1/saved/boats", headers=served.bearer)
        api.check("DELETE", "saved/{name}", gone)
        assert gone.status == status
    missing = {
        (method.upper(), path.removeprefix("/api/v1/"))
        for path, methods in described["paths"].items()
        for method in methods
    } - api.seen
    assert missing == set()


@pytest.mark.parametrize(
    ("call", "parameters", "said"),
    [
        ("search", {"q": '"open'}, "quote"),
        ("search", {"q": "a", "limit": "x"}, "limit"),
        ("search", {"q": "a", "limit": "-1"}, "limit"),
        ("search", {"q": "a", "limit": "99999999999999999999"}, "limit"),
        ("search", {"q": "a", "all": "maybe"}, "all"),
        ("search", {"q": "a", "all": ""}, "all"),
        ("search", {"q": "a", "limit": ""}, "limit"),
        ("search", {"q": "a" * 8_001}, "8,000"),
        ("suggest", {"q": "a" * 8_001}, "8,000"),
        ("search", {"q": "a", "sort": "best"}, "order"),
        ("search", {"q": "a", "facet": "nothing"}, "facet"),
        ("search", {"q": "a", "since": "someday"}, "someday"),
        ("search", {"q": ["a", "b"]}, "twice|2 times"),
        ("search", {"query": "a"}, "no parameter"),
        ("facets", {"q": "a"}, "facet"),
        ("status/files", {"state": "lost"}, "state"),
        ("citations", {"style": "none"}, "style"),
        ("health", {"q": "a"}, "no parameter"),
    ],
)
def test_what_cannot_be_asked(api: Checked, call: str, parameters: dict[str, Any], said: str) -> None:
    """What makes no sense is refused with a sentence that names it."""
    answer = api.get(call, **parameters)
    assert answer.status == 400
    assert any(one in answer.json["detail"] for one in said.split("|"))


def test_a_query_says_where_it_fails(served: Served) -> None:
    """Of a query that cannot be read, the character is told."""
    assert served.get("/api/v1/search", q="a (b").json["position"] >= 1


@pytest.mark.parametrize(
    "name", ["x", "", "%2e%2e", "L2V0Yy9wYXNzd2Q", "Li4vLi4vLi4vZXRjL3Bhc3N3ZA", "_" * 4000, "%ff"]
)
def test_no_document_of_such_an_id(served: Served, name: str) -> None:
    """An id of nothing in the index leads nowhere, were it a path that is there."""
    for path in (f"/api/v1/documents/{name}", f"/api/v1/documents/{name}/original", f"/document/{name}"):
        assert served.get(path).status == 404


@pytest.mark.parametrize(
    "value",
    [
        [],
        1,
        {"add": "x"},
        {"add": [1]},
        {"remove": None},
        {"span": [2, 1]},
        {"span": [True, True]},
        {"span": [False, 0]},
        {"span": None},
        {"span": [0.5, 1]},
        {"x": 1},
        {"add": ["a b"]},
    ],
)
def test_what_cannot_be_kept(served: Served, value: Any) -> None:
    """A change of another form is refused, and nothing is kept."""
    name = served.get("/api/v1/search", q="boats").json["hits"][0]["id"]
    before = served.get("/api/v1/marks").json
    assert served.send(f"/api/v1/documents/{name}/marks", value).status == 400
    assert served.get("/api/v1/marks").json == before
    raw = served.ask(
        "POST", f"/api/v1/documents/{name}/marks", b"{", {**served.bearer, "content-type": "application/json"}
    )
    assert raw.status == 400
    plain = served.ask(
        "POST", f"/api/v1/documents/{name}/marks", b"{}", {**served.bearer, "content-type": "text/plain"}
    )
    assert plain.status == 415


def test_a_change_needs_its_own_key(served: Served) -> None:
    """A browser's cookie alone changes nothing: neither without the second key, nor from nowhere."""
    from coopsearch.search.web.api.routes import CALLS

    kind = {"content-type": "application/json"}
    changes = [(method, path) for method, path, _ in CALLS if method != "GET"]
    assert len(changes) > 5
    for method, path in changes:
        address = f"/api/v1/{path.format(id='x', name='x')}"
        for more in ({}, served.origin, {**served.origin, "x-csrf-token": "x"}):
            assert served.ask(method, address, "{}", {**served.browser, **kind, **more}).status == 403


def test_an_answer_is_kept(served: Served) -> None:
    """An answer that did not change is not sent again; a large one is packed."""
    first = served.get("/api/v1/search", q="boats")
    again = served.get("/api/v1/search", {"if-none-match": first.headers["etag"]}, q="boats")
    assert (again.status, again.body) == (304, b"")
    assert served.get("/api/v1/search", {"if-none-match": first.headers["etag"]}, q="routes").status == 200
    packed = served.get("/api/v1/openapi.json", {"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.body))["openapi"] == "3.1.0"


def test_originals_do_not_run(served: Served) -> None:
    """The file of a document is to be saved, whatever it is."""
    name = served.get("/api/v1/search", q="smuggling type:html").json["hits"][0]["id"]
    answer = served.get(f"/api/v1/documents/{name}/original")
    assert b"<script>" in answer.body
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith('attachment; filename="evil.html"')
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
