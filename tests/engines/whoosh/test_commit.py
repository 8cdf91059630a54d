"""A commit is one step: whatever is cut off when, the last state or the new one is there; no strays stay."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from coopsearch.search.engines.whoosh import table
from coopsearch.search.errors import IndexDamaged, IndexUnreadable, IndexUnwritable
from coopsearch.search.indexdir import durable
from coopsearch.search.indexdir.names import PENDING, SPOOL, is_ours
from coopsearch.search.indexdir.pages import Page, page_of, read_page
from tests.engines.whoosh.conftest import ENGINE, answers, ask, document

CALLS = ["open", "fsync", "replace", "unlink"]


@contextlib.contextmanager
def watched(act: Callable[[str, str], None]) -> Iterator[None]:
    """Call ``act`` with the name and the file of each step that changes the disk, before it is done."""
    names: dict[int, str] = {}

    def wrap(name: str) -> Any:
        real = getattr(os, name)

        def step(what: Any, *arguments: Any, **settings: Any) -> Any:
            writes = name != "open" or (arguments and arguments[0] & os.O_CREAT)
            place = names.get(what, "folder") if isinstance(what, int) else Path(what).name
            if writes:
                act(name, Path(arguments[0]).name if name == "replace" else place)
            found = real(what, *arguments, **settings)
            if name == "open":
                names[found] = place if writes else "folder"
            return found

        return step

    with contextlib.ExitStack() as stack:
        for name in CALLS:
            stack.enter_context(patch.object(os, name, wrap(name)))
        yield


def page(folder: Path, role: str, number: int) -> Page:
    """Write a page beside an index."""
    data = b'{"crc32":"","number":%d}' % number
    name = f"{role}-{number:x}-1-1.json"
    durable.create(folder / name, data)
    return page_of(name, data)


def change(folder: Path, number: int = 7) -> None:
    """Update a file, delete one, add one, learn a stem, and put a page in the place of another."""
    with ENGINE.writer(folder) as writer:
        writer.delete_file("001.txt")
        writer.add(document("001.txt", "alpha omega"))
        writer.delete_file("002.txt")
        writer.delete_file("another.txt")
        writer.add(document("another.txt", "beta gamma"))
        writer.learn({("en", "omegas"): "omega"})
        writer.commit(pages={"manifest": page(folder, "manifest", number)})


def state(folder: Path) -> object:
    """Return all that an index answers, its pages included, and that it is whole."""
    assert not ENGINE.verify(folder).damages
    with ENGINE.open(folder) as reader:
        pages = {role: read_page(folder, one) for role, one in reader.pages.items()}
        return ask(reader), pages


def names(folder: Path) -> set[str]:
    """Return the files of a folder."""
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def paged(folder: Path) -> Path:
    """An index with a page."""
    with ENGINE.writer(folder) as writer:
        writer.commit(pages={"manifest": page(folder, "manifest", 1)})
    return folder


def test_the_order_of_steps(paged: Path) -> None:
    """All that is new is forced to the disk, and the folder, before the table; what is old goes after."""
    before = table.read_table(paged).table
    steps: list[tuple[str, str]] = []
    with watched(lambda name, file: steps.append((name, file))):
        change(paged)
    after = table.read_table(paged).table
    commit = steps.index(("replace", table.NAME))
    new = after.names() - before.names()
    # A segment, the stems, the page, and Whoosh's own table.
    assert len(new) == 4
    for name in new:
        forced = [step for step in steps[:commit] if step[0] == "fsync" and step[1].startswith(name)]
        assert forced, (name, steps)
    assert steps[commit - 1] == ("fsync", f"{table.NAME}.part")
    synced = [at for at, step in enumerate(steps) if step == ("fsync", "folder")]
    last = max(at for at, (name, file) in enumerate(steps[:commit]) if name == "fsync" and file in new)
    assert any(last < at < commit for at in synced)
    gone = [at for at, (name, file) in enumerate(steps) if name == "unlink" and file in before.names()]
    assert gone
    assert any(commit < at < min(gone) for at in synced)
    assert names(paged) == after.names()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EMFILE])
def test_refused_at_every_step(paged: Path, tmp_path: Path, number: int) -> None:
    """No space, no permission, no descriptors at each step: one error that says so, and a whole state."""
    old = state(paged)
    whole = tmp_path / "whole"
    shutil.copytree(paged, whole)
    change(whole)
    new = state(whole)
    failed = 0
    for limit in range(1_000):
        copy = tmp_path / f"copy-{limit}"
        shutil.copytree(paged, copy)
        count = 0

        def act(name: str, file: str, limit: int = limit) -> None:
            nonlocal count
            del file
            count += 1
            # What cannot be removed now is removed by the next run.
            if count == limit + 1 and name != "unlink":
                raise OSError(number, os.strerror(number))

        try:
            with watched(act):
                change(copy)
        except IndexUnwritable as error:
            failed += 1
            assert os.strerror(number).lower() in str(error)
            assert "\n" not in str(error)
        assert state(copy) in (old, new)
        with ENGINE.writer(copy):
            pass
        assert names(copy) == table.read_table(copy).table.names(), limit
        shutil.rmtree(copy)
        if count < limit:
            break
    assert failed > 10


@pytest.mark.skipif(os.name != "posix", reason="limits of a process as POSIX has them")
def test_a_full_disk(paged: Path) -> None:
    """Where a file cannot grow, whatever the writer is at, the error says so and the index is as it was."""
    import resource

    old = state(paged)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    failed = 0
    for size in (0, 100, 700, 3_000, 9_000, 20_000, 60_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
        try:
            with ENGINE.writer(paged) as writer:
                for number in range(200):
                    writer.add(document(f"more{number}.txt", f"delta {number} " * 9))
                writer.commit()
        except IndexUnwritable as error:
            failed += 1
            assert "make room" in str(error)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert state(paged) == old
        assert names(paged) == table.read_table(paged).table.names()
    assert failed == 7


def test_pages_alone(paged: Path) -> None:
    """A commit of pages changes no document, names the new page, and removes the old one."""
    with ENGINE.open(paged) as reader, ENGINE.writer(paged) as writer:
        kept = {name for name in names(paged) if not name.startswith(("manifest", "whoosh.json"))}
        before = ask(reader)
        pages = {"manifest": page(paged, "manifest", 2), "coverage": page(paged, "coverage", 3)}
        assert reader.is_current()
        writer.commit(pages=pages)
        assert not reader.is_current()
        assert writer.pages == pages
        # Without pages, those of the last state stay; what is the same is not a commit.
        writer.add(document("last.txt", "omega"))
        writer.commit()
        writer.commit()
        assert writer.pages == pages
    with ENGINE.open(paged) as reader:
        assert reader.pages == pages
        assert reader.documents == 10
    assert kept - names(paged) <= {name for name in kept if name.endswith(".toc")}
    assert "manifest-1-1-1.json" not in names(paged)
    assert before != answers(paged)


def test_nothing_to_commit(paged: Path) -> None:
    """Deleting what is not there is no new state, and readers need not look again."""
    before = table.read_table(paged)
    with ENGINE.open(paged) as reader, ENGINE.writer(paged) as writer:
        writer.delete_file("nowhere.txt")
        writer.commit()
        assert reader.is_current()
    assert table.read_table(paged) == before
    assert names(paged) == before.table.names()


def test_a_page_that_is_missing(paged: Path) -> None:
    """A lost or changed page is told by a check, and named."""
    name = "manifest-1-1-1.json"
    data = (paged / name).read_bytes()
    (paged / name).write_bytes(data[:-2] + b" }")
    assert any(name in line for line in ENGINE.verify(paged).damages)
    (paged / name).unlink()
    assert any(name in line for line in ENGINE.verify(paged).damages)


def test_removed_and_swapped_files(paged: Path) -> None:
    """Each file that is removed or in the place of another is found, by who opens it and by a check."""
    files = sorted(path for path in paged.iterdir() if path.suffix != ".json")
    assert len(files) == 4
    for file in files:
        data = file.read_bytes()
        other = files[files.index(file) - 1].read_bytes()
        for content in (None, other):
            file.unlink(missing_ok=True)
            if content is not None:
                file.write_bytes(content)
            with pytest.raises(IndexDamaged, match=file.name):
                ENGINE.open(paged)
            assert any(file.name in line for line in ENGINE.verify(paged).damages)
        file.write_bytes(data)
    (paged / table.NAME).unlink()
    with pytest.raises(IndexDamaged, match=table.NAME):
        ENGINE.open(paged)


def test_every_byte_of_a_large_segment(paged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A segment too large to be read when it is opened is checked where it is read."""
    monkeypatch.setattr("coopsearch.search.engines.whoosh.integrity._WHOLE", 100)
    truth = answers(paged)
    for segment in paged.glob("*.seg"):
        data = segment.read_bytes()
        for at in range(0, len(data), 211):
            segment.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
            with contextlib.suppress(IndexDamaged):
                assert answers(paged) == truth
            assert any(segment.name in line for line in ENGINE.verify(paged).damages)
        segment.write_bytes(data)


