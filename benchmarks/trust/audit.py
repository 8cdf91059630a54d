"""Audit the packages of the locks. `python3 dev.py audit [--offline]`.

What the locks, the installed packages and the lists beside the locks tell needs no network: pins and
hashes, who requires whom, versions, licences, known advisories. What only the package index or the service
behind pip-audit can tell is asked for if they can be reached; else the last lines say what could not be
done, and nothing fails for that. Does not depend on coopsearch.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Final, NamedTuple

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).resolve().parents[2]
#: The locks, and the groups of pyproject.toml that each was made from; "" are the dependencies themselves.
LOCKS: Final = {
    "run.txt": ("",),
    "build.txt": ("build",),
    "dev.txt": ("", "dev"),
    "bench.txt": ("bench",),
    "fuzz.txt": ("fuzz",),
}
#: Those of an environment that is not this one.
APART: Final = ("fuzz.txt",)
#: What uv calls the project among those that require a package.
PROJECT: Final = "coopsearch"
#: What an environment has that no lock names: the installer and ourselves.
OURS: Final = frozenset({"pip", PROJECT})
_PIN: Final = re.compile(r"([A-Za-z0-9][\w.-]*)==([^\s;]+)(?: *; *(.+))?")
_HASH: Final = re.compile(r"--hash=sha256:[0-9a-f]{64}")


class Pin(NamedTuple):
    """One requirement of a lock."""

    lock: str
    name: str
    version: str
    marker: str
    via: tuple[str, ...]
    """Who requires it, as uv noted it."""

    @property
    def here(self) -> bool:
        """Whether this machine and Python need it."""
        return not self.marker or Marker(self.marker).evaluate()


class Part(NamedTuple):
    """What one part of the audit looked at, and what it found."""

    what: str
    faults: list[str]


# ----------------------------------------------------------------------------------------- the locks


def read(path: Path, faults: list[str]) -> list[Pin]:
    """Return the requirements of a lock; whatever is not a version with hashes is a fault."""
    pins = []
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    # A requirement, then the comments that say who requires it.
    for entry in re.split(r"\n(?=[^\s#])", "\n" + text):
        line, _, comments = entry.strip().partition("\n")
        if not line or line.startswith("#"):
            continue
        wanted, *hashes = re.split(r"\s+(?=--hash=)", line)
        found = _PIN.fullmatch(wanted.strip())
        if found is None:
            faults.append(f"{path.name}: {wanted.strip()!r} is not one version of one package")
            continue
        if not hashes or not all(_HASH.fullmatch(one.strip()) for one in hashes):
            faults.append(f"{path.name}: {found[1]} has no hashes, or others than SHA-256")
        lines = (
            one.strip().removeprefix("#").strip().removeprefix("via").strip() for one in comments.split("\n")
        )
        via = tuple(canonicalize_name(one.split()[0]) for one in lines if one and not one.startswith("-c "))
        pins.append(Pin(path.name, canonicalize_name(found[1]), found[2], found[3] or "", via))
    return pins


def pinned(folder: Path) -> tuple[list[Pin], Part]:
    """Read all locks; packages that stand in several have one version in them."""
    faults: list[str] = []
    pins = [pin for name in LOCKS for pin in read(folder / name, faults)]
    seen: dict[tuple[str, str], Pin] = {}
    for pin in pins:
        first = seen.setdefault((pin.name, pin.marker), pin)
        if first.version != pin.version:
            faults.append(f"{pin.lock}: {pin.name} is {pin.version}, but {first.version} in {first.lock}")
    return pins, Part(f"{len(pins)} requirements: one version each, with SHA-256 hashes", faults)


def declared(project: dict[str, Any], group: str) -> set[str]:
    """Return the packages that the project itself names in a group."""
    if not group:
        return {canonicalize_name(Requirement(one).name) for one in project["project"]["dependencies"]}
    names: set[str] = set()
    for one in project["dependency-groups"][group]:
        if isinstance(one, dict):
            names |= declared(project, one["include-group"])
        else:
            names.add(canonicalize_name(Requirement(one).name))
    return names


def tree(pins: Sequence[Pin], project: dict[str, Any]) -> Part:
    """Look whether everything in a lock is required, and everything required is there."""
    faults = []
    for lock, groups in LOCKS.items():
        wanted = set().union(*(declared(project, group) for group in groups))
        mine = [pin for pin in pins if pin.lock == lock]
        names = {pin.name for pin in mine}
        faults += [f"{lock}: {name} is declared and not there" for name in sorted(wanted - names)]
        reached = names & wanted
        while more := {pin.name for pin in mine if reached & set(pin.via)} - reached:
            reached |= more
        faults += [f"{lock}: {name} is required by nothing" for name in sorted(names - reached)]
        for pin in mine:
            if PROJECT in pin.via and pin.name not in wanted:
                faults.append(f"{lock}: {pin.name} is not declared in pyproject.toml")
            faults += [f"{lock}: {pin.name} is said to be required by {by}" for by in sorted(_denied(pin))]
        for pin in mine:
            missing = _required(pin) - names
            faults += [f"{lock}: {name}, which {pin.name} requires, is not there" for name in sorted(missing)]
    return Part("every package is declared or required by one that is; nothing is missing", faults)


def _denied(pin: Pin) -> Iterator[str]:
    """Yield those that are said to require a package, and do not say so themselves."""
    for by in set(pin.via) - {PROJECT}:
        try:
            requires = metadata.requires(by) or ()
        except metadata.PackageNotFoundError:
            continue
        if pin.name not in {canonicalize_name(Requirement(one).name) for one in requires}:
            yield by


def _required(pin: Pin) -> set[str]:
    """Return what an installed package requires here."""
    try:
        requires = [Requirement(one) for one in metadata.requires(pin.name) or () if pin.here]
    except metadata.PackageNotFoundError:
        return set()
    applying = (one for one in requires if one.marker is None or one.marker.evaluate({"extra": ""}))
    return {canonicalize_name(one.name) for one in applying}


# --------------------------------------------------------------------------------- what is installed


def installed(pins: Sequence[Pin]) -> Part:
    """Compare the packages of this environment with the locks."""
    wanted = {pin.name: pin for pin in pins if pin.here and pin.lock not in APART}
    faults, count = [], 0
    for one in metadata.distributions():
        name = canonicalize_name(one.name)
        if name in OURS:
            continue
        count += 1
        if name not in wanted:
            faults.append(f"{one.name} {one.version} is installed, and no lock names it")
        elif wanted[name].version != one.version:
            faults.append(f"{one.name} {one.version} is installed, locked is {wanted[name].version}")
    return Part(f"{count} packages are installed, at the versions of the locks", faults)


def licences(pins: Sequence[Pin], folder: Path) -> tuple[Part, list[str]]:
    """Compare the licence of each installed package with those allowed; say which could not be looked at."""
    rules = tomllib.loads((folder / "licences.toml").read_text(encoding="utf-8"))
    faults, absent = [], set()
    names = sorted({pin.name for pin in pins})
    run = (folder / "run.txt").read_text(encoding="utf-8")
    passed_on = set(re.findall(r"^([a-z0-9._-]+)==", run, re.MULTILINE))
    for name in names:
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            absent.add(name)
            continue
        says = licence(about, rules["names"])
        own = rules["packages"].get(name)
        if own is not None and own["says"] == says:
            says = own["licence"]
        tools = () if name in passed_on else rules["tools"]
        if not allowed(says, {*rules["allowed"], *tools}):
            faults.append(
                f"{name}: its licence is {says or 'not told'!r}, which is not in the list of those allowed"
            )
    part = Part(f"{len(names) - len(absent)} packages have a licence that is allowed", faults)
    return part, sorted(absent)


def licence(about: Any, names: dict[str, str]) -> str:
    """Return the licence of a package, by its SPDX expression, its classifiers or its words."""
    if expression := about.get("License-Expression"):
        return str(expression)
    marks = [
        one.rpartition(" :: ")[2] for one in about.get_all("Classifier", []) if " :: OSI Approved :: " in one
    ]
    if marks:
        return " AND ".join(names.get(mark, mark) for mark in marks)
    words = str(about.get("License") or "").strip().partition("\n")[0]
    return names.get(words, words)


def allowed(expression: str, among: set[str]) -> bool:
    """Tell whether a licence is one of those allowed. In brackets all names count as if joined by AND."""
    if "(" in expression:
        expression = re.sub(r"[()]", "", expression).replace(" OR ", " AND ")
    return any(all(one in among for one in way.split(" AND ")) for way in expression.split(" OR "))


def advisories(pins: Sequence[Pin], folder: Path) -> Part:
    """Compare the locks with the list of versions known to be bad."""
    entries = tomllib.loads((folder / "advisories.toml").read_text(encoding="utf-8"))["advisory"]
    faults = [
        f"{pin.lock}: {pin.name} {pin.version} is affected by {entry['id']}: {entry['reason']}"
        for entry in entries
        for pin in pins
        if pin.name == canonicalize_name(entry["package"])
        and SpecifierSet(entry["affected"]).contains(pin.version, prereleases=True)
    ]
    return Part(f"no package is affected by one of the {len(entries)} advisories of the list", faults)


def main(arguments: Sequence[str]) -> int:
    """Audit; return 1 if something is wrong."""
    parser = argparse.ArgumentParser(prog="dev.py audit", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--offline", action="store_true", help="ask neither the package index nor pip-audit")
    parser.add_argument("--project", type=Path, default=ROOT, help="the folder of pyproject.toml")
    given = parser.parse_args(arguments)
    folder: Path = given.project / "requirements"
    project = tomllib.loads((given.project / "pyproject.toml").read_text(encoding="utf-8"))
    pins, first = pinned(folder)
    known, absent = licences(pins, folder)
    parts = [first, tree(pins, project), installed(pins), known, advisories(pins, folder)]
    undone = [f"the licence of {', '.join(absent)}: not installed here"] if absent else []
    if given.offline:
        undone.append("what the package index and pip-audit know: not asked (--offline)")
    else:
        from benchmarks.trust.audit_index import index, service

        for more, not_done in (index(folder), service(folder)):
            parts += more
            undone += not_done
    for part in parts:
        print(f"{'FAULT' if part.faults else 'ok':9s} {part.what}")
        for fault in part.faults:
            print(f"{'':9s}   {fault}")
    for one in undone:
        print(f"{'not done':9s} {one}")
    return int(any(part.faults for part in parts))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
