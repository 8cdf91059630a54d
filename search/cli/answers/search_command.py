"""``coopsearch search``, which is what a bare ``coopsearch QUERY...`` means, as Typer has it.

Plain searches go by without this file: see ``command_line``. ``searching`` does the work. Does not depend on
an index.
"""

from __future__ import annotations

from typing import Any, Final

import typer

from coopsearch.search.cli.answers import option_rows as rows
from coopsearch.search.cli.answers.searching import searched
from coopsearch.search.cli.answers.typed_options import give
from coopsearch.search.cli.app import QueryCommand, app, folders_of

_QUERY: Final = typer.Argument(
    metavar="QUERY...",
    show_default=False,
    help='Words (any of them), "a phrase", AND OR NOT + -, ( ), field:word, wild*, fuzzy~, =exact. '
    "Fields: title heading path lang type date added tag.",
)


def search(ctx: typer.Context, **given: Any) -> int:
    """Ask the index: the best documents, each with the passage that answers and where it stands."""
    # A file of settings gives an option its default.
    usual: Any = next(one.default for one in ctx.command.params if one.name == rows.TRANSLATE.key)
    return searched(**given, usual_translate=usual)


give(search, _QUERY, rows.SEARCH, {rows.INDEX.key: folders_of})
app.command(
    "search",
    cls=QueryCommand,
    epilog='Examples: coopsearch "smuggling routes"; coopsearch title:migration -tunisia; '
    "coopsearch --all réfugiés --lang fr --since 2019 --group year. "
    "Exit code: 0 found, 1 nothing found, 2 error.",
)(search)
