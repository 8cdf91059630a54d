"""What indexes are called, and names of the settings in place of folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.search.cli.answers.asked_indexes import open_asked
from coopsearch.search.cli.app import folder_of, folders_of
from coopsearch.search.errors import IndexMissing
from coopsearch.search.federation.names import labelled
from coopsearch.search.indexdir.location import index_folder
from tests.federation.conftest import Make


@pytest.mark.parametrize(
    ("folders", "names"),
    [
        (["/a/rome/index_data", "/a/tunis/index_data"], ["rome", "tunis"]),
        (["/a/rome/index_data", "/b/rome/index_data"], ["a/rome", "b/rome"]),
        (["/a/x/rome/index_data", "/b/x/rome/index_data", "/b/index"], ["a/x/rome", "b/x/rome", "index"]),
        (["/a/rome", "/a/rome/index_data"], ["/a/rome", "/a/rome/index_data"]),
        (["/index_data", "/a/index_data"], ["index_data", "a"]),
        (["/x/a", "/a"], ["x/a", "/a"]),
    ],
)
def test_labelled(folders: list[str], names: list[str]) -> None:
    """A name is as short as tells the folders apart, and no two are the same."""
    found = labelled([Path(folder) for folder in folders])
    assert list(found) == names
    assert [str(folder) for folder in found.values()] == folders


def test_folders_of_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name of the settings stands for its folder; what holds a separator is a path."""
    (tmp_path / "coopsearch.toml").write_text('[indexes]\nrome = "kept/rome"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert folder_of(None) is None
    assert folders_of(None) is None
    assert folders_of(["rome", "./rome", "tunis"]) == [str(tmp_path / "kept/rome"), "./rome", "tunis"]


def test_names_in_answers(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of the settings are what answers call the indexes, alone and beside paths."""
    north, south = make("columns", "columns")
    settings = f'[indexes]\nRome = "{north.name}"\n'
    (tmp_path / "coopsearch.toml").write_text(settings, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with open_asked(folders_of(["Rome", str(south)])) as index:
        assert set(index.search("boats").indexes.values()) == {"Rome", "south-index"}
    with open_asked(folders_of(["Rome"])) as index:
        assert index.folder == north
    with pytest.raises(IndexMissing):
        open_asked(folders_of(["Tunis"]))


def test_a_project_means_its_index(tmp_path: Path) -> None:
    """The folder of a project stands for the ``index_data/`` in it, unless it is an index itself."""
    project = tmp_path / "rome"
    (project / "index_data").mkdir(parents=True)
    assert index_folder(project) == project
    (project / "index_data" / "index.json").touch()
    assert index_folder(project) == project / "index_data"
    assert index_folder(project / "index_data") == project / "index_data"
    (project / "index.json").touch()
    assert index_folder(project) == project
