"""The language of titles, cells and subjects: told where a word tells it, else what is spoken around."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from coopsearch.search import open_index
from coopsearch.search.analysis.langid.detect import DOUBTFUL, assign, detect, judge
from coopsearch.search.analysis.langid.earlier import Earlier
from tests.conftest import Run

SHARED = Path(os.environ.get("COOPSEARCH_SHARED") or Path(__file__).resolve().parents[2].parent / "shared")

ENGLISH = """
    Message body; Mail merge test document; Document content; Sheet content; Title page; First slide;
    Subject line; Annual report; Meeting minutes; Test file; Table of contents; Hello World; Invoice;
    Attachment; Draft budget; Weekly schedule; Order form; Staff list; Field notes; Border crossings;
    Training workshop; Update on payments
"""
FRENCH = """
    Corps du message; Document d'essai; Contenu de la feuille; Page de titre; Objet du courriel; Rapport
    annuel; Compte rendu; Ordre du jour; Fichier joint; Sommaire; Bonjour; Facture; Pièce jointe;
    Bordereau de prix; Calendrier hebdomadaire; Bon de commande; Liste du personnel; Trafic de migrants;
    Mise à jour; Procès verbal
"""
NEITHER = """
    Lorem ipsum dolor sit amet; Lorem ipsum; Total; Page; Message; Documents; Service; Images; Note;
    Date; Tables; Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor
    incididunt ut labore et dolore; Vestibulum ante ipsum primis in faucibus orci luctus et ultrices
    posuere cubilia curae
"""


def benchmark() -> ModuleType:
    """Load the command that measures."""
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "quality" / "languages.py"
    spec = importlib.util.spec_from_file_location("languages_benchmark", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where its classes look for their annotations
    spec.loader.exec_module(module)
    return module


def lines(table: str) -> list[str]:
    """Read a table: lines apart by semicolons."""
    return [" ".join(line.split()) for line in table.split(";")]


@pytest.mark.parametrize(("language", "table"), [("en", ENGLISH), ("fr", FRENCH)])
def test_words_that_tell(language: str, table: str) -> None:
    """A line with a word of one language alone is told right."""
    assert [(line, told) for line in lines(table) if (told := detect(line)[0]) != language] == []


@pytest.mark.parametrize("line", lines(NEITHER))
def test_undecided(line: str) -> None:
    """A line that both languages write, or neither, is undecided, and takes the language of its folder."""
    judged = judge(line)
    assert judged.confidence <= DOUBTFUL
    for told, others in (
        ("en", "The border was closed by the police."),
        ("fr", "La police a fermé la frontière du pays."),
    ):
        earlier = Earlier()
        assert earlier.settle("a/b/one.txt", [judge(others)], [40]) == [told]
        for file in ("a/b/two.txt", "a/three.txt", "four.txt"):
            assert earlier.settle(file, [judged], [len(line)]) == [told]


def test_two_languages_around() -> None:
    """A folder whose files speak two languages alike says nothing of one that says nothing."""
    earlier = Earlier()
    earlier.settle("one.txt", [judge("The border was closed by the police.")], [40])
    earlier.settle("two.txt", [judge("La police a fermé la frontière du pays.")], [40])
    assert earlier.settle("three.txt", [judge("Lorem ipsum dolor sit amet")], [26]) == [""]


def test_nearest_folder_first() -> None:
    """What stands in the same folder says more than what stands above it."""
    earlier = Earlier()
    for number in range(3):
        earlier.settle(f"en/{number}.txt", [judge("The border was closed by the police.")], [40])
    earlier.settle("fr/0.txt", [judge("La police a fermé la frontière du pays.")], [40])
    note = [judge("Total"), judge("Note")]
    assert earlier.settle("fr/1.txt", note, [5, 4]) == ["fr", "fr"]
    assert earlier.settle("en/9.txt", note, [5, 4]) == ["en", "en"]
    assert earlier.settle("other/1.txt", note, [5, 4]) == ["en", "en"]


def test_index_around() -> None:
    """A run that reads one file of an index knows what the others speak."""
    earlier = Earlier()
    earlier.hear({"fr": 40, "ar": 9, "": 3})
    assert earlier.settle("new/1.txt", [judge("Total")], [5]) == ["fr"]
    assert earlier.settle("new/2.txt", [judge("Annual report")], [13]) == ["en"]


def test_cells_together() -> None:
    """Cells none of which is sure are of the language that they speak together."""
    assert assign(["Total", "Facture", "Page", "Solde", "Note", "Banque", "Prix"]) == ["fr"] * 7
    assert assign(["Total", "Invoice", "Page", "Balance", "Note", "Staff", "Price"]) == ["en"] * 7


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_folder_by_command(run: Run, tmp_path: Path, engine: str) -> None:
    """No file of an English folder comes out as French, nor one that is added later on."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("The police closed the border, and the migrants were sent home.\n")
    for number, line in enumerate([*lines(ENGLISH), *lines(NEITHER)]):
        (folder / f"b{number}.txt").write_text(line + "\n")
    assert run("index", "--index", "index_data", "--engine", engine, "folder", cwd=tmp_path).code == 0
    (folder / "c.txt").write_text("Documents\n")
    assert run("index", "--index", "index_data", "folder", cwd=tmp_path).code == 0
    with open_index(tmp_path / "index_data") as index:
        assert index.languages == ("en",)
    assert run("--json", "document", cwd=tmp_path).out.count("c.txt") >= 1


def test_real_lines() -> None:
    """Of short lines of real texts few are told wrong, alone and in a folder of their language."""
    if not SHARED.is_dir():
        pytest.skip("the shared data is not beside the project")
    languages = benchmark()
    for (how, language), told in languages.of_lines(SHARED).items():
        assert told["wrong"] <= languages.MOST_WRONG[how] * told.total(), (how, language)
