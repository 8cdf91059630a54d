"""Whatever the system refuses: the index is as it was, one line says why, and the next run makes all good."""

from __future__ import annotations

import contextlib
import itertools
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from coopsearch.search.engines import NAMES
from tests.trust import trials
from tests.trust.conftest import Ledger, Scale
from tests.trust.trials import INDEX, Step, data_of, make, place, posix_only, reading, stage, writing

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
ROOT: Final = hasattr(os, "geteuid") and os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="only root can mount, and can be another user")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A whole index of each engine."""
    return {engine: make(tmp_path_factory.mktemp(engine), engine) for engine in NAMES}


class Case:
    """A run that changes an index, and what that index answers before and after it."""

    def __init__(self, sample: Path | None, engine: str, words: Sequence[str], folder: Path) -> None:
        """Try the run once without any failure."""
        self.sample, self.engine, self.words, self.folder = sample, engine, words, folder
        self.number = itertools.count()
        index = self.fresh()
        self.before = stage().face(index, "answers")
        played = stage().play(index.parent, [self.command(index)], fault={"folder": str(index), "at": 0})
        assert not played.faults() and played.steps[0].code == 0, played
        self.calls = played.calls
        self.after = stage().face(index, "answers")
        assert self.after.value is not None
        shutil.rmtree(index.parent)

    def fresh(self) -> Path:
        """A copy of the index as it is before, beside sources as they are after."""
        folder = self.folder / f"case{next(self.number)}"
        if self.sample is None:
            shutil.copytree(trials_docs(self.folder), folder / "docs", copy_function=os.link)
            return folder / INDEX
        index = place(self.sample, folder)
        trials.change(folder)
        return index

    def command(self, index: Path) -> list[str]:
        """The run, as one types it."""
        return [*self.words, "--index", str(index)]

    def judge(self, index: Path, step: Step, cause: str) -> list[str]:
        """Say what is wrong after a run in which something failed."""
        faults = [step.fault] if step.fault else []
        if step.code == 2 and not names_cause(step.err, cause):
            faults.append(f"does not name {cause}: {step.err[-300:]!r}")
        now = stage().face(index, "answers")
        if now.trace or not self.is_state(now):
            faults.append(f"not the state before or after: {now.told[:300]} {now.trace[-300:]}")
        again = stage().play(index.parent, [self.command(index)])
        faults += again.faults()
        if again.steps and again.steps[0].code != 0:
            faults.append(f"the next run fails: {again.steps[0].err[-300:]}")
        healed = stage().face(index, "answers")
        if healed.value is None or healed.value["found"] != self.after.value["found"]:
            faults.append(f"the next run did not bring all: {healed.told[:300]}")
        if strays := left_over(index):
            faults.append(f"strays: {strays}")
        checked = stage().face(index, "check")
        if checked.value is None or checked.value["damages"]:
            faults.append(f"verify: {checked.told} {checked.value}")
        return faults

    def is_state(self, step: Step) -> bool:
        """Say whether this is what the index answered before, or answers after."""
        if step.value is None:
            return self.before.value is None and step.error in {"IndexMissing", "IndexUnreadable"}
        states = [one.value["found"] for one in (self.before, self.after) if one.value is not None]
        if self.before.value is None:
            # A first build can be searched from its first commit on, and before that holds nothing.
            return step.value["found"] in states or not step.value["found"][0][1]
        return step.value["found"] in states


_DOCS: dict[str, Path] = {}


def trials_docs(folder: Path) -> Path:
    """The sources of a first build."""
    docs = folder / "sources"
    if not docs.exists():
        docs.mkdir()
        for number in range(6):
            (docs / f"a{number + 5}.txt").write_text(f"alpha beta réfugiés word{number}", encoding="utf-8")
        (docs / "c.csv").write_text("title,text\nreport,alpha one\nreport,beta two\n", encoding="utf-8")
        (docs / "copy.txt").write_text("alpha beta réfugiés word2", encoding="utf-8")
    return docs


#: What one of the words must be found in a message, in whatever case, for each error.
CAUSES: Final[dict[str, tuple[str, ...]]] = {
    "ENOSPC": ("space", "room", "full"), "EDQUOT": ("quota",), "EIO": ("input/output", "i/o"),
    "EACCES": ("permission",), "EPERM": ("permitted", "permission"), "EROFS": ("read-only",),
    "EMFILE": ("open files",), "ENFILE": ("open files",), "EFBIG": ("too large",),
}  # fmt: skip


def names_cause(message: str, cause: str) -> bool:
    """Say whether a message names the cause."""
    return any(word in message.lower() for word in CAUSES[cause])


def left_over(index: Path) -> list[str]:
    """Names in a whole index that no table names: what a killed or failed run left."""
    data = data_of(index)
    found = [path.name for path in index.iterdir() if path.name not in {"index.json", "lock", data.name}]
    text = "".join(
        path.read_text("utf-8", "replace") for path in data.iterdir() if path.suffix in {".toc", ".json"}
    )
    fixed = {"columns.toc", "seal.json", "whoosh.json", "MAIN_WRITELOCK", "manifest.sqlite", "coverage.json",
             "listing.json", "copies.tsv"}  # fmt: skip
    return found + [p.name for p in data.iterdir() if p.name not in fixed and f'"{p.name}"' not in text]


RUNS: Final = {"update": ("index",), "rebuild": ("index", "--rebuild"), "first build": ("index", "docs")}


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


@contextlib.contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """A small file system of its own."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@as_root
@pytest.mark.parametrize("engine", NAMES)
def test_a_disk_runs_full(
    samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale, engine: str
) -> None:
    """A disk or its inodes run full: the index is as it was, and with room the next run is complete."""
    faults: list[str] = []
    tried = 0
    for words in (RUNS["update"], RUNS["rebuild"]):
        case = Case(samples[engine], engine, words, tmp_path / "-".join(words).replace(" ", ""))
        for kind, leaves in (("pages", range(0, 90, scale(20, 1))), ("inodes", range(0, 16, scale(7, 1)))):
            for left in leaves:
                index = case.fresh()
                with mounted(tmp_path / f"disk{tried}", "size=64m,nr_inodes=4096") as disk:
                    here = disk / INDEX
                    shutil.copytree(index, here)
                    shutil.copytree(index.parent / "docs", disk / "docs")
                    full = disk / "others"
                    full.mkdir()
                    fill(full, kind, left)
                    played = stage().play(disk, [case.command(here)])
                    found = played.faults()
                    shutil.rmtree(full)
                    if played.steps:
                        found += case.judge(here, played.steps[0], "ENOSPC")
                    faults += [f"{words}, {left} {kind} left: {one}" for one in found]
                tried += 1
                shutil.rmtree(index.parent)
    ledger("full", f"a disk without room or inodes ({engine})", tried=tried, wrong=len(faults))
    assert not faults, f"{len(faults)} of {tried}\n" + "\n".join(faults[:60])


