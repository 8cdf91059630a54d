"""What the command says where little or nothing is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.search import open_index
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
    done = run("--translate=no", query, cwd=folder)
    assert line in done.err.splitlines()
    assert line not in done.out


def test_quiet(run: Run, folder: Path) -> None:
    """An answer with all that was asked for says nothing more, nor does one for a program."""
    assert len(run("smuggling routes", "--translate=no", cwd=folder).err.splitlines()) == 1
    assert "did you mean" not in run("smugling rotes", "--translate=no", "--json", cwd=folder).err


def test_why_not(run: Run, folder: Path) -> None:
    """A document is shown against each part of a query; the exit code says whether it is a hit."""
    done = run("+smuggling routes -trade", "--translate=no", "--why-not", "docs/mer.txt", cwd=folder)
    assert done.code == 1
    assert done.out.splitlines() == [
        "docs/mer.txt is not a hit",
        "  lacks   +smuggling",
        "  lacks   routes",
        "  passes  -trade",
    ]
    done = run("smuggling -night", "--translate=no", "--why-not", "docs/sahel.txt", cwd=folder)
    assert done.out.splitlines()[1:] == ["  holds   smuggling", "  holds   -night, which is forbidden"]
    done = run("smuggling", "--translate=no", "--why-not", "docs/sahel.txt", cwd=folder)
    assert done.code == 0
    assert done.out.splitlines()[0] == "docs/sahel.txt is hit 1"


@pytest.mark.parametrize("path", ["elsewhere.txt", "", "docs"])
def test_no_path(run: Run, folder: Path, path: str) -> None:
    """A path that is none is refused in one line."""
    done = run("smuggling", "--why-not", path, cwd=folder)
    assert done.code == 2
    assert len(done.err.splitlines()) == 1


def test_totals_for_a_program(run: Run, folder: Path) -> None:
    """With --json, -n 0 prints one line: how much is found, why not more, and what was probably meant."""
    (said,) = run("smuggling zyzzyva", "--translate=no", "--json", "-n", "0", cwd=folder).objects()
    assert (said["query"], said["total"], said["total_all"]) == ("smuggling zyzzyva", 1, 0)
    assert said["documents"] == len(FILES)
    assert said["parts"] == [
        {"text": "smuggling", "documents": 1, "forbidden": False, "translated": 0, "translations": []},
        {"text": "zyzzyva", "documents": 0, "forbidden": False, "translated": 0, "translations": []},
    ]
    done = run("smugling rotes", "--translate=no", "--json", "-n", "0", cwd=folder)
    (said,) = done.objects()
    assert (done.code, said["total"]) == (1, 0)
    assert (said["suggestion"], said["suggested"]) == ("smuggling routes", 1)
    (said,) = run("smuggling lang:ar", "--translate=no", "--json", "-n", "0", cwd=folder).objects()
    best = {one["text"]: one["best"] for one in said["without"]}["lang:ar"]
    assert (best["shown"], best["absolute"]) == ("docs/sahel.txt", str(folder / "docs" / "sahel.txt"))
    (said,) = run("smuggling routes", "--translate=no", "--json", "-n", "0", cwd=folder).objects()
    assert (said["total_all"], said["suggestion"], said["parts"], said["notes"]) == (1, "", [], [])


def test_notes_for_a_program(run: Run, folder: Path) -> None:
    """What may have been meant otherwise stands in each hit, and with the totals."""
    (hit,) = run('"routes * the"', "--translate=no", "--json", cwd=folder).objects() or [{}]
    assert hit == {}
    (hit,) = run('"smuggling * routes"', "--translate=no", "--json", cwd=folder).objects()
    (said,) = run('"smuggling * routes"', "--translate=no", "--json", "-n", "0", cwd=folder).objects()
    assert hit["notes"] == said["notes"] != []
    assert "notes" not in run("smuggling", "--translate=no", "--json", cwd=folder).objects()[0]


def test_why_not_for_a_program(run: Run, folder: Path) -> None:
    """--why-not says with --json what it says to a person, with the same exit code."""
    done = run(
        "+smuggling routes -trade", "--translate=no", "--why-not", "docs/mer.txt", "--json", cwd=folder
    )
    assert done.code == 1
    assert done.objects() == [
        {
            "path": str(folder / "docs" / "mer.txt"),
            "shown": "docs/mer.txt",
            "absolute": str(folder / "docs" / "mer.txt"),
            "rank": None,
            "parts": [
                {"text": "+smuggling", "met": False, "forbidden": False, "translated": 0, "translations": []},
                {"text": "routes", "met": False, "forbidden": False, "translated": 0, "translations": []},
                {"text": "-trade", "met": True, "forbidden": True, "translated": 0, "translations": []},
            ],
        }
    ]
    done = run("smuggling", "--translate=no", "--why-not", "docs/sahel.txt", "--json", cwd=folder)
    assert (done.code, done.objects()[0]["rank"]) == (0, 1)


def test_path_in_both_forms(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON and Python give an address as it is shown and from the root, under the same names."""
    monkeypatch.chdir(folder)
    (given,) = run("smuggling", "--translate=no", "--json", cwd=folder).objects()
    with open_index(folder / "index_data", translate="no") as opened:
        (hit,) = opened.search("smuggling")
    assert (given["shown"], given["absolute"]) == (hit.shown, hit.absolute)
    assert (hit.shown, hit.absolute) == ("docs/sahel.txt", str(folder / "docs" / "sahel.txt"))
    assert given["path"] == hit.path == hit.absolute
