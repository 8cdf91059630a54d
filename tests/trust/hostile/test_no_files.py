"""What lies in the place of a file is not followed, and what is not ours is not touched."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from coopsearch.search.engines import NAMES
from tests.trust import trials
from tests.trust.conftest import Ledger, Scale
from tests.trust.hostile.attacking import attack, lost
from tests.trust.trials import (
    data_of,
    lay_sentinels,
    place,
    posix_only,
)

pytestmark = posix_only


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
        lost=lost(faults),
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
        "data", f"links to folders of our names, {engine}", tried=tried, wrong=len(faults), lost=lost(faults)
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
        lost=lost(faults),
    )
    assert not faults, "\n".join(faults)
