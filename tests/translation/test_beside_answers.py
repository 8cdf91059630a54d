"""What is said beside hits of words that only translations find, and documents alike in other languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.search import Index, SettingsError
from tests.conftest import Run
from tests.indexed import indexed, project

DOCUMENTS = {
    "filieres.txt": "Les passeurs changent leurs filières ; la contrebande continue.",
    "routes.txt": "Smuggling routes cross the desert.",
    "turuq.txt": "طرق التهريب عبر الصحراء",
    "huquq.txt": "حقوق الإنسان في ليبيا",
    **{f"fish{n}.txt": f"Bread and fish number {n} in the harbour." for n in range(6)},
}


@pytest.fixture(scope="module", params=["columns", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of documents in three languages."""
    with indexed(tmp_path_factory.mktemp("beside"), DOCUMENTS, request.param) as opened:
        yield opened


def alike(index: Index, name: str, **options: str) -> set[str]:
    """Return the names of the documents like one."""
    path = index.folder.parent / "docs" / name
    return {Path(hit.path).name for hit in index.similar(path, **options)}  # type: ignore[arg-type]


def test_similar(index: Index) -> None:
    """A document finds its likes in other languages, unless translation is switched off."""
    assert alike(index, "filieres.txt") == {"routes.txt", "turuq.txt"}
    assert alike(index, "turuq.txt") == {"routes.txt", "filieres.txt"}
    assert alike(index, "filieres.txt", translate="no") == set()
    assert alike(index, "filieres.txt", translate="ar") == {"turuq.txt"}
    with pytest.raises(SettingsError):
        alike(index, "filieres.txt", translate="de")


def test_diagnosis(index: Index) -> None:
    """A word that is in no document is told with the translations that are, and no other is suggested."""
    found = index.diagnose("human bread")
    human, bread = found.parts
    assert (human.translated, human.translations, found.suggestion) == (1, ("الإنسان",), "")
    assert (bread.translated, bread.translations) == (0, ())


def test_why_not(index: Index) -> None:
    """The same is told of a document that is not a hit."""
    path = index.folder.parent / "docs" / "fish1.txt"
    assert [part.text for part in index.why_not("human bread", path).translated] == ["human"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "in no document; 1 holds الإنسان, its translation"),
        (["--translate", "no"], "in no document; 1 holds الإنسان; leave --translate no out to find them"),
    ],
)
def test_said(run: Run, tmp_path: Path, options: list[str], said: str) -> None:
    """Below an answer, a person reads it in a line, with what to change if translation is off."""
    project(tmp_path, DOCUMENTS)
    done = run("human bread", "-n", "1", *options, cwd=tmp_path)
    assert f"  human: {said}" in done.err.splitlines()


def test_said_with_settings(run: Run, tmp_path: Path) -> None:
    """Where a file of settings switches translation off, leaving out an option would not help."""
    project(tmp_path, DOCUMENTS)
    (tmp_path / "coopsearch.toml").write_text('[search]\ntranslate = "no"\n', encoding="utf-8")
    done = run("human bread", "-n", "1", cwd=tmp_path)
    assert "  human: in no document; 1 holds الإنسان; --translate auto finds them" in done.err.splitlines()
