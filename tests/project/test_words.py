"""The files of the project speak of the project: no place on somebody's machine is written into them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

REPO: Final = Path(__file__).resolve().parents[2]

#: What people write and read; the seeds are documents of others and stay as they are.
ENDINGS: Final = {".cfg", ".json", ".md", ".py", ".sh", ".toml", ".txt", ".yaml", ".yml", ""}
FOREIGN: Final = ("seeds/", "requirements/", ".git/")
MAKES: Final = {".venv", "dist", "build", "__pycache__", "index_data"}

#: An absolute path below a folder that only one machine has. After a word or a dot it is part of another.
PLACE: Final = re.compile(r"(?<![\w.~}-])/(?:work|tmp|root|home/\w+|Users/\w+)(?![\w-])")
NEIGHBOUR: Final = re.compile(r"\.\./shared\b")
USES_NEIGHBOUR: Final = ("tests/", "benchmarks/")


def project_files() -> list[str]:
    """Return the files that belong to the project; without git, those that look like it."""
    listing = ["git", "-C", str(REPO), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(listing, capture_output=True, check=True)
        names = [name for name in done.stdout.decode("utf-8", "surrogateescape").split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = (path.relative_to(REPO) for path in REPO.rglob("*"))
        names = [path.as_posix() for path in paths if not MAKES & set(path.parts)]
    wanted = (name for name in names if not name.startswith(FOREIGN) and "/data/" not in name)
    return sorted(name for name in wanted if Path(name).suffix in ENDINGS and (REPO / name).is_file())


def faults(name: str, text: str) -> Iterator[str]:
    """Yield each line that names a place outside of the project."""
    for number, line in enumerate(text.splitlines(), 1):
        if PLACE.search(line):
            yield f"{name}:{number}: names a folder of one machine: {line.strip()}"
        if NEIGHBOUR.search(line) and not name.startswith(USES_NEIGHBOUR):
            yield f"{name}:{number}: names the folder beside the project: {line.strip()}"


def test_no_file_names_a_place_outside() -> None:
    """Every file of the project can be read, and works, on any machine."""
    names = project_files()
    assert {"pyproject.toml", "search/errors.py"} <= set(names)
    texts = ((name, (REPO / name).read_text(encoding="utf-8", errors="replace")) for name in names)
    assert [fault for name, text in texts for fault in faults(name, text)] == []


@pytest.mark.parametrize("folder", ["work", "tmp", "root", "home/ann", "Users/ann"])
@pytest.mark.parametrize("before", ["", "cd ", '"', "(", "=", ":"])
def test_an_absolute_path_is_seen(folder: str, before: str) -> None:
    """The rule can fail."""
    assert list(faults("docs/x.md", f"first\n{before}/{folder}/x"))
    assert list(faults("docs/x.md", f"{before}/{folder}"))


@pytest.mark.parametrize("line", ["a/{}/b", "../{}/b", "/{}space", "https://example.org/{}/b", "{}"])
@pytest.mark.parametrize("folder", ["work", "tmp", "root"])
def test_other_paths_are_let_pass(line: str, folder: str) -> None:
    """A relative path or an address may hold the same word."""
    assert not list(faults("docs/x.md", line.format(folder)))


def test_the_folder_beside_is_for_tests_and_benchmarks() -> None:
    """Only what can do without it may name it."""
    line = "../shared/x"
    assert list(faults("README.md", line))
    assert not list(faults("tests/x.py", line))
