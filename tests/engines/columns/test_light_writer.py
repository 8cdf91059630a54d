"""A writer that was told of no document does what the writer of documents does, without its columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.engines.base import Writer
from coopsearch.search.engines.columns.build.part_writer import SegmentParts
from coopsearch.search.engines.columns.light_writer import LightWriter
from coopsearch.search.engines.columns.storage import toc
from coopsearch.search.engines.columns.writer import ColumnsWriter
from coopsearch.search.errors import IndexDamaged
from coopsearch.search.indexdir.pages import Page, page_of

from .test_trust import ENGINE, ask, document, make, plain

BOTH: list[Callable[[Path], Writer]] = [LightWriter, ColumnsWriter]


def page(folder: Path, name: str) -> Page:
    """Make a page as a run does before it commits."""
    (folder / name).write_bytes(name.encode())
    return page_of(name, name.encode())


def test_the_engine_gives_it(tmp_path: Path) -> None:
    """Whoever writes begins without columns."""
    make(tmp_path)
    with ENGINE.writer(tmp_path) as writer:
        assert type(writer) is LightWriter
        assert writer._columns is None
        assert dict(writer.stems("words")) == {"en": "word", "fr": "words"}
        writer.commit()
        assert writer._columns is None


@pytest.mark.parametrize("opened", BOTH)
def test_pages_change_and_nothing_else(tmp_path: Path, opened: Callable[[Path], Writer]) -> None:
    """A commit of pages keeps the documents and adds one to the generation; earlier pages go."""
    make(tmp_path)
    with ENGINE.open(tmp_path) as reader:
        truth, generation = ask(reader), reader.generation
    with opened(tmp_path) as writer:
        for number, name in enumerate(("manifest-1-1-1.json", "manifest-1-1-2.json"), 1):
            writer.commit(pages={"manifest.0": page(tmp_path, name)})
            writer.commit()
            assert writer.pages["manifest.0"].name == name
            with ENGINE.open(tmp_path) as reader:
                assert (ask(reader), reader.generation, reader.pages) == (
                    truth,
                    generation + number,
                    writer.pages,
                )
    assert {one.name for one in tmp_path.iterdir()} == toc.read_toc(tmp_path).every()


@pytest.mark.parametrize("opened", BOTH)
def test_what_a_killed_writer_left_goes(tmp_path: Path, opened: Callable[[Path], Writer]) -> None:
    """Files that no state names are removed when a writer opens, and when it closes without a commit."""
    make(tmp_path)
    kept = toc.read_toc(tmp_path).every()
    page(tmp_path, "manifest-1-1-1.json")
    with opened(tmp_path):
        assert {one.name for one in tmp_path.iterdir()} == kept
        page(tmp_path, "manifest-1-1-2.json")
    assert {one.name for one in tmp_path.iterdir()} == kept


@pytest.mark.parametrize("opened", BOTH)
def test_damage_is_told_when_it_opens(tmp_path: Path, opened: Callable[[Path], Writer]) -> None:
    """A byte of any small file that is another, or a file that is missing, ends a run before it begins."""
    make(tmp_path, 6, 30)
    for name in sorted(toc.read_toc(tmp_path).files()):
        path = tmp_path / name
        whole = path.read_bytes()
        for place in (0, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(IndexDamaged, match=name):
                opened(tmp_path)
        path.unlink()
        with pytest.raises(IndexDamaged, match=f"{name} is missing"):
            opened(tmp_path)
        path.write_bytes(whole)
    opened(tmp_path).close()


def test_documents_after_pages(tmp_path: Path) -> None:
    """Documents that come or go after a commit of pages are written as ever."""
    make(tmp_path)
    with LightWriter(tmp_path) as writer:
        writer.commit(pages={"manifest.0": page(tmp_path, "manifest-1-1-1.json")})
        writer.delete_file("004.txt")
        writer.add(document("new.txt", "alpha novelty"))
        writer.learn({("en", "novelty"): "novelti"})
        writer.commit()
        assert writer.stems("novelty") == {"en": "novelti"}
        assert writer.pages.keys() == {"manifest.0"}
    with ENGINE.open(tmp_path) as reader:
        assert reader.documents == 39
        assert [one.path for one in reader.documents_in_file("new.txt")] == ["new.txt"]
        assert reader.documents_in_file("004.txt") == []
    assert not ENGINE.verify(tmp_path).damages


def test_parts_that_were_made_before_it_had_columns(tmp_path: Path) -> None:
    """Parts are made beside a writer that knows of no document yet, and none is lost when it adopts them."""
    ENGINE.create(tmp_path)
    with LightWriter(tmp_path) as writer:
        parts = SegmentParts(tmp_path, "p0-0", StemTable(writer.stems), 20)
        for number in range(20):
            parts.add(plain(f"{number}.txt", f"alpha n{number}"))
        writer.adopt(parts.finish(frozenset()))
        writer.commit()
    with ENGINE.open(tmp_path) as reader:
        assert reader.documents == 20
    assert not ENGINE.verify(tmp_path).damages


def test_segments_that_wait_are_merged(tmp_path: Path) -> None:
    """Where an earlier run left segments to merge, a commit of pages merges them."""
    ENGINE.create(tmp_path)
    for number in range(8):
        with ColumnsWriter(tmp_path, spare_tokens=0, most_tokens=0) as writer:
            writer.add(document(f"{number}.txt", "alpha beta"))
            writer.commit()
    assert len(toc.read_toc(tmp_path).segments) == 8
    with LightWriter(tmp_path) as light:
        light.commit(pages={"manifest.0": page(tmp_path, "manifest-1-1-1.json")})
    assert len(toc.read_toc(tmp_path).segments) < 8
    with ENGINE.open(tmp_path) as reader:
        assert reader.documents == 8
