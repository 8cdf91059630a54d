"""Texts that are hardly texts, indexed and asked for with the command as it is installed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run

LONG = "donaudampfschiff" * 19
ZALGO = "".join(letter + "\u0335\u0316\u0301\u033e\u0489" * 40 for letter in "smuggler")

#: File -> its text: one passage each.
TEXTS = {
    "word.txt": "smuggler",
    "wordfr.txt": "réfugiées",
    "wordar.txt": "المهربون",
    "letter.txt": "q",
    "digits.txt": "4711 0815 1,250,000 ٢٠١٩ 3.5",
    "digitrun.txt": "31415926535" * 30,
    "mixed.txt": "naïve smuggler والمهربين passeurs контрабанда 走私 밀수 λαθρεμπόριο 123abcالحدود",
    "megabyte.txt": "x" * 1_000_000,
    "megabytear.txt": "ه" * 500_000,
    "zalgo.txt": ZALGO,
    "zalgos.txt": "a" + "\u0301\u0316" * 100_000 + " dinghy",
    "override.txt": "\u202egnilggums\u202c and \u2066nested \u2067\u202b\u202e isolates",
    "long.txt": LONG,
    "stopen.txt": "to be or not to be",
    "stopfr.txt": "le la les de du des et",
    "stopar.txt": "من إلى في على عن",
    "control.txt": "gun\x01run\x7fners \x1b[31mred\x1b[0m",
    "signs.txt": "— … ¿? §§ €",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of such files."""
    folder = tmp_path_factory.mktemp("passages")
    (folder / "docs").mkdir()
    for name, text in TEXTS.items():
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def project(made: Path, run: Run) -> Path:
    """The folder with its index, made by the command."""
    if not (made / "index_data").exists():
        done = run("index", "docs", "--index", "index_data", cwd=made)
        assert (done.code, "Traceback" in done.err) == (0, False), done.err
    return made


#: What is typed, and the files that are hits, in no order.
ROWS: list[tuple[str, str]] = [
    ("smuggler", "word mixed zalgo"),
    ("refugie", "wordfr"),
    ("مهرب", "wordar mixed"),
    ("q", "letter"),
    ("4711", "digits"),
    ("1250000", "digits"),
    ("2019", "digits"),
    ("٤٧١١", "digits"),
    ("3,5", "digits"),
    ("31415926535" * 30, "digitrun"),
    ("контрабанда", "mixed"),
    ("走私", "mixed"),
    ("밀수", "mixed"),
    ("λαθρεμποριο", "mixed"),
    ("dinghies", "zalgos"),
    (ZALGO, "word mixed zalgo"),
    ("\u202esmuggler\u202c", "word mixed zalgo"),
    ("\u2067مهرب\u2069", "wordar mixed"),
    (LONG, "long"),
    (LONG.upper(), "long"),
    (LONG[:300], ""),
    ("donaudampf*", "long"),
    ("to be or not", "stopen"),
    ('"to be or not to be"', "stopen"),
    ("le la les", "stopfr"),
    ("de et", "stopfr"),
    ("في من", "stopar"),
    ("على", "stopar"),
    ("red", "control"),
]


@pytest.mark.parametrize(("query", "answer"), ROWS, ids=[query[:20] for query, _ in ROWS])
def test_found(run: Run, project: Path, query: str, answer: str) -> None:
    """Each text is found by what stands in it, and its snippet is short, valid and without control signs."""
    done = run("--json", "--translate=no", "--index", "index_data", "--", query, cwd=project)
    assert "Traceback" not in done.err
    assert done.code == (0 if answer else 1), done.err
    hits = [json.loads(line) for line in done.out.splitlines()]
    assert {Path(hit["shown"]).stem for hit in hits} == set(answer.split())
    for hit in hits:
        assert len(hit["snippet"]) < 2_000
        for start, end in hit["matches"]:
            assert 0 <= start < end <= len(hit["snippet"])


@pytest.mark.parametrize("query", ["smuggler", "dinghy", "isolates", "red", LONG, "ه" * 300], ids=len)
def test_shown(run: Run, project: Path, query: str) -> None:
    """What a terminal is shown is bounded, and holds no escape and no unclosed change of direction."""
    done = run("--index", "index_data", "--explain", "--", query, cwd=project)
    assert "Traceback" not in done.err
    assert len(done.out) + len(done.err) < 20_000
    assert not set("\x1b\x01\x7f\u202e\u2066\u2067") & set(done.out)


@pytest.mark.parametrize("query", ["a\x01b", "\x1b[31msmuggler", "smuggler\x07", "smuggler\r", "\x7f"])
def test_control_characters_in_a_query(run: Run, project: Path, query: str) -> None:
    """A query with control characters is answered or refused, and none of them reaches the terminal."""
    done = run("--index", "index_data", "--", query, cwd=project)
    assert done.code in {0, 1, 2}
    assert "Traceback" not in done.err
    assert not set("\x1b\x01\x07\x7f\r") & set(done.out + done.err)
