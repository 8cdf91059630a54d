"""``coopsearch -i``: results as one types. Reads the options; the screen is in ``search.interactive``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from coopsearch.search.cli.answers.asked_indexes import open_asked
from coopsearch.search.cli.answers.given_line import expansion
from coopsearch.search.cli.answers.search_options import NamesOption, QueryLanguageOption, TranslateOption
from coopsearch.search.cli.app import IndexesOption, QueryCommand, app
from coopsearch.search.cli.exits import Exit
from coopsearch.search.errors import SettingsError


@app.command(
    "interactive",
    cls=QueryCommand,
    epilog="Examples: coopsearch -i; coopsearch -i smuggling routes. F1 shows the keys, Esc quits. "
    "Exit code: 0, or 2 for an error.",
)
def interactive(
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="[QUERY...]", show_default=False, help="What stands on the line at first."),
    ] = None,
    translate: TranslateOption = None,
    query_language: QueryLanguageOption = None,
    names: NamesOption = None,
    index: IndexesOption = None,
) -> int:
    """Search as you type, with the passage beside the list; the same as `coopsearch -i`."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SettingsError("coopsearch -i needs a terminal; ask as in `coopsearch QUERY` without one")
    try:
        from coopsearch.search.interactive.screen import Screen
    except ModuleNotFoundError as error:
        if error.name != "prompt_toolkit":
            raise
        install = '`pip install "coopsearch[interactive]"`'
        raise SettingsError(
            f"coopsearch -i needs prompt_toolkit, which is not installed; run {install}"
        ) from None
    with open_asked(index, expansion=expansion(translate, query_language, names)) as opened:
        Screen(opened, " ".join(query or ())).run()
    return Exit.FOUND
