"""Files that are made to do harm: each is reported, and none costs another file anything."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coopsearch.indexer.extract import known_suffixes
from coopsearch.indexer.extract.base import Item, Member, RecordProblem, Source
from coopsearch.indexer.extract.budget import Bounds
from coopsearch.indexer.extract.nesting import documents
from coopsearch.search.model import Document
from tests.conftest import Ran, Run
from tests.extract.bad_files import BAD, noise
from tests.extract.nested import tarred, zipped

STATES = ("indexed", "in-part", "no-text", "encrypted", "unsupported", "too-large", "failed")
#: Runs in which nothing hangs end long before.
PATIENCE = 300


def states(run: Run, folder: Path) -> dict[str, str]:
    """Return the state of each file by its name; a file in two states fails."""
    found: dict[str, str] = {}
    for state in STATES:
        for one in run("status", "--index", "ix", "--state", state, "--json", cwd=folder).objects():
            name = Path(one["file"]).name
            assert found.setdefault(name, one["state"]) == one["state"]
    return found


def indexed(run: Run, folder: Path, *options: str) -> Ran:
    """Index the folder's ``docs`` with a good file among the others, which a search must find."""
    (folder / "docs" / "good.txt").write_text("smuggling routes", encoding="utf-8")
    done = run("index", "docs", "--index", "ix", *options, cwd=folder, timeout=PATIENCE)
    assert done.code in {0, 2}, done.err
    assert "Traceback" not in done.out + done.err
    assert not re.search(r"\w+(?:Error|Exception):", done.err), done.err
    found = run("smuggling AND routes", "--index", "ix", "--json", cwd=folder).objects()
    assert [Path(one["path"]).name for one in found] == ["good.txt"]
    return done


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """An empty folder of documents."""
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


def test_harm(docs: Path, run: Run) -> None:
    """Bombs, entities, loops, lies about sizes and deep nesting end in the state that they deserve."""
    for name, made, _ in BAD:
        (docs / name).write_bytes(made())
    done = indexed(run, docs.parent)
    found = states(run, docs.parent)
    assert found == {"good.txt": "indexed", **{name: state for name, _, state in BAD}}
    assert "root:" not in run("root", "--index", "ix", "--json", cwd=docs.parent).out
    for name in ("ratio.zip", "deep.zip", "zeros.txt.gz", "claims.zip"):
        (line,) = (line for line in done.err.splitlines() if f"docs/{name}" in line)
        assert "--limit " in line, "what can be raised is named"
    assert sorted(path.name for path in docs.parent.iterdir()) == ["docs", "ix"]


def test_noise(docs: Path, run: Run) -> None:
    """Random bytes under every ending that is read cost nothing but themselves."""
    for name, data in noise(1).items():
        (docs / name).write_bytes(data)
    indexed(run, docs.parent)
    found = states(run, docs.parent)
    assert len(found) == len(known_suffixes()) + 1
    assert sum(state == "indexed" for state in found.values()) <= 3


class _Itself:
    """A container that holds itself, as a quine zip does."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.opened = 0

    def extract(self, source: Source) -> Iterator[Item]:
        """Yield the same bytes again under the name of a container."""
        self.opened += 1
        yield Member("again.zip", source.open)
        yield Member("note.txt", lambda: Source(Path("n"), "n", "", data=b"a note").open())


def test_quine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive that holds itself is opened twice and not for ever; what lies beside is read."""
    from coopsearch.indexer.extract import archive

    (tmp_path / "a.zip").write_bytes(zipped({"a.txt": b"x"}))
    quine = _Itself((tmp_path / "a.zip").read_bytes())
    monkeypatch.setattr(archive, "extract", quine.extract)
    found = list(documents(quine.extract, Source(tmp_path / "a.zip", "a.zip", ""), Bounds()))
    assert quine.opened == 2
    assert [one.reason for one in found if isinstance(one, RecordProblem)] == ["refused: it holds itself"]
    assert [one.path for one in found if isinstance(one, Document)] == [
        "a.zip!again.zip!note.txt", "a.zip!note.txt",
    ]  # fmt: skip


