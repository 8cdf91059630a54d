"""Nothing is lost: `coopsearch verify --sources` compares an index with its sources, document by document."""

from __future__ import annotations

import json
import os
import shutil
import time
import zipfile
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from coopsearch.indexer import compare, sync
from coopsearch.indexer.manifest.manifest import Manifest
from coopsearch.indexer.manifest.pages import Books
from coopsearch.indexer.sandbox.host import Limits
from coopsearch.search import open_index
from coopsearch.search.analysis.analyzer import analyse
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines import engine_of
from coopsearch.search.engines.base import Writer
from coopsearch.search.indexdir.meta import read_meta
from coopsearch.search.model import Document
from tests.conftest import Run
from tests.trust.conftest import Ledger

ENGINES: Final = ["columns", "whoosh"]
MAIL: Final = "From a@b.example Thu Jan  1 00:00:00 2026\nFrom: a@b.example\nSubject: {0}\n\nperch {0}\n\n"


def make(project: Path) -> None:
    """Write files of several kinds: texts, copies, records, mails, an archive, a broken one, and more."""
    docs = project / "seeds"
    docs.mkdir()
    for number in range(12):
        text = f"# Zander {number}\n\nLes réfugiés\n\nالتعاون بين\n"
        (docs / f"{number:02}.md").write_text(text, encoding="utf-8")
    (docs / "copy.md").write_bytes((docs / "03.md").read_bytes())
    (docs / "empty.txt").touch()
    (docs / "broken.txt").write_bytes(bytes(range(256)) * 9)
    (docs / "unknown.xyz").write_text("text under an ending that nobody knows", encoding="utf-8")
    records = [json.dumps({"_id": f"r{number}", "text": f"pike {number}"}) for number in range(40)]
    (docs / "records.jsonl").write_text("\n".join([*records, "{"]), encoding="utf-8")
    (docs / "mails.mbox").write_text("".join(MAIL.format(n) for n in range(9)), encoding="utf-8")
    with zipfile.ZipFile(docs / "some.zip", "w") as archive:
        archive.writestr("inside/a.txt", "an eel in an archive")
        archive.writestr("b.html", "<title>Eels</title><p>more eels")
    # Long ago, so that times alone are believed; the folders too.
    for path in [*docs.iterdir(), docs]:
        os.utime(path, (1_700_000_000, 1_700_000_000))


@contextmanager
def behind(project: Path) -> Any:
    """Give the engine's writer and reader, for changes of which the manifest knows nothing."""
    index = project / "index_data"
    meta = read_meta(index)
    backend = engine_of(meta.engine, index)
    with backend.open(index / meta.data) as reader, backend.writer(index / meta.data) as writer:
        yield writer, reader
        writer.commit()


def add(writer: Writer, document: Document) -> None:
    """Add a document as the engine's own writer does."""
    writer.add(analyse(document, StemTable(writer.stems)))


def differences(run: Run, project: Path, code: int) -> set[tuple[str, str]]:
    """Run the real command; return what is different, by kind and path."""
    done = run("verify", "--sources", "--json", cwd=project)
    assert (done.code, done.err) == (code, "")
    value = done.objects()[0]["sources"]
    assert len(value["differences"]) == sum(value["counts"].values())
    return {(one["kind"], one["shown"].removeprefix(f"seeds{os.sep}")) for one in value["differences"]}


