"""``coopsearch config``: each setting with its value and where that came from.

Reads the files of settings and the options of all commands. Does not depend on queries.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import typer
from typer.core import TyperGroup

from coopsearch.search.cli.app import Command, app
from coopsearch.search.cli.commands import COMMANDS, module_of
from coopsearch.search.cli.defaults import options_of, settings_of
from coopsearch.search.cli.display.render import as_json
from coopsearch.search.cli.display.terminal import ADDRESS, BOLD, DIM, PATH, QUOTED, has_colour, safe, styled
from coopsearch.search.cli.exits import Exit
from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir import location
from coopsearch.search.model import shown_path
from coopsearch.search.settings.files import NAME, Page, pages, project_file, user_file
from coopsearch.search.settings.values import GENERAL, OWN, check, index_of

#: Columns of the values.
_VALUE: Final = 30


class Row(NamedTuple):
    """One setting."""

    name: str
    value: Any
    source: str
    """What set it: default, project, user, environment, or "found" for an index that lies near by."""
    file: str = ""
    line: int = 0
    takes: str = ""
    help: str = ""
    own: bool = False
    """Whether only the user's own file may set it."""


@app.command(
    "config",
    cls=Command,
    epilog="Examples: coopsearch config; coopsearch config search.limit; coopsearch config --check. A "
    f"project's settings are in {NAME}, the user's own in ~/.config/coopsearch/config.toml. What counts "
    "first: the option on the command line, the environment, the project's file, the user's file, the "
    "default. Exit code: 0; 1 for a setting without a value; 2 for an error.",
)
def config(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", show_default=False, help="One setting or table: search.limit, search."
        ),
    ] = None,
    json_: Annotated[
        bool, typer.Option("--json", help="Print a JSON object a line for each setting.")
    ] = False,
    path: Annotated[
        bool, typer.Option("--path", help="Print the files of settings that are read here.")
    ] = False,
    check_: Annotated[bool, typer.Option("--check", help="Check the files, and print nothing else.")] = False,
) -> int:
    """Show each setting, its value and where that came from."""
    here = location.working_directory()
    if path:
        return _paths(here, as_lines=json_)
    read = pages(here)
    for page in read:
        check(page, COMMANDS)
    rows = list(_rows(read))
    if check_:
        what = ", ".join(shown_path(str(page.path)) for page in read) or "no file of settings"
        print(f"{safe(what, ADDRESS)}: in order" if read else f"there is {what} here", file=sys.stderr)
        return Exit.FOUND
    if name is not None:
        rows = _named(rows, name)
        if len(rows) == 1 and not json_ and rows[0].name == name:
            value = rows[0].value
            for one in value if isinstance(value, list) else [] if value is None else [value]:
                print(_text(one))
            return Exit.NOTHING if value is None or value == [] else Exit.FOUND
    if json_:
        for row in rows:
            print(as_json(row._asdict()))
    else:
        _print(rows)
    return Exit.FOUND


def _paths(here: Path, *, as_lines: bool) -> int:
    """Print which files are read, or would be; return 1 if there are none."""
    project, own = project_file(here) or here / NAME, user_file()
    every = [("project", project), *([("user", own)] if own is not None else [])]
    for kind, file in every:
        there = os.path.lexists(file)
        if as_lines:
            print(as_json({"kind": kind, "file": str(file), "exists": there}))
        else:
            print(f"{safe(str(file), ADDRESS)}{'' if there else ' (does not exist)'}")
    return Exit.FOUND if any(os.path.lexists(file) for _, file in every) else Exit.NOTHING


def _named(rows: list[Row], name: str) -> list[Row]:
    if not name.strip():
        raise SettingsError("the name of the setting is empty; give one, as in search.limit, or none for all")
    found = [row for row in rows if row.name == name] or [
        row for row in rows if row.name.startswith(f"{name}.")
    ]
    if found or name in GENERAL:
        return found or [Row(name, None, "default")]
    # Imported for those who mistype.
    from difflib import get_close_matches

    like = get_close_matches(name, [row.name for row in rows], 1, 0.6)
    meant = f"did you mean {like[0]}?" if like else "`coopsearch config` lists all"
    raise SettingsError(f"there is no setting {name}; {meant}")


def _rows(read: tuple[Page, ...]) -> Iterator[Row]:
    yield _index(read)
    for key in GENERAL:
        yield from _general(key, read)
    for command in COMMANDS:
        importlib.import_module(module_of(command))
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    for command in (one for one in COMMANDS if one != "config"):
        options = options_of(group, command)
        found = settings_of(options, command, read)
        for key, option in options.items():
            setting = found.get(key)
            value = option.option.default
            about = option.takes, option.option.help or "", option.is_own
            if setting is None:
                yield Row(option.name, value, "default", "", 0, *about)
            else:
                source = "user" if setting.page.own else "project"
                yield Row(option.name, setting.value, source, str(setting.page.path), setting.line, *about)


def _index(read: tuple[Page, ...]) -> Row:
    folder = str(location.index_folder())
    about = "the folder of an index, in quotes", "The index, as with --index.", False
    if location.VARIABLE in os.environ:
        return Row("index.folder", folder, "environment", location.VARIABLE, 0, *about)
    for page in read:
        if (named := index_of(page)) is not None and os.path.realpath(named) == os.path.realpath(folder):
            source = "user" if page.own else "project"
            return Row("index.folder", folder, source, str(page.path), page.line("index", "folder"), *about)
    there = os.path.isdir(folder)  # noqa: PTH112 - text
    return Row("index.folder", folder, "found" if there else "default", "", 0, *about)


def _general(key: str, read: tuple[Page, ...]) -> Iterator[Row]:
    """Yield what files say beside the options, each entry of a table with its own place."""
    known: set[str] = set()
    for page in read:
        value = page.values.get(key)
        table = value if isinstance(value, dict) else {"": value} if value is not None else {}
        for name, one in table.items():
            full = f"{key}.{name}" if name else key
            if full not in known:
                known.add(full)
                where = (
                    "user" if page.own else "project",
                    str(page.path),
                    page.line(*filter(None, (key, name))),
                )
                yield Row(full, one, *where, help=GENERAL[key], own=key in OWN)


def _print(rows: list[Row]) -> None:
    colour = has_colour(sys.stdout)
    width = max((len(row.name) for row in rows), default=0)
    for row in rows:
        text = _text(row.value)
        is_set = row.source not in {"default", "found"}
        name = safe(row.name, QUOTED).ljust(width)
        place = f"{shown_path(row.file)}:{row.line}" if row.line else row.file or row.source
        value = safe(text, ADDRESS).ljust(_VALUE)
        line = (styled(name, BOLD, colour=colour and is_set), value, safe(place, ADDRESS))
        dim = DIM if not is_set else PATH
        print(f"{line[0]} {line[1]} {styled(line[2], dim, colour=colour)}")


def _text(value: Any) -> str:
    """Return a value as a file of settings writes it, but for the quotes of a text."""
    if value is None or value == []:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return str(value)
