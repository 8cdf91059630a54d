"""Documents of every format with changed and missing bytes, through the real command and the real readers."""

from __future__ import annotations

import random
from contextlib import closing
from itertools import chain
from pathlib import Path

import pytest

from coopsearch.indexer.extract import Source, format_of, format_of_bytes
from coopsearch.indexer.extract.signatures import START
from coopsearch.indexer.problem import Problem
from coopsearch.indexer.sandbox.host import Isolation, Limits
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document
from tests.conftest import Run
from tests.extract.mangle import mangled, samples
from tests.extract.office.office_files import docx
from tests.extract.office.test_alternative import picture
from tests.extract.office.test_charts import ARRIVALS, word
from tests.extract.office.test_chunks import CHUNK, merged
from tests.extract.office.test_endings import MAKERS
from tests.extract.office.test_reading_order import box, deck
from tests.extract.office.test_xlsb import book
from tests.extract.test_bad_input import indexed, states


def test_command(shared: Path, tmp_path: Path, run: Run) -> None:
    """A folder of damaged copies: the run ends, each file is in one state, and the good ones are found."""
    chance = random.Random(5)
    docs = tmp_path / "docs"
    docs.mkdir()
    names = {"good.txt"}
    for number, path in enumerate(samples(shared / "fixtures", 4, chance)):
        name = f"{number}{path.suffix}"
        (docs / name).write_bytes(mangled(path.read_bytes(), chance))
        names.add(name)
    assert len(names) > 60
    indexed(run, tmp_path)
    assert set(states(run, tmp_path)) == names
    again = run("index", "docs", "--index", "ix", "--json", cwd=tmp_path).objects()[0]
    assert (again["added"], again["updated"], again["removed"]) == (0, 0, 0)


def made(folder: Path) -> Path:
    """Write a small office document of every ending into a folder: of many there is no other sample."""
    folder.mkdir()
    for ending, maker in MAKERS.items():
        (folder / f"made{ending}").write_bytes(maker(ending, "smuggling routes"))
    (folder / "cells.xlsb").write_bytes(book())
    (folder / "places.pptx").write_bytes(deck(box("first", 0, 0) + box("second", 0, 9)))
    (folder / "pictures.docx").write_bytes(docx(f"<w:p>{picture()}</w:p>"))
    (folder / "chart.docx").write_bytes(word(ARRIVALS))
    (folder / "chunks.docx").write_bytes(
        merged(CHUNK.format(1) + CHUNK.format(2), a_html=b"<p>smuggling</p>", b_rtf=rb"{\rtf1 routes}")
    )
    return folder


def check(shared: Path, tmp_path: Path, rounds: int, chance: random.Random) -> None:
    """Read changed copies: each gives documents that make sense, or a reason that is not a reader's fault."""
    own = made(tmp_path / "made")
    with closing(Isolation(Limits(seconds=30))) as isolation:
        for turn in range(rounds):
            given = chain(samples(shared / "fixtures", 3, chance), samples(own, 1, chance))
            for number, path in enumerate(given):
                data = mangled(path.read_bytes(), chance)
                copy = tmp_path / f"{turn}-{number}{path.suffix}"
                copy.write_bytes(data)
                try:
                    read(isolation, copy, data)
                except AssertionError as error:
                    pytest.fail(f"{copy}, made of {path.name}: {error}")
                copy.unlink()


def read(isolation: Isolation, path: Path, data: bytes) -> None:
    """Read one copy."""
    named = format_of(path)
    assert named is not None
    form = format_of_bytes(named, data[:START])
    source = Source(path, path.name, "2001-02-03")
    reason = ""
    try:
        for item in isolation.read(form.extract, source):
            if isinstance(item, Document):
                item.text.encode()
                item.title.encode()
                for one in item.passages:
                    assert 0 <= one.start <= one.end <= len(item.text)
            elif isinstance(item, Problem):
                assert not item.reason.startswith("cannot be read"), item.reason
    except ExtractionError as error:
        reason = str(error)
    # A damaged PDF may bring PDFium down: that is what isolation is for.
    assert form.name == "pdf" or not reason.startswith("cannot be read"), reason
    assert "took" not in reason, reason


def test_readers(shared: Path, tmp_path: Path) -> None:
    """Changed copies end in documents or reasons; no reader breaks down over one, or hangs."""
    check(shared, tmp_path, 15, random.Random(7))


@pytest.mark.long
def test_readers_long(shared: Path, tmp_path: Path) -> None:
    """Many more of them, other ones each time."""
    seed = random.randrange(1 << 30)
    print("seed", seed)
    check(shared, tmp_path, 100, random.Random(seed))
