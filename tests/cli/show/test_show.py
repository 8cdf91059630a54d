"""``coopsearch show``: what a hit names can be read whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.extract.nested import zipped

MAIL = (
    "From: Zoé <zoe@example.org>\nSubject: Traversées\n\nLes passeurs \x1b[31mchangent.\n\n> cité\n".encode()
)


@pytest.fixture
def folder(tmp_path: Path, run: Run) -> Path:
    """A folder with an index of a note, and of an archive with a mail and an Arabic report."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "note.md").write_text("# Routes\n\nFirst.\n\n## Sea\n\nSecond.\n", encoding="utf-8")
    data = zipped(
        {"m.eml": MAIL, "تقرير.txt": "تهريب المهاجرين".encode(), "r.jsonl": b'{"text":"a"}\n{"text":"b"}'}
    )
    (tmp_path / "docs" / "a.zip").write_bytes(data)
    assert run("index", "docs", "--index", "index_data", cwd=tmp_path).code == 0
    return tmp_path


def test_text(folder: Path, run: Run) -> None:
    """A file is shown with its title, its place and all its text in order."""
    shown = run("show", "docs/note.md", "--index", "index_data", cwd=folder)
    lines = shown.out.splitlines()
    assert lines[:2] == ["Routes", "docs/note.md"]
    assert [line for line in lines[4:] if line.strip("# ")] == ["Routes", "First.", "Sea", "Second."]
    assert shown.code == 0


def test_member(folder: Path, run: Run) -> None:
    """What a search names is what is shown: a member of an archive, without what a terminal would obey."""
    (hit,) = run("passeurs", "--json", "--index", "index_data", cwd=folder).objects()
    shown = run("show", hit["shown"], "--index", "index_data", cwd=folder)
    assert shown.code == 0
    assert "Traversées" in shown.out
    assert "Zoé <zoe@example.org>" in shown.out
    assert "\x1b" not in shown.out
    assert "تهريب المهاجرين" in run("show", "docs/a.zip!تقرير.txt", "--index", "index_data", cwd=folder).out


def test_json(folder: Path, run: Run) -> None:
    """The passages are ranges of the text, with what stands above them."""
    (value,) = run("show", "docs/a.zip!m.eml", "--json", "--index", "index_data", cwd=folder).objects()
    texts = [value["text"][one["start"] : one["end"]] for one in value["passages"]]
    assert texts[-1] == "cité"
    assert value["passages"][-1]["heading"] == ["quoted"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("docs/none.txt", "docs/none.txt is not in the index"),
        ("docs/a.zip!none.txt", "is not in the index"),
        ("docs/a.zip", "holds 4 documents; name one of them: docs/a.zip!"),
        ("", "the address is empty"),
    ],
)
def test_errors(folder: Path, run: Run, address: str, said: str) -> None:
    """An address that names no one document is refused with what to do."""
    shown = run("show", address, "--index", "index_data", cwd=folder)
    assert shown.code == 2
    assert said in shown.err
    assert not shown.out


def test_copies(folder: Path, run: Run) -> None:
    """The place of a copy, which hits and --paths name, leads to the document; so does that of a member."""
    for name in ("note.md", "a.zip"):
        (folder / "docs" / f"z-{name}").write_bytes((folder / "docs" / name).read_bytes())
    assert run("index", cwd=folder).code == 0
    for place in ("docs/z-note.md", "docs/z-a.zip!m.eml"):
        copy, original = (run("show", one, cwd=folder) for one in (place, place.replace("z-", "")))
        assert (copy.code, copy.out) == (0, original.out)
        assert run("mark", place, "seen", cwd=folder).code == 0
    assert "holds 4 documents; name one of them:" in run("show", "docs/z-a.zip", cwd=folder).err
    assert run("show", "docs/z-a.zip!none", cwd=folder).code == 2
