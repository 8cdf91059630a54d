"""An index on a medium that is only read: it is searched, and nothing is written into it or beside it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.federation.conftest import Make

#: Calls that change what is on a disk, by their names alone.
_CHANGING: Final = re.compile(
    r"^\d+ +(mkdir|rmdir|unlink|rename|link|symlink|chmod|fchmod|chown|fchown|truncate|ftruncate|utime|mknod|"
    r"setxattr|fsetxattr)\w*\("
)
_WRITING: Final = re.compile(r"^\d+ +(open|openat|creat)\(.*O_(WRONLY|RDWR|CREAT|TRUNC)")
COMMANDS: Final = [
    ["smuggling of migrants"],
    ["smuggling", "--json", "--coverage", "--facet", "lang"],
    ["smugling", "islnds"],
    ["smuggling", "--why-not", "south/short.txt"],
    ["similar", "north/boats.txt"],
]


@pytest.mark.skipif(shutil.which("strace") is None, reason="there is no strace")
@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_no_call_writes(
    make: Make, command: Sequence[str], clean_env: dict[str, str], several: bool, engine: str
) -> None:
    """No call of a search, of one index or of two, opens anything below the indexes for writing."""
    indexes = make(engine, engine)
    folder = indexes[0].parent
    given = [part for index in indexes[: 1 + several] for part in ("--index", str(index))]
    trace = Path(clean_env["HOME"], "trace")
    for words in COMMANDS if several else COMMANDS[:3]:
        done = subprocess.run(
            ["strace", "-f", "-qq", "-e", "trace=file,desc", "-o", trace, *command, *words, *given],
            cwd=folder,
            env=clean_env,
            capture_output=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
        lines = trace.read_text(errors="replace").splitlines()
        assert any("columns.toc" in line or "whoosh.json" in line for line in lines)
        names = [str(folder), *(one.name for one in indexes)]
        found = [
            line
            for line in lines
            if (_WRITING.search(line) or _CHANGING.search(line)) and any(name in line for name in names)
        ]
        assert found == []


def test_on_a_medium_that_is_only_read(
    make: Make, command: Sequence[str], clean_env: dict[str, str], tmp_path: Path
) -> None:
    """A search finds there what it finds elsewhere, and a copy can be packed from there."""
    north, south = make("columns", "whoosh")
    medium = tmp_path / "medium"
    medium.mkdir()
    words = shlex.join([*command, "smuggling", "--index", str(medium / north.name)])
    words += " " + shlex.join(["--index", str(medium / south.name)])
    pack = shlex.join(
        [
            *command,
            "pack",
            f"{clean_env['HOME']}/out.coopsearch",
            "--index",
            f"{medium}/{north.name}",
        ]
    )
    there = shlex.quote(str(medium))
    mount = f"mount --bind {shlex.quote(str(tmp_path))} {there} && mount -o remount,ro,bind {there}"
    script = f"{mount} || exit 77; touch {there}/x && exit 78; {words} && {pack}"
    if shutil.which("unshare") is None or os.geteuid() != 0:
        pytest.skip("only root can mount")
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script],
        cwd=tmp_path,
        env={**os.environ, **clean_env},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode in (1, 77, 78) and "match" not in done.stderr:
        pytest.skip("nothing can be mounted here")
    assert done.returncode == 0, done.stderr
    assert "medium/north/routes.md" in done.stdout
    assert "medium/south/short.txt" in done.stdout
    assert "packed 6 documents" in done.stdout
