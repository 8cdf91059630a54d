"""Documents of other projects' tests: what each gives, and that none can do harm, changed at random too."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from coopsearch.indexer.extract import Source, format_of
from coopsearch.indexer.extract.base import Member
from coopsearch.indexer.extract.by_signature import extract
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document
from tests.conftest import SHARED

FIXTURES = SHARED / "fixtures" / "tika"
ENDINGS = ("docx", "pptx", "xlsx", "odt", "odp", "ods", "epub", "rtf", "doc", "ppt", "xls")

#: Files and what a person reads in them: " / " is between passages, " ... " is for what is left out.
TEXT = [
    ("EmbeddedOutlook.docx", "This is a test with embedded outlook message"),
    ("EmbeddedPDF.docx", "Test Document with embedded pdf’s"),
    ("footnotes.docx", "Eto ochen prostoy text so snoskoy / snoska"),
    ("testComment.docx", "Here is some text. / Here is a comment"),
    ("testDOCX_Thumbnail.docx", "This file contains a thumbnail"),
    ("testExternalRefs.docx", "Testing INCLUDEPICTURE: [Image placeholder]"),
    ("headerPic.docx", "DOZOR"),
    ("testHoverAndVml.docx", "Testing VML shape: / Click me"),
    ("testOCR.docx", "Here is an embedded image"),
    ("testWORD_1img.docx", "The quick brown fox jumps over the lazy dog"),
    ("testWORD_2006ml.docx", "R1c1 | R1c2 ... This is text within a shape ... And this is the footnote / This is an endnote"),
    ("testWORD_boldHyperlink.docx", "link; bold, I say."),
    ("testWORD_bold_character_runs2.docx", "Foobar"),
    ("testWORD_charts.docx", "wants a peach ... January | February | March"),
    ("testWORD_diagramData.docx", "From here / To here / And then here."),
    ("testWORD_embedded_pdf.docx", "Here is the pdf file: / Bye Bye"),
    ("testWORD_embedded_pics.docx", "This is a paragraph with an image ... Deeply embedded"),
    ("testWORD_endnote_table.docx", "Lorem ipsum dolor sit amet, consectetuer adipiscing elit."),
    ("testWORD_formattingFlipUnderlineOrder.docx", "Informacje o zmianach w ustawie o działalności leczniczej"),
    ("testWORD_missing_text.docx", "Cell0 | Rich_text_in_cell | Cell2"),
    ("testWORD_no_format.docx", "Administration och övervakning"),
    ("testWORD_numbered_list.docx", "This is another list / yet / another / list"),
    ("testWORD_phonetic.docx", "東京"),
    ("testWORD_sdtInTextBox.docx", "rich-text-content-control_inside-text-box"),
    ("testWORD_tableInRunInsideParagraph.docx", "accusam et justo duo | AAAA"),
    ("testWORD_text_box.docx", "This text is inside of a text box in the body ... This text is inside of a text box in the header"),
    ("testWORD_various.docx", "Row 1 Col 1 | Row 1 Col 2 | Row 1 Col 3 ... ゾルゲと尾崎、淡々と最期 ... 𐌲𐌿𐍄𐌹𐍃𐌺"),
    ("test_recursive_embedded.docx", "embed_0"),
    ("testMSChart-govdocs-428996.pptx", "Thin Film Partnership Subcontract Budgets"),
    ("testPPT_charts.pptx", "wants a peach ... January | February"),
    ("testPPT_comment.pptx", "title / subtitle / I'm afraid I'm going to have to ask you to add some content"),
    ("testPPT_custom_props.pptx", "Test extraction properties pptx"),
    ("testPPT_groups.pptx", "smart1 / smart2 ... Text box1 / Text box2 ... WordArt2"),
    ("testPPT_masterFooter.pptx", "Master footer is here"),
    ("testPPT_masterText2.pptx", "Text that I added to the master slide"),
    ("testWordArt.pptx", "Here is some red word Art"),
    ("test_embedded_zip.pptx", "Bundled with the JDK since 6.0 (not with the JRE)"),
    ("CVLKRA-KYC_Download_File_Structure_V3.1.xlsx", "S.No | Field | Field Type | Field Length"),
    ("testComment.xlsx", "Here is some text / Author:\nHere is a comment"),
    ("testEXCEL-formats.xlsx", "Currency $#,##0.00;[Red]($#,##0.00) | 1599.99 | -1599.99"),
    ("testEXCEL.strict.xlsx", "First Sheet / Test spreadsheet / 2nd row | 2nd row 2nd column ... I'm in bold blue"),
    ("testEXCEL.xlsx", "Number | Square / 1 | 1 / 2 | 4 ... 15 | 225"),
    ("testEXCEL_big_numbers.xlsx", "123456789012345 | 123456789012346"),
    ("testEXCEL_custom_props.xlsx", "Fichier test pour propriétés sur xlsx"),
    ("testEXCEL_dateFormats.xlsx", "date / 2018-09-20 / 1996-08-10"),
    ("testEXCEL_diagramData.xlsx", "SmartArt text#1. / SmartArt text#2."),
    ("testEXCEL_hyperlinks.xlsx", "http_tika_link ... Text box"),
    ("testEXCEL_phonetic.xlsx", "2 | 日本オラクル | オラクル日本会社"),
    ("testEXCEL_textbox.xlsx", "this is some autoshape text"),
    ("LibreOfficeCalc_ods_1.3.ods", "This | is | an | example | spreadsheet"),
    ("LibreOfficeImpress_odp_1.3.odp", "This is / An example Impress file"),
    ("LibreOfficeWriter_odt_1.3.odt", "This is an example document"),
    ("test-columnar.ods", "Record Number | Square of the Record Number ... 1960-01-01"),
    ("testFooter.odt", "Here is some text on page 2 / Here is footer text"),
    ("testODFwithOOo3.odt", "This is a rather difficult test document, with interesting features. ... First item / Second item"),
    ("testODP_NPE.odp", "Culture, Society, and Health: Definitions"),
    ("testODTEmbeddedImageLink.odt", "Visit Tika"),
    ("testODTStyles3.odt", "Naam verantwoordelijke hoofdgriffier/griffier | Marleen Vrolix"),
    ("testODT_svgTitleInStyledSpan.odt", "國立雲林科技大學國際課程活動甄選"),
    ("testODTnotaZipFile.odt", "This is not a zip file!"),
    ("testStyles.odt", "One / Two / Three"),
    ("testEPUB.epub", "This is the text for chapter One ... Subchapter 2.1"),
    ("testComment.rtf", "Here is some text. / Here is a comment"),
    ("testFontAfterBufferedText.rtf", "Уважаемый клиент!"),
    ("testOptionalHyphen.rtf", "optionalhyphen"),
    ("testRTF.rtf", "Test d’indexation Word"),
    ("testRTFControls.rtf", "Thiswordhasanem—dash ... Thiswordhasanonbreaking\xa0space ... ‘Single quoted text’"),
    ("testRTFCorruptListOverride.rtf", "There are 90 naturally occurring kinds of apples."),
    ("testRTFHyperlink.rtf", "Thank you for using Microsoft® Office Outlook® 2003!"),
    ("testRTFInvalidUnicode.rtf", "Unpaired hi \ufffd here"),
    ("testRTFListLibreOffice.rtf", "one / two / three / A short unordered list:"),
    ("testRTFTIKA_1713.rtf", "Part of bigger picture (to be developed)"),
    ("testRTFTableCellSeparation.rtf", "a | b / c | d / ä | ë / ö | ü"),
    ("testRTFUmlautSpaces.rtf", "Übersicht"),
    ("testRTFUnicodeGothic.rtf", "𐌲𐌿𐍄𐌹𐍃𐌺"),
    ("testRTFUnicodeUCNControlWordCharacterDoubling.rtf", "0 年 abc 念"),
    ("testRTFWithCurlyBraces.rtf", "{ some text inside curly brackets }"),
    ("testRTFWordPadCzechCharacters.rtf", "Část svitku s textem Knihy Izajáš"),
    ("testRTF_annotation_spacing.rtf", "This is supercalifragilistic / This is a comment"),
    ("testRTF_nestedHyperlinkPageRef.rtf", "Before 42 after."),
    ("simple_lower_case.doc", "This is a sample Word document"),
    ("testComment.doc", "Here is some text. / Here is a comment"),
    ("testControlCharacters.doc", "Manuale Amministratore / 1.\tIntroduzione"),
    ("testException1.doc", "Disability affects one third of all Western Australians."),
    ("testOptionalHyphen.doc", "optionalhyphen"),
    ("testWORD.doc", "Heading Level 1 / Heading Level 2 ... This links to The Main Heading Bookmark"),
    ("testWORD6.doc", "The quick brown fox jumps over the lazy dog"),
    ("testWORDML_tableInsideParagraph.doc", "Some Data | Second column | Third"),
    ("testWORD_2006ml.doc", "Table 1: Table1 Caption ... This should have a footnote"),
    ("testWORD_no_format.doc", "Administration och övervakning"),
    ("testWORD_various.doc", "Row 1 Col 1 | Row 1 Col 2 ... ゾルゲと尾崎、淡々と最期 ... This is the footer text."),
    ("testComment.ppt", "Here is some text / Here is a comment"),
    ("testPPT.ppt", "Sample Powerpoint Slide / Created with Microsoft"),
    ("testPPT_custom_props.ppt", "Test extraction properties ppt"),
    ("testPPT_masterText.ppt", "Text that I added to the master slide"),
    ("testPPT_various.ppt", "Here is a list: / Bullet 1 / Bullet 2 ... Row 1 Col 1 / Row 1 Col 2"),
    ("jxl.xls", "Number Formats ... 3.1415926535"),
    ("testEXCEL_1img.xls", "The | quick | brown | fox | jumps | over | the | lazy | dog ... 1 | 2 | 2"),
    ("testEXCEL_4.xls", "[Money amounts are in thousands of dollars, except as indicated]"),
    ("testEXCEL_5.xls", "Number | Square / 1 | 1 / 2 | 4"),
    ("testEXCEL_custom_props.xls", "Fichier test pour propriétés sur xls"),
    ("testEXCEL_extra_metadata.xls", "hidden-columns-and-hidden-rows / 1 | 2 | 3 ... This is a comment"),
    ("testEXCEL_labels-govdocs-515858.xls", "Antigua and Barbuda | 0.122 | 0 | nd"),
]  # fmt: skip

#: Files and why they give no text.
REASONS = [
    ("protected_normal_case.docx", "encrypted"),
    ("protectedFile.xlsx", "encrypted"),
    ("testEXCEL_protected_passtika.xlsx", "encrypted"),
    ("testWORD_multi_authors.docx", "no text"),
    ("testEXCEL_95.xls", "no text"),
    ("pictures.ppt", "no text"),
    ("testRTFEmbeddedLink.rtf", "no text"),
    ("testWordPerfect_42.doc", "not text"),
]

pytestmark = pytest.mark.skipif(not FIXTURES.is_dir(), reason="the files of other projects are not here")


def source(path: Path, data: bytes | None = None) -> Source:
    """Return a source of a file, or of other bytes under its name."""
    return Source(path, path.name, "2001-02-03", data=data)


def files() -> Iterator[Path]:
    """Yield all documents among the files."""
    for path in sorted(FIXTURES.iterdir()) if FIXTURES.is_dir() else ():
        if path.suffix[1:] in ENDINGS:
            yield path


@pytest.mark.parametrize(("name", "expected"), TEXT)
def test_text(name: str, expected: str) -> None:
    """The text that a person reads in a file is found, in the same order and with the same passages."""
    documents = [one for one in extract(source(FIXTURES / name)) if isinstance(one, Document)]
    (document,) = documents
    at = 0
    for part in expected.split(" ... "):
        at = document.text.find(part.replace(" / ", "\n\n"), at)
        assert at >= 0, part
    for one in document.passages:
        passage = document.text[one.start : one.end]
        assert passage
        assert passage == passage.strip()


@pytest.mark.parametrize(("name", "reason"), REASONS)
def test_reason(name: str, reason: str) -> None:
    """A file without text says why."""
    with pytest.raises(ExtractionError, match=f"^{reason}"):
        list(extract(source(FIXTURES / name)))


def test_most_give_text() -> None:
    """Of all files but those without text or with a lock, at least 95 of 100 give text; all are known."""
    given = failed = 0
    for path in files():
        form = format_of(path)
        assert form is not None
        assert form.risky
        try:
            assert list(form.extract(source(path)))
            given += 1
        except ExtractionError as error:
            failed += not str(error).startswith(("no text", "encrypted"))
    assert given >= 0.95 * (given + failed)
    assert given > 130


@pytest.mark.parametrize("ending", ENDINGS)
def test_damaged(ending: str) -> None:
    """Copies cut or changed at random give documents or a reason, nothing else."""
    chance = random.Random(ending)
    small = [path for path in files() if path.suffix == f".{ending}" and path.stat().st_size < 150_000]
    for path in small[:12]:
        whole = path.read_bytes()
        for _ in range(8):
            data = bytearray(whole)
            if chance.random() < 0.3:
                del data[chance.randrange(len(data)) :]
            for _ in range(chance.choice((1, 3, 30)) if data else 0):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            try:
                found = list(extract(source(path, bytes(data))))
            except ExtractionError:
                continue
            assert all(isinstance(one, Document | Member | Problem) for one in found)


def test_wrongly_named() -> None:
    """Under another ending each document is read as what it is."""
    for path in list(files())[::6]:
        try:
            found = [one for one in extract(source(path)) if isinstance(one, Document)]
        except ExtractionError:
            continue
        if not found:
            continue  # What is embedded in it alone has text.
        (document,) = found
        if document.type in ENDINGS:
            other = source(Path("wrong.docx"), path.read_bytes())
            (again,) = (one for one in extract(other) if isinstance(one, Document))
            assert (again.text, again.type) == (document.text, document.type)
