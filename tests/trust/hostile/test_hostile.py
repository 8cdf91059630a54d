"""An index is data, whoever made it: it runs nothing, leads nowhere, and what is not ours is not touched."""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import pytest

from coopsearch.search.engines import NAMES
from tests.trust import trials
from tests.trust.conftest import Ledger, Scale
from tests.trust.hostile import payloads, resealing
from tests.trust.trials import (
    DATA,
    INDEX,
    data_of,
    lay_sentinels,
    make,
    place,
    posix_only,
    reading,
    seen,
    stage,
    writing,
)

pytestmark = posix_only
#: Room for the payloads that ask for memory: what numpy and the rest hold is some 60 MB.
MEGABYTES: Final = 300


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A whole index of each engine."""
    return {engine: make(tmp_path_factory.mktemp(engine), engine) for engine in NAMES}


def attack(
    index: Path, name: str, victims: Iterable[Path] = (), *, turn: int | None = None, writes: bool = True
) -> list[str]:
    """Play commands and faces against an index, all or a third; return what went wrong."""
    folder = index.parent
    watched = [*victims]
    before = seen(watched)
    faults: list[str] = []
    for steps in (reading(index, turn), *([step] for step in (writing(index) if writes else ()))):
        played = stage().play(folder, steps)
        faults += played.faults(megabytes=MEGABYTES)
        if (folder / payloads.MARK).exists():
            faults.append(f"{steps[0]}: code ran")
            (folder / payloads.MARK).unlink()
    after = seen([path for path in watched if os.path.lexists(path)])
    faults += [f"touched: {path}" for path, value in before.items() if after.get(path) != value]
    return [f"{name}: {fault}" for fault in faults]


def engine_said(index: Path, engine: str) -> None:
    """Let the first page say that another engine keeps the index."""
    resealing.say(index / "index.json", lambda value: value.update(engine=engine))


def test_pickles_in_every_place(
    samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale
) -> None:
    """A payload in the place of any pickle of any file, or anywhere in it, is never run."""
    faults: list[str] = []
    tried = 0
    for kept, sample in samples.items():
        for path in sorted(data_of(sample).iterdir()):
            cases = [*payloads.laid(path.read_bytes()), *payloads.sprayed(path.read_bytes(), scale(1, 8))]
            for number, (at, data) in enumerate(cases):
                for said in NAMES if number < scale(1, 4) else (kept,):
                    index = place(sample, tmp_path / f"{tried}")
                    (data_of(index) / path.name).write_bytes(data)
                    resealing.tables(index / DATA)
                    engine_said(index, said)
                    tried += 1
                    case = f"{kept} as {said}, {path.name} at {at}"
                    faults += attack(index, case, turn=tried, writes=number == 0)
                    shutil.rmtree(index.parent)
    ledger("data", "pickles in place of each pickle, and anywhere", tried=tried, wrong=len(faults))
    assert tried > 20
    assert not faults, "\n".join(faults[:40])


@pytest.mark.parametrize("table", ["schema", "segments"])
def test_pickles_of_all_kinds(
    samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale, table: str
) -> None:
    """No pickle in Whoosh's table runs anything, hangs, or takes memory, whatever it is made of."""
    faults: list[str] = []
    tried = 0
    for kept, sample in samples.items():
        for number, (name, payload) in enumerate(payloads.SECOND.items()):
            # Both engines and both ways for all in a long run; else one of the four in turn.
            for with_seal in (True, False):
                if (number + 2 * with_seal + (kept == "whoosh")) % scale(8, 1):
                    continue
                index = place(sample, tmp_path / f"{tried}")
                (toc,) = data_of(index).glob("_MAIN_*.toc")
                payloads.in_table(toc, table, payload)
                engine_said(index, "whoosh")
                resealing.tables(index / DATA)
                if not with_seal:
                    for page in data_of(index).glob("*.json"):
                        page.unlink()
                tried += 1
                faults += attack(index, f"{kept}, {name}, {table}", writes=with_seal, turn=tried)
                shutil.rmtree(index.parent)
    ledger("data", f"pickles of all kinds as Whoosh's {table}", tried=tried, wrong=len(faults))
    assert not faults, "\n".join(faults[:40])


