"""RTF: encodings, groups that are text and groups that are none."""

from __future__ import annotations

import random

import pytest

from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document
from tests.extract.office.office_files import items, read

HEAD = (
    rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil Arial;}{\f1\fnil\fcharset178 Arial;}"
    rb"{\f2\fcharset2 Symbol;}"
    rb"{\f3\fnil\fcharset204 Arial;}}{\stylesheet{\s0 Normal;}{\s1 heading 1;}"
    rb"{\s2\outlinelevel1 own;}{\s3 Title;}}"
)


def rtf(body: bytes) -> bytes:
    """Return a document of a body."""
    return HEAD + body + b"}"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (rb"caf\'e9 \'93quoted\'94", "café “quoted”"),
        (rb"\f1\'c7\'e1\'ca\'da\'c7\'e6\'e4", "التعاون"),
        (rb"\rtlch\fcs1\af1 \ltrch\fcs0\f0 x\ltrch\f0\rtlch\af1\'e6", "xو"),
        (rb"\f3\'cf\'f0\'e8\'e2\'e5\'f2", "Привет"),
        (rb"\u1575?\u1604?\uc0\u1578 .", "الت."),
        (rb"\uc2\u1575\'3f\'3fb", "اb"),
        (rb"\u-10179?\u-8704?", "\U0001f600"),
        (rb"\f2\'b7\f0 point", "point"),
        (rb"a\tab b\line c\emdash d\~e\_f\-g \{h\}", "a\tb\nc—d\xa0e-fg {h}"),
        (rb"co\'2d{\b op}era\-tion", "co-operation"),
        (b"one\r\n two", "one two"),
        (
            rb"{\deleted gone}kept{\*\unknown gone}{\pict ffd8}{\object{\*\objdata 00}{\result shown}}",
            "keptshown",
        ),
        (rb"{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}", "link"),
        (rb"{\upr{ansi}{\*\ud{unicode}}}", "unicode"),
        (rb"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt in a box}}{\shprslt twice}}", "in a box"),
        (b"{\\pict\\bin7 }}}{{{\\}after", "after"),
        (b"{\\*\\bkmkstart a}x}}}}}} y", "x y"),
        (rb"\trowd a\intbl b\par c\cell d\cell\row\pard after", "ab c | d\n\nafter"),
    ],
)
def test_text(body: bytes, expected: str) -> None:
    """Each word is read as what it stands for, each byte in the encoding of its font."""
    assert read(rtf(body), "a.rtf").text == expected


def test_parts() -> None:
    """Styles make headings; notes, comments and headers follow; title, author and day come from the file."""
    info = rb"{\info{\title R\'e9sum\'e9}{\author Leila}{\creatim\yr2015\mo4\dy9\hr1}{\keywords none}}"
    body = (
        rb"{\header Ministry\par}{\footer Ministry\par}"
        rb"{\pard\s3 The title\par}\pard\s1 One\par\pard\s2 Two\par"
        rb"\pard text{\footnote a note} more{\*\atnid X}{\*\annotation a comment}\par"
    )
    document = read(rtf(info + body), "a.rtf")
    found = [(document.text[one.start : one.end], one.level, one.heading) for one in document.passages]
    assert found == [
        ("The title", 1, ()),
        ("One", 2, ("The title",)),
        ("Two", 3, ("The title", "One")),
        ("text more", 0, ("The title", "One", "Two")),
        ("Ministry", 0, ("Header or footer",)),
        ("a note", 0, ("Notes",)),
        ("a comment", 0, ("Comments",)),
    ]
    assert (document.type, document.title, document.date) == ("rtf", "Résumé", "2015-04-09")
    assert document.fields == {"author": "Leila", "created": "2015-04-09"}
    assert read(rtf(body), "a.doc").type == "rtf"


def test_reasons() -> None:
    """Without text, or nested beyond reason: there is a reason."""
    with pytest.raises(ExtractionError, match="no text"):
        read(rtf(b"{\\pict 00}"))
    with pytest.raises(ExtractionError, match="damaged: its groups nest deeper"):
        read(rtf(b"{" * 10_000 + b"x"))


def test_damaged() -> None:
    """Files cut and changed at random give a document or a reason, nothing else."""
    chance = random.Random(3)
    whole = rtf(
        rb"{\info{\title A}}"
        + rb"\pard\s1 some {\b text} \'e9\u1575?\trowd a\cell b\cell\row{\footnote n}" * 9
    )
    for _ in range(500):
        data = bytearray(whole[: chance.randint(10, len(whole))])
        for _ in range(chance.randint(0, 9)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        data[:6] = b"{\\rtf1"
        try:
            found = items(bytes(data))
        except ExtractionError:
            continue
        assert all(isinstance(one, Document) for one in found)
