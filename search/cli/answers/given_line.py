"""What is given on the command line of a search, as ``search.index`` takes it: the words, and the options.

Opens no index. Does not depend on Typer.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Final

from coopsearch.search.errors import QueryError, SettingsError
from coopsearch.search.indexdir.addresses import is_added

#: The options that say what words stand for, by what ``open_index`` calls them.
EXPANSION: Final = {"translate": "--translate", "query_language": "--lang-of-query", "names": "--names"}


def joined(words: list[str]) -> str:
    """Return the arguments of a command as one query.

    The shell takes quotes away: a single argument is a query as it stands, but among several one with a
    blank was quoted on purpose and is a phrase, unless it holds query syntax of its own.
    """
    for number, word in enumerate(words, 1):
        if "\0" in word:
            raise QueryError(f"word {number} of the query holds a NUL; remove it")
    if len(words) == 1:
        return words[0]
    return " ".join(f'"{word}"' if " " in word and not set(word) & set('"()[]:') else word for word in words)


def narrowing(
    since: str | None,
    until: str | None,
    types: Sequence[str] | None,
    languages: Sequence[str] | None,
    folders: Sequence[str] | None,
) -> dict[str, Any]:
    """Return what is given of the options that narrow an answer, as ``Index.search`` takes it."""
    given = {
        "since": since,
        "until": until,
        "types": _listed(types),
        "languages": _listed(languages),
        # By name from anywhere: the answer may be asked for again from another folder.
        "folders": [os.path.abspath(one) if one and not is_added(one) else one for one in folders or ()],  # noqa: PTH100
    }
    return {name: value for name, value in given.items() if value is not None and value != []}


def expansion(
    translate: str | None, query_language: str | None = None, names: str | None = None
) -> dict[str, Any]:
    """Return what is given of the options on what words stand for, as ``open_index`` takes it."""
    given = {"translate": translate, "query_language": query_language, "names": names}
    return {name: value for name, value in given.items() if value is not None}


def cure_of(translate: str | None, usual: str | None) -> str:
    """Return how to have words translated that were not: what to leave out or, with settings, to give.

    ``usual`` is what a file of settings gives, where it gives something.
    """
    if translate is None or usual is not None:
        return "--translate auto finds them"
    return f"leave --translate {translate} out to find them"


def tags_given(tags: Sequence[str] | None, *, unseen: bool) -> list[str]:
    """Return the marks that an answer is narrowed to. Raises SettingsError for an empty one."""
    if any(not tag.removeprefix("-").strip() for tag in tags or ()):
        raise SettingsError("--tag is empty; give a mark, such as relevant, or -seen for what lacks it")
    return [*(tags or ()), *(["-seen"] if unseen else ())]


def _listed(values: Sequence[str] | None) -> list[str]:
    """Return values that are given one by one, or several with commas between them."""
    parts = [part.strip() for value in values or () for part in value.split(",")]
    # An empty value is refused where values are looked at, unless it only stands beside others.
    return [part for part in parts if part] or parts[:1]
