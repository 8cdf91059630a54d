"""The ranking on collections with judged questions in three languages: never below what is published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run

#: nDCG@10 and recall@100 of the better of Lucene's two usual BM25 settings.
LUCENE = {
    "time_en": (0.7545, 0.9676),
    "cranfield_en": (0.3588, 0.7314),
    "scifact_en": (0.6826, 0.9282),
    "piaf_fr_20k": (0.7540, 0.9150),
    "arcd_ar_10k": (0.8046, 0.9580),
}


@pytest.fixture(scope="module")
def figures() -> dict[str, tuple[float, float]]:
    """What was measured until now."""
    return {}


@pytest.mark.parametrize("name", LUCENE)
def test_each(run: Run, shared: Path, figures: dict[str, tuple[float, float]], name: str) -> None:
    """One set of settings ranks each collection better than Lucene at its best, and finds as much."""
    done = run("eval", shared / "collections" / name, "--json", timeout=280)
    assert done.code == 0, done.err
    (value,) = done.objects()
    figures[name] = value["measures"]["nDCG@10"], value["measures"]["recall@100"]
    assert figures[name][0] >= 1.03 * LUCENE[name][0]
    assert figures[name][1] >= LUCENE[name][1]


@pytest.mark.usefixtures("shared")
def test_mean(figures: dict[str, tuple[float, float]]) -> None:
    """Over all of them, the first ten are better by 4.8 % and more."""
    assert figures.keys() == LUCENE.keys()
    assert sum(figures[name][0] / LUCENE[name][0] for name in LUCENE) / len(LUCENE) >= 1.048


def test_usage(run: Run, tmp_path: Path) -> None:
    """A folder in the usual layout is measured, compared with other settings, and told query by query."""
    write(tmp_path)
    done = run("eval", tmp_path, "--json", "--per-query", "--against", "closeness=0,exact=0")
    assert done.code == 0, done.err
    (value,) = done.objects()
    assert value["queries"] == 2
    assert value["left_out"] == 1
    assert value["documents"] == 3
    assert value["measures"] == {"nDCG@10": 1.0, "MAP": 1.0, "recall@100": 1.0, "MRR@10": 1.0}
    assert value["against"][0]["settings"] == "closeness=0,exact=0"
    assert set(value["against"][0]["p"]) == set(value["measures"])
    assert set(value["per_query"]) == {"1", "2"}
    text = run("eval", tmp_path, "--against", "k1=0.9,b=0.4")
    assert "nDCG@10" in text.out
    assert "k1=0.9,b=0.4" in text.out
    assert text.err == "2 queries on 3 documents; 1 without a relevant document left out\n"
    named = run("eval", tmp_path, "--measure", "P@1", "--json")
    assert json.loads(named.out)["measures"]["P@1"] == 1.0


BAD = [
    ("qrels.tsv", None, "qrels.tsv is missing"),
    ("qrels.tsv", "1\td9\t1\n", "line 1: there is no document 'd9'"),
    ("qrels.tsv", "9\td1\t1\n", "line 1: there is no query '9'"),
    ("qrels.tsv", "query-id\tcorpus-id\tscore\n1\td1\tgood\n", "line 2: not of the form"),
    ("qrels.tsv", "1\td1\t0\n", "judges no document as relevant"),
    ("queries.jsonl", '{"_id": "1", "text": "a"}\n{"_id": ', "line 2: no valid JSON"),
    ("queries.jsonl", '{"_id": "1"}\n', "line 1: not of the form"),
    ("corpus.jsonl", None, "has no corpus.jsonl"),
]


@pytest.mark.parametrize(("file", "content", "reason"), BAD, ids=[reason for _, _, reason in BAD])
def test_bad_collections(run: Run, tmp_path: Path, file: str, content: str | None, reason: str) -> None:
    """What is wrong with a collection is told in one line, with file and line."""
    write(tmp_path)
    if content is None:
        (tmp_path / file).unlink()
    else:
        (tmp_path / file).write_text(content, encoding="utf-8")
    done = run("eval", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert reason in " ".join(done.err.split())
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("k1", "is not a setting"),
        ("k1=x", "is not a number"),
        ("b=3", "from 0 to 1"),
        ("speed=1", "closeness"),
    ],
)
def test_bad_settings(run: Run, tmp_path: Path, setting: str, reason: str) -> None:
    """A setting that there is not, or that makes no sense, is refused with those that do."""
    write(tmp_path)
    done = run("eval", tmp_path, "--against", setting)
    assert done.code == 2
    assert reason in done.err


def write(folder: Path) -> None:
    """Write a small collection."""
    (folder / "corpus.jsonl").write_text(
        '{"_id": "d1", "title": "Routes", "text": "Smugglers change their routes."}\n'
        '{"_id": "d2", "title": "Ports", "text": "Les ports de la région restent ouverts."}\n'
        '{"_id": "d3", "title": "", "text": "التعاون بين البلدين لمكافحة التهريب"}\n',
        encoding="utf-8",
    )
    (folder / "queries.jsonl").write_text(
        '{"_id": "1", "text": "smuggling route?"}\n{"_id": "2", "text": "تعاون -التهريب"}\n'
        '{"_id": "3", "text": "nobody judged this"}\n',
        encoding="utf-8",
    )
    (folder / "qrels.tsv").write_text(
        "query-id\tcorpus-id\tscore\n1\td1\t2\n1\td2\t0\n2\td3\t1\n", encoding="utf-8"
    )
