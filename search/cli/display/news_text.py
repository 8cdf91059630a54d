"""News of saved searches as text for a person and as JSON for a program.

Does not depend on command-line options.
"""

from __future__ import annotations

import calendar
import time
from collections.abc import Iterator, Sequence
from typing import IO, Any, Final

from coopsearch.search.cli.display.answer_json import addresses
from coopsearch.search.cli.display.render import ago, as_json, counted, hit_lines, json_value
from coopsearch.search.cli.display.terminal import (
    ADDRESS,
    BOLD,
    DIM,
    MATCH,
    PATH,
    QUOTED,
    has_colour,
    safe,
    shown_path,
    styled,
    wrapped,
)
from coopsearch.search.desk.known import Item, Kind, News

_ORDER: Final = (Kind.NEW, Kind.CHANGED, Kind.GONE, Kind.LEFT)
#: Addresses of a kind that are listed of documents that are gone.
_GONE: Final = 20


def heading(news: News, stream: IO[str]) -> str:
    """Return what says how much is new."""
    colour = has_colour(stream)
    counts = [f"{count:,} {kind}" for kind in _ORDER if (count := news.count(kind))]
    name = styled(safe(news.search.name), BOLD, colour=colour)
    since = f" since {_when(news.since)}" if news.since else ""
    match = "matches" if news.total == 1 else "match"
    return (
        f"{name}: {', '.join(counts) or 'nothing new'}{since}; {counted(news.total, 'document')} {match} now"
    )


def first_look(news: News, *, kept: bool) -> str:
    """Return what is said of a search that nobody looked at before."""
    match = "matches" if news.total == 1 else "match"
    found = f"{safe(news.search.name)}: {counted(news.total, 'document')} {match}"
    if not kept:
        return f"{found}; nobody looked before, and with --keep that stays so"
    known = "it counts" if news.total == 1 else "they count"
    return f"{found}; {known} as known from now on, and the next `coopsearch news` says what is new"


def news_lines(news: News, stream: IO[str]) -> Iterator[str]:
    """Yield the lines of what is new, changed and gone, as they are shown on ``stream``."""
    colour = has_colour(stream)
    yield wrapped(heading(news, stream), stream)
    for kind in _ORDER:
        items = [item for item in news.items if item.kind == kind]
        if not items:
            continue
        yield ""
        yield styled(kind, MATCH if kind in {Kind.NEW, Kind.CHANGED} else BOLD, colour=colour)
        yield from _listed(kind, items, stream)


def _listed(kind: Kind, items: Sequence[Item], stream: IO[str]) -> Iterator[str]:
    colour = has_colour(stream)
    if kind in {Kind.NEW, Kind.CHANGED}:
        hits = [item.hit for item in items if item.hit is not None]
        for number, hit in enumerate(hits):
            if number:
                yield ""
            yield from hit_lines(hit, stream)
        if len(hits) < len(items):
            more = f"and {len(items) - len(hits):,} more; -n {len(items)} shows them"
            yield styled(f"   {more}", DIM, colour=colour)
        return
    for item in items[:_GONE]:
        yield "   " + styled(safe(shown_path(item.path), ADDRESS), PATH, colour=colour)
    if len(items) > _GONE:
        yield styled(f"   and {len(items) - _GONE:,} more; --json names them all", DIM, colour=colour)


def json_lines(news: News) -> list[str]:
    """Return a line of JSON for each document that is news."""
    return [as_json(_value(news, item)) for item in news.items]


def _value(news: News, item: Item) -> dict[str, Any]:
    value: dict[str, Any] = {
        "search": news.search.name,
        "query": news.search.query,
        "kind": str(item.kind),
        "since": news.since,
        **addresses(item.path),
    }
    return {**value, **json_value(item.hit)} if item.hit is not None else value


def alert(news: News) -> tuple[str, str]:
    """Return the title and the text of a notification."""
    counts = ", ".join(f"{count:,} {kind}" for kind in _ORDER if (count := news.count(kind)))
    first = next((item for item in news.items if item.hit is not None), news.items[0])
    said = first.hit.title if first.hit is not None else shown_path(first.path)
    more = f" and {len(news.items) - 1:,} more" if len(news.items) > 1 else ""
    return f"coopsearch {safe(news.search.name)}: {counts}", f"{safe(said, QUOTED)}{more}"


def _when(moment: str) -> str:
    """Return a moment of the desk as a person says it, or as it stands there."""
    try:
        then = calendar.timegm(time.strptime(moment, "%Y-%m-%dT%H:%M:%SZ"))
    except ValueError:
        return safe(moment, QUOTED)
    if (seconds := time.time() - then) < 0:
        return safe(moment, QUOTED)
    return f"{time.strftime('%Y-%m-%d %H:%M', time.localtime(then))} ({ago(seconds)})"
