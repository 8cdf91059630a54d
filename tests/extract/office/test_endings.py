"""A real file of every ending of office documents, read by the command: without one none is listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from coopsearch.indexer.extract import office
from tests.conftest import Run
from tests.extract.office import test_epub, test_odf, test_ole, test_xlsb
from tests.extract.office.office_files import RELATIONS, packed, paragraph, relations

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
SLIDES: Final = "application/vnd.openxmlformats-officedocument.presentationml"
SHEETS: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: The type of the main part under each ending.
MAIN: Final = {
    ".docx": f"{WORD}.document.main+xml",
    ".dotx": f"{WORD}.template.main+xml",
    ".docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
    ".dotm": "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    ".pptx": f"{SLIDES}.presentation.main+xml",
    ".ppsx": f"{SLIDES}.slideshow.main+xml",
    ".potx": f"{SLIDES}.template.main+xml",
    ".pptm": "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
    ".ppsm": "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
    ".potm": "application/vnd.ms-powerpoint.template.macroEnabled.main+xml",
    ".xlsx": f"{SHEETS}.sheet.main+xml",
    ".xltx": f"{SHEETS}.template.main+xml",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    ".xltm": "application/vnd.ms-excel.template.macroEnabled.main+xml",
}

SPACES: Final = f'xmlns:p="urn:p" xmlns:a="urn:a" xmlns:r="{RELATIONS}"'
#: The main part of a presentation of one slide.
PRESENTATION: Final = (
    f'<p:presentation {SPACES}><p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst></p:presentation>'
)


def package(ending: str, main: str, part: str, more: dict[str, str], *related: tuple[str, str]) -> bytes:
    """Return a package of Office as programs write it, with macros where its ending says so."""
    folder, _, name = main.rpartition("/")
    macros: dict[str, str | bytes] = {}
    if ending.endswith("m"):
        macros[f"{folder}/vbaProject.bin"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
        related += (("vbaProject", "vbaProject.bin"),)
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{MAIN[ending]}"/></Types>'
    )
    return packed({
        "[Content_Types].xml": types,
        "_rels/.rels": relations(("officeDocument", main)),
        main: part,
        f"{folder}/_rels/{name}.rels": relations(*related),
        **more,
        **macros,
    })  # fmt: skip


def word(ending: str, text: str) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f'<w:document xmlns:w="{space}"><w:body>{paragraph(text)}</w:body></w:document>'
    return package(ending, "word/document.xml", body, {})


def slides(ending: str, text: str) -> bytes:
    slide = (
        f"<p:sld {SPACES}><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr/></p:nvSpPr><p:txBody><a:p><a:r>"
        f"<a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
    )
    more = {"ppt/slides/slide1.xml": slide}
    return package(ending, "ppt/presentation.xml", PRESENTATION, more, ("slide", "slides/slide1.xml"))


def sheets(ending: str, text: str) -> bytes:
    listed = f'<workbook xmlns:r="{RELATIONS}"><sheets><sheet name="Ports" r:id="rId1"/></sheets></workbook>'
    rows = f'<row r="1"><c t="inlineStr"><is><t>{text}</t></is></c></row>'
    more = {"xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>"}
    return package(ending, "xl/workbook.xml", listed, more, ("worksheet", "worksheets/sheet1.xml"))


def binary(ending: str, text: str) -> bytes:
    del ending
    return test_xlsb.book(test_xlsb.row(1, test_xlsb.cell(6, test_xlsb.text(text))))


def book(ending: str, text: str) -> bytes:
    del ending
    spine = test_epub.BOOK.replace('<itemref idref="c" linear="no"/>', "")
    return packed(
        {**test_epub.PARTS, "OEBPS/book.opf": spine, "OEBPS/text/one.xhtml": test_epub.PAGE.format(text)}
    )


def rich(ending: str, text: str) -> bytes:
    del ending
    return rb"{\rtf1\ansi " + text.encode() + b"\\par}"


def old(ending: str, text: str) -> bytes:
    """Return a document from before 2007, with the text in the place of one of the same length."""
    name, place = {"d": ("a.doc", b"lien"), "x": ("a.xls", b"Ports"), "p": ("a.ppt", b"The title")}[ending[1]]
    if ending in {".pot", ".pps"}:
        name, place = "a.ppt", b"The title"
    data = test_ole.files()[name]
    assert data.count(place) == 1
    return data.replace(place, text.encode()[: len(place)].ljust(len(place), b"x"))


PAGE: Final = '<d:page d:name="1"><d:text-box><t:p>{}</t:p></d:text-box></d:page>'
BODIES: Final = {
    "text": "<t:p>{}</t:p>",
    "presentation": PAGE,
    "drawing": PAGE,
    "spreadsheet": '<b:table b:name="Ports"><b:table-row><b:table-cell><t:p>{}</t:p></b:table-cell>'
    "</b:table-row></b:table>",
}


def open_document(kind: str) -> Callable[[str, str], bytes]:
    def made(ending: str, text: str) -> bytes:
        content = test_odf.content(kind, BODIES[kind].format(text))
        if not ending.startswith(".f"):
            return packed({"mimetype": "application/vnd.oasis.opendocument", "content.xml": content})
        whole = content.replace("o:document-content ", "office:document xmlns:office='urn:o' ", 1)
        return (
            b'<?xml version="1.0"?>' + whole.replace("</o:document-content>", "</office:document>").encode()
        )

    return made


def star_office(kind: str) -> Callable[[str, str], bytes]:
    def made(ending: str, text: str) -> bytes:
        told = kind + ("-global" if ending == ".sxg" else "")
        content = (
            '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE office:document-content PUBLIC '
            '"-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "office.dtd"><o:document-content '
            f'o:class="{told}" {test_odf.SPACES}><o:body>{BODIES[kind].format(text)}</o:body>'
            "</o:document-content>"
        )
        return packed({"content.xml": content, "META-INF/manifest.xml": "<manifest/>"})

    return made


#: What makes a file of each ending.
MAKERS: Final[dict[str, Callable[[str, str], bytes]]] = {
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), word),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"), slides),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm"), sheets),
    ".xlsb": binary,
    ".epub": book,
    ".rtf": rich,
    **dict.fromkeys((".doc", ".dot", ".xls", ".xlt", ".ppt", ".pps", ".pot"), old),
    **dict.fromkeys((".odt", ".ott", ".odm", ".fodt"), open_document("text")),
    **dict.fromkeys((".odp", ".otp", ".fodp"), open_document("presentation")),
    **dict.fromkeys((".ods", ".ots", ".fods"), open_document("spreadsheet")),
    **dict.fromkeys((".odg", ".otg", ".fodg"), open_document("drawing")),
    **dict.fromkeys((".sxw", ".stw", ".sxg"), star_office("text")),
    **dict.fromkeys((".sxi", ".sti"), star_office("presentation")),
    **dict.fromkeys((".sxc", ".stc"), star_office("spreadsheet")),
    **dict.fromkeys((".sxd", ".std"), star_office("drawing")),
}


def test_every_ending(tmp_path: Path, run: Run) -> None:
    """The command reads a file of every ending that the table of formats lists, without a complaint."""
    assert set(MAKERS) == {suffix for one in office.FORMATS for suffix in one.suffixes}
    docs = tmp_path / "docs"
    docs.mkdir()
    words = {}
    for number, (ending, maker) in enumerate(MAKERS.items()):
        # A word of its own for each, so that none counts as a copy of another.
        words[ending] = f"q{chr(97 + number // 26)}{chr(97 + number % 26)}z"
        (docs / f"file{ending}").write_bytes(maker(ending, words[ending]))
    report = run("index", "docs", "--index", "ix", "--json", cwd=tmp_path)
    assert report.code == 0, report.out
    (told,) = report.objects()
    assert told["added"] == len(MAKERS), told
    found = run("q*", "--index", "ix", "--json", "-n", "100", cwd=tmp_path).objects()
    texts = {one["shown"]: json.dumps(one, ensure_ascii=False) for one in found}
    assert set(texts) == {f"docs/file{ending}" for ending in MAKERS}
    for ending, own in words.items():
        assert own in texts[f"docs/file{ending}"], ending
