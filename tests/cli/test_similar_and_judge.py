"""``coopsearch similar`` and ``coopsearch judge``, as people use them."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import Run

FILES = {
    "coast.txt": "Boats on the coast\n\nSmugglers bring people by boat to islands off the coast at night.",
    "islands.txt": "Arrivals\n\nPeople reach the islands by boat; smugglers leave the coast after dark.",
    "trade.txt": "Trade\n\nTwo ministers signed a contract about wheat and olive oil.",
    "cote.txt": "Les passeurs\n\nLes passeurs quittent la côte en bateau pendant la nuit, vers les îles.",
    "iles.txt": "Arrivées\n\nDes bateaux de passeurs arrivent la nuit sur les îles.",
    "sahil.txt": "المهربون\n\nيغادر المهربون الساحل ليلا في قوارب نحو الجزر.",
    "juzur.txt": "وصول\n\nوصلت قوارب المهربين إلى الجزر ليلا.",
}

# Two of the documents answer it in its own words.
ASKED = ("judge", "smugglers boat", "--translate", "no")


@pytest.fixture
def folder(tmp_path: Path, run: Run) -> Path:
    """A folder with an index."""
    (tmp_path / "docs").mkdir()
    for name, text in FILES.items():
        (tmp_path / "docs" / name).write_text(text, encoding="utf-8")
    assert run("index", "docs", "--index", "index_data", cwd=tmp_path).code == 0
    return tmp_path


@pytest.mark.parametrize(
    ("given", "first"),
    [("coast.txt", "islands.txt"), ("cote.txt", "iles.txt"), ("sahil.txt", "juzur.txt")],
)
def test_similar(run: Run, folder: Path, given: str, first: str) -> None:
    """The document most like one is found in each language, and never the document itself."""
    done = run("similar", f"docs/{given}", "--json", "--translate", "no", cwd=folder)
    assert done.code == 0, done.err
    paths = [hit["shown"] for hit in done.objects()]
    assert paths[0] == f"docs/{first}"
    assert f"docs/{given}" not in paths


@pytest.mark.parametrize(
    ("given", "first"),
    [("coast.txt", "sahil.txt"), ("cote.txt", "sahil.txt"), ("sahil.txt", "cote.txt")],
)
def test_similar_in_translation(run: Run, folder: Path, given: str, first: str) -> None:
    """With translations, what says the same in another language comes before what says part of it."""
    done = run("similar", f"docs/{given}", "--json", cwd=folder)
    paths = [hit["shown"] for hit in done.objects()]
    assert paths[0] == f"docs/{first}"
    assert f"docs/{given}" not in paths


def test_similar_across_languages(run: Run, tmp_path: Path) -> None:
    """A word that a document of another language also has makes them alike, whatever its stems there."""
    (tmp_path / "docs").mkdir()
    for name, text in (("fr.txt", "Le smuggling des armes par la mer et les îles."), ("en.txt", "smuggling")):
        (tmp_path / "docs" / name).write_text(text, encoding="utf-8")
    assert run("index", "docs", "--index", "index_data", cwd=tmp_path).code == 0
    (hit,) = run("similar", "docs/fr.txt", "--json", cwd=tmp_path).objects()
    assert hit["shown"] == "docs/en.txt"


def test_similar_to_new(run: Run, folder: Path) -> None:
    """A file that is not in the index is compared all the same, and not kept."""
    (folder / "new.txt").write_text("A boat left the islands; smugglers fled the coast.", encoding="utf-8")
    done = run("similar", "new.txt", "--explain", cwd=folder)
    assert done.code == 0
    assert "docs/coast.txt" in done.out
    assert "term smuggler" in done.err
    assert "7 documents" in done.err
    assert run("smugglers boat path:new", cwd=folder).code == 1


@pytest.mark.parametrize(
    ("path", "reason"), [("gone.txt", "neither in the index nor a file"), ("", "the path is empty")]
)
def test_similar_to_nothing(run: Run, folder: Path, path: str, reason: str) -> None:
    """What cannot be compared is refused with the reason."""
    done = run("similar", path, cwd=folder)
    assert (done.code, done.out) == (2, "")
    assert reason in done.err


def test_similar_by_nothing(run: Run, folder: Path) -> None:
    """A document that shares no word with any other has no like."""
    (folder / "odd.txt").write_text("zzyzx qwghlm", encoding="utf-8")
    done = run("similar", "odd.txt", cwd=folder)
    assert (done.code, done.out) == (1, "")


def test_judge(command: Sequence[str], clean_env: dict[str, str], run: Run, folder: Path) -> None:
    """Keys grade the hits; a mistake is taken back; what was said is measured and asked only once."""
    shown = keyed(command, ASKED, folder, clean_env, "1u20")
    assert "0 not relevant, 1 relevant, 2 just what was asked" in shown
    assert "kept in index_data/judgements" in shown
    rows = (folder / "index_data" / "judgements" / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert sorted(row.split("\t")[2] for row in rows) == ["0", "2"]
    done = run("eval", "--json", cwd=folder)
    assert done.code == 0, done.err
    assert json.loads(done.out)["queries"] == 1
    again = keyed(command, ASKED, folder, clean_env, "q")
    first = rows[0].split("\t")[1]
    assert first not in again
    # With translations, the other languages' documents are asked about, too.
    assert "1 of 4" in keyed(command, ["judge", "smugglers boat"], folder, clean_env, "q")
    # Rebuilding what is searched keeps what a person said of it.
    assert run("index", "--rebuild", cwd=folder).code == 0
    assert (folder / "index_data" / "judgements" / "qrels.tsv").exists()


def test_judge_with_synonyms(
    command: Sequence[str], clean_env: dict[str, str], run: Run, folder: Path
) -> None:
    """What the settings call the same is judged and measured as it is searched."""
    (folder / "coopsearch.toml").write_text('[synonyms]\nskipper = ["minister"]\n', encoding="utf-8")
    assert "1 of 1" in keyed(command, ["judge", "skipper"], folder, clean_env, "2")
    done = run("eval", "--json", cwd=folder)
    assert done.code == 0, done.err
    assert json.loads(done.out)["measures"]["nDCG@10"] == 1.0


def test_judge_without_terminal(run: Run, folder: Path) -> None:
    """Without a terminal there is nobody to ask."""
    done = run("judge", "boat", cwd=folder)
    assert done.code == 2
    assert "terminal" in done.err


def test_nothing_judged(run: Run, folder: Path) -> None:
    """Measuring without judgements says how to make some."""
    done = run("eval", cwd=folder)
    assert done.code == 2
    assert "coopsearch judge QUERY" in " ".join(done.err.split())


def keyed(command: Sequence[str], arguments: Sequence[str], cwd: Path, env: dict[str, str], keys: str) -> str:
    """Run the command on a terminal, press a key at each question mark, and return what was shown."""
    main, side = pty.openpty()
    running = subprocess.Popen([*command, *arguments], cwd=cwd, env=env, stdout=side, stderr=side, stdin=side)
    os.close(side)
    shown, waiting = b"", list(keys)
    try:
        with contextlib.suppress(OSError):
            while piece := os.read(main, 4096):
                shown += piece
                if shown.endswith(b"? "):
                    assert waiting, f"It asks more often than there are keys: {shown.decode()}"
                    # The terminal is put into single keys right after the question.
                    time.sleep(0.2)
                    os.write(main, waiting.pop(0).encode())
        running.wait(timeout=20)
    finally:
        # Whatever failed, no process is left behind for the next test.
        running.kill()
        running.wait()
        os.close(main)
    return shown.decode()
