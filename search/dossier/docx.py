"""A dossier as a Word document (Office Open XML): a few parts in a ZIP, with escaped text in them.

Hits are kept on one page where they fit on one, and what is read from the right is laid out so. Does not
depend on an index or third-party libraries.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape

from coopsearch.search.dossier.dossier import Dossier, Entry, Piece, is_from_the_right, plain, ranges

_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OPEN: Final = "application/vnd.openxmlformats"
_TYPES: Final = f"{_OPEN}-officedocument.wordprocessingml"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
#: The moment of every part: two dossiers of the same content are the same bytes.
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
_MARK: Final = '<w:b/><w:bCs/><w:highlight w:val="yellow"/><w:u w:val="single"/>'

_CONTENT: Final = f"""<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="{_OPEN}-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="{_TYPES}.styles+xml"/>
<Override PartName="/word/footer1.xml" ContentType="{_TYPES}.footer+xml"/>
<Override PartName="/docProps/core.xml" ContentType="{_OPEN}-package.core-properties+xml"/>
</Types>"""
_PARTS: Final = f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/>
<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>
</Relationships>"""
_OF_DOCUMENT: Final = f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_R}/styles" Target="styles.xml"/>
<Relationship Id="rId2" Type="{_R}/footer" Target="footer1.xml"/>
</Relationships>"""


def _style(
    name: str, label: str, paragraph: str, run: str, *, kind: str = "paragraph", more: str = ""
) -> str:
    based = '<w:basedOn w:val="Normal"/>' if kind == "paragraph" and name != "Normal" else ""
    laid = f"<w:pPr>{paragraph}</w:pPr>" if paragraph else ""
    dressed = f"<w:rPr>{run}</w:rPr>" if run else ""
    default = ' w:default="1"' if name == "Normal" else ""
    return (
        f'<w:style w:type="{kind}"{default} w:styleId="{name}"><w:name w:val="{label}"/>{based}<w:qFormat/>'
        f"{laid}{dressed}{more}</w:style>"
    )


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


_BORDERS: Final = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="BBBBBB"/>'
    for side in ("top", "bottom", "insideH")
)
_STYLES: Final = "".join(
    [
        f'<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>',
        '<w:rFonts w:ascii="Georgia" w:hAnsi="Georgia" w:eastAsia="Georgia" w:cs="Times New Roman"/>',
        _size(21),
        '<w:lang w:val="en-GB" w:bidi="ar-SA"/></w:rPr></w:rPrDefault></w:docDefaults>',
        _style("Normal", "Normal", '<w:spacing w:after="60" w:line="276" w:lineRule="auto"/>', ""),
        _style("Title", "Title", '<w:spacing w:after="200"/>', f"<w:b/><w:bCs/>{_size(36)}"),
        _style(
            "Heading1",
            "heading 1",
            '<w:keepNext/><w:spacing w:before="360" w:after="120"/><w:outlineLvl w:val="0"/>',
            f"<w:b/><w:bCs/>{_size(28)}",
        ),
        _style(
            "Heading2",
            "heading 2",
            '<w:keepNext/><w:spacing w:before="240" w:after="60"/><w:outlineLvl w:val="1"/>',
            f"<w:b/><w:bCs/>{_size(23)}",
        ),
        _style(
            "Quote",
            "Quote",
            '<w:spacing w:before="60" w:after="80"/><w:ind w:left="340" w:right="340"/>',
            "",
        ),
        _style("Facts", "Facts", '<w:spacing w:after="0" w:line="240" w:lineRule="auto"/>', _size(17)),
        _style(
            "Sources",
            "Sources",
            "",
            "",
            kind="table",
            more=f"<w:tblPr><w:tblBorders>{_BORDERS}</w:tblBorders><w:tblCellMar>"
            '<w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>',
        ),
        "</w:styles>",
    ]
)
_FOOTER: Final = (
    f'<w:ftr xmlns:w="{_W}"><w:p><w:pPr><w:pStyle w:val="Facts"/><w:jc w:val="right"/></w:pPr>'
    '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    '<w:r><w:t xml:space="preserve"> / </w:t></w:r>'
    '<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
)
_PAGE: Final = (
    f'<w:sectPr><w:footerReference xmlns:r="{_R}" w:type="default" r:id="rId2"/>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1247" w:right="1134" w:bottom="1361" w:left="1134" '
    'w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>'
)
#: Widths of the columns of the table of sources, in twentieths of a point.
_COLUMNS: Final = (600, 3900, 1100, 4038)


def docx(dossier: Dossier) -> bytes:
    """Return a dossier as a Word document."""
    core = (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(dossier.title)}</dc:title>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{dossier.made}</dcterms:created></cp:coreProperties>'
    )
    body = "".join(_body(dossier))
    parts = {
        "[Content_Types].xml": _CONTENT,
        "_rels/.rels": _PARTS,
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}{_PAGE}</w:body></w:document>',
        "word/_rels/document.xml.rels": _OF_DOCUMENT,
        "word/styles.xml": _STYLES,
        "word/footer1.xml": _FOOTER,
        "docProps/core.xml": core,
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, (_HEAD + content).encode("utf-8", "replace"))
    return stream.getvalue()


def _body(dossier: Dossier) -> Iterator[str]:
    yield _paragraph("Title", [Piece(dossier.title)])
    for name, value in dossier.facts:
        yield _fact(name, value)
    yield _paragraph("Heading1", [Piece("Hits")])
    if not dossier.entries:
        yield _paragraph("Normal", [Piece("Nothing was found.")])
    for entry in dossier.entries:
        yield from _entry(entry)
    if dossier.sources:
        yield _paragraph("Heading1", [Piece("Sources")])
        yield from _sources(dossier)
        # A document ends with a paragraph.
        yield _paragraph("Facts", [])


def _entry(entry: Entry) -> Iterator[str]:
    title = [Piece(f"{entry.number}. "), *entry.title]
    yield _paragraph("Heading2", title, keep=True, from_the_right=is_from_the_right(plain(entry.title)))
    quote = entry.quote or (Piece("Only the title holds what was asked for."),)
    turned = bool(entry.quote) and is_from_the_right(plain(quote), entry.language)
    yield _paragraph("Quote" if entry.quote else "Normal", quote, keep=True, from_the_right=turned)
    facts = entry.facts
    for number, (name, value) in enumerate(facts, 1):
        yield _fact(name, value, keep=number < len(facts))


def _fact(name: str, value: str, *, keep: bool = False) -> str:
    label = f'<w:r><w:rPr><w:color w:val="666666"/></w:rPr>{_text(f"{name}: ")}</w:r>'
    return _paragraph("Facts", [Piece(value)], keep=keep, before=label)


def _paragraph(
    style: str, parts: Sequence[Piece], *, keep: bool = False, from_the_right: bool = False, before: str = ""
) -> str:
    # The order of what a paragraph is given is that of the schema.
    laid = f'<w:pStyle w:val="{style}"/>'
    laid += "<w:keepNext/><w:keepLines/>" if keep else "<w:keepLines/>"
    laid += "<w:bidi/>" if from_the_right else ""
    runs = "".join(_run(one, from_the_right=from_the_right) for one in parts)
    return f"<w:p><w:pPr>{laid}</w:pPr>{before}{runs}</w:p>"


def _run(piece: Piece, *, from_the_right: bool) -> str:
    dressed = _MARK if piece.marked else ""
    # Letters say it themselves: a name in Latin letters keeps its way within Arabic. Other signs follow.
    lettered = any(sign.isalpha() for sign in piece.text)
    if is_from_the_right(piece.text) if lettered else from_the_right:
        dressed += "<w:rtl/>"
    return f"<w:r>{f'<w:rPr>{dressed}</w:rPr>' if dressed else ''}{_text(piece.text)}</w:r>"


def _sources(dossier: Dossier) -> Iterator[str]:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in _COLUMNS)
    yield (
        '<w:tbl><w:tblPr><w:tblStyle w:val="Sources"/>'
        f'<w:tblW w:w="{sum(_COLUMNS)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
    )
    hits = dossier.hits
    yield _row(("No.", "File", "Hits", "SHA-256"), head=True)
    for source in dossier.sources:
        numbers = ranges(hits[source.number])
        said = " ".join(filter(None, [source.sha256, source.remark]))
        yield _row((str(source.number), source.path, numbers, said))
    yield "</w:tbl>"


def _row(cells: Sequence[str], *, head: bool = False) -> str:
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f"{_paragraph('Facts', [Piece(cell)])}</w:tc>"
        for width, cell in zip(_COLUMNS, cells, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{made}</w:tr>"


def _text(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(text)}</w:t>'
