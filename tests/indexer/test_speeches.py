"""A thousand real speeches, one file each, through the command."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from tests.conftest import Run


@pytest.mark.parametrize(
    ("engine", "speeches"),
    [("columns", 1000), ("whoosh", 200), pytest.param("whoosh", 1000, marks=pytest.mark.long)],
)
def test_speeches(run: Run, shared: Path, tmp_path: Path, engine: str, speeches: int) -> None:
    """A thousand speeches (with the slower engine 200, unless --long) are indexed and answer all queries."""
    texts: dict[str, list[str]] = {}
    with lzma.open(
        shared / "corpora" / "un_general_debate_passages.jsonl.xz", "rt", encoding="utf-8"
    ) as lines:
        for line in lines:
            record = json.loads(line)
            name = record["_id"].partition("#")[0]
            if name not in texts and len(texts) == speeches:
                break
            texts.setdefault(name, []).append(record["text"])
    folder = tmp_path / "speeches"
    folder.mkdir()
    for name, passages in texts.items():
        (folder / f"{name}.txt").write_text("\n\n".join(passages), encoding="utf-8")
    done = run("index", folder, "--index", tmp_path / "index", "--engine", engine, "--json", timeout=280)
    assert done.code == 0
    (report,) = done.objects()
    assert (report["added"], report["documents"], report["failed"]) == (speeches, speeches, [])
    (report,) = run("index", "--index", tmp_path / "index", "--json").objects()
    assert report["unchanged"] == speeches
    whole = {name: " ".join(" ".join(passages).lower().split()) for name, passages in texts.items()}
    for query, phrase in (('"human rights"', "human rights"), ('"economic and social council"', None)):
        hits = run("--json", "-n", "1000", "--index", tmp_path / "index", query).objects()
        assert hits
        assert [hit["rank"] for hit in hits] == list(range(1, len(hits) + 1))
        assert all(hits[at]["score"] >= hits[at + 1]["score"] for at in range(len(hits) - 1))
        assert all(hit["matches"] and hit["language"] == "en" for hit in hits)
        if phrase:
            names = {Path(hit["shown"]).stem for hit in hits}
            assert {name for name, text in whole.items() if phrase in text} <= names
    for query in ("smuggling routes", "disarm*", "title:session", "NOT peace", "+peace -war"):
        assert run("-n", "3", "--index", tmp_path / "index", query).code == 0
