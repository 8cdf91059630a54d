"""The examples of docs/examples/, run as somebody would who copied them."""

from __future__ import annotations

import csv
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest

EXAMPLES: Final = Path(__file__).resolve().parents[2] / "docs" / "examples"
ROWS: Final = [
    ("1", "Boat near the coast", "A boat came; smuggling is suspected.", "2024-05-01", "open", "250"),
    ("2", "Bateau", "Les passeurs étaient déjà partis avec le bateau.", "2023-02-11", "closed", "99.5"),
    ("3", "قارب", "تم توقيف المهربين قرب الساحل.", "2024-06-30", "open", "1200"),
]  # fmt: skip
COLUMNS: Final = ("id", "subject", "body", "opened", "Status", "Amount EUR")
NAMED: Final = ("--text", "body", "--title", "subject", "--date", "opened")

Example = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def example(tmp_path: Path, clean_env: dict[str, str]) -> Example:
    """Runs a copy of an example in an empty folder."""

    def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        copy = shutil.copy(EXAMPLES / f"{name}.py", tmp_path.parent)
        return subprocess.run(
            [sys.executable, "-W", "error", copy, *arguments],
            cwd=tmp_path,
            env={**clean_env, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return run


def write_csv(path: Path, rows: Sequence[tuple[str, ...]]) -> None:
    """Write rows with their columns."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([COLUMNS, *rows])


def test_there_are_three() -> None:
    """Each example has its test here."""
    assert sorted(path.stem for path in EXAMPLES.glob("*.py")) == [
        "nightly_alert",
        "other_program",
        "plot_years",
    ]


def test_rows_of_another_program(tmp_path: Path, example: Example) -> None:
    """Rows of a CSV file are added, found by text and fields in three languages, replaced and deleted."""
    write_csv(tmp_path / "tickets.csv", ROWS)
    done = example("other_program", "tickets.csv", *NAMED, "--query", "status:open amount_eur:100..500")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "3 rows, 0 gone\n1. Boat near the coast  api://tickets/1\n1 found\n"
    done = example("other_program", "tickets.csv", *NAMED, "--query", "المهربين OR passeurs")
    assert {"قارب", "Bateau"} <= set(done.stdout.split())
    write_csv(tmp_path / "tickets.csv", ROWS[1:])
    done = example("other_program", "tickets.csv", *NAMED, "--query", "=smuggling")
    assert done.stdout == "2 rows, 1 gone\n0 found\n"


def test_rows_of_sqlite(tmp_path: Path, example: Example) -> None:
    """Rows of an SQLite table are added likewise, and the file of the other program is only read."""
    path = tmp_path / "tickets.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE tickets (id, subject, body, opened, status, scan)")
        rows = [(*row[:5], b"\0\1") for row in ROWS]
        database.executemany("INSERT INTO tickets VALUES (?, ?, ?, ?, ?, ?)", rows)
    database.close()
    before = path.read_bytes()
    done = example("other_program", "tickets.db", *NAMED, "--query", "date:2023")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "3 rows, 0 gone\n1. Bateau  api://tickets/2\n1 found\n"
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["tickets.db"]


def test_plot(tmp_path: Path, example: Example) -> None:
    """Hits are counted by year and language, and drawn as bars of the right lengths."""
    write_csv(tmp_path / "tickets.csv", [*ROWS, ("4", "Boats", "Two boats.", "2024-07-01", "open", "1")])
    example("other_program", "tickets.csv", *NAMED)
    done = example("plot_years", "boat OR bateau OR قارب")
    assert (done.returncode, done.stderr) == (0, "")
    bars = [(line.split()[-3], line.count("█"), line.split()[-1]) for line in done.stdout.splitlines()[1:]]
    assert done.stdout.startswith("boat OR bateau OR قارب: 4 documents\n2023  fr")
    assert bars == [("fr", 20, "1"), ("ar", 20, "1"), ("en", 40, "2")]
    done = example("plot_years", "nothing")
    assert done.stdout.startswith("nothing: 0 documents")


def test_picture(tmp_path: Path, example: Example) -> None:
    """A picture is saved where matplotlib is installed, and else the example says what brings it."""
    write_csv(tmp_path / "tickets.csv", ROWS)
    example("other_program", "tickets.csv", *NAMED)
    done = example("plot_years", "smuggling", "--picture", "hits.png")
    if done.returncode:
        assert done.stderr == "a picture needs matplotlib: pip install matplotlib\n"
    else:
        assert (tmp_path / "hits.png").read_bytes().startswith(b"\x89PNG")


def test_alert(tmp_path: Path, example: Example) -> None:
    """The alert tells what is new and gone since the last time, once, and nothing the first time."""
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "old.txt").write_text("smuggling of old", encoding="utf-8")
    (tmp_path / "queries.txt").write_text("smuggling\n\nالحدود\n", encoding="utf-8")
    arguments = ("nightly_alert", "queries.txt", "--folder", "reports")
    done = example(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    (tmp_path / "reports" / "old.txt").unlink()
    (tmp_path / "reports" / "new.txt").write_text("smuggling \x1b[2J at the border", encoding="utf-8")
    (tmp_path / "reports" / "ar.txt").write_text("أغلقت الحدود أمس.", encoding="utf-8")
    done = example(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "smuggling: 1 new, 1 gone"
    assert f"  + {Path('reports', 'new.txt')}: smuggling" in done.stdout
    assert f"  - {tmp_path / 'reports' / 'old.txt'}" in done.stdout
    # The one in Arabic, and the one that says the same in English.
    assert "الحدود: 2 new, 0 gone" in done.stdout
    assert "\x1b" not in done.stdout
    done = example(*arguments)
    assert (done.returncode, done.stdout) == (1, "")


BAD: Final = [
    (("other_program", "none.csv"), "other_program: [Errno 2]"),
    (("other_program", "tickets.csv", "--text", "bodi"), "other_program: there is no column 'bodi'"),
    (("other_program", "none.db"), "other_program: unable to open database file"),
    (("plot_years", "smuggling"), "there is no index at"),
    (("nightly_alert", "none.txt"), "nightly_alert: [Errno 2]"),
    (("nightly_alert", "queries.txt", "--folder", "none"), "nightly_alert: "),
]


@pytest.mark.parametrize(("arguments", "words"), BAD)
def test_bad(tmp_path: Path, example: Example, arguments: tuple[str, ...], words: str) -> None:
    """What goes wrong is one line, as with the command, and an exit code."""
    write_csv(tmp_path / "tickets.csv", ROWS)
    (tmp_path / "queries.txt").write_text("smuggling", encoding="utf-8")
    done = example(*arguments)
    assert done.returncode in {1, 2}
    assert done.stderr.startswith(words), done.stderr
    assert done.stderr.count(os.linesep) == 1