def test_strays_and_what_is_not_ours(paged: Path) -> None:
    """Opening for writing removes files of our patterns that no state names, and nothing else."""
    ours = {"MAIN_1abc.seg", "_MAIN_99.toc", "forms-1-1-1.tsv", "coverage-1-1-1.json", f"{SPOOL}abc",
            "whoosh.json.part", "_MAIN_4.toc.part", "MAIN_1abc.seg.part"}  # fmt: skip
    others = {"notes.txt", "a.seg", "MAIN.seg", "_MAIN_1.toc.bak", "forms.tsv~", PENDING, "x.col.part"}
    assert all(map(is_ours, ours))
    (paged / "MAIN.tmp").mkdir()
    for name in ours | others:
        (paged / name).write_text("x")
    with ENGINE.writer(paged):
        pass
    assert names(paged) == table.read_table(paged).table.names() | others | {"MAIN.tmp"}


@pytest.mark.skipif(os.name != "posix", reason="modes as POSIX has them")
@pytest.mark.parametrize(("mode", "wanted"), [(0o700, 0o600), (0o755, 0o640), (0o770, 0o660)])
def test_modes(tmp_path: Path, mode: int, wanted: int) -> None:
    """Files are their owner's alone, and the group's as far as the folder is; never anybody's else."""
    folder = tmp_path / "data-1"
    folder.mkdir(mode)
    folder.chmod(mode)
    old = os.umask(0)
    try:
        ENGINE.create(folder)
        change(folder)
    finally:
        os.umask(old)
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert len(found) == 5
    assert set(found.values()) == {wanted}, found


