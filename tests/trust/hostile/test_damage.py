"""Damage is reported, never a wrong answer: flips, cuts, lost, swapped and mixed files, for both engines."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from coopsearch.search.engines import NAMES
from tests.trust import trials
from tests.trust.conftest import Ledger, Scale
from tests.trust.trials import documents_of, place, posix_only, stage

pytestmark = posix_only
#: What holds nothing of an index.
EMPTY: Final = {"lock", "lock.json"}
#: Pages without which a search answers, and says what it does not know.
ABOUT: Final = ("coverage", "listing")

Change = Callable[[Path], object]


def files_of(index: Path) -> list[Path]:
    """The files that belong to an index, relative to it."""
    return sorted(p.relative_to(index) for p in index.rglob("*") if p.is_file() and p.name not in EMPTY)


def holding(name: Path, data: bytes, others: dict[Path, bytes] | None = None) -> Change:
    """Return what lets a file of an index, and maybe others, hold something else."""

    def change(index: Path) -> None:
        for one, content in {name: data, **(others or {})}.items():
            (index / one).write_bytes(content)

    return change


def without(name: Path) -> Change:
    """Return what takes a file out of an index."""
    return lambda index: (index / name).unlink()


class Damaged:
    """An index of which one file at a time is damaged, and asked."""

    def __init__(self, sample: Path, folder: Path) -> None:
        """Copy a whole index and ask it."""
        self.index = place(sample, folder)
        self.truth = stage().face(self.index, "answers").value
        self.whole = {name: (self.index / name).read_bytes() for name in files_of(self.index)}

    def judge(self, names: tuple[Path, ...], change: Change) -> list[str]:
        """Damage the index, ask and check it, and make it whole again; return what was wrong."""
        change(self.index)
        faces = [("face", name, self.index) for name in ("answers", "check")]
        played = stage().play(self.index.parent, faces)
        for name in names:
            (self.index / name).write_bytes(self.whole[name])
        faults = played.faults()
        if not faults:
            answers, checked = played.steps
            faults = [*self._answered(answers, names), *self._found(checked, names)]
        return faults

    def _answered(self, step: trials.Step, names: tuple[Path, ...]) -> Iterator[str]:
        about = all(name.name.startswith(ABOUT) for name in names)
        if step.error:
            if not step.error.startswith("Index"):
                yield f"{step.error}: {step.told[:200]}"
            # Without its first page a folder is not an index any more: that is what is told.
            gone = step.error == "IndexMissing" and names[0].name == "index.json"
            if not gone and not any(name.name in step.told for name in names):
                yield f"names none of the files: {step.error} {step.told[:200]}"
            if "coopsearch index" not in step.told:
                yield f"says no next step: {step.told[:200]}"
            if about:
                yield f"does not answer without what is about it: {step.told[:200]}"
        elif step.value["found"] != self.truth["found"]:
            yield "another answer"
        elif any(name.name.startswith("coverage") for name in names) and (
            step.value["coverage"] or not step.value["warning"]
        ):
            yield f"does not say that the coverage is not known: {step.value}"

    def _found(self, step: trials.Step, names: tuple[Path, ...]) -> Iterator[str]:
        told = [step.told] if step.error else step.value["damages"]
        if step.error == "IndexMissing" and names[0].name == "index.json":
            return
        if not any(name.name in one for one in told for name in names):
            yield f"verify does not find it: {told}"


@pytest.mark.parametrize("engine", NAMES)
def test_flips_and_cuts(
    samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale, engine: str
) -> None:
    """A flipped bit or a cut gives the same answers or an error that names the file; verify finds each."""
    damaged = Damaged(samples[engine], tmp_path / "case")
    chance = random.Random(engine)
    for what, amount in (("flips", scale(26, 1_000)), ("cuts", scale(13, 250))):
        faults: list[str] = []
        names = [*damaged.whole]
        # As often in each file as in any: a long one would else have nearly all.
        for name, _ in zip(itertools.cycle(names), range(amount), strict=False):
            whole = damaged.whole[name]
            at = chance.randrange(len(whole))
            data = whole[:at] + (bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]) * (
                what == "flips"
            )
            found = damaged.judge((name,), holding(name, data))
            faults += [f"{what}, {name} at {at}: {fault}" for fault in found]
        ledger("damage", f"{what} of a bit or of the end ({engine})", tried=amount, wrong=len(faults))
        assert not faults, f"{len(faults)} of {amount}\n" + "\n".join(faults[:40])


@pytest.mark.parametrize("engine", NAMES)
def test_lost_and_mixed_files(
    samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale, engine: str
) -> None:
    """Files removed, emptied, longer, swapped, doubled: the same answers or an error that names one."""
    damaged = Damaged(samples[engine], tmp_path / "case")
    names = [*damaged.whole]
    cases: list[tuple[str, tuple[Path, ...], Change]] = []
    for name in names:
        whole = damaged.whole[name]
        cases += [
            (f"without {name}", (name,), without(name)),
            (f"empty {name}", (name,), holding(name, b"")),
            (f"longer {name}", (name,), holding(name, whole + b"\0")),
        ]
    pairs = [*itertools.combinations(names, 2)]
    swapped = random.Random(1).sample(pairs, min(len(pairs), scale(10, len(pairs))))
    for one, other in swapped:
        swap = holding(one, damaged.whole[other], {other: damaged.whole[one]})
        cases += [
            (f"{one} and {other} swapped", (one, other), swap),
            (f"{one} twice", (other,), holding(other, damaged.whole[one])),
        ]
    faults: list[str] = []
    for case, touched, change in cases:
        faults += [f"{case}: {fault}" for fault in damaged.judge(touched, change)]
    ledger(
        "damage",
        f"files removed, emptied, longer, swapped, doubled ({engine})",
        tried=len(cases),
        wrong=len(faults),
    )
    assert not faults, f"{len(faults)} of {len(cases)}\n" + "\n".join(faults[:40])


@pytest.mark.parametrize("engine", NAMES)
def test_rebuild_heals(samples: dict[str, Path], tmp_path: Path, ledger: Ledger, engine: str) -> None:
    """Whatever file is gone, cut or changed, a rebuild brings back a whole index with the same answers."""
    faults: list[str] = []
    names = files_of(samples[engine])
    for number, name in enumerate(names):
        index = place(samples[engine], tmp_path / f"case{number}")
        truth = documents_of(stage().face(index, "answers").value["found"])
        path = index / name
        data = path.read_bytes()
        if number % 3 == 0:
            path.unlink()
        else:
            path.write_bytes(data[: len(data) // 2] if number % 3 == 1 else data[:-3] + b"\xff" + data[-2:])
        command = ["index", "docs", "--rebuild", "--index", str(index)]
        played = stage().play(index.parent, [command, ("face", "answers", index), ("face", "check", index)])
        faults += [f"{name}: {fault}" for fault in played.faults()]
        if len(played.steps) == 3:
            ran, answers, checked = played.steps
            if ran.code:
                faults.append(f"{name}: the rebuild fails: {ran.err}")
            elif answers.value is None or documents_of(answers.value["found"]) != truth:
                faults.append(f"{name}: other answers: {answers.told}")
            elif checked.value is None or checked.value["damages"]:
                faults.append(f"{name}: not whole: {checked.told} {checked.value}")
        shutil.rmtree(index.parent)
    ledger("damage", f"rebuilding what is damaged ({engine})", tried=len(names), wrong=len(faults))
    assert not faults, "\n".join(faults[:40])


@pytest.mark.parametrize("engine", NAMES)
def test_pages_about_coverage(samples: dict[str, Path], tmp_path: Path, ledger: Ledger, engine: str) -> None:
    """Where what is covered cannot be read, a search answers and says so, to a person and to a script."""
    faults: list[str] = []
    tried = 0
    for name in files_of(samples[engine]):
        if not name.name.startswith(ABOUT):
            continue
        for kind in ("gone", "cut", "flipped"):
            index = place(samples[engine], tmp_path / f"case{tried}")
            tried += 1
            path = index / name
            data = path.read_bytes()
            if kind == "gone":
                path.unlink()
            else:
                path.write_bytes(
                    data[:-9] if kind == "cut" else data[:40] + bytes([data[40] ^ 4]) + data[41:]
                )
            played = stage().play(
                index.parent, [["alpha", "--index", str(index)], ["alpha", "--json", "--index", str(index)]]
            )
            faults += [f"{name} {kind}: {fault}" for fault in played.faults()]
            for step in played.steps:
                if step.code or not step.out:
                    faults.append(f"{name} {kind}: no answer: {step.err}")
                elif name.name.startswith("coverage") and not said(step):
                    faults.append(f"{name} {kind}: nothing is said of it: {step.err!r} {step.out[:300]!r}")
            checked: Any = stage().face(index, "check")
            if not any(name.name in one for one in checked.value["damages"]):
                faults.append(f"{name} {kind}: verify does not find it")
            shutil.rmtree(index.parent)
    ledger("damage", f"pages about coverage ({engine})", tried=tried, wrong=len(faults))
    assert tried
    assert not faults, "\n".join(faults[:40])


def said(step: trials.Step) -> bool:
    """Say whether a search told that something about what it covers is not known."""
    return "covers" in step.err or "coverage" in step.err or "coverage" in step.out