NAMES = [
    "line\nbreak.txt",
    "red\x1b[31m.txt",
    "bell\x07.txt",
    "turned\u202etxt.txt",
    "tab\t.txt",
    "c1\x9b31m.txt",
]
FORBIDDEN = ("\x1b", "\x07", "\u202e", "\x9b", "\t")


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be there")
def test_names(docs: Path, run: Run) -> None:
    """Names with line breaks and escape codes come out of no command as they are, of files nor of members."""
    members: dict[str, bytes] = {f"in {name}": f"smuggler {n}".encode() for n, name in enumerate(NAMES)}
    bad = {f"bad {name}".replace(".txt", ".pdf"): b"no pdf" for name in NAMES}
    for number, name in enumerate(NAMES):
        (docs / name).write_text(f"smuggler of {number}", encoding="utf-8")
        (docs / name.replace(".txt", ".docx")).write_bytes(b"\0\1 nothing")
        (docs / name.replace(".txt", ".zip")).write_bytes(zipped({name: b"smuggler %d in it" % number} | bad))
    (docs / "all.tar").write_bytes(tarred(members | bad))
    (docs / os.fsdecode(b"\xff\xfe.txt")).write_text("smuggler of bytes", encoding="utf-8")
    done = indexed(run, docs.parent)
    assert len([line for line in done.err.splitlines() if line.startswith("failed: ")]) >= 3 * len(NAMES)
    asked = [["smuggler", "-n", "50", *more] for more in ([], ["--json"], ["--explain"])]
    asked += [
        ["status", "--state", state, *more] for state in ("failed", "in-part") for more in ([], ["--json"])
    ]
    asked += [["show", f"docs/{place}{name}"] for name in NAMES[:3] for place in ("", "all.tar!in ")]
    asked += [["show", f"docs/missing {name}"] for name in NAMES[:1]]
    said = [done, *(run(*one, "--index", "ix", cwd=docs.parent) for one in asked)]
    hits = run("smuggler", "-n", "50", "--index", "ix", "--json", cwd=docs.parent).objects()
    assert len(hits) == 3 * len(NAMES) + 2
    assert sum("smuggler" in one.out for one in said) == 3 + 2 * 3
    for one in said:
        assert not [sign for sign in FORBIDDEN if sign in one.out + one.err]
        assert "break.txt" not in [line.split(":")[0] for line in one.out.splitlines()]


def many(docs: Path, run: Run, count: int) -> None:
    """Index so many files of one line."""
    for number in range(count):
        if number % 1000 == 0:
            (docs / f"{number // 1000}").mkdir()
        (docs / f"{number // 1000}" / f"{number}.txt").write_text(f"note n{number}x here", encoding="utf-8")
    (docs / "good.txt").write_text("smuggling routes", encoding="utf-8")
    done = run("index", "docs", "--index", "ix", cwd=docs.parent, timeout=4 * PATIENCE)
    assert done.code == 0, done.err
    status: dict[str, Any] = run("status", "--index", "ix", "--json", cwd=docs.parent).objects()[0]
    assert status["states"] == {"indexed": count + 1}
    found = run(f"n{count - 1}x", "--index", "ix", "--json", cwd=docs.parent).objects()
    assert [Path(one["path"]).name for one in found] == [f"{count - 1}.txt"]
    again = run("index", "docs", "--index", "ix", "--json", cwd=docs.parent, timeout=4 * PATIENCE).objects()[
        0
    ]
    assert (again["unchanged"], again["added"]) == (count + 1, 0)


def test_many(docs: Path, run: Run) -> None:
    """Thousands of tiny files are indexed, and not read again."""
    many(docs, run, 2_000)


@pytest.mark.long
def test_very_many(docs: Path, run: Run) -> None:
    """Fifty thousand tiny files are, too."""
    many(docs, run, 50_000)
