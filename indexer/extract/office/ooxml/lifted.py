"""Raised runs of Word and PowerPoint: the marks of notes among them are written as raised signs.

ECMA-376 part 1, 17.3.2.42 (vertAlign), 17.3.2.24 (position), 21.1.2.3.9 (baseline).
"""

from __future__ import annotations

import re
from typing import Final

from coopsearch.indexer.extract.office.xml_reader import Element, attribute, find
from coopsearch.search.analysis.note_marks import raised

_GAPS: Final = frozenset(("tab", "ptab", "br", "cr", "p"))
_UP: Final = re.compile(r"[1-9]\d{0,6}(?:\.\d{1,6})?(?:%|pt)?")


def raised_styles(styles: Element) -> frozenset[str]:
    """Return the styles of characters that stand raised, as Word's own for the marks of notes."""
    return frozenset(
        attribute(style, "styleId")
        for style in styles.iter("style")
        if attribute(find(style, "rPr", "vertAlign"), "val") == "superscript"
    )


def lifted(root: Element, styles: frozenset[str] = frozenset()) -> Element:
    """Return a tree, with the marks of notes in its runs as raised signs. ``styles`` are raised, too."""
    before = ""
    is_up = False
    for one in root.iter():
        if one.tag == "t":
            if one.text:
                if is_up:
                    one.text = raised(one.text, before)
                before = one.text
        elif one.tag == "r":
            is_up = _is_up(one.find("rPr"), styles)
        elif one.tag in _GAPS:
            before = ""
    return root


def _is_up(settings: Element | None, styles: frozenset[str]) -> bool:
    if settings is None:
        return False
    if told := attribute(settings.find("vertAlign"), "val"):
        return told == "superscript"
    return (
        attribute(settings.find("rStyle"), "val") in styles
        or _UP.fullmatch(attribute(settings.find("position"), "val")) is not None
        or _UP.fullmatch(attribute(settings, "baseline")) is not None
    )
