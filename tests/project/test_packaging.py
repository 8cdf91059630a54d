"""What is installed is what lies in the folders, at versions that were locked."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPO: Final = Path(__file__).resolve().parents[2]
SETTINGS: Final[dict[str, Any]] = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT: Final = SETTINGS["project"]
TOPS: Final = ("search", "indexer")
#: Made when the package is built, of files that it does not hold.
MADE: Final = "coopsearch/search/translation/bundled.lexicon"
#: Folders of what pages are made of.
DATA: Final = ("search/web/static", "search/web/templates")
LOCKS: Final = ("bench.txt", "build.txt", "dev.txt", "fuzz.txt", "run.txt")


def source_files() -> set[str]:
    """Return every file that belongs into the wheel, by its installed path."""
    files = (path for top in TOPS for path in (REPO / top).rglob("*"))
    wanted = [path for path in files if path.suffix == ".py" or path.name == "py.typed"]
    wanted += [path for place in DATA for path in (REPO / place).iterdir()]
    wanted.append(REPO / "search" / "web" / "api" / "openapi.json")
    return {f"coopsearch/{path.relative_to(REPO).as_posix()}" for path in wanted}


def packages() -> set[str]:
    """Return every folder that holds code, by its installed name."""
    return {path.rpartition("/")[0].replace("/", ".") for path in source_files() if path.endswith(".py")}


def pins(lock: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Return version and hashes of each package in a lock."""
    text = (REPO / "requirements" / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for line in text.splitlines():
        if line and not line.lstrip().startswith("#"):
            requirement = line.partition("--hash")[0].partition(";")[0].strip()
            name, version = requirement.split("==")
            found[canonicalize_name(name)] = (version, frozenset(re.findall(r"--hash=(\S+)", line)))
    return found


def test_every_package_is_in_the_list() -> None:
    """A package that is not listed would be missing from the wheel."""
    assert set(SETTINGS["tool"]["setuptools"]["packages"]) == packages()
    assert len(SETTINGS["tool"]["setuptools"]["packages"]) == len(packages())


@pytest.mark.parametrize("package", sorted(packages()))
def test_every_package_has_an_init(package: str) -> None:
    """A mapped folder without __init__.py is not a package when it is installed in place."""
    assert (REPO / package.removeprefix("coopsearch.").replace(".", "/") / "__init__.py").is_file()


def test_the_namespace_has_no_init() -> None:
    """`coopsearch` is a namespace: a folder of that name would hide one of its two parts."""
    assert not (REPO / "coopsearch").exists()


@pytest.mark.parametrize("top", TOPS)
def test_types_are_offered(top: str) -> None:
    """Both packages say that they are typed, and the mark is installed with them."""
    assert (REPO / top / "py.typed").read_bytes() == b""
    assert "py.typed" in SETTINGS["tool"]["setuptools"]["package-data"][f"coopsearch.{top}"]


def test_the_version_stands_in_one_place() -> None:
    """pyproject.toml has the version; no file of the code has another, and the newest change is of it."""
    version = PROJECT["version"]
    for top in TOPS:
        for path in (REPO / top).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"^\s*__version__\s*=\s*[\"']", text, re.MULTILINE), path
            assert f'"{version}"' not in text, path
    changelog = REPO / "CHANGELOG.md"
    if changelog.is_file():
        releases = re.findall(
            r"^## \[?v?(\d+\.\d+\.\d+)", changelog.read_text(encoding="utf-8"), re.MULTILINE
        )
        assert releases[:1] in ([], [version])


def test_the_wheel_holds_every_file() -> None:
    """What was installed is the code of the tree, file for file, under the version of pyproject.toml."""
    if "COOPSEARCH_TEST_INSTALLED" not in os.environ:
        pytest.skip("the wheel is not installed: dev.py test does that")
    installed = importlib.metadata.distribution("coopsearch")
    files = installed.files or []
    assert installed.version == PROJECT["version"]
    names = {path.as_posix() for path in files if path.parts[0] == "coopsearch" and path.suffix != ".pyc"}
    assert names == {*source_files(), MADE}
    for path in files:
        if path.as_posix() in source_files():
            source = REPO / path.as_posix().removeprefix("coopsearch/")
            assert path.read_binary() == source.read_bytes(), f"{path} is not the file of the tree"


@pytest.mark.parametrize("dependency", PROJECT["dependencies"])
def test_every_dependency_is_locked_within_its_range(dependency: str) -> None:
    """A range that was changed without `dev.py lock` is seen here."""
    requirement = Requirement(dependency)
    locked = pins("run.txt")
    name = canonicalize_name(requirement.name)
    assert name in locked
    assert requirement.specifier.contains(locked[name][0])


def test_formats_are_extras() -> None:
    """Each format's library is an extra, within the same range; without them, the documented rest is all."""
    extras = {name: PROJECT["optional-dependencies"][name] for name in ("pdf", "html", "encodings")}
    wanted = {Requirement(one).name: Requirement(one).specifier for one in PROJECT["dependencies"]}
    for (one,) in extras.values():
        requirement = Requirement(one)
        assert wanted.pop(requirement.name) == requirement.specifier
    told = (REPO / "docs" / "formats.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^pip install (whoosh.*)$", told, re.MULTILINE)
    named = {Requirement(one).name: Requirement(one).specifier for one in shlex.split(line)}
    assert named.keys() == wanted.keys()
    pinned = pins("run.txt")
    for name, specifier in named.items():
        assert specifier.contains(pinned[canonicalize_name(name)][0])
        # What is too new for coopsearch is kept out.
        assert not specifier.contains("99") or wanted[name].contains("99")


def test_the_locks_agree() -> None:
    """An environment to run in becomes one to work in by adding packages, never by changing one."""
    dev = pins("dev.txt")
    for lock in ("run.txt", "build.txt"):
        for name, pin in pins(lock).items():
            assert dev.get(name) == pin
    # The peers of the benchmark share what they need with what is there already, and so does what makes up
    # requests.
    for lock in ("bench.txt", "fuzz.txt"):
        assert all(dev.get(name, pin) == pin for name, pin in pins(lock).items())


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_hashes_and_no_places(lock: str) -> None:
    """Every package is pinned with hashes; no index, host or path of the machine that wrote it is named."""
    assert pins(lock)
    assert all(hashes for _, hashes in pins(lock).values())
    text = (REPO / "requirements" / lock).read_text(encoding="utf-8")
    for forbidden in ("://", "--index", "--extra-index", "--find-links", "--trusted-host", " /", "@"):
        assert forbidden not in text


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_every_python_is_declared(version: str) -> None:
    """The versions that are promised are told to installers."""
    assert f"Programming Language :: Python :: {version}" in PROJECT["classifiers"]
    assert PROJECT["requires-python"] == ">=3.11"
