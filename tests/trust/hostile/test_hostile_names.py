"""The names that the pages of an index give lead nowhere outside of it."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any, Final

from tests.trust.conftest import Ledger, Scale
from tests.trust.hostile import resealing
from tests.trust.hostile.attacking import attack, lost
from tests.trust.trials import (
    INDEX,
    data_of,
    lay_sentinels,
    place,
    posix_only,
)

pytestmark = posix_only
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
    ledger("data", "names of data folders", tried=tried, wrong=len(faults), lost=lost(faults))
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
    ledger("data", "names of files in tables", tried=tried, wrong=len(faults), lost=lost(faults))
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
