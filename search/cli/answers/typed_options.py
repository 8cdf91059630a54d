"""Options as Typer takes them, made of their rows. Does not depend on an index."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Final

import typer

from coopsearch.search.cli.answers.option_rows import Row

_TYPES: Final[Mapping[str, Any]] = {
    "switch": bool, "text": str | None, "texts": list[str] | None, "number": int,
}  # fmt: skip


def option(row: Row, callback: Callable[..., Any] | None = None) -> Any:
    """Return what Typer wants to know of an option; ``callback`` gets its value and returns another."""
    bounds: dict[str, Any] = {"min": row.low, "max": row.high} if row.kind == "number" else {}
    return typer.Option(*row.names, metavar=row.metavar, help=row.help, callback=callback, **bounds)


def give(
    function: Callable[..., Any],
    argument: Any,
    rows: Iterable[Row],
    callbacks: Mapping[str, Callable[..., Any]],
) -> None:
    """Give a function the parameters that Typer is to see: a context, the words of a query, and options.

    ``callbacks`` are by the keys of the rows.
    """
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter("ctx", keyword, annotation=typer.Context),
        inspect.Parameter("query", keyword, annotation=Annotated[list[str], argument]),
    ]
    for row in rows:
        kind = str if row.kind == "text" and row.default is not None else _TYPES[row.kind]
        annotation: Any = Annotated[kind, option(row, callbacks.get(row.key))]
        parameters.append(inspect.Parameter(row.key, keyword, default=row.initial, annotation=annotation))
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # as inspect reads it
    function.__annotations__ = {one.name: one.annotation for one in parameters}
