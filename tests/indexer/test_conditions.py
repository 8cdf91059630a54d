"""What a file was read under is kept with its row, and is understood as earlier versions wrote it."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.indexer import Report, sync
from coopsearch.indexer.manifest.conditions import (
    NONE,
    Conditions,
    checked,
    conditions_of,
    from_text,
    packed,
)
from coopsearch.indexer.manifest.entry import UNKNOWN, Entry
from coopsearch.indexer.manifest.opened import open_books
from coopsearch.indexer.sandbox.host import Limits
from coopsearch.search.engines.columns.storage import toc
from coopsearch.search.errors import FileState, IndexDamaged
from coopsearch.search.indexdir.pages import parse

LIMIT: Final = 2_000
RUN: Final = conditions_of(LIMIT, Limits()._asdict())
NUMBERS: Final = st.one_of(st.integers(-(10**12), 10**12), st.floats(-1e9, 1e9))
CONDITIONS: Final = st.builds(
    Conditions,
    st.none() | st.integers(0, 10**12),
    st.dictionaries(st.text(max_size=8), NUMBERS, max_size=4).map(lambda pairs: tuple(pairs.items())),
    st.text(max_size=8),
    st.lists(st.text(max_size=8), max_size=3).map(tuple),
)


def in_one_text(noted: Conditions) -> str:
    """Return conditions as the first version of the pages told them."""
    pairs = [] if noted.size is None else [f"size={noted.size}"]
    pairs += [f"{name}={most}" for name, most in noted.limits]
    pairs += [f"ocr={noted.ocr}"] if noted.ocr else []
    return " ".join(pairs) + (f" without {' '.join(noted.missing)}" if noted.missing else "")


@given(CONDITIONS)
def test_kept(noted: Conditions) -> None:
    """What is written of conditions is what is read again."""
    assert checked(json.loads(json.dumps(packed(noted)))) == noted


@pytest.mark.parametrize(
    "noted",
    [
        NONE,
        RUN,
        conditions_of(64, Limits(seconds=5, memory=1 << 40)._asdict(), "eng+fra+ara"),
        RUN.without(["numpy", "", "docx"]),
        NONE.without(["numpy"]),
    ],
)
def test_one_text(noted: Conditions) -> None:
    """The text in which the first version told conditions is read as what it said."""
    assert from_text(in_one_text(noted)) == noted
    assert from_text("size=2000 seconds=60.0 ocr=eng without numpy docx") == Conditions(
        2000, (("seconds", 60.0),), "eng", ("numpy", "docx")
    )


@pytest.mark.parametrize("text", ["garbage", "size=many", "seconds=nan", "cpu=", "=", "size=-1 depth=inf"])
def test_no_run(text: str) -> None:
    """A text that no run wrote fits no run, and can be written again."""
    noted = from_text(text)
    assert noted.held_back
    assert not noted.is_settled(RUN)
    assert checked(json.loads(json.dumps(packed(noted)))) == noted


@pytest.mark.parametrize(
    "value",
    ["", [], {}, {"size": 1}, {**(packed(RUN) or {}), "size": -1}, {**(packed(RUN) or {}), "more": 1}],
)
def test_damage(value: Any) -> None:
    """What no page holds is refused."""
    with pytest.raises(IndexDamaged, match="cannot be read"):
        parse(Path("page"), json.dumps(value), checked)


def test_settled() -> None:
    """Only another limit, or a library that is there now, makes a file worth another reading."""
    other = conditions_of(LIMIT + 1, Limits()._asdict())
    assert NONE.is_settled(RUN)
    assert RUN.is_settled(RUN)
    assert not RUN.is_settled(other)
    assert not RUN.is_settled(conditions_of(LIMIT, Limits()._asdict(), "eng"))
    assert NONE.without(["no_such_library"]).is_settled(other)
    assert RUN.without(["no_such_library"]).is_settled(RUN)
    assert not RUN.without(["no_such_library", "json"]).is_settled(RUN)
    assert NONE.without(["json.decoder"]).is_settled(RUN), "no package is imported for what a page says"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Two files that are read, and one that is over the limit; none of them touched of late."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, text in (("a", "zander"), ("b", "perch"), ("c", "pike " * LIMIT)):
        path = docs / f"{name}.txt"
        path.write_text(text, encoding="utf-8")
        os.utime(path, (1_600_000_000, 1_600_000_000))
    return docs


def rewrite(index: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Change every page of rows, and have the table of contents name what is there then; count the pages."""
    data = next(index.glob("data-*"))
    table = json.loads((data / toc.NAME).read_bytes().splitlines()[0])
    names = [role for role in table["pages"] if role.startswith("manifest.")]
    for role in names:
        name = table["pages"][role][0]
        page = json.dumps(change(json.loads((data / name).read_bytes()))).encode()
        (data / name).write_bytes(page)
        table["pages"][role] = [name, len(page), zlib.crc32(page)]
    body = json.dumps(table).encode()
    (data / toc.NAME).write_bytes(b"%b\n%08x\n" % (body, zlib.crc32(body)))
    return len(names)


