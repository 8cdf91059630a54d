"""The comparison of recall: which words count, and what is held for and against whom."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.benchmarks.loading import load

#: A stand-in for the peer: it hands on texts, says something of its own, and fails on one file.
PEER = """
class Result:
    def __init__(self, text):
        self.text_content = text
class MarkItDown:
    def convert(self, path):
        if path.endswith(".rtf"):
            raise ValueError("no such converter")
        text = open(path, encoding="utf-8").read()
        return Result(text if path.endswith(".txt") else "# Page\\nthe route (cid:12) qqzzqq [sea](https://boats.example)")
"""


@pytest.fixture
def recall() -> ModuleType:
    """The benchmark."""
    return load("quality/recall.py")


def test_words(recall: ModuleType) -> None:
    """A word is one in all its forms of writing; what is too short or too long for one is none."""
    assert recall.words("Réfugiés — ﬁsh, FISH; a 12 " + "x" * 40) == {"réfugiés", "fish", "12"}
    assert recall.words("مُهَرِّب مهرب") == {"مهرب"}


def test_counts(recall: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that both give count, of those that one gives only words of the languages; noise does not."""
    (tmp_path / "markitdown.py").write_text(PEER, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text("boats and ports", encoding="utf-8")
    (docs / "b.html").write_text("<p>the harbour zzqqzz</p>", encoding="utf-8")
    (docs / "c.rtf").write_bytes(rb"{\rtf1 the coast}")
    known = {"the", "route", "harbour", "coast", "page", "boats", "sea"}
    reads = recall.compared(sorted(docs.iterdir()), Path(sys.executable), known)
    assert [one.wanted for one in reads] == [
        {"boats", "and", "ports"}, {"the", "harbour", "page", "route", "sea"}, {"the", "coast"},
    ]  # fmt: skip
    lines = recall.table(reads)
    assert {name: (dict(line.read), dict(line.words)) for name, line in lines.items()} == {
        ".txt": ({"ours": 1, "theirs": 1}, {"wanted": 3, "ours": 3, "theirs": 3}),
        ".html": ({"ours": 1, "theirs": 1}, {"wanted": 5, "ours": 2, "theirs": 4}),
        ".rtf": ({"ours": 1, "theirs": 0}, {"wanted": 2, "ours": 2, "theirs": 0}),
    }


def test_phrases(recall: ModuleType, shared: Path) -> None:
    """Phrases that people read in the fixtures are looked for; in the files of a format, we give them all."""
    wanted = recall.phrases()
    paths = [path for path in recall.files(shared) if path.suffix == ".odt" and path.name in wanted]
    assert len(paths) >= 5
    line = recall.table(recall.compared(paths, None, set()))[".odt"]
    assert line.phrases["wanted"] == line.phrases["ours"] >= 5
    assert line.phrases["theirs"] == 0
