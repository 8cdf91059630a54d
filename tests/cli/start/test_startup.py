"""What a search loads: the start of the command is most of its time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

DRIVER = """
import sys
code = int(sys.argv[1])
sys.argv = ["coopsearch", *sys.argv[2:]]
from coopsearch.search.cli.command_line import main
try:
    main()
except SystemExit as done:
    assert done.code == code, done.code
print(*sys.modules)
"""

NEVER = {
    "nltk",
    "rich",
    "sqlite3",
    "selectolax",
    "PIL",
    "filelock",
    "pathspec",
    "rapidfuzz",
    "charset_normalizer",
    "coopsearch.indexer",
    "coopsearch.search.engines.whoosh",
    "whoosh",
}


@pytest.fixture
def project(tmp_path: Path, repo: Path, command: Sequence[str], clean_env: dict[str, str]) -> Path:
    """A folder with the seeds and their index."""
    shutil.copytree(repo / "seeds", tmp_path / "seeds")
    subprocess.run([*command, "index", "-q"], cwd=tmp_path, env=clean_env, check=True)
    return tmp_path


def loads(arguments: Sequence[str], cwd: Path, env: dict[str, str], *, code: int = 0) -> set[str]:
    """Run the command, which ends with ``code``, and return the modules that it has loaded."""
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(code), *arguments],
        cwd=cwd,
        env=env,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "arguments",
    [["smuggling routes"], ["--json", "smuggling routes"], ["search", "--all", "illegal", "migration"]],
)
def test_imports(clean_env: dict[str, str], project: Path, arguments: list[str]) -> None:
    """A search imports neither NLTK nor what only indexing, another engine or a terminal needs, nor Typer."""
    loaded = loads(arguments, project, clean_env)
    assert not loaded & {"typer", "click", "dataclasses", "inspect", "shutil", "textwrap", "calendar"}
    assert "coopsearch.search.engines.columns.light_reader" in loaded
    assert "numpy" not in loaded
    assert not loaded & NEVER


def test_imports_of_show(clean_env: dict[str, str], project: Path) -> None:
    """Showing places, or saying how a file would be opened, imports no more than a search does."""
    (name,) = (path.name for path in (project / "seeds").iterdir())
    for arguments in (["show", f"seeds/{name}", "smuggling"], ["open", f"seeds/{name}", "--print"]):
        loaded = loads(arguments, project, {**clean_env, "COOPSEARCH_OPEN": sys.executable})
        assert "coopsearch.search.engines.columns.light_reader" in loaded
        assert "numpy" not in loaded
        assert not loaded & NEVER


def test_imports_of_news(clean_env: dict[str, str], project: Path) -> None:
    """Once the first look is kept, news of an index without a commit since are told without opening it."""
    loads(["save", "routes", "smuggling routes"], project, clean_env)
    assert "coopsearch.search.index" in loads(["news"], project, clean_env, code=1)
    loaded = loads(["news"], project, clean_env, code=1)
    assert "coopsearch.search.desk" in loaded
    assert "coopsearch.search.index" not in loaded
    # The manifest tells when a document was added, and the look is kept under a lock.
    assert not loaded & ({"numpy", *NEVER} - {"sqlite3", "filelock"})


def test_imports_of_a_run_that_finds_nothing(clean_env: dict[str, str], project: Path) -> None:
    """Where no file changed, a run notes that it looked, and loads neither columns nor what reads files."""
    for file in (project / "seeds").iterdir():
        os.utime(file, (1e9, 1e9))
    loads(["index", "-q"], project, clean_env)
    loaded = loads(["index", "-q"], project, clean_env)
    assert "coopsearch.search.engines.columns.light_writer" in loaded
    assert not loaded & ({"numpy", *NEVER} - {"coopsearch.indexer"})


@pytest.mark.parametrize("module", ["coopsearch.indexer", "coopsearch.indexer.sandbox.child"])
def test_imports_of_a_reader(clean_env: dict[str, str], tmp_path: Path, module: str) -> None:
    """The process that reads a file loads nothing of what keeps an index."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, {module}; print(*sys.modules)"],
        cwd=tmp_path,
        env=clean_env,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    loaded = set(done.stdout.split())
    assert module in loaded
    assert not {name for name in loaded if name.startswith("coopsearch.search.engines")}
    assert not loaded & {"numpy", "coopsearch.indexer.pipeline", "coopsearch.indexer.manifest.manifest"}
