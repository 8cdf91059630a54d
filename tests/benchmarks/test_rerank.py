"""The measurement of ranking by meaning: whose weight counts, and a run with a stand-in for a model."""

from __future__ import annotations

import json
import lzma
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.benchmarks.loading import load

#: A stand-in for a model: a text is near another if both name the sea.
MODEL = """
import numpy
query = passage = lambda texts: numpy.array([[1.0, 0.0] if "sea" in text else [0.0, 1.0] for text in texts])
"""


@pytest.fixture
def rerank() -> ModuleType:
    """The benchmark."""
    return load("quality/rerank.py")


def write(folder: Path) -> None:
    """Write a collection whose second document answers both queries, though the first has their words."""
    folder.mkdir(parents=True)
    texts = {"d1": "boats boats in the port", "d2": "boats on the wide sea that meets a far shore"}
    with lzma.open(folder / "corpus.jsonl.xz", "wt", encoding="utf-8") as corpus:
        for name, text in texts.items():
            print(json.dumps({"_id": name, "title": "", "text": text}), file=corpus)
    with (folder / "queries.jsonl").open("w", encoding="utf-8") as queries:
        for name in ("q1", "q2"):
            print(
                json.dumps({"_id": name, "text": "boats at sea" if name == "q1" else "sea boats"}),
                file=queries,
            )
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td2\t1\nq2\td2\t1\n", encoding="utf-8")


def test_pieces(rerank: ModuleType) -> None:
    """A text is cut between words, no word is lost, and an empty one has a piece, too."""
    text = " ".join(f"word{number}" for number in range(700))
    cut = rerank.pieces(text)
    assert len(cut) > 1
    assert " ".join(cut) == text
    assert rerank.pieces("") == [""]


def test_weight_of_the_other_half(rerank: ModuleType) -> None:
    """A query's weight is the one that is best for the queries of the other half."""
    none, much = (tuple(float(place == best) for place in range(len(rerank.WEIGHTS))) for best in (0, 5))
    rows = [rerank.Compared(0.0, 0.0, mixed, None) for mixed in (none, much, none, much)]
    values, weights = rerank.chosen([rows])
    assert weights == (rerank.WEIGHTS[5], rerank.WEIGHTS[0])
    assert values == [[0.0, 0.0, 0.0, 0.0]]


def test_run(
    rerank: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run prints a row for each set; a set across languages says what the model finds by itself."""
    write(tmp_path / "one")
    write(tmp_path / "other")
    sets = {"one": rerank.Set("one"), "across": rerank.Set("one", "other")}
    monkeypatch.setattr(rerank, "SETS", sets)
    monkeypatch.setattr(rerank, "MODELS", {"use": MODEL})
    options = ["--shared", str(tmp_path), "--models", sys.executable, "--only"]
    assert rerank.main([*options, "one", "across"]) == 0
    rows = {line.split()[0]: line.split() for line in capsys.readouterr().out.splitlines()[2:]}
    assert rows["one"][3] == "1.0000"
    assert rows["one"][6] == "-"
    assert rows["across"][6] == "1.0000"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "there is no model yet; python3 -m venv models; models/bin/pip install"),
        (["--models", "there/is/none"], "cannot be started (No such file or directory); name a Python"),
        (
            ["--models", sys.executable],
            "(ModuleNotFoundError: No module named 'lacking'); install it: python3 -m venv",
        ),
    ],
)
def test_no_model(
    rerank: ModuleType,
    options: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without a model, one line says what is missing and what to install."""
    write(tmp_path / "one")
    monkeypatch.setattr(rerank, "SETS", {"one": rerank.Set("one")})
    monkeypatch.setattr(rerank, "MODELS", {"use": "import lacking"})
    assert rerank.main(["--shared", str(tmp_path), *options, "--only", "one"]) == 2
    assert said in capsys.readouterr().out.splitlines()[-1]
