"""Which files there are below a folder, in the order of their names.

Hidden names (but for the folders of a Maildir), what ``.coopsearchignore`` files name, and coopsearch's own
indexes are passed over; links are followed, but never in circles; what is not a file or folder is never
opened. Does not depend on file formats: whether a file can be read is not asked here. Nothing is opened but
folders, ignore files and ``index.json``.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from coopsearch.indexer.problem import Problem
from coopsearch.indexer.walk.ignore import NAME as IGNORE
from coopsearch.indexer.walk.ignore import Rules, read_rules
from coopsearch.search.indexdir.stamp import inode_of, mtime_of
from coopsearch.search.settings.files import NAME as SETTINGS

#: The rule by which names are passed over that begin with a dot.
HIDDEN: Final = "hidden names"
#: What lies in every folder of a Maildir; copies may be without those that are empty.
_MAIL_FOLDER: Final = frozenset({"cur", "new"})
_META_FILE: Final = "index.json"
_META_LIMIT: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class File:
    """A file that could be read."""

    place: str
    """The root that was given and the way from there; holds surrogates where a name is no UTF-8."""
    relative: str
    """The way from the root, with ``/``; the name alone for a root that is a file."""
    size: int
    mtime_ns: int
    inode: int
    device: int

    @property
    def path(self) -> Path:
        """The place as a path. Made when asked for: of most files the text is all that a run needs."""
        return Path(self.place)


@dataclass(slots=True)
class Notes:
    """What a walk saw beside the files."""

    ignored: Counter[str] = field(default_factory=Counter)
    """What was passed over, by rule. A folder counts as one: nobody looks what is in it."""
    folders: list[tuple[str, list[str]]] = field(default_factory=list)
    """Each folder that was looked through: its path and the names in it."""


@dataclass(frozen=True, slots=True)
class _Folder:
    path: str
    relative: str
    """With a ``/`` at its end, or "" for the root."""
    rules: tuple[tuple[int, Rules], ...] = ()
    """The rules that hold here, the nearest first, each with the length of its folder's ``relative``."""


def walk(
    root: Path, *, exclude: Collection[Path] = (), notes: Notes | None = None
) -> Iterator[File | Problem]:
    """Yield the files below a folder, or the one file that ``root`` is, even if that is hidden.

    Folders come after the files beside them, all sorted by name. Links come last, so that a file or a
    folder that is there in its own right is known by its own name; a folder that was walked, or a file
    that was yielded, is not yielded again for a link to it. Ignore files above the root are not read.
    ``exclude`` names folders (or files) that are left out however they are reached. What the walk saw beside
    the files is added to ``notes``.
    """
    return _Walk(exclude, notes or Notes()).run(os.fspath(root))


