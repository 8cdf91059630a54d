#!/usr/bin/env python3
"""Work on coopsearch with nothing but Python: no make, no other tool, no environment made beforehand.

    python3 dev.py search "smuggling routes"   set up if need be, then run coopsearch with these arguments
    python3 dev.py test [PYTEST ARGUMENTS]     build the wheel, install it, test what was installed
    python3 dev.py lint                        ruff: rules and layout (`format` puts both right)
    python3 dev.py format                      ruff: mend what can be mended, lay out the rest
    python3 dev.py types [MYPY ARGUMENTS]      mypy, strict, over code, tests and tools
    python3 dev.py docs [ARGUMENTS]            write the generated pages of docs/ anew
    python3 dev.py bench [ARGUMENTS]           measure beside other engines (`bench --help`)
    python3 dev.py words [en fr ar]            score the tables of words that must and must not meet
    python3 dev.py languages [--shared DIR]    how often the language of a passage is told right
    python3 dev.py tune [ARGUMENTS]            choose the settings of the ranking on judged collections
    python3 dev.py rescoring [ARGUMENTS]       what ranking the best documents anew costs
    python3 dev.py patterns [ARGUMENTS]        what patterns cost that fit few words, many, or all
    python3 dev.py compiled [ARGUMENTS]        Whoosh's queries over arrays, beside its own matchers
    python3 dev.py isolation [ARGUMENTS]       what reading files in a process of their own costs
    python3 dev.py analysis [COMMIT]           how fast text is taken apart, beside an earlier state
    python3 dev.py pdf [FOLDER]                how long a page of PDFs takes, beside plain PDFium
    python3 dev.py trust [--long] [ARGUMENTS]  test the promises and write docs/reliability.md anew
    python3 dev.py cost [COMMIT]               what this state costs beside an earlier one, bounds included
    python3 dev.py audit [--offline]           hashes, versions, licences and advisories of the locks
    python3 dev.py wheel [FOLDER]              build the wheel and the sdist (into dist/)
    python3 dev.py lock [UV ARGUMENTS]         write requirements/ anew from pyproject.toml (needs uv)
    python3 dev.py clean                       remove all that these commands made

The environment is `.venv` beside this file: packages at the versions and hashes of `requirements/`, and
coopsearch itself built from a copy of the sources, so that a command never runs files of the checkout by
accident. It is made once and renewed when the locks, the sources or the Python change. Only pip uses the
network. What this tool has to say goes to stderr.
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

# What can be measured of coopsearch alone: `dev.py NAME` runs benchmarks/NAME.py.
MEASURES = ("words", "languages", "tune", "rescoring", "patterns", "compiled", "isolation", "analysis", "pdf")

# What a build reads, and nothing else of the checkout.
CODE = ("indexer", "search")
SOURCES = (*CODE, "pyproject.toml", "README.md", "LICENSE")
DROPPINGS = shutil.ignore_patterns("__pycache__", "*.pyc")

# Variables of the caller that would make pip or Python use another place than `.venv`, or leave modules
# uncompiled, which makes each later start three times slower.
UNWANTED = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "PIP_PREFIX", "PIP_TARGET", "PIP_USER")


class Failure(Exception):
    """Something the person at the keyboard can put right, said in one line."""


# ------------------------------------------------------------------------------------------- the commands


def search(arguments: Sequence[str]) -> NoReturn:
    """Run the installed coopsearch in the caller's folder."""
    prepare(RUN)
    become([BIN / ("coopsearch.exe" if WINDOWS else "coopsearch"), *arguments])


def test(arguments: Sequence[str]) -> NoReturn:
    """Run the tests against the installed wheel; pytest has the last word."""
    prepare(DEV)
    # -P: neither this folder nor the tests' own is searched for modules, in pytest or in what it starts,
    # so `search` and `indexer` cannot be imported from the checkout. tests/conftest.py makes sure of it.
    surroundings = {"COOPSEARCH_TEST_INSTALLED": "1", "PYTHONSAFEPATH": "1"}
    become([PYTHON, "-P", "-m", "pytest", *arguments], folder=ROOT, extra=surroundings)


