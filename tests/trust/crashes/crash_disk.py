"""A disk without a journal: what may be left of a folder when the power goes, or a process.

Data is sure after fsync of the file, a name after fsync of its folder, and everything else may be there, in
part or in another order. Does not depend on coopsearch.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from tests.trust.crashes.crash_recorder import Op

#: What a disk writes at once.
SECTOR: Final = 512

#: Path -> content (None for a folder) and mode.
Tree = dict[str, tuple[bytes | None, int]]


@dataclass(eq=False)
class _File:
    """Content, and what of it is sure."""

    mode: int
    data: bytes = b""
    sure: bytes = b""


@dataclass(eq=False)
class _Folder:
    """Names, those that are sure, and what happened to names since: each change as a whole, or not at all."""

    mode: int
    names: dict[str, _File | _Folder] = field(default_factory=dict)
    sure: dict[str, _File | _Folder] = field(default_factory=dict)
    pending: list[tuple[str, dict[str, _File | _Folder | None]]] = field(default_factory=list)

    def change(self, what: str, names: Mapping[str, _File | _Folder | None]) -> None:
        self.pending.append((what, dict(names)))
        _apply(self.names, names)


class Crash(NamedTuple):
    """One state that a disk may be in."""

    after: int
    """Operations that were done."""
    what: str
    """What is not as after these operations."""
    tree: Tree

    @property
    def power(self) -> bool:
        """Whether the power went, and not just a process."""
        return self.what != KILLED


KILLED: Final = "the process was killed"


class Disk:
    """A folder, changed by one operation after the other."""

    def __init__(self, tree: Tree, umask: int) -> None:
        """Begin with a tree, all of which is sure."""
        self._umask = umask
        self._root = _Folder(0o755)
        for path, (data, mode) in sorted(tree.items()):
            folder, name = self._place(path)
            folder.names[name] = _Folder(mode) if data is None else _File(mode, data, data)
        for folder in _folders(self._root):
            folder.sure = dict(folder.names)

    def apply(self, op: Op) -> None:
        """Do one operation."""
        if op.kind == "sync":
            found = self._at(op.path)
            if isinstance(found, _File):
                found.sure = found.data
            else:
                found.sure, found.pending = dict(found.names), []
            return
        folder, name = self._place(op.path)
        there = folder.names.get(name)
        match op.kind:
            case "open":
                if there is None:
                    assert op.fresh, op
                    folder.change(f"make {op.path}", {name: _File(op.at & ~self._umask)})
                elif op.cut and isinstance(there, _File):
                    there.data = b""
            case "write":
                assert isinstance(there, _File), op
                at = len(there.data) if op.at < 0 else op.at
                before = there.data.ljust(at, b"\0")
                there.data = before[:at] + op.data + before[at + len(op.data) :]
            case "truncate":
                assert isinstance(there, _File), op
                there.data = there.data[: op.at].ljust(op.at, b"\0")
            case "rename" | "link":
                assert there is not None, op
                target, new = self._place(op.to)
                gone = {} if op.kind == "link" else {name: None}
                if target is folder:
                    folder.change(str(op), {**gone, new: there})
                else:
                    target.change(str(op), {new: there})
                    folder.change(str(op), gone)
            case "unlink" | "rmdir":
                assert there is not None, op
                folder.change(str(op), {name: None})
            case "mkdir":
                folder.change(str(op), {name: _Folder(op.at & ~self._umask)})
            case "chmod":
                found = self._at(op.path)
                found.mode = op.at
            case _:
                raise AssertionError(op)

    def tree(self) -> Tree:
        """Return what is there."""
        return _tree(self._root, lambda folder: folder.names, lambda file: file.data)

    def crashes(self, after: int, chance: random.Random) -> Iterator[Crash]:
        """Yield what may be left if the power goes now, and what is left if the process is killed."""
        yield Crash(after, KILLED, self.tree())
        folders = list(_folders(self._root))
        changes = [(folder, n, what) for folder in folders for n, (what, _) in enumerate(folder.pending)]
        files = [file for file in _files(self._root) if file.data != file.sure]
        paths = _paths(self._root)

        def crash(what: str, lost: set[tuple[int, int]], data: Mapping[_File, bytes]) -> Crash:
            def names(folder: _Folder) -> dict[str, _File | _Folder]:
                found = dict(folder.sure)
                for n, (_, change) in enumerate(folder.pending):
                    if (id(folder), n) not in lost:
                        _apply(found, change)
                return found

            return Crash(after, what, _tree(self._root, names, lambda file: data.get(file, file.data)))

        every = {(id(folder), n) for folder, n, _ in changes}
        dropped = {file: file.sure for file in files}
        if changes or files:
            yield crash("nothing unsynced was kept", every, dropped)
        if files:
            yield crash("all names kept, no data", set(), dropped)
            yield crash("all names kept, data torn", set(), {file: _torn(file, chance) for file in files})
        if changes and files:
            yield crash("all data kept, no names", every, {})
        for folder, n, what in changes if len(changes) > 1 else ():
            yield crash(f"lost: {what}", {(id(folder), n)}, {})
            yield crash(f"of names only kept: {what}", every - {(id(folder), n)}, {})
        for file in files if len(files) > 1 else ():
            path = paths.get(file, "a file without a name")
            yield crash(f"data of {path} lost", set(), {file: file.sure})
            yield crash(f"data of {path} torn", set(), {file: _torn(file, chance)})
        for _ in range(2 if len(changes) + len(files) > 1 else 0):
            gone = {(id(folder), n): what for folder, n, what in changes if chance.random() < 0.5}
            mixed = {
                file: chance.choice((file.data, file.sure, made)) for file, made in
                [(file, _torn(file, chance)) for file in files]
            }  # fmt: skip
            yield crash(f"data mixed, names lost: {', '.join(gone.values()) or 'none'}", set(gone), mixed)

    def _at(self, path: str) -> _File | _Folder:
        found: _File | _Folder = self._root
        for part in path.split("/") if path else ():
            assert isinstance(found, _Folder), path
            found = found.names[part]
        return found

    def _place(self, path: str) -> tuple[_Folder, str]:
        above, _, name = path.rpartition("/")
        folder = self._at(above)
        assert isinstance(folder, _Folder), path
        return folder, name


def all_crashes(
    before: Tree, ops: Sequence[Op], umask: int, seed: int, at: Collection[int] | None = None
) -> list[Crash]:
    """Return all different states that may be left by a run that is cut off, or just has ended.

    ``at`` is after how many operations; None stands for all.
    """
    disk, chance = Disk(before, umask), random.Random(seed)
    seen: set[int] = set()
    found: list[Crash] = []
    for after in range(len(ops) + 1):
        if after:
            disk.apply(ops[after - 1])
        if at is not None and after not in at:
            continue
        for crash in disk.crashes(after, chance):
            key = digest(crash.tree)
            # After the last operation the new state must be there, so these are never left out.
            if key not in seen or after == len(ops):
                seen.add(key)
                found.append(crash)
    return found


def played(before: Tree, ops: Sequence[Op], umask: int) -> Tree:
    """Return what all operations make of a tree."""
    disk = Disk(before, umask)
    for op in ops:
        disk.apply(op)
    return disk.tree()


def digest(tree: Tree) -> int:
    """Return what differs for different trees; bytes that they share are hashed once."""
    return hash(frozenset((path, *held) for path, held in tree.items()))


def read_tree(folder: Path) -> Tree:
    """Read a folder."""
    found: Tree = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        mode = path.stat().st_mode & 0o7777
        found[path.relative_to(folder).as_posix()] = (None if path.is_dir() else path.read_bytes(), mode)
    return found


def write_tree(tree: Tree, folder: Path) -> None:
    """Make a folder of a tree."""
    folder.mkdir(exist_ok=True)
    for path, (data, mode) in sorted(tree.items()):
        if data is None:
            (folder / path).mkdir()
        else:
            (folder / path).write_bytes(data)
        os.chmod(folder / path, mode)  # noqa: PTH101 - quick


def umask() -> int:
    """Return what a process leaves out of the modes that it asks for."""
    found = os.umask(0)
    os.umask(found)
    return found


def _apply(names: dict[str, _File | _Folder], change: Mapping[str, _File | _Folder | None]) -> None:
    for name, node in change.items():
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node


def _torn(file: _File, chance: random.Random) -> bytes:
    """Return content of which some sectors arrived: others are old, or whatever lay on the disk before."""
    new, old = file.data, file.sure
    size = chance.choice((len(new), len(new), len(old), chance.randint(0, max(len(new), len(old)))))
    parts: list[bytes] = []
    for at in range(0, size, SECTOR):
        before = old[at : at + SECTOR].ljust(SECTOR, b"\0")
        fresh = chance.choice((bytes(SECTOR), chance.randbytes(SECTOR))) if at >= len(old) else before
        parts.append(new[at : at + SECTOR].ljust(SECTOR, b"\0") if chance.random() < 0.5 else fresh)
    return b"".join(parts)[:size]


def _folders(top: _Folder) -> Iterator[_Folder]:
    """Yield all folders, those too that are gone but may come back."""
    seen: set[int] = set()
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        if id(folder) in seen:
            continue
        seen.add(id(folder))
        yield folder
        waiting += [node for node in _nodes(folder) if isinstance(node, _Folder)]


def _files(top: _Folder) -> list[_File]:
    found = {id(n): n for folder in _folders(top) for n in _nodes(folder) if isinstance(n, _File)}
    return list(found.values())


def _nodes(folder: _Folder) -> Iterator[_File | _Folder]:
    yield from folder.sure.values()
    for _, change in folder.pending:
        yield from (node for node in change.values() if node is not None)
    yield from folder.names.values()


def _paths(folder: _Folder, above: str = "") -> dict[_File, str]:
    found: dict[_File, str] = {}
    for name, node in folder.names.items():
        if isinstance(node, _File):
            found[node] = above + name
        else:
            found.update(_paths(node, f"{above}{name}/"))
    return found


def _tree(
    folder: _Folder,
    names: Callable[[_Folder], Mapping[str, _File | _Folder]],
    data: Callable[[_File], bytes],
    above: str = "",
) -> Tree:
    found: Tree = {}
    for name, node in names(folder).items():
        path = above + name
        if isinstance(node, _File):
            found[path] = (data(node), node.mode)
        else:
            found[path] = (None, node.mode)
            found.update(_tree(node, names, data, path + "/"))
    return found
