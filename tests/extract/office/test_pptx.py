"""PowerPoint presentations: slides in their order, with titles, tables and notes."""

from __future__ import annotations

from coopsearch.indexer.problem import Problem
from coopsearch.search.model import Document
from tests.extract.office.office_files import RELATIONS, core, items, packed, relations

SPACES = f'xmlns:p="urn:p" xmlns:a="urn:a" xmlns:r="{RELATIONS}" xmlns:mc="urn:mc"'


def shape(text: str, role: str = "") -> str:
    """Return a shape of one paragraph."""
    place = f'<p:ph type="{role}"/>' if role else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="Shape"/><p:nvPr>{place}</p:nvPr></p:nvSpPr><p:txBody>'
        f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def slide(shapes: str, name: str = "sld") -> str:
    """Return a slide, or what is made like one."""
    return f"<p:{name} {SPACES}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:{name}>"


def test_slides() -> None:
    """Slides come in the presentation's order; the title first, notes last, what a master shows once."""
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>".format
    table = f"<a:tbl><a:tr>{cell('a')}{cell('b')}</a:tr></a:tbl>"
    table = f"<p:graphicFrame><a:graphic>{table}</a:graphic></p:graphicFrame>"
    first = shape("body") + shape("7", "sldNum") + shape("Footer", "ftr") + shape("First", "title")
    choice = (
        f"<mc:AlternateContent><mc:Choice>{shape('new')}</mc:Choice><mc:Fallback>{shape('old')}</mc:Fallback>"
    )
    second = (
        f"<p:grpSp>{shape('grouped')}</p:grpSp>{choice}</mc:AlternateContent>"
        + table
        + shape("Footer", "ftr")
    )
    order = "".join(f'<p:sldId id="{256 + n}" r:id="rId{n}"/>' for n in (2, 1, 3))
    data = packed({
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml"), ("core-properties", "c.xml")),
        "c.xml": core("PowerPoint Presentation", "O. Diallo"),
        "ppt/presentation.xml": f"<p:presentation {SPACES}><p:sldIdLst>{order}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(
            ("slide", "slides/s1.xml"), ("slide", "slides/s2.xml"), ("slide", "slides/s3.xml")
        ),
        "ppt/slides/s1.xml": slide(second),
        "ppt/slides/s2.xml": slide(first),
        "ppt/slides/s3.xml": "broken",
        "ppt/slides/_rels/s2.xml.rels": relations(
            ("notesSlide", "../notes/n.xml"), ("slideLayout", "../layout.xml")
        ),
        "ppt/notes/n.xml": slide(shape("1", "sldNum") + shape("say this", "body"), "notes"),
        "ppt/layout.xml": slide(shape("Click to edit", "title") + shape("The Ministry"), "sldLayout"),
    })  # fmt: skip
    document, problem = items(data, "a.pptx")
    assert isinstance(document, Document)
    assert isinstance(problem, Problem)
    assert problem.reason.startswith("slide 3 is left out: damaged")
    found = [(document.text[one.start : one.end], one.page, one.heading) for one in document.passages]
    assert found == [
        ("First", 1, ()),
        ("body", 1, ("First",)),
        ("say this", 1, ("First",)),
        ("grouped", 2, ()),
        ("new", 2, ()),
        ("a | b", 2, ()),
        ("Footer", None, ("Header or footer",)),
        ("The Ministry", None, ("Header or footer",)),
    ]
    assert (document.type, document.title, dict(document.fields)) == (
        "pptx",
        "First",
        {"author": "O. Diallo"},
    )
