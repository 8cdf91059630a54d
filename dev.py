#!/usr/bin/env python3
"""Work on coopsearch with nothing but Python: no make, no other tool, no environment made beforehand.

This file makes the environment and starts a command in it; what the commands do is in `tools/`,
`benchmarks/` and `docs/`. The environment is `.venv` beside this file: packages at the versions and hashes of
`requirements/`, and coopsearch itself built from a copy of the sources, so that a command never runs files of
the checkout by accident. It is made once and renewed when the locks, the sources or the Python change. Only
pip uses the network. What this tool has to say goes to stderr.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tools.commands import Command

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "coopsearch-dev.json"
LOCKS = ROOT / "requirements"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")

# The locks of an environment that can run coopsearch, of one that can also work on it, and of one that holds
# the engines it is measured beside.
RUN = ("run.txt", "build.txt")
DEV = ("dev.txt",)
BENCH = (*RUN, "bench.txt")
SETS = {"run": RUN, "dev": DEV, "bench": BENCH}

# What a build reads, and nothing else of the checkout.
CODE = ("indexer", "search")
SOURCES = (*CODE, "pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE", "docs/coopsearch.1")
DROPPINGS = shutil.ignore_patterns("__pycache__", "*.pyc")

# Variables of the caller that would make pip or Python use another place than `.venv`, or leave modules
# uncompiled, which makes each later start three times slower.
UNWANTED = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "PIP_PREFIX", "PIP_TARGET", "PIP_USER")

# The variable by which a script learns in which folder it was asked for.
CALLED_IN = "DEV_CALLED_IN"


class Failure(Exception):
    """Something the person at the keyboard can put right, said in one line."""


# ------------------------------------------------------------------------------------------- the commands


def commands() -> Mapping[str, Command]:
    """Return the commands by their names."""
    if os.fspath(ROOT) not in sys.path:  # as with PYTHONSAFEPATH
        sys.path.insert(0, os.fspath(ROOT))
    try:
        from tools.commands import COMMANDS
    except ImportError:
        raise Failure(f"tools/commands.py is missing from {ROOT}") from None
    return COMMANDS


def start(command: Command, arguments: Sequence[str]) -> NoReturn:
    """Go on as a command, in the environment that it needs."""
    is_script = command.program.endswith(".py")
    if is_script and not (ROOT / command.program).is_file():
        raise Failure(f"there is no {command.program}")
    if command.locks:
        prepare(SETS[command.locks], project=command.project)
    if is_script:
        # A script's own folder is searched for modules, not the one above it, where `benchmarks` is.
        extra = {"PYTHONPATH": os.fspath(ROOT), CALLED_IN: os.getcwd()}  # noqa: PTH109 - a text
        python = PYTHON if command.locks else sys.executable
        become([python, ROOT / command.program, *command.first, *arguments], ROOT, extra)
    if command.program == "pytest":
        # -P: neither this folder nor the tests' own is searched for modules, in pytest or in what it starts,
        # so `search` and `indexer` cannot be imported from the checkout. tests/conftest.py makes sure of it.
        extra = {"COOPSEARCH_TEST_INSTALLED": "1", "PYTHONSAFEPATH": "1"}
        become([PYTHON, "-P", "-m", "pytest", *command.first, *arguments], ROOT, extra)
    # A program that the environment holds, in the caller's folder.
    become([BIN / (f"{command.program}.exe" if WINDOWS else command.program), *command.first, *arguments])


def usage(known: Mapping[str, Command]) -> str:
    """Return what there is to do, a line for each command."""
    first, _, rest = (__doc__ or "").partition("\n")
    lines = [
        f"    {f'python3 dev.py {name} {command.usage}':42s} {command.what}"
        for name, command in known.items()
    ]
    return "\n".join([first, "", *lines, rest])


# ---------------------------------------------------------------------------------------- the environment


def prepare(locks: Sequence[str], *, project: bool = True) -> None:
    """Bring `.venv` to the state the locks and the sources ask for; does nothing if it is there already.

    Args:
        locks: the files of `requirements/` that must be installed.
        project: whether coopsearch itself has to be installed, too.
    """
    with alone():
        now = {name: digest([LOCKS / name]) for name in (*RUN, *DEV, *BENCH)}
        here = {"python": sys.version, "place": str(VENV)}
        stamp = read_stamp()
        if stamp is None and VENV.is_dir() and any(VENV.iterdir()):
            raise Failure(f"{VENV} was not made by dev.py; move it away first")
        installed = stamp.get("installed") if stamp else None
        sound = (
            stamp is not None
            and isinstance(installed, dict)  # absent while packages are being installed
            and all(stamp.get(key) == value for key, value in here.items())
            and all(now.get(name) == value for name, value in installed.items())
            and PYTHON.exists()
        )
        if stamp is None or not isinstance(installed, dict) or not sound:
            stamp, installed = dict(here), {}
            create(stamp)
        if not all(name in installed for name in locks):
            write_stamp({**here})
            install(locks)
            # The larger set holds the smaller ones.
            names = (*RUN, *DEV) if locks == DEV else locks
            installed = {**installed, **{name: now[name] for name in names}}
            stamp = {**stamp, "installed": installed}
            write_stamp(stamp)
        sources = digest(source_files())
        if project and stamp.get("project") != sources:
            write_stamp({**stamp, "project": None})
            with tempfile.TemporaryDirectory(prefix="coopsearch-build-") as folder:
                copy_sources(Path(folder))
                pip("install", "--no-deps", "--no-index", "--no-build-isolation", "--force-reinstall", folder)
            write_stamp({**stamp, "project": sources})


def create(stamp: Mapping[str, object]) -> None:
    """Make an empty environment, in the place of an old one."""
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise Failure(f"this Python has no {module} module; install it (on Debian, Ubuntu: python3-venv)")
    say("setting up .venv; this is done once and takes about half a minute")
    if VENV.exists():
        shutil.rmtree(VENV)
    VENV.mkdir()
    write_stamp(stamp)  # first, so that what an interruption leaves is known to be ours
    # The Python below an active environment: that environment may be the one just removed.
    base = getattr(sys, "_base_executable", None) or sys.executable
    quietly([base, "-m", "venv", VENV], "could not make a virtual environment")


def install(locks: Sequence[str]) -> None:
    """Install packages at the versions and hashes of the locks."""
    files: list[str | Path] = []
    for name in locks:
        files += ["-r", LOCKS / name]
    pip("install", "--require-hashes", *files)


def pip(*arguments: str | Path) -> None:
    """Run the pip of the environment without a word, unless it fails."""
    options = ["--quiet", "--no-input", "--disable-pip-version-check"]
    quietly([PYTHON, "-P", "-m", "pip", *options, *arguments], "pip failed")


def copy_sources(folder: Path) -> None:
    """Copy what a build reads, so that it leaves no trace in the checkout."""
    for name in SOURCES:
        if not (ROOT / name).exists():
            raise Failure(f"{name} is missing from {ROOT}")
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=DROPPINGS)
        else:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def source_files() -> list[Path]:
    """Return every file that a build reads."""
    files: list[Path] = []
    for name in SOURCES:
        path = ROOT / name
        if path.is_dir():
            files += (file for file in path.rglob("*") if file.is_file() and file.suffix != ".pyc")
        else:
            files.append(path)
    return sorted(files)


def digest(files: Sequence[Path]) -> str:
    """Return one hash over the names and contents of files."""
    total = hashlib.sha256()
    for path in files:
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise Failure(f"{path.relative_to(ROOT)} is missing from {ROOT}") from None
        name = path.relative_to(ROOT).as_posix()
        total.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        total.update(content)
    return total.hexdigest()


def read_stamp() -> dict[str, object] | None:
    """Return what is known about the environment; nothing if it is not ours, little if it is unfinished."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError:
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp: Mapping[str, object]) -> None:
    """Note the state of the environment, whole or not at all."""
    new = STAMP.with_suffix(".new")
    new.write_text(json.dumps(stamp, indent=1) + "\n", encoding="utf-8")
    new.replace(STAMP)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Keep a second dev.py waiting while this one changes the environment."""
    try:
        import fcntl
    except ImportError:  # Windows: whoever runs two at once is on their own
        yield
        return
    # The folder itself is the lock: nothing to leave behind, and a killed process lets go of it.
    handle = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another dev.py")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


# ------------------------------------------------------------------------------------------ the processes


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the caller's variables without those that lead elsewhere."""
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    return {**kept, **(extra or {})}


