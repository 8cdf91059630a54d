"""What stands around a document in the reader: its conversation, its other languages, and translations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path

import pytest

from tests.conversations.test_thread import mail
from tests.indexed import project
from tests.web.served import Served, serving
from tests.web.test_pages import Page, name_of

TEXTS = {
    "a.eml": mail("ann"),
    "b.eml": mail("bob", ["ann"], 2, title="Re: <b>Boats</b>"),
    "c.eml": mail("cem", ["ann", "bob"], 3, title="القوارب"),
    "Report_EN.md": "# Report\n\nSmuggling over the sea.\n",
    "Report_FR.md": "# Rapport\n\nLa contrebande par la mer.\n",
    "Report_AR.md": "# تقرير\n\nالتهريب عبر البحر.\n",
    "other.md": "# Other\n\nSmuggling by road.\n",
}


@pytest.fixture(scope="module")
def served(
    command: Sequence[str], home: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A service over them."""
    top: Path = project(tmp_path_factory.mktemp("around"), TEXTS)
    with serving(command, home, top / "index_data", cwd=top) as one:
        yield one


def test_the_conversation_of_a_mail(served: Served) -> None:
    """The reader lists the conversation in order, marks where one is, and the API gives the same."""
    name = name_of(served, "from:bob")
    answer = served.get(f"/document/{name}", q="text")
    Page(answer)
    text = unescape(answer.text)
    assert "Conversation, 3 mails" in text
    assert text.index("ann@example.org") < text.index("bob@example.org") < text.index("cem@example.org")
    assert text.count('aria-current="page"') == 1
    assert "<b>Boats" not in answer.text
    value = served.get(f"/api/v1/documents/{name}/thread").json
    assert [(one["from"].partition(" ")[0], one["depth"]) for one in value["mails"]] == [
        ("ann", 0), ("bob", 1), ("cem", 2),
    ]  # fmt: skip
    assert [one["current"] for one in value["mails"]] == [False, True, False]
    assert all(f"/document/{one['id']}?q=text" in text for one in value["mails"])
    alone = served.get(f"/document/{name_of(served, 'title:other')}")
    assert "Conversation" not in alone.text


def test_the_same_in_other_languages(served: Served) -> None:
    """Documents whose names differ by a language alone lead to each other, and others do not."""
    name = name_of(served, "title:report")
    text = served.get(f"/document/{name}").text
    others = served.get(f"/api/v1/documents/{name}/versions").json
    assert others["language"] == "en"
    assert [(one["language"], one["path"][-12:]) for one in others["versions"]] == [
        ("ar", "Report_AR.md"), ("fr", "Report_FR.md"),
    ]  # fmt: skip
    for one in others["versions"]:
        assert f'<a href="/document/{one["id"]}" hreflang="{one["language"]}">' in text
    assert "hreflang" not in served.get(f"/document/{name_of(served, 'title:other')}").text


def test_hits_by_translation_say_by_which(served: Served) -> None:
    """A hit that holds no typed word says which translation it holds, on the page and in JSON."""
    hits = served.get("/api/v1/search", q="smuggling").json["hits"]
    told = {one["path"].rpartition("/")[2]: one.get("translations", []) for one in hits}
    assert told == {
        "Report_EN.md": [], "other.md": [], "Report_FR.md": ["contrebande"], "Report_AR.md": ["التهريب"],
    }  # fmt: skip
    text = served.get("/", q="smuggling").text
    assert text.count("Found by translation alone") == 2
    assert "<bdi>contrebande</bdi>" in text
