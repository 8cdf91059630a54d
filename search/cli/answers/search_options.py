"""The options of a search that say which part of an answer is shown, and what it is narrowed to.

Opens no index.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer

from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir.addresses import is_added

ContextOption = Annotated[
    int,
    typer.Option(
        "--context", metavar="N", min=0, max=100, help="Show N sentences before and after each passage."
    ),
]
PassagesOption = Annotated[
    int,
    typer.Option("--passages", metavar="N", min=1, max=1_000, help="Show up to N passages of each document."),
]
PageOption = Annotated[
    int,
    typer.Option("--page", metavar="N", min=1, max=100_000, help="Show the N-th page of -n hits."),
]
SinceOption = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="DATE",
        help='Only documents of that day or later: 2019, 2019-05, 2019-05-01, "last year".',
    ),
]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", metavar="DATE", help="Only documents of that day, month or year, or earlier."),
]
TypeOption = Annotated[
    list[str] | None,
    typer.Option("--type", metavar="TYPES", help="Only documents of these formats, as in pdf,docx."),
]
LangOption = Annotated[
    list[str] | None,
    typer.Option("--lang", metavar="LANGUAGES", help="Only documents in these languages, as in fr,ar."),
]
InOption = Annotated[
    list[str] | None,
    typer.Option("--in", metavar="FOLDER", help="Only documents below this folder. May be repeated."),
]
GroupOption = Annotated[
    str | None,
    typer.Option(
        "--group",
        metavar="NAME",
        help="Show the hits in groups: by folder, language, year or type, each with a count of all documents "
        "that match.",
    ),
]
NamesOption = Annotated[
    str | None,
    typer.Option(
        "--names",
        metavar="MODE",
        help="Whether words that look like names stand for other spellings, in any script, too: auto, no. "
        "Default: auto.",
    ),
]
TranslateOption = Annotated[
    str | None,
    typer.Option(
        "--translate",
        metavar="LANGUAGES",
        help="Find the words in these languages, too, by the lexicon, as in fr,ar; no for none. Default: "
        "auto, for all languages of the index but the query's own.",
    ),
]
QueryLanguageOption = Annotated[
    str | None,
    typer.Option(
        "--lang-of-query",
        metavar="LANGUAGE",
        help="The language of the query (en, fr, ar), where its words do not tell.",
    ),
]
#: The options that say what words stand for, by what ``open_index`` calls them.
EXPANSION: Final = {"translate": "--translate", "query_language": "--lang-of-query", "names": "--names"}
NoPagerOption = Annotated[
    bool, typer.Option("--no-pager", help="Print a long answer as it is, without a pager.")
]


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


def cure_of(context: typer.Context, translate: str | None) -> str:
    """Return how to have words translated that were not: what to leave out or, with settings, to give."""
    # A file of settings gives an option its default.
    usual = next((one.default for one in context.command.params if one.name == "translate"), None)
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
