"""A folder of other people's documents, indexed by the real command: the state of every file, and its text.

The table beside this file was looked through by eye. It holds no PDFs: they have tests of their own.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from coopsearch.search import Index, open_index
from tests.extract.office.test_office_fixtures import TEXT

TABLE: Final = Path(__file__).with_name("fixture_states.tsv")
FOLDERS: Final = ("handbook", "mail", "tika")
#: Files that hold text which is not read: packings and encodings that no reader knows.
LOST: Final = {
    "tika/moby.zip", "tika/test-documents-spanned.zip", "tika/testWordPerfect_42.doc",
    "tika/testZip_with_DataDescriptor2.zip", "tika/test_ignore_IBM420.html",
}  # fmt: skip
#: States of files that give text.
TOLD: Final = ("indexed", "in part")


class Row(NamedTuple):
    """What a file is."""

    path: str
    state: str
    phrase: str


def table() -> dict[str, Row]:
    """Return the rows of the table."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = (Row(*f"{line}\t".split("\t")[:3]) for line in lines if not line.startswith("#"))
    return {row.path: row for row in rows}


@pytest.fixture(scope="module")
def folder(
    shared: Path, command: Sequence[str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """Index all fixtures but the PDFs; return the folder, and what the command said."""
    top = tmp_path_factory.mktemp("fixtures")
    (top / "docs").mkdir()
    (top / "docs" / ".coopsearchignore").write_text("*.pdf\n", encoding="utf-8")
    for name in FOLDERS:
        (top / "docs" / name).symlink_to(shared / "fixtures" / name, target_is_directory=True)
    done = subprocess.run(
        [*command, "index", "docs", "--index", "ix"],
        cwd=top,
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    )
    assert done.returncode in {0, 2}
    return top, done.stdout + done.stderr


@pytest.fixture(scope="module")
def index(folder: tuple[Path, str]) -> Iterator[Index]:
    """The index of all of them."""
    with open_index(folder[0] / "ix") as opened:
        yield opened


def test_states(folder: tuple[Path, str], command: Sequence[str]) -> None:
    """Every file is in the one state that a person gave it who looked into it, and nothing broke down."""
    top, said = folder
    assert "Traceback" not in said
    assert "Error" not in said
    found: dict[str, set[str]] = {}
    for state in ("indexed", "in-part", "no-text", "encrypted", "unsupported", "too-large", "failed"):
        done = subprocess.run(
            [*command, "status", "--index", "ix", "--state", state, "--json"],
            cwd=top, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        for line in done.stdout.splitlines():
            value = json.loads(line)
            found.setdefault(value["file"].removeprefix("docs/"), set()).add(value["state"])
    assert found == {path: {row.state} for path, row in table().items()}


def test_most_give_text() -> None:
    """Of 100 files that hold text at least 95 give it, and in most of them a phrase is looked for."""
    rows = table().values()
    given = [row for row in rows if row.state in TOLD]
    assert not {row.path for row in given} & LOST
    assert len(given) >= 0.95 * (len(given) + len(LOST))
    phrases = {Path(row.path).name for row in given if row.phrase} | {name for name, _ in TEXT}
    assert len(phrases) >= 200


@pytest.mark.parametrize("path", [row.path for row in table().values() if row.state in TOLD and row.phrase])
def test_phrases(index: Index, path: str) -> None:
    """A phrase of the document, as its file has it, is in the text that is searched."""
    documents = index._state.reader.documents_in_file(f"docs/{path}")
    held = " ".join(" ".join(document.text for document in documents).split())
    assert " ".join(table()[path].phrase.split()) in held
