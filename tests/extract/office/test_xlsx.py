"""Excel workbooks: cells of every kind, and numbers and days as they read."""

from __future__ import annotations

import pytest

from coopsearch.indexer.extract.office.cells import is_default_name, number, time_format, written_time
from coopsearch.search.errors import ExtractionError
from tests.extract.office.office_files import RELATIONS, packed, read, relations

STYLES = (
    '<styleSheet><numFmts><numFmt numFmtId="200" formatCode="yyyy\\-mm"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="200"/></cellXfs></styleSheet>'
)


def book(rows: str, **settings: str) -> bytes:
    """Return a workbook of two sheets, the second with the given rows."""
    sheet = "<worksheet><sheetData>{}</sheetData>{}</worksheet>".format
    footer = '&amp;L&amp;"Arial,Bold"&amp;12Confidential&amp;R&amp;P'
    footer = f"<headerFooter><oddFooter>{footer}</oddFooter></headerFooter>"
    sheets = '<sheet name="Feuil1" r:id="rId1"/><sheet name="Ports" r:id="rId2"/>'
    return packed({
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns:r="{RELATIONS}"><workbookPr {settings.get("book", "")}/>'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "s1.xml"), ("worksheet", "/xl/s2.xml"), ("sharedStrings", "strings.xml"),
            ("styles", "styles.xml"),
        ),
        "xl/s1.xml": sheet('<row r="3"><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>', footer),
        "xl/s2.xml": sheet(rows, ""),
        "xl/strings.xml": "<sst><si><t>Smuggling by sea</t></si><si><r><t>ri</t></r><r><t>ch</t></r>"
        "<rPh><t>said</t></rPh></si></sst>",
        "xl/styles.xml": settings.get("styles", STYLES),
    })  # fmt: skip


def test_cells() -> None:
    """Each kind of cell reads as it is shown; a row is a passage with its number as the line."""
    rows = (
        '<row r="1"><c><v>3</v></c><c><v>0.30000000000000004</v></c><c t="b"><v>1</v></c></row>'
        '<row r="2"><c s="1"><v>43831</v></c><c s="2"><v>43831.5</v></c><c t="e"><v>#N/A</v></c></row>'
        '<row r="7"><c t="inlineStr"><is><t>in line</t></is></c><c t="str"><f>A1</f><v>made</v></c></row>'
    )
    document = read(book(rows), "ports of call.xlsx")
    found = [(document.text[one.start : one.end], one.line, one.heading) for one in document.passages]
    assert found == [
        ("Smuggling by sea | rich", 3, ()),
        ("Confidential", None, ()),
        ("Ports", None, ()),
        ("3 | 0.3 | TRUE", 1, ("Ports",)),
        ("2020-01-01 | 2020-01-01 12:00", 2, ("Ports",)),
        ("in line | made", 7, ("Ports",)),
    ]
    assert (document.type, document.title) == ("xlsx", "ports of call")


def test_since_1904() -> None:
    """Workbooks of old Macintoshes count their days from 1904."""
    rows = '<row r="1"><c s="1"><v>1</v></c></row>'
    assert "1904-01-02" in read(book(rows, book='date1904="1"')).text


def test_large() -> None:
    """A sheet with more text than a document may hold is refused, not cut."""
    cell = f'<row r="1"><c t="inlineStr"><is><t>{"x " * 5_000_000}</t></is></c></row>'
    with pytest.raises(ExtractionError, match="too large"):
        read(book(cell * 8))


@pytest.mark.parametrize(
    ("value", "expected"),
    [("12", "12"), ("-3.0", "-3"), ("1E3", "1000"), ("0.1", "0.1"),
     ("12345678901234567", "12345678901234567"),
     ("n/a", "n/a"), ("NaN", ""), ("1e400", "")],
)  # fmt: skip
def test_number(value: str, expected: str) -> None:
    assert number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", "1900-01-01"), ("59", "1900-02-28"), ("61", "1900-03-01"), ("0.75", "18:00"), ("-1", "-1"),
     ("1e9", "1000000000"), ("x", "x"), ("2958465", "9999-12-31")],
)  # fmt: skip
def test_written_time(value: str, expected: str) -> None:
    assert written_time(value, since_1904=False) == expected


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [("1.5625", "[h]:mm", "37:30"), ("0.0208333333", "[h]:mm", "0:30"), ("100", "[hh]:mm:ss", "2400:00:00"),
     ("1.5", "[mm]:ss", "2160:00"), ("0.5", "[s]", "43200"), ("41.6666666666667", '[h]" h"', "1000"),
     ("-1.5", "[h]:mm", "-36:00"), ("1.25", "h:mm", "06:00"), ("0.51", "h:mm:ss AM/PM", "12:14:24"),
     ("0.00087963", "mm:ss.0", "01:16"), ("x", "[h]", "x"), ("1e300", "[h]", "1e+300")],
)  # fmt: skip
def test_elapsed(value: str, form: str, expected: str) -> None:
    """Elapsed times and times of a clock are not days: they read as the sheet shows them."""
    assert written_time(value, time_format(form), since_1904=False) == expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [("yyyy-mm-dd", "date"), ("[$-40C]d mmm;@", "date"), ("m/d/yy", "date"), ("mmmm", "date"),
     ("m/d/yy h:mm", "date"), ("[h]:mm", "[h]:m"), ("[HH]:MM:SS", "[h]:m:s"), ("[mm]:ss", "[m]:s"),
     ("[Red][s]", "[s]"), ("[$-F400]h:mm:ss\\ AM/PM", "h:m:s"), ("mm:ss.0", "m:s"), ("General", ""),
     ("0.00", ""), ('#,##0 "days"', ""), ("[Red]0", ""), (r"0\d", ""), ("@", ""), ("", "")],
)  # fmt: skip
def test_time_format(form: str, expected: str) -> None:
    """Formats of days, of a clock and of elapsed times are told from each other and from all others."""
    assert time_format(form) == expected


def test_elapsed_cells() -> None:
    """A cell of hours that go beyond a day is not a day of the year 1900."""
    styles = "<cellXfs><xf numFmtId='0'/><xf numFmtId='46'/><xf numFmtId='7'/></cellXfs>"
    numbers = "<numFmts><numFmt numFmtId='7' formatCode='[h]:mm'/></numFmts>"
    rows = '<row r="1"><c s="1"><v>1.5</v></c><c s="2"><v>2.0625</v></c></row>'
    document = read(book(rows, styles=f"<styleSheet>{numbers}{styles}</styleSheet>"))
    assert "36:00:00 | 49:30" in document.text
    assert "1900" not in document.text


def test_names() -> None:
    """Names that a program gave are known."""
    assert all(map(is_default_name, ("Sheet1", "Feuil2", "ورقة1", "Feuille 3")))
    assert not any(map(is_default_name, ("Ports", "Sheet of names", "2019")))
