"""The options that commands have in common with a search, as Typer takes them.

Does not depend on an index.
"""

from __future__ import annotations

from typing import Annotated

from coopsearch.search.cli.answers import option_rows as rows
from coopsearch.search.cli.answers.typed_options import option

ContextOption = Annotated[int, option(rows.CONTEXT)]
PassagesOption = Annotated[int, option(rows.PASSAGES)]
PageOption = Annotated[int, option(rows.PAGE)]
SinceOption = Annotated[str | None, option(rows.SINCE)]
UntilOption = Annotated[str | None, option(rows.UNTIL)]
TypeOption = Annotated[list[str] | None, option(rows.TYPE)]
LangOption = Annotated[list[str] | None, option(rows.LANG)]
InOption = Annotated[list[str] | None, option(rows.IN)]
GroupOption = Annotated[str | None, option(rows.GROUP)]
NamesOption = Annotated[str | None, option(rows.NAMES)]
TranslateOption = Annotated[str | None, option(rows.TRANSLATE)]
QueryLanguageOption = Annotated[str | None, option(rows.QUERY_LANGUAGE)]
NoPagerOption = Annotated[bool, option(rows.NO_PAGER)]
