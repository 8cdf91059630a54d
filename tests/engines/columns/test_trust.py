"""Damage is named, commits are all or nothing, readers keep their state, large inputs are split."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from coopsearch.search.analysis.model import AnalysedDocument, Run
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import Reader
from coopsearch.search.engines.columns.build import merge_plan as merge
from coopsearch.search.engines.columns.build.part_writer import SegmentParts
from coopsearch.search.engines.columns.engine import ColumnsEngine
from coopsearch.search.engines.columns.storage import toc
from coopsearch.search.engines.columns.writer import ColumnsWriter
from coopsearch.search.engines.nodes import Group, Phrase
from coopsearch.search.errors import IndexDamaged, IndexMissing, IndexOutdated
from coopsearch.search.model import Document, Passage

ENGINE = ColumnsEngine()


def document(name: str, text: str) -> AnalysedDocument:
    """Return a document of plain words, each its own stem."""
    words = text.split()
    return AnalysedDocument(plain(name, text), (Run("body", 0, words, words),), ("en",))


def plain(name: str, text: str) -> Document:
    """Return a document of one English passage."""
    return Document(name, name, name, text, (Passage(0, len(text), line=1, language="en"),), "txt")


def make(folder: Path, documents: int = 40, limit: int = 60) -> None:
    """Make an index of a few segments."""
    ENGINE.create(folder)
    with ColumnsWriter(folder, limit) as writer:
        for number in range(documents):
            writer.add(document(f"{number:03}.txt", f"alpha beta word{number % 7} number{number}"))
        writer.learn({("en", "words"): "word", ("fr", "words"): "words"})
        writer.commit()
        writer.delete_file("003.txt")
        writer.commit()


def ask(reader: Reader) -> object:
    """Look at everything that a few queries look at."""
    found = [reader.search(Group("stems", ((term, 1.0),)), 10) for term in ("alpha", "word3", "number17")]
    phrase = reader.search(Phrase("words", (("alpha",), ("beta",))), 50)
    loaded = [reader.document(number) for number, _ in phrase.best]
    return found, phrase, loaded, reader.stems("words"), list(reader.terms("words"))


def test_every_flipped_byte_is_found(tmp_path: Path) -> None:
    """An answer over damaged files is the right one or an error that names the file."""
    make(tmp_path, 6, 30)
    with ENGINE.open(tmp_path) as reader:
        truth = ask(reader)
    for path in [*sorted(tmp_path.glob("*.col")), tmp_path / toc.NAME]:
        data = path.read_bytes()
        for place in range(0, len(data), max(1, len(data) // 40)):
            path.write_bytes(data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :])
            try:
                with ENGINE.open(tmp_path) as reader:
                    assert ask(reader) == truth
            except IndexDamaged as error:
                assert path.name in str(error)
            except IndexOutdated:
                assert place < 16  # the version itself
        path.write_bytes(data)
    assert not ENGINE.verify(tmp_path).damages


def test_verify_reads_every_block(tmp_path: Path) -> None:
    """A flip that no query met is found by verify."""
    make(tmp_path)
    path = max(tmp_path.glob("*.col"), key=lambda path: path.stat().st_size)
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    (damage,) = ENGINE.verify(tmp_path).damages
    assert path.name in damage


def test_cut_and_missing_files_are_named(tmp_path: Path) -> None:
    """A file that is shorter or gone."""
    make(tmp_path)
    path = next(iter(tmp_path.glob("*.col")))
    data = path.read_bytes()
    for size in (0, 10, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:size])
        with pytest.raises(IndexDamaged, match=path.name):
            ENGINE.open(tmp_path)
    path.unlink()
    with pytest.raises(IndexDamaged, match=path.name):
        ENGINE.open(tmp_path)
    with pytest.raises(IndexMissing):
        ENGINE.open(tmp_path / "nowhere")


def test_a_killed_writer_leaves_the_old_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever replacement of a file fails, the next open finds the old index or the new one."""
    make(tmp_path)
    replace = os.replace
    for allowed in range(6):
        left = [allowed]

        def failing(self: Path, target: Path, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            replace(self, target)

        writer = ColumnsWriter(tmp_path)
        writer.add(document(f"new{allowed}.txt", "alpha new"))
        writer.delete_file("005.txt")
        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", failing)
            with contextlib.suppress(KeyboardInterrupt):
                writer.commit()
        with ENGINE.open(tmp_path) as reader:
            assert reader.search(Group("stems", (("alpha", 1.0),)), 0).total == reader.documents
        assert not ENGINE.verify(tmp_path).damages
    with ColumnsWriter(tmp_path) as writer:
        writer.commit()
    names = {entry.name for entry in os.scandir(tmp_path)}
    assert {name for name in names if name.endswith((".col", ".part"))} == toc.read_toc(tmp_path).files()


def test_readers_keep_their_state(tmp_path: Path) -> None:
    """What is open stays as it was while the index changes, is merged and cleaned up."""
    make(tmp_path)
    with ENGINE.open(tmp_path) as reader:
        assert reader.is_current()
        truth = ask(reader)
        with ColumnsWriter(tmp_path) as writer:
            for number in range(40):
                writer.delete_file(f"{number:03}.txt")
                writer.add(document(f"{number:03}.txt", "gamma"))
                if number % 10 == 9:
                    writer.commit()
        assert not reader.is_current()
        assert ask(reader) == truth
    with ENGINE.open(tmp_path) as reader:
        assert reader.documents == 40
        assert reader.search(Group("stems", (("alpha", 1.0),)), 0).total == 0


def test_adding_one_document_never_rewrites_a_large_segment() -> None:
    """Segments merge with their own tier alone, and never beyond the limit."""
    assert merge.choose([50_000_000, 900, 800, 700], [0, 0, 0, 0]) == []
    assert merge.choose([50_000_000, *[900] * 6], [0.0] * 7) == [[1, 2, 3, 4, 5, 6]]
    assert merge.choose([100] * 16, [0.0] * 16, large=50, most=350) == [[0, 1, 2]]
    assert merge.choose([5000, 9_000_000], [0.9, 0.1]) == [[0]]


def test_segments_of_workers_are_adopted(tmp_path: Path) -> None:
    """Segment files that another process wrote become part of the index with the next commit."""
    ENGINE.create(tmp_path)
    with ColumnsWriter(tmp_path) as writer:
        parts = SegmentParts(tmp_path, "p0-0", StemTable(writer.stems), 20)
        for number in range(20):
            parts.add(plain(f"{number}.txt", f"alpha n{number}"))
        names = parts.finish(frozenset())
        assert len(names) > 1
        writer.adopt(names)
        writer.commit()
    with ENGINE.open(tmp_path) as reader:
        assert reader.documents == reader.search(Group("stems", (("alpha", 1.0),)), 0).total == 20


def test_one_passage_of_a_long_text(tmp_path: Path) -> None:
    """Any range of characters comes back, whatever their width."""
    text = "".join(f"été {number} كتاب 𝄞 " for number in range(9000))
    ENGINE.create(tmp_path)
    with ColumnsWriter(tmp_path) as writer:
        writer.add(document("short.txt", "a"))
        writer.add(document("long.txt", text))
        writer.commit()
    with ENGINE.open(tmp_path) as reader:
        found = reader.search(Group("words", (("كتاب", 1.0),)), 1).best
        for start in range(0, len(text), 7919):
            assert reader.passage(found[0][0], start, start + 50) == text[start : start + 50]
