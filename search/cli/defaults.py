"""Defaults of options from files of settings: which options there are, and what a file says of each.

A file speaks of an option by its long name: ``[search] limit = 20``. Does not depend on an index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperGroup, TyperOption

from coopsearch.search.settings.files import Page
from coopsearch.search.settings.values import FOLDER, check, limits_of, refuse_unknown, refused

#: Options that say what a single call does, or that stand at the top of a file.
_NOT_SET: Final = frozenset({"help", "version", "index", "install-completion", "show-completion"})
#: Options with a text that a project's file may set: no text of these names a place, a program or a person.
_HARMLESS: Final = frozenset(
    {
        "sort", "facet", "group", "lang", "type", "since", "until", "in", "engine", "state", "style", "color",
        "colour", "format", "names", "metric", "fields", "translate", "lang-of-query",
    }
)  # fmt: skip
#: Switches and numbers that only the user's own file may set: they give rights, take longer or delete.
_OWN: Final = frozenset(
    {
        "group", "rebuild", "trust", "yes", "force", "overwrite", "delete", "max-size", "workers",
        "desktop", "open", "writable", "replace", "shards", "replicas", "watch", "shared-desk",
        "password-stdin",
    }
)  # fmt: skip


class Option(NamedTuple):
    """An option of a command that a file can set."""

    command: str
    key: str
    """Its name in a file: the long name without dashes."""
    option: TyperOption

    @property
    def name(self) -> str:
        """Its full name, as ``search.limit``."""
        return f"{self.command}.{self.key}"

    @property
    def takes(self) -> str:
        """What its value is, in words."""
        kind = self.option.type
        if self.option.is_flag:
            return "true or false"
        low, high = getattr(kind, "min", None), getattr(kind, "max", None)
        if kind.name.startswith(("int", "float")):
            what = "a whole number" if kind.name.startswith("int") else "a number"
            if low is not None and high is not None:
                return f"{what} from {low:,} to {high:,}"
            return f"{what} from {low:,}" if low is not None else what
        one = "a text in quotes"
        return f"a list of texts, or {one}" if self.option.multiple else one

    @property
    def is_own(self) -> bool:
        """Whether only the user's own file may set it."""
        return self.key not in _HARMLESS if self.is_text else self.key in _OWN

    @property
    def is_text(self) -> bool:
        """Whether its values are texts."""
        return not self.option.is_flag and not self.option.type.name.startswith(("int", "float"))


class Setting(NamedTuple):
    """The value of an option, and the page that gives it."""

    value: Any
    page: Page
    line: int


def options_of(group: TyperGroup, command: str) -> dict[str, Option]:
    """Return the options of a command that a file can set, by their names in a file."""
    found = {}
    for one in group.commands[command].params:
        if isinstance(one, TyperOption) and one.name and not one.hidden:
            key = max(one.opts, key=len).lstrip("-")
            if key not in _NOT_SET:
                found[key] = Option(command, key, one)
    return found


def settings_of(options: Mapping[str, Option], command: str, pages: Iterable[Page]) -> dict[str, Setting]:
    """Return what files say of the options of a command; the first of them counts most.

    Raises SettingsError, with the file and the line, for an option that does not exist, a value of another
    kind, and what only the user's own file may set.
    """
    found: dict[str, Setting] = {}
    for page in pages:
        for key, setting in _of_page(options, command, page):
            found.setdefault(key, setting)
    return found


def _of_page(options: Mapping[str, Option], command: str, page: Page) -> Iterator[tuple[str, Setting]]:
    table = page.values.get(command, {})
    if command == "index":
        # Which index it is stands there too, alone or among the options.
        table = {} if isinstance(table, str) else table
        table = (
            {key: one for key, one in table.items() if key != FOLDER} if isinstance(table, dict) else table
        )
    if not isinstance(table, dict):
        raise page.error(f"{command} is a table, written [{command}]", command)
    # A name is written with dashes as on the command line, or with underscores.
    named = {key.replace("_", "-") if key not in options else key: key for key in table}
    refuse_unknown(
        page, {key: None for name, key in named.items() if name not in options}, [*options], command
    )
    for name, key in named.items():
        option = options[name]
        if option.is_own and not page.own:
            raise refused(page, command, key)
        yield name, Setting(_value(option, table[key], page, key), page, page.line(command, key))
    if "limits" in page.values and (limit := options.get("limit")) is not None and limit.option.multiple:
        limits = limits_of(page)
        if limits and not page.own:
            raise refused(page, "limits")
        if limits and "limit" not in named:
            yield "limit", Setting(limits, page, page.line("limits"))


def _value(option: Option, value: Any, page: Page, key: str) -> Any:
    """Return a value as the option takes it. Raises SettingsError for one of another kind."""
    given = value if isinstance(value, list) and option.option.multiple else [value]
    try:
        converted = [_one(option, one) for one in given]
    except (typer.BadParameter, TypeError, ValueError):
        shown = str(value).lower() if isinstance(value, bool) else f"{value!r:.60}"
        raise page.error(f"{option.name} takes {option.takes}, not {shown}", option.command, key) from None
    return converted if option.option.multiple else converted[0]


def _one(option: Option, value: Any) -> Any:
    kind = option.option.type
    wanted: tuple[type, ...] = (str,)
    if option.option.is_flag:
        wanted = (bool,)
    elif not option.is_text:
        wanted = (int,) if kind.name.startswith("int") else (int, float)
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted != (bool,)):
        raise TypeError(value)
    if option.is_text and (not value or "\0" in str(value)):
        raise ValueError(value)
    kind.convert(value, option.option, None)
    return value


def apply(group: TyperGroup, command: str, pages: Sequence[Page], commands: Sequence[str]) -> None:
    """Give the options of a command the defaults that files set. Raises SettingsError."""
    for page in pages:
        check(page, commands)
    options = options_of(group, command)
    for key, setting in settings_of(options, command, pages).items():
        option = options[key].option
        option.default = setting.value
        option.show_default = True
        if option.is_flag and setting.value and not option.secondary_opts:
            # What a file switches on can be switched off for one call.
            option.secondary_opts = [f"--no-{key}"]