def quietly(
    command: Sequence[str | Path],
    complaint: str,
    folder: Path = ROOT,
    extra: Mapping[str, str] | None = None,
) -> str:
    """Run a command and return what it printed; if it fails, its last lines are the error."""
    done = subprocess.run(
        [os.fspath(part) for part in command],
        cwd=folder,
        env=environment(extra),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    out = done.stdout.decode("utf-8", "replace")
    if done.returncode:
        lines = [line for line in out.splitlines() if line.strip()]
        raise Failure("\n    ".join([f"{complaint}:", *lines[-8:]]))
    return out


def become(
    command: Sequence[str | Path], folder: Path | None = None, extra: Mapping[str, str] | None = None
) -> NoReturn:
    """Go on as another program: its output, signals and exit code are then its own."""
    words = [os.fspath(part) for part in command]
    if WINDOWS:  # execve returns to the shell there before the program has ended
        sys.exit(subprocess.run(words, cwd=folder, env=environment(extra), check=False).returncode)
    if folder is not None:
        os.chdir(folder)
    os.execve(words[0], words, environment(extra))  # noqa: S606 - no shell is wanted


def open_streams() -> None:
    """Point closed standard streams at nothing, lest the next file that is opened takes their place."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def say(text: str) -> None:
    """Tell the person at the keyboard; stdout belongs to the command."""
    print(f"dev.py: {text}", file=sys.stderr, flush=True)


def guarded(run: Callable[[], int]) -> int:
    """Return the exit code of what is run, and say what went wrong in a line."""
    try:
        return run()
    except (Failure, OSError) as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        return 130


def main(arguments: Sequence[str]) -> int:
    """Run a command and return the exit code."""
    if sys.version_info < OLDEST:
        say("Python {}.{} or newer is needed; this is {}.{}".format(*OLDEST, *sys.version_info[:2]))
        return 2
    return guarded(lambda: chosen(arguments))


def chosen(arguments: Sequence[str]) -> int:
    """Go on as the command that is named; say what there is if none is."""
    known = commands()
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(usage(known), end="", file=sys.stdout if arguments else sys.stderr)
        return 0 if arguments else 2
    if arguments[0] not in known:
        raise Failure(f"there is no command {arguments[0]!r}; there are: {', '.join(known)}")
    start(known[arguments[0]], arguments[1:])


if __name__ == "__main__":
    open_streams()
    sys.exit(main(sys.argv[1:]))
