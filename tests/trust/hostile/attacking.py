"""Commands and faces that are played against an index which somebody else made."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tests.trust.hostile import payloads, resealing
from tests.trust.trials import (
    reading,
    seen,
    stage,
    writing,
)

#: Room for the payloads that ask for memory: what numpy and the rest hold is some 60 MB.
MEGABYTES: Final = 300


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


def lost(faults: Iterable[str]) -> int:
    return sum("touched" in fault for fault in faults)