NAMES_OF_FOLDERS: Final[tuple[object, ...]] = (
    "..", ".", "", "/", "data-1/", "data-1/..", "data-1/../..", "./data-1", "../docs", "/etc",
    "data-1\u2215..", "\uff0e\uff0e", "\u2024\u2024", "..\0", "\0", "data-1\0", "data-1\0/..",
    "d" * 300, "d" * 100_000, "data-7", "data-film", "data-01", "data-+1", "data-\u0661", "data-1 ",
    " data-1", "data-1\n", "DATA-1", "..\\docs", "C:\\", "CON", "lock", "index.json", "\ud800",
    "\x1b]0;x\x07", 1, None, True, [], ["data-1"], {}, {"name": "data-1"}, 1.5,
)  # fmt: skip


def test_names_of_data_folders(
    samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale
) -> None:
    """A data folder is one of the index's own, whatever the first page says it is called."""
    faults: list[str] = []
    tried = 0
    for turn, (engine, sample) in enumerate(samples.items()):
        for number, name in enumerate(NAMES_OF_FOLDERS):
            if (number + turn) % scale(2, 1):
                continue
            tried += 1
            index = place(sample, tmp_path / f"{engine}{number}")
            # All that the page could lead to is laid out where it could lead.
            for path in (data_of(index)).iterdir():
                shutil.copy(path, index.parent)
            shutil.copytree(data_of(index), index / "data-film", dirs_exist_ok=True)
            laid = lay_sentinels(index.parent, index)
            victims = [path for path in (*laid, *index.parent.iterdir()) if path.name != INDEX]
            resealing.say(index / "index.json", lambda value, name=name: value.update(data=name))  # type: ignore[misc]
            faults += attack(index, f"{engine}, data {name!r:.60}", victims)
            shutil.rmtree(index.parent)
    ledger("data", "names of data folders", tried=tried, wrong=len(faults), lost=_lost(faults))
    assert not faults, "\n".join(faults[:40])


NAMES_OF_FILES: Final[tuple[object, ...]] = (
    "../../x.col", "../x.col", "/etc/passwd", "", ".", "..", "x\0.col", "\0", "columns.toc",
    "../index.json", "index.json", "lock", "../lock", "x" * 5_000, "x\u2215y.col", "\ud800.col",
    "../../docs/a7.txt", "sub/1-1-1.col", None, 1, True, [], {},
)  # fmt: skip


def test_names_of_files(samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale) -> None:
    """A table names files of its own folder alone; other names are told as damage and never opened."""
    faults: list[str] = []
    tried = 0
    for engine, sample in samples.items():
        for page in tables_of(sample):
            cases = [(at, name) for at in range(count_names(page)) for name in NAMES_OF_FILES]
            for at, name in random.Random(engine).sample(cases, min(len(cases), scale(24, 150))):
                index = place(sample, tmp_path / f"{tried}")
                for whole in (*data_of(index).glob("p*.col"), *data_of(index).glob("*.seg")):
                    shutil.copy(whole, index.parent / "x.col")
                    shutil.copy(whole, index / "x.col")
                laid = lay_sentinels(index.parent, index)
                rename(data_of(index) / page.name, at, name)
                tried += 1
                case = f"{engine}, {page.name}, name {at} {name!r:.60}"
                victims = [*laid, index.parent / "docs"]
                turn = tried
                faults += attack(index, case, victims, turn=turn, writes=tried % scale(4, 1) == 0)
                shutil.rmtree(index.parent)
    ledger("data", "names of files in tables", tried=tried, wrong=len(faults), lost=_lost(faults))
    assert tried
    assert not faults, "\n".join(faults[:40])


def tables_of(index: Path) -> list[Path]:
    """The pages of a whole index that name files."""
    return [path for path in data_of(index).iterdir() if path.name in {"columns.toc", "whoosh.json"}]


