"""The hashes of the jars: what Maven resolved is run only if it is what was locked, as with pip's packages.

The list is `jars.sha256` beside this file, in the form that `sha256sum` checks.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import dev

_LIST: Final = Path(__file__).with_name("jars.sha256")
_HINT: Final = "if the versions were changed on purpose: `dev.py opensearch prepare --lock`"


def read() -> str:
    """Return the list; empty if there is none yet."""
    return _LIST.read_text(encoding="utf-8") if _LIST.is_file() else ""


def write(home: Path) -> None:
    """Write the list anew, of the jars of a distribution."""
    lines = "".join(f"{value}  {name}\n" for name, value in _found(home).items())
    _LIST.write_text(lines, encoding="utf-8")


def check(home: Path) -> None:
    """Fail where a jar of a distribution is not the one in the list, is not in it, or is missing."""
    wanted = {name: value for value, name in (line.split(maxsplit=1) for line in read().splitlines())}
    found = _found(home)
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found:
            raise dev.Failure(f"Maven did not get {name}, which {_LIST.name} names; {_HINT}")
        if name not in wanted:
            raise dev.Failure(f"Maven got {name}, which {_LIST.name} does not name; {_HINT}")
        if wanted[name] != found[name]:
            raise dev.Failure(f"{name} that Maven got does not have the hash of {_LIST.name}; {_HINT}")


def _found(home: Path) -> dict[str, str]:
    return {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*.jar"))
    }
