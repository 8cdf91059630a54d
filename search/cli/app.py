"""The command as Typer has it: its options, and those that several commands share.

Each command is a file of its own. Does not depend on an index.
"""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from coopsearch.search.cli.answers import option_rows as rows
from coopsearch.search.cli.answers.typed_options import option
from coopsearch.search.cli.commands import COMMANDS, OPTIONS, module_of
from coopsearch.search.cli.exits import Exit, fail, unbroken
from coopsearch.search.errors import SettingsError
from coopsearch.search.settings.files import Page


def folder_of(given: str | None) -> str | None:
    """Return the folder of an index that was given by its name in the settings, else what was given.

    What holds a separator of paths is always a path.
    """
    if given is None or os.sep in given or (os.altsep and os.altsep in given):
        return given
    # Imported here: most name a folder, or none.
    from coopsearch.search.settings.lookup import index_names

    with contextlib.suppress(FileNotFoundError):  # whoever needs the working directory says so
        named = index_names(Path.cwd()).get(given)
        return given if named is None else str(named)
    return given


def folders_of(given: list[str] | None) -> list[str] | None:
    """Return the same of several."""
    return None if given is None else [folder_of(one) or "" for one in given]


#: Which index a command is about.
IndexOption = Annotated[
    str | None,
    typer.Option(
        "--index",
        metavar="DIR",
        callback=folder_of,
        help="The index. Default: $COOPSEARCH_INDEX, else the nearest index_data/, else the user's own.",
    ),
]


#: Which indexes a command is about that can ask several as one.
IndexesOption = Annotated[list[str] | None, option(rows.INDEX, folders_of)]

#: The same for commands that take nothing else.
IndexesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[INDEX]...",
        show_default=False,
        callback=folders_of,
        help="The index, or several to ask as one. Default: $COOPSEARCH_INDEX, else the nearest "
        "index_data/, else the user's own.",
    ),
]

#: What to do where one of several indexes cannot be asked.
SkipOption = Annotated[bool, option(rows.SKIP)]


#: For commands that print one object for a program.
ResultOption = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")]
#: For commands that write an index.
WaitOption = Annotated[
    float, typer.Option("--wait", min=0, metavar="SECONDS", help="How long to wait for another writer.")
]


class Command(TyperCommand):
    """A command whose reader may stop reading, and which never drops one of several indexes in silence."""

    def make_parser(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Return the parser. Of options that are given twice the last holds, but for the index."""
        parser = super().make_parser(ctx)
        parse = parser.parse_args

        def parsed(args: list[str]) -> Any:
            found = parse(args)
            given = [one for one in found[2] if "--index" in one.opts and not getattr(one, "multiple", True)]
            if len(given) > 1:
                raise SettingsError(
                    f"--index is given {len(given)} times, and `coopsearch {ctx.info_name}` takes one index; "
                    "run it once for each"
                )
            return found

        parser.parse_args = parsed  # type: ignore[method-assign] # the class is private
        return parser

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        """Run it. A closed pipe ends it quietly, before typer makes a failure of that."""
        return unbroken(lambda: super(Command, self).invoke(ctx))


class QueryCommand(Command):
    """A command whose words may begin with a dash: ``smuggling -tunisia`` leaves tunisia out."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Sort options from words before they are read: a dash before an unknown letter makes a word."""
        takes_value = {
            name: not getattr(parameter, "is_flag", False)
            for parameter in self.get_params(ctx)
            if parameter.param_type_name == "option"
            for name in (*parameter.opts, *parameter.secondary_opts)
        }
        options: list[str] = []
        words: list[str] = []
        rest = iter(args)
        for arg in rest:
            name = arg.partition("=")[0]
            if arg == "--":
                words.extend(rest)
            elif arg in takes_value:
                options.append(arg)
                if takes_value[arg]:
                    value = next(rest, None)
                    if value is None:
                        return super().parse_args(ctx, options)
                    options.append(value)
            elif name.startswith("--") or (arg[:2] in takes_value and arg[2:].lstrip("=").isdigit()):
                options.append(arg)
            else:
                words.append(arg)
        return super().parse_args(ctx, [*options, "--", *words])


app: Final = typer.Typer(
    name="coopsearch",
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="Full-text search for folders of reports, offline: `coopsearch QUERY...` asks, "
    "`coopsearch index FOLDER` brings the index up to date.",
)


#: Parsers that were made beforehand, each with one command alone, by the name of that.
made: Final[dict[str, TyperGroup]] = {}


def _version(wanted: bool) -> None:
    if wanted:
        # Imported when asked for: it costs as much as typer itself.
        from importlib.metadata import version

        typer.echo(f"coopsearch {version('coopsearch')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Hold the options that belong to no command."""


def called(args: list[str], found: Sequence[Page] = ()) -> int:
    """Run a command, or an option of ``coopsearch`` itself; return the exit code.

    Files of settings give the options their defaults. What is wrong with the options is told.
    """
    return _told(lambda: _called(args, found))


def completed() -> int:
    """Answer a shell that asks what can follow."""
    # Imported here: a shell asks for it.
    from coopsearch.search.cli.completion import complete

    return _told(lambda: complete(app, COMMANDS, OPTIONS, module_of))


def _called(args: list[str], found: Sequence[Page]) -> int:
    # Only the command that is asked for is imported; the general help needs all of them.
    for command in (args[0],) if args[0] in COMMANDS else COMMANDS:
        importlib.import_module(module_of(command))
    group = made.get(args[0]) or typer.main.get_command(app)
    if found:
        # Imported here: most folders have no settings.
        from coopsearch.search.cli.defaults import apply

        assert isinstance(group, TyperGroup)
        apply(group, args[0], found, COMMANDS)
    return int(group.main(args, prog_name="coopsearch", standalone_mode=False) or 0)


def _told(run: Callable[[], int]) -> int:
    try:
        return run()
    except typer.TyperException as error:
        message = error.format_message() if isinstance(error, typer.BadParameter.__mro__[1]) else str(error)
        context = getattr(error, "ctx", None)
        command = f" {context.info_name}" if context is not None and context.info_name in COMMANDS else ""
        fail(f"{message} (see `coopsearch{command} --help`)")
        return Exit.ERROR