def count_names(page: Path) -> int:
    """Count the names in a table."""
    return len(_names(json.loads(resealing.body_of(page))))


def _names(value: Any) -> list[tuple[Any, Any]]:
    """Where the names stand: (what holds one, at which key)."""
    found: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        for key, one in value.items():
            if isinstance(one, str) and "." in one:
                found.append((value, key))
            elif isinstance(key, str) and "." in key:
                found.append((value, ("key", key)))
            found += _names(one)
    elif isinstance(value, list):
        for at, one in enumerate(value):
            if isinstance(one, str) and "." in one:
                found.append((value, at))
            found += _names(one)
    return found


def rename(page: Path, at: int, name: object) -> None:
    """Put another name into the place of one in a table."""
    value = json.loads(resealing.body_of(page))
    holder, key = _names(value)[at]
    if isinstance(key, tuple):
        holder[str(name)] = holder.pop(key[1])
    else:
        holder[key] = name
    resealing.put(page, json.dumps(value).encode())


def _lost(faults: Iterable[str]) -> int:
    return sum("touched" in fault for fault in faults)


def _link(path: Path, victim: Path) -> None:
    path.symlink_to(victim)


def _hard(path: Path, victim: Path) -> None:
    os.link(victim, path)


def _pipe(path: Path, victim: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path, victim: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(path.parent)
        try:
            made.bind(path.name)
        finally:
            os.chdir(here)


def _folder(path: Path, victim: Path) -> None:
    path.mkdir()


def _full_folder(path: Path, victim: Path) -> None:
    path.mkdir()
    (path / "of the user.txt").write_text("mine", encoding="utf-8")


def _loop(path: Path, victim: Path) -> None:
    path.symlink_to(path.name)


def _nowhere(path: Path, victim: Path) -> None:
    path.symlink_to(path.parent / "made by following a link")


def _zero(path: Path, victim: Path) -> None:
    path.symlink_to("/dev/zero")


def _device(path: Path, victim: Path) -> None:
    os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))


KINDS: Final[dict[str, Callable[[Path, Path], None]]] = {
    "link": _link, "hard link": _hard, "pipe": _pipe, "socket": _socket, "folder": _folder,
    "full folder": _full_folder, "loop": _loop, "link to nowhere": _nowhere, "link to /dev/zero": _zero,
}  # fmt: skip
if hasattr(os, "geteuid") and os.geteuid() == 0:
    KINDS["device"] = _device


def members(index: Path) -> list[str]:
    """Every file of an index, the names that a writer uses for a moment, and those of the lock."""
    names = [str(path.relative_to(index)) for path in sorted(index.rglob("*"))]
    names += [f"{name}.part" for name in names]
    names += ["lock.json", "lock.json.part", "lock.part"]
    data = data_of(index).name
    names += [
        f"{data}/{name}"
        for name in ("coverage.json", "listing.json", "copies.tsv", "pending.json", "forms.tsv")
    ]
    names += [f"{data}/{Path(name).with_suffix('.part').name}" for name in names if name.endswith(".col")]
    return sorted(set(names) | {"data-2", "data-2.part"})


