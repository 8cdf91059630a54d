"""After a purge nothing of a document is beside the index either."""

from __future__ import annotations

from pathlib import Path

from coopsearch.search.desk import store
from coopsearch.search.desk.erase import erase
from tests.conftest import Run

SECRET = "xylographer"


def test_purge(run: Run, tmp_path: Path) -> None:
    """No byte of the index's folder, nor of the last answer, holds a word of a document that was purged."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "secret.txt").write_text(f"The {SECRET} fled to the coast.", encoding="utf-8")
    (docs / "other.txt").write_text("The ferry sails to the coast.", encoding="utf-8")
    index = tmp_path / "index_data"
    home = {"XDG_STATE_HOME": str(tmp_path / "state"), "COOPSEARCH_INDEX": str(index)}
    assert run("index", "docs", cwd=tmp_path, env=home).code == 0
    run("coast", cwd=tmp_path, env=home)
    assert run("cite", "1", "2", "--note", "both", cwd=tmp_path, env=home).code == 0
    with store.writing(index) as desk:
        for path in ("docs/secret.txt", "docs/other.txt"):
            desk.execute("INSERT INTO marks VALUES (?, 'seen', 'me', '')", (path,))
            desk.execute("INSERT INTO known VALUES ('mine', ?, 'x')", (path,))
            desk.execute("INSERT INTO notes VALUES (?, ?, 0, 1, ?, 'me', '')", (path, path, f"on {path}"))
            desk.execute("INSERT INTO log VALUES (?, '', 'me', 'seen', ?, '', '')", (path, path))
    (docs / "secret.txt").unlink()
    done = run("purge", "docs/secret.txt", cwd=tmp_path, env=home)
    assert done.code == 0, done.err
    held = {
        path.name: word
        for folder in (index, tmp_path / "state")
        for path in folder.rglob("*")
        if path.is_file()
        for word in (SECRET, "secret.txt")
        if word.encode() in path.read_bytes()
    }
    assert held == {}
    with store.reading(index) as desk:
        for table in ("marks", "known", "notes", "log", "citations"):
            assert [row[0] for row in desk.execute(f"SELECT path FROM {table}")] == ["docs/other.txt"]
    assert run("cite", "1", cwd=tmp_path, env=home).code == 2


def test_names(tmp_path: Path) -> None:
    """A file, its members and a folder's files go; what only begins alike stays."""
    paths = [
        "docs/a", "docs/a!1", "docs/a!b/c", "docs/a/d", "docs/ab", "docs/a b", "docs/a.txt", "docs", "x%",
        "xy", "docs/a\u00ff",
    ]  # fmt: skip
    with store.writing(tmp_path) as desk:
        desk.executemany("INSERT INTO marks VALUES (?, 'seen', 'me', '')", [(path,) for path in paths])
    assert erase(tmp_path, ["docs/a", "x%"]) == 5
    with store.reading(tmp_path) as desk:
        left = {path for (path,) in desk.execute("SELECT path FROM marks")}
    assert left == {"docs/ab", "docs/a b", "docs/a.txt", "docs", "xy", "docs/a\u00ff"}
    assert erase(tmp_path / "none", ["a"]) == 0
