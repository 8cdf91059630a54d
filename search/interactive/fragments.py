"""The parts of the screen as lines of styled text, cut and broken by the cells of a terminal.

Nothing of a document gets here that was not made safe. Does not depend on an index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from prompt_toolkit.utils import get_cwidth

from coopsearch.search.cli.display.terminal import ADDRESS, QUOTED, page_text, safe, safe_pieces, shown_path
from coopsearch.search.interactive.state import State
from coopsearch.search.model import Hit, Passage
from coopsearch.search.results.places import Place, Places

Fragment = tuple[str, str]
Line = list[Fragment]

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
        title = _cut(f"{hit.rank:>2}. {safe(hit.title, QUOTED)}", width)
        lines.append([(f"class:title {style}", _filled(title, width))])
        place = f"    {_cut_left(_place_of(hit, labels.get(hit.index_folder, '')), width - 4)}"
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
        lines.append([(style, _filled(_cut(f" {label:7} {safe(value, QUOTED)}  {count:,}", width), width))])
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
        lines.append([("class:dim", _cut("Only its title or its people hold what was asked for.", width))])
        return lines
    place = places.places[min(state.place, len(places.places) - 1)]
    where = f"place {place.number} of {len(places.places)}{_spot(place)}"
    lines.append([("class:dim", _cut(where, width))])
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
        return [("class:error", _cut(safe(state.message, ADDRESS), width))]
    answer = state.answer
    if answer is None or answer.results is None:
        return [("class:dim", _cut("Type a question; words side by side match any of them.", width))]
    results = answer.results
    text = f"{results.total:,} of {results.documents:,} documents · {1000 * results.seconds:.0f} ms"
    if answer.query != answer.typed.strip():
        text += f" · {safe(answer.query.rpartition(' ')[2], QUOTED)}"
    return [("class:dim", _cut(text, width))]


def key_line(width: int) -> Line:
    """Return the keys, as many as fit."""
    line: Line = []
    used = 0
    for key, what in KEYS:
        needed = get_cwidth(key) + 1 + len(what) + 2
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
    style = "class:heading" if passage.level else ""
    pieces = safe_pieces(text, [end for span in spans for end in span])
    marked = [(style if number % 2 == 0 else "class:match", piece) for number, piece in enumerate(pieces)]
    return list(_broken(marked, width))


def _broken(fragments: Sequence[Fragment], width: int) -> Iterator[Line]:
    """Yield lines of at most so many cells, broken between words; a longer word is cut."""
    line: Line = []
    used = 0
    for style, word in _words(fragments):
        cells = get_cwidth(word.rstrip(" \n"))
        if line and used + cells > width:
            yield line
            line, used = [], 0
        while cells > width:
            head = _cut(word, width, ellipsis="") or word[:1]
            yield [(style, head)]
            word = word[len(head) :]  # noqa: PLW2901 - what is left of it
            cells = get_cwidth(word.rstrip(" \n"))
        line.append((style, word.rstrip("\n")))
        used += get_cwidth(word.rstrip("\n"))
        if word.endswith("\n"):
            yield line
            line, used = [], 0
    if line:
        yield line


def _words(fragments: Sequence[Fragment]) -> Iterator[Fragment]:
    """Yield words with the blank behind them, each in its style."""
    for style, text in fragments:
        start = 0
        for at, character in enumerate(text):
            if character in " \n":
                yield style, text[start : at + 1]
                start = at + 1
        if start < len(text):
            yield style, text[start:]


def _wrapped(text: str, width: int) -> list[str]:
    return ["".join(piece for _, piece in line) for line in _broken([("", text)], max(1, width))]


def _cut(text: str, width: int, ellipsis: str = "…") -> str:
    """Return a text of at most so many cells."""
    if get_cwidth(text) <= width:
        return text
    room, used, end = width - get_cwidth(ellipsis), 0, 0
    for end, character in enumerate(text):  # noqa: B007 - the place where it is cut
        used += get_cwidth(character)
        if used > room:
            break
    return text[:end] + ellipsis


def _cut_left(text: str, width: int) -> str:
    """Return the end of a text of at most so many cells: of a path, its end says most."""
    if get_cwidth(text) <= width:
        return text
    used, start = 1, len(text)
    while start and used + get_cwidth(text[start - 1]) <= width:
        start -= 1
        used += get_cwidth(text[start])
    return f"…{text[start:]}"


def _filled(text: str, width: int) -> str:
    """Return a text with blanks up to a width, so that a selected line is one bar."""
    return text + " " * max(0, width - get_cwidth(text))
