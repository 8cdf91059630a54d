"""Running heads, feet and page numbers: which lines of a document's pages are left out of its text.

Their place and their repetition tell them. Nothing that is said once is left out: the first of equal lines
stays, and of lines that differ in a number only those where it counts the pages are equal. What repeats
further in than a line of the text is text itself, such as a row of a table, and so is what repeats at the
edge of a form. Does not depend on PDFium.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from coopsearch.indexer.extract.pdf.forms import forms
from coopsearch.indexer.extract.pdf.line import Line
from coopsearch.indexer.extract.pdf.page import Page

#: Share of a page's height in which heads and feet stand, each.
_MARGIN: Final = 0.15
#: Pages on which a head is one, and how far they may lie apart.
_LEAST: Final = 3
_NEAR: Final = 2
#: Letters of a head that stands beside something else.
_LONG: Final = 8
#: Print this much larger than most of the text is a title, which a few slides may share.
_LARGER: Final = 1.18
_PAGE: Final = r"(?:pages?|pg\.?|p\.|صفحة|الصفحة|ص)"
_OF: Final = r"(?:/|of|de|sur|من)"
_NUMBER: Final = re.compile(rf"\W*(?:{_PAGE}\s*)?\d{{1,4}}(?:\s*{_OF}\s*\d{{1,4}})?\W*", re.IGNORECASE)
_ROMAN: Final = re.compile(r"\W*([ivxlc]{1,7})\W*", re.IGNORECASE)
#: A number that says which page this is, within a line that says more.
_COUNT: Final = re.compile(
    rf"\b{_PAGE}\s*(\d{{1,4}})\b|\b(\d{{1,4}})\s*(?:of|de|sur|من)\s*\d{{1,3}}\b|[|•·]\s*(\d{{1,4}})\W*$|^\W*(\d{{1,4}})\s*[|•·]",
    re.IGNORECASE,
)
#: A number of all pages, and not of a year, where no word says so.
_PARTS: Final = re.compile(r"\W*\d+\s*/\s*(\d+)\W*")
_NAMED: Final = re.compile(rf"\b{_PAGE}\s*\d", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d+|\b[ivxlc]+\b")
_LETTER: Final = re.compile(r"[^\W\d_]")
_VALUES: Final = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

#: What is the same of a head on every page: its text without numbers, its height.
Mark = tuple[str, int]
#: The numbers that count the pages, by the page from 0 and what is around them.
Counted = Mapping[tuple[int, Mark], frozenset[int]]


def left_out(pages: Sequence[Page]) -> list[frozenset[Line]]:
    """Return, for each page, its lines that are not text: heads that were read before, page numbers."""
    around = repeated(pages)
    counted = _counted(pages)
    own = forms(pages)
    seen: set[str] = set()
    seen_on_forms: set[str] = set()
    found: list[frozenset[Line]] = []
    for number, page in enumerate(pages):
        out: set[Line] = set()
        said: set[str] = set()
        for top in (True, False):
            for depth, row in enumerate(_rows_from(page, top=top)):
                alone = len(page.lines) <= 1  # It is what stands on the page.
                numbers = {
                    line for line in row if not alone and _is_page_number(line, number, len(pages), counted)
                }
                heads = [line for line in row if not is_number(line) and mark(line) in around]
                if not numbers and not heads:
                    break
                if len(numbers) + len(heads) < len(row):
                    heads = [line for line in heads if len(_LETTER.findall(line.text)) >= _LONG]
                    # Notes and rows of tables have numbers, too.
                    numbers = {line for line in numbers if not depth and _known(line, number, counted)}
                out |= numbers
                for line in heads:
                    key = _key(line, number, counted)
                    # Of a form, the number of its page alone tells a head.
                    if key in seen or (key in seen_on_forms and _known(line, number, counted)):
                        out.add(line)
                    said.add(key)
        if number in own:
            seen_on_forms |= said
        else:
            seen |= said
        found.append(frozenset(out))
    return found


def repeated(pages: Sequence[Page]) -> set[Mark]:
    """Return the marks of lines that repeat as heads and feet do; none in fewer than three pages.

    They stand on a third of the pages, or are the outermost line of three that lie close together: heads
    change with the chapter. Large print stands on half of them, for slides may share a title.
    """
    counts: Counter[Mark] = Counter()
    runs: Counter[Mark] = Counter()
    last: dict[Mark, int] = {}
    near: set[Mark] = set()
    titles: set[Mark] = set()
    large = _usual(pages) * _LARGER
    for number, page in enumerate(pages):
        lines = [line for line in page.lines if in_margin(line, page.bottom, page.top)]
        counts.update({mark(line) for line in lines})
        titles |= {mark(line) for line in lines if line.height > large}
        for one in {mark(line) for line in outermost(page)} - titles:
            runs[one] = runs[one] + 1 if number - last.get(one, -_NEAR - 1) <= _NEAR else 1
            last[one] = number
            if runs[one] >= _LEAST:
                near.add(one)
    least, most = max(_LEAST, len(pages) // 3), max(_LEAST, len(pages) / 2)
    return near | {one for one, count in counts.items() if count >= (most if one in titles else least)}


def outermost(page: Page) -> list[Line]:
    """Return the highest and the lowest line of a page, as far as they stand in its margins."""
    if len(page.lines) <= 1:
        return []  # It is what stands on the page.
    lines = {max(page.lines, key=lambda line: line.top), min(page.lines, key=lambda line: line.bottom)}
    return [line for line in lines if in_margin(line, page.bottom, page.top)]


def is_number(line: Line) -> bool:
    """Say whether a line may be the number of a page, and nothing else."""
    return _NUMBER.fullmatch(line.text) is not None


def mark(line: Line) -> Mark:
    """Return what is the same of a running head on every page: its text without numbers, its height."""
    return _DIGITS.sub("#", line.text.casefold()), round(line.bottom / 6)


def in_margin(line: Line, bottom: float, top: float) -> bool:
    """Say whether a line stands at the head or the foot of a page."""
    room = (top - bottom) * _MARGIN
    return line.bottom > top - room or line.top < bottom + room


def _usual(pages: Sequence[Page]) -> float:
    """Return the height of most of the print."""
    letters: Counter[int] = Counter()
    for page in pages:
        for line in page.lines:
            letters[round(line.height)] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 0.0


def _rows_from(page: Page, *, top: bool) -> Iterator[list[Line]]:
    """Yield what stands side by side in a margin of a page, from its edge inwards."""
    middle = (page.top + page.bottom) / 2
    lines = [
        line
        for line in page.lines
        if in_margin(line, page.bottom, page.top) and ((line.top + line.bottom) / 2 > middle) == top
    ]
    lines.sort(key=lambda line: -line.top if top else line.bottom)
    row: list[Line] = []
    edge = 0.0
    for line in lines:
        inset = line.height * 0.25
        near = line.top - inset if top else -line.bottom - inset
        far = line.bottom + inset if top else -line.top + inset
        if row and near <= edge:
            yield row
            row = []
        edge = min(edge, far) if row else far
        row.append(line)
    if row:
        yield row


def _counts(line: Line) -> list[int]:
    """Return the numbers of a line that may be its page's."""
    if is_number(line):
        return [int(found[0]) for found in re.finditer(r"\d+", line.text)][:1]
    if roman := _ROMAN.fullmatch(line.text):
        return [_value(roman[1].casefold())]
    return [int(next(filter(None, found.groups()))) for found in _COUNT.finditer(line.text)]


