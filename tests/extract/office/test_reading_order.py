"""The order of what stands on slides: by place, as people read it, in both directions of writing."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from coopsearch.indexer.extract.office.reading_order import Box, in_order, is_right_to_left
from coopsearch.search.model import Document
from tests.conftest import Run
from tests.extract.office.office_files import items, packed, read, relations
from tests.extract.office.test_endings import PRESENTATION
from tests.extract.office.test_odf import odf
from tests.extract.office.test_pptx import slide


def order(*given: tuple[str, float, float, float, float], backwards: bool = False) -> str:
    """Return the names of boxes, given by left, top, width and height, in the order of reading."""
    boxes = [(Box(x, y, x + width, y + height), name) for name, x, y, width, height in given]
    found = {" ".join(in_order(boxes, right_to_left=backwards))}
    for seed in range(5):
        random.Random(seed).shuffle(boxes)
        found.add(" ".join(in_order(boxes, right_to_left=backwards)))
    assert len(found) == 1, "the order in which they were drawn counts"
    return found.pop()


COLUMNS = (("a", 0, 0, 4, 1), ("b", 0, 1, 4, 5), ("c", 5, 0, 4, 1), ("d", 5, 1, 4, 5))


def test_columns() -> None:
    """Two columns of heading and text are read one after the other, from the side where reading begins."""
    assert order(*COLUMNS) == "a b c d"
    assert order(*COLUMNS, backwards=True) == "c d a b"


def test_headed_columns() -> None:
    """What stands above all columns, or below, comes before or after them."""
    assert order(("t", 0, -2, 9, 1), *COLUMNS, ("z", 0, 7, 9, 1)) == "t a b c d z"


def test_overlap() -> None:
    """Boxes that overlap a little, or much, are read from top to bottom."""
    assert order(("a", 0, 0, 5, 3), ("b", 0, 2, 5, 3), ("c", 0, 4, 5, 3)) == "a b c"
    assert order(("a", 0, 0, 5, 1.05), ("b", 0, 1, 5, 1.05), ("c", 0, 2, 5, 1)) == "a b c"


def test_lines() -> None:
    """Boxes in a grid are read line by line, as an agenda is; a slightly uneven line is one."""
    grid = [(f"{row}{side}", 5 * side, row * 2, 4, 1) for row in range(4) for side in range(2)]
    assert order(*grid) == "00 01 10 11 20 21 30 31"
    agenda = [(f"{row}{side}", 2 * side, row * 1.1, 1, 1) for row in range(4) for side in range(2)]
    assert order(*agenda) == "00 01 10 11 20 21 30 31"
    assert order(("a", 0, 0.02, 2, 1), ("b", 3, 0, 2, 1), ("c", 6, 0.01, 2, 1)) == "a b c"


def test_unplaced() -> None:
    """What has no place stays behind what it was drawn after."""
    given = [(None, "w"), (Box(0, 5, 1, 6), "b"), (None, "x"), (Box(0, 0, 1, 1), "a"), (None, "y")]
    assert in_order(given) == ["w", "a", "y", "b", "x"]
    assert in_order([(None, "a"), (None, "b")]) == ["a", "b"]
    assert in_order([]) == []


@pytest.mark.parametrize("count", [499, 20_000])
def test_many(count: int) -> None:
    """Slides of very many boxes are read in a moment, each box once."""
    chance = random.Random(3)
    boxes = []
    for number in range(count):
        left, top = chance.random() * 1000, chance.random() * 1000
        boxes.append((Box(left, top, left + chance.random(), top + chance.random()), number))
    started = time.process_time()
    assert sorted(in_order(boxes)) == list(range(count))
    steps = [(Box(number, number, number + 0.5, number + 0.5), number) for number in range(count)]
    assert in_order(steps) == list(range(count))
    assert time.process_time() - started < 5


def test_directions() -> None:
    """The script of most letters says from which side a slide is read."""
    assert is_right_to_left("طرق التهريب في 2019 (UN)")
    assert not is_right_to_left("Smuggling routes (طرق)")
    assert not is_right_to_left("")


def box(text: str, x: int, y: int, width: int = 4_000_000, height: int = 900_000, role: str = "") -> str:
    """Return a shape in its place; without a place if it has no width."""
    place = f"<p:ph {role}/>" if role else ""
    form = f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>' if width else ""
    return (
        f"<p:sp><p:nvSpPr><p:nvPr>{place}</p:nvPr></p:nvSpPr><p:spPr>{form}</p:spPr><p:txBody><a:p><a:r>"
        f"<a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def deck(shapes: str, layout: str = "", master: str = "", more: Mapping[str, str] | None = None) -> bytes:
    """Return a presentation of one slide, with its layout and its master."""
    return packed({
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": PRESENTATION,
        "ppt/_rels/presentation.xml.rels": relations(("slide", "slides/s1.xml")),
        "ppt/slides/s1.xml": slide(shapes),
        "ppt/slides/_rels/s1.xml.rels": relations(("slideLayout", "../layout.xml")),
        "ppt/layout.xml": layout or slide("", "sldLayout"),
        "ppt/_rels/layout.xml.rels": relations(("slideMaster", "master.xml")),
        "ppt/master.xml": master or slide("", "sldMaster"),
        **(more or {}),
    })  # fmt: skip


def test_slide() -> None:
    """The title comes first though it was drawn last; a table, a group and pictures keep their places."""
    table = (
        '<p:graphicFrame><p:xfrm><a:off x="0" y="3000000"/><a:ext cx="9" cy="9"/></p:xfrm><a:graphic><a:tbl>'
        "<a:tr><a:tc><a:txBody><a:p><a:r><a:t>cell</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl>"
        "</a:graphic></p:graphicFrame>"
    )
    group = (
        '<p:grpSp><p:grpSpPr><a:xfrm><a:off x="0" y="1500000"/><a:ext cx="9000000" cy="1000000"/>'
        '<a:chOff x="0" y="0"/><a:chExt cx="90" cy="10"/></a:xfrm></p:grpSpPr>'
        f"{box('right', 50, 0, 40, 10)}{box('left', 0, 0, 40, 10)}</p:grpSp>"
    )
    backdrop = box("", 0, 0, 9_000_000, 9_000_000)
    shapes = backdrop + box("last", 0, 5_000_000) + table + group + box("Title", 0, 0, role='type="title"')
    assert read(deck(shapes), "a.pptx").text.split("\n\n") == ["Title", "left", "right", "cell", "last"]


def test_placeholders() -> None:
    """A placeholder without a place has that of its layout, or else that of the master."""
    layout = slide(
        box("", 5_000_000, 1_000_000, role='idx="1"') + box("", 0, 1_000_000, role='idx="2"')
        + box("", 0, 0, 0, role='type="subTitle" idx="3"'), "sldLayout",
    )  # fmt: skip
    master = slide(box("", 0, 6_000_000, role='type="body" idx="1"'), "sldMaster")
    shapes = (
        box("below", 0, 0, 0, role='type="subTitle" idx="3"') + box("right", 0, 0, 0, role='idx="1"')
        + box("left", 0, 0, 0, role='idx="2"') + box("above", 0, 0)
    )  # fmt: skip
    found = read(deck(shapes, layout, master), "a.pptx").text.split("\n\n")
    assert found == ["above", "left", "right", "below"]
    document, *_ = items(deck(shapes, "broken", master), "a.pptx")
    assert isinstance(document, Document)
    assert "above" in document.text


def test_arabic() -> None:
    """A slide in Arabic is read from the right."""
    shapes = box("ثانيا", 0, 0) + box("أولا", 5_000_000, 0)
    assert read(deck(shapes), "a.pptx").text.split("\n\n") == ["أولا", "ثانيا"]


def test_open_document() -> None:
    """Slides of OpenDocument are read by place too, and the speaker's notes stay behind."""
    text = "<d:text-box><t:p>{}</t:p></d:text-box>"
    frame = f'<d:frame s:x="{{}}cm" s:y="{{}}" s:width="8cm" s:height="2cm">{text}</d:frame>'
    group = f"<d:g>{frame.format(0, '9cm', 'third')}</d:g>"
    notes = "<p:notes><d:frame><d:text-box><t:p>say this</t:p></d:text-box></d:frame></p:notes>"
    shapes = group + frame.format(10, "1in", "second") + frame.format(0, "25.4mm", "first") + notes
    page = f'<d:page xmlns:s="urn:s">{shapes}</d:page>'
    found = read(odf("presentation", page), "a.odp").text.split("\n\n")
    assert found == ["first", "second", "third", "say this"]


def test_from_the_shell(shared: Path, tmp_path: Path, run: Run) -> None:
    """The command shows a slide whose boxes were drawn in another order as people read it."""
    docs = tmp_path / "docs"
    docs.mkdir()
    data = (shared / "faults" / "documents" / "pptx_order.pptx").read_bytes()
    (docs / "a.pptx").write_bytes(data)
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    shown = run("show", "docs/a.pptx", "--index", "ix", cwd=tmp_path).out
    places = [shown.index(part) for part in ("ONE Routes", "routes by sea", "TWO Costs", "costs in dinars")]
    assert all(first < second for first, second in pairwise(places))
