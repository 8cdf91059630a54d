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
                elif not said(step, name):
                    faults.append(f"{name} {kind}: nothing is said of it: {step.err!r} {step.out[:300]!r}")
            checked: Any = stage().face(index, "check")
            if not any(name.name in one for one in checked.value["damages"]):
                faults.append(f"{name} {kind}: verify does not find it")
            shutil.rmtree(index.parent)
    ledger("damage", f"pages about coverage ({engine})", tried=tried, wrong=len(faults))
    assert tried
    assert not faults, "\n".join(faults[:40])


def said(step: trials.Step, name: Path) -> bool:
    """Say whether a search told what is not known for want of a page, and of which, and what to do."""
    what = "how much was searched" if name.name.startswith("coverage") else "what changed since"
    return all(one in step.err for one in (what, name.name, "`coopsearch index`"))


#: What becomes of a file, each in turn.
KINDS: Final = ("removed", "emptied", "cut", "flipped", "swapped")
#: What the next run makes anew; of the others nothing but a rebuild does.
MADE_ANEW: Final = ("coverage", "listing", "copies")


class Table:
    """What every command says of one damaged file, and whether a run heals it."""

    def __init__(self, sample: Path, folder: Path, engine: str) -> None:
        """Ask the whole index."""
        self.sample, self.folder, self.engine = sample, folder, engine
        self.names = files_of(sample)
        self.whole = {name: (sample / name).read_bytes() for name in self.names}
        index = place(sample, folder / "whole")
        self.truth = stage().face(index, "answers").value
        search, status = stage().play(index.parent, [(*one, "--index", index) for one in READ[:2]]).steps
        self.shown, self.covered = search.out, status.out.splitlines()

    def change(self, index: Path, name: Path, kind: str, chance: random.Random) -> set[str]:
        """Damage a file; return the names of what is damaged now."""
        whole, path = self.whole[name], index / name
        if kind == "removed":
            path.unlink()
        elif kind == "emptied":
            path.write_bytes(b"")
        elif kind == "cut":
            path.write_bytes(whole[: chance.randrange(1, len(whole))])
        elif kind == "flipped":
            at = chance.randrange(len(whole))
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        else:
            other = chance.choice([one for one in self.names if self.whole[one] != whole])
            holding(name, self.whole[other], {other: whole})(index)
            return {name.name, other.name}
        return {name.name}

    def judge(self, name: Path, kind: str, chance: random.Random, *, rebuild: bool) -> list[str]:
        """Damage a file of a copy, give all commands, and return what was wrong with what they said."""
        index = place(self.sample, self.folder / "case")
        names = self.change(index, name, kind, chance)
        steps: list[tuple[object, ...]] = [(*one, "--index", index) for one in (*READ, ("index",))]
        is_healed = all(self._is_made_anew(name) for name in names)
        if is_healed:
            steps += [("face", "answers", index), ("verify", "--index", index)]
        elif rebuild:
            steps += [("index", "docs", "--rebuild", "--index", index), ("verify", "--index", index)]
        played = stage().play(index.parent, [tuple(map(str, one)) for one in steps])
        shutil.rmtree(index.parent)
        faults = played.faults()
        if len(played.steps) < len(steps):
            return faults
        search, status, verify, ran, *later = played.steps
        if "index.json" in names:
            # Which folder serves is not known: nothing but a refusal is right.
            faults += [f"{one.words}: {one.code} {one.err}" for one in played.steps[:4] if one.code != 2]
        else:
            faults += self._read(search, status, verify, names)
            faults += self._ran(ran, names, is_healed=is_healed)
        if is_healed and (later[0].value != self.truth or later[1].code):
            faults.append(f"a run does not heal it: {later[0].told} {later[0].value} {later[1].err}")
        elif later and (later[0].code, later[1].code) != (0, 0):
            faults.append(f"a rebuild does not heal it: {later[0].err} {later[1].err}")
        if is_healed and (status.code != 2 or not set(self.covered[4:]) <= set(status.out.splitlines())):
            faults.append(f"status does not say it, or says less: {status.code} {status.out} {status.err}")
        return faults

    def _read(
        self, search: trials.Step, status: trials.Step, verify: trials.Step, names: set[str]
    ) -> Iterator[str]:
        for step in (search, status, verify):
            if step.code and not (
                any(name in step.err for name in names) and "`coopsearch index" in step.err
            ):
                yield f"{step.words[0]} does not name it, or no step: {step.err}"
        if verify.code != 2:
            yield f"verify does not find it: {verify.out}"
        if search.code == 0 and search.out != self.shown:
            yield f"search answers otherwise: {search.out}"
        if search.code == 0 and any(name.startswith(ABOUT) and name not in search.err for name in names):
            yield f"search does not say it: {search.err}"
        if "first run" in status.out + status.err + search.err:
            yield f"untrue: {status.out} {status.err} {search.err}"

    def _ran(self, ran: trials.Step, names: set[str], *, is_healed: bool) -> Iterator[str]:
        if not any(name in ran.err for name in names):
            yield f"a run does not name it: {ran.code} {ran.err} {ran.out}"
        if is_healed and (ran.code or not all(name in ran.err for name in names)):
            yield f"a run does not heal it, or does not say it: {ran.code} {ran.err}"
        if not is_healed and (ran.code != 2 or "--rebuild" not in ran.err):
            yield f"a run does not say the next step: {ran.code} {ran.err}"

    def _is_made_anew(self, name: str) -> bool:
        return name.startswith(MADE_ANEW) or (name.startswith("_MAIN") and self.engine == "columns")


#: The commands that read, the first of which answers.
READ: Final = (("alpha",), ("status",), ("verify",))


@pytest.mark.parametrize("engine", NAMES)
def test_what_is_said(
    samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale, engine: str
) -> None:
    """Search, status, verify and index name a damaged file; a run heals it, or says that a rebuild does."""
    table = Table(samples[engine], tmp_path, engine)
    chance = random.Random(engine)
    every = [(name, kind) for name in table.names for kind in KINDS]
    # Each file and each kind in any case: of a file two kinds, and all of what is beside the documents.
    some = [
        (name, kind) for number, (name, kind) in enumerate(every)
        if name.name.startswith(ABOUT) or (number + number // len(KINDS)) % len(KINDS) < scale(2, len(KINDS))
    ]  # fmt: skip
    faults: list[str] = []
    for name, kind in some:
        found = table.judge(name, kind, chance, rebuild=scale(0, 1) == 1)
        faults += [f"{name} {kind}: {fault}" for fault in found]
    ledger("damage", f"what every command says of a file ({engine})", tried=len(some), wrong=len(faults))
    assert not faults, f"{len(faults)} of {len(some)}\n" + "\n".join(faults[:40])
