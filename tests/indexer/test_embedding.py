"""coopsearch in a script: many threads, new commits, and the names that are promised."""

from __future__ import annotations

import pkgutil
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, get_args, get_type_hints

import pytest
from whoosh.index import FileIndex

import coopsearch.indexer
import coopsearch.search
from coopsearch.indexer import Interrupted, Progress, sync
from coopsearch.indexer.extract.base import Source
from coopsearch.indexer.extract.text.jsonl import record_document
from coopsearch.search import CoopsearchError, IndexMissing, SettingsError, open_index
from coopsearch.search.model import Document

ENGINES = pytest.mark.parametrize("engine", ["whoosh", "columns"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three documents."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, text in {"a": "zander and perch", "b": "perch", "c": "tench"}.items():
        (docs / f"{name}.txt").write_text(text, encoding="utf-8")
    return docs


def test_names() -> None:
    """These names are public, and no others."""
    assert coopsearch.search.__all__ == sorted(coopsearch.search.__all__)
    assert set(coopsearch.search.__all__) == {
        "Answer", "Changed", "ColumnSearcher", "CoopsearchError", "Coverage", "Diagnosis", "Document",
        "Explanation",
        "ExtractionError", "Facet", "FileState", "Hit", "HitPassage", "Index", "IndexDamaged", "IndexLocked",
        "IndexMissing", "IndexOutdated", "IndexUnreadable", "IndexUntrusted", "IndexUnwritable", "Order",
        "PartCount", "Passage", "Place", "Places", "QueryError", "Results", "SettingsError", "TermMatch",
        "Walk", "WhyNot",
        "ask_each", "open_index", "open_indexes", "open_whoosh",
    }  # fmt: skip
    assert coopsearch.indexer.__all__ == [
        "Bounds",
        "Cluster",
        "Compared",
        "CopiedIndex",
        "Difference",
        "IndexWriter",
        "Interrupted",
        "Limits",
        "Problem",
        "Progress",
        "Purged",
        "Report",
        "Status",
        "Unread",
        "Verified",
        "check",
        "compare",
        "copy_index",
        "files",
        "open_writer",
        "purge",
        "read_documents",
        "status",
        "sync",
        "unread",
        "watch",
    ]
    assert len(coopsearch.search.__all__) <= 36
    for package in (coopsearch.search, coopsearch.indexer):
        given = {name: getattr(package, name) for name in package.__all__}
        # A choice of texts has no docstring; what takes it says what they mean.
        assert all(one.__doc__ for name, one in given.items() if name not in {"Facet", "Order"})


def classes_in(hint: Any) -> Iterator[type]:
    """Yield our classes in an annotation, and those that they in turn hold in their public fields."""
    for part in hint if isinstance(hint, list) else get_args(hint):
        yield from classes_in(part)
    if isinstance(hint, type) and hint.__module__.startswith("coopsearch."):
        yield hint
        for name, held in get_type_hints(hint).items():
            if not name.startswith("_"):
                yield from classes_in(held)


def callables(package: ModuleType) -> Iterator[Any]:
    """Yield all that can be called of a package: its functions, and the methods of its classes."""
    for one in (getattr(package, name) for name in package.__all__):
        if isinstance(one, type):
            for name, held in vars(one).items():
                # What an error is made of is what it is asked for.
                if not name.startswith("_") or (name == "__init__" and issubclass(one, Exception)):
                    method = getattr(held, "fget", None) or held
                    if isinstance(method, FunctionType):
                        yield method
        elif isinstance(one, FunctionType):
            yield one


@pytest.mark.parametrize("package", [coopsearch.search, coopsearch.indexer], ids=lambda one: one.__name__)
def test_what_is_given_and_taken_is_public(package: ModuleType) -> None:
    """Whatever a public function or method takes or returns, down to its last field, has a public name."""
    named = {
        name: getattr(one, name) for one in (coopsearch.search, coopsearch.indexer) for name in one.__all__
    }
    public = set(named.values())
    found = {
        one
        for method in callables(package)
        for hint in get_type_hints(method, localns=named).values()
        for one in classes_in(hint)
        # An index of Whoosh's promises what Whoosh's does.
        if not issubclass(one, FileIndex)
    }
    assert len(found) > 8
    assert {one.__name__ for one in found - public} == set()


@pytest.mark.parametrize("package", [coopsearch.search, coopsearch.indexer], ids=lambda one: one.__name__)
def test_no_file_takes_the_place_of_a_name(package: ModuleType) -> None:
    """No public name is that of a module beside it, which would take its place once somebody imports it."""
    modules = {one.name for one in pkgutil.iter_modules(package.__path__)}
    assert len(modules) > 5
    assert not modules & set(package.__all__)


def test_most_bytes_of_a_document(folder: Path, tmp_path: Path) -> None:
    """A document of more bytes than ``max_size`` is listed as too large, and read once more is allowed."""
    report = sync([folder], tmp_path / "index", max_size=6)
    assert [one.state for one in report.failed] == ["too large"]
    assert sync([folder], tmp_path / "index", max_size=1000).failed == ()


@ENGINES
def test_refresh(folder: Path, tmp_path: Path, engine: str) -> None:
    """An open index answers from its state until it is refreshed, over commits and over rebuilds."""
    place = tmp_path / "index"
    sync([folder], place, engine=engine)
    with open_index(place) as index:
        assert index.documents == 3
        assert not index.refresh()
        (folder / "d.txt").write_text("zander", encoding="utf-8")
        assert sync(index_dir=place).added == 1
        assert index.search("zander").total == 1
        assert index.refresh()
        assert index.search("zander").total == 2
        (folder / "d.txt").unlink()
        sync(index_dir=place, rebuild=True)
        assert index.search("zander").total == 2
        assert index.refresh()
        assert [Path(hit.path).name for hit in index.search("zander")] == ["a.txt"]
        assert not index.refresh()


@ENGINES
def test_threads(folder: Path, tmp_path: Path, engine: str) -> None:
    """Eight threads get right answers while documents are committed and the index is refreshed."""
    place = tmp_path / "index"
    sync([folder], place, engine=engine)
    wrong: list[object] = []
    done = threading.Event()
    with open_index(place) as index:

        def ask() -> None:
            while not done.is_set():
                try:
                    results = index.search("zander perch", limit=50)
                    paths = {Path(hit.path).name for hit in results}
                    if results.total != len(results) or not paths >= {"a.txt", "b.txt"} or "c.txt" in paths:
                        wrong.append(paths)
                except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
                    wrong.append(error)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for number in range(6):
            (folder / f"new{number}.txt").write_text(f"more perch {number}", encoding="utf-8")
            sync(index_dir=place)
            assert index.refresh()
        done.set()
        for thread in threads:
            thread.join()
        assert index.search("perch").total == 8
    assert not wrong


@ENGINES
def test_copies(folder: Path, tmp_path: Path, engine: str) -> None:
    """A refresh sees that a file came which holds the same as another, and the coverage of the last run."""
    sync([folder], tmp_path / "index", engine=engine)
    with open_index(tmp_path / "index") as index:
        (hit,) = index.search("zander", limit=1)
        before = index.search("zander").coverage
        shutil.copy(hit.path, folder / "copy.txt")
        sync(index_dir=tmp_path / "index")
        assert index.search("zander")[0].also == ()
        assert index.refresh()
        results = index.search("zander", limit=1)
        assert results[0].also == (str(folder / "copy.txt"),)
        assert before is not None
        assert results.coverage is not None
        assert results.coverage.files == before.files + 1
        sync(index_dir=tmp_path / "index")
        assert not index.refresh()


def test_closed(folder: Path, tmp_path: Path) -> None:
    """A closed index says so; closing twice is not an error."""
    sync([folder], tmp_path / "index")
    index = open_index(tmp_path / "index")
    index.close()
    index.close()
    with pytest.raises(CoopsearchError, match="closed"):
        index.search("zander")
    with pytest.raises(CoopsearchError, match="closed"):
        index.refresh()
    with pytest.raises(CoopsearchError, match="closed"), index:
        pass


@ENGINES
def test_opening_while_another_process_writes(folder: Path, tmp_path: Path, engine: str) -> None:
    """Whoever opens an index while another process commits and rebuilds gets one whole state or the next."""
    place = tmp_path / "index"
    sync([folder], place, engine=engine)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from coopsearch.indexer import sync\n"
        "for number in range(6):\n"
        "    Path(sys.argv[1], f'n{number}.txt').write_text(f'perch {number}')\n"
        "    sync(index_dir=sys.argv[2], rebuild=number % 2 == 1)\n"
    )
    wrong: list[object] = []
    with subprocess.Popen([sys.executable, "-c", script, folder, place]) as writer, open_index(place) as kept:

        def ask() -> None:
            last = 0
            while writer.poll() is None:
                try:
                    with open_index(place) as fresh:
                        total = fresh.search("perch").total
                    if total < last:
                        wrong.append((last, total))
                    last = total
                    kept.refresh()
                    if not 2 <= kept.search("perch").total <= kept.documents <= 9:
                        wrong.append(kept.documents)
                except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
                    wrong.append(error)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert writer.wait() == 0
        kept.refresh()
        assert kept.search("perch").total == 8
    assert not wrong


def test_errors(folder: Path, tmp_path: Path) -> None:
    """What is missing or makes no sense is told by an exception of the tree."""
    with pytest.raises(IndexMissing, match="coopsearch index FOLDER"):
        open_index(tmp_path / "nowhere")
    with pytest.raises(SettingsError, match="does not exist"):
        sync([tmp_path / "nowhere"], tmp_path / "index")
    with pytest.raises(SettingsError, match="whoosh, columns"):
        sync([folder], tmp_path / "index", engine="paper")
    sync([folder], tmp_path / "index")
    with open_index(tmp_path / "index") as index, pytest.raises(SettingsError, match="limit"):
        index.search("zander", limit=-1)


def test_results(folder: Path, tmp_path: Path) -> None:
    """Results are a sequence of hits with absolute paths."""
    sync([folder], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        results = index.search("perch")
        assert len(results) == 2
        assert [hit.rank for hit in results] == [1, 2]
        assert results[0] == results.hits[0]
        assert list(results[:1]) == [results[0]]
        assert Path(results[0].path).read_text(encoding="utf-8") == "perch"
        assert not index.search("pike")


def test_vanishing_file(folder: Path, tmp_path: Path) -> None:
    """A file that vanishes between the walk and the reading is as if it had never been there."""

    def vanish(progress: Progress) -> None:
        if progress.path.endswith("a.txt"):
            (folder / "b.txt").unlink()

    report = sync([folder], tmp_path / "index", progress=vanish)
    assert (report.added, report.failed, report.documents) == (2, (), 2)


@ENGINES
def test_cut_inside_a_file(tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of many documents that a run was cut in is read again, and each document stands once."""
    records = tmp_path / "records.jsonl"
    lines = [f'{{"_id": "{number}", "text": "zander {number}"}}' for number in range(95)]
    records.write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "a.txt").write_text("zander", encoding="utf-8")
    place = tmp_path / "index"
    sync([tmp_path / "a.txt"], place, engine=engine)
    seen = 0

    def stop(record: dict[str, Any], path: str, number: int, source: Source) -> Document:
        nonlocal seen
        seen += 1
        if seen == 55:
            raise KeyboardInterrupt
        return record_document(record, path, number, source)

    with monkeypatch.context() as patch:
        patch.setattr("coopsearch.indexer.extract.text.jsonl.record_document", stop)
        with pytest.raises(KeyboardInterrupt):
            sync([records], place)
    with open_index(place) as index:
        assert index.search("zander").total == 1
    assert sync([tmp_path], place).documents == 96
    with open_index(place) as index:
        assert index.search("zander").total == 96


def test_ending_a_run(tmp_path: Path) -> None:
    """A run that is ended by its progress callback keeps every document that was read before."""
    records = tmp_path / "records.jsonl"
    records.write_text("\n".join(f'{{"text": "zander {number}"}}' for number in range(95)), encoding="utf-8")

    def end(progress: Progress) -> None:
        if progress.documents == 30:
            raise Interrupted

    with pytest.raises(Interrupted):
        sync([records], tmp_path / "index", progress=end)
    with open_index(tmp_path / "index") as index:
        assert index.search("zander").total == 30
    assert sync(index_dir=tmp_path / "index").documents == 95


def test_known_words_need_no_stemmer(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word that the index knows is never stemmed again: not by a search, not by the next document."""
    place = tmp_path / "index"
    sync([folder], place)
    monkeypatch.setattr("coopsearch.search.analysis.stems.stem", None)
    (folder / "d.txt").write_text("perch and tench", encoding="utf-8")
    assert sync(index_dir=place).added == 1
    with open_index(place) as index:
        assert index.search("perch").total == 3


@ENGINES
def test_no_memory(folder: Path, tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lack of memory ends a run and is not a file's fault: an index does not give way to an empty one."""

    def lacks(source: Source) -> Iterator[Document]:
        raise MemoryError

    sync([folder], tmp_path / "index", engine=engine)
    monkeypatch.setattr("coopsearch.indexer.extract.text.plain.extract", lacks)
    for rebuild in (True, False):
        (folder / "e.txt").write_text("zander again", encoding="utf-8")
        with pytest.raises(CoopsearchError, match="no memory left to read"):
            sync([folder], tmp_path / "index", rebuild=rebuild, workers=1)
        with open_index(tmp_path / "index") as index:
            assert index.search("zander").total > 0
            assert index.documents == 3
