"""What of the audit only others can tell: the package index, through pip, and the service behind pip-audit.

Neither is needed. Each answers with the parts that were done and with a sentence for each that was not.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.trust.audit import LOCKS, Part

#: Seconds that pip, or pip-audit, may take.
_PATIENCE: Final = 180
_YANKED: Final = "is a yanked version"

Answer = tuple[list[Part], list[str]]


def index(folder: Path, *, again: bool = True) -> Answer:
    """Ask pip, without installing, whether each package is to be had as a wheel and was not withdrawn.

    What fails is tried ``again``: one answer that got lost looks like a package that is not there.
    """
    options = ["--dry-run", "--ignore-installed", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    options += ["--quiet", "--no-input", "--disable-pip-version-check", "--retries=0", "--timeout=15"]
    locks = [f"--requirement={folder / name}" for name in LOCKS]
    done = _run([sys.executable, "-P", "-m", "pip", "install", *options, *locks])
    what = "every package is to be had as a wheel, and none was withdrawn from the index"
    if done is None:
        return [], [f"whether {what}: pip took over {_PATIENCE} s"]
    yanked = [line.strip() for line in done.stderr.splitlines() if _YANKED in line]
    if done.returncode:
        if again:
            return index(folder, again=False)
        last = [line for line in done.stderr.splitlines() if line.strip()][-1:] or ["without a word"]
        if _reached():
            return [Part(what, [*yanked, last[0].strip()])], []
        return [], [f"whether {what}: the index cannot be reached"]
    return [Part(what, yanked)], []


def _reached() -> bool:
    """Tell whether the index answers at all: pip calls a missing network a missing package."""
    options = ["--quiet", "--disable-pip-version-check", "--retries=0", "--timeout=15"]
    done = _run([sys.executable, "-P", "-m", "pip", "index", "versions", *options, "pip"])
    return done is not None and not done.returncode


def service(folder: Path) -> Answer:
    """Have pip-audit ask for advisories, where it is installed and its service knows the packages."""
    program = shutil.which("pip-audit")
    if program is None:
        return [], ["advisories newer than the list: pip-audit is not installed"]
    faults: list[str] = []
    known = 0
    for name in LOCKS:
        command = [program, "--requirement", str(folder / name), "--require-hashes", "--disable-pip"]
        done = _run([*command, "--format=json", "--progress-spinner=off"])
        try:
            packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"] if done else []
        except (ValueError, KeyError, TypeError):
            return [], ["advisories newer than the list: pip-audit cannot reach its service"]
        for package in packages:
            known += "vulns" in package
            faults += [
                f"{name}: {package['name']} {package['version']} is affected by {one['id']}"
                for one in package.get("vulns", ())
            ]
    if not known:
        return [], ["advisories newer than the list: the service of pip-audit knows none of the packages"]
    return [Part(f"pip-audit looked at {known} requirements", faults)], []


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str] | None:
    """Run a command to its end; nothing comes back if that takes too long."""
    # The folder of the project is no place for modules of pip.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        return subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
