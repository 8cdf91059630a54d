"""Documents that stand in documents of Office before 2007, as folders of streams: each is read as a file."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest

from coopsearch.indexer.extract.office.ole import Compound
from coopsearch.indexer.extract.office.ole_copy import copied
from coopsearch.search.errors import ExtractionError
from tests.conftest import Run
from tests.extract.nested import read as read_file
from tests.extract.office.test_old_drawings import at, graph, mangled, shape, slides, word
from tests.extract.office.test_ole import xls


class Folder:
    """What a folder of a compound file has, made from a mapping."""

    def __init__(self, inside: Mapping[str, object]) -> None:
        self._inside = inside

    def streams(self) -> list[str]:
        """Return the names of the streams."""
        return [one for one, value in self._inside.items() if isinstance(value, bytes)]

    def folders(self) -> list[str]:
        """Return the names of the folders."""
        return [one for one, value in self._inside.items() if not isinstance(value, bytes)]

    def folder(self, of_name: str) -> Folder:
        """Return a folder."""
        return Folder(cast("Mapping[str, object]", self._inside[of_name]))

    def read(self, of_name: str) -> bytes:
        """Return a stream."""
        return cast("bytes", self._inside[of_name])


def nested(inside: Mapping[str, object]) -> bytes:
    """Return a compound file with folders."""
    return copied(cast("Compound", Folder(inside)), 1 << 30)


def test_copy() -> None:
    """A folder that is written as a file has what was in it, whatever its size, but no more than may be."""
    chance = random.Random(1)
    inside = {
        "a": chance.randbytes(5),
        "b": {"c": chance.randbytes(9_000_000), "d": {"e": b""}},
        "f": b"x" * 4096,
    }
    whole = Compound(nested({"outer": inside}))
    again = Compound(copied(whole.folder("outer"), 10_000_000))
    assert (again.streams(), again.folders()) == (["a", "f"], ["b"])
    assert again.read("a") == inside["a"]
    assert again.folder("b").read("c") == cast("dict[str, object]", inside["b"])["c"]
    assert again.folder("b").folder("d").streams() == ["e"]
    with pytest.raises(ExtractionError, match="lie over each other"):
        copied(whole.folder("outer"), 9_000_000)


def holding() -> bytes:
    """Return a document of Word in which a workbook, a chart and a presentation are embedded."""
    document = Compound(word())
    show = Compound(slides(shape(3, at(0), words="Border report")))
    return nested({
        **{one: document.read(one) for one in document.streams()},
        "ObjectPool": {
            "_1": {"Workbook": xls()},
            "_2": {"Workbook": graph(), "\x01CompObj": b"Microsoft Graph Chart"},
            "_3": {one: show.read(one) for one in show.streams()},
        },
    })  # fmt: skip


def test_embedded(tmp_path: Path, run: Run) -> None:
    """Documents and charts in an old document are read as members of their own, by the command too."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.doc").write_bytes(holding())
    documents, problems = read_file(docs / "a.doc")
    assert not problems
    assert [(one.path, one.type) for one in documents] == [
        ("a.doc", "doc"), ("a.doc!part 1.xls", "xls"), ("a.doc!part 2.xls", "xls"),
        ("a.doc!part 3.ppt", "ppt"),
    ]  # fmt: skip
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    for query, path in (("قارب", "part 2.xls"), ('"border report"', "part 3.ppt"), ('"port of sfax"', "")):
        (hit,) = run(query, "--index", "ix", "--json", cwd=tmp_path).objects()
        assert hit["shown"].removeprefix("docs/a.doc").removeprefix("!") == path


def test_counted(tmp_path: Path, run: Run) -> None:
    """A drawing of Visio in a document is not read, and named among what was not."""
    document = Compound(word())
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.doc").write_bytes(
        nested({
            **{one: document.read(one) for one in document.streams()},
            "ObjectPool": {"_1": {"VisioDocument": b"Visio (TM) Drawing"}, "_2": {"Equation Native": b"x"}},
        })
    )  # fmt: skip
    (told,) = run("index", "docs", "--index", "ix", "--json", cwd=tmp_path).objects()
    assert [one["shown"].rpartition("docs/")[2] for one in told["unread"]] == ["a.doc!part 1.vsd"]


def test_mangled() -> None:
    """A document cut and changed at random gives documents or a reason, and what is in it does too."""
    mangled(holding(), "a.doc")
