"""What a shell offers when Tab is pressed: commands, options, and values, those of the index too.

A query needs no command, so what follows one is completed as that of ``search``. Values that the index gives
reach a shell that may take them for more than text: only plain words are offered.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from coopsearch.search.errors import CoopsearchError

if TYPE_CHECKING:
    import typer

    from coopsearch.search.index import Index

#: Where bash says what stands on the line, and where the others say it.
_BASH: Final = "COMP_WORDS"
_OTHERS: Final = "_TYPER_COMPLETE_ARGS"
_CURSOR: Final = "COMP_CWORD"
#: What is offered of values that somebody else may have written.
_PLAIN: Final = re.compile(r"[^\W_][\w.@+-]{0,60}")
#: Values that are offered at most.
_MOST: Final = 200

#: Gives what is offered: the context, the parameter, and what stands there so far.
Completer = Callable[[Any, Any, str], list[str]]


def complete(
    app: typer.Typer, commands: Sequence[str], options: Sequence[str], module_of: Callable[[str], str]
) -> int:
    """Answer a shell, whose question stands in the environment; return the exit code.

    ``commands`` are all that ``app`` has, ``module_of`` says in which module each is, and ``options`` are
    those that belong to none of them.
    """
    wanted = insert_command(os.environ, commands, options)
    for name in (wanted,) if wanted else commands:
        importlib.import_module(module_of(name))
    # Imported here: it makes the commands, which is what takes time.
    from typer.main import get_command

    group: Any = get_command(app)
    fixed = {**FIXED, "config.name": lambda: _settings(app, commands, module_of)}
    for command in group.commands.values():
        for parameter in command.params:
            if (completer := _completer_of(command.name, parameter.name, fixed)) is not None:
                parameter._custom_shell_complete = completer  # noqa: SLF001 - Click's own name for it
    return int(group(args=[], prog_name="coopsearch", standalone_mode=False) or 0)


def insert_command(
    environment: MutableMapping[str, str], commands: Sequence[str], options: Sequence[str]
) -> str:
    """Put ``search`` before a query that a shell asks about; return the command of the line, "" for none."""
    name = _BASH if _BASH in environment else _OTHERS
    line = environment.get(name, "")
    program, blank, rest = _parted(line)
    words = rest.split()
    if not words:
        return ""
    first, is_whole = words[0], len(words) > 1 or rest != rest.rstrip()
    if name == _BASH:
        with contextlib.suppress(ValueError):
            is_whole = int(environment.get(_CURSOR, "")) > 1
    if first in commands:
        return first if is_whole else ""
    if any(option.startswith(first) for option in options) or not (is_whole or first.startswith("-")):
        return ""
    environment[name] = f"{program}{blank}search{blank}{rest}"
    if name == _BASH:
        with contextlib.suppress(ValueError):
            environment[_CURSOR] = str(int(environment.get(_CURSOR, "")) + 1)
    return "search"


def _parted(line: str) -> tuple[str, str, str]:
    """Return the name of the program, what is between, and the rest of a line."""
    match = re.match(r"\s*(\S+)(\s)\s*(.*)", line, re.DOTALL)
    return (match[1], match[2], match[3]) if match else (line, " ", "")


def _completer_of(
    command: str, name: str, fixed: Mapping[str, Callable[[], Iterable[str]]]
) -> Completer | None:
    """Return what offers the values of a parameter, None where none are known."""
    if (command, name) == ("lexicon", "words"):
        return _lexicon_names
    for key in (f"{command}.{name}", name):
        if key in fixed:
            return _fixed_completer(fixed[key])
        if (values := VALUES.get(key)) is not None:
            return _completer(values)
    return None


def _fixed_completer(values: Callable[[], Iterable[str]]) -> Completer:
    def complete_value(_: Any, __: Any, incomplete: str) -> list[str]:
        with contextlib.suppress(CoopsearchError, OSError):
            return [value for value in values() if value.startswith(incomplete)]
        return []

    return complete_value


def _lexicon_names(context: Any, _: Any, incomplete: str) -> list[str]:
    """Offer the lexicons of the user where one is to be removed; files elsewhere, as the shell does."""
    if context.params.get("action") != "remove":
        return []
    from coopsearch.search.lexicons.about import names
    from coopsearch.search.lexicons.place import folder

    where = folder()
    return [one for one in names(where) if one.startswith(incomplete)] if where is not None else []


def _completer(values: Callable[[Index], Iterable[str]]) -> Completer:
    def complete_value(context: Any, _: Any, incomplete: str) -> list[str]:
        # Some commands call the folder of the index so.
        index = context.params.get("index") or context.params.get("folder")
        with contextlib.suppress(CoopsearchError, OSError), _opened(index) as opened:
            offered = (value for value in values(opened) if value.startswith(incomplete))
            return [value for value in offered if _PLAIN.fullmatch(value.rstrip(":"))][:_MOST]
        return []

    return complete_value


def _opened(given: Any) -> Index:
    from coopsearch.search.index import Index
    from coopsearch.search.indexdir.location import index_folder

    if isinstance(given, list | tuple):
        given = given[0] if given else None
    return Index(Path(index_folder(given)))


def _orders() -> Iterable[str]:
    from coopsearch.search.engines.base import ORDERS

    return ORDERS


def _groups() -> Iterable[str]:
    from coopsearch.search.results.groups import GROUPS

    return GROUPS


def _lexicon_actions() -> Iterable[str]:
    return "add", "check", "list", "remove", "show"


def _styles() -> Iterable[str]:
    from coopsearch.search.desk.styles import STYLES

    return STYLES


def _states() -> Iterable[str]:
    from coopsearch.search.errors import FileState

    return [state.replace(" ", "-") for state in FileState]


def _settings(app: typer.Typer, commands: Sequence[str], module_of: Callable[[str], str]) -> Iterable[str]:
    from typer.main import get_command

    from coopsearch.search.cli.defaults import options_of
    from coopsearch.search.settings.values import GENERAL

    for name in commands:
        importlib.import_module(module_of(name))
    group: Any = get_command(app)
    options = [one for name in commands if name != "config" for one in options_of(group, name).values()]
    return ["index.folder", *GENERAL, *(one.name for one in options)]


def _facets(index: Index) -> Iterable[str]:
    from coopsearch.search.engines.base import FACETS

    return dict.fromkeys((*FACETS, *own_fields(index)))


def _languages(index: Index) -> Iterable[str]:
    return index.languages


def _types(index: Index) -> Iterable[str]:
    return [name for name, _ in index.terms(field="type", limit=_MOST)]


def _saved(index: Index) -> Iterable[str]:
    from coopsearch.search.desk.saved import saved

    return [search.name for search in saved(index.folder)]


def _tags(index: Index) -> Iterable[str]:
    from coopsearch.search.desk.marks import JUDGEMENTS, SEEN, marks

    return dict.fromkeys([SEEN, *JUDGEMENTS, *sorted({mark.tag for mark in marks(index.folder)})])


def _fields(index: Index) -> Iterable[str]:
    return [f"{name}:" for name in index.fields]


def own_fields(index: Index) -> list[str]:
    """Return the names of fields that documents of an index have and others need not."""
    usual = {"text", "title", "heading", "path", "date", "lang", "type", "added"}
    return [name for name in index.fields if name not in usual]


#: What is offered for options and arguments of these names where no index is needed to know it. Where a name
#: means something else in another command, the name of the command stands before it.
FIXED: Final[dict[str, Callable[[], Iterable[str]]]] = {
    "sort": _orders,
    "style": _styles,
    "search.group": _groups,
    "status.state": _states,
    "lexicon.action": _lexicon_actions,
}
#: The same, for values that the index gives.
VALUES: Final[dict[str, Callable[[Index], Iterable[str]]]] = {
    "facet": _facets,
    "languages": _languages,
    "types": _types,
    "tag": _tags,
    "query": _fields,
    "news.names": _saved,
    "save.remove": _saved,
    "watch.alert_for": _saved,
}
