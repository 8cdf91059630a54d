"""OpenDocument: text, slides and sheets, packed and flat."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.search.errors import ExtractionError
from tests.extract.office.office_files import packed, read

SPACES = 'xmlns:o="urn:o" xmlns:t="urn:t" xmlns:b="urn:b" xmlns:d="urn:d" xmlns:p="urn:p" xmlns:dc="urn:dc"'
META = (
    "<o:meta><dc:title>Untitled 1</dc:title><o:initial-creator>Leïla Trabelsi</o:initial-creator>"
    "<o:creation-date>2018-07-01T09:00:00</o:creation-date></o:meta>"
)


def content(kind: str, body: str) -> str:
    """Return the part that holds a document of a kind."""
    return f"<o:document-content {SPACES}><o:body><o:{kind}>{body}</o:{kind}></o:body></o:document-content>"


def odf(kind: str, body: str, **parts: str) -> bytes:
    """Return a package of a kind."""
    return packed({
        "mimetype": "application/vnd.oasis.opendocument",
        "content.xml": content(kind, body),
        **{f"{name}.xml": part for name, part in parts.items()},
    })  # fmt: skip


BODY = """
<t:tracked-changes><t:deletion><t:p>gone</t:p></t:deletion></t:tracked-changes>
<t:p t:style-name="Title">Le rapport</t:p>
<t:h t:outline-level="1">Un   titre</t:h>
<t:p>Deux<t:s t:c="2"/>mots<t:tab/>et<t:line-break/>une <t:span>lig</t:span>ne<t:note><t:note-citation>1</t:note-citation>
<t:note-body><t:p>Une note</t:p></t:note-body></t:note><d:frame><d:text-box><t:p>encadré</t:p></d:text-box></d:frame></t:p>
<t:list><t:list-item><t:p>un</t:p></t:list-item></t:list>
<o:annotation><dc:creator>X</dc:creator><dc:date>2020-01-01</dc:date><t:p>à revoir</t:p></o:annotation>
<b:table><b:table-row><b:table-cell><t:p>a</t:p><t:p>b</t:p></b:table-cell><b:table-cell><t:p>c</t:p></b:table-cell>
</b:table-row></b:table>
"""  # noqa: E501 - white space in it would be text


def test_text() -> None:
    """Blocks come in their order; notes, comments and footers follow under their names."""
    styles = f"<o:document-styles {SPACES}><t:footer><t:p>pied</t:p></t:footer></o:document-styles>"
    document = read(
        odf("text", BODY, meta=f"<o:document-meta {SPACES}>{META}</o:document-meta>", styles=styles)
    )
    assert document.text.split("\n\n") == [
        "Le rapport",
        "Un titre",
        "Deux  mots\tet\nune ligne",
        "encadré",
        "un",
        "a b | c",
        "Une note",
        "à revoir",
        "pied",
    ]
    levels = [(one.level, one.heading) for one in document.passages]
    assert levels[:3] == [(1, ()), (2, ("Le rapport",)), (0, ("Le rapport", "Un titre"))]
    assert [heading for _, heading in levels[-3:]] == [("Notes",), ("Comments",), ("Header or footer",)]
    assert (document.type, document.title, document.date) == ("odt", "Le rapport", "2018-07-01")
    assert document.fields == {"author": "Leïla Trabelsi", "created": "2018-07-01"}


def test_slides() -> None:
    """A slide's title is a heading and its number the page, wherever the title stands on it."""
    slide = (
        "<d:page><d:frame><d:text-box><t:p>{0} text</t:p></d:text-box></d:frame>"
        '<d:frame p:class="title"><d:text-box><t:p>{0}</t:p></d:text-box></d:frame>'
        "<p:notes><d:frame><d:text-box><t:p>{0} notes</t:p></d:text-box></d:frame></p:notes></d:page>"
    ).format
    document = read(odf("presentation", slide("One") + slide("Two")))
    assert document.text.split("\n\n") == ["One", "One text", "One notes", "Two", "Two text", "Two notes"]
    assert [(one.page, one.level) for one in document.passages] == [
        (1, 1), (1, 0), (1, 0), (2, 1), (2, 0), (2, 0),
    ]  # fmt: skip
    assert document.type == "odp"