@pytest.mark.parametrize("engine", NAMES)
def test_what_is_no_file(
    samples: dict[str, Path], tmp_path: Path, ledger: Ledger, engine: str, scale: Scale
) -> None:
    """A link, pipe, device or folder in the place of any file is not followed, waited for or emptied."""
    faults: list[str] = []
    tried = 0
    sample = samples[engine]
    for number, name in enumerate(members(sample)):
        for turn, (kind, make_kind) in enumerate(KINDS.items()):
            if (number + turn) % scale(12, 1):
                continue
            index = place(sample, tmp_path / f"{tried}")
            laid = lay_sentinels(index.parent, index)
            target = index / name
            victim = (index.parent if tried % 2 else index.parent.parent) / "victim.txt"
            if target.is_file():
                shutil.copy(target, victim)
            else:
                victim.write_text("precious", encoding="utf-8")
            os.utime(victim, (1_500_000_000, 1_500_000_000))
            if target.is_dir():
                if kind in {"link", "loop", "link to nowhere"}:
                    target.rename(index.parent / "elsewhere")
                    if kind == "link":
                        victim.unlink()
                        shutil.copytree(index.parent / "elsewhere", victim)
                else:
                    shutil.rmtree(target)
            elif target.exists():
                target.unlink()
            if kind == "hard link" and victim.is_dir():
                continue
            make_kind(target, victim)
            victims = [path for path in laid if path.exists() and not path.is_relative_to(target)]
            tried += 1
            if kind != "full folder" or not name.endswith(".part"):
                victims += [target / "of the user.txt"] if kind == "full folder" else []
            faults += attack(index, f"{kind} as {name}", [*victims, victim], turn=tried)
            if (target.parent / "made by following a link").exists():
                faults.append(f"{kind} as {name}: something was made by following a link")
            shutil.rmtree(index.parent)
            if victim.is_dir():
                shutil.rmtree(victim)
            else:
                victim.unlink(missing_ok=True)
    ledger(
        "data",
        f"links, pipes, devices, folders ({engine})",
        tried=tried,
        wrong=len(faults),
        lost=_lost(faults),
    )
    assert not faults, "\n".join(faults[:40])


#: One name of each kind that this program, or an older version of it, gives to its own files.
OURS: Final = (
    "pending.json", "columns.toc", "columns.toc.part", "whoosh.json", "_MAIN_0.toc", "_MAIN_3.toc",
    "MAIN_WRITELOCK", "manifest-1-2-3.json", "listing-1-2-3.json", "coverage-1-2-3.json.part",
    "copies-1-2-3.tsv", "p1-2-3.col", "p1-2-3.part", "spool-abc", "forms-1-2-3.tsv", "seal.json",
    "manifest.sqlite", "coverage.json", "listing.json",
)  # fmt: skip


@pytest.mark.parametrize("engine", NAMES)
def test_links_to_folders_full_of_our_names(
    samples: dict[str, Path], tmp_path: Path, ledger: Ledger, engine: str
) -> None:
    """Where a link stands for a data folder, or for that of a page, nothing goes from where it leads."""
    faults: list[str] = []
    tried = 0
    sample = samples[engine]
    for live in (True, False):
        for content in ("precious", "", "a table"):
            index = place(sample, tmp_path / f"{tried}")
            victim = index.parent / "of the user"
            if content == "a table":
                shutil.copytree(data_of(index), victim)
            else:
                victim.mkdir()
                for name in OURS:
                    (victim / name).write_text(content, encoding="utf-8")
            (victim / "letter.txt").write_text("mine", encoding="utf-8")
            link = data_of(index) if live else index / "data-7"
            if live:
                link.rename(index.parent / "elsewhere")
            link.symlink_to(victim)
            tried += len(OURS)
            faults += attack(index, f"{link.name} leads to {content!r}", [victim])
            faults += attack(index, f"{link.name} leads to {content!r}", [victim])
            shutil.rmtree(index.parent)
    ledger(
        "data", f"links to folders of our names, {engine}", tried=tried, wrong=len(faults), lost=_lost(faults)
    )
    assert not faults, "\n".join(faults[:40])


def test_a_whole_index_among_others_files(samples: dict[str, Path], tmp_path: Path, ledger: Ledger) -> None:
    """Searching, indexing, changing and rebuilding leave what lies around and in an index as it is."""
    faults: list[str] = []
    for engine, sample in samples.items():
        index = place(sample, tmp_path / engine)
        trials.change(index.parent)
        laid = lay_sentinels(index.parent, index)
        faults += attack(index, engine, laid)
        missing = [str(path) for path in laid if not path.exists()]
        assert not missing
    ledger(
        "data",
        "files of a person's beside and in an index",
        tried=len(laid) * 2,
        wrong=len(faults),
        lost=_lost(faults),
    )
    assert not faults, "\n".join(faults)
