"""A document as it is shown: its head, its text or a part of it, and the places of a query in it.

What is foreign is made safe here, a line at a time. Does not depend on command-line options or an index.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from coopsearch.search.cli.display.marked_text import MARKS, MarkedText
from coopsearch.search.cli.display.render import counted
from coopsearch.search.cli.display.terminal import (
    ADDRESS,
    BOLD,
    DIM,
    PATH,
    QUOTED,
    TITLE,
    has_colour,
    page_text,
    safe,
    styled,
    width,
)
from coopsearch.search.cli.display.wrapping import broken
from coopsearch.search.model import MODIFIED, Document, shown_path
from coopsearch.search.page_labels import label_of, shown_fields

if TYPE_CHECKING:
    from coopsearch.search.results.places import Place, Places

#: Characters shown of the headings above a passage.
_HEADINGS: Final = 600
#: Before the lines of the passage of a hit among others, and before those of the others.
_HIT, _OTHER = "▌ ", "  "
Spans = Sequence[tuple[int, int]]


class Looks(NamedTuple):
    """How lines are dressed."""

    colour: bool
    columns: int
    """To fill; 0 where a line has no end, as in a pipe."""
    mark: str = ""
    """What stands around a match without colour."""


def looks_on(stream: IO[str], text: str = "") -> Looks:
    """Return how a text is dressed on a stream."""
    return Looks(has_colour(stream), width(stream), next((mark for mark in MARKS if mark not in text), ""))


def head_lines(found: Places, looks: Looks, *, place: str = "", about: str = "") -> Iterator[str]:
    """Yield the title of a document, where it is, and what it says of itself.

    ``place`` is where in it something stands, ``about`` why it is shown.
    """
    document = found.document
    title = document.title if len(document.title) <= QUOTED else f"{document.title[: QUOTED - 1]}…"
    matches = [(start, min(end, len(title))) for start, end in found.title_matches if start < len(title)]
    yield from marked_lines(title, matches, looks, style=TITLE) if title else [""]
    address = safe(shown_path(document.path), ADDRESS)
    for line in broken(f"{address}{place}", looks.columns, address=True):
        yield styled(line, PATH, colour=looks.colour)
    when = document.date or (f"modified {document.modified}" if document.modified else "")
    said = "  ".join(filter(None, [document.type, when, about]))
    for line in broken(safe(said, QUOTED), looks.columns):
        yield styled(line, DIM, colour=looks.colour)
    for name, value in shown_fields(document.type, document.fields).items():
        if name == MODIFIED and not document.date:
            continue  # it was told above
        label = styled(safe(name), DIM, colour=looks.colour)
        matches = list(found.field_matches.get(name, ()))
        if not matches:
            yield f"{label}  {safe(value)}"
            continue
        for number, line in enumerate(marked_lines(value, matches, looks._replace(columns=0))):
            yield f"{label if number == 0 else ' ' * len(safe(name))}  {line}"


def whole_lines(found: Places, looks: Looks, hit: range = range(0)) -> Iterator[str]:
    """Yield the whole text, with the matches marked, and the passages of a hit pointed at."""
    document = found.document
    spans, at, page = spans_of(found), 0, None
    for number, passage in enumerate(document.passages):
        # What stands between passages (rules, marks) is text too.
        yield from _between(document.text[at : passage.start], looks, pointed=bool(hit))
        yield ""
        if passage.page is not None and passage.page != page:
            page = passage.page
            yield from (_page(document, page, looks), "")
        yield from _passage(document, number, spans, hit, looks)
        at = passage.end
    yield from _between(document.text[at:], looks, pointed=bool(hit))


def around_lines(
    found: Places, numbers: range, hit: range, looks: Looks, *, counts: bool = True
) -> Iterator[str]:
    """Yield some passages, with the headings above the first, and how many there are before and after."""
    document = found.document
    passages, spans = document.passages, spans_of(found)
    first = passages[numbers[0]]
    # A person wants to know what is left out; a program counts for itself.
    told = counts and bool(looks.columns)
    indent = _OTHER if hit and looks.columns else ""
    if first.heading:
        yield from _headings(first.heading, looks, indent)
    if told and numbers[0]:
        yield from (
            "",
            styled(f"{indent}… {counted(numbers[0], 'passage')} before", DIM, colour=looks.colour),
        )
    page = first.page
    for number in numbers:
        yield ""
        if passages[number].page not in (None, page):
            page = passages[number].page
            yield from (indent + _page(document, page, looks), "")
        yield from _passage(document, number, spans, hit, looks)
    if told and (left := len(passages) - numbers[-1] - 1):
        yield from ("", styled(f"{indent}… {counted(left, 'passage')} after", DIM, colour=looks.colour))


def place_lines(found: Places, looks: Looks, context: int = 0) -> Iterator[str]:
    """Yield each place with its number, where it stands, and so many passages around it."""
    document, total = found.document, len(found.places)
    starts = [passage.start for passage in document.passages]
    ends = [passage.end for passage in document.passages]
    spans = spans_of(found)
    for place in found.places:
        yield ""
        where = styled(where_text(place), PATH, colour=looks.colour)
        number = styled(f"place {place.number:,} of {total:,}", DIM, colour=looks.colour)
        yield f"{number}  {where}".rstrip()
        hit = range(bisect_left(starts, place.start), bisect_left(ends, place.end) + 1)
        if context:
            numbers = range(max(0, hit[0] - context), min(len(starts), hit[-1] + 1 + context))
            yield from around_lines(found, numbers, hit, looks, counts=False)
            continue
        if place.heading:
            yield from _headings(place.heading, looks, "")
        for one in hit:
            yield from _passage(document, one, spans, range(0), looks)


def where_text(place: Place) -> str:
    """Return the page or the line of a place, as it is shown."""
    if place.page is not None:
        return page_text(place.page, place.page_label)
    return "" if place.line is None else f"line {place.line:,}"


def marked_lines(
    text: str, matches: Spans, looks: Looks, *, style: str = "", gutter: str = ""
) -> Iterator[str]:
    """Yield the lines of a text with its matches marked; long ones broken between words for a terminal."""
    columns = max(1, looks.columns - len(gutter)) if looks.columns else 0
    at = 0
    for line in text.splitlines(keepends=True):
        bare = line.splitlines()[0]
        mine = [(max(0, low - at), min(len(bare), high - at)) for low, high in matches]
        at += len(line)
        shown = [(low, high) for low, high in mine if low < high]
        marked = MarkedText(bare, shown, colour=looks.colour, mark=looks.mark)
        for part in marked.lines(columns, style=style):
            yield gutter + part


def spans_of(found: Places) -> list[tuple[int, int]]:
    """Return where in the text of the document the matches of all places stand, in order."""
    return [(one.start + low, one.start + high) for one in found.places for low, high in one.matches]


def _passage(document: Document, number: int, spans: Spans, hit: range, looks: Looks) -> Iterator[str]:
    passage = document.passages[number]
    start, end = passage.start, passage.end
    low = bisect_right(spans, start, key=lambda span: span[1])
    high = bisect_left(spans, end, key=lambda span: span[0])
    matches = [(max(begin, start) - start, min(stop, end) - start) for begin, stop in spans[low:high]]
    gutter = (_HIT if number in hit else _OTHER) if hit and looks.columns else ""
    style = BOLD if passage.level else ""
    yield from marked_lines(document.text[start:end], matches, looks, style=style, gutter=gutter)


def _headings(heading: Sequence[str], looks: Looks, indent: str) -> Iterator[str]:
    text = safe(" › ".join(heading), _HEADINGS)
    for line in broken(text, max(1, looks.columns - len(indent)) if looks.columns else 0):
        yield indent + styled(line, BOLD, colour=looks.colour)


def _page(document: Document, page: int | None, looks: Looks) -> str:
    label = label_of(document.type, document.fields, page)
    return styled(page_text(page or 0, label), DIM, colour=looks.colour)


def _between(text: str, looks: Looks, *, pointed: bool) -> Iterator[str]:
    gutter = _OTHER if pointed and looks.columns else ""
    for line in text.splitlines():
        if line and not line.isspace():
            yield from marked_lines(line, (), looks, gutter=gutter)
