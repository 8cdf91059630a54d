"""News of saved searches as text for a person and as JSON for a program.

Does not depend on command-line options.
"""

from __future__ import annotations

import calendar
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Final

from coopsearch.search.cli.display.render import ago, as_json, counted, hit_lines
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

_NONE: Final[Mapping[str, str]] = {}
_ORDER: Final = (Kind.NEW, Kind.CHANGED, Kind.GONE, Kind.LEFT)
#: Addresses of a kind that are listed of documents that are gone.
_GONE: Final = 20


def heading(news: News, stream: IO[str], *, homes: Mapping[str, str] = _NONE) -> str:
    """Return what says how much is new; ``homes`` has names for the indexes in whose desks searches are."""
    colour = has_colour(stream)
    counts = [f"{count:,} {kind}" for kind in _ORDER if (count := news.count(kind))]
    name = styled(_name(news, homes=homes), BOLD, colour=colour)
    since = f" since {_when(news.since)}" if news.since else ""
    match = "matches" if news.total == 1 else "match"
    return (
        f"{name}: {', '.join(counts) or 'nothing new'}{since}; {counted(news.total, 'document')} {match} now"
    )


def _name(news: News, *, homes: Mapping[str, str]) -> str:
    """Return the name of a search, and of its index where several were asked for their searches."""
    of = f" [{homes[str(news.home)]}]" if homes else ""
    return safe(f"{news.search.name}{of}", QUOTED)


def first_look(news: News, *, kept: bool, homes: Mapping[str, str] = _NONE) -> str:
    """Return what is said of a search that nobody looked at before."""
    match = "matches" if news.total == 1 else "match"
    found = f"{_name(news, homes=homes)}: {counted(news.total, 'document')} {match}"
    if not kept:
        return f"{found}; nobody looked before, and with --keep that stays so"
    known = "it counts" if news.total == 1 else "they count"
    return f"{found}; {known} as known from now on, and the next `coopsearch news` says what is new"


def news_lines(
    news: News, stream: IO[str], *, homes: Mapping[str, str] = _NONE, labels: Mapping[str, str] = _NONE
) -> Iterator[str]:
    """Yield the lines of what is new, changed and gone, as they are shown on ``stream``.

    ``labels`` has names for the indexes of hits, where a search asks several.
    """
    colour = has_colour(stream)
    yield wrapped(heading(news, stream, homes=homes), stream)
    for kind in _ORDER:
        items = [item for item in news.items if item.kind == kind]
        if not items:
            continue
        yield ""
        yield styled(kind, MATCH if kind in {Kind.NEW, Kind.CHANGED} else BOLD, colour=colour)
        yield from _listed(kind, items, stream, labels)


def _listed(kind: Kind, items: Sequence[Item], stream: IO[str], labels: Mapping[str, str]) -> Iterator[str]:
    colour = has_colour(stream)
    if kind in {Kind.NEW, Kind.CHANGED}:
        hits = [item.hit for item in items if item.hit is not None]
        for number, hit in enumerate(hits):
            if number:
                yield ""
            yield from hit_lines(hit, stream, labels.get(hit.index_folder, ""))
        if len(hits) < len(items):
            more = f"and {len(items) - len(hits):,} more; -n {len(items)} shows them"
            yield styled(f"   {more}", DIM, colour=colour)
        return
    for item in items[:_GONE]:
        yield "   " + styled(safe(shown_path(item.path), ADDRESS), PATH, colour=colour)
    if len(items) > _GONE:
        yield styled(f"   and {len(items) - _GONE:,} more; --json names them all", DIM, colour=colour)


def json_lines(news: News, *, homes: Mapping[str, str] = _NONE) -> list[str]:
    """Return a line of JSON for each document that is news, with ``homes`` with the index of the desk."""
    # Imported here: a person reads text.
    from coopsearch.search.values.desk import news_value

    return [as_json(news_value(news, item, desk=bool(homes))) for item in news.items]


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