def test_sheets() -> None:
    """A sheet's name is a heading unless a program gave it; a day is written as such."""
    sheet = (
        '<b:table b:name="{}"><b:table-row><b:table-cell o:value-type="float" o:value="3.5"><t:p>3,5</t:p>'
        '</b:table-cell><b:table-cell b:number-columns-repeated="16384"/>'
        '<b:table-cell o:value-type="date" o:date-value="2020-05-06T00:00:00"><t:p>6.5.</t:p></b:table-cell>'
        '</b:table-row><b:table-row b:number-rows-repeated="1048576"/></b:table>'
    ).format
    document = read(odf("spreadsheet", sheet("Feuille1") + sheet("Ports")))
    assert document.text.split("\n\n") == ["3,5 | 2020-05-06", "Ports", "3,5 | 2020-05-06"]
    assert [one.heading for one in document.passages] == [(), (), ("Ports",)]
    assert document.type == "ods"


def test_flat() -> None:
    """A document that is one XML file is read as the packed one."""
    body = f"<o:body><o:text>{BODY}</o:text></o:body>"
    flat = f'<?xml version="1.0"?><o:document {SPACES}>{META}{body}</o:document>'
    document = read(flat.encode(), "a.fodt")
    assert document.text.startswith("Le rapport\n\nUn titre")
    assert document.fields == {"author": "Leïla Trabelsi", "created": "2018-07-01"}


def test_elapsed() -> None:
    """Elapsed times read as the sheet shows them."""
    cell = '<b:table-cell o:value-type="time" o:time-value="PT37H30M00S"><t:p>37:30</t:p></b:table-cell>'
    document = read(odf("spreadsheet", f"<b:table><b:table-row>{cell}</b:table-row></b:table>"), "a.ods")
    assert document.text == "37:30"


def test_star_office() -> None:
    """Documents of StarOffice 6 have notes under another name, and no element for their kind."""
    note = "<t:{0}><t:{0}-citation>1</t:{0}-citation><t:{0}-body><t:p>{0} text</t:p></t:{0}-body></t:{0}>"
    body = (
        '<t:h t:level="2">Routes</t:h><t:p>By sea'
        + note.format("footnote")
        + "</t:p><b:table><b:table-row><b:table-cell><b:sub-table><b:table-row><b:table-cell><t:p>a</t:p>"
        "</b:table-cell></b:table-row></b:sub-table></b:table-cell></b:table-row></b:table><t:p>By land"
        + note.format("endnote")
        + "</t:p>"
    )
    content = f'<o:document-content o:class="text" {SPACES}><o:body>{body}</o:body></o:document-content>'
    meta = f"<o:document-meta {SPACES}>{META}</o:document-meta>"
    document = read(packed({"content.xml": content, "meta.xml": meta}), "a.sxw")
    assert document.text.split("\n\n") == [
        "Routes", "By sea", "a", "By land", "footnote text", "endnote text",
    ]  # fmt: skip
    assert (document.type, document.date, document.passages[0].level) == ("odt", "2018-07-01", 2)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("testStarOffice-6.0-writer.sxw", "odt", "Example Text\xa0— Marginalia"),
        ("testStarOffice-6.0-calc.sxc", "ods", "菜名 | 斤 | 價錢"),
    ],
)
def test_star_office_files(shared: Path, name: str, kind: str, expected: str) -> None:
    """Files that StarOffice itself wrote are read."""
    document = read((shared / "faults" / "documents" / name).read_bytes(), name)
    assert document.type == kind
    assert expected in document.text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (odf("text", ""), "no text"),
        (packed({"content.xml": f"<o:document-content {SPACES}/>"}), "damaged: it has no body"),
        (
            packed({
                "content.xml": b"\x01\x02",
                "META-INF/manifest.xml": "<m><file-entry><encryption-data/></file-entry></m>",
            }),
            "encrypted: it opens with a password only",
        ),
    ],
)  # fmt: skip
def test_reasons(data: bytes, reason: str) -> None:
    """A document that gives no text says why."""
    with pytest.raises(ExtractionError, match=reason):
        read(data, "a.odt")
