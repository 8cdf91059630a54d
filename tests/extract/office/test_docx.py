"""Word documents: what is read of them, and what of an attack or of damage."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from coopsearch.indexer.extract import format_of
from coopsearch.indexer.extract.office.package import inside
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document
from tests.extract.office.office_files import (
    WORD,
    compound,
    core,
    docx,
    items,
    packed,
    paragraph,
    read,
    relations,
)

STYLES = f"""<w:styles xmlns:w="{WORD}">
<w:style w:styleId="Titre"><w:name w:val="Title"/></w:style>
<w:style w:styleId="Titre1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="Own"><w:name w:val="Our own"/><w:basedOn w:val="Titre1"/></w:style>
<w:style w:styleId="Deep"><w:name w:val="x"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:styleId="Round"><w:name w:val="y"/><w:basedOn w:val="Round"/></w:style>
</w:styles>"""


def test_headings() -> None:
    """A style makes a heading by its name, its outline level, or the style that it is based on."""
    body = (
        paragraph("The title", "Titre") + paragraph("One", "Own") + paragraph("Two", "Deep")
        + paragraph("text", "Round")
        + '<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>Last</w:t></w:r></w:p>'
    )  # fmt: skip
    document = read(docx(body, {"word/styles.xml": STYLES}, ("styles", "styles.xml")))
    found = [(document.text[one.start : one.end], one.level, one.heading) for one in document.passages]
    assert found == [
        ("The title", 1, ()),
        ("One", 2, ("The title",)),
        ("Two", 3, ("The title", "One")),
        ("text", 0, ("The title", "One", "Two")),
        ("Last", 2, ("The title",)),
    ]
    assert document.title == "The title"


def test_inline() -> None:
    """Deleted and moved text is left out, inserted text kept; signs are read as what they stand for."""
    body = (
        "<w:p><w:r><w:t>co</w:t><w:softHyphen/><w:t>operation</w:t><w:tab/><w:t>a</w:t><w:noBreakHyphen/>"
        "<w:t>b soft\xadly</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t> new</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom>"
        "<w:r><w:instrText>HYPERLINK</w:instrText><w:br/><w:t>line</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>join</w:t></w:r></w:p>" + paragraph("ed")
    )
    assert read(docx(body)).text == "cooperation\ta-b softly new\nline\n\njoined"


def test_text_box() -> None:
    """A box stands behind its paragraph, and once, though Word stores it twice."""
    box = f"<w:txbxContent>{paragraph('in the box')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>before</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:drawing>" + box
        + "</w:drawing></mc:Choice><mc:Fallback><w:pict>" + box + "</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r><w:r><w:t> after</w:t></w:r></w:p>"
    )  # fmt: skip
    assert read(docx(body)).text == "before after\n\nin the box"


def test_tables() -> None:
    """Rows are lines, their cells apart; a row as long as a page is read as paragraphs."""
    cell = "<w:tc>{}</w:tc>".format
    short = f"<w:tr>{cell(paragraph('a') + paragraph('b'))}{cell(paragraph('c'))}{cell('<w:p/>')}</w:tr>"
    gone = f"<w:tr><w:trPr><w:del/></w:trPr>{cell(paragraph('gone'))}</w:tr>"
    page = f"<w:tr>{cell(paragraph('x' * 300) + paragraph('y'))}{cell(paragraph('z' * 300))}</w:tr>"
    text = read(docx(f"<w:tbl>{short}{gone}</w:tbl><w:tbl>{page}</w:tbl>")).text
    assert text == "a b | c\n\n" + "\n\n".join(["x" * 300, "y", "z" * 300])


def test_parts_and_properties() -> None:
    """Notes and comments follow the text under their names; a header stands once; the title is checked."""
    notes = (
        f'<w:footnotes xmlns:w="{WORD}"><w:footnote w:type="separator">{paragraph("line")}</w:footnote>'
        f'<w:footnote w:id="2">{paragraph("a note")}</w:footnote></w:footnotes>'
    )
    header = f'<w:hdr xmlns:w="{WORD}">{paragraph("Ministry")}</w:hdr>'
    data = docx(
        paragraph("text"),
        {
            "core.xml": core("Microsoft Word - report.doc", "Amina Ben Ali", "2019-03-04T10:00:00Z"),
            "word/notes.xml": notes,
            "word/h1.xml": header,
            "word/h2.xml": header,
            "word/comments.xml": "<w:comments xmlns:w='u'><w:broken>",
        },
        ("footnotes", "notes.xml"),
        ("header", "h1.xml"),
        ("header", "/word/h2.xml"),
        ("comments", "comments.xml"),
    )
    document, problem = items(data)
    assert isinstance(document, Document)
    assert isinstance(problem, Problem)
    assert problem.reason.startswith("its comments are left out: damaged: no valid XML")
    assert document.text == "text\n\na note\n\nMinistry"
    assert [one.heading for one in document.passages] == [(), ("Footnotes",), ("Header or footer",)]
    assert (document.title, document.date, dict(document.fields)) == (
        "text",
        "2019-03-04",
        {"author": "Amina Ben Ali", "created": "2019-03-04"},
    )


LAUGHS = (
    '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>'
)
OUTSIDE = LAUGHS.replace('<!ENTITY a "ha">', '<!ENTITY a SYSTEM "file:///etc/passwd">')
DEEP = f'<w:document xmlns:w="{WORD}"><w:body>{"<w:sdt>" * 5000}'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (LAUGHS, "refused: its XML declares"),
        (OUTSIDE, "refused: its XML declares"),
        (DEEP, "damaged: its XML nests deeper"),
        ("<w:document", "damaged: no valid XML"),
        ("", "damaged: no valid XML"),
        ("<a/>", "no text"),
        ("<?xml version='1.0' encoding='klingon'?><a/>", "damaged"),
    ],
)
def test_hostile_xml(content: str, reason: str) -> None:
    """Entities, absurd nesting and damage give a reason."""
    with pytest.raises(ExtractionError, match=reason):
        read(docx("", {"word/document.xml": content}))


def test_bomb() -> None:
    """A part that unpacks beyond all proportion is not unpacked."""
    start = f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>'
    data = docx("", {"word/document.xml": start + "a" * 40_000_000})
    assert len(data) < 100_000
    with pytest.raises(ExtractionError, match="too large: it unpacks to over 10 MiB"):
        read(data)


def test_relations_stay_inside() -> None:
    """A relation is only ever looked up in the package, and one to elsewhere is not followed."""
    assert inside("word/document.xml", "../../../etc/passwd") == "etc/passwd"
    assert inside("word/document.xml", "/word/a%20b.xml") == "word/a b.xml"
    body = paragraph("text")
    outside = docx(body, {}, ("footnotes", "../../../../etc/passwd"), ("header", "file:///etc/passwd"))
    assert read(outside).text == "text"
    external = relations(("footnotes", "notes.xml"), mode="External")
    notes = f'<w:footnotes xmlns:w="{WORD}"><w:footnote>{paragraph("a note")}</w:footnote></w:footnotes>'
    parts = {"word/notes.xml": notes, "word/_rels/document.xml.rels": external}
    assert read(docx(body, parts)).text == "text"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no text: the file is empty"),
        (b"PK\x03\x04 and no more", "damaged: no whole zip package"),
        (packed({"a.xml": "<a/>"}), "damaged: a package that does not say what it is"),
        (packed({"_rels/.rels": "<a/>"}), "damaged: the package does not say"),
        (b"\xff\xd8\xff\xe0 picture", "not text: it is a picture"),
        (b"\xffWPC\x00", "WordPerfect"),
        (b"<?xml version='1.0'?><svg/>", "XML of a kind that is not read"),
    ],
)
def test_wrong_endings(data: bytes, reason: str) -> None:
    """What is not a document says what it is."""
    with pytest.raises(ExtractionError, match=reason):
        read(data)


def test_other_kinds() -> None:
    """A page, an XML file or plain text under a document's ending is read as what it is."""
    assert read(b"<html><body><h1>A page</h1></body></html>").type == "html"
    assert read(b"just words").type == "txt"
    body = f"<w:body>{paragraph('flat')}</w:body>"
    flat = f'<?xml version="1.0"?><w:wordDocument xmlns:w="u">{body}</w:wordDocument>'
    assert (read(flat.encode()).type, read(flat.encode("utf-16")).text) == ("docx", "flat")


