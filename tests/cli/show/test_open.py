"""``coopsearch open``: the program that is started, and what it is given."""

from __future__ import annotations

import json
import os
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from tests.conftest import Ran, Run
from tests.extract.pdf.pdf_files import labelled, lines, pdf

#: A program that writes down what it was given, and ends as its name says.
PROGRAM = """#!{python}
import json, os, sys
with open(os.environ["TOLD"], "w") as told:
    json.dump(sys.argv, told)
sys.exit(3 if "failing" in sys.argv[0] else 0)
"""
Open = Callable[..., Ran]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs of this test are scripts")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of files of several formats, some with odd names."""
    folder = tmp_path_factory.mktemp("made") / "project"
    docs = folder / "docs"
    docs.mkdir(parents=True)
    (docs / "note.txt").write_text("A title.\n\nA zander swims.\n", encoding="utf-8")
    (docs / "-rf; $(touch x) {line}.txt").write_text("one\n\ntwo\n\na perch\n", encoding="utf-8")
    os.fsencode(docs)
    pages = [lines(f"Something that is known of fish of kind {name}.") for name in ("one", "two", "three")]
    (docs / "book.pdf").write_bytes(labelled(pdf(*pages), b"0<</S/r>>"))
    (docs / "runs.desktop").write_bytes(pdf(lines("A program that looks like a document of pikes.")))
    (docs / "rows.jsonl").write_text('{"text": "a"}\n{"text": "a carp"}\n', encoding="utf-8")
    with zipfile.ZipFile(docs / "a.zip", "w") as archive:
        archive.writestr("in/note.txt", "first\n\nA trout.\n")
        archive.writestr("other.txt", "second\n")
    sync([docs], folder / "index_data")
    return folder


@pytest.fixture
def start(made: Path, tmp_path: Path, run: Run, clean_env: dict[str, str]) -> Open:
    """Runs the command in a copy of the folder, where the programs are those of this test alone."""
    shutil.copytree(made, tmp_path / "project", copy_function=shutil.copy2)
    (tmp_path / "bin").mkdir()
    for name in ("vim", "evince", "xdg-open", "failing", "own"):
        program = tmp_path / "bin" / name
        program.write_text(PROGRAM.replace("{python}", sys.executable), encoding="utf-8")
        program.chmod(0o755)
    environment = {"PATH": str(tmp_path / "bin"), "TOLD": str(tmp_path / "told")}

    def started(*arguments: str, env: dict[str, str | None] | None = None) -> Ran:
        return run(*arguments, cwd=tmp_path / "project", env={**environment, **(env or {})})

    return started


def told(tmp_path: Path) -> list[str]:
    """Return what the program was called with, its own name without the folder."""
    program, *arguments = json.loads((tmp_path / "told").read_text(encoding="utf-8"))
    return [Path(program).name, *arguments]


def test_text(start: Open, tmp_path: Path) -> None:
    """Text is opened in the editor at the line of the hit; a document that is named, at its beginning."""
    path = str(tmp_path / "project/docs/note.txt")
    assert start("zander").code == 0
    shown = start("open", "1", env={"EDITOR": "vim -n"})
    assert (shown.code, shown.out, shown.err) == (0, "", "")
    assert told(tmp_path) == ["vim", "-n", "+3", path]
    assert start("open", "docs/note.txt", env={"EDITOR": "vim"}).code == 0
    assert told(tmp_path) == ["vim", path]
    shown = start("open", "1", env={"EDITOR": "own"})
    assert told(tmp_path) == ["own", path]
    assert "opens docs/note.txt at its beginning; look for line 3" in " ".join(shown.err.split())


def test_pdf(start: Open, tmp_path: Path) -> None:
    """A PDF is opened by a viewer that is told the page, where there is a desktop."""
    path = str(tmp_path / "project/docs/book.pdf")
    assert start("kind three", "--all").code == 0
    shown = start("open", "1", env={"DISPLAY": ":0"})
    assert shown.code == 0
    assert told(tmp_path) == ["evince", "--page-index=3", path]
    assert "docs/book.pdf, page 3 (printed iii), with evince" in " ".join(shown.err.split())
    assert start("open", "1", env={"COOPSEARCH_OPEN": "own -p {label} {path}"}).code == 0
    assert told(tmp_path) == ["own", "-p", "iii", path]
    (tmp_path / "bin" / "evince").unlink()
    shown = start("open", "1", env={"DISPLAY": ":0"})
    assert told(tmp_path) == ["xdg-open", path]
    assert "look for page 3 (printed iii)" in " ".join(shown.err.split())


