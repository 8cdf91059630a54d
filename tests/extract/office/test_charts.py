"""Charts: the numbers that they show, beside their names, in documents, slides and sheets."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.indexer.extract import Source
from coopsearch.indexer.extract.by_signature import extract
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document
from tests.conftest import Run
from tests.extract.office.office_files import RELATIONS, docx, items, packed, paragraph, read, relations
from tests.extract.office.test_odf import SPACES as ODF
from tests.extract.office.test_reading_order import box, deck


def cache(kind: str, *values: str, form: str = "General") -> str:
    """Return the copy that a chart keeps of some cells."""
    points = "".join(f'<c:pt idx="{n}"><c:v>{value}</c:v></c:pt>' for n, value in enumerate(values))
    code = f"<c:formatCode>{form}</c:formatCode>" if kind == "num" else ""
    held = f'<c:{kind}Cache>{code}<c:ptCount val="{len(values)}"/>{points}</c:{kind}Cache>'
    return f"<c:{kind}Ref><c:f>S!$A$1</c:f>{held}</c:{kind}Ref>"


def series(name: str, axis: str, values: str, sides: tuple[str, str] = ("cat", "val")) -> str:
    return (
        f"<c:ser><c:tx>{cache('str', name)}</c:tx><c:{sides[0]}>{axis}</c:{sides[0]}>"
        f"<c:{sides[1]}>{values}</c:{sides[1]}></c:ser>"
    )


def chart(inner: str, title: str = "Arrivals") -> str:
    """Return the part of a chart."""
    title = f"<c:title><c:tx><c:rich><a:p><a:r><a:t>{title}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    plot = f"<c:plotArea><c:barChart>{inner}</c:barChart></c:plotArea>"
    return f'<c:chartSpace xmlns:c="urn:c" xmlns:a="urn:a"><c:chart>{title}{plot}</c:chart></c:chartSpace>'


PAIRS = (("Sfax", "1250"), ("Gabès", "17"))
MONTHS = cache("str", "January", "February")
ARRIVALS = chart(
    series("Sfax", MONTHS, cache("num", "1250", "0.30000000000000004"))
    + series("Zarzis", MONTHS, cache("num", "17", "2.5E3"))
)
ROWS = ["Arrivals", "January | February", "Sfax | 1250 | 0.3", "Zarzis | 17 | 2500"]


def word(part: str) -> bytes:
    return docx(paragraph("text"), {"word/chart.xml": part}, ("chart", "chart.xml"))


def test_word() -> None:
    """Each series is a row of its name and its numbers, below the categories that they share."""
    assert read(word(ARRIVALS)).text.split("\n\n") == ["text", *ROWS]


def test_slide() -> None:
    """The same of a chart on a slide, where it stands."""
    frame = (
        '<p:graphicFrame><p:xfrm><a:off x="0" y="3000000"/><a:ext cx="9" cy="9"/></p:xfrm><a:graphic>'
        '<a:graphicData><c:chart xmlns:c="urn:c" r:id="rId1"/></a:graphicData></a:graphic></p:graphicFrame>'
    )
    data = deck(box("below", 0, 5_000_000) + frame + box("text", 0, 0), more={
        "ppt/slides/_rels/s1.xml.rels": relations(("chart", "../chart.xml")), "ppt/chart.xml": ARRIVALS,
    })  # fmt: skip
    assert read(data, "a.pptx").text.split("\n\n") == ["text", *ROWS, "below"]


def test_sheet() -> None:
    """The same of a chart beside a sheet, and of one that is a sheet."""
    listed = '<sheet name="Ports" r:id="rId1"/><sheet name="Arrivals by sea" r:id="rId2"/>'
    data = packed({
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(("worksheet", "s1.xml"), ("chartsheet", "s2.xml")),
        "xl/s1.xml": "<worksheet/>", "xl/_rels/s1.xml.rels": relations(("drawing", "d1.xml")),
        "xl/d1.xml": "<wsDr/>", "xl/_rels/d1.xml.rels": relations(("chart", "c1.xml")),
        "xl/c1.xml": ARRIVALS,
        "xl/s2.xml": "<chartsheet/>", "xl/_rels/s2.xml.rels": relations(("drawing", "d2.xml")),
        "xl/d2.xml": "<wsDr/>", "xl/_rels/d2.xml.rels": relations(("chart", "c2.xml")),
        "xl/c2.xml": chart(series("Gabès", MONTHS, cache("num", "3"))),
    })  # fmt: skip
    found = read(data, "a.xlsx").text.split("\n\n")
    assert found == ["Ports", *ROWS, "Arrivals by sea", "Arrivals", "January | February", "Gabès | 3"]


def test_kinds() -> None:
    """Points with two numbers, days on an axis, literals, and series without a name are read."""
    inner = (
        series("By day", cache("num", "43831", "43832", form="d/m/yy"), cache("num", "5"))
        + series("Pairs", cache("num", "1", "2"), cache("num", "8"), ("xVal", "yVal"))
        + "<c:ser><c:tx><c:v>Own</c:v></c:tx><c:val><c:numLit><c:pt><c:v>4</c:v></c:pt></c:numLit></c:val>"
        "</c:ser>" + f"<c:ser><c:val>{cache('num', '9')}</c:val></c:ser>"
    )
    rows = ["2020-01-01 | 2020-01-02", "By day | 5", "1 | 2", "Pairs | 8", "Own | 4", "9"]
    assert read(word(chart(inner))).text.split("\n\n") == ["text", "Arrivals", *rows]


def test_office_2016() -> None:
    """Charts of the newer kinds keep their numbers in another way."""
    part = (
        '<x:chartSpace xmlns:x="urn:x"><x:chartData><x:data id="0"><x:strDim type="cat"><x:f>S</x:f>'
        '<x:lvl ptCount="2"><x:pt idx="0">Sfax</x:pt><x:pt idx="1">Gabès</x:pt></x:lvl></x:strDim>'
        '<x:numDim type="val"><x:lvl ptCount="2"><x:pt idx="0">1250</x:pt><x:pt idx="1">17.0</x:pt></x:lvl>'
        "</x:numDim></x:data></x:chartData><x:chart><x:plotArea><x:series><x:tx><x:txData><x:f>S</x:f>"
        "<x:v>Arrivals</x:v></x:txData></x:tx></x:series></x:plotArea></x:chart></x:chartSpace>"
    )
    data = docx(paragraph("text"), {"word/c.xml": part}, ("chartEx", "c.xml"))
    assert read(data).text.split("\n\n") == ["text", "Sfax | Gabès", "1250 | 17", "Arrivals"]


def test_open_document() -> None:
    """Charts of OpenDocument, and of StarOffice, keep a table of what they show."""
    cell = "<b:table-cell><t:p>{}</t:p></b:table-cell>".format
    rows = "".join(f"<b:table-row>{cell(name)}{cell(value)}</b:table-row>" for name, value in PAIRS)
    shown = f"<c:title><t:p>Arrivals</t:p></c:title><b:table><b:table-rows>{rows}</b:table-rows></b:table>"
    made = '<o:document-content {} xmlns:c="urn:c"><o:body>{}</o:body></o:document-content>'.format
    text = made(ODF, "<o:text><t:p>text</t:p></o:text>")
    for body in (f"<o:chart><c:chart>{shown}</c:chart></o:chart>", f"<c:chart>{shown}</c:chart>"):
        parts = {
            "content.xml": text,
            "Object 1/content.xml": made(ODF, body),
            "Object 2/content.xml": "broken",
        }
        document = next(one for one in items(packed(parts), "a.odt") if isinstance(one, Document))
        assert document.text.split("\n\n") == ["text", "Arrivals", "Sfax | 1250", "Gabès | 17"]


def test_damaged() -> None:
    """A damaged chart costs itself alone; one with more text than a document may hold costs the document."""
    assert read(word("broken")).text == "text"
    data = word(chart(series("x" * 60_000, "", "") * 3))
    with pytest.raises(ExtractionError, match="too large: its text"):
        list(extract(Source(Path("a.docx"), "a.docx", "2001-02-03", limit=100_000, data=data)))


def test_from_the_shell(tmp_path: Path, run: Run) -> None:
    """A search finds a number that stands in a chart alone."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.docx").write_bytes(word(ARRIVALS))
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    (hit,) = run("zarzis 2500", "--index", "ix", "--json", cwd=tmp_path).objects()
    assert hit["shown"] == "docs/a.docx"
