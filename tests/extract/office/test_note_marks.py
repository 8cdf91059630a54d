"""Marks of notes: raised behind their word in every format of office documents, never a part of it."""

from __future__ import annotations

import struct
from itertools import accumulate

import pytest

from coopsearch.search.analysis.tokenizer import words
from tests.extract.office.office_files import RELATIONS, compound, docx, packed, read, relations

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
EXPECTED = "The smugglers¹² left.³ kidnappersᵃ paid 1er, 5 m² XIXe"
#: The same, as plain and raised runs by turns.
RUNS = ("The smugglers", "12", " left.", "3", " kidnappers", "a", " paid 1", "er", ", 5 m", "2", " XIX", "e")


def word_runs(raised: str) -> str:
    """Return the runs of Word, those that stand raised with a setting."""
    return "".join(
        f"<w:r>{raised if at % 2 else ''}<w:t xml:space='preserve'>{text}</w:t></w:r>"
        for at, text in enumerate(RUNS)
    )


def word_styles() -> str:
    """Return a table of styles, with one for the marks of notes."""
    up = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
    style = f'<w:style w:type="character" w:styleId="Ref">{up}</w:style>'
    return f'<w:styles xmlns:w="{WORD}">{style}</w:styles>'


@pytest.mark.parametrize(
    "setting",
    ['<w:vertAlign w:val="superscript"/>', '<w:rStyle w:val="Ref"/>', '<w:position w:val="6"/>'],
)
def test_docx(setting: str) -> None:
    """Runs of Word stand raised by themselves, by their style, or by their place."""
    body = f"<w:p>{word_runs(f'<w:rPr>{setting}</w:rPr>')}</w:p>"
    document = read(docx(body, {"word/styles.xml": word_styles()}, ("styles", "styles.xml")))
    assert document.text == EXPECTED
    found, steps = words(document.text)
    assert steps is None
    assert found[:5] == ["the", "smugglers", "left", "kidnappers", "paid"]


def test_docx_level() -> None:
    """A run in a raised style that itself is not raised, and one that stands lower, are as they were."""
    lower = '<w:r><w:rPr><w:position w:val="-6"/></w:rPr><w:t>4</w:t></w:r>'
    level = '<w:r><w:rPr><w:rStyle w:val="Ref"/><w:vertAlign w:val="baseline"/></w:rPr><w:t>5</w:t></w:r>'
    body = f"<w:p><w:r><w:t>form</w:t></w:r>{lower}{level}</w:p>"
    assert read(docx(body, {"word/styles.xml": word_styles()}, ("styles", "styles.xml"))).text == "form45"


def test_pptx() -> None:
    """Runs of slides stand raised by their baseline."""
    runs = "".join(
        f"<a:r><a:rPr baseline='{30000 * (at % 2)}'/><a:t>{text}</a:t></a:r>" for at, text in enumerate(RUNS)
    )
    shape = f"<p:sp><p:nvSpPr><p:nvPr/></p:nvSpPr><p:txBody><a:p>{runs}</a:p></p:txBody></p:sp>"
    spaces = f'xmlns:p="urn:p" xmlns:a="urn:a" xmlns:r="{RELATIONS}"'
    data = packed({
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f'<p:presentation {spaces}><p:sldId id="256" r:id="rId1"/></p:presentation>',
        "ppt/_rels/presentation.xml.rels": relations(("slide", "slides/s1.xml")),
        "ppt/slides/s1.xml": f"<p:sld {spaces}><p:cSld><p:spTree>{shape}</p:spTree></p:cSld></p:sld>",
    })  # fmt: skip
    assert read(data, "a.pptx").text == EXPECTED


@pytest.mark.parametrize("place", ["super 58%", "33% 58%"])
def test_odt(place: str) -> None:
    """Spans stand raised by their style."""
    spans = "".join(
        f'<t:span t:style-name="T1">{text}</t:span>'
        if at % 2
        else f"<t:span t:style-name='T2'>{text}</t:span>"
        for at, text in enumerate(RUNS)
    )
    styles = "".join(
        f'<s:style s:name="{name}" s:family="text"><s:text-properties s:text-position="{where}"/></s:style>'
        for name, where in (("T1", place), ("T2", "sub 58%"))
    )
    content = (
        f'<o:document-content xmlns:o="urn:o" xmlns:t="urn:t" xmlns:s="urn:s"><o:automatic-styles>{styles}'
        f"</o:automatic-styles><o:body><o:text><t:p>{spans}</t:p></o:text></o:body></o:document-content>"
    )
    data = packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})
    assert read(data, "a.odt").text == EXPECTED


@pytest.mark.parametrize(
    ("begin", "end"),
    [("{\\super ", "}"), ("\\super ", "\\nosupersub "), ("\\up6 ", "\\up0 "), ("{\\up ", "}")],
)
def test_rtf(begin: str, end: str) -> None:
    """Runs of RTF stand raised by a word; a note that stands within one does not."""
    body = "".join(f"{begin}{text}{end}" if at % 2 else text for at, text in enumerate(RUNS))
    note = r"{\super\chftn{\footnote see 7}}"
    assert read(rf"{{\rtf1\ansi {body}{note}\par}}".encode(), "a.rtf").text == f"{EXPECTED}\n\nsee 7"


@pytest.mark.parametrize("setting", [b"\x48\x2a\x01", b"\x45\x48\x06\x00"])
def test_doc(setting: bytes) -> None:
    """Runs of old Word documents stand raised by a setting of their characters."""
    text = ("".join(RUNS) + "\r").encode("cp1252")
    ends = [0x400 + end for end in accumulate(map(len, RUNS), initial=0)]
    page = bytearray(512)
    struct.pack_into(f"<{len(ends)}I", page, 0, *ends)
    for run in range(len(RUNS)):
        page[4 * len(ends) + run] = 200 if run % 2 else 0
    page[400 : 401 + len(setting)] = bytes([len(setting)]) + setting
    page[-1] = len(RUNS)
    body = bytearray(0x400)
    struct.pack_into("<HHHHHH", body, 0, 0xA5EC, 0xC1, 0, 0x409, 0, 0x200)
    struct.pack_into("<I", body, 0x4C, len(text))
    pieces = struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, 0x400 * 2 | 0x4000_0000, 0)
    runs = struct.pack("<III", 0x400, 0x400 + len(text), (0x400 + 512) // 512)
    table = b"\2" + struct.pack("<I", len(pieces)) + pieces + runs
    struct.pack_into("<II", body, 0x1A2, 0, len(table) - len(runs))
    struct.pack_into("<II", body, 0xFA, len(table) - len(runs), len(runs))
    data = bytes(body) + text.ljust(512, b"\0") + bytes(page)
    assert read(compound({"WordDocument": data, "1Table": table}), "a.doc").text == EXPECTED


def test_xlsx() -> None:
    """Runs of cells stand raised as those of Word do."""
    up = "<rPr><vertAlign val='superscript'/></rPr>"
    runs = "".join(f"<r>{up if at % 2 else ''}<t>{text}</t></r>" for at, text in enumerate(RUNS))
    main = f'<workbook xmlns:r="{RELATIONS}"><sheets><sheet name="Sheet1" r:id="rId1"/></sheets></workbook>'
    data = packed({
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": main,
        "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": f'<worksheet><row><c t="inlineStr"><is>{runs}</is></c></row></worksheet>',
    })  # fmt: skip
    assert read(data, "a.xlsx").text == EXPECTED
