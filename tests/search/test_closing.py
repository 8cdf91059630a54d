"""What an open index holds goes when it is closed, whatever was asked of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.indexed import indexed

TEXTS = {
    "a.txt": "Smugglers and smuggling along the border.\n\nThe airport was closed.",
    "b.txt": "Les passeurs ont traversé la frontière.",
    "c.txt": "ضبطت الشرطة شبكة تهريب على الحدود",
}
#: Uses an index in some ways, without garbage collection, and tells what of it is still mapped or open.
ASKING = """
import gc, json, os, sys
from coopsearch.search import CoopsearchError, open_index

place = os.path.realpath(sys.argv[1])

def held():
    with open("/proc/self/maps", encoding="utf-8") as maps:
        files = [line for line in maps if place in line]
    for number in os.listdir("/proc/self/fd"):
        try:
            files += [number] if place in os.readlink(f"/proc/self/fd/{number}") else []
        except FileNotFoundError:
            pass
    return len(files)

def refused(index):
    try:
        index.search("body:(")
    except CoopsearchError:
        pass

ways = {
    "opened": lambda index: None,
    "a word": lambda index: index.search("smuggling"),
    "facets and an order": lambda index: index.search("border", facets=["lang"], sort="newest", fold=True),
    "reasons": lambda index: index.search("smuggling border", explain=True, require_all=True),
    "patterns": lambda index: index.search("smug* OR bordr~ OR /air.*/"),
    "a phrase and NEAR": lambda index: index.search('"the border" OR (along NEAR/3 border)'),
    "a spelling": lambda index: index.search("smuglers bordr"),
    "like": lambda index: index.similar(index.search("airport")[0].path),
    "refreshed": lambda index: index.refresh(),
    "refused": refused,
}
gc.disable()
told = {}
for name, way in ways.items():
    with open_index(place) as index:
        way(index)
        during = held()
    del index
    told[name] = (during, held())
print(json.dumps(told))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is told by Linux alone")
@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_closed_index_holds_no_file(engine: str, tmp_path: Path) -> None:
    """A closed index keeps no file of its folder open or mapped, even where nothing collects garbage."""
    with indexed(tmp_path, TEXTS, engine):
        pass
    done = subprocess.run(
        [sys.executable, "-c", ASKING, tmp_path / "index"],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert {name: after for name, (_, after) in told.items() if after} == {}
    # Otherwise nothing would be held while an index is open, and the test would say nothing.
    assert engine == "whoosh" or all(during for during, _ in told.values())
