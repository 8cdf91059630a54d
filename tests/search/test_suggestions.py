"""Suggestions go by what stands beside a word, leave names alone, and hint at the usual spelling."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search import Index
from tests.conftest import Run
from tests.indexed import indexed

FILES = {
    # Reports hold everything: rates and smuggling stand in one document often, and never together.
    **{
        f"rates-{number}.txt": "Smuggling grew. The central bank kept its interest rates as they were; "
        f"notes and votes and roles were counted {number} times."
        for number in range(12)
    },
    **{
        f"routes-{number}.txt": f"Smuggling routes changed, and {number} guards watch them."
        for number in range(3)
    },
    **{f"libya-{number}.txt": f"The coast of Libya was calm on day {number}." for number in range(10)},
    "lybia.txt": "The coast of Lybia was calm, an author wrote, and the frontiers were fronted by walls.",
    "palace.txt": "Le palais et les claims étaient fermés.",
    "front.txt": "They fronted the money. The palais was closed. He was fronting a band.",
    "hezbollah.txt": "Hezbollah was named in the report.",
    **{f"power-{number}.txt": f"The power of the state, chapter {number}." for number in range(9)},
    # Order and adjacency say what is meant: boots are in more documents, and once near fishing.
    **{
        f"boots-{number}.txt": f"Fishing is calm. The boots of chapter {number} are worn."
        for number in range(36)
    },
    "boots.txt": "The boots of fishing were new.",
    # Two by two the routes are likelier, and in one row only roles stand.
    "roles.txt": "Smuggling roles closed the play.",
    **{f"closed-{number}.txt": f"The routes closed on day {number}." for number in range(3)},
    "boats.txt": "Fishing boats came in. Many fishing nets were new, and old fishing.",
    "boats-2.txt": "Fishing boats came in again.",
    "poser.txt": "Il faut poser la question.",
}
MEANT = [
    ("smugling rotes", "smuggling routes"),
    ("rotes of smuggling", "routes of smuggling"),
    ('"smugling rotes"', '"smuggling routes"'),
    ('"smuggling rotes"', '"smuggling routes"'),
    ("fishing bots", "fishing boats"),
    ('"fishing bots"', '"fishing boats"'),
    ('"fihsing bots"', '"fishing boats"'),
    ('"bots of fishing"', '"boots of fishing"'),
    ('"smuggling rotes closed"', '"smuggling roles closed"'),
    ("smuggling rotes", "smuggling routes"),
    ("intrest rats", "interest rates"),
    ("Hezbola", "Hezbollah"),
    ("Smugling", "Smuggling"),
    ("Lybia", "Libya"),
    ("lybia", "libya"),
    ("coast Lybia", "coast Libya"),
    ("calm day Lybia", "calm day Libya"),
    ("Lybia AND day", "Libya AND day"),
    ("HEZBOLAH", "HEZBOLLAH"),
]
FINE = ["Frontex", "Calais", "calais", "Frontex smuggling", "Libya", "poser", "hezbollah", "palais", "Power"]


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of the files."""
    with indexed(tmp_path_factory.mktemp("suggestions"), FILES, request.param) as opened:
        yield opened


@pytest.mark.parametrize(("typed", "meant"), MEANT)
def test_meant(index: Index, typed: str, meant: str) -> None:
    """What stands beside the other words, and is known in documents, is what was meant."""
    assert index.diagnose(typed).suggestion == meant


@pytest.mark.parametrize("query", FINE)
def test_left_alone(index: Index, query: str) -> None:
    """Names are not made words, and a rare word that is right is not doubted."""
    assert not index.diagnose(query).suggestion


def test_hint_by_command(run: Run, tmp_path: Path) -> None:
    """A rare spelling is searched as it is, and the frequent one is named below."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text + "\n", encoding="utf-8")
    assert run("index", "--index", "index_data", "texts", cwd=tmp_path).code == 0
    met = run("Lybia", "-n", "20", cwd=tmp_path)
    assert "*Libya*" in met.out, "another spelling of a name is met, and need not be suggested"
    assert "did you mean" not in met.err
    done = run("Lybia", "--names", "no", cwd=tmp_path)
    assert done.code == 0
    assert "lybia.txt" in done.out
    assert "did you mean: Libya  (10 documents)" in done.err
    assert "did you mean" not in run("Libya", cwd=tmp_path).err
    assert "did you mean: smuggling routes" in run("smugling rotes", cwd=tmp_path).err
