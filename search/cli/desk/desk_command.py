"""``coopsearch desk``: copies of the file that holds saved searches, marks, notes and citations.

Reads the options; ``search.desk.merge`` does the work.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from coopsearch.search.cli.app import Command, IndexOption, app
from coopsearch.search.cli.exits import Exit
from coopsearch.search.errors import CoopsearchError, SettingsError
from coopsearch.search.indexdir.location import index_folder
from coopsearch.search.indexdir.meta import check_there

#: Addresses that a check names.
_NAMED: Final = 10


@app.command(
    "desk",
    cls=Command,
    epilog="Examples: coopsearch desk backup desk.copy; coopsearch desk merge colleague.sqlite; coopsearch "
    "desk check. Actions: backup FILE writes a copy; restore FILE puts it back, and keeps what was there; "
    "merge FILE takes over the marks, notes, log, citations and saved searches of another desk, such as a "
    "colleague's (FILE may be an index, too); check reads all of it; where prints its place. Exit code: 0 "
    "done, 1 the check found something, 2 error.",
)
def desk(
    action: Annotated[
        str,
        typer.Argument(metavar="ACTION", help="backup, restore, merge, check or where.", show_default=False),
    ],
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="The other file.", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="With backup: replace FILE if it is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    index: IndexOption = None,
) -> int:
    """Back up, restore, merge or check the desk of an index."""
    with_file: dict[str, Callable[[Path, Path], int]] = {
        "backup": lambda folder, path: _backup(folder, path, force=force, as_json=as_json),
        "restore": lambda folder, path: _restore(folder, path, as_json=as_json),
        "merge": lambda folder, path: _merge(folder, path, as_json=as_json),
    }
    alone: dict[str, Callable[[Path], int]] = {
        "check": lambda folder: _check(folder, as_json=as_json),
        "where": lambda folder: _where(folder, as_json=as_json),
    }
    if force and action != "backup":
        raise SettingsError("--force belongs to `desk backup`; leave it out")
    if action in with_file:
        if not file:
            raise SettingsError(f"say which file, as in: coopsearch desk {action} copy.sqlite")
        return with_file[action](check_there(index_folder(index)), Path(file))
    if action in alone:
        if file is not None:
            raise SettingsError(f"`desk {action}` takes no file; leave it out")
        return alone[action](check_there(index_folder(index)))
    raise SettingsError(f"desk has no action {action!r}; there are: {', '.join((*with_file, *alone))}")


def _backup(folder: Path, path: Path, *, force: bool, as_json: bool) -> int:
    from coopsearch.search.desk.merge import backup

    size = backup(folder, path, force=force)
    _tell({"file": str(path.absolute()), "bytes": size}, f"wrote {path} ({size:,} bytes)", as_json=as_json)
    return Exit.FOUND


def _restore(folder: Path, path: Path, *, as_json: bool) -> int:
    from coopsearch.search.cli.display.terminal import shown_path
    from coopsearch.search.desk.merge import restore

    aside = restore(folder, path)
    said = f"; what was there is {shown_path(str(aside))} now" if aside is not None else ""
    value = {"file": str(path.absolute()), "aside": None if aside is None else str(aside)}
    _tell(value, f"the desk is that of {path} now{said}", as_json=as_json)
    return Exit.FOUND


def _merge(folder: Path, path: Path, *, as_json: bool) -> int:
    from coopsearch.search.cli.display.terminal import QUOTED, safe
    from coopsearch.search.desk.merge import merge

    merged = merge(folder, path)
    parts = [_counted(count, table) for table, count in merged.added.items() if count]
    if merged.removed:
        parts.append(f"{merged.removed:,} taken back")
    _tell(
        {**merged._asdict(), "conflicts": list(merged.conflicts)},
        f"merged: {', '.join(parts) or 'nothing that was not here'}",
        as_json=as_json,
    )
    for name in merged.conflicts:
        print(
            f"coopsearch: the saved search {safe(name, QUOTED)} is another there, and yours stays; to have "
            "both, save yours under another name and merge again",
            file=sys.stderr,
        )
    return Exit.FOUND


def _check(folder: Path, *, as_json: bool) -> int:
    from coopsearch.search.cli.answers.asked_indexes import open_asked
    from coopsearch.search.cli.display.terminal import ADDRESS, safe
    from coopsearch.search.desk.marks import absolute
    from coopsearch.search.desk.merge import addresses, counts
    from coopsearch.search.desk.saved import saved
    from coopsearch.search.index import Index

    rows = counts(folder)
    faults = []
    with Index(folder) as opened:
        missing = [path for path in addresses(folder) if not opened.holds(absolute(folder, path))]
    for search in saved(folder):
        try:
            with open_asked(search.folders(folder)) as opened:
                opened.search(search.query, limit=0, require_all=search.require_all, tags=search.tags)
        except CoopsearchError as error:
            faults.append(f"the saved search {search.name!r} cannot be asked any more: {error}")
    if missing:
        named = ", ".join(missing[:_NAMED]) + (", ..." if len(missing) > _NAMED else "")
        are = "document is" if len(missing) == 1 else "documents are"
        faults.append(f"{len(missing):,} marked or cited {are} not in the index any more: {named}")
    said = ", ".join(_counted(count, table) for table, count in rows.items() if count and table in _NOUNS)
    _tell(
        {"rows": rows, "faults": faults},
        f"the desk is whole: {said or 'nothing is kept yet'}",
        as_json=as_json,
    )
    for fault in faults if not as_json else ():
        print(f"coopsearch: {safe(fault, ADDRESS)}", file=sys.stderr)
    return Exit.NOTHING if faults else Exit.FOUND


def _where(folder: Path, *, as_json: bool) -> int:
    from coopsearch.search.desk.store import desk_path, exists

    path = desk_path(folder)
    _tell({"file": str(path), "exists": exists(folder)}, str(path), as_json=as_json)
    if not exists(folder) and not as_json:
        print("nothing is kept there yet", file=sys.stderr)
    return Exit.FOUND


#: What one row of a table is called, and what several are.
_NOUNS: Final = {
    "saved": ("saved search", "saved searches"),
    "marks": ("mark", "marks"),
    "notes": ("note", "notes"),
    "log": ("line of the log", "lines of the log"),
    "citations": ("citation", "citations"),
}


def _counted(count: int, table: str) -> str:
    return f"{count:,} {_NOUNS[table][count != 1]}"


def _tell(value: Mapping[str, object], line: str, *, as_json: bool) -> None:
    from coopsearch.search.cli.display.render import as_json as json_of
    from coopsearch.search.cli.display.terminal import ADDRESS, safe

    print(json_of(value) if as_json else safe(line, ADDRESS))
