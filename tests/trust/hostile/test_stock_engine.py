"""The engine that keeps Whoosh's files: nothing in them is run or believed, and a commit is one step."""

from __future__ import annotations

import pickle
import random
import shutil
import time
from pathlib import Path

from coopsearch.search.engines.nodes import Everything
from coopsearch.search.engines.whoosh import table
from coopsearch.search.errors import IndexDamaged
from coopsearch.search.model import Document
from tests.engines.whoosh.conftest import ENGINE, answers, largest, make, parts, reseal, rewrite
from tests.engines.whoosh.test_commit import change, names, page, state, watched
from tests.engines.whoosh.test_data import Bomb
from tests.trust.conftest import Ledger, Scale

#: Seconds of processor time within which a changed segment has to be answered or refused.
SOON = 2.0
#: What numbers become that are lengths, offsets and counts.
KINDS = [b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x80\0\0\0", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xf8", b"\1"]


class Killed(BaseException):
    """The process ends here."""


def outcome(folder: Path) -> str:
    """Ask an index that somebody made; return what is wrong with the answer, "" if nothing."""
    began = time.process_time()
    try:
        answers(folder)
    except IndexDamaged:
        pass
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is counted
        return f"{type(error).__name__}: {error}"
    return "" if time.process_time() - began < SOON else "slow"


def test_changed_bytes(tmp_path: Path, ledger: Ledger, scale: Scale) -> None:
    """Changed bytes and pickles anywhere in a segment, with right checksums, are answered or refused soon."""
    folder = make(tmp_path / "data-1")
    target = tmp_path / "ran"
    bomb = pickle.dumps(Bomb(target))
    chance = random.Random(5)
    segment = largest(folder)
    some = parts(segment)
    before = (folder / table.NAME).read_bytes()
    wrong = []
    tried = scale(120, 6_000)
    for turn in range(tried):
        name = chance.choice(sorted(some))
        whole = some[name]
        at = chance.randrange(len(whole))
        value = chance.choice([*KINDS, bomb, bytes([whole[at] ^ 1 << chance.randrange(8)])])
        changed = whole[:at] + value + whole[at + len(value) :]
        (folder / table.NAME).write_bytes(before)
        rewrite(segment, {**some, name: changed[: len(changed) - (turn % 7 == 0)]})
        if found := outcome(folder):
            wrong.append((name, at, value, found))
    ran = int(target.exists())
    ledger(
        "data", "stock engine: changed segments", tried=tried, wrong=len(wrong) + ran, note="right checksums"
    )
    assert not ran
    assert not wrong, wrong[:3]


def test_pickles_in_place_of_files(tmp_path: Path, ledger: Ledger) -> None:
    """A pickle in place of each file and each part, before and behind it, is never run."""
    folder = make(tmp_path / "data-1")
    target = tmp_path / "ran"
    bomb = pickle.dumps(Bomb(target))
    before = {path: path.read_bytes() for path in folder.iterdir()}
    segment = largest(folder)
    some = parts(segment)
    wrong: list[str] = []
    tried = 0

    def ask() -> None:
        nonlocal tried
        tried += 1
        wrong.extend(filter(None, [outcome(folder)]))
        for path in folder.iterdir():
            path.unlink()
        for path, data in before.items():
            path.write_bytes(data)

    for path, data in before.items():
        for changed in (bomb, bomb + data, data + bomb):
            path.write_bytes(changed)
            if path.name != table.NAME:
                reseal(folder)
            ask()
    for name, data in some.items():
        for changed in (bomb, bomb + data, data + bomb):
            rewrite(segment, {**some, name: changed})
            ask()
    ran = int(target.exists())
    ledger("data", "stock engine: pickles in files and parts", tried=tried, wrong=len(wrong) + ran)
    assert tried > 30
    assert not ran
    assert not wrong


def documents(folder: Path) -> list[Document]:
    """Return all documents, in order."""
    with ENGINE.open(folder) as reader:
        return [reader.document(number) for number, _ in reader.search(Everything(), 100).best]


def test_killed_at_every_step(tmp_path: Path, ledger: Ledger) -> None:
    """Cut off before each step of a commit, the old state or the new one is whole; the next run clears up."""
    first = make(tmp_path / "data-1")
    with ENGINE.writer(first) as writer:
        writer.commit(pages={"manifest": page(first, "manifest", 1)})
    old = state(first)
    whole = tmp_path / "whole"
    shutil.copytree(first, whole)
    change(whole)
    new = state(whole)
    wrong: list[int] = []
    seen = set()
    for limit in range(1_000):
        copy = tmp_path / f"copy-{limit}"
        shutil.copytree(first, copy)
        left = limit

        def act(name: str, file: str) -> None:
            nonlocal left
            del name, file
            # Who is dead does nothing any more, nor does what would clear up after it.
            if left <= 0:
                raise Killed
            left -= 1

        try:
            with watched(act):
                change(copy)
        except Killed:
            pass
        else:
            break
        found = state(copy)
        with ENGINE.writer(copy):
            pass
        right = found in (old, new) and state(copy) == found
        right = right and names(copy) == table.read_table(copy).table.names()
        # The next run can do it all again.
        change(copy, 8)
        if not right or documents(copy) != documents(whole):
            wrong.append(limit)
        seen.add(found == new)
        shutil.rmtree(copy)
    ledger("killed", "stock engine: every step of a commit", tried=limit, wrong=len(wrong))
    assert not wrong
    assert seen == {False, True}
    assert limit > 15