def test_odd_names(start: Open, tmp_path: Path) -> None:
    """A name that looks like options, commands of a shell or a sign of the template stays a name."""
    path = str(tmp_path / "project/docs/-rf; $(touch x) {line}.txt")
    assert start("perch").code == 0
    assert start("open", "1", env={"EDITOR": "vim"}).code == 0
    assert told(tmp_path) == ["vim", "+5", path]
    assert start("open", "1", env={"COOPSEARCH_OPEN": "own {path}:{line}"}).code == 0
    assert told(tmp_path) == ["own", f"{path}:5"]
    assert not (tmp_path / "project" / "x").exists()


def test_members(start: Open, tmp_path: Path) -> None:
    """Of a member the file around it is opened, and the member named; a record has a line of its file."""
    assert start("trout").code == 0
    shown = start("open", "1", env={"DISPLAY": ":0", "EDITOR": "vim"})
    assert told(tmp_path) == ["xdg-open", str(tmp_path / "project/docs/a.zip")]
    assert "what was found is in it as in/note.txt" in " ".join(shown.err.split())
    assert start("open", "docs/a.zip", env={"DISPLAY": ":0"}).code == 0
    assert told(tmp_path) == ["xdg-open", str(tmp_path / "project/docs/a.zip")]
    assert start("carp").code == 0
    assert start("open", "1", env={"EDITOR": "vim"}).code == 0
    assert told(tmp_path) == ["vim", "+2", str(tmp_path / "project/docs/rows.jsonl")]


def test_print(start: Open, tmp_path: Path) -> None:
    """--print says what would be started, as it could be typed, and starts nothing."""
    assert start("perch").code == 0
    shown = start("open", "1", "--print", env={"EDITOR": "vim"})
    path = tmp_path / "project/docs/-rf; $(touch x) {line}.txt"
    assert (shown.code, shown.out, shown.err) == (0, f"vim +5 '{path}'\n", "")
    assert not (tmp_path / "told").exists()


def test_no_program_by_its_ending(start: Open, tmp_path: Path) -> None:
    """The desktop is not asked for a file whose ending is not that of a document, whatever its content."""
    assert start("pikes").code == 0
    (tmp_path / "bin" / "evince").unlink()
    shown = start("open", "1", env={"DISPLAY": ":0"})
    assert shown.code == 2
    assert "the ending of docs/runs.desktop does not say" in shown.err
    assert not (tmp_path / "told").exists()


def test_gone(start: Open, tmp_path: Path) -> None:
    """A file that is no longer there is not opened; what to do instead is said."""
    assert start("zander").code == 0
    (tmp_path / "project/docs/note.txt").unlink()
    shown = start("open", "1", env={"EDITOR": "vim"})
    assert (shown.code, shown.out) == (2, "")
    assert "docs/note.txt is no longer there" in shown.err
    assert "coopsearch show 1" in shown.err
    assert not (tmp_path / "told").exists()


def test_stale(start: Open, tmp_path: Path) -> None:
    """After an update of the index a hit is opened with a note, if its passage is still there."""
    assert start("zander").code == 0
    (tmp_path / "project/docs/new.txt").write_text("new\n", encoding="utf-8")
    assert start("index", "docs").code == 0
    shown = start("open", "1", env={"EDITOR": "vim"})
    assert shown.code == 0
    assert "the index was updated since that answer" in " ".join(shown.err.split())
    (tmp_path / "project/docs/note.txt").write_text("other text\n", encoding="utf-8")
    assert start("index", "docs").code == 0
    shown = start("open", "1", env={"EDITOR": "vim"})
    assert shown.code == 2
    assert "is no longer in docs/note.txt" in shown.err


@pytest.mark.parametrize(
    ("arguments", "env", "said"),
    [
        (["1"], {}, "there is no program to open docs/note.txt with; set EDITOR to a program"),
        (["docs/book.pdf"], {}, "set COOPSEARCH_OPEN to a program, or read its text: coopsearch show"),
        (["1"], {"EDITOR": "failing"}, "failing ended with exit code 3"),
        (["docs/book.pdf"], {"COOPSEARCH_OPEN": "failing"}, "failing ended with exit code 3"),
        (["1"], {"COOPSEARCH_OPEN": "gone {path}"}, "COOPSEARCH_OPEN names gone"),
        (["1"], {"COOPSEARCH_OPEN": "own {file}"}, "{file} is unknown"),
        (["2"], {}, "none with the number 2"),
        (["docs/none.txt"], {}, "docs/none.txt is not in the index"),
        ([""], {}, "the address is empty"),
    ],
)
def test_errors(start: Open, arguments: list[str], env: dict[str, str | None], said: str) -> None:
    """What cannot be opened is said in one line, with what to set."""
    assert start("zander").code == 0
    shown = start("open", *arguments, env=env)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err
    assert shown.err.splitlines()[-1].startswith("coopsearch: ")
