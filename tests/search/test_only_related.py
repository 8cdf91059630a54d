"""An answer that holds words of a family alone, and not the word that was asked for, says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search import Index
from tests.conftest import Run
from tests.indexed import indexed

FILES = {
    "routes.txt": "The smuggling of goods over old routes went on. Trade in fish, too.",
    "people.txt": "A smuggler and another smuggler waited at the port.",
    "port.txt": "The port of the town is open to all ships and smuggling is rare.",
    "law.txt": "The crossborder raids were planned. The cross border team met the trader.",
}
SAID = "no document of the answer holds {} itself, only words that are related to it: {}"


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of the files."""
    with indexed(tmp_path_factory.mktemp("kin"), FILES, request.param) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "word", "related"),
    [
        ("traders fish", "", ""),
        ("smugglers", "", ""),
        ("smuggled", "", ""),
        ("smuggler AND ships", "smuggler", "smuggling"),
        ("+smugglers +ships", "smugglers", "smuggling"),
        ("smuggler path:port", "smuggler", "smuggling"),
        ("smuggler", "", ""),
        ("cross border", "", ""),
        ("crossborder", "", ""),
        ("=smuggler AND ships", "", ""),
        ("-smuggler ships", "", ""),
        ("zyzzyva", "", ""),
    ],
)
def test_note(index: Index, query: str, word: str, related: str) -> None:
    """It is said of a word that stands in no document of the answer in any of its forms, and of no other."""
    results = index.search(query)
    assert results.only_related == ((word,) if word else ())
    assert results.notes == ((SAID.format(word, related),) if word else ())
    assert index.search(query, limit=0).only_related == results.only_related


def test_command(run: Run, tmp_path: Path) -> None:
    """The command says it below the count, and in each hit and the totals for a program."""
    with indexed(tmp_path, FILES, "columns"):
        done = run("smuggler AND ships", "--index", "index", cwd=tmp_path)
        (hit,) = run("smuggler AND ships", "--index", "index", "--json", cwd=tmp_path).objects()
        (said,) = run("smuggler AND ships", "--index", "index", "--json", "-n", "0", cwd=tmp_path).objects()
    note = SAID.format("smuggler", "smuggling")
    assert f"note: {note}" in done.err.splitlines()
    assert hit["notes"] == [note]
    assert said["only_related"] == ["smuggler"]
    assert json.dumps(said["notes"]).count("smuggler itself") == 1