class _Walk:
    """One walk: what it has seen."""

    def __init__(self, exclude: Collection[Path], notes: Notes) -> None:
        self._notes = notes
        self._folders: set[tuple[int, int]] = set()
        self._files: set[int] = set()
        self._excluded: set[int] = set()
        self._links: list[tuple[str, _Folder]] = []
        for path in exclude:
            try:
                status = path.stat()
            except OSError:
                continue  # what is not there is not met either
            self._folders.add((status.st_dev, status.st_ino))
            self._excluded.add(_key(status))

    def run(self, root: str) -> Iterator[File | Problem]:
        try:
            status = os.stat(root)  # noqa: PTH116 - see _look
        except (OSError, ValueError) as error:
            yield Problem(os.fspath(Path(root)), _reason(error))
            return
        if stat.S_ISREG(status.st_mode):
            if _key(status) not in self._excluded:
                yield _file(root, os.path.basename(root), status)  # noqa: PTH119
        elif not stat.S_ISDIR(status.st_mode):
            yield Problem(os.fspath(Path(root)), "is neither a file nor a folder")
        elif _is_index(root):
            yield Problem(os.fspath(Path(root)), "is an index of coopsearch, not a folder of documents")
        elif self._is_new(status):
            yield from self._tree(_Folder(root, ""))
            yield from self._follow()

    def _tree(self, top: _Folder) -> Iterator[File | Problem]:
        # A list of what is to come, instead of a call for each level, so that depth costs no stack.
        pending = [top]
        while pending:
            folder = pending.pop()
            found: list[_Folder] = []
            yield from self._look(folder, found)
            pending.extend(reversed(found))

    def _look(self, folder: _Folder, found: list[_Folder]) -> Iterator[File | Problem]:
        """Yield the files of one folder; add the folders in it to ``found`` and keep its links for later."""
        # os.scandir and text instead of Path: a walk of many thousand files is felt at every run.
        try:
            with os.scandir(folder.path) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except FileNotFoundError:
            return  # it vanished after its parent was listed
        except OSError as error:
            yield Problem(os.fspath(Path(folder.path)), _reason(error))
            return
        names = {entry.name for entry in entries}
        self._notes.folders.append((folder.path, sorted(names)))
        if _META_FILE in names and _is_index(folder.path):
            return
        if IGNORE in names:
            rules, problems = read_rules(os.path.join(folder.path, IGNORE))  # noqa: PTH118
            yield from (Problem(os.fspath(Path(folder.path, IGNORE)), reason) for reason in problems)
            if rules:
                nearest = (len(folder.relative), rules)
                folder = _Folder(folder.path, folder.relative, (nearest, *folder.rules))
        mails = not names.isdisjoint(_MAIL_FOLDER)
        for entry in entries:
            if entry.name == SETTINGS:
                continue  # it says how documents are read, and is none
            if entry.name.startswith(".") and not (mails and _holds_mails(entry)):
                self._notes.ignored[HIDDEN] += entry.name != IGNORE
                continue
            try:
                if entry.is_symlink():
                    self._links.append((entry.name, folder))
                    continue
                status = entry.stat(follow_symlinks=False)
                if not status.st_ino:
                    # Windows does not say in a listing which file it is.
                    status = os.lstat(entry.path)
            except FileNotFoundError:
                continue
            except OSError as error:
                yield Problem(os.fspath(Path(entry.path)), _reason(error))
                continue
            yield from self._take(entry.path, folder, entry.name, status, found)

    def _take(
        self,
        path: str,
        folder: _Folder,
        name: str,
        status: os.stat_result,
        found: list[_Folder],
        *,
        link: bool = False,
    ) -> Iterator[File]:
        relative = folder.relative + name
        if stat.S_ISDIR(status.st_mode):
            if self._is_ignored(folder, relative + "/"):
                return
            if self._is_new(status):
                found.append(_Folder(path, relative + "/", folder.rules))
        elif stat.S_ISREG(status.st_mode) and not self._is_ignored(folder, relative):
            key = _key(status)
            # Two names for one file, none of them a link, are two files to their owner.
            known = key in self._files and (link or status.st_nlink == 1)
            if not known and key not in self._excluded:
                self._files.add(key)
                yield _file(path, relative, status)

    def _follow(self) -> Iterator[File | Problem]:
        """Go where the links lead, and on to links found there, until all have been followed."""
        while self._links:
            links, self._links = self._links, []
            for name, folder in links:
                path = os.path.join(folder.path, name)  # noqa: PTH118
                try:
                    status = os.stat(path)  # noqa: PTH116
                except OSError as error:
                    if os.path.lexists(path) and not self._is_ignored(folder, folder.relative + name):
                        missing = isinstance(error, FileNotFoundError)
                        yield Problem(
                            os.fspath(Path(path)),
                            "is a link that leads nowhere" if missing else _reason(error),
                        )
                    continue
                found: list[_Folder] = []
                yield from self._take(path, folder, name, status, found, link=True)
                for one in found:
                    yield from self._tree(one)

    def _is_ignored(self, folder: _Folder, relative: str) -> bool:
        """Say whether a rule leaves a path out, and note which."""
        for start, rules in folder.rules:
            verdict = rules.verdict(relative[start:])
            if verdict is not None:
                if verdict:
                    self._notes.ignored[rules.rule(relative[start:])] += 1
                return verdict
        return False

    def _is_new(self, status: os.stat_result) -> bool:
        """Say whether a folder is met for the first time, and remember it."""
        key = (status.st_dev, status.st_ino)
        if key in self._folders:
            return False
        self._folders.add(key)
        return True


def _holds_mails(entry: os.DirEntry[str]) -> bool:
    """Say whether an entry of a folder of mails is one in its turn: Maildir has a dot before their names."""
    try:
        return entry.is_dir(follow_symlinks=False) and not _MAIL_FOLDER.isdisjoint(os.listdir(entry.path))  # noqa: PTH208
    except OSError:
        return False


def _is_index(path: str) -> bool:
    # A wrong guess would hide documents, so the name is not enough. A FIFO of that name would never end.
    page = os.path.join(path, _META_FILE)  # noqa: PTH118
    try:
        if not stat.S_ISREG(os.stat(page).st_mode):  # noqa: PTH116
            return False
        with open(page, "rb") as stream:  # noqa: PTH123
            data = stream.read(_META_LIMIT)
    except OSError:
        return False
    if b"coopsearch-index" not in data:
        return False
    import json

    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.get("format") == "coopsearch-index"


def _file(path: str, relative: str, status: os.stat_result) -> File:
    return File(path, relative, status.st_size, mtime_of(status), inode_of(status), status.st_dev)


def _key(status: os.stat_result) -> int:
    # One number instead of a pair: this set has a row for every file.
    return status.st_dev << 64 | status.st_ino


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "is not there"
    if isinstance(error, PermissionError):
        return "may not be opened: permission denied"
    return f"cannot be opened: {getattr(error, 'strerror', None) or error}"
