"""An index is data: whatever anybody writes into it, nothing is unpickled, and no page leads elsewhere."""

from __future__ import annotations

import contextlib
import os
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

import pytest
from whoosh.index import open_dir
from whoosh.query import Phrase, Term

from coopsearch.search.engines.whoosh import table
from coopsearch.search.engines.whoosh.payload import pack
from coopsearch.search.engines.whoosh.postings import unpack_positions
from coopsearch.search.errors import CoopsearchError, IndexDamaged, IndexOutdated
from tests.engines.whoosh.conftest import ENGINE, answers, document, largest, make, parts, reseal, rewrite

#: Every name by which Whoosh unpickles in what this engine uses of it.
PLACES = [
    "whoosh.codec.whoosh3.loads",
    "whoosh.columns.loads",
    "whoosh.filedb.structfile.load_pickle",
    "whoosh.formats.loads",
    "whoosh.index.pickle.loads",
]


class Bomb:
    """What makes a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        """``target`` is that file."""
        self.target = target

    def __reduce__(self) -> tuple[Any, ...]:
        """Say how it is made anew."""
        return Path.touch, (self.target,)


@contextlib.contextmanager
def no_pickles() -> Iterator[None]:
    """Let every way to unpickle fail the test."""

    def refuse(*_: object) -> NoReturn:
        pytest.fail("something was unpickled")

    with contextlib.ExitStack() as stack:
        for name in PLACES:
            stack.enter_context(patch(name, refuse))
        yield


def everything(folder: Path) -> object:
    """Read, check and write an index, as every command would together; return the answers or "damaged"."""
    found: object = "damaged"
    with contextlib.suppress(IndexDamaged):
        found = answers(folder)
    ENGINE.verify(folder)
    with contextlib.suppress(IndexDamaged), ENGINE.writer(folder) as writer:
        writer.delete_file("001.txt")
        writer.add(document("new.txt", "alpha"))
        writer.commit()
    return found


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    """Making, reading, checking, updating and merging an index unpickle nothing at all."""
    with no_pickles():
        folder = make(tmp_path / "data-1")
        before = answers(folder)
        with ENGINE.writer(folder) as writer:
            for number in range(9):
                writer.delete_file(f"{number:03}.txt")
                writer.add(document(f"{number:03}.txt", f"alpha beta word{number % 3} alpha number{number}"))
            writer.commit()
        assert len(list(folder.glob("*.seg"))) == 1
        assert not ENGINE.verify(folder).damages
        assert answers(folder) != before


@pytest.mark.parametrize(
    "place", ["toc", "table", "forms", "segment", ".trm", ".pst", "._stored.col", ".path.col"]
)
def test_a_payload_anywhere(folder: Path, tmp_path: Path, place: str) -> None:
    """A pickle that runs code, in place of any file or part and at its end, is never run."""
    target = tmp_path / "ran"
    bomb = pickle.dumps(Bomb(target))
    pickle.loads(bomb)
    assert target.exists()
    target.unlink()
    segment = largest(folder)
    file = {
        "toc": next(folder.glob("_MAIN_*.toc")),
        "table": folder / table.NAME,
        "forms": next(folder.glob("forms-*.tsv")),
    }.get(place, segment)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    some = parts(segment)
    for turn in range(3):
        if place.startswith("."):
            (name,) = (name for name in some if name.endswith(place))
            held = some[name]
            rewrite(segment, {**some, name: (bomb, held + bomb, held[:40] + bomb + held[40:])[turn]})
        else:
            held = file.read_bytes()
            file.write_bytes((bomb, held + bomb, bomb + held)[turn])
            if place != "table":
                reseal(folder)
        with no_pickles():
            everything(folder)
        for path in folder.iterdir():
            path.unlink()
        for path, data in before.items():
            path.write_bytes(data)
    assert not target.exists()


def test_an_inline_posting(folder: Path, tmp_path: Path) -> None:
    """Whoosh lays the postings of rare terms as a pickle beside the term: such a flag is refused."""
    target = tmp_path / "ran"
    segment = largest(folder)
    some = parts(segment)
    (name,) = (name for name in some if name.endswith(".trm"))
    whole = some[name]
    at = whole.rindex(b"number1") + len(b"number1")
    bomb = pickle.dumps(Bomb(target))
    # The value of the term is as long as before: what follows it is read as well.
    changed = whole[:at] + b"\1" + whole[at + 1 :]
    rewrite(segment, {**some, name: changed + bomb})
    with no_pickles():
        everything(folder)
    rewrite(segment, {**some, name: changed})
    with no_pickles(), pytest.raises(IndexDamaged):
        answers(folder)
    assert not target.exists()


def test_whoosh_itself_can_read_it(folder: Path) -> None:
    """`open_dir` finds the documents, and its positions come from no pickle either."""
    index = open_dir(str(folder))
    with index.searcher() as searcher:
        assert len(searcher.search(Term("words", "alpha"), limit=None)) == 9
        with patch("whoosh.formats.loads", side_effect=AssertionError):
            assert len(searcher.search(Phrase("words", ["alpha", "beta"]), limit=None)) == 8


TAMPERED: list[Any] = [
    {"version": "2"}, {"version": None}, {"generation": -1}, {"generation": 1e999}, {"generation": True},
    {"segments": None}, {"segments": [[]]}, {"segments": {}}, {"segments": [["../../x", 1, [], {}]]},
    {"segments": [["a" * 40, 1, [], {}]]}, {"segments": [["abc", 1 << 40, [], {}]]},
    {"segments": [["abc", 3, [2, 1], {}]]}, {"segments": [["abc", 3, [3], {}]]},
    {"segments": [["abc", 3, [1, 1], {}]]}, {"segments": [["abc", 3, [], {"words": -1}]]},
    {"segments": []}, {"files": []}, {"files": [["../secret", 1, 1]]}, {"files": [["/etc/passwd", 1, 1]]},
    {"files": [["MAIN_a\0.seg", 1, 1]]}, {"files": [["MAIN_a.seg\n", 1, 1]]}, {"files": 5},
    {"toc": None}, {"toc": ["_MAIN_1.toc/../../x", 1, 1]}, {"toc": ["MAIN_WRITELOCK", 1, 1]},
    {"forms": ["forms.tsv", 1, 1]}, {"forms": "forms"}, {"forms": ["\ud800", 1, 1]},
    {"pages": None}, {"pages": {"manifest": ["../x.json", 1, 1]}}, {"pages": {"manifest": None}},
    {"pages": {"\ud800": ["manifest-1-1-1.json", 1, 1]}}, {"pages": {"manifest": ["whoosh.json", 1, 1]}},
    {"more": 1}, {"crc33": "x"},
]  # fmt: skip


@pytest.mark.parametrize("change", TAMPERED, ids=str)
def test_a_tampered_table(folder: Path, change: dict[str, Any]) -> None:
    """A table with a right seal and other content than a table's is one `IndexDamaged`, whoever reads it."""
    reseal(folder, lambda value: value.update(change))
    with pytest.raises(IndexDamaged, match=table.NAME):
        ENGINE.open(folder)
    with pytest.raises(IndexDamaged, match=table.NAME):
        ENGINE.writer(folder)
    (line,) = ENGINE.verify(folder).damages
    assert table.NAME in line
    assert "\n" not in line


