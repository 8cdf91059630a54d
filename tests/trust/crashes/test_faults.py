"""Whatever call the system refuses: the index is as it was, one line says why, and the next run mends all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from coopsearch.search.engines import NAMES
from tests.trust import trials
from tests.trust.conftest import Ledger, Scale
from tests.trust.crashes.faulted import RUNS, Case, names_cause
from tests.trust.trials import place, posix_only, reading, stage, writing

pytestmark = posix_only
#: What the system can answer, by the kind of call, in turn; and what the message must then hold.
ERRORS: Final[dict[str, tuple[str, ...]]] = {
    "open": ("EIO", "EACCES", "EMFILE", "ENFILE"),
    "create": ("ENOSPC", "EDQUOT", "EACCES", "EROFS", "EMFILE", "ENFILE", "EIO"),
    "write": ("ENOSPC", "EDQUOT", "EIO"),
    "fsync": ("EIO", "ENOSPC", "EDQUOT"),
    "replace": ("ENOSPC", "EACCES", "EROFS", "EIO"),
    "mkdir": ("ENOSPC", "EDQUOT", "EACCES", "EROFS"),
}
OTHERS: Final = ("EACCES", "EIO", "EROFS")


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("engine", NAMES)
def test_every_call_fails_once(
    samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale, engine: str, run: str
) -> None:
    """The N-th call of the system fails, for every N: the index is as it was, and the next run complete."""
    words = (*RUNS[run], "--engine", engine) if run == "first build" else RUNS[run]
    case = Case(None if run == "first build" else samples[engine], engine, words, tmp_path)
    faults: list[str] = []
    tried = 0
    # Reading alike files fails alike: of the calls of one kind for one kind of file, some are enough.
    calls = [*chosen(case.calls, scale(1, 50))]
    step = max(1, len(calls) // scale(9, 10_000))
    # Another part of them for each engine and run; all of them in a long one.
    for number, call in calls[len(engine + run) % step :: step]:
        kind = call.partition(" ")[0]
        errors = ERRORS.get(kind, OTHERS)
        for error in [errors[number % len(errors)]] if scale(0, 1) == 0 else errors:
            index = case.fresh()
            fault = {"folder": str(index), "at": number, "error": error}
            played = stage().play(index.parent, [case.command(index)], fault=fault)
            found = played.faults()
            if played.steps:
                found += case.judge(index, played.steps[0], error)
            faults += [f"{error} at {number}, {call}: {one}" for one in found]
            tried += 1
            shutil.rmtree(index.parent)
    ledger("full", f"the N-th call fails: {run} ({engine})", tried=tried, wrong=len(faults))
    assert tried > 8
    assert not faults, f"{len(faults)} of {tried}\n" + "\n".join(faults[:60])


def chosen(calls: Sequence[str], most: int) -> Iterator[tuple[int, str]]:
    """Yield the number and text of calls, at most so many of one kind for one kind of name."""
    counts: dict[str, int] = {}
    for number, call in enumerate(calls, 1):
        kind = (
            "".join("#" if c.isdigit() else c for c in call.split("/")[-1].partition("-")[0])
            + call.partition(" ")[0]
        )
        kind += Path(call).suffix
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= most:
            yield number, call


@pytest.mark.parametrize("engine", NAMES)
def test_reading_fails(
    samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale, engine: str
) -> None:
    """A read that the system refuses is told by its cause, and never as damage or as another answer."""
    faults: list[str] = []
    tried = 0
    index = place(samples[engine], tmp_path / "case")
    truth = stage().face(index, "answers").value["found"]
    for step in reading(index):
        fault: dict[str, Any] = {
            "folder": str(index),
            "at": 0,
            "kinds": ["open", "create", "listdir", "scandir"],
        }
        calls = stage().play(index.parent, [step], fault=fault).calls
        for number in range(1, len(calls) + 1, scale(4, 1)):
            # One of them in turn; all in a long run.
            for error in ("EACCES", "EIO", "EMFILE")[scale(number % 3, 0) :: scale(3, 1)]:
                played = stage().play(index.parent, [step], fault=fault | {"at": number, "error": error})
                tried += 1
                found = played.faults()
                for done in played.steps:
                    if done.error == "IndexDamaged" or "index is damaged" in done.err:
                        found.append(f"told as damage: {done.err[-200:]!r}")
                    elif (done.error or done.code == 2) and not names_cause(done.err, error):
                        found.append(f"does not name {error}: {done.err[-200:]!r}")
                    if isinstance(done.value, dict) and done.value.get("found", truth) != truth:
                        found.append("another answer")
                faults += [f"{step[:2]} {error} at {number}, {calls[number - 1]}: {one}" for one in found]
    ledger("full", f"the N-th read fails ({engine})", tried=tried, wrong=len(faults))
    assert tried > 10
    assert not faults, f"{len(faults)} of {tried}\n" + "\n".join(faults[:60])


@pytest.mark.parametrize("engine", NAMES)
def test_few_descriptors(
    samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale, engine: str
) -> None:
    """With 1 to 16 file descriptors left, every command answers, or says that there are too few of them."""
    faults: list[str] = []
    tried = 0
    for count in range(1, 17, scale(5, 1)):
        index = place(samples[engine], tmp_path / f"case{count}")
        trials.change(index.parent)
        for step in [*reading(index), *writing(index)]:
            played = stage().play(index.parent, [step], files=count)
            tried += 1
            # With that few the stage itself cannot say how it went.
            found = played.faults() if played.ended != 71 else []
            for done in played.steps:
                if done.error == "IndexDamaged" or "index is damaged" in done.err:
                    found.append(f"told as damage: {done.err[-200:]!r}")
            faults += [f"{count}, {step[:2]}: {one}" for one in found]
        now = stage().face(index, "answers")
        if now.value is None:
            faults.append(f"{count}: the index is lost: {now.told}")
    ledger("full", f"1 to 16 descriptors left ({engine})", tried=tried, wrong=len(faults))
    assert not faults, f"{len(faults)} of {tried}\n" + "\n".join(faults[:60])
