"""Has Maven resolve the jars, and lays them out as an archive of OpenSearch does: `lib/`, `modules/`, `bin/`.

That is done once for all who work on this machine as one user; a second process waits for the first. A layout
appears whole, by a rename, or not at all.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import dev
from tools.opensearch import distribution, hashes, places

_PLUGIN: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
#: Seconds for all jars. They took 50 from nothing, and a server that hangs must not hold up tests for ever.
_PATIENCE: Final = 900
_HINT: Final = "name another cache folder in XDG_CACHE_HOME"
#: How folders are called that are not whole yet.
UNFINISHED: Final = "unfinished-"
#: Colours, which it sends to a pipe, too, and where it has more to say.
_MARKS: Final = re.compile(r"\x1b\[[\d;]*m| -> \[Help \d+\]")
#: Characters of what Maven says that an error quotes.
_QUOTED: Final = 400


def home(cache: Path) -> Path:
    """Return the folder with the distribution, made now if it is not there.

    Raises:
        dev.Failure: Maven is missing, it cannot resolve the jars, or one is not the jar that was locked.
    """
    if not _place(cache).is_dir():
        places.make_cache(cache)
        places.check_reachable(cache, _HINT)
        with alone(cache):
            if not _place(cache).is_dir():
                _make(cache, hashes.check)
    places.check_reachable(_place(cache), _HINT)
    return _place(cache)


def lock(cache: Path) -> Path:
    """Have Maven resolve the jars, write the list of their hashes anew, and return their folder."""
    places.make_cache(cache)
    with alone(cache):
        _make(cache, hashes.write)
    return _place(cache)


def _place(cache: Path) -> Path:
    return cache / f"opensearch-{distribution.VERSION}-{distribution.digest(hashes.read())}"


def _make(cache: Path, judge: Callable[[Path], None]) -> None:
    """Lay out what Maven resolves, and have it judged before it appears."""
    maven = shutil.which("mvn")
    if maven is None:
        raise dev.Failure(
            "Maven is needed to get the jars of OpenSearch and is not on PATH (on Debian and Ubuntu: maven)"
        )
    # Only what a killed process left behind: who makes a layout holds the lock.
    for left in cache.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)  # the guard of a node may be at it, too
    dev.say(f"getting the jars of OpenSearch {distribution.VERSION}; this is done once and takes a minute")
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=cache) as name:
        work = Path(name)
        _resolve(maven, work)
        _lay_out(work, work / "home")
        judge(work / "home")
        if not (place := _place(cache)).exists():
            (work / "home").rename(place)


def _resolve(maven: str, work: Path) -> None:
    """Have Maven put the jars of each part into a folder `jars`."""
    for name, pom in distribution.poms().items():
        (work / name).mkdir(exist_ok=True)
        (work / name / "pom.xml").write_text(pom, encoding="utf-8")
    # A jar whose checksum is not the registry's is refused.
    command = [maven, "--quiet", "--batch-mode", "--strict-checksums", _PLUGIN]
    command += ["-DincludeScope=runtime", "-DoutputDirectory=${project.basedir}/jars"]
    try:
        done = subprocess.run(
            command,
            cwd=work,
            env=dev.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise dev.Failure(f"Maven did not get the jars of OpenSearch within {_PATIENCE} s") from None
    if done.returncode:
        said = _complaint(done.stdout.decode("utf-8", "replace"))
        raise dev.Failure(f"Maven cannot get the jars of OpenSearch {distribution.VERSION}: {said}")


def _complaint(out: str) -> str:
    """Return the line of what Maven printed that says what is wrong: the first error, else the last line.

    Its last lines are advice about Maven's own switches.
    """
    lines = [_MARKS.sub("", line).strip() for line in out.splitlines()]
    errors = [line.removeprefix("[ERROR]").strip() for line in lines if line.startswith("[ERROR]")]
    said = next(filter(None, [*errors, *reversed(lines)]), "it printed nothing")
    half = _QUOTED // 2  # the end says why, the beginning what
    return said if len(said) <= _QUOTED else f"{said[:half]} … {said[-half:]}"


def _lay_out(work: Path, out: Path) -> None:
    """Make the home of a node from the resolved jars, readable for everybody."""
    shutil.copytree(work / "lib" / "jars", out / "lib")
    library = _names(work / "lib")
    for name, module in distribution.MODULES.items():
        folder = out / "modules" / name
        folder.mkdir(parents=True)
        # OpenSearch refuses a class that it would find twice.
        known = library.union(*(_names(work / other) for other in module.extends))
        for jar in sorted((work / name / "jars").iterdir()):
            if jar.name not in known:
                shutil.copy(jar, folder)
        (folder / "plugin-descriptor.properties").write_text(distribution.descriptor(name), encoding="utf-8")
        if policy := distribution.policy(name):
            (folder / "plugin-security.policy").write_text(policy, encoding="utf-8")
    for empty in ("bin", "plugins"):  # the security manager asks for them
        (out / empty).mkdir()
    for path in (out, *out.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _names(part: Path) -> set[str]:
    return {jar.name for jar in (part / "jars").iterdir()}


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a second process waiting while this one changes the cache folder."""
    import fcntl

    # The folder itself is the lock: nothing to leave behind, and a killed process lets go of it.
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
