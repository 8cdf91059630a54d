"""Files of the same content: one of them is indexed, the others are known as its copies.

So a word is neither rarer nor more frequent for a file that lies in three folders, and an answer names all
three. Works on rows of the manifest and on what is being read. Does not depend directly on files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from coopsearch.indexer.manifest.entry import Entry

#: What makes two files the same to an index: digest, format and version.
Content = tuple[str, str, int]


def content(entry: Entry) -> Content:
    """Return what a file's documents are made from."""
    return entry.digest, entry.format, entry.version


class Copies:
    """Which file stands for a content."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Take all rows there are."""
        self._holders = {content(entry): entry.file for entry in reversed(list(entries)) if _may_hold(entry)}

    def holder(self, entry: Entry) -> str:
        """Return the other file that holds the documents of a row's content, "" if there is none."""
        file = self._holders.get(content(entry), "")
        return "" if file == entry.file else file

    def is_held(self, entry: Entry) -> bool:
        """Say whether any file, be it the row's own, holds the documents of its content."""
        return content(entry) in self._holders

    def holds(self, entry: Entry) -> None:
        """Note that a file is, or is about to be, read into documents of its own."""
        if _may_hold(entry):
            self._holders.setdefault(content(entry), entry.file)

    def lost(self, entry: Entry) -> None:
        """Note that a file is gone, or no longer what it was."""
        if self._holders.get(content(entry)) == entry.file:
            del self._holders[content(entry)]


def copy_of(entry: Entry, holder: Entry) -> Entry:
    """Return the row of a file as that of a copy of another, whose faults are its own too."""
    return replace(
        entry,
        documents=0,
        copy_of=holder.file,
        problems=tuple(problem.moved(holder.file, entry.file) for problem in holder.problems),
        state=holder.state,
        conditions=replace(holder.conditions, path=entry.conditions.path),
        recognised=holder.recognised,
        unread=holder.unread,
    )


def _may_hold(entry: Entry) -> bool:
    # Empty files are not copies of each other: their names are all that they say.
    return bool(entry.digest and entry.size and entry.complete and not entry.copy_of)
