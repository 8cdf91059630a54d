"""Opening an index maps its files: what is read does not grow with what they hold."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from coopsearch.search import schema
from coopsearch.search.engines.columns.writer import ColumnsWriter
from coopsearch.search.engines.nodes import Group

from .test_trust import ENGINE, document


def make(folder: Path, documents: int) -> Path:
    """Make an index of one segment, with many words and one document that holds a rare one."""
    folder.mkdir()
    ENGINE.create(folder)
    with ColumnsWriter(folder) as writer:
        for number in range(documents):
            words = " ".join(f"w{number * 7 + place}" for place in range(40))
            writer.add(document(f"{number:05}.txt", f"{words} {'rare' if number == 3 else 'common'}"))
        writer.commit()
    return folder


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], int]:
    """Count the bytes whose checksum is compared: all that is read is."""
    read = [0]
    checksum = zlib.crc32

    def crc32(data: bytes, value: int = 0) -> int:
        read[0] += len(data)
        return checksum(data, value)

    def count(work: Callable[[], object]) -> int:
        before = read[0]
        work()
        return read[0] - before

    monkeypatch.setattr(zlib, "crc32", crc32)
    return count


def test_opening_reads_the_headers_alone(
    tmp_path: Path, counted: Callable[[Callable[[], object]], int]
) -> None:
    """Of an index of 4,000 documents no more is read than of one of 20, but for wider numbers in a header."""
    small, large = make(tmp_path / "small", 20), make(tmp_path / "large", 4_000)
    sizes = [sum(path.stat().st_size for path in folder.glob("*.col")) for folder in (small, large)]
    assert sizes[1] > 25 * sizes[0]

    def opened(folder: Path) -> None:
        with ENGINE.open(folder) as reader:
            # What every search asks first.
            assert list(reader.terms(schema.LANGUAGE))

    costs = [counted(lambda folder=folder: opened(folder)) for folder in (small, large)]  # type: ignore[misc]
    assert costs[1] < costs[0] + 8_000
    assert costs[1] < sizes[1] / 50


def test_looking_up_a_word_reads_few_blocks(
    tmp_path: Path, counted: Callable[[Callable[[], object]], int]
) -> None:
    """Finding a rare word, and the document that holds it, reads a small part of the index."""
    large = make(tmp_path / "large", 4_000)
    size = sum(path.stat().st_size for path in large.glob("*.col"))
    with ENGINE.open(large) as reader:
        rare = Group(schema.STEMS, (("rare", 1.0),))
        cost = counted(lambda: [reader.document(number) for number, _ in reader.search(rare, 10).best])
        assert 0 < cost < size / 5
        assert counted(lambda: reader.search(rare, 10)) == 0
