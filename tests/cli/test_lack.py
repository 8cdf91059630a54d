"""What the command says where little or nothing is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run

FILES = {
    "sahel.txt": "Sahel\n\nSmuggling routes cross the border. Smugglers use the routes at night.",
    "mer.txt": "Mer\n\nLes réfugiés et la sécurité en Méditerranée: les passeurs quittent la côte.",
    "sahil.txt": "الساحل\n\nيغادر المهربون الساحل ليلا في قوارب نحو الجزر.",
}


@pytest.fixture
def folder(tmp_path: Path, run: Run) -> Path:
    """A folder with an index."""
    folder = tmp_path
    (folder / "docs").mkdir()
    for name, text in FILES.items():
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    assert run("index", "docs", "--index", "index_data", cwd=folder).code == 0
    return folder


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("smugling rotes", "did you mean: smuggling routes  (1 document)"),
        ("refugies mediteranee", "did you mean: refugies méditerranée  (1 document)"),
        ("المهربن", "did you mean: المهربون  (1 document)"),
        ("smuggling zyzzyva", "  zyzzyva: in no document"),
        ("smuggling lang:ar", "  without lang:ar: 1 document, best docs/sahel.txt"),
        ("smuggling lang:ar", "  lang:ar: 1 document"),
    ],
)
def test_line(run: Run, folder: Path, query: str, line: str) -> None:
    """The line stands below the count, where a script that reads hits does not see it."""
    done = run(query, cwd=folder)
    assert line in done.err.splitlines()
    assert line not in done.out


def test_quiet(run: Run, folder: Path) -> None:
    """An answer with all that was asked for says nothing more, nor does one for a program."""
    assert len(run("smuggling routes", cwd=folder).err.splitlines()) == 1
    assert "did you mean" not in run("smugling rotes", "--json", cwd=folder).err


def test_why_not(run: Run, folder: Path) -> None:
    """A document is shown against each part of a query; the exit code says whether it is a hit."""
    done = run("+smuggling routes -trade", "--why-not", "docs/mer.txt", cwd=folder)
    assert done.code == 1
    assert done.out.splitlines() == [
        "docs/mer.txt is not a hit",
        "  lacks   +smuggling",
        "  lacks   routes",
        "  passes  -trade",
    ]
    done = run("smuggling -night", "--why-not", "docs/sahel.txt", cwd=folder)
    assert done.out.splitlines()[1:] == ["  holds   smuggling", "  holds   -night, which is forbidden"]
    done = run("smuggling", "--why-not", "docs/sahel.txt", cwd=folder)
    assert done.code == 0
    assert done.out.splitlines()[0] == "docs/sahel.txt is hit 1"


@pytest.mark.parametrize("path", ["elsewhere.txt", "", "docs"])
def test_no_path(run: Run, folder: Path, path: str) -> None:
    """A path that is none is refused in one line."""
    done = run("smuggling", "--why-not", path, cwd=folder)
    assert done.code == 2
    assert len(done.err.splitlines()) == 1
