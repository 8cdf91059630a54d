"""Finds the Java that runs OpenSearch, and says what is wrong with it before a node does in fifty lines."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

import dev
from tools.opensearch import distribution

_VERSION: Final = re.compile(r'version "(?:1\.)?(\d+)')
#: Seconds that a Java may take to say which version it is.
_PATIENCE: Final = 60
_HINT: Final = "on Debian and Ubuntu: openjdk-17-jre-headless; JAVA_HOME may name its folder"


class Java(NamedTuple):
    """A Java that fits."""

    program: str
    version: int
    said: str = ""
    """All that it says of its version."""

    def flags(self) -> tuple[str, ...]:
        """Return what this version needs beside the flags of the distribution."""
        told = self.version >= distribution.TOLD_FROM
        return ("-Djava.security.manager=allow",) if told else ()


def find() -> Java:
    """Return the Java of JAVA_HOME, or the one on PATH.

    Raises:
        dev.Failure: there is none, or its version cannot run OpenSearch.
    """
    if home := os.environ.get("JAVA_HOME"):
        program: str | None = os.fspath(Path(home, "bin", "java"))
        if not os.access(str(program), os.X_OK):
            raise dev.Failure(f"there is no Java at {program}, where JAVA_HOME points")
    else:
        program = shutil.which("java")
    if program is None:
        raise dev.Failure(f"Java is needed to run OpenSearch and is not on PATH ({_HINT})")
    try:
        done = subprocess.run(
            [program, "-version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise dev.Failure(f"{program} does not say its version: {error}") from None
    said = done.stdout.decode("utf-8", "replace")
    found = _VERSION.search(said)
    if done.returncode or not found:
        raise dev.Failure(f"{program} does not say its version: {' '.join(said.split()) or 'nothing'}")
    version = int(found[1])
    if version not in distribution.JAVA:
        first, last = distribution.JAVA[0], distribution.JAVA[-1]
        raise dev.Failure(
            f"{program} is Java {version}; OpenSearch {distribution.VERSION} needs one of {first} to {last} "
            f"({_HINT})"
        )
    return Java(program, version, said)
