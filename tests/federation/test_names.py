"""What indexes are called, and names of the settings in place of folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.search.cli.answers.asked_indexes import open_asked
from coopsearch.search.errors import IndexMissing
from coopsearch.search.federation.names import labels, named_folder
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
def test_labels(folders: list[str], names: list[str]) -> None:
    """A name is as short as tells the folders apart, and no two are the same."""
    found = labels([Path(folder) for folder in folders])
    assert list(found) == names
    assert [str(folder) for folder in found.values()] == folders


def test_named_folder() -> None:
    """A name of the settings stands for its folder; what holds a separator is a path."""
    names = {"rome": Path("/a/rome/index_data")}
    assert named_folder("rome", names) == "/a/rome/index_data"
    assert named_folder("./rome", names) == "./rome"
    assert named_folder("tunis", names) == "tunis"


def test_names_in_answers(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of the settings are what answers call the indexes, alone and beside paths."""
    north, south = make("columns", "columns")
    names = {"Rome": north, "Tunis": south}
    with open_asked(["Rome", "Tunis"], names=names) as index:
        assert set(index.search("boats").indexes.values()) == {"Rome", "Tunis"}
    with open_asked(["Rome", str(south)], names={"Rome": north}) as index:
        assert set(index.search("boats").indexes.values()) == {"Rome", "south-index"}
    with open_asked(["Rome"], names=names) as index:
        assert index.folder == north
    monkeypatch.chdir(tmp_path)
    with pytest.raises(IndexMissing):
        open_asked(["Rome"])
