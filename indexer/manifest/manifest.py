"""What was read, and as what: the memory that lets a run read only what changed.

One row a file. The rows lie in pages of an index that are committed with its documents, in one step: a run
that is cut leaves books that say what the documents are. A page holds the changes since the page before it;
small ones are joined into the next, so that a commit writes about as much as it changes. Does not depend on
file formats or engines.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, NamedTuple

from coopsearch.indexer.manifest import conditions
from coopsearch.indexer.manifest.conditions import Conditions
from coopsearch.indexer.problem import ALL_READ, Problem, Unread
from coopsearch.search.errors import FileState
from coopsearch.search.indexdir import pages
from coopsearch.search.indexdir.opening import damaged
from coopsearch.search.indexdir.pages import Page, parse, read_page

#: The pages are called manifest.0, manifest.1 and so on, in the order in which they were written.
ROLE: Final = "manifest."
#: Rows that a page has beyond those of a commit, at most, for each row of it.
_JOINED: Final = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one file."""

    file: str
    """Its address, unique."""
    size: int
    mtime_ns: int
    inode: int
    digest: str
    """Hash of the content; "" if it was never read to the end."""
    format: str
    version: int
    """Of the format's extractor, when the file was read."""
    documents: int
    """Documents that it gave."""
    complete: bool
    """False while a run is inside the file: it is read again, from the start."""
    seen_ns: int
    """When it was read: a file changed within the clock's grain of that is not trusted by its time."""
    state: FileState = FileState.INDEXED
    conditions: Conditions = conditions.NONE
    """Those it was read under, if they kept text back: under others it is read again."""
    copy_of: str = ""
    """The file that was indexed for this one, as it holds the same; "" for one with documents of its own."""
    recognised: int = 0
    """Documents of it with text from OCR."""
    unread: Unread = ALL_READ
    """Members of it, of formats that are not read."""
    problems: tuple[Problem, ...] = ()
    """What gave no text: the file, or records in it."""


class Looked(NamedTuple):
    """When a source was looked through last, and how much each rule left out there."""

    seconds: float
    """Since 1970."""
    ignored: Mapping[str, int]


#: The version of the pages. Those of the second did not tell of members that are not read; those of the first
#: had no version, and told the conditions of a row in one text.
_VERSION: Final = 3
#: In the order of the fields, the problems last: a row is what an entry is made of.
_COLUMNS: Final = tuple(field.name for field in fields(Entry))
_CONDITIONS: Final = _COLUMNS.index("conditions")
_UNREAD: Final = _COLUMNS.index("unread")
_STATES: Final = {str(state): state for state in FileState}


def _state(value: Any) -> FileState:
    return FileState(pages.string(value))


_counts: Final = pages.row(pages.whole, pages.whole, pages.every(pages.string))


def _unread(value: Any) -> Unread:
    return ALL_READ if value is None else Unread(*_counts(value))


_problem: Final = pages.row(pages.string, pages.string, _state)
_checks: Final[Mapping[str, pages.Check]] = {
    "file": pages.text, "size": pages.whole, "mtime_ns": pages.integer, "inode": pages.whole,
    "digest": pages.text, "format": pages.text, "version": pages.whole,
    "documents": pages.whole, "complete": pages.flag,
    "seen_ns": pages.whole, "state": _state, "conditions": conditions.checked, "copy_of": pages.text,
    "recognised": pages.whole, "unread": _unread,
    "problems": pages.every(lambda value: Problem(*_problem(value))),
}  # fmt: skip
_slowly: Final = pages.row(*(_checks[name] for name in _COLUMNS))
_of_first: Final = pages.row(*({**_checks, "conditions": conditions.from_text}[name] for name in _COLUMNS))
_outside: Final = pages.row(_state, pages.string)
_looked: Final = pages.row(pages.number, pages.table(pages.string, pages.whole))
_TYPES: Final = [
    str,
    int,
    int,
    int,
    str,
    str,
    int,
    int,
    bool,
    int,
    str,
    type(None),
    str,
    int,
    type(None),
    list,
]


def _entry(row: Any) -> Entry:
    """Accept a row. There is one for each file, so what is right is seen at a look where that suffices."""
    if type(row) is list and [*map(type, row)] == _TYPES and not row[-1]:
        file, size, mtime, inode, _, _, version, documents, _, seen, state, _, _, recognised, _, _ = row
        counts = (size, mtime, inode, version, documents, seen, recognised)
        if state in _STATES and min(counts) >= 0 and max(counts) <= pages.LARGEST and file.isprintable():
            row[10:12] = _STATES[state], conditions.NONE
            row[_UNREAD] = ALL_READ
            return Entry(*row[:-1])
    return Entry(*_slowly(row))


def _version(value: Any) -> int:
    if value not in {_VERSION - 1, _VERSION} or type(value) is not int:
        raise ValueError(value)
    return value


def _entry_of_second(row: Any) -> Entry:
    """Accept a row of a page of the second version."""
    return _entry(_counting(row))


def _entry_of_first(row: Any) -> Entry:
    """Accept a row of a page of the first version."""
    row = _counting(row)
    if type(row) is list and len(row) == len(_COLUMNS) and row[_CONDITIONS] == "":
        row[_CONDITIONS] = None
        return _entry(row)
    return Entry(*_of_first(row))


def _counting(row: Any) -> Any:
    """Return a row with its members that are not read, of which no page of before tells."""
    return [*row[:-1], None, row[-1]] if type(row) is list and len(row) == len(_COLUMNS) - 1 else row


