"""Disks that are full or read-only, and folders that may no longer be written: told with the cause."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from coopsearch.search.engines import NAMES
from tests.trust import trials
from tests.trust.conftest import Ledger, Scale
from tests.trust.crashes.faulted import RUNS, Case, names_cause
from tests.trust.trials import INDEX, Step, place, posix_only, reading, stage, writing

pytestmark = posix_only
ROOT: Final = hasattr(os, "geteuid") and os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="only root can mount, and can be another user")


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
