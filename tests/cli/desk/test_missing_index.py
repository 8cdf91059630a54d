"""A place without an index is not taken for one beside which nothing is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run

CALLS = [
    ("mark", "--list"), ("mark", "--remove-note", "a"), ("save", "--list"), ("save", "a", "boats"), ("news",),
    ("review", "--log"), ("cite", "--list"), ("cite", "--check"), ("desk", "where"), ("desk", "check"),
    ("desk", "backup", "copy.sqlite"), ("desk", "merge", "copy.sqlite"), ("desk", "restore", "copy.sqlite"),
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_no_index(run: Run, tmp_path: Path, call: tuple[str, ...]) -> None:
    """Each command of the desk says that there is no index, and makes nothing in its place."""
    done = run(*call, "--index", tmp_path / "nosuch", cwd=tmp_path)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert "there is no index at" in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def project(tmp_path: Path, run: Run) -> Path:
    """A folder with an index of two documents, and settings among the documents."""
    (tmp_path / "index_data").mkdir()
    (tmp_path / "a.txt").write_text("zander one", encoding="utf-8")
    (tmp_path / "b.txt").write_text("zander two", encoding="utf-8")
    (tmp_path / "coopsearch.toml").write_text('[synonyms]\nzander = ["pikeperch"]\n', encoding="utf-8")
    assert run("index", "-q", ".", cwd=tmp_path).code == 0
    return tmp_path


def test_settings_are_no_document(run: Run, project: Path) -> None:
    """The settings of a project that lie among its documents are not found as one of them."""
    assert "2 of 2 documents match; all 2 files searched" in run("zander", cwd=project).err


def test_purge_names_saved_searches(run: Run, project: Path) -> None:
    """Words that were typed stay in a saved search, and a purge says so."""
    assert run("save", "fish", "zander", cwd=project).code == 0
    done = run("purge", "a.txt", cwd=project)
    assert done.code == 0
    assert "saved searches keep the words that you typed: fish" in " ".join(done.err.split())


@pytest.mark.parametrize("option", [("--group", "type"), ("--page", "2")])
def test_all_hits_refuses(run: Run, project: Path, option: tuple[str, str]) -> None:
    """What prints every hit drops no other option in silence."""
    done = run("zander", "--all-hits", *option, cwd=project)
    assert (done.code, done.out) == (2, "")
    assert option[0] in done.err