def fill(folder: Path, kind: str, left: int) -> None:
    """Leave so many pages of 4,096 bytes, or so many inodes, on the file system of a folder."""
    status = os.statvfs(folder)
    if kind == "pages":
        (folder / "film").write_bytes(b"x" * 4096 * max(0, status.f_bavail - left))
    else:
        for number in range(max(0, status.f_ffree - left)):
            (folder / f"{number}").touch()


@as_root
@pytest.mark.parametrize("engine", NAMES)
def test_a_read_only_medium(samples: dict[str, Path], tmp_path: Path, ledger: Ledger, engine: str) -> None:
    """An index on a read-only medium answers; a run that would write to it says what it is."""
    index = place(samples[engine], tmp_path / "case")
    truth = stage().face(index, "answers").value
    subprocess.run(["mount", "--bind", index, index], check=False, capture_output=True)
    done = subprocess.run(["mount", "-o", "remount,ro,bind", index], check=False, capture_output=True)
    if done.returncode:
        subprocess.run(["umount", "-l", index], check=False, capture_output=True)
        pytest.skip("nothing can be mounted here")
    try:
        trials.change(index.parent)
        played = stage().play(index.parent, reading(index))
        faults = played.faults()
        faults += [
            f"{s.words[:2]}: {s.told}"
            for s in played.steps
            if s.code == 2 or (s.error and s.words[1] != "codec")
        ]
        answers = next(step.value for step in played.steps if step.words[:2] == ("face", "answers"))
        if answers != truth:
            faults.append("another answer")
        for step in writing(index):
            played = stage().play(index.parent, [step])
            faults += played.faults()
            faults += [
                f"{s.code}: {s.err}" for s in played.steps if s.code != 2 or not names_cause(s.err, "EROFS")
            ]
    finally:
        subprocess.run(["umount", "-l", index], check=True)
    ledger("full", f"a read-only medium ({engine})", tried=11, wrong=len(faults))
    assert not faults, "\n".join(faults)


@as_root
@pytest.mark.parametrize("engine", NAMES)
def test_permission_is_lost(samples: dict[str, Path], tmp_path: Path, ledger: Ledger, engine: str) -> None:
    """A file or folder of an index that cannot be read is told as that: by name, and not as damage."""
    faults: list[str] = []
    tried = 0
    for top in (tmp_path, *tmp_path.parents):
        if top.stat().st_mode & 0o077 == 0 and top != Path("/"):
            top.chmod(0o755)
    names = [path.relative_to(samples[engine]) for path in samples[engine].rglob("*")]
    for name in [Path(), *names]:
        index = place(samples[engine], tmp_path / f"case{tried}")
        for path in (index.parent, index, *index.rglob("*")):
            os.chown(path, 1234, 1234)
        (index / name).chmod(0)
        tried += 1
        for steps in (reading(index), [writing(index)[0]]):
            played = stage().play(index.parent, steps, uid=1234, env={"HOME": str(index.parent)})
            found = played.faults()
            for step in played.steps:
                if "index is damaged" in step.err or step.error == "IndexDamaged":
                    found.append(f"{step.words[:2]} told as damage: {step.err[-200:]!r}")
                elif (step.code == 2 or step.error) and not any(
                    names_cause(step.err, "EACCES") or text in step.err or text in step.words
                    for text in ("codec", "belongs to")
                ):
                    found.append(f"{step.words[:2]} does not name the cause: {step.err[-200:]!r}")
            faults += [f"{name}: {one}" for one in found]
        shutil.rmtree(index.parent)
    ledger("full", f"permission lost ({engine})", tried=tried, wrong=len(faults))
    assert not faults, "\n".join(faults[:60])


def test_files_may_not_grow(
    samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale, run: Any
) -> None:
    """The real command with workers, where files may not grow: one line, and the index as it was."""
    faults: list[str] = []
    case = Case(samples["columns"], "columns", RUNS["update"], tmp_path)
    limits = range(0, 48_000, scale(16_000, 500))
    for limit in limits:
        index = case.fresh()
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            done = run("index", "--workers", "2", "--index", index)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        step = Step(("index",), done.code, done.out, done.err)
        faults += [f"{limit} bytes: {one}" for one in case.judge(index, step, "EFBIG")]
        shutil.rmtree(index.parent)
    ledger("full", "files that may not grow, with two workers", tried=len(limits), wrong=len(faults))
    assert not faults, "\n".join(faults[:60])
