"""The passage that shows why a document is an answer, with the matched words marked.

Works on a document's own text, so that what is marked are the words as they stand. Does not depend directly
on query syntax or the terminal.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from coopsearch.search.analysis.tokenizer import CutText
from coopsearch.search.engines.as_written import stands_at
from coopsearch.search.lazy import expression
from coopsearch.search.model import Document, Passage
from coopsearch.search.results.highlighter import Highlighter
from coopsearch.search.results.passage_choice import best_passage, starts_of

#: A passage of up to this many characters is shown whole; of a longer one, sentences up to this.
WIDTH: Final = 320
#: Where a sentence ends. It begins with one class of characters, by which a text is passed over ten times as
#: fast.
SENTENCE_END: Final = expression(
    r"[.!?؟۔。！？…؛\n](?:(?<![؛\n])[.!?؟۔。！？…]*[\"'”’»)\]]*\s+|(?<=\n)\s*\n|(?<=؛)\s+|(?<=[。！？]))"
)
_BLANK: Final = expression(r"\s+")
#: White space that is not one blank.
_WIDE: Final = expression(r"\s\s|[^\S ]")


class Snippet(NamedTuple):
    """What to show of a document."""

    text: str
    matches: tuple[tuple[int, int], ...]
    passage: Passage | None
    """The passage it is from; None for a document without text."""
    line: int | None
    title_matches: tuple[tuple[int, int], ...] = ()
    """Where in the document's title the matches stand."""
    field_matches: Mapping[str, tuple[tuple[int, int], ...]] = MappingProxyType({})
    """Where in the fields that name the people of a mail the matches stand."""
    window: tuple[int, int] = (0, 0)
    """Where in the document's text it begins and ends."""


#: Of a hit that was asked for without one.
NO_SNIPPET: Final = Snippet("", (), None, None)


def best_snippet(document: Document, marking: Highlighter) -> Snippet:
    """Choose the passage that holds most of what is wanted, the first of equals, and cut it to fit."""
    best = best_passage(document, marking)
    if best is None:
        return NO_SNIPPET
    return snippet_of(document.text[best.start : best.end], best, marking)


def matches_in(document: Document, passage: Passage, marking: Highlighter) -> list[tuple[int, int]]:
    """Return the ranges of a document's text that match within a passage, in order and apart."""
    text = document.text[passage.start : passage.end]
    return [
        (passage.start + low, passage.start + high) for low, high in _spans(text, passage.language, marking)
    ]


def sentences_around(text: str, matches: list[tuple[int, int]]) -> tuple[int, int]:
    """Return the range of the whole sentences that hold most of the matches: of all of a text without any."""
    if not matches:
        return 0, len(text)
    cuts = [0, *(match.end() for match in SENTENCE_END().finditer(text)), len(text)]
    first, last = _densest(matches)
    start, end = cuts[bisect_right(cuts, first) - 1], cuts[bisect_left(cuts, last)]
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def with_head(snippet: Snippet, document: Document, marking: Highlighter) -> Snippet:
    """Mark a document's title and its people, too; where they alone hold what is wanted, show no passage."""
    people = document.people
    if not document.title and not people:
        return snippet
    language = snippet.passage.language if snippet.passage is not None else ""
    title = tuple(_spans(document.title, language, marking))
    fields = {name: spans for name, text in people.items() if (spans := tuple(_spans(text, "", marking)))}
    if (title or fields) and not snippet.matches and snippet.passage is not None:
        # Nothing is cited: the language is all that is said of the text.
        return Snippet("", (), Passage(0, 0, language=language), None, title, fields)
    return snippet._replace(title_matches=title, field_matches=fields)


def snippet_of(text: str, passage: Passage, marking: Highlighter) -> Snippet:
    """Cut the text of a passage to fit, and mark what is wanted."""
    spans = _spans(text, passage.language, marking)
    start, end = _window(text, spans)
    shown, matches = _folded(
        # A match that is longer than what is shown stays marked as far as it is shown.
        text,
        start,
        end,
        [(max(start, low), min(end, high)) for low, high in spans if low < end and high > start],
    )
    line = passage.line
    if line is not None:
        first = next((span[0] for span in spans if start <= span[0]), start)
        line += _line_breaks(text, first)
    window = passage.start + start, passage.start + end
    return Snippet(shown, matches, passage, line, window=window)


def matched(text: str, language: str, marking: Highlighter) -> tuple[tuple[int, int], ...]:
    """Return the character ranges of a text in a language that are matched: in order, none over another."""
    return tuple(_spans(text, language, marking))


def line_at(text: str, passage: Passage, at: int) -> int | None:
    """Return the line of a place in the text of a passage, None where lines mean nothing."""
    return None if passage.line is None else passage.line + _line_breaks(text, at)


def _line_breaks(text: str, end: int) -> int:
    # An expression for all three takes as long as all else that is done for a hit.
    return text.count("\n", 0, end) + text.count("\r", 0, end) - text.count("\r\n", 0, end)


