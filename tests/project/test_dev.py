"""dev.py says what is wrong in one line, and touches nothing that is not its own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Dev = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def checkout(repo: Path, tmp_path: Path) -> Path:
    """A folder with all that dev.py reads, at a path with a space in it."""
    folder = tmp_path / "my project"
    folder.mkdir()
    shutil.copy(repo / "dev.py", folder)
    shutil.copy(repo / "pyproject.toml", folder)
    shutil.copytree(repo / "requirements", folder / "requirements")
    shutil.copytree(repo / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def dev(checkout: Path, tmp_path: Path) -> Dev:
    """Runs the copy of dev.py from another folder."""

    def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, checkout / "dev.py", *arguments],
            cwd=tmp_path,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_help_names_every_command(dev: Dev) -> None:
    """Help is an answer; to give no command is a mistake that gets the same text."""
    done = dev("--help")
    assert (done.returncode, done.stderr) == (0, "")
    for command in ("search", "test", "lint", "format", "types", "docs", "bench", "wheel", "lock", "clean"):
        assert f"python3 dev.py {command}" in done.stdout
    nothing = dev()
    assert (nothing.returncode, nothing.stdout, nothing.stderr) == (2, "", done.stdout)


def test_an_unknown_command_gets_the_known_ones(dev: Dev) -> None:
    """A typing mistake is answered with what there is."""
    done = dev("tets")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("dev.py: there is no command 'tets'; there are: search, test, ")
    assert done.stderr.count("\n") == 1


def test_an_environment_of_somebody_else_is_left_alone(dev: Dev, checkout: Path) -> None:
    """A .venv that dev.py did not make is neither used nor removed."""
    kept = checkout / ".venv" / "pyvenv.cfg"
    kept.parent.mkdir()
    kept.write_text("theirs")
    done = dev("search", "smuggling")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"dev.py: {kept.parent} was not made by dev.py; move it away first\n"
    assert dev("clean").returncode == 0
    assert kept.read_text() == "theirs"


def test_a_missing_lock_is_named(dev: Dev, checkout: Path) -> None:
    """An incomplete checkout is told from a broken one."""
    (checkout / "requirements" / "run.txt").unlink()
    done = dev("search", "smuggling")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"dev.py: {Path('requirements', 'run.txt')} is missing from {checkout}\n"


def test_a_missing_uv_is_named(dev: Dev, tmp_path: Path) -> None:
    """Only `lock` needs uv, and it says how to get it."""
    done = dev("lock", PATH=str(tmp_path), UV="")
    assert done.returncode == 2
    assert "uv is needed to lock" in done.stderr


def test_a_missing_script_is_named(dev: Dev) -> None:
    """A command whose script is not there does not set up an environment first."""
    done = dev("bench")
    assert (done.returncode, done.stderr) == (2, "dev.py: there is no benchmarks/run.py\n")


def test_a_python_without_venv_is_told_what_to_install(dev: Dev, tmp_path: Path) -> None:
    """Some systems ship Python without the means to make an environment."""
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\nreal = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name == 'ensurepip' else real(name, package)\n"
    )
    done = dev("search", "smuggling", PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert "python3-venv" in done.stderr
    assert done.stderr.count("\n") == 1


def test_missing_commands_are_named(dev: Dev, checkout: Path) -> None:
    """A checkout without the table of the commands is told from a broken one, as one without a lock is."""
    shutil.rmtree(checkout / "tools")
    done = dev("search", "smuggling")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"dev.py: tools/commands.py is missing from {checkout}\n"


def test_commands_are_found_in_safe_paths(dev: Dev) -> None:
    """A caller whose Python does not search the folder of a script is helped, too."""
    assert dev("--help", PYTHONSAFEPATH="1").returncode == 0


def test_every_command_has_its_script(repo: Path, dev: Dev) -> None:
    """Each script that the table of the commands names is there, and each file of tools/ is a command's."""
    spec = importlib.util.spec_from_file_location("dev_commands", repo / "tools" / "commands.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    programs = {command.program for command in module.COMMANDS.values()}
    scripts = {program for program in programs if program.endswith(".py")}
    assert programs - scripts == {"coopsearch", "pytest"}
    assert all((repo / script).is_file() for script in scripts)
    others = {"tools/__init__.py", "tools/commands.py"}
    assert {f"tools/{path.name}" for path in (repo / "tools").glob("*.py")} - others <= scripts
    shown = dev("--help").stdout
    assert all(f"python3 dev.py {name} " in shown for name in module.COMMANDS)
