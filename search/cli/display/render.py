"""Hits as text for a person and as JSON for a program.

Does not depend on command-line options.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import IO, Any, Final

from coopsearch.search.cli.display.characters import JOINERS
from coopsearch.search.cli.display.terminal import (
    ADDRESS,
    BOLD,
    DIM,
    MATCH,
    PATH,
    QUOTED,
    TITLE,
    has_colour,
    safe,
    safe_pieces,
    styled,
    width,
)
from coopsearch.search.model import Changed, Coverage, Hit, Results, shown_path

#: Around a match where there is no colour to show it: the first that the text does not hold itself.
_MARKS: Final = ("*", "**", "***", "_", "^", "~", "|")
#: Characters shown of the headings above a passage.
_HEADINGS: Final = 600
#: Values of a facet that are shown to a person; a program gets all.
_VALUES: Final = 20
#: What a value is called that is not there.
_NAMELESS: Final = {"lang": "undecided", "type": "none", "year": "no date", "folder": "."}
#: Stands for the beginning and end of a match while lines are broken; no document can hold them, as
#: control characters have been replaced by then.
_OPEN, _CLOSE = "\x01", "\x02"


def text_lines(results: Results, stream: IO[str]) -> Iterator[str]:
    """Yield the lines of an answer as it is shown on ``stream``."""
    colour, columns = has_colour(stream), width(stream)
    for hit in results:
        if hit.rank > 1:
            yield ""
        name = results.indexes.get(hit.index_folder, "")
        yield from _hit(hit, name, colour=colour, columns=columns)


def hit_lines(hit: Hit, stream: IO[str]) -> Iterator[str]:
    """Yield the lines of one hit as it is shown on ``stream``."""
    return _hit(hit, colour=has_colour(stream), columns=width(stream))


def summary(results: Results, *, require_all: bool = False) -> str:
    """Return what says how much was found."""
    if not results.total:
        return f"no match in {counted(results.documents, 'document')}"
    verb = "matches" if results.documents == 1 else "match"
    parts = [f"{results.total:,} of {counted(results.documents, 'document')} {verb}"]
    if results.total != results.total_all and not require_all:
        parts.append(f"{results.total_all:,} hold{'s' if results.total_all == 1 else ''} all words")
    if results.hits and results.total > len(results):
        parts.append(f"best {len(results):,} shown")
    if near := sum(len(hit.near) for hit in results):
        parts.append(f"{near:,} nearly the same folded into them")
    return "; ".join(parts)


def coverage(covered: Coverage | None, changed: Changed | None, now: float) -> str:
    """Return what says how much of the sources was searched: short where that is all, "" if nobody knows.

    ``now`` is in seconds since 1970. The age of the index is told where that alone is known of changes.
    """
    if covered is None:
        return ""
    counts = [
        f"{count:,} {what}"
        for count, what in (
            (covered.in_part, "in part"),
            (covered.no_text, "without text"),
            (covered.encrypted, "encrypted"),
            (covered.unsupported, "unsupported"),
            (covered.too_large, "too large"),
            (covered.failed, "failed"),
        )
        if count
    ]
    if covered.files == covered.searched:
        all_ = f"all {covered.files:,} files searched" if covered.files > 1 else "1 file searched"
        searched = all_ if covered.files else "there was no file to search"
    else:
        searched = f"searched {covered.searched:,} of {counted(covered.files, 'file')}"
    parts = [f"{searched}: {', '.join(counts)}" if counts else searched]
    if covered.unread:
        parts.append(f"{counted(covered.unread, 'attached or archived file')} not read")
    if covered.updated is None:
        parts.append("the index is not complete; run `coopsearch index`")
    elif changed is None:
        parts.append(f"index brought up to date {ago(now - covered.updated)}")
    elif any(changed):
        parts.append(f"since then {changes(changed)}; run `coopsearch index`")
    return "; ".join(parts)


def changes(changed: Changed) -> str:
    """Return how many files are not as they were."""
    return ", ".join(f"{count:,} {what}" for what, count in changed._asdict().items() if count)


def ago(seconds: float) -> str:
    """Return how long ago that was, in the largest unit that fits."""
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return f"{counted(int(seconds // length), unit)} ago"
    return "just now"


def json_line(hit: Hit, notes: Sequence[str] = ()) -> str:
    """Return a hit as one line of JSON, with what the answer says of how its query was read."""
    value: dict[str, Any] = {
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "path": hit.path,
        "shown": hit.shown,
        "absolute": hit.absolute,
        "title": hit.title,
        "language": hit.language,
        "heading": list(hit.heading),
        "line": hit.line,
        "page": hit.page,
        "snippet": hit.snippet,
        "matches": [list(match) for match in hit.matches],
        "title_matches": [list(match) for match in hit.title_matches],
        "field_matches": {
            name: [list(match) for match in spans] for name, spans in hit.field_matches.items()
        },
        "type": hit.type,
        "date": hit.date,
        "fields": dict(hit.fields),
    }
    if hit.index_folder:
        value["index"] = hit.index_folder
    if hit.recognised:
        value["ocr"] = True
    if hit.also:
        value["also"] = list(hit.also)
    if hit.near:
        value["near"] = list(hit.near)
    if notes:
        value["notes"] = list(notes)
    if hit.explanation:
        from coopsearch.search.cli.display.explanation_text import as_values

        value["explanation"] = as_values(hit)
    return as_json(value)


def facet_lines(facets: Mapping[str, Mapping[str, int]], *, after_hits: bool) -> Iterator[str]:
    """Yield how many documents there are of each value, a line for each facet, the most first."""
    if after_hits:
        yield ""
    for facet, counts in facets.items():
        # Folders of several indexes are named in full.
        values = [shown_path(value) if os.path.isabs(value) else value for value in counts]  # noqa: PTH117
        named = zip(values, counts.values(), strict=True)
        shown = [f"{safe(value, QUOTED) or _NAMELESS[facet]} {count:,}" for value, count in named]
        if len(shown) > _VALUES:
            shown[_VALUES:] = [f"and {len(shown) - _VALUES:,} more"]
        yield f"{facet}: {', '.join(shown) or 'none'}"


def coverage_line(covered: Coverage | None, changed: Changed | None, warning: str = "") -> str:
    """Return what was searched as one line of JSON: null where that is not known, and why it is not."""
    from coopsearch.search.indexdir.coverage import as_value

    value: dict[str, object] = {"coverage": None if covered is None else as_value(covered, changed)}
    return as_json({**value, "warning": warning} if warning else value)


def as_json(value: object) -> str:
    """Return a value as one line of JSON in ASCII: it survives any encoding and acts on no terminal."""
    # Of what is ASCII and acts, json leaves DEL as it is.
    return json.dumps(value).replace("\x7f", "\\u007f")


def _hit(hit: Hit, index: str = "", *, colour: bool, columns: int) -> Iterator[str]:
    number = f"{hit.rank}."
    indent = " " * (len(number) + 1)
    yield f"{styled(number, DIM, colour=colour)} {_title(hit, colour=colour)}"
    place = safe(shown_path(hit.path), ADDRESS)
    if hit.line is not None:
        place += f":{hit.line}"
    if hit.page is not None:
        place += f", page {hit.page}"
    details = [hit.language, f"score {hit.score:.2f}", "text from OCR" if hit.recognised else ""]
    if index:
        details.insert(0, f"[{index}]")
    tail = "  ".join(safe(detail) for detail in details if detail)
    yield f"{indent}{styled(place, PATH, colour=colour)}  {styled(tail, DIM, colour=colour)}"
    for how, others in (("also at", hit.also), ("nearly the same at", hit.near)):
        for other in others:
            place = styled(safe(shown_path(other), ADDRESS), PATH, colour=colour)
            yield f"{indent}{styled(how, DIM, colour=colour)} {place}"
    if hit.heading:
        heading = safe(" › ".join(hit.heading), _HEADINGS)
        for line in _lines(heading, columns - len(indent) if columns else 0):
            yield indent + styled(line, BOLD, colour=colour)
    for name, matches in hit.field_matches.items():
        people, shown = _those_met(hit.fields[name], matches)
        yield from _text(people, shown, f"{name}: ", indent, colour=colour, columns=columns)
    if hit.snippet:
        yield from _text(hit.snippet, hit.matches, "", indent, colour=colour, columns=columns)
    elif hit.span[1] > hit.span[0]:
        yield indent + styled("The text is not in this index.", DIM, colour=colour)
    elif hit.title_matches and not hit.field_matches:
        yield indent + styled("Only the title holds what was asked for.", DIM, colour=colour)
    if hit.explanation:
        # Imported here: few ask for it.
        from coopsearch.search.cli.display.explanation_text import explained

        yield from explained(hit, indent, colour=colour)


def _title(hit: Hit, *, colour: bool) -> str:
    if not hit.title_matches or len(hit.title) > QUOTED:
        return styled(safe(hit.title, QUOTED), TITLE, colour=colour)
    text, mark = _marked(hit.title, hit.title_matches)
    if not colour:
        return _dressed(text, mark, colour=False)
    # What is marked is in its own style, and the style of titles goes on behind it.
    return styled(
        text.replace(_CLOSE, f"\x1b[0;{TITLE}m").replace(_OPEN, f"\x1b[0;{MATCH}m"), TITLE, colour=True
    )


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


def _text(
    given: str, matches: Sequence[tuple[int, int]], label: str, indent: str, *, colour: bool, columns: int
) -> Iterator[str]:
    text, mark = _marked(given, matches)
    lines = _lines(label + text, columns - len(indent) if columns else 0)
    inside = False
    for line in lines:
        # A match that is broken over two lines is closed on the first and opened on the second.
        whole = (_OPEN if inside else "") + line
        inside = whole.count(_OPEN) > whole.count(_CLOSE)
        yield indent + _dressed(whole + (_CLOSE if inside else ""), "" if colour else mark, colour=colour)


def _marked(text: str, matches: Sequence[tuple[int, int]]) -> tuple[str, str]:
    """Return a text made safe, a sign on both sides of each match, and what stands there without colour."""
    # Made safe as one text: what may stay of a character can depend on its neighbours.
    pieces = safe_pieces(text, [place for match in matches for place in match])
    marked = [(_OPEN, _CLOSE)[number % 2] + piece for number, piece in enumerate(pieces[1:])]
    return pieces[0] + "".join(marked), _mark(pieces)


def _lines(text: str, columns: int) -> list[str]:
    """Return a text broken between words; 0 columns are a pipe, where it is one line.

    A word is never broken: that would cut marks off their letters.
    """
    return wrap(text, columns, break_long_words=False, break_on_hyphens=False) if columns else [text]


def _mark(pieces: list[str]) -> str:
    """Return what stands around a match without colour, so that no text can look as if it were marked."""
    text = "".join(pieces)
    return next((mark for mark in _MARKS if mark not in text), "")


def _dressed(line: str, mark: str, *, colour: bool) -> str:
    if colour:
        return line.replace(_OPEN, f"\x1b[{MATCH}m").replace(_CLOSE, "\x1b[0m")
    for sign in (_OPEN, _CLOSE) if mark else ():
        # A joiner that a mark parts from its letter joins nothing any more, and would be there unseen.
        for joiner in JOINERS:
            line = line.replace(joiner + sign, sign).replace(sign + joiner, sign)
    return line.replace(_OPEN, mark).replace(_CLOSE, mark)


def counted(number: int, noun: str) -> str:
    """Return a number with what it counts."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
