"""A process ends at once when all is printed, but not before what somebody waits for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

#: Runs the command as the script does, behind something else.
DRIVER: Final = """
import atexit, os, sys, threading, time
sys.argv = ["coopsearch", *sys.argv[2:]]
from coopsearch.search.cli import command_line, start
def lasting():
    time.sleep(0.5)
    print("thread")
{before}
start.main()
"""
#: An object that tells when it is freed.
_OBJECT: Final = """
class Told:
    def __del__(self, write=os.write):
        write(1, b"freed\\n")
told = Told()
"""
#: What there may be to wait for, and what of it is printed.
WAITED: Final = {
    "nothing": (_OBJECT, ""),
    "exit": ("atexit.register(print, 'registered')", "registered\n"),
    "thread": ("threading.Thread(target=lasting).start()", "thread\n"),
    "profile": (f"sys.setprofile(lambda *_: None){_OBJECT}", "freed\n"),
}


def ended(
    before: str, folder: Path, env: dict[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", DRIVER.replace("{before}", before), "-", *arguments],
        cwd=folder,
        env=env,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("kind", WAITED)
def test_waits_for(clean_env: dict[str, str], tmp_path: Path, kind: str) -> None:
    """What is registered, another thread and a profile are waited for; freeing objects is not."""
    before, printed = WAITED[kind]
    done = ended(before, tmp_path, clean_env, "config", "--path")
    usual = ended("os._exit = sys.exit", tmp_path, clean_env, "config", "--path")
    assert done.stdout == usual.stdout + printed
    assert done.returncode == usual.returncode


def test_all_is_printed(clean_env: dict[str, str], tmp_path: Path) -> None:
    """A pipe gets everything, and the exit code is that of the command."""
    documents = tmp_path / "documents"
    documents.mkdir()
    for number in range(300):
        (documents / f"{number}.txt").write_text(f"boat {number}", encoding="utf-8")
    assert ended("", tmp_path, clean_env, "index", "-q", "documents").returncode == 0
    done = ended("", tmp_path, clean_env, "--json", "-n", "1000", "boat")
    assert (done.stdout.count("\n"), done.returncode) == (300, 0)
    assert ended("", tmp_path, clean_env, "zyzzyva").returncode == 1
    assert ended("", tmp_path, clean_env, "boat", "-n", "x").returncode == 2