def lint(arguments: Sequence[str]) -> int:
    """Check the rules and the layout; say both before failing."""
    prepare(DEV, project=False)
    rules = call([BIN / "ruff", "check", *(arguments or ["."])])
    layout = call([BIN / "ruff", "format", "--check", *(arguments or ["."])])
    if layout:
        say("`python3 dev.py format` lays the files out")
    return rules or layout


def format_(arguments: Sequence[str]) -> int:
    """Mend what ruff can mend without a doubt, then lay out every file."""
    prepare(DEV, project=False)
    rules = call([BIN / "ruff", "check", "--fix", *(arguments or ["."])])
    return call([BIN / "ruff", "format", *(arguments or ["."])]) or rules


def types(arguments: Sequence[str]) -> int:
    """Check the types of everything, under the names that the installed packages have."""
    prepare(DEV, project=False)
    with tempfile.TemporaryDirectory(prefix="coopsearch-types-") as folder:
        tree = Path(folder)
        for name in CODE:
            shutil.copytree(ROOT / name, tree / "coopsearch" / name, ignore=DROPPINGS)
        for name in ("tests", "benchmarks", "docs"):
            for path in sorted((ROOT / name).rglob("*.py")):
                copy = tree / path.relative_to(ROOT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, copy)
        shutil.copy2(ROOT / "dev.py", tree)
        settings = [f"--config-file={ROOT / 'pyproject.toml'}", f"--cache-dir={ROOT / '.mypy_cache'}"]
        targets = sorted(path.name for path in tree.iterdir())
        done = subprocess.run(
            [os.fspath(PYTHON), "-P", "-m", "mypy", *settings, *arguments, *targets],
            cwd=tree,
            env=environment({"MYPYPATH": folder}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            check=False,
        )
    # An editor opens search/model.py, not the copy that has its installed name.
    out = done.stdout.decode("utf-8", "replace")
    for name in CODE:
        out = out.replace(os.path.join("coopsearch", name) + os.sep, name + os.sep)  # noqa: PTH118 - text, no path
    print(out, end="")
    return done.returncode


def runner(path: str, locks: Sequence[str] = DEV) -> Callable[[Sequence[str]], NoReturn]:
    """Return the command that runs a script of the project with these packages at hand."""

    def run(arguments: Sequence[str]) -> NoReturn:
        script(path, arguments, locks)

    return run


def wheel(arguments: Sequence[str]) -> int:
    """Build the wheel and the sdist, and print where they are."""
    if len(arguments) > 1:
        raise Failure("wheel takes one folder at most")
    target = Path(arguments[0]) if arguments else ROOT / "dist"
    prepare(RUN, project=False)
    for old in target.glob("coopsearch-*"):
        old.unlink()
    for built in build(target, "sdist", "wheel"):
        print(built)
    return 0


def lock(arguments: Sequence[str]) -> int:
    """Resolve the dependencies for every platform and Python, with hashes. Versions stay unless asked for.

    `lock --upgrade` takes the newest that pyproject.toml allows.
    """
    uv = os.environ.get("UV") or shutil.which("uv")
    if not uv:
        raise Failure("uv is needed to lock and is not there: `python3 -m pip install uv`, or name it in UV")
    oldest = ".".join(map(str, OLDEST))
    general = ["--quiet", "--universal", "--generate-hashes", f"--python-version={oldest}", *arguments]
    general += ["--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command=python3 dev.py lock"]
    # The runtime first: the larger sets have to agree with it, so that an environment can grow.
    sets = {
        "run.txt": ["pyproject.toml"],
        "build.txt": ["--group=pyproject.toml:build"],
        "dev.txt": ["pyproject.toml", "--group=dev", "-crequirements/run.txt", "-crequirements/build.txt"],
        "bench.txt": ["--group=pyproject.toml:bench", "-crequirements/dev.txt"],
    }
    LOCKS.mkdir(exist_ok=True)
    for name, inputs in sets.items():
        output = LOCKS / name
        quietly(
            [uv, "pip", "compile", *inputs, *general, "-o", output.relative_to(ROOT)], "uv could not lock"
        )
        if "://" in output.read_text(encoding="utf-8"):
            raise Failure(
                f"requirements/{name} names a host; take the address of the index out of uv's settings"
            )
    return 0


def clean(arguments: Sequence[str]) -> int:
    """Remove the environment, the caches and what was built. The index stays."""
    if arguments:
        raise Failure("clean takes no arguments")
    made = (".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", "build", "dist")
    caches = [ROOT / name for name in made]
    if STAMP.is_file():  # else it is not ours
        caches.append(VENV)
    for name in (*CODE, "tests", "benchmarks", "docs"):
        caches += (ROOT / name).rglob("__pycache__")
    for cache in caches:
        if cache.is_dir():
            shutil.rmtree(cache)
    return 0


COMMANDS: Mapping[str, Callable[[Sequence[str]], int]] = {
    "search": search,
    "test": test,
    "lint": lint,
    "format": format_,
    "types": types,
    "docs": runner("docs/generate.py"),
    "bench": runner("benchmarks/run.py", BENCH),
    **{name: runner(f"benchmarks/{name}.py") for name in MEASURES},
    "trust": runner("benchmarks/trust.py"),
    "cost": runner("benchmarks/trust_cost.py"),
    "audit": runner("benchmarks/audit.py"),
    "wheel": wheel,
    "lock": lock,
    "clean": clean,
}


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
            with tempfile.TemporaryDirectory(prefix="coopsearch-wheel-") as folder:
                (built,) = build(Path(folder), "wheel")
                pip("install", "--no-deps", "--no-index", "--force-reinstall", built)
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


def build(target: Path, *kinds: str) -> list[Path]:
    """Build a "wheel" or an "sdist" from a copy of the sources, so that no trace is left in the checkout."""
    target = target.absolute()
    target.mkdir(parents=True, exist_ok=True)
    results = []
    with tempfile.TemporaryDirectory(prefix="coopsearch-build-") as folder:
        for kind in kinds:
            copy = Path(folder, kind)
            copy.mkdir()
            for name in SOURCES:
                if not (ROOT / name).exists():
                    raise Failure(f"{name} is missing from {ROOT}")
                if (ROOT / name).is_dir():
                    shutil.copytree(ROOT / name, copy / name, ignore=DROPPINGS)
                else:
                    shutil.copy2(ROOT / name, copy)
            code = f"import sys; from setuptools import build_meta as b; print(b.build_{kind}(sys.argv[1]))"
            # A fixed date: the same sources give the same wheel.
            extra = {"SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "315532800")}
            program: list[str | Path] = [PYTHON, "-P", "-c", code, target]
            out = quietly(program, f"could not build the {kind}", folder=copy, extra=extra)
            results.append(target / out.splitlines()[-1].strip())
    return results


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


def script(name: str, arguments: Sequence[str], locks: Sequence[str] = DEV) -> NoReturn:
    """Go on as one of the project's own scripts."""
    if not (ROOT / name).is_file():
        raise Failure(f"there is no {name}")
    prepare(locks)
    # A script's own folder is searched for modules, not the one above it, where `benchmarks` is.
    become([PYTHON, ROOT / name, *arguments], folder=ROOT, extra={"PYTHONPATH": os.fspath(ROOT)})


def call(command: Sequence[str | Path]) -> int:
    """Run a command in the project's folder, its output in view, and return its exit code."""
    words = [os.fspath(part) for part in command]
    return subprocess.run(words, cwd=ROOT, env=environment(), check=False).returncode


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


def main(arguments: Sequence[str]) -> int:
    """Run a command and return the exit code."""
    if sys.version_info < OLDEST:
        say("Python {}.{} or newer is needed; this is {}.{}".format(*OLDEST, *sys.version_info[:2]))
        return 2
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(__doc__, end="", file=sys.stdout if arguments else sys.stderr)
        return 0 if arguments else 2
    try:
        if arguments[0] not in COMMANDS:
            raise Failure(f"there is no command {arguments[0]!r}; there are: {', '.join(COMMANDS)}")
        return COMMANDS[arguments[0]](arguments[1:])
    except (Failure, OSError) as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    open_streams()
    sys.exit(main(sys.argv[1:]))