def of_before(missing: str = "") -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what makes a page of rows one of the first version, with this library noted as missing."""

    def change(page: dict[str, Any]) -> dict[str, Any]:
        del page["version"], page["brought"]
        for row in page["files"]:
            del row[-2:]
            del row[-2]
            row[11] = in_one_text(checked(row[11]).without([missing]))
        return page

    return change


def undated(index: Path) -> dict[str, Entry]:
    """Return the rows as those of a version that did not note when files were added."""
    return {
        entry.file: replace(entry, added_ms=UNKNOWN, changed_ms=UNKNOWN)
        for entry in open_books(index).manifest
    }


def again(tree: Path, index: Path, limit: int = LIMIT) -> tuple[Report, set[str]]:
    """Bring the index up to date; return the report, and the files that were looked into."""
    paths: set[str] = set()
    report = sync(
        [tree], index, max_size=limit, progress=lambda progress: paths.add(Path(progress.path).name)
    )
    return report, paths - {""}


def test_migration(tree: Path, tmp_path: Path) -> None:
    """An index with pages of the first version is opened as before, and no file is read again for that."""
    index = tmp_path / "ix"
    assert [one.state for one in again(tree, index)[0].failed] == [FileState.TOO_LARGE]
    before = undated(index)
    assert rewrite(index, of_before())
    raw = [path.read_text(encoding="utf-8") for path in next(index.glob("data-*")).glob("manifest-*")]
    assert any(f'"size={LIMIT} seconds={Limits().seconds} ' in page for page in raw)
    assert {entry.file: entry for entry in open_books(index).manifest} == before
    report, read = again(tree, index)
    assert (report.unchanged, read) == (3, set())
    # A row that is new joins those of before in a page of this version.
    (tree / "d.txt").write_text("bream", encoding="utf-8")
    report, read = again(tree, index)
    assert (report.unchanged, report.added, read) == (3, 1, {"d.txt"})
    assert before.items() <= {entry.file: entry for entry in open_books(index).manifest}.items()
    report, read = again(tree, index, limit=10 * LIMIT)
    assert (report.updated + report.added, report.failed) == (1, ())
    assert "c.txt" in read


def test_migration_of_second(tree: Path, tmp_path: Path) -> None:
    """An index with pages of the second version, which tells of no members, is opened as before."""

    def change(page: dict[str, Any]) -> dict[str, Any]:
        for row in page["files"]:
            del row[-2:]
            assert row.pop(-2) is None
        del page["brought"]
        return {**page, "version": 2}

    index = tmp_path / "ix"
    again(tree, index)
    before = undated(index)
    assert rewrite(index, change)
    assert {entry.file: entry for entry in open_books(index).manifest} == before
    assert again(tree, index)[1] == set()


def test_migration_of_third(tree: Path, tmp_path: Path) -> None:
    """An index with pages of the third version tells no moments, and learns it of those to come."""

    def change(page: dict[str, Any]) -> dict[str, Any]:
        for row in page["files"]:
            del row[-2:]
        del page["brought"]
        return {**page, "version": 3}

    index = tmp_path / "ix"
    again(tree, index)
    before = undated(index)
    assert rewrite(index, change)
    assert {entry.file: entry for entry in open_books(index).manifest} == before
    assert again(tree, index)[1] == set()
    (tree / "d.txt").write_text("bream", encoding="utf-8")
    (tree / "a.txt").write_text("bream and bass", encoding="utf-8")
    again(tree, index)
    moments = {entry.file: (entry.added_ms, entry.changed_ms) for entry in open_books(index).manifest}
    assert moments["docs/b.txt"] == (UNKNOWN, UNKNOWN)
    assert moments["docs/a.txt"][0] == UNKNOWN < moments["docs/a.txt"][1]
    assert moments["docs/d.txt"][0] == moments["docs/d.txt"][1] > 0


def test_migration_of_missing_libraries(tree: Path, tmp_path: Path) -> None:
    """Libraries that a page of the first version notes as missing are looked for again."""
    index = tmp_path / "ix"
    again(tree, index)
    rewrite(index, of_before("no_such_library"))
    assert again(tree, index)[1] == set()
    again(tree, tmp_path / "other")
    rewrite(tmp_path / "other", of_before("json"))
    assert again(tree, tmp_path / "other")[1] == {"a.txt", "b.txt", "c.txt"}


def test_another_version(tree: Path, tmp_path: Path) -> None:
    """A page of a version that is not known is told as one that cannot be read, with the way out."""
    index = tmp_path / "ix"
    again(tree, index)
    rewrite(index, lambda page: {**page, "version": 99})
    with pytest.raises(IndexDamaged, match=r"cannot be read.*run `coopsearch index --rebuild`"):
        open_books(index)
