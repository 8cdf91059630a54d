"""Files that are made to do harm: each is reported, and none costs another file anything."""

from __future__ import annotations

import io
import os
import random
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from coopsearch.indexer.extract import known_suffixes
from tests.conftest import Ran, Run
from tests.extract.archive.quine import overlapping, quine
from tests.extract.bad_files import BAD, noise
from tests.extract.mangle import samples
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
    assert [Path(one["shown"]).name for one in found] == ["good.txt"]
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
    for name in ("ratio.zip", "nested.zip", "deep.zip", "zeros.txt.gz", "claims.zip"):
        told = [line for line in done.err.splitlines() if f"docs/{name}" in line]
        assert [line for line in told if "--limit " in line], "what can be raised is named"
    assert sorted(path.name for path in docs.parent.iterdir()) == ["docs", "ix"]


def test_noise(docs: Path, run: Run) -> None:
    """Random bytes under every ending that is read cost nothing but themselves."""
    for name, data in noise(1).items():
        (docs / name).write_bytes(data)
    indexed(run, docs.parent)
    found = states(run, docs.parent)
    assert len(found) == len(known_suffixes()) + 1
    assert sum(state == "indexed" for state in found.values()) <= 3


def test_quine(docs: Path, run: Run) -> None:
    """An archive that holds itself is opened twice and not for ever; what lies beside is read."""
    whole = quine()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        (name,) = archive.namelist()
        assert archive.read(name) == whole
    (docs / "a.zip").write_bytes(zipped({"again.zip": whole, "note.txt": b"trafficking"}))
    done = indexed(run, docs.parent)
    told = "failed: docs/a.zip!again.zip!again.zip: refused: it holds itself"
    assert [line for line in done.err.splitlines() if "again" in line] == [told]
    (hit,) = run("trafficking", "--index", "ix", "--json", cwd=docs.parent).objects()
    assert hit["shown"].endswith("a.zip!note.txt")


def test_overlapping(docs: Path, run: Run) -> None:
    """Members that share their bytes, which makes 200 MB of 20 kB, are refused before any is unpacked."""
    (docs / "a.zip").write_bytes(overlapping())
    with zipfile.ZipFile(docs / "a.zip") as archive:
        assert sum(info.file_size for info in archive.infolist()) > 200_000_000
    done = indexed(run, docs.parent)
    assert "failed: docs/a.zip: refused: its members overlap, as in no honest archive\n" in done.err


def test_outward(docs: Path, run: Run) -> None:
    """Names that lead out of an archive lead nowhere: each is found inside, and nothing is written."""
    for name, made, _ in BAD:
        if name.startswith("outward"):
            (docs / name).write_bytes(made())
    before = sorted(docs.parent.parent.rglob("*evil*"))
    indexed(run, docs.parent)
    found = {one["shown"].rpartition("docs/")[2] for one in run(
        "evil", "-n", "50", "--index", "ix", "--json", cwd=docs.parent
    ).objects()}  # fmt: skip
    assert found >= {"outward.zip!evil.txt", "outward.zip!etc/evil.txt", "outward.zip!a/evil.txt"}
    assert {path.partition("!")[2] for path in found if "tar" in path} >= {"evil.txt", "etc/evil.txt"}
    assert len(found) == 10
    assert not [path for path in found if ".." in path or "link" in path]
    assert sorted(docs.parent.parent.rglob("*evil*")) == before
    assert not run("root", "--index", "ix", "--json", cwd=docs.parent).out


def test_cut(shared: Path, docs: Path, run: Run) -> None:
    """Files of every format that are cut off, and under the endings of others, end each in one state."""
    chance = random.Random(8)
    names = {"good.txt"}
    endings = known_suffixes()
    for number, path in enumerate(samples(shared / "fixtures", 2, chance)):
        data = path.read_bytes()
        for part in (3, 7):
            name = f"{number} cut at {part}{path.suffix}"
            (docs / name).write_bytes(data[: len(data) * part // 10])
            names.add(name)
        name = f"{number} was {path.suffix[1:]}{endings[(number * 7) % len(endings)]}"
        (docs / name).write_bytes(data)
        names.add(name)
    indexed(run, docs.parent)
    assert set(states(run, docs.parent)) == names


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
    assert [Path(one["shown"]).name for one in found] == [f"{count - 1}.txt"]
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
