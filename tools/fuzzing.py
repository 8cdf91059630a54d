"""Install schemathesis in an environment of its own, by its lock. `python3 dev.py schemathesis`.

It makes up requests of the description of the HTTP API, for a test that is skipped without it. Its packages
are of no use to anything else here, so they stay out of `.venv`. The environment is `.fuzz`, made once and
renewed when the lock or the Python changes; the last line printed is the program.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

import dev

ENVIRONMENT = dev.ROOT / ".fuzz"
LOCK = dev.LOCKS / "fuzz.txt"
#: Written last: what an interruption leaves has none.
STAMP = ENVIRONMENT / "coopsearch-fuzz"
PROGRAM = ENVIRONMENT / ("Scripts/schemathesis.exe" if dev.WINDOWS else "bin/schemathesis")
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if dev.WINDOWS else "bin/python")


def main(arguments: Sequence[str]) -> int:
    """Install it unless it is there, and print where."""
    if arguments:
        raise dev.Failure("schemathesis takes no arguments here; it prints the program that does")
    wanted = f"{sys.version}\n{ENVIRONMENT}\n{dev.digest([LOCK])}\n"
    with dev.alone():
        if not (STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted and PROGRAM.exists()):
            made(wanted)
    print(PROGRAM)
    return 0


def made(stamp: str) -> None:
    """Make the environment anew."""
    if ENVIRONMENT.exists() and any(ENVIRONMENT.iterdir()) and not (ENVIRONMENT / "pyvenv.cfg").is_file():
        raise dev.Failure(f"{ENVIRONMENT} was not made by dev.py; move it away first")
    dev.say("setting up .fuzz for schemathesis; this is done once")
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    base = getattr(sys, "_base_executable", None) or sys.executable
    dev.quietly([base, "-m", "venv", ENVIRONMENT], "could not make a virtual environment")
    install = ["install", "--require-hashes", "--quiet", "--no-input", "--disable-pip-version-check"]
    dev.quietly([PYTHON, "-P", "-m", "pip", *install, "-r", LOCK], "pip failed")
    STAMP.write_text(stamp, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(dev.guarded(lambda: main(sys.argv[1:])))
