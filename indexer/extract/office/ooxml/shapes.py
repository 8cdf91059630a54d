"""The shapes of a slide: which there are, what they stand for, and where they stand.

A placeholder without a place of its own has that of its layout, or of the layout's master. PresentationML,
ECMA-376 part 1, chapter 19.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.indexer.extract.office.ooxml.parts import choices, said_of
from coopsearch.indexer.extract.office.package import Package
from coopsearch.indexer.extract.office.reading_order import Box, around, in_order, is_right_to_left
from coopsearch.indexer.extract.office.xml_reader import Element, attribute, find
from coopsearch.indexer.extract.reasons import is_of_whole
from coopsearch.search.errors import ExtractionError

TITLES: Final = frozenset(("title", "ctrTitle"))
#: Placeholders that hold a number, a day, or the picture of a slide.
COUNTERS: Final = frozenset(("sldNum", "dt", "sldImg", "hdr"))
EDGE: Final = "ftr"
_SHAPES: Final = frozenset(("sp", "graphicFrame", "cxnSp", "pic", "contentPart"))
_GROUPS: Final = frozenset(("grpSp", "spTree"))
#: Placeholders that take the place of another kind in the master.
_LIKE: Final = {"ctrTitle": "title", "subTitle": "body", "obj": "body", "pic": "body", "chart": "body",
                "tbl": "body", "dgm": "body", "media": "body", "clipArt": "body"}  # fmt: skip


def shapes_of(tree: Element | None) -> Iterator[Element]:
    """Yield the shapes of a slide as they were drawn, those of groups among them."""
    for child in choices(tree) if tree is not None else ():
        if child.tag in _GROUPS:
            yield from shapes_of(child)
        elif child.tag in _SHAPES:
            yield child


def role(shape: Element) -> str:
    """Return what kind of placeholder a shape is, "" if it is none."""
    place = _placeholder(shape)
    return place.get("type", "body") if place is not None else ""


class Places:
    """Where the shapes of a presentation stand."""

    def __init__(self, package: Package) -> None:
        """Take the package with the slides, and the layouts that they name."""
        self._package = package
        self._known: dict[str, dict[str, Box]] = {}

    def ordered(self, part: str, tree: Element | None) -> list[Element]:
        """Return the shapes of a slide that say something, as people read them."""
        given = self._of_related(part, "slideLayout")
        backwards = is_right_to_left("".join(_texts(tree)) if tree is not None else "")
        return [shape for _, shape in _flat(tree, given, backwards=backwards)]

    def _of_related(self, part: str, kind: str) -> dict[str, Box]:
        """Return the places that a layout or a master gives, by the numbers and the kinds of placeholders."""
        target = next(iter(self._package.related(part, kind)), "")
        if target and target not in self._known:
            self._known[target] = {}
            try:
                self._known[target] = self._places(target, kind)
            except ExtractionError as error:
                if is_of_whole(error):
                    raise
        return self._known.get(target, {})

    def _places(self, part: str, kind: str) -> dict[str, Box]:
        above = self._of_related(part, "slideMaster") if kind == "slideLayout" else {}
        found: dict[str, Box] = {}
        for shape in shapes_of(find(self._package.tree(part), "cSld", "spTree")):
            place = _placeholder(shape)
            box = _own(shape) or _given(shape, above)
            if box is not None and place is not None:
                found.setdefault(place.get("type", "body"), box)
                if place.get("idx"):
                    found.setdefault(f"#{place.get('idx')}", box)
        # Numbers of the master are not those of the layout.
        return {**{key: box for key, box in above.items() if not key.startswith("#")}, **found}


def _flat(
    tree: Element | None, given: dict[str, Box], *, backwards: bool
) -> list[tuple[Box | None, Element]]:
    """Return shapes in the order of reading, with their places; a group is read as one."""
    placed: list[tuple[Box | None, list[tuple[Box | None, Element]]]] = []
    for child in choices(tree) if tree is not None else ():
        if child.tag in _GROUPS:
            inner = _flat(child, given, backwards=backwards)
            if alternative(child):
                named = Element("sp")
                named.extend(one for one in child if one.tag.startswith("nv"))
                inner.append((None, named))
            if inner:
                placed.append((_own(child) or around(box for box, _ in inner), inner))
        elif child.tag in _SHAPES and _says(child):
            # The title comes first, and what stands at the edges is not of the slide alone.
            aside = role(child) in TITLES or role(child) in COUNTERS or role(child) == EDGE
            box = None if aside else _own(child) or _given(child, given)
            placed.append((box, [(box, child)]))
    return [one for some in in_order(placed, right_to_left=backwards) for one in some]


def _says(shape: Element) -> bool:
    """Say whether a shape says anything: what is only drawn stands behind the text and parts nothing."""
    text = shape.tag in {"graphicFrame", "contentPart"} or any(text.strip() for text in _texts(shape))
    return text or bool(alternative(shape))


def alternative(shape: Element) -> str:
    """Return the alternative text of a shape or a group, "" if there is none."""
    own = next((child for child in shape if child.tag.startswith("nv")), None)
    return said_of(find(own, "cNvPr"))


def _texts(element: Element) -> Iterator[str]:
    for one in element.iter():
        if one.tag == "t":
            yield one.text or ""


def _own(shape: Element) -> Box | None:
    """Return the place that a shape says to have."""
    for name in ("spPr", "grpSpPr", ""):
        form = find(shape, name, "xfrm") if name else shape.find("xfrm")
        if form is not None:
            return _box(form)
    return None


def _box(form: Element) -> Box | None:
    start, size = form.find("off"), form.find("ext")
    try:
        left, top = int(attribute(start, "x")), int(attribute(start, "y"))
        return Box(left, top, left + int(attribute(size, "cx")), top + int(attribute(size, "cy")))
    except ValueError:
        return None


def _placeholder(shape: Element) -> Element | None:
    own = next((child for child in shape if child.tag.startswith("nv")), None)
    return find(own, "nvPr", "ph")


def _given(shape: Element, given: dict[str, Box]) -> Box | None:
    """Return the place that the layout has for a placeholder."""
    place = _placeholder(shape)
    if place is None:
        return None
    kind = place.get("type", "body")
    number = f"#{place.get('idx')}" if place.get("idx") else ""
    return next((given[key] for key in (number, kind, _LIKE.get(kind, "")) if key in given), None)
