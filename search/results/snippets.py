"""The passage that shows why a document is an answer, with the matched words marked.

Works on a document's own text, so that what is marked are the words as they stand. Does not depend directly
on engines, query syntax or the terminal.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.analysis.tokenizer import Token, tokens_among, words
from coopsearch.search.model import Document, Passage
from coopsearch.search.query.among import Words
from coopsearch.search.query.plan import HighlightTerm

#: A passage of up to this many characters is shown whole; of a longer one, sentences up to this.
WIDTH: Final = 320
#: A heading tells less than the text below it.
_HEADING: Final = 0.5
#: Words that stand next to each other in the passage as in the query.
_ADJACENT: Final = 0.75

_SENTENCE_END: Final = re.compile(r"[.!?؟۔。！？…]+[\"'”’»)\]]*\s+|\n\s*\n|[؛]\s+|[。！？]")
#: With so many words of a pattern, all words of a text are looked at instead.
_MOST_FORMS: Final = 500
_BLANK: Final = re.compile(r"\s+")


class Snippet(NamedTuple):
    """What to show of a document."""

    text: str
    matches: tuple[tuple[int, int], ...]
    passage: Passage | None
    """The passage it is from; None for a document without text."""
    line: int | None


#: Of a hit that was asked for without one.
NO_SNIPPET: Final = Snippet("", (), None, None)


class Highlighter:
    """Finds what a query wants in words of a language; remembers what it has seen.

    One for each search; not safe for several threads.
    """

    def __init__(self, wanted: Sequence[HighlightTerm], table: StemTable) -> None:
        """Take what is wanted and the stems of the index."""
        self.wanted = wanted
        self._table = table
        self._seen: dict[str, set[str]] = {}
        self._marked: dict[str, dict[str, tuple[tuple[int, int], ...]]] = {}
        # Most words are passed over by one look at all of them together: a word is wanted if it is given, or
        # if it holds the first letters of a stem that is. Each of the others would cost a look into a table.
        self._of_form: dict[str, list[tuple[int, int]]] = {}
        self._of_stem: dict[str, list[tuple[int, int]]] = {}
        # What fits very many words is asked about each word of a text, and not put into a table.
        self._of_many: list[tuple[Words, tuple[int, int]]] = []
        for number, one in enumerate(wanted):
            for slot, (forms_of, stems_of) in enumerate(zip(one.words, one.stems, strict=True)):
                if len(forms_of) > _MOST_FORMS:
                    self._of_many.append((forms_of, (number, slot)))
                    continue
                for form in forms_of:
                    self._of_form.setdefault(form, []).append((number, slot))
                for stem in stems_of:
                    self._of_stem.setdefault(stem, []).append((number, slot))
        begins = {stem[:2] for stem in self._of_stem}
        forms = self._of_form
        rules = [rf"[^ ]*(?:{'|'.join(map(re.escape, sorted(begins)))})[^ ]*"] if begins else []
        self._likely: Callable[[str], list[str]] | None = None
        if len(forms) <= _MOST_FORMS and not self._of_many:
            rules += [rf"(?<= )(?:{'|'.join(map(re.escape, sorted(forms)))})(?= )"] if forms else []
            self._likely = re.compile("|".join(rules)).findall if rules else None
        else:
            self._likely = lambda text: text.split()

    def of(self, words: Iterable[str], language: str) -> dict[str, tuple[tuple[int, int], ...]]:
        """Return the wanted ones of all words asked so far, each with the (wanted, slot) that it fills."""
        marked = self._marked.setdefault(language, {})
        seen = self._seen.setdefault(language, set())
        new = set(words) - seen
        if new and self._likely is not None:
            seen |= new
            for word in self._likely(f" {'  '.join(new)} "):
                if places := self._places(word, language):
                    marked[word] = places
        return marked

    def _places(self, word: str, language: str) -> tuple[tuple[int, int], ...]:
        stem = self._table.stem(word, language) if self._of_stem else ""
        places = {*self._of_form.get(word, ()), *self._of_stem.get(stem, ()), *self._of_stem.get(word, ())}
        if self._of_many:
            places.update(place for words, place in self._of_many if word in words)
        return tuple(sorted(places))


def best_snippet(document: Document, marking: Highlighter) -> Snippet:
    """Choose the passage that holds most of what is wanted, the first of equals, and cut it to fit."""
    best: Passage | None = None
    highest = -1.0
    if len(document.passages) == 1:
        best = document.passages[0]
    for passage in document.passages if best is None else ():
        value = _value(document.text[passage.start : passage.end], passage, marking)
        if value > highest:
            best, highest = passage, value
    if best is None:
        return Snippet("", (), None, None)
    text = document.text[best.start : best.end]
    spans = _spans(text, best.language, marking)
    start, end = _window(text, spans)
    shown, matches = _folded(
        text, start, end, [span for span in spans if start <= span[0] and span[1] <= end]
    )
    line = best.line
    if line is not None:
        first = next((span[0] for span in spans if start <= span[0]), start)
        line += _line_breaks(text, first)
    return Snippet(shown, matches, best, line)


def _line_breaks(text: str, end: int) -> int:
    return len(re.findall(r"\r\n|\r|\n", text[:end]))


def _value(text: str, passage: Passage, marking: Highlighter) -> float:
    """Say how much of what is wanted a passage holds, and how close together it stands."""
    found, steps = words(text)
    language = passage.language
    filled: dict[tuple[int, int], list[int]] = {}
    marked = marking.of(found, language)
    if not marked:
        return 0.0
    for at, word in enumerate(found):
        if word in marked:
            for slot in marked[word]:
                filled.setdefault(slot, []).append(at if steps is None else steps[at])
    if not filled:
        return 0.0
    value = 0.0
    before: list[int] = []
    last = -1
    # Of many words that are wanted a passage holds few.
    for number in sorted({number for number, _ in filled}):
        one = marking.wanted[number]
        if number != last + 1:
            before = []
        last = number
        starts = _starts([filled.get((number, slot), []) for slot in range(len(one.words))])
        if starts:
            # Several occurrences count a little, so that they decide between passages that are equal.
            value += one.weight * (1.0 + 0.1 * min(len(starts), 5))
            if before and any(start - 1 in before for start in starts):
                value += _ADJACENT * one.weight
        before = [start + len(one.words) - 1 for start in starts]
    return value * (_HEADING if passage.level else 1.0)


def _starts(slots: list[list[int]]) -> list[int]:
    """Return the positions from which all slots follow each other."""
    if len(slots) == 1:
        return slots[0]
    others = [set(slot) for slot in slots[1:]]
    return [start for start in slots[0] if all(start + at in other for at, other in enumerate(others, 1))]


def _spans(text: str, language: str, marking: Highlighter) -> list[tuple[int, int]]:
    """Return the character ranges that are matched: in order, merged where only blanks lie between."""
    at: dict[tuple[int, int], dict[int, Token]] = {}
    wanted = marking.of(words(text)[0], language)
    for token in tokens_among(text, wanted):
        for slot in wanted[token.word]:
            at.setdefault(slot, {})[token.position] = token
    found: list[tuple[int, int]] = []
    lesser: list[tuple[int, int]] = []
    for number in sorted({number for number, _ in at}):
        one = marking.wanted[number]
        slots = [at.get((number, slot), {}) for slot in range(len(one.words))]
        for start in _starts([sorted(slot) for slot in slots]):
            marked = [places[start + step] for step, places in enumerate(slots)]
            (found if one.weight >= 1 else lesser).extend((token.start, token.end) for token in marked)
    if not found:
        return list(_merged(sorted(lesser), text))
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
    cuts = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
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
    if start and (blank := _BLANK.search(text, start, first)):
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
    parts: list[str] = ["… "] if start > 0 else []
    length = len(parts[0]) if parts else 0
    matches: list[tuple[int, int]] = []

    def put(piece: str) -> None:
        nonlocal length
        piece = _BLANK.sub(" ", piece)
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
    if text[end:].strip():
        parts.append(" …")
    return "".join(parts), tuple(matches)
