"""Reads the options of a search without Typer, as far as nobody can be in doubt of what is meant.

Whatever is odd (an option that is unknown or lacks its value, a number out of its bounds, no query, help) is
left to Typer, which knows what to say of it. Both read the same rows, and a test compares them. Does not
depend on an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from coopsearch.search.cli.answers.option_rows import SEARCH, Row

_BY_NAME: Final = {name: row for row in SEARCH for name in row.names}
#: Digits of a number that is beyond doubt.
_DIGITS: Final = 9
#: How a short name of an option begins.
_SHORT: Final = 2


def read(args: Sequence[str]) -> dict[str, Any] | None:
    """Return the query and the value of every option, by their keys; None where Typer has to look.

    As in ``app.QueryCommand``, a dash before what names no option makes a word.
    """
    given: dict[str, Any] = {row.key: row.initial for row in SEARCH}
    words: list[str] = []
    rest = iter(args)
    for arg in rest:
        if arg == "--":
            words.extend(rest)
            continue
        name, equals, value = arg, "", ""
        if arg.startswith("--"):
            name, equals, value = arg.partition("=")
        elif arg[:_SHORT] in _BY_NAME and arg[_SHORT:]:
            if not arg[_SHORT:].lstrip("=").isdigit():
                words.append(arg)
                continue
            name, equals, value = arg[:_SHORT], "-", arg[_SHORT:]
        row = _BY_NAME.get(name)
        if row is None:
            if arg.startswith("--") or arg[:_SHORT] == "-h":
                return None
            words.append(arg)
            continue
        if row.kind == "switch":
            if equals:
                return None
            given[row.key] = True
            continue
        if not equals:
            following = next(rest, None)
            if following is None:
                return None
            value = following
        if not _put(given, row, value):
            return None
    return {"query": words, **given} if words else None


def _put(given: dict[str, Any], row: Row, value: str) -> bool:
    """Note a value of an option; say whether it is one beyond doubt."""
    if row.kind == "number":
        if not (value.isascii() and value.isdigit() and len(value) <= _DIGITS):
            return False
        number = int(value)
        given[row.key] = number
        return row.low <= number <= row.high
    given[row.key] = [*(given[row.key] or ()), value] if row.kind == "texts" else value
    return True
