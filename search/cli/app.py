"""The command: which word is a command, what ends it, and with what exit code.

Each command is a file of its own. Does not depend on an index.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from coopsearch.search.cli import failures, signals
from coopsearch.search.cli.display.terminal import ADDRESS, ERROR, has_colour, safe, settle_streams, styled
from coopsearch.search.errors import CoopsearchError, IndexDamaged, SettingsError
from coopsearch.search.settings.files import Page, pages


class Exit(IntEnum):
    """Exit codes, those of grep."""

    FOUND = 0
    NOTHING = 1
    ERROR = 2
    INTERRUPTED = 130  # that of Ctrl-C, and what typer makes of any interruption; see signals.code


#: What stands first on the command line and is not a query. Everything else is one.
COMMANDS: Final = (
    "search",
    "show",
    "open",
    "similar",
    "batch",
    "names",
    "cite",
    "export",
    "save",
    "news",
    "mark",
    "review",
    "desk",
    "index",
    "watch",
    "status",
    "verify",
    "purge",
    "pack",
    "unpack",
    "copy-index",
    "eval",
    "judge",
    "interactive",
    "serve",
    "accounts",
    "mcp",
    "lexicon",
    "config",
    "warm",
)
#: Those of the command itself.
OPTIONS: Final = ("--help", "-h", "--version", "--install-completion", "--show-completion")
#: What stands for the command of that name.
_INTERACTIVE: Final = ("-i", "--interactive")
#: The variable by which a shell asks for what can follow.
COMPLETING: Final = "_COOPSEARCH_COMPLETE"
#: In which folder beside this file each is; the others are beside it themselves.
_ROOMS: Final = {
    **dict.fromkeys(
        ("search", "show", "open", "similar", "batch", "names", "cite", "export", "interactive"), "answers."
    ),
    **dict.fromkeys(
        ("index", "watch", "status", "verify", "purge", "pack", "unpack", "copy-index", "lexicon"), "keeping."
    ),
    **dict.fromkeys(("save", "news", "mark", "review", "desk"), "desk."),
    "warm": "warm.",
}


def module_of(command: str) -> str:
    """Return the module of a command."""
    return f"coopsearch.search.cli.{_ROOMS.get(command, '')}{command.replace('-', '_')}_command"


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
IndexesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--index",
        metavar="DIR",
        callback=folders_of,
        help="The index; repeat it to ask several as one. Default: $COOPSEARCH_INDEX, else the nearest "
        "index_data/, else the user's own.",
    ),
]

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
SkipOption = Annotated[
    bool,
    typer.Option(
        "--skip-unreadable",
        help="Ask the other indexes where one is missing, damaged, outdated or not trusted, and say so.",
    ),
]


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
        try:
            result: object = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # What is left in the buffer must not be tried again at exit.
            with contextlib.suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return Exit.FOUND
        return result


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


def fail(message: str) -> None:
    """Print an error as one line, if anybody is there to read it."""
    label = styled("coopsearch:", ERROR, colour=has_colour(sys.stderr))
    with contextlib.suppress(OSError, ValueError):
        print(f"{label} {safe(message, ADDRESS)}", file=sys.stderr)


def failed(error: Exception) -> None:
    """Tell of an exception that nobody expected, in a line."""
    failures.details(error)
    fail(failures.line(error))


def main() -> NoReturn:
    """Run the command line and exit. No traceback leaves it, whatever happens."""
    settle_streams()
    failures.quiet()
    code = _guarded(lambda: _flushed(_run(sys.argv[1:])))
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            # It was told already; the interpreter need not find it once more when it ends.
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(code)


def _flushed(code: int) -> int:
    """See that what was printed arrived, while an error can still be told."""
    sys.stdout.flush()
    return code


def _run(args: list[str]) -> int:
    if COMPLETING in os.environ:
        # Imported here: a shell asks for it.
        from coopsearch.search.cli.completion import complete

        return complete(app, COMMANDS, OPTIONS, module_of)
    if not args:
        # Imported here: few only type the name.
        from coopsearch.search.cli.welcome import welcome

        return welcome()
    if args[0] in _INTERACTIVE:
        args = ["interactive", *args[1:]]
    if args[0] not in COMMANDS and args[0] not in OPTIONS:
        code = _called(["search", *args])
        _hint(args, found=code == Exit.FOUND)
        return code
    return _called(args)


def _hint(args: list[str], *, found: bool) -> None:
    """Say on stderr what a word may have been meant for that is not a command."""
    if not args[0].isalpha():
        return
    # Imported here: most queries do not begin with a single word that could be a command.
    from coopsearch.search.cli.hints import hint

    if said := hint(args, COMMANDS, found=found):
        print(f"hint: {said}", file=sys.stderr)


def _called(args: list[str]) -> int:
    # Only the command that is asked for is imported; the general help needs all of them.
    for command in (args[0],) if args[0] in COMMANDS else COMMANDS:
        importlib.import_module(module_of(command))
    group = made.get(args[0]) or typer.main.get_command(app)
    if args[0] in COMMANDS and args[0] != "config" and (pages := _settings()):
        # Imported here: most folders have no settings.
        from coopsearch.search.cli.defaults import apply

        assert isinstance(group, TyperGroup)
        apply(group, args[0], pages, COMMANDS)
    return int(group.main(args, prog_name="coopsearch", standalone_mode=False) or 0)


def _settings() -> tuple[Page, ...]:
    """Read the files of settings that count here; nothing is loaded where there are none."""
    try:
        here = Path.cwd()
    except FileNotFoundError:
        return ()  # whoever needs the folder says so
    return pages(here)


def _guarded(run: Callable[[], int]) -> int:
    try:
        code = run()
    except CoopsearchError as error:
        failures.details(error)
        # What cannot be opened for want of descriptors looks damaged.
        few = failures.is_few_files(error) or (isinstance(error, IndexDamaged) and failures.are_few())
        fail(failures.FEW if few else str(error))
        return Exit.ERROR
    except typer.TyperException as error:
        message = error.format_message() if isinstance(error, typer.BadParameter.__mro__[1]) else str(error)
        context = getattr(error, "ctx", None)
        command = f" {context.info_name}" if context is not None and context.info_name in COMMANDS else ""
        fail(f"{message} (see `coopsearch{command} --help`)")
        return Exit.ERROR
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - nothing may end in a traceback
        failed(error)
        return Exit.ERROR
    if code == Exit.INTERRUPTED:
        fail(signals.told())
        return signals.code()
    return code