def test_an_uncommitted_batch_leaves_nothing(paged: Path) -> None:
    """Closing drops what was added and deleted, files of finished segments included."""
    before, old = names(paged), state(paged)
    with ENGINE.writer(paged) as writer:
        writer.add(document("001.txt", "omega"))
        writer.delete_file("001.txt")
        writer.add(document("001.txt", "omega"))
        writer.learn({("en", "x"): "y"})
    assert names(paged) == before
    assert state(paged) == old


def test_a_file_of_the_same_batch(paged: Path) -> None:
    """Deleting a file deletes what the same batch added of it, and what is added afterwards stays."""
    with ENGINE.writer(paged) as writer:
        writer.add(document("new.txt", "omega"))
        writer.add(document("other.txt", "omega"))
        writer.delete_file("new.txt")
        writer.add(document("new.txt", "psi"))
        writer.commit()
    with ENGINE.open(paged) as reader:
        assert [one.text for one in reader.documents_in_file("new.txt")] == ["psi"]
        assert reader.document_frequency("words", "psi") == 1
        assert len(reader.documents_in_file("other.txt")) == 1
    assert names(paged) == table.read_table(paged).table.names()


def test_a_reader_keeps_its_state(paged: Path) -> None:
    """A reader answers from its state while the files of it are removed."""
    with ENGINE.open(paged) as reader:
        truth = ask(reader)
        for number in range(20, 30):
            change(paged, number)
            assert not reader.is_current()
            assert ask(reader) == truth


def test_a_commit_while_opening(paged: Path) -> None:
    """Files that a commit removes between reading the table and opening them are not damage."""
    real = table.read_table
    turns = iter(range(2))

    def late(folder: Path) -> table.Found:
        found = real(folder)
        if (turn := next(turns, None)) is not None:
            with patch("coopsearch.search.engines.whoosh.engine.read_table", real):
                change(folder, 40 + turn)
        return found

    with patch("coopsearch.search.engines.whoosh.engine.read_table", late), ENGINE.open(paged) as reader:
        assert reader.is_current()


@pytest.mark.parametrize("number", [errno.EACCES, errno.EMFILE, errno.EIO])
def test_no_permission(paged: Path, number: int) -> None:
    """What the system refuses to a reader or a check is not called damage, and the file is named."""
    real = os.open
    for name in sorted(names(paged)):
        if name.startswith("manifest"):
            continue

        def refuse(what: Any, *arguments: Any, name: str = name, **settings: Any) -> int:
            if str(what).endswith(name):
                raise OSError(number, os.strerror(number))
            return real(what, *arguments, **settings)

        with patch.object(os, "open", refuse), pytest.raises(IndexUnreadable, match=name) as told:
            ENGINE.open(paged)
        assert not isinstance(told.value, IndexDamaged)
        assert "damaged" not in str(told.value)
