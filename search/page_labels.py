"""The printed labels of pages (i, ii, iii, 1, 2): kept in a line of text for a document, and read back.

The line is JSON: for each run of labels its first page, what stands before the number, how the number is
written, and the first number. Which fields of a document are searched and shown is said here, too, as the one
with the labels is not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from coopsearch.search.model import MAILS, THREAD

#: The field of a PDF that holds the labels of its pages. It is neither searched nor shown as a field.
FIELD: Final = "page labels"
#: The formats whose documents have it; of other formats a field of this name is any field.
FORMATS: Final = frozenset({"pdf"})
#: Characters of one label, and of all of a document as they are kept; longer ones are not believed.
_LABEL: Final = 40
_KEPT: Final = 20_000
#: How a number that a label ends with may be written. Figures of more digits count nothing that was printed.
_NUMBERS: Final = (
    ("r", r"m{0,4}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})\Z"),
    ("R", r"M{0,4}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\Z"),
    ("a", r"([a-z])\1{0,9}\Z"),
    ("A", r"([A-Z])\1{0,9}\Z"),
)
_DIGITS: Final = 7
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LETTERS: Final = 26
_MOST: Final = 10_000_000

Run = tuple[int, str, str, int]
"""The first page of a run, counted from 1; the text before the number; its style, "" for none; its start."""


def kept(labels: Sequence[str]) -> str:
    """Return labels, one for each page, as the line that is kept; "" where they say what the numbers do."""
    clean = ["".join(filter(str.isprintable, label))[:_LABEL].strip() for label in labels]
    if all(label in ("", str(page)) for page, label in enumerate(clean, 1)):
        return ""
    runs: list[Run] = []
    at = 0
    while at < len(clean):
        run, length = _longest(clean, at)
        runs.append(run)
        at += length
    line = json.dumps(runs, ensure_ascii=False, separators=(",", ":"))
    return line if len(line) <= _KEPT else ""


def label_of(kind: str, fields: Mapping[str, str], page: int | None) -> str:
    """Return what is printed on a page of a document of a format, "" where that is its number or unknown."""
    return "" if page is None else next(labels_of(kind, fields, (page,)))


def labels_of(kind: str, fields: Mapping[str, str], pages: Iterable[int]) -> Iterator[str]:
    """Yield what is printed on each of some pages, in their order, as ``label_of`` gives it."""
    line = fields.get(FIELD, "") if kind in FORMATS else ""
    runs = _runs(line) if line else []
    at = 0
    for page in pages:
        while at < len(runs) and runs[at][0] <= page:
            at += 1
        found = ""
        if at:
            first, prefix, style, start = runs[at - 1]
            found = prefix + (_written(start + page - first, style) if style else "")
        yield "" if found == str(page) else found


def own_fields(kind: str, fields: Mapping[str, str]) -> Mapping[str, str]:
    """Return the fields of a document of a format that are searched: all but that of the labels."""
    if FIELD not in fields or kind not in FORMATS:
        return fields
    return {name: value for name, value in fields.items() if name != FIELD}


def shown_fields(kind: str, fields: Mapping[str, str]) -> Mapping[str, str]:
    """Return the fields of a document of a format that are shown: its own but those of words for machines."""
    fields = own_fields(kind, fields)
    if THREAD not in fields or kind not in MAILS:
        return fields
    return {name: value for name, value in fields.items() if name != THREAD}


def _longest(labels: Sequence[str], at: int) -> tuple[Run, int]:
    """Return the longest run of labels that begins at a place, and how many pages it has."""
    label = labels[at]
    best: Run = (at + 1, label, "", 0)
    length = 1
    while at + length < len(labels) and labels[at + length] == label:
        length += 1
    for prefix, style, start in _readings(label):
        more = 1
        while at + more < len(labels) and labels[at + more] == prefix + _written(start + more, style):
            more += 1
        if more > length:
            best, length = (at + 1, prefix, style, start), more
    return best, length


def _readings(label: str) -> list[tuple[str, str, int]]:
    """Return the ways to read the end of a label as a number: what stands before it, style, number."""
    # Imported here: what only reads labels, which every search may, needs no expression.
    import re

    if digits := re.search(r"[0-9]+\Z", label):
        number = digits[0].lstrip("0") or "0"
        prefix = label[: len(label) - len(number)]
        return [(prefix, "D", int(number))] if len(number) <= _DIGITS else []
    return [
        (label[:cut], style, _number(label[cut:], style))
        for cut in range(len(label))
        for style, pattern in _NUMBERS
        if re.match(pattern, label[cut:])
    ]


def _number(text: str, style: str) -> int:
    if style in "aA":
        return ord(text[0].lower()) - ord("a") + 1 + _LETTERS * (len(text) - 1)
    number, rest = 0, text.lower()
    for value, sign in _ROMAN:
        while rest.startswith(sign):
            number, rest = number + value, rest.removeprefix(sign)
    return number


def _written(number: int, style: str) -> str:
    if style == "D" or not 0 < number < _MOST:
        return str(number)
    if style in "aA":
        text = chr(ord("a") + (number - 1) % _LETTERS) * min(1 + (number - 1) // _LETTERS, _LABEL)
    else:
        parts = []
        for value, sign in _ROMAN:
            times, number = divmod(number, value)
            parts.append(sign * min(times, _LABEL))
        text = "".join(parts)
    return text.upper() if style.isupper() else text


def _runs(line: str) -> list[Run]:
    """Return the runs of a line; none of one that is not such a line."""
    try:
        return [
            (int(first), str(prefix)[:_LABEL], str(style)[:1], int(start))
            for first, prefix, style, start in json.loads(line)
        ]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return []