def test_a_table_without_a_key(folder: Path) -> None:
    """Each key is needed."""
    for key in ("version", "generation", "segments", "toc", "forms", "files", "pages"):
        before = (folder / table.NAME).read_bytes()
        reseal(folder, lambda value, key=key: value.pop(key))  # type: ignore[misc]
        with pytest.raises(IndexDamaged):
            ENGINE.open(folder)
        (folder / table.NAME).write_bytes(before)


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "hole"])
@pytest.mark.parametrize("pattern", ["whoosh.json", "*.seg", "forms-*", "*.toc"])
@pytest.mark.skipif(os.name != "posix", reason="links and pipes as POSIX has them")
def test_no_regular_file(folder: Path, tmp_path: Path, kind: str, pattern: str) -> None:
    """A link (to the very content), a pipe or a folder in place of a file is damage; nothing waits."""
    for path in sorted(folder.glob(pattern)):
        outside = tmp_path / f"outside-{path.name}"
        path.rename(outside)
        if kind == "link":
            path.symlink_to(outside)
        elif kind == "pipe":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
        content = outside.read_bytes()
        with pytest.raises(IndexDamaged, match=path.name):
            ENGINE.open(folder)
        with pytest.raises(IndexDamaged, match=path.name):
            ENGINE.writer(folder)
        assert any(path.name in line for line in ENGINE.verify(folder).damages)
        assert outside.read_bytes() == content
        if kind == "folder":
            path.rmdir()
        outside.replace(path)
        answers(folder)


def test_another_version(folder: Path) -> None:
    """A table of another version, or the page of before, say that the index is to be rebuilt."""
    reseal(folder, lambda value: value.update(version=99))
    with pytest.raises(IndexOutdated, match=r"newer coopsearch.*--rebuild"):
        ENGINE.open(folder)
    (folder / table.NAME).rename(folder / table.BEFORE)
    for use in (ENGINE.open, ENGINE.writer, ENGINE.verify):
        with pytest.raises(IndexOutdated, match=r"older coopsearch.*run `coopsearch index --rebuild`"):
            use(folder)


def test_a_stored_document_of_another_shape(folder: Path) -> None:
    """JSON that is not a document is damage, and not an error somewhere behind."""
    import json
    import zlib

    good = json.loads(zlib.decompress(pack(document("a", "alpha").document)))
    segment = largest(folder)
    some = parts(segment)
    changes: list[dict[str, Any]] = [
        {"title": 5}, {"text": None}, {"passages": [[0, 99, 1, 1, [], 0, ""]]}, {"passages": [[0]]},
        {"fields": []}, {"fields": {"a": 1}}, {"date": "x"}, {"more": 1}, {"path": "\ud800"},
    ]  # fmt: skip
    for change in changes:
        data = zlib.compress(json.dumps({**good, **change}).encode())
        (name,) = (name for name in some if name.endswith("._stored.col"))
        # Nine lengths of one byte follow the documents, and the type of these.
        lengths = some[name][-10:]
        assert lengths[-1:] == b"B"
        assert len(data) < 256
        rewrite(segment, {**some, name: data * 9 + bytes([len(data)]) * 9 + b"B"})
        with ENGINE.open(folder) as reader, pytest.raises(IndexDamaged):
            reader.document(0)


def test_positions_rise() -> None:
    """Whatever bytes there are, positions never fall, so that no search for phrases goes in circles."""
    for data in (b"\0\1\0\5", b"\1\xff\xff\0\0", b"\2\xff\xff\xff\xff\1\0\0\0"):
        positions = unpack_positions(data)
        assert positions == sorted(positions)


def test_errors_are_ours(folder: Path) -> None:
    """What a damaged segment raises while documents are deleted or merged is one of our errors, too."""
    segment = largest(folder)
    some = parts(segment)
    rewrite(segment, {name: data[: len(data) // 2] for name, data in some.items()})
    with ENGINE.writer(folder) as writer, pytest.raises(CoopsearchError):
        writer.delete_file("001.txt")
