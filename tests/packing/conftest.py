"""A small index in three languages, to be packed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from coopsearch.indexer import sync

TEXTS: Final = {
    "boats.txt": "Boats on the coast\n\nSmugglers bring migrants by boat to the islands at night.",
    "routes.md": "# Smuggling routes\n\n## In the desert\n\nThe smuggling of migrants along desert tracks.",
    "passeurs.txt": "Les passeurs\n\nLes passeurs de migrants quittent la côte en bateau la nuit.",
    "tahrib.txt": "تهريب المهاجرين\n\nيغادر المهربون الساحل ليلا في قوارب نحو الجزر.",
    "people.jsonl": '{"text": "boats of the smugglers", "author": "Ann Lee"}\n'
    '{"text": "contracts about wheat", "author": "Bo Berg"}\n',
}


@pytest.fixture(params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An index by each engine, from which a document was deleted."""
    (tmp_path / "docs").mkdir()
    for name, text in {**TEXTS, "secret.txt": "The informant Zebedee lives in the lighthouse."}.items():
        (tmp_path / "docs" / name).write_text(text, encoding="utf-8")
    sync([tmp_path / "docs"], tmp_path / "index_data", engine=request.param)
    (tmp_path / "docs" / "secret.txt").unlink()
    sync([], tmp_path / "index_data")
    return tmp_path / "index_data"