@pytest.mark.parametrize("engine", ENGINES)
def test_faults(run: Run, tmp_path: Path, engine: str, ledger: Ledger) -> None:
    """A document that the index lost, has twice, has otherwise or has from nowhere is named, and no other."""
    make(tmp_path)
    assert run("index", "-q", "--engine", engine, cwd=tmp_path).code == 2
    done = run("verify", "--sources", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    # Twelve notes, an empty file, a broken one, one of an unknown ending, records, mails and an archive.
    assert "holds what its sources give (18 files, 65 documents compared, 1 copy)" in done.out
    with behind(tmp_path) as (writer, reader):
        writer.delete_file("seeds/00.md")
        add(writer, reader.document_at("seeds/01.md"))
        for file, change in CHANGES.items():
            (old,) = reader.documents_in_file(file)
            writer.delete_file(file)
            add(writer, old._replace(**change(old)))
        add(writer, reader.document_at("seeds/09.md")._replace(path="seeds/gone.md", file="seeds/gone.md"))
        records = {
            one.path.rpartition("!")[2]: one for one in reader.documents_in_file("seeds/records.jsonl")
        }
        lost, twice = records.pop("r0"), records["r7"]
        writer.delete_file("seeds/records.jsonl")
        for record in [*records.values(), twice, lost._replace(path="seeds/records.jsonl!none")]:
            add(writer, record)
        add(writer, reader.document_at("seeds/03.md")._replace(path="seeds/copy.md", file="seeds/copy.md"))
    wanted = {
        ("lost", "00.md"),
        ("doubled", "01.md"),
        *(("differs", file.removeprefix("seeds/")) for file in CHANGES),
        ("stray", "gone.md"),
        ("lost", "records.jsonl!r0"),
        ("doubled", "records.jsonl!r7"),
        ("stray", "records.jsonl!none"),
        ("doubled", "copy.md"),
    }
    found = differences(run, tmp_path, 2)
    ledger(
        "lost", f"faults of the {engine} engine behind the manifest's back", tried=len(wanted),
        wrong=len(found - wanted), lost=len(wanted - found),
    )  # fmt: skip
    assert found == wanted
    done = run("verify", "--sources", cwd=tmp_path)
    assert "run `coopsearch index --rebuild`" in done.out
    assert "lost: seeds/00.md: its file gives it, and the index does not hold it" in done.err
    sync(index_dir=tmp_path / "index_data", rebuild=True)
    assert compare(tmp_path / "index_data").counts == {}


#: Each leaves all but one thing of a document as it was.
CHANGES: Final[dict[str, Callable[[Document], dict[str, Any]]]] = {
    "seeds/02.md": lambda old: {"text": old.text.replace("Zander", "Bander")},
    "seeds/04.md": lambda old: {"title": f"{old.title} "},
    "seeds/05.md": lambda old: {"type": "txt"},
    "seeds/06.md": lambda old: {"date": "2020-02-02"},
    "seeds/07.md": lambda old: {"fields": {"author": "nobody"}},
    "seeds/08.md": lambda old: {"passages": old.passages[:-1]},
    "seeds/10.md": lambda old: {"passages": tuple(one._replace(heading=()) for one in old.passages)},
    "seeds/11.md": lambda old: {"passages": tuple(one._replace(line=1) for one in old.passages)},
}


@pytest.mark.parametrize("engine", ENGINES)
def test_changes(run: Run, tmp_path: Path, engine: str, ledger: Ledger) -> None:
    """What changed since the last run is told as that, and gone after the next one."""
    make(tmp_path)
    sync([tmp_path / "seeds"], tmp_path / "index_data", engine=engine)
    docs = tmp_path / "seeds"
    (docs / "00.md").write_text("other", encoding="utf-8")
    (docs / "01.md").unlink()
    (docs / "new.txt").write_text("new", encoding="utf-8")
    (docs / "05.md").rename(docs / "moved.md")
    wanted = {("changed", "00.md"), ("removed", "01.md"), ("new", "new.txt")}
    wanted |= {("removed", "05.md"), ("new", "moved.md")}
    found = differences(run, tmp_path, 1)
    sync(index_dir=tmp_path / "index_data")
    after = differences(run, tmp_path, 0)
    ledger(
        "lost", f"changes since the last run, {engine}", tried=len(wanted),
        wrong=len(found - wanted) + len(after), lost=len(wanted - found),
    )  # fmt: skip
    assert found == wanted
    assert after == set()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["a.txt", "z.txt"])
def test_copy_of_what_changes(tmp_path: Path, name: str, engine: str, ledger: Ledger) -> None:
    """A new file that holds what another held before it changed in the same run keeps that text."""
    docs, index = tmp_path / "seeds", tmp_path / "index_data"
    docs.mkdir()
    for file in ("m.txt", "n.txt"):
        (docs / file).write_text("zander", encoding="utf-8")
    sync([docs], index, engine=engine)
    (docs / "m.txt").write_text("perch", encoding="utf-8")
    (docs / name).write_text("zander", encoding="utf-8")
    (docs / "n.txt").unlink()
    sync([docs], index)
    compared = compare(index)
    with open_index(index) as opened:
        found = [Path(hit.path).name for hit in opened.search("zander")]
    ledger(
        "lost", f"a copy of what changes, {engine}", tried=1, wrong=compared.faults, lost=int(found != [name])
    )
    assert (found, compared.counts) == ([name], {})