_parts: Final[Mapping[str, pages.Check]] = {
    "gone": pages.every(pages.text),
    "outside": pages.table(pages.text, _outside),
    "inside": pages.every(pages.text),
    "looked": pages.table(pages.text, lambda value: Looked(*_looked(value))),
    "traces": pages.whole,
}
_page_of_first: Final = pages.record({"files": pages.every(_entry_of_first), **_parts})
_page_of_second: Final = pages.record({"version": _version, "files": pages.every(_entry_of_second), **_parts})
_page_of_now: Final = pages.record({"version": _version, "files": pages.every(_entry), **_parts})


def _page(value: Any) -> Any:
    """Accept a page of any version, and give its rows as they are now."""
    if isinstance(value, dict) and value.get("version") != _VERSION:
        return (_page_of_second if "version" in value else _page_of_first)(value)
    return _page_of_now(value)


class Manifest:
    """The rows, in memory while a run lasts."""

    def __init__(self, folder: Path, named: Mapping[str, Page]) -> None:
        """Read the rows from the pages that a state of an index names. Raises IndexDamaged."""
        self._folder = folder
        self._pages = _in_order(folder, named)
        self._entries: dict[str, Entry] = {}
        self.outside: dict[str, Problem] = {}
        """What has no row: nobody can look into it, or no format reads it (the reason is its ending then)."""
        self._looked: dict[str, Looked] = {}
        self.traces = 0
        """Runs since documents were deleted that may have left something in the files; 0 if none were."""
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
        value = parse(self._folder / page.name, read_page(self._folder, page), _page)
        for file in value["gone"]:
            self._entries.pop(file, None)
        self._entries.update((entry.file, entry) for entry in value["files"])
        for file in value["inside"]:
            self.outside.pop(file, None)
        self.outside.update(
            (file, Problem(file, reason, state)) for file, (state, reason) in value["outside"].items()
        )
        self._looked, self.traces = value["looked"], value["traces"]
        self._sizes.append(sum(len(value[key]) for key in ("files", "gone", "outside", "inside")))

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
        self._entries[entry.file] = entry
        self._changed.add(entry.file)

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
        self._looked = kept | {source: Looked(seconds, dict(rules)) for source, rules in sources.items()}
        self._stale = True

    def updated(self, sources: Collection[str]) -> float | None:
        """Return when the source that waits longest was looked through, None if one never was."""
        times = [one.seconds for one in self._looked.values()]
        return min(times) if sources and set(sources) <= self._looked.keys() else None

    def ignored(self) -> Counter[str]:
        """Return how many files and folders each rule left out."""
        counts: Counter[str] = Counter()
        for one in self._looked.values():
            counts.update(one.ignored)
        return counts

    def rewrite(self) -> None:
        """Have the next commit write all rows anew: pages of before speak of files that were forgotten."""
        self._anew = True

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
            before = parse(
                self._folder / self._pages[kept].name, read_page(self._folder, self._pages[kept]), _page
            )
            joined |= {entry.file for entry in before["files"]} | set(before["gone"])
            joined_passed |= {*before["outside"], *before["inside"]}
            size = len(changed | joined) + len(passed | joined_passed)
        changed, passed = changed | joined, passed | joined_passed
        # What is gone must be said only where an older page speaks of it.
        value: dict[str, Any] = {
            "version": _VERSION,
            "files": [_row(self._entries[file]) for file in sorted(changed) if file in self._entries],
            "gone": sorted(changed - self._entries.keys()) if kept else [],
            "outside": {
                file: (self.outside[file].state, self.outside[file].reason)
                for file in sorted(passed)
                if file in self.outside
            },
            "inside": sorted(passed - self.outside.keys()) if kept else [],
            "looked": self._looked,
            "traces": self.traces,
        }
        page = create(
            "manifest",
            json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"),
        )
        self._pages = [*self._pages[:kept], page]
        rows = sum(len(value[key]) for key in ("files", "gone", "outside", "inside"))
        self._sizes = [*self._sizes[:kept], rows]
        self._changed, self._passed, self._stale, self._anew = set(), set(), False, False
        return self._named()

    def _named(self) -> dict[str, Page]:
        return {f"{ROLE}{number}": page for number, page in enumerate(self._pages)}


def _in_order(folder: Path, named: Mapping[str, Page]) -> list[Page]:
    """Return the pages of rows, in the order in which they were written. Raises IndexDamaged."""
    found = {role: page for role, page in named.items() if role.startswith(ROLE)}
    order = [f"{ROLE}{number}" for number in range(len(found))]
    if found.keys() != set(order) or len({page.name for page in found.values()}) != len(found):
        raise damaged(folder, "names the pages of its books otherwise than a run does")
    return [found[role] for role in order]


def holds_pictures(entry: Entry) -> bool:
    """Say whether a file holds others that OCR, which was not wanted, could read, and lacks nothing else."""
    return entry.conditions.held_back and all(
        problem.state not in {FileState.TOO_LARGE, FileState.NO_TEXT} for problem in entry.problems
    )


def problems(entry: Entry) -> tuple[Problem, ...]:
    """Return what gave no text, also where the state alone says so."""
    if entry.problems or entry.state != FileState.NO_TEXT:
        return entry.problems
    return (Problem(entry.file, "it holds no text", FileState.NO_TEXT),)


def _row(entry: Entry) -> tuple[object, ...]:
    """Return what is written of an entry, as it is read again."""
    row = [getattr(entry, column) for column in _COLUMNS]
    row[_CONDITIONS] = conditions.packed(entry.conditions)
    row[_UNREAD] = None if entry.unread == ALL_READ else entry.unread
    row[-1] = [(problem.path, problem.reason, problem.state) for problem in entry.problems]
    return tuple(row)
