"""Alternative texts of pictures are read where the pictures stand; what programs put there is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.indexer.extract.reasons import DESCRIBED
from coopsearch.indexer.extract.text.alternative import alternative_text
from coopsearch.indexer.problem import Problem
from coopsearch.search.model import Document
from tests.conftest import Run
from tests.extract.office.office_files import RELATIONS, docx, items, packed, paragraph, read, relations
from tests.extract.office.test_odf import odf
from tests.extract.office.test_reading_order import box, deck

ALT = "A map of the port of Sfax"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("", ALT), ALT),
        (("Map", ALT), f"Map\n{ALT}"),
        ((ALT, ALT), ALT),
        (("A map of a country\n\nDescription automatically generated",), "A map of a country"),
        (("Une carte. Description générée automatiquement avec un niveau de confiance moyen",), "Une carte"),
        (("A boat at sea\n\nAI-generated content may be incorrect.",), "A boat at sea"),
        (("Description automatically generated",), ""),
        (("image1.png",), ""),
        (("C:\\Users\\amel\\Pictures\\map of the port.jpg",), ""),
        (("Picture 3",), ""),
        (("صورة 2",), ""),
        (("Map of routes 2019.jpg",), "Map of routes 2019.jpg"),
        (("خريطة الميناء",), "خريطة الميناء"),
        (("  ",), ""),
        (("." * 1_000_000 + "x",), "." * 1_000_000 + "x"),
    ],
)
def test_text(values: tuple[str, ...], expected: str) -> None:
    """What somebody wrote is kept; names of files, of kinds of objects, and signs of a guess are not."""
    assert alternative_text(*values) == expected


def picture(descr: str = ALT) -> str:
    """Return a run of Word with a picture, which says what it shows twice."""
    inner = f'<pic:pic><pic:nvPicPr><pic:cNvPr id="0" name="x.png" descr="{descr}"/></pic:nvPicPr></pic:pic>'
    return (
        '<w:r xmlns:wp="urn:wp" xmlns:pic="urn:pic"><w:drawing><wp:inline>'
        f'<wp:docPr id="1" name="Picture 1" descr="{descr}"/>{inner}</wp:inline></w:drawing></w:r>'
    )


def test_word() -> None:
    """In Word it stands behind its paragraph, once, in cells too; old shapes have it under another name."""
    old = f'<w:r xmlns:v="urn:v"><w:pict><v:shape alt="Old {ALT}"/></w:pict></w:r>'
    before = f"<w:p><w:r><w:t>be</w:t></w:r>{picture()}<w:r><w:t>fore</w:t></w:r></w:p>"
    cells = f"<w:tc><w:p>{picture('In a cell')}</w:p></w:tc><w:tc>{paragraph('b')}</w:tc>"
    cells = f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    body = before + paragraph("after") + f"<w:p>{old}</w:p>" + cells
    found = read(docx(body)).text.split("\n\n")
    assert found == ["before", ALT, "after", f"Old {ALT}", "In a cell | b"]


def test_title() -> None:
    """A document is not called by what its first picture shows, unless it says nothing else."""
    shown = f"<w:p>{picture('The logo of the office')}</w:p>"
    assert read(docx(shown + paragraph("Report on the ports"))).title == "Report on the ports"
    document = items(docx(shown))[0]
    assert isinstance(document, Document)
    assert document.title == "The logo of the office"


def test_slides() -> None:
    """On slides it stands where the picture does, or its group."""
    form = '<a:xfrm><a:off x="0" y="{}"/><a:ext cx="9" cy="9"/></a:xfrm>'
    shown = (
        f'<p:pic><p:nvPicPr><p:cNvPr id="4" name="Picture 3" descr="{ALT}"/><p:nvPr/></p:nvPicPr>'
        f"<p:spPr>{form.format(2_000_000)}</p:spPr></p:pic>"
    )
    group = (
        '<p:grpSp><p:nvGrpSpPr><p:cNvPr id="5" name="Group" title="A chain of smugglers"/></p:nvGrpSpPr>'
        f"<p:grpSpPr>{form.format(4_000_000)}</p:grpSpPr></p:grpSp>"
    )
    shapes = group + box("below", 0, 3_000_000) + shown + box("above", 0, 0)
    found = read(deck(shapes), "a.pptx").text.split("\n\n")
    assert found == ["above", ALT, "below", "A chain of smugglers"]


def test_sheets() -> None:
    """In sheets pictures come by the rows at which they stand."""
    anchor = (
        "<x:twoCellAnchor><x:from><x:col>1</x:col><x:row>{}</x:row></x:from><x:pic><x:nvPicPr>"
        '<x:cNvPr id="2" name="Picture 1" descr="{}"/></x:nvPicPr></x:pic></x:twoCellAnchor>'
    )
    box = (
        "<m:{0}><x:twoCellAnchor><x:sp><a:p><a:r><a:t>{0}</a:t></a:r></a:p></x:sp></x:twoCellAnchor></m:{0}>"
    )
    either = f"<m:AlternateContent>{box.format('Choice')}{box.format('Fallback')}</m:AlternateContent>"
    drawing = (
        '<x:wsDr xmlns:x="urn:x" xmlns:a="urn:a" xmlns:m="urn:m">'
        f"{anchor.format(20, 'second')}{either}{anchor.format(3, ALT)}</x:wsDr>"
    )
    sheets = f'<workbook xmlns:r="{RELATIONS}"><sheets><sheet name="Ports" r:id="rId1"/></sheets></workbook>'
    data = packed(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": sheets,
            "xl/_rels/workbook.xml.rels": relations(("worksheet", "s1.xml")),
            "xl/s1.xml": "<worksheet/>",
            "xl/_rels/s1.xml.rels": relations(("drawing", "d1.xml")),
            "xl/d1.xml": drawing,
        }
    )
    assert read(data, "a.xlsx").text.split("\n\n") == ["Ports", "Choice", ALT, "second"]


def test_open_document() -> None:
    """In OpenDocument it is an element; a field that shows the title of the document is text."""
    shown = f"<d:frame><d:image/><s:title>Map</s:title><s:desc>{ALT}</s:desc></d:frame>".replace("s:", "d:")
    body = f"<t:p>be{shown}fore <t:title>The report</t:title></t:p>{shown.replace(ALT, 'Another')}"
    body += f"<b:table><b:table-row><b:table-cell><t:p>a{shown}</t:p></b:table-cell></b:table-row></b:table>"
    found = read(odf("text", body), "a.odt").text.split("\n\n")
    assert found == ["before The report", "Map", ALT, "Map", "Another", f"a Map {ALT}"]


def test_described_alone() -> None:
    """A document of pictures alone says that they may be read, beside what they are said to show."""
    flat = f"<d:frame><d:desc>{ALT}</d:desc></d:frame>"
    for data in (
        docx(f"<w:p>{picture()}</w:p>"),
        odf("text", flat),
        odf("presentation", f"<d:page>{flat}</d:page>"),
    ):
        document, problem = items(data)
        assert isinstance(document, Document)
        assert isinstance(problem, Problem)
        assert (document.text, problem.reason, problem.state) == (ALT, DESCRIBED, "no text")


def test_from_the_shell(shared: Path, tmp_path: Path, run: Run) -> None:
    """A search finds a document by what one of its pictures shows."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.docx").write_bytes((shared / "faults" / "documents" / "altcontent.docx").read_bytes())
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    (hit,) = run('"altsierra picture of the port"', "--index", "ix", "--json", cwd=tmp_path).objects()
    assert hit["shown"] == "docs/a.docx"
