"""A project in three languages with whatever an index holds, and a cluster that may keep a copy."""

from __future__ import annotations

import secrets
import zipfile
from pathlib import Path
from typing import Final

import pytest

from coopsearch.indexer import open_writer, sync
from coopsearch.search.desk import store
from coopsearch.search.engines import Cluster
from tests.cluster import request

#: How the names of projects begin here.
MINE: Final = "copying-"
LONG: Final = " ".join(f"The smugglers of harbour {number} bring migrants by boat." for number in range(60))
TEXTS: Final = {
    "en/2021/boats.txt": "Boats on the coast\n\nSmugglers bring migrants by boat to the islands at night.",
    "en/2022/routes.md": "# Smuggling routes\n\n## In the desert\n\nThe smuggling of migrants along tracks.",
    "en/2022/case.html": "<title>The case of Ghazouani</title><h1>Ghazouani v. State</h1>"
    "<p>On cross-border smuggling, decided on 3 May 2022.</p><p>4711</p>",
    "en/2022/long.txt": f"A long report\n\n{LONG}\n\n12 34 56",
    "en/2022/copy.txt": "Boats on the coast\n\nSmugglers bring migrants by boat to the islands at night.",
    "fr/2021/passeurs.txt": "Les passeurs\n\nLes passeurs de migrants quittent la côte en bateau la nuit.",
    "fr/2022/route.md": "# La traversée du désert\n\nLes réfugiés traversent le désert vers la côte.",
    # Too little to say its language: what is spoken around it decides, which is another thing later on.
    "fr/2022/gao.txt": "Gao",
    "fr/0/numbers.txt": "12 34\n\n56",
    "en/0/Agadez Tunis.txt": "Sabha",
    "ar/tahrib.txt": "تهريب المهاجرين\n\nيغادر المهربون الساحل ليلا في قوارب نحو الجزر.",
    "ar/ghazwani.md": "# قضية الغزواني\n\nيعبر اللاجئون الصحراء مع الغزواني نحو الساحل.",
    "people.jsonl": '{"text": "boats of the smugglers", "author": "Ann Lee", "date": "2020-02-03"}\n'
    '{"text": "contracts about wheat", "author": "Bo Berg"}\n{"text": "7"}\n',
    "places.csv": "town,people\nAgadez,110497\nSfax,280566\n",
    "mail.eml": "From: Ann Lee <ann@example.org>\nTo: Bo Berg <bo@example.org>\nSubject: routes and boats\n"
    "Date: Mon, 2 Mar 2020 10:00:00 +0000\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nThe smuggling routes.\n"
    "--x\nContent-Type: text/plain; name=a.txt\nContent-Disposition: attachment; filename=a.txt\n\n"
    "An attachment about migrants.\n--x\nContent-Type: video/mp4; name=film.mp4\n"
    "Content-Disposition: attachment; filename=film.mp4\n\nxx\n--x--\n",
    "empty.txt": "",
    "broken.pdf": "%PDF-1.4 broken",
    "film.mkv": "\x1aE",
}
RULES: Final = ("docs/{language}/{year}/*",)


def write(project: Path) -> Path:
    """Lay the sources into a folder; return where they are."""
    docs = project / "docs"
    for name, text in TEXTS.items():
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text(text, encoding="utf-8")
    with zipfile.ZipFile(docs / "more.zip", "w") as archive:
        archive.writestr("inside/one.txt", "A packed report on smugglers' boats.")
        archive.writestr("inside/film.mkv", b"\x1aE\xdf\xa3")
    return docs


def fill(project: Path, name: str, engine: str, cluster: Cluster | None = None) -> Path:
    """Index the sources of a project, and have a script add to that; return the folder of the index."""
    index = project / name
    # Where nothing is spoken around it yet, nobody knows its language.
    alone = project / "docs" / "fr" / "2022" / "gao.txt"
    sync([alone], index, engine=engine, cluster=cluster, paths=RULES)
    sync([project / "docs"], index, engine=engine, cluster=cluster, paths=RULES, workers=1)
    with open_writer(index) as writer:
        writer.add("case/17", "# A case\n\nA note on migrants in boats.", title="Case 17", date="2019-05-06")
        writer.add("case/18", "12 34")
    return index


def keep(index: Path) -> None:
    """Mark a document of an index."""
    with store.writing(index) as desk:
        desk.execute("INSERT INTO marks VALUES ('docs/mail.eml', 'seen', 'ann', '2026-01-01T00:00:00Z')")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with sources, of a name that no other test's has: a cluster calls its indexes by it."""
    folder = tmp_path / f"{MINE}{secrets.token_hex(4)}"
    write(folder)
    return folder


@pytest.fixture(scope="module")
def node(opensearch_url: str) -> Cluster:
    """A cluster that may keep a copy; it ends with the tests, and what they left there too."""
    return Cluster((opensearch_url,), shards=2)


def names(url: str, project: Path) -> list[str]:
    """Return the names of all indexes of a project in a cluster."""
    return sorted(
        row["index"] for row in request(url, f"/_cat/indices/coopsearch-{project.name}-*?format=json")
    )
