"""The parts of the screen as lines of styled text, cut and broken by the cells of a terminal.

Nothing of a document gets here that was not made safe. Does not depend on an index.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from coopsearch.search.cli.display.terminal import ADDRESS, QUOTED, page_text, safe, safe_pieces, shown_path
from coopsearch.search.cli.display.wrapping import CLOSE, OPEN, broken, cells, chopped, cut, cut_left
from coopsearch.search.interactive.state import State
from coopsearch.search.model import Hit, Passage
from coopsearch.search.results.places import Place, Places

Fragment = tuple[str, str]
Line = list[Fragment]

_SIGNS: Final = re.compile(f"([{OPEN}{CLOSE}])")
#: Passages shown before and after a place.
_BEFORE: Final = 2
_AFTER: Final = 12
KEYS: Final = (
    ("↑↓", "hit"), ("^N ^P", "place"), ("PgUp PgDn", "scroll"), ("Enter", "open"), ("^Y", "cite"),
    ("^T", "mark"), ("^F", "narrow"), ("F1", "help"), ("Esc", "quit"),
)  # fmt: skip
HELP: Final = (
    ("type", "The index is asked with each letter. A last word that is found nowhere counts as a beginning."),
    ("Up, Down", "Select a hit. Its passage stands beside the list, or below it on a narrow terminal."),
    ("Ctrl-N, Ctrl-P", "Go to the next or the previous place in the document that holds what was asked."),
    ("PgUp, PgDn", "Scroll the text of the document."),
    ("Enter", "Open the file at its page or line, as `coopsearch open` does."),
    ("Ctrl-Y", "Cite the hit: quote, file, place and checksum, kept in the desk."),
    ("Ctrl-T", "Mark the hit as seen (s), relevant (r) or not relevant (n)."),
    ("Ctrl-F", "Narrow the answer by language, type, year or folder."),
    ("Ctrl-R", "Go back to earlier queries, one after the other."),
    ("Esc, Ctrl-C", "Leave what is open, or quit."),
)


def hit_lines(state: State, width: int) -> list[Line]:
    """Return two lines for each hit: its title, and its place."""
    lines: list[Line] = []
    labels = state.answer.results.indexes if state.answer is not None and state.answer.results else {}
    for number, hit in enumerate(state.hits):
        style = "class:selected" if number == state.selected else ""
        title = cut(f"{hit.rank:>2}. {safe(hit.title, QUOTED)}", width)
        lines.append([(f"class:title {style}", _filled(title, width))])
        place = f"    {cut_left(_place_of(hit, labels.get(hit.index_folder, '')), width - 4)}"
        lines.append([(f"class:place {style}", _filled(place, width))])
    return lines


def choice_lines(state: State, width: int) -> list[Line]:
    """Return a line for each value that the answer can be narrowed by."""
    lines: list[Line] = []
    before = ""
    for number, (facet, value, count) in enumerate(state.choices):
        style = "class:selected" if number == state.choice else ""
        label = facet if facet != before else ""
        before = facet
        lines.append([(style, _filled(cut(f" {label:7} {safe(value, QUOTED)}  {count:,}", width), width))])
    return lines


def help_lines(width: int) -> list[Line]:
    """Return what each key does."""
    lines: list[Line] = []
    for key, what in HELP:
        for at, text in enumerate(_wrapped(what, max(10, width - 18))):
            lines.append([("class:key", f" {key if not at else '':16} "), ("", text)])
    return lines


def preview_lines(state: State, width: int) -> list[Line]:
    """Return the text around the place that is shown, the words marked."""
    found = state.preview
    if found is None:
        return []
    if found.places is None:
        return [[("class:error", line)] for line in _wrapped(safe(found.error), width)]
    places = found.places
    title = safe(places.document.title, QUOTED)
    lines: list[Line] = [[("class:title", line)] for line in _wrapped(title, width)]
    if not places.places:
        lines.append([("class:dim", cut("Only its title or its people hold what was asked for.", width))])
        return lines
    place = places.places[min(state.place, len(places.places) - 1)]
    where = f"place {place.number} of {len(places.places)}{_spot(place)}"
    lines.append([("class:dim", cut(where, width))])
    if place.heading:
        lines += [[("class:heading", line)] for line in _wrapped(safe(" › ".join(place.heading)), width)]
    lines.append([])
    for passage in _around(places, place):
        lines += _passage(places, passage, width)
        lines.append([])
    return lines


def status_line(state: State, width: int) -> Line:
    """Return what says how much was found, or what went wrong."""
    if state.message:
        return [("class:error", cut(safe(state.message, ADDRESS), width))]
    answer = state.answer
    if answer is None or answer.results is None:
        return [("class:dim", cut("Type a question; words side by side match any of them.", width))]
    results = answer.results
    text = f"{results.total:,} of {results.documents:,} documents · {1000 * results.seconds:.0f} ms"
    if answer.query != answer.typed.strip():
        text += f" · {safe(answer.query.rpartition(' ')[2], QUOTED)}"
    return [("class:dim", cut(text, width))]


def key_line(width: int) -> Line:
    """Return the keys, as many as fit."""
    line: Line = []
    used = 0
    for key, what in KEYS:
        needed = cells(key) + 1 + len(what) + 2
        if used + needed > width:
            break
        line += [("class:key", key), ("class:dim", f" {what}  ")]
        used += needed
    return line


def _place_of(hit: Hit, index: str) -> str:
    place = safe(shown_path(hit.path), ADDRESS)
    if hit.page is not None:
        place += f", {page_text(hit.page, hit.page_label)}"
    elif hit.line is not None:
        place += f":{hit.line}"
    return "  ".join(filter(None, [place, safe(f"[{index}]") if index else "", hit.language]))


def _spot(place: Place) -> str:
    if place.page is not None:
        return f", {page_text(place.page, place.page_label)}"
    return f", line {place.line}" if place.line is not None else ""


def _around(places: Places, place: Place) -> Sequence[Passage]:
    """Return the passages before and after a place, and its own."""
    passages = places.document.passages
    at = next((number for number, one in enumerate(passages) if one.start >= place.start), 0)
    return passages[max(0, at - _BEFORE) : at + _AFTER + 1]


def _passage(places: Places, passage: Passage, width: int) -> list[Line]:
    text = places.document.text[passage.start : passage.end]
    spans = [
        (max(0, one.start + low - passage.start), min(len(text), one.start + high - passage.start))
        for one in places.places
        if one.start < passage.end and one.end > passage.start
        for low, high in one.matches
        if one.start + low < passage.end and one.start + high > passage.start
    ]
    pieces = safe_pieces(text, [end for span in spans for end in span])
    marked = pieces[0] + "".join((OPEN, CLOSE)[at % 2] + piece for at, piece in enumerate(pieces[1:]))
    return list(_styled(marked, "class:heading" if passage.level else "", width))


def _styled(marked: str, style: str, width: int) -> Iterator[Line]:
    """Yield the lines of a text, what stands between the signs of a match in the style of one."""
    inside = False
    for line in _lines(marked, width):
        shown: Line = []
        for piece in _SIGNS.split(line):
            if piece in (OPEN, CLOSE):
                inside = piece == OPEN
            elif piece:
                shown.append(("class:match" if inside else style, piece))
        yield shown


def _lines(text: str, width: int) -> Iterator[str]:
    """Yield lines of at most so many cells, broken between words; a longer word is cut."""
    for paragraph in text.split("\n"):
        for line in broken(paragraph, max(1, width)):
            yield from chopped(line, max(1, width))


def _wrapped(text: str, width: int) -> list[str]:
    return list(_lines(text, width))


def _filled(text: str, width: int) -> str:
    """Return a text with blanks up to a width, so that a selected line is one bar."""
    return text + " " * max(0, width - cells(text))