def _spans(text: str, language: str, marking: Highlighter) -> list[tuple[int, int]]:
    """Return the character ranges that are matched: in order, merged where only blanks lie between."""
    cut = CutText(text)
    wanted = marking.of(cut.words(), language)
    tokens = cut.tokens_among(wanted.keys())
    if not tokens:
        return []
    at: dict[tuple[int, int], dict[int, tuple[int, int]]] = {}
    for word, begin, end, position in tokens:
        for slot in wanted[word]:
            # A word and a half of it may stand at one position: the longer is marked.
            low, high = at.setdefault(slot, {}).setdefault(position, (begin, end))
            if high - low < end - begin:
                at[slot][position] = begin, end
    found: list[tuple[int, int]] = []
    lesser: list[tuple[int, int]] = []
    for number in {number for number, _ in at}:
        one = marking.wanted[number]
        spans = found if one.weight >= 1 else lesser
        if len(one.words) == 1 and not one.written:
            spans += at[number, 0].values()
            continue
        slots = [at.get((number, slot), {}) for slot in range(len(one.words))]
        for start in starts_of([sorted(slot) for slot in slots]):
            marked = [places[start + step] for step, places in enumerate(slots)]
            if one.written:
                whole = stands_at(text, marked[0][0], marked[-1][1], one.written)
                marked = [whole] if whole is not None else []
            spans += marked
    if not found:
        # Function words are what is wanted only where nothing else is.
        subject = any(one.weight >= 1 for one in marking.wanted)
        return [] if subject else list(_merged(sorted(lesser), text))
    if not lesser:
        return list(_merged(sorted(found), text))
    # Of function words those alone that join words of the subject: all of them would mark half the text.
    found.sort()
    runs = []
    for start, end in _merged(sorted({*found, *lesser}), text):
        first, last = bisect_left(found, (start, start)), bisect_left(found, (end, end))
        if first < last:
            runs.append((found[first][0], max(span[1] for span in found[first:last])))
    return runs


def _merged(spans: list[tuple[int, int]], text: str) -> Iterator[tuple[int, int]]:
    current: tuple[int, int] | None = None
    for start, end in spans:
        if current is None:
            current = (start, end)
        elif start <= current[1] or text[current[1] : start].strip(" \t\n\r-‐‑'’") == "":
            current = (current[0], max(end, current[1]))
        else:
            yield current
            current = (start, end)
    if current is not None:
        yield current


def _window(text: str, spans: list[tuple[int, int]]) -> tuple[int, int]:
    """Return the part to show: all of a short text, else whole sentences around most of the matches."""
    if len(text) <= WIDTH:
        return 0, len(text)
    cuts = [0, *(match.end() for match in SENTENCE_END().finditer(text)), len(text)]
    first, last = _densest(spans)
    start = cuts[bisect_right(cuts, first) - 1]
    end = cuts[bisect_left(cuts, last)]
    if end - start > WIDTH:
        return _around(text, first, last)
    # Room is filled with the sentences that follow, then with those before.
    for cut in cuts[bisect_right(cuts, end) :]:
        if cut - start > WIDTH:
            break
        end = cut
    for cut in reversed(cuts[: bisect_left(cuts, start)]):
        if end - cut > WIDTH:
            break
        start = cut
    return start, end


def _densest(spans: list[tuple[int, int]]) -> tuple[int, int]:
    """Return the range that holds the most matches within the width, the first of equals."""
    if not spans:
        return 0, 1
    best, most, tail = (spans[0][0], spans[0][1]), 0, 0
    for head, (_, end) in enumerate(spans):
        while end - spans[tail][0] > WIDTH and tail < head:
            tail += 1
        if (held := head - tail + 1) > most:
            best, most = (spans[tail][0], end), held
    return best


def _around(text: str, first: int, last: int) -> tuple[int, int]:
    """Cut at blanks around the matches, where no sentence is short enough."""
    room = max(0, WIDTH - (last - first))
    start, end = max(0, first - room // 3), min(len(text), last + room - room // 3)
    if start and (blank := _BLANK().search(text, start, first)):
        start = blank.end()
    if end < len(text):
        blank_at = max(text.rfind(" ", last, end), text.rfind("\n", last, end))
        end = blank_at if blank_at > 0 else end
    return start, min(end, start + 2 * WIDTH)


def _folded(
    text: str, start: int, end: int, spans: list[tuple[int, int]]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Fold white space and say where the matches went; cuts are shown by an ellipsis."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    before, behind = "… " if start > 0 else "", " …" if text[end:].strip() else ""
    if _WIDE().search(text, start, end) is None:
        # Nearly all passages of most formats: every character stays where it is.
        moved = len(before) - start
        return f"{before}{text[start:end]}{behind}", tuple((low + moved, high + moved) for low, high in spans)
    parts = [before]
    length = len(before)
    matches: list[tuple[int, int]] = []

    def put(piece: str) -> None:
        nonlocal length
        piece = _BLANK().sub(" ", piece)
        parts.append(piece)
        length += len(piece)

    at = start
    for low, high in spans:
        put(text[at:low])
        begin = length
        put(text[low:high])
        matches.append((begin, length))
        at = high
    put(text[at:end])
    parts.append(behind)
    return "".join(parts), tuple(matches)
