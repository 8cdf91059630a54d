"""What was read, and as what: the memory that lets a run read only what changed.

One row a file. The rows lie in pages of an index that are committed with its documents, in one step: a run
that is cut leaves books that say what the documents are. A page holds the changes since the page before it;
small ones are joined into the next, so that a commit writes about as much as it changes. Does not depend on
file formats or engines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from coopsearch.indexer.manifest.entry import Entry, dated
from coopsearch.indexer.manifest.rows import Looked, Rows, packed_rows, read_rows
from coopsearch.indexer.problem import Problem
from coopsearch.search.indexdir.opening import damaged
from coopsearch.search.indexdir.pages import Page
from coopsearch.search.indexdir.stamp import now_ns
from coopsearch.search.indexdir.times import ROWS

#: The pages are called manifest.0, manifest.1 and so on, in the order in which they were written.
ROLE: Final = ROWS
#: The runs, counted from the one that deleted a document, after which nothing of it is in any file.
TRACES: Final = 20
#: Rows that a page has beyond those of a commit, at most, for each row of it.
_JOINED: Final = 2


class Manifest:
    """The rows, in memory while a run lasts."""

    def __init__(self, folder: Path, named: Mapping[str, Page]) -> None:
        """Read the rows from the pages that a state of an index names. Raises IndexDamaged."""
        self._folder = folder
        self._pages = _in_order(folder, named)
        self._entries: dict[str, Entry] = {}
        self.outside: dict[str, Problem] = {}
        """What has no row: nobody can look into it, or no format reads it (the reason is its ending then)."""
        self._looked: Mapping[str, Looked] = {}
        self.traces = 0
        """Runs since documents were deleted that may have left something in the files; 0 if none were."""
        self.brought = 0
        """When the last run that brought something began to write, milliseconds since 1970; 0 if unknown."""
        self._has_brought = False
        #: The rows of the index that this one is to take the place of.
        self._before: Mapping[str, Entry] = {}
        #: Rows of before by what their files held, once a new file was met.
        self._contents: dict[tuple[str, str], Entry] | None = None
        #: How many rows each page holds.
        self._sizes: list[int] = []
        #: What changed since the last commit: addresses of rows, and of what has none.
        self._changed: set[str] = set()
        self._passed: set[str] = set()
        self._stale = False
        self._anew = False
        for page in self._pages:
            self._read(page)
        if len(self._pages) > 1:
            self._entries = dict(sorted(self._entries.items()))

    def _read(self, page: Page) -> None:
        rows = read_rows(self._folder, page)
        for file in rows.gone:
            self._entries.pop(file, None)
        self._entries.update((entry.file, entry) for entry in rows.files)
        for file in rows.inside:
            self.outside.pop(file, None)
        self.outside.update(rows.outside)
        self._looked, self.traces, self.brought = rows.looked, rows.traces, rows.brought
        self._sizes.append(rows.speaks_of())

    def get(self, file: str) -> Entry | None:
        """Return what is known of a file."""
        return self._entries.get(file)

    def __iter__(self) -> Iterator[Entry]:
        """Iterate over all files: those that were known before by address, then those that are new."""
        return iter(list(self._entries.values()))

    def __len__(self) -> int:
        """Count the files."""
        return len(self._entries)

    def put(self, entry: Entry) -> None:
        """Add or replace a file's row; kept with the next commit."""
        earlier = self._entries.get(entry.file) or self._before.get(entry.file) or self._held(entry)
        self._entries[entry.file] = dated(entry, earlier)
        self._changed.add(entry.file)

    def _held(self, entry: Entry) -> Entry | None:
        """Return a row of before whose file held the same as a new one: a copy of it brings nothing."""
        if not entry.digest:
            return None
        if self._contents is None:
            known = (*self._before.values(), *self._entries.values())
            self._contents = {(one.digest, one.format): one for one in known if one.digest and one.added_ms}
        return self._contents.get((entry.digest, entry.format))

    def replaces(self, other: Manifest) -> None:
        """Take the moments of the files from the rows of an index that is rebuilt."""
        self._before = {entry.file: entry for entry in other}
        self.brought = self.brought or other.brought

    def forget(self, file: str) -> None:
        """Drop a file's row; kept with the next commit."""
        if self._entries.pop(file, None) is not None:
            self._changed.add(file)

    def pass_over(self, gone: Iterable[str], found: Mapping[str, Problem]) -> None:
        """Note what has no row of its own, and forget what has it no more; kept with the next commit."""
        for file in gone:
            if self.outside.pop(file, None) is not None:
                self._passed.add(file)
        fresh = {file: one for file, one in found.items() if self.outside.get(file) != one}
        self.outside.update(fresh)
        self._passed.update(fresh)

    def looked(
        self, sources: Mapping[str, Mapping[str, int]], known: Collection[str], seconds: float
    ) -> None:
        """Note when sources were looked through, and how much each rule left out there.

        ``known`` are all sources there are: what is noted of others is dropped.
        """
        kept = {source: one for source, one in self._looked.items() if source in known}
        fresh = {source: Looked(seconds, dict(rules)) for source, rules in sources.items()}
        self._looked = kept | fresh
        self._stale = True

    def updated(self, sources: Collection[str]) -> float | None:
        """Return when the source that waits longest was looked through, None if one never was."""
        times = [one.seconds for one in self._looked.values()]
        return min(times) if sources and set(sources) <= self._looked.keys() else None

    def has_looked(self) -> bool:
        """Say whether any run over a source came to its end."""
        return bool(self._looked)

    def ignored(self) -> Counter[str]:
        """Return how many files and folders each rule left out."""
        counts: Counter[str] = Counter()
        for one in self._looked.values():
            counts.update(one.ignored)
        return counts

    def rewrite(self) -> None:
        """Have the next commit write all rows anew: pages of before speak of files that were forgotten."""
        self._anew = True

    def ages(self, *, deleted: bool) -> bool:
        """Count a run, which ``deleted`` documents or not; say whether all traces of such are to go now."""
        if deleted or self.traces:
            self.traces += 1
        if self.traces < TRACES:
            return False
        self.traces = 0
        self.rewrite()
        return True

    def write(self, create: Callable[[str, bytes], Page]) -> dict[str, Page]:
        """Write what changed since the last time; return all pages of the rows, by role.

        ``create`` makes a durable page of a name that begins so. The pages that are joined into the new one
        stay where they are: the state before names them.
        """
        if self._pages and not (self._changed or self._passed or self._stale or self._anew):
            return self._named()
        changed, passed = self._changed, self._passed
        kept = len(self._pages)
        if self._anew:
            changed, passed, kept = set(self._entries), set(self.outside), 0
        size = len(changed) + len(passed)
        joined: set[str] = set()
        joined_passed: set[str] = set()
        while kept and self._sizes[kept - 1] <= _JOINED * size + 1:
            kept -= 1
            before = read_rows(self._folder, self._pages[kept])
            joined |= {entry.file for entry in before.files} | set(before.gone)
            joined_passed |= {*before.outside, *before.inside}
            size = len(changed | joined) + len(passed | joined_passed)
        changed, passed = changed | joined, passed | joined_passed
        self._date(changed)
        # What is gone must be said only where an older page speaks of it.
        rows = Rows(
            files=[self._entries[file] for file in sorted(changed) if file in self._entries],
            gone=sorted(changed - self._entries.keys()) if kept else [],
            outside={file: self.outside[file] for file in sorted(passed) if file in self.outside},
            inside=sorted(passed - self.outside.keys()) if kept else [],
            looked=self._looked,
            traces=self.traces,
            brought=self.brought,
        )
        page = create("manifest", packed_rows(rows))
        self._pages = [*self._pages[:kept], page]
        self._sizes = [*self._sizes[:kept], rows.speaks_of()]
        self._changed, self._passed, self._stale, self._anew = set(), set(), False, False
        return self._named()

    def _date(self, files: Iterable[str]) -> None:
        """Note of what is committed now for the first time that it came now."""
        now = max(1, now_ns() // 1_000_000)
        for file in files:
            entry = self._entries.get(file)
            if entry is not None and not (entry.added_ms and entry.changed_ms):
                self._entries[file] = replace(
                    entry, added_ms=entry.added_ms or now, changed_ms=entry.changed_ms or now
                )
                if not self._has_brought and (entry.documents or entry.copy_of):
                    self.brought, self._has_brought = now, True

    def _named(self) -> dict[str, Page]:
        return {f"{ROLE}{number}": page for number, page in enumerate(self._pages)}


def _in_order(folder: Path, named: Mapping[str, Page]) -> list[Page]:
    """Return the pages of rows, in the order in which they were written. Raises IndexDamaged."""
    found = {role: page for role, page in named.items() if role.startswith(ROLE)}
    order = [f"{ROLE}{number}" for number in range(len(found))]
    if found.keys() != set(order) or len({page.name for page in found.values()}) != len(found):
        raise damaged(folder, "names the pages of its books otherwise than a run does")
    return [found[role] for role in order]