def test_owner_file() -> None:
    """What Office puts beside a document while it is open is not a document."""
    assert format_of(Path("~$report.docx")) is None
    assert format_of(Path("report.DOCX")) is not None


def test_kind() -> None:
    """What a package is, its main part's type says, in whatever folder that is."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": f'<Types><Override PartName="/x/d.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": relations(("officeDocument", "/x/d.xml")),
        "x/d.xml": f'<w:document xmlns:w="{WORD}"><w:body>{paragraph("found")}</w:body></w:document>',
    }
    assert read(packed(parts)).text == "found"
    with pytest.raises(ExtractionError, match="no document: a package of a kind that is not read"):
        read(packed(parts | {"[Content_Types].xml": "<Types/>"}))


def test_encrypted() -> None:
    """Both kinds of locked packages say that they are encrypted."""
    data = bytearray(docx(paragraph("text")))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)
    for locked in (bytes(data), compound({"EncryptedPackage": b""})):
        with pytest.raises(
            ExtractionError, match="encrypted: it opens with a password only; store it without one"
        ):
            read(locked)


def test_damaged() -> None:
    """Documents cut and changed at random give a document or a reason, nothing else."""
    chance = random.Random(11)
    whole = docx(
        paragraph("some text of no length") * 20, {"word/styles.xml": STYLES}, ("styles", "styles.xml")
    )
    for _ in range(300):
        data = bytearray(whole)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        for _ in range(chance.randint(1, 8) if data else 0):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        try:
            found = items(bytes(data))
        except ExtractionError:
            continue
        assert all(isinstance(one, Document | Problem) for one in found)