@pytest.mark.parametrize("engine", ENGINES)
def test_copies_beside_what_is_touched(tmp_path: Path, engine: str, ledger: Ledger) -> None:
    """Copies of a file that is looked into again, and holds what it held, stay copies: it is indexed once."""
    docs, index = tmp_path / "seeds", tmp_path / "index_data"
    docs.mkdir()
    for file in ("k.md", "m.md", "n.md"):
        (docs / file).write_text("# zander", encoding="utf-8")
        # Long ago, so that times alone are believed.
        os.utime(docs / file, (1_700_000_000, 1_700_000_000))
    sync([docs], index, engine=engine)
    for touched in (["k.md"], ["m.md"], ["k.md", "m.md", "n.md"]):
        for file in touched:
            os.utime(docs / file)
        sync([docs], index)
        with open_index(index) as opened:
            documents = opened.documents
        counts = compare(index).counts
        ledger(
            "lost",
            f"copies beside what is touched, {engine}",
            tried=3,
            wrong=int(documents != 1),
            lost=len(counts),
        )
        assert (documents, counts) == (1, {})


def test_unnoticed(tmp_path: Path) -> None:
    """A change that neither size nor time shows is found, and how to have it indexed is said."""
    make(tmp_path)
    sync([tmp_path / "seeds"], tmp_path / "index_data")
    note = tmp_path / "seeds" / "00.md"
    before = note.stat()
    with note.open("r+b") as stream:
        stream.write(b"# Wander")
    os.utime(note, ns=(before.st_atime_ns, before.st_mtime_ns))
    (one,) = compare(tmp_path / "index_data").differences
    assert (one.kind, "touch" in one.reason) == ("changed", True)


def test_forgotten_file(tmp_path: Path) -> None:
    """A file that was there at the last run, and that neither documents nor manifest know, is a fault."""
    make(tmp_path)
    time.sleep(2.1)  # the clock of a file system may be as coarse as that
    sync([tmp_path / "seeds"], tmp_path / "index_data")
    index = tmp_path / "index_data"
    forget(index, "seeds/00.md")
    (one,) = compare(index).differences
    assert (one.kind, Path(one.path).name) == ("lost", "00.md")
    # Moved away and back, it may have been away at the last run.
    note = tmp_path / "seeds" / "00.md"
    note.rename(tmp_path / "away")
    (tmp_path / "away").rename(note)
    (one,) = compare(index).differences
    assert (one.kind, Path(one.path).name) == ("new", "00.md")


def forget(index: Path, file: str) -> None:
    """Drop a file's documents and its row, as if it had never been seen."""
    meta = read_meta(index)
    data = index / meta.data
    backend = engine_of(meta.engine, index)
    with backend.open(data) as reader, backend.writer(data) as writer:
        manifest = Manifest(data, reader.pages)
        manifest.forget(file)
        writer.delete_file(file)
        writer.commit(pages=Books(data, manifest, reader.pages, meta.sources).pages())


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is compared with the limits that it was read with, be they narrow or wide."""
    docs = tmp_path / "seeds"
    docs.mkdir()
    (docs / "large.txt").write_text("zander\n" * 9_000, encoding="utf-8")
    with zipfile.ZipFile(docs / "some.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in "abcd":
            archive.writestr(f"{name}.txt", "zander")
    narrow = sync([docs], tmp_path / "index_data", max_size=50_000, limits=Limits(members=3))
    assert len(narrow.failed) == 2
    assert compare(tmp_path / "index_data").counts == {}
    assert not sync([docs], tmp_path / "index_data").failed
    assert compare(tmp_path / "index_data").counts == {}
    # Now the usual limits are narrower than those of the run.
    monkeypatch.setattr("coopsearch.indexer.verify.rereading.DOCUMENT_LIMIT", 50_000)
    monkeypatch.setattr("coopsearch.indexer.verify.rereading.Limits", partial(Limits, members=3))
    assert compare(tmp_path / "index_data").counts == {}


def test_unread(tmp_path: Path) -> None:
    """Without its sources an index is neither whole nor faulty: what cannot be looked into is said."""
    make(tmp_path)
    sync([tmp_path / "seeds"], tmp_path / "index_data")
    shutil.move(tmp_path / "seeds", tmp_path / "elsewhere")
    (one,) = compare(tmp_path / "index_data").differences
    assert (one.kind, Path(one.path).name) == ("unread", "seeds")
