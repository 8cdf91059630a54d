"""Stored documents come back as they were, whichever library compressed them."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.engines.columns.storage import stored_document
from coopsearch.search.engines.columns.storage.column_file import ColumnFile
from coopsearch.search.engines.columns.storage.column_writer import ColumnWriter
from coopsearch.search.engines.columns.storage.doc_store import Store
from coopsearch.search.engines.columns.storage.doc_store_writer import StoreWriter
from coopsearch.search.model import Document, Passage
from tests.effort import effort

WORDS = "the smugglers réfugiées والمهربين were seen at a border of 2019 \u200f x".split()


def records(count: int) -> list[bytes]:
    """Return documents of many lengths, more than one dictionary is learned from."""
    chance = random.Random(7)
    return [
        f'["{number}"]\n{" ".join(chance.choices(WORDS, k=chance.choice([0, 3, 80, 2000])))}'.encode()
        for number in range(count)
    ]


def written(path: Path, documents: list[bytes]) -> Store:
    """Write documents and open what was written."""
    out = ColumnWriter(path)
    writer = StoreWriter(out)
    for document in documents:
        writer.add(document)
    writer.finish()
    out.finish({})
    return Store(ColumnFile(path))


@pytest.mark.parametrize("count", [0, 1, 30, 400])
@pytest.mark.parametrize("missing", [False, True], ids=["isal", "zlib alone"])
def test_documents_come_back(
    count: int, missing: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With isal and on a machine without it, a document and its head are read as they were given."""
    if missing:
        monkeypatch.setitem(sys.modules, "isal", None)
    documents = records(count)
    store = written(tmp_path / "a.seg", documents)
    assert [store.record(number) for number in range(count)] == documents
    assert [store.head(number) for number in range(count)] == [one.split(b"\n")[0] for one in documents]
    begun = [store.beginning(number).split(b"\n")[0] for number in range(count)]
    assert begun == [one.split(b"\n")[0] for one in documents]
    assert store.size == sum(map(len, documents))


_texts = st.text(max_size=20)
_passages = st.builds(
    Passage,
    st.integers(0, 9),
    st.integers(9, 20),
    st.none() | st.integers(1, 9),
    st.none() | st.integers(1, 9),
    st.lists(_texts, max_size=2).map(tuple),
    st.integers(0, 3),
    st.sampled_from(["en", "ar", ""]),
)
_documents = st.builds(
    Document,
    _texts.filter(bool),
    _texts.filter(bool),
    _texts,
    st.text(),
    st.lists(_passages, max_size=3).map(tuple),
    _texts,
    st.sampled_from(["", "2020-01-31"]),
    st.dictionaries(_texts, _texts, max_size=2),
)


@given(_documents, st.booleans())
def test_outline(document: Document, same: bool) -> None:
    """What names a document is read from its whole record and from its JSON as it was packed."""
    document = document._replace(file=document.path if same else document.file)
    record = stored_document.pack(document)
    expected = document._replace(text="", passages=())
    assert stored_document.outline(record) == expected
    assert stored_document.outline(record.partition(b"\n")[0]) == expected


def test_isal_compresses_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its blocks are smaller than the text by as much, give or take a tenth, and no copies of zlib's."""
    documents = records(400)
    fast = b"".join(written(tmp_path / "fast.seg", documents).packed())
    monkeypatch.setitem(sys.modules, "isal", None)
    slow = b"".join(written(tmp_path / "slow.seg", documents).packed())
    assert fast != slow
    assert len(fast) < 1.1 * len(slow) < 0.6 * sum(map(len, documents))


def test_a_long_document_is_read_in_the_time_of_its_length(tmp_path: Path) -> None:
    """Sixteen times the text takes no more than some sixteen times the work."""
    chance = random.Random(7)
    text = " ".join(chance.choices(WORDS, k=150_000)).encode()
    documents = [b'["short"]\n' + text, b'["long"]\n' + text * 16]
    store = written(tmp_path / "a.seg", documents)
    assert store.record(1) == documents[1]

    def work(number: int) -> float:
        # Nothing is known yet of a document that somebody opens.
        store._kept.clear()
        return effort(lambda: store.record(number))

    # Of several tries, the best: what else the machine does costs time, and never saves any.
    short, long = (min(work(number) for _ in range(3)) for number in (0, 1))
    assert long < 64 * short
