"""How a hit is laid out for a person, on a terminal of any width and in a pipe.

On a terminal a hit has its number and title first, then where it stands, the headings above the passage, and
the passage; lines are broken between words. Each line is of one direction as far as that is possible, so
that Arabic is read in its order without a sign that would have to be inserted. A pipe has no end of lines,
and no colour. Does not depend on command-line options.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import IO, Final, NamedTuple

from coopsearch.search.cli.display.marked_text import MarkedText
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
    shown_path,
    styled,
    width,
)
from coopsearch.search.cli.display.wrapping import broken, cells
from coopsearch.search.model import Hit, HitPassage

#: Characters shown of the headings above a passage.
_HEADINGS: Final = 600
#: What stands at the ends of a snippet that is a part of its passage.
_CUT: Final = "…"


class Look(NamedTuple):
    """What the place where hits are shown allows, and what is shown of each."""

    colour: bool
    columns: int
    """0 for a pipe."""
    links: bool = False
    dates: bool = False
    """Whether the days of documents are what is asked for."""

    @classmethod
    def of(cls, stream: IO[str], *, dates: bool = False) -> Look:
        """Return what a stream allows."""
        return cls(has_colour(stream), width(stream), _has_links(stream), dates)


def _has_links(stream: IO[str]) -> bool:
    if not stream.isatty() and "COOPSEARCH_HYPERLINKS" not in os.environ:
        return False
    # Imported here: what goes into a pipe has no links.
    from coopsearch.search.cli.display.links import has_links

    return has_links(stream)


def hit_lines(hit: Hit, look: Look, last: int = 0, index: str = "") -> Iterator[str]:
    """Yield the lines of a hit.

    ``last`` is the highest number beside which it is shown, ``index`` the name of its index, if several were
    asked.
    """
    number = f"{hit.rank}."
    # On a terminal all hits are indented alike.
    indent = " " * (len(f"{max(last, hit.rank)}.") + 1 if look.columns else len(number) + 1)
    columns = max(look.columns - len(indent), 1) if look.columns else 0
    before = styled(number, DIM, colour=look.colour) + indent[len(number) :]
    for line in _title(hit, columns, colour=look.colour):
        yield before + line
        before = indent
    for line in _place(hit, look, columns, index):
        yield indent + line
    for how, others in (("also at", hit.also), ("nearly the same at", hit.near)):
        for other in others:
            place = safe(shown_path(other), ADDRESS)
            for at, line in enumerate(broken(place, columns, taken=len(how) + 1, address=True)):
                said = f"{styled(how, DIM, colour=look.colour)} " if not at else ""
                yield indent + said + styled(line, PATH, colour=look.colour)
    for line in _inside(hit, look, columns):
        yield indent + line
    if hit.explanation:
        # Imported here: few ask for it.
        from coopsearch.search.cli.display.explanation_text import explained

        yield from explained(hit, indent, colour=look.colour)


def snippet_lines(hit: Hit, look: Look, indent: str) -> Iterator[str]:
    """Yield what a hit shows of its text, or the title that holds what was asked for."""
    columns = max(look.columns - len(indent), 1) if look.columns else 0
    lines = _snippet(hit, "", look, columns) if hit.snippet else _title(hit, columns, colour=look.colour)
    if hit.snippet or hit.title_matches:
        yield from (indent + line for line in lines)


def _title(hit: Hit, columns: int, *, colour: bool) -> Iterator[str]:
    matches = hit.title_matches if len(hit.title) <= QUOTED else ()
    shown = hit.title if matches else safe(hit.title, QUOTED)
    yield from MarkedText(shown, matches, colour=colour).lines(columns, style=TITLE)


def _place(hit: Hit, look: Look, columns: int, index: str) -> Iterator[str]:
    """Yield where a hit stands, and what is said of it beside that."""
    place = safe(shown_path(hit.path), ADDRESS)
    if not hit.passages:
        place += _at(hit)
    said = [f"[{index}]" if index else "", hit.language]
    if look.columns:
        said += [_day(hit) if look.dates else "", f"score {hit.score:.2f}" if hit.explanation else ""]
    else:
        said.append(f"score {hit.score:.2f}")
    said.append("text from OCR" if hit.recognised else "")
    tail = "  ".join(safe(one) for one in said if one)
    *lines, last = broken(place, columns, address=True)
    fits = not columns or cells(last) + 2 + cells(tail) <= columns
    ends = f"  {styled(tail, DIM, colour=look.colour)}" if fits and (tail or not columns) else ""
    for line in lines:
        yield _linked(line, hit, look)
    yield _linked(last, hit, look) + ends
    if tail and not fits:
        yield styled(tail, DIM, colour=look.colour)


def _day(hit: Hit) -> str:
    """Return the day of a document; when its file was changed last where it says none itself."""
    return hit.date or (f"modified {hit.modified}" if hit.modified else "")


def _linked(text: str, hit: Hit, look: Look) -> str:
    shown = styled(text, PATH, colour=look.colour)
    if not look.links:
        return shown
    from coopsearch.search.cli.display.links import linked

    return linked(shown, hit.file or hit.path, f"hit{hit.rank}")


def _at(hit: Hit) -> str:
    place = f":{hit.line}" if hit.line is not None else ""
    return place if hit.page is None else f"{place}, {page_text(hit.page, hit.page_label)}"


def _inside(hit: Hit, look: Look, columns: int) -> Iterator[str]:
    """Yield what of the document shows why it is a hit."""
    if hit.heading and not hit.passages:
        yield from _heading(hit.heading, hit.title, look, columns)
    for name, matches in hit.field_matches.items():
        people, shown = _those_met(hit.fields[name], matches)
        moved = len(name) + 2
        text = MarkedText(
            f"{name}: {people}", [(low + moved, high + moved) for low, high in shown], colour=look.colour
        )
        yield from text.lines(columns)
    if hit.passages:
        yield from _passages(hit, look, columns)
    elif hit.snippet:
        yield from _snippet(hit, "", look, columns)
    elif hit.span[1] > hit.span[0]:
        yield styled("The text is not in this index.", DIM, colour=look.colour)
    elif hit.title_matches and not hit.field_matches:
        yield styled("Only the title holds what was asked for.", DIM, colour=look.colour)


def _heading(heading: Sequence[str], title: str, look: Look, columns: int) -> Iterator[str]:
    if look.columns and heading[0] == title:
        # It was read a line above.
        heading = heading[1:]
    if heading:
        shown = safe(" › ".join(heading), _HEADINGS)
        for line in broken(shown, columns):
            yield styled(line, DIM if look.columns else BOLD, colour=look.colour)


def _passages(hit: Hit, look: Look, columns: int) -> Iterator[str]:
    """Yield each passage with its place, and the headings above it where they are others than before."""
    heading: tuple[str, ...] = ()
    before = ""
    for passage in hit.passages:
        if passage.heading != heading:
            heading = passage.heading
            # A heading that is a passage shown itself was read a line above.
            if heading and heading[-1] != before:
                yield from _heading(heading, hit.title, look, columns)
        before = passage.snippet
        place = f"page {passage.page}" if passage.page is not None else ""
        place = place or (f"line {passage.line}" if passage.line is not None else "·")
        yield from _snippet(passage, place, look, columns)


def _snippet(shown: Hit | HitPassage, place: str, look: Look, columns: int) -> Iterator[str]:
    """Yield a snippet between its surroundings, a place before it if that is given."""
    text, matches = shown.snippet, shown.matches
    if shown.before and text.startswith(f"{_CUT} "):
        # What was cut off there is what stands before it.
        text, matches = text[2:], tuple((low - 2, high - 2) for low, high in matches)
    if shown.after and text.endswith(f" {_CUT}"):
        text = text[:-2]
    label, taken = "", 0
    if place:
        label, taken = f"{styled(place, DIM, colour=look.colour)}  ", len(place) + 2
    for line in _around(shown.before, look, columns, taken):
        yield label + line
        label, taken = "", 0
    for line in MarkedText(text, matches, colour=look.colour).lines(columns, taken=taken):
        yield label + line
        label = ""
    yield from _around(shown.after, look, columns, 0)


def _around(text: str, look: Look, columns: int, taken: int) -> Iterator[str]:
    for line in text.split("\n") if text else ():
        for shown in broken(safe(line), columns, taken=taken):
            yield styled(shown, DIM, colour=look.colour)
        taken = 0


def _those_met(people: str, matches: Sequence[tuple[int, int]]) -> tuple[str, Sequence[tuple[int, int]]]:
    """Leave of a long list of people those that are marked, as many as fit."""
    if len(people) <= QUOTED:
        return people, matches
    shown, moved, start = "", [], 0
    for one in people.split(","):
        mine = [(max(low, start), min(high, start + len(one))) for low, high in matches]
        mine = [(low, high) for low, high in mine if low < high]
        if mine and len(shown) + len(one) <= QUOTED:
            at = len(shown) - start - (len(one) - len(one.lstrip()))
            moved += [(low + at, high + at) for low, high in mine]
            shown += f"{one.lstrip()}, "
        start += len(one) + 1
    return f"{shown}…", moved
