"""The folders of an answer as a tree: each with all documents below it, as narrowing to it finds them.

Does not depend on the web's libraries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Folder(NamedTuple):
    """A folder of the tree."""

    path: str
    label: str
    """Its name, behind those of the folders between it and that above it in the tree."""
    level: int
    documents: int


def tree(counts: Mapping[str, int], chosen: Sequence[str], room: int) -> tuple[list[Folder], int]:
    """Return the folders to show, in their order, and how many more there are below these.

    ``counts`` are documents by the folder in which they lie. Folders with more documents come first into the
    room that there is; those that are chosen, and what lies above them, are there in any case.
    """
    below: dict[str, int] = {}
    for path, count in counts.items():
        for one in _chain(path):
            below[one] = below.get(one, 0) + count
    # A folder that holds one other and nothing else says nothing by itself.
    alone = {_above(one) for one in below if below[one] == below.get(_above(one))}
    kept = [one for one in below if one not in alone or one in chosen]
    kept.sort(key=lambda one: (-below[one], one.count("/"), one))
    wanted = {up for one in chosen for up in _chain(one) if up in below and up in kept}
    # Whatever is shown has what lies above it shown: that has as many documents, and comes first.
    others = [one for one in kept if one not in wanted]
    shown = sorted([*wanted, *others[: max(0, room - len(wanted))]], key=lambda one: one.split("/"))
    made: list[Folder] = []
    over: list[Folder] = []
    for path in shown:
        while over and not path.startswith(over[-1].path.rstrip("/") + "/"):
            over.pop()
        label = path.removeprefix(over[-1].path).lstrip("/") if over else path
        folder = Folder(path, label, len(over), below[path])
        made.append(folder)
        over.append(folder)
    return made, len(kept) - len(shown)


def _chain(path: str) -> list[str]:
    """Return a folder and those above it."""
    parts = path.split("/")
    return [one for number in range(1, len(parts) + 1) if (one := "/".join(parts[:number]))]


def _above(path: str) -> str:
    return path.rpartition("/")[0]
