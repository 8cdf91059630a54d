"""The bare name of the command says where one stands and how to begin."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Run


def test_nothing_yet(run: Run, tmp_path: Path) -> None:
    """In an empty folder it says how an index is made, and with seeds/ that the first question makes one."""
    done = run(cwd=tmp_path)
    assert done.code == 0
    assert "There is no index here yet. To begin:" in done.out
    assert "coopsearch index ~/reports" in done.out
    (tmp_path / "seeds").mkdir()
    assert "The first question makes one of seeds:" in run(cwd=tmp_path).out
    assert not (tmp_path / "index_data").exists()


def test_an_index(run: Run, tmp_path: Path) -> None:
    """With an index it says how large and how old that is; with a damaged one what to do."""
    (tmp_path / "index_data").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("zander", encoding="utf-8")
    run("index", "-q", "docs", cwd=tmp_path)
    assert "The index is index_data: 1 document, brought up to date just now." in run(cwd=tmp_path).out
    (tmp_path / "index_data" / "index.json").write_text("{}", encoding="utf-8")
    done = run(cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert "cannot be used" in done.out
    assert "--rebuild" in done.out
