"""What CI does before the tests: a program that apt does not give at once is asked for once more."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Needed = Callable[[str], tuple[str, list[str]]]


@pytest.fixture
def needed(repo: Path, tmp_path: Path) -> Needed:
    """Has `need` of CI get a program by an apt-get of ours; returns what is said, and the calls of apt."""
    bash = shutil.which("bash")
    script = repo / ".ci" / "run"
    if bash is None or not script.is_file():
        pytest.skip("there is no bash, or no script of CI")
    functions = re.findall(
        r"^(?:step|get|need)\(\) \{.*?(?:^|; )\}$", script.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len(functions) == 3
    programs, calls = tmp_path / "bin", tmp_path / "calls"
    programs.mkdir()

    def run(apt: str) -> tuple[str, list[str]]:
        for name, does in {
            "id": "echo 0",
            "sleep": "exit 0",
            "timeout": 'shift; exec "$@"',
            "apt-get": f'echo "$2 $(echo "$*" | tail -c 8)" >> {calls}\n{apt}',
        }.items():
            (programs / name).write_text(f"#!{bash}\n{does}\n")
            (programs / name).chmod(0o755)
        done = subprocess.run(
            [
                bash,
                "-c",
                "\n".join(["set -euo pipefail", *functions, "need zyzzyva one two", "echo goes on"]),
            ],
            env={"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "CI": "true"},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout + done.stderr, calls.read_text().splitlines()

    return run


def test_what_is_had_at_once_is_asked_for_once(needed: Needed) -> None:
    """Where apt works, it is called once for its lists and once for the packages."""
    told, calls = needed("exit 0")
    assert [call.split()[0] for call in calls] == ["update", "install"]
    assert told.split("\n")[1:] == ["== zyzzyva, if it can be had", "goes on", ""]


def test_a_hiccup_is_forgiven(needed: Needed, tmp_path: Path) -> None:
    """What fails once is tried once more, lists and all."""
    told, calls = needed(
        f'if [ "$2" = install ] && [ ! -e {tmp_path}/seen ]; then touch {tmp_path}/seen; exit 100; fi'
    )
    assert [call.split()[0] for call in calls] == ["update", "install", "update", "install"]
    assert calls[-1].endswith("one two")
    assert "it is tried once more" in told
    assert "cannot be had" not in told


def test_what_cannot_be_had_is_named(needed: Needed) -> None:
    """What fails twice is named with its packages and the last words of apt, and the run goes on."""
    told, calls = needed('echo "E: the mirror is away" >&2; exit 100')
    assert [call.split()[0] for call in calls] == ["update", "update"]
    assert "E: the mirror is away" in told
    assert "cannot be had: zyzzyva (packages: one two)" in told
    assert told.endswith("goes on\n")
