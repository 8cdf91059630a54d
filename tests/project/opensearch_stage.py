"""A machine of made-up programs for `dev.py opensearch`, and a copy of it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.cluster import DEV, runs

#: Makes two jars for each part, of which one is the same in all, and notes that it was asked.
MAVEN: Final = """\
echo asked >>"$ASKED"
sleep "${SLOW:-0}"
for part in */; do
    mkdir -p "$part/jars" && echo 1 >"$part/jars/common.jar" && echo 2 >"$part/jars/${part%/}.jar"
done
"""
NO_MAVEN: Final = """\
printf '\\033[1;31m[ERROR]\\033[m Could not find artifact org.opensearch:opensearch -> [Help 1]\\n'
echo '[ERROR] For more information, read the articles'
exit 1
"""
MODULES: Final = ("analysis-common", "lang-painless", "reindex", "transport-netty4")
COMMON, OTHER = (hashlib.sha256(content).hexdigest() for content in (b"1\n", b"2\n"))
#: What is laid out of that: a jar of the library is in no module again.
JARS: Final = {
    "lib/common.jar": COMMON,
    "lib/lib.jar": OTHER,
    **{f"modules/{name}/{name}.jar": OTHER for name in MODULES},
}
GOES_ON: Final = "exec sleep 600"


class Stage:
    """A machine with made-up programs, on which root's nodes can be started, too."""

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder
        self.run: Final = folder / "run"
        self.programs: Final = folder / "bin"
        self.programs.mkdir()
        # Of its own, as it has a list of the jars that the stand-in for Maven makes.
        shutil.copy(DEV, folder)
        shutil.copytree(DEV.parent / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        self.hashes: Final = folder / "tools" / "opensearch" / "jars.sha256"
        self.hashes.write_text("".join(f"{value}  {name}\n" for name, value in JARS.items()))
        self.pids: Final = folder / "pids"
        self.pids.mkdir()
        self.pids.chmod(0o777)  # root's nodes are not root's
        self.env: Final = {
            **{name: value for name, value in os.environ.items() if name != "JAVA_HOME"},
            "PATH": str(self.programs),
            "XDG_CACHE_HOME": str(folder),
            "ASKED": str(folder / "asked"),
        }
        self.program("mvn", MAVEN)
        # Older than those that `prepare` has start once.
        self.java("11.0.20", GOES_ON)

    def program(self, name: str, body: str) -> None:
        """Make a program that the command finds."""
        path = self.programs / name
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{body}", encoding="utf-8")
        path.chmod(0o755)

    def java(self, version: str, body: str) -> None:
        """Make a Java of a version, and what it does where a node is started."""
        said = f"""case "$*" in -version) echo 'openjdk version "{version}" 2026-01-01' >&2; exit;; esac"""
        self.program("java", f"{said}\n: >{self.pids}/$$\n{body}\n")

    def left(self) -> list[int]:
        """Return the numbers of the nodes that run, noted or not."""
        return [int(path.name) for path in self.pids.iterdir() if runs(int(path.name))]

    def begin(self, *arguments: str | Path, **env: str) -> subprocess.Popen[str]:
        """Start the command."""
        return subprocess.Popen(
            [sys.executable, self.folder / "dev.py", "opensearch", *arguments],
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def __call__(self, *arguments: str | Path, **env: str) -> tuple[int, str, str]:
        """Run the command; return its exit code and what it printed."""
        with self.begin(*arguments, **env) as started:
            out, err = started.communicate(timeout=60)
        return started.returncode, out, err

    def pid(self) -> int:
        """Return the number of the first node's process, once it is noted."""

        def noted() -> list[int]:
            try:
                page = json.loads((self.run / "state.json").read_text(encoding="utf-8"))
            except FileNotFoundError:
                return []
            return [node["pid"] for node in page["nodes"]]

        wait_until(lambda: bool(noted()))
        return noted()[0]

    def note(self, pid: int, born: str) -> None:
        """Write down a node that runs as a process."""
        self.run.mkdir()
        node = {"name": "node0", "port": 1, "transport": 2, "pid": pid, "born": born}
        page = {
            "kind": "nodes of dev.py opensearch",
            "home": "x",
            "heap": "1m",
            "guard": None,
            "nodes": [node],
        }
        (self.run / "state.json").write_text(json.dumps(page), encoding="utf-8")


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)
