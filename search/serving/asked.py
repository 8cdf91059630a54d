"""What a request asks for: its parameters, read as the command reads its options.

An unknown parameter, one that is given twice and a number that is none are refused, as nothing is silently
ignored. Does not depend on the web's libraries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, NamedTuple, Self, cast
from urllib.parse import urlencode

from coopsearch.search.engines.base import Order
from coopsearch.search.errors import SettingsError
from coopsearch.search.index import MOST_HITS
from coopsearch.search.serving.problems import Refused

#: Hits that one answer shows at most; ``iterate`` gives all.
MOST: Final = 1_000
#: Characters of a query that an address has room for: of most scripts a sign takes more bytes there.
QUERY: Final = 8_000
_TRUE: Final = ("1", "true", "yes", "on")
_FALSE: Final = ("0", "false", "no", "off")
#: Parameters that may stand several times, or hold several values with commas between them.
_SEVERAL: Final = ("facet", "type", "lang", "in", "tag")
#: What says which documents may be hits.
NARROWING: Final = ("since", "until", "type", "lang", "in", "tag")
#: All that a search takes; other calls take some of them.
SEARCH: Final = (
    "q", "limit", "offset", "sort", "all", "plain", "explain", "fold", "facet", *NARROWING, "passages",
    "context", "names", "translate", "lang_of_query",
)  # fmt: skip
ITERATE: Final = ("q", "offset", "sort", "all", "plain", *NARROWING, "names", "translate", "lang_of_query")
EXPORT: Final = (
    "q", "limit", "sort", "all", *NARROWING, "names", "translate", "lang_of_query", "format", "title",
)  # fmt: skip
FACETS: Final = ("q", "facet", "all", "plain", *NARROWING, "names", "translate", "lang_of_query")


class Parameters:
    """The parameters of a request, each looked at once by its name."""

    def __init__(self, given: Sequence[tuple[str, str]], allowed: Iterable[str]) -> None:
        """Take them as they came. Raises Refused for one that the call does not have."""
        names = tuple(allowed)
        self._given: dict[str, list[str]] = {}
        for name, value in given:
            if name not in names:
                raise Refused(
                    HTTPStatus.BAD_REQUEST,
                    "setting",
                    f"there is no parameter {name!r:.60} here; there are: {', '.join(names)}",
                )
            self._given.setdefault(name, []).append(value)

    def text(self, name: str, usual: str = "") -> str:
        """Return the one value of a parameter."""
        values = self._given.get(name, [])
        if len(values) > 1:
            raise SettingsError(f"{name} is given {len(values)} times; give it once")
        return values[0] if values else usual

    def query(self) -> str:
        """Return the query, which has an end."""
        text = self.text("q")
        if len(text) > QUERY:
            raise SettingsError(
                f"the query has {len(text):,} characters, and {QUERY:,} are the most; shorten it"
            )
        return text

    def number(self, name: str, usual: int, least: int, most: int) -> int:
        """Return a whole number between two bounds."""
        text = self.text(name)
        if name not in self._given:
            return usual
        if not (text.isascii() and text.isdigit() and len(text) < len(str(most)) + 1):
            raise SettingsError(
                f"{name} is {text!r:.40}; it must be a whole number from {least:,} to {most:,}"
            )
        if not least <= int(text) <= most:
            raise SettingsError(f"{name} is {int(text):,}; it must be from {least:,} to {most:,}")
        return int(text)

    def flag(self, name: str) -> bool:
        """Return whether a parameter is switched on."""
        text = self.text(name, "false").lower()
        if text in _FALSE:
            return False
        if text not in _TRUE:
            raise SettingsError(f"{name} is {text!r:.40}; it must be true or false")
        return True

    def several(self, name: str) -> list[str]:
        """Return the values of a parameter that may have several; folders hold commas themselves."""
        values = self._given.get(name, [])
        parts = values if name == "in" else [part for value in values for part in value.split(",")]
        return [part.strip() for part in parts if part.strip()]


class Asked(NamedTuple):
    """A search, as ``Index.search`` takes it."""

    query: str
    limit: int = 10
    offset: int = 0
    options: Mapping[str, Any] = {}

    @classmethod
    def of(cls, parameters: Parameters, *, limit: int = 10, most: int = MOST) -> Self:
        """Read a search. Raises SettingsError and Refused."""
        options: dict[str, Any] = {
            name: True
            for name, parameter in (
                ("require_all", "all"),
                ("plain", "plain"),
                ("explain", "explain"),
                ("fold", "fold"),
            )
            if parameters.flag(parameter)
        }
        if sort := parameters.text("sort"):
            options["sort"] = cast("Order", "newest" if sort == "date" else sort)
        for name, parameter in (
            ("since", "since"),
            ("until", "until"),
            ("names", "names"),
            ("translate", "translate"),
            ("query_language", "lang_of_query"),
        ):
            if text := parameters.text(parameter):
                options[name] = text
        for name, parameter in (
            ("facets", "facet"),
            ("types", "type"),
            ("languages", "lang"),
            ("folders", "in"),
            ("tags", "tag"),
        ):
            if values := parameters.several(parameter):
                options[name] = values
        if passages := parameters.number("passages", 0, 1, MOST):
            options["passages"] = passages
        if context := parameters.number("context", 0, 0, 100):
            options["context"] = context
        return cls(
            parameters.query(),
            parameters.number("limit", limit, 0, most),
            parameters.number("offset", 0, 0, MOST_HITS),
            options,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether something beside the query says which documents may be hits."""
        return bool(self.options.keys() & {"since", "until", "types", "languages", "folders", "tags"})

    @property
    def within(self) -> dict[str, Any]:
        """Those of the options that are for what counts all of an answer, and shows none."""
        apart = {"explain", "fold", "facets", "sort", "passages", "context"}
        return {name: value for name, value in self.options.items() if name not in apart}


def query_string(parameters: Iterable[tuple[str, str]]) -> str:
    """Return parameters as they stand in an address."""
    return urlencode([(name, value) for name, value in parameters if value], errors="surrogatepass")
