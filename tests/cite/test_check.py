"""``coopsearch cite --check``: what became of a quotation, word for word."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cite.conftest import CARAVAN, QUOTE, Cite
from tests.conftest import Ran, Run


def rewritten(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text, encoding="utf-8")


def replaced_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


#: What happens to the file, and what a check says: state, line now, exit code.
CHANGES: list[tuple[Callable[[Path], object], str, int | None, int]] = [
    (lambda path: None, "same", None, 0),
    (lambda path: path.touch(), "same", None, 0),
    (rewritten(CARAVAN + "\nMore.\n"), "same words", 5, 0),
    (rewritten(CARAVAN.replace("took new", "took\u00a0new")), "same words", 5, 0),
    (rewritten(CARAVAN.replace("paths", "pa\u00adths")), "same words", 5, 0),
    (rewritten(CARAVAN.replace("took new", "took\nnew")), "same words", 5, 0),
    (rewritten("# Report\n\nFirst of all.\n\n" + CARAVAN), "moved", 9, 0),
    (rewritten(CARAVAN.replace("2018", "2019")), "changed", 5, 1),
    (rewritten(CARAVAN.replace("new paths", "paths")), "changed", 5, 1),
    (rewritten("# Other\n\nThe weather was fine.\n"), "changed", None, 1),
    (lambda path: path.unlink(), "gone", None, 1),
    (lambda path: path.rename(path.with_name("elsewhere.md")), "gone", None, 1),
    (replaced_by_folder, "unreadable", None, 1),
    (lambda path: path.write_bytes(b""), "changed", None, 1),
    (lambda path: path.write_bytes(b"%PDF-1.7 cut off"), "unreadable", None, 1),
]  # fmt: skip


@pytest.fixture
def project(cite: Cite, tmp_path: Path) -> Cite:
    """Runs coopsearch where one citation is kept."""
    assert cite("cite", "docs/caravan.md", "--quote", QUOTE).code == 0
    return cite


def checked(done: Ran) -> dict[str, Any]:
    (one,) = done.objects()
    return one


@pytest.mark.parametrize(("change", "state", "line", "code"), CHANGES)
def test_states(
    project: Cite, tmp_path: Path, change: Callable[[Path], object], state: str, line: int | None, code: int
) -> None:
    """Each thing that can happen to a source has its state, and an exit code that a script can use."""
    change(tmp_path / "docs" / "caravan.md")
    done = project("cite", "--check", "--json")
    one = checked(done)
    assert (one["state"], one["line"], done.code) == (state, line, code)
    assert one["holds"] == (code == 0)
    shown = project("cite", "--check")
    assert shown.out.startswith(f"{state}: docs/caravan.md")
    assert f"{1 - code} of 1 citation holds" in shown.err


@pytest.mark.parametrize("style", ["text", "markdown", "bibtex", "csl-json", "json"])
def test_elsewhere(run: Run, project: Cite, tmp_path: Path, style: str) -> None:
    """Whoever has the file and the sources checks it without the index, and is not deceived by the file."""
    there = tmp_path / "partner"
    (there / "docs").mkdir(parents=True)
    (there / "docs" / "caravan.md").write_text(CARAVAN, encoding="utf-8")
    form = ["--json"] if style == "json" else ["--style", style]
    text = project("cite", "--list", *form).out
    (there / "cited").write_text(text, encoding="utf-8")
    done = run("cite", "--check", "cited", "--json", cwd=there)
    assert (checked(done)["state"], done.code) == ("same", 0), done.err
    (there / "cited").write_text(text.replace("2018", "2008"), encoding="utf-8")
    done = run("cite", "--check", "cited", "--json", cwd=there)
    one = checked(done)
    assert (one["state"], done.code) == ("changed", 1)
    assert "not the original one" in one["reason"]
    # Beside the desk, too, what stands in the file is what is checked.
    (tmp_path / "cited").write_text(text.replace("2018", "2008"), encoding="utf-8")
    assert checked(project("cite", "--check", "cited", "--json"))["state"] == "changed"


def test_member(cite: Cite, tmp_path: Path) -> None:
    """A member of an archive is cited with the archive's SHA-256, and found again under another name."""
    path = tmp_path / "docs" / "all.zip"

    def packed(name: str) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("first.txt", "Some other text.")
            archive.writestr(name, "The wombat crossed the border.")

    packed("a.txt")
    cite("index", "-q")
    cite("wombat")
    one = checked(cite("cite", "1", "--json"))
    assert one["address"] == "docs/all.zip!a.txt"
    assert one["file"] == str(path)
    packed("a.txt")
    packed("b.txt")
    found = checked(cite("cite", "--check", "--json"))
    assert (found["state"], found["shown"]) == ("moved", "docs/all.zip!b.txt")


def test_nearest(project: Cite, tmp_path: Path) -> None:
    """Of a quotation that changed it is shown what stands there now, as text that does not act."""
    path = tmp_path / "docs" / "caravan.md"
    path.write_text(CARAVAN.replace("2018", "\x1b[31m2019"), encoding="utf-8")
    done = project("cite", "--check")
    assert "nearest there: “The caravan took new paths in \ufffd[31m2019.”" in done.out
    assert "\x1b" not in done.out


@pytest.mark.parametrize(
    ("path", "state"),
    [("/dev/zero", "unreadable"), ("../../../../none", "gone"), ("docs", "unreadable"), ("", "unreadable")],
)
def test_hostile_file(project: Cite, tmp_path: Path, path: str, state: str) -> None:
    """A file of citations that names a device, a folder or nothing leads to no more than a state."""
    value = {"id": "f" * 12, "address": path or "x", "path": path or "x", "sha256": "0" * 64, "quote": "a b"}
    if not path:
        value["address"] = "a\0b"
    (tmp_path / "cited").write_text(json.dumps(value), encoding="utf-8")
    assert checked(project("cite", "--check", "cited", "--json"))["state"] == state


def test_moved_file(project: Cite, tmp_path: Path) -> None:
    """A source that an index run saw at another place is checked there, and named by it."""
    source = tmp_path / "docs" / "caravan.md"
    source.rename(source.with_name("elsewhere.md"))
    assert project("index").code == 0
    done = project("cite", "--check", "--json")
    one = checked(done)
    assert (one["state"], one["shown"], done.code) == ("same", "docs/elsewhere.md", 0)
