"""Which folders and files are indexed, and by what addresses they are known.

An address is relative to the folder that holds the index where it lies inside of it, so that a project can
be moved with its index; else it is absolute. Does not depend on file formats or engines.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir.addresses import address, is_added, original
from coopsearch.search.indexdir.location import absolute as made_absolute
from coopsearch.search.indexdir.location import file_text, project_seeds


@dataclass(frozen=True)
class PathMapper:
    """Addresses of one index."""

    base: Path
    """The folder that holds the index's folder."""

    def address(self, path: str | Path) -> str:
        """Return the printable address of an absolute path, or of its text, written as a path writes it."""
        # A run asks for every file there is, and paths are made of parts at some cost.
        text = str(path)
        if os.sep == "/" and text.startswith(self._inside):
            return address(text[len(self._inside) :])
        path = Path(path)
        inside = path.is_relative_to(self.base)
        return address(path.relative_to(self.base).as_posix() if inside else path.as_posix())

    @cached_property
    def _inside(self) -> str:
        return os.path.join(self.base, "")  # noqa: PTH118 - text

    def path(self, given: str) -> Path:
        """Return the absolute path of an address."""
        return self.base / original(given)

    def shown(self, given: str) -> str:
        """Return an address as an absolute one, for a person."""
        return given if is_added(given) else str(self.base / given)


def within(given: str, root: str) -> bool:
    """Say whether an address is a root or lies below it. ``.`` is the index's own parent.

    What a script added lies in no folder.
    """
    if root == ".":
        return not given.startswith("/") and not is_added(given)
    return given == root or given.startswith(root.rstrip("/") + "/")


def absolute(path: str | os.PathLike[str]) -> Path:
    """Return a path as it is written, made absolute, without resolving links. Raises SettingsError."""
    text = file_text(path)
    if not text:
        raise SettingsError("a path is empty; name a folder or a file")
    return made_absolute(text)


def all_absolute(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """Return each path made absolute. Raises TypeError for a single one: its letters are not meant."""
    if isinstance(paths, (str, bytes, os.PathLike)):
        raise TypeError(f"several paths are expected; put the one into a list: [{paths!r:.60}]")
    return [absolute(path) for path in paths]


def joined(recorded: Sequence[str], added: Sequence[str]) -> tuple[str, ...]:
    """Return the sources with more of them, none inside of another."""
    every = dict.fromkeys([*recorded, *added])
    return tuple(one for one in every if not any(other != one and within(one, other) for other in every))


def default_source(index: Path) -> Path:
    """Return the folder that a new index is made from if none is named. Raises SettingsError."""
    seeds = project_seeds(index)
    if seeds is None:
        raise SettingsError(
            f"there is nothing to index at {index} yet; name a folder of documents: `coopsearch index FOLDER`"
        )
    return seeds