def _value(roman: str) -> int:
    values = [_VALUES[letter] for letter in roman]
    return sum(
        -value if any(later > value for later in values[at + 1 : at + 2]) else value
        for at, value in enumerate(values)
    )


def _counted(pages: Sequence[Page]) -> Counted:
    """Return the numbers that count the pages.

    A page that is near has the same text at the same height, with a number as far away as that page is.
    """
    said: dict[tuple[int, Mark], set[int]] = {}
    for number, page in enumerate(pages):
        for line in page.lines:
            if in_margin(line, page.bottom, page.top) and (values := _counts(line)):
                said.setdefault((number, mark(line)), set()).update(values)

    def is_counted(number: int, text: str, height: int, value: int) -> bool:
        return any(
            value + step in said.get((number + step, (text, height + shift)), ())
            for step in range(-_NEAR, _NEAR + 1)
            if step
            for shift in (-1, 0, 1)
        )

    return {
        (number, (text, height)): frozenset(
            value for value in values if is_counted(number, text, height, value)
        )
        for (number, (text, height)), values in said.items()
    }


def _is_page_number(line: Line, number: int, count: int, counted: Counted) -> bool:
    """Say whether a line is the number of its page, from 0, and nothing else; ``count`` is that of all."""
    if not is_number(line) and not _ROMAN.fullmatch(line.text):
        return False
    if _NAMED.search(line.text):
        return True
    if is_number(line) and number + 1 in _counts(line):
        return True
    if (parts := _PARTS.fullmatch(line.text)) and int(parts[1]) != count:
        return False
    return _known(line, number, counted)


def _known(line: Line, number: int, counted: Counted) -> bool:
    """Say whether a number of a line counts the pages."""
    return not counted.get((number, mark(line)), frozenset()).isdisjoint(_counts(line))


def _key(line: Line, number: int, counted: Counted) -> str:
    """Return what a line says beside the number of its page."""
    known = counted.get((number, mark(line)), frozenset())

    def masked(found: re.Match[str]) -> str:
        value = next(filter(None, found.groups()))
        return found[0].replace(value, "#", 1) if int(value) in known else found[0]

    return _COUNT.sub(masked, line.text.casefold())
