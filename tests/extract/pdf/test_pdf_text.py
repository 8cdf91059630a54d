"""Faults of the text that PDFs give, each put right: on PDFs made for it, and piece by piece."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest

from coopsearch.indexer.extract import Source, format_named
from coopsearch.indexer.extract.pdf.arabic import is_reversed, mixed, turned
from coopsearch.indexer.extract.pdf.garbled import is_garbled
from coopsearch.indexer.extract.pdf.heads import is_number, outermost, repeated
from coopsearch.indexer.extract.pdf.hyphens import Hyphens
from coopsearch.indexer.extract.pdf.layout import ordered
from coopsearch.indexer.extract.pdf.line import Line
from coopsearch.indexer.extract.pdf.page import Page
from coopsearch.indexer.extract.pdf.scan import spans
from coopsearch.search.errors import ExtractionError, FileState
from coopsearch.search.model import Document
from tests.extract.pdf.pdf_files import arabic, lines, pdf

ARABIC = (
    "التعاون بين البلدان العربية في عام 2014 والأمن",
    "تقرير UNODC عن الاتجار بالبشر (الجزء 3) في الجزائر",
    "الدورة السادسة والستون، البند 12.5 من جدول الأعمال",
    "لا سلام بلا عدالة ولا تنمية للاجئين",
)


def read(data: bytes) -> Document:
    """Return what a PDF gives."""
    source = Source(Path("a_report.pdf"), "a_report.pdf", "2001-02-03", data=data)
    (document,) = format_named("pdf").extract(source)
    assert isinstance(document, Document)
    return document


@pytest.mark.parametrize("words", [False, True])
@pytest.mark.parametrize("ligatures", [False, True])
@pytest.mark.parametrize("shapes", [False, True])
@pytest.mark.parametrize("order", ["visual", "logical"])
def test_arabic(order: str, *, shapes: bool, ligatures: bool, words: bool) -> None:
    """Arabic is read as it is written, in whatever order and by whatever names its letters are stored."""
    data = arabic(*ARABIC, order=order, shapes=shapes, ligatures=ligatures, words=words)
    assert read(data).text == " ".join(ARABIC)


def test_arabic_within() -> None:
    """In a line of another script Arabic words are turned where they stand; brackets open and close."""
    assert mixed("The word نواعتلا means cooperation", arabic=False) == "The word التعاون means cooperation"
    assert mixed("(2014 ماع) يف UNODC ريرقت", arabic=True) == "تقرير UNODC في (عام 2014)"
    assert [is_reversed(sign) for sign in ("ال", "لا", "ءل", "لم", "ًّل", "أل")] == [
        True, False, True, False, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "letter", "word"),
    [
        ("REPORT ON TRADE", 250, 700),
        ("Here is some formatted text", 140, 520),
        ("Rapport sur la traite", 90, 400),
        ("plain words", 0, 300),
    ],
)
def test_spaced(text: str, letter: int, word: int) -> None:
    """Letters that are set apart in print are words again."""
    # Thousandths of the size, with no blank in the file.
    words = (f"-{letter}".join(f"({char})" for char in one) for one in text.split())
    apart = f"-{word}".join(words)
    assert read(pdf(f"BT /F1 12 Tf 72 700 Td [{apart}] TJ ET".encode())).text == text


def test_spaced_by_blanks() -> None:
    """Capitals with blanks between are a word; letters that stand alone by right stay alone."""
    assert read(pdf(lines("R E P O R T"))).text == "REPORT"
    assert read(pdf(lines("a b c d e f g"))).text == "a b c d e f g"


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("the coopera-", "tion of states", "the cooperation of states"),
        ("the coopera\u00ad", "tion of states", "the cooperation of states"),
        ("a well-", "known route", "a well-known route"),
        ("the cross-", "border trade", "the cross-border trade"),
        ("the re-", "entry of goods", "the re-entry of goods"),
        ("years 2014-", "15 and later", "years 2014-15 and later"),
        ("the Franco-", "Tunisian accord", "the Franco-Tunisian accord"),
        ("peut-", "être demain", "peut-être demain"),
        ("les réfu-", "giés", "les réfugiés"),
        ("4-methoxy-α-", "methyl", "4-methoxy-α-methyl"),
        ("state-of-", "the-art", "state-of-the-art"),
        ("non-ac-", "ceptance", "non-acceptance"),
        ("a dash -", "and more", None),
        ("no hyphen", "here", None),
    ],
)
def test_hyphens(first: str, second: str, joined: str | None) -> None:
    """A word that is cut at a line's end is whole again; a hyphen that belongs to a word stays."""
    hyphens = Hyphens([first, second, "the re-entry was refused", "acceptance"])
    assert hyphens.joined(first, second) == joined


@pytest.mark.parametrize(
    "text",
    [
        "\ue041\ue042\ue043 \ue044\ue045",
        "\x07\x1c\x1d\x08\x1a",
        "5(&20('$&,Ï1",
        "Îãëàâëåíèå",
        "ÇáÊÚÇæä Èíä ÇáÈáÏÇä",
        "ƨȈƟƢǬǴƬǳ ƢǻƢǰǷȍƢƥ",
        "ϸЇԔΰ ߙΨķgϣ ¢һӍΉʽী ඥഀဍϢi ¢ರ͟ȥ܅",
        "wkh vpxjjolqj ri plgrqwv lq wkh qruwk lv grqh eb vkls dqg wuxfn " * 6,
    ],
)
def test_garbled(text: str) -> None:
    """What fonts give that do not say which letters they show is known as none."""
    assert is_garbled(text)
    with pytest.raises(
        ExtractionError, match="no text: its fonts do not say which letters they show"
    ) as found:
        read(arabic(text))
    assert found.value.state == FileState.NO_TEXT


@pytest.mark.parametrize(
    "text",
    [
        "The smuggling of migrants in the north is done by ship and truck. " * 6,
        "Strč prst skrz krk. Vlk zmrzl, zhltl hrst zrn z mlh. Čtvrthrst zrn. " * 6,
        "Zażółć gęślą jaźń. Chrząszcz brzmi w trzcinie w Szczebrzeszynie. " * 6,
        "Ħafna nies għandhom għalfejn jitkellmu fuq dan. " * 6,
        "Nguyễn Thị Hương sống ở Hà Nội, Việt Nam từ năm 1990. " * 4,
        "التعاون بين البلدان العربية والأمن في المنطقة " * 4,
        "Résumé à l'été: çà et là, où l'on naît. " * 4,
        "東京都の人口は約1400万人です。カタカナとひらがな。" * 4,
        "Table 1 .................. 12\nTable 2 .................. 14",
        "1,204 1,260 31 9 3 13 2014 2015",
        "à À â Â ä Ä ç Ç é É è È",
        "UNHCR IOM UNODC WTO",
        "θθθ",
        "(1)",
    ],
)
def test_not_garbled(text: str) -> None:
    """Languages with few vowels or many accents, tables and signs are text."""
    assert not is_garbled(text)


def head(text: str, page: int) -> Page:
    """Return a page with a head, a number and a line of its own."""
    print_ = [
        Line(text, 0, 760, 200, 770),
        Line(f"line {page}", 0, 400, 200, 410),
        Line(f"{page}", 90, 20, 99, 30),
    ]
    return Page(20, 770, print_)


def test_heads() -> None:
    """Heads that change with the chapter are heads still; the number of a page is one on any page."""
    pages = [
        head("Routes" if number < 4 else "Trade" if number < 8 else f"Head {number}x", number)
        for number in range(30)
    ]
    found = {text for text, _ in repeated(pages)}
    assert {"routes", "trade", "#"} <= found
    assert "line #" not in found
    for text in ("12", "– 12 –", "Page 3 of 9", "صفحة 4"):
        assert is_number(Line(text, 0, 0, 1, 1))
    assert not is_number(Line("12 ships", 0, 0, 1, 1))
    assert not outermost(Page(0, 10, [Line("7", 0, 0, 1, 10)]))
    assert (
        read(pdf(lines("A report", "on fish"), b"", lines("12", size=10, top=30))).text
        == "A report on fish\n\n12"
    )


def test_columns() -> None:
    """Three columns are read one after the other, a table row by row."""
    tops = range(700, 600, -12)
    column = [
        [Line(f"words of column {n} at {y}", 200 * n, y - 10, 200 * n + 180, y) for y in tops]
        for n in range(3)
    ]
    assert ordered([line for row in zip(*column, strict=True) for line in row]) == column
    cells = [[Line(f"cell {n} {y}", 200 * n, y - 10, 200 * n + 40, y) for n in range(3)] for y in tops]
    table = [" ".join(line.text for line in row) for row in cells]
    assert [line.text for part in ordered(chain(*cells)) for line in part] == table
    # What stands at the right of some rows is part of them, no column.
    text = [Line(f"a line of the text at {y}", 0, y - 10, 150, y) for y in tops]
    box = [Line("a box at the right", 300, y - 10, 400, y) for y in (tops[0], tops[-1])]
    assert len(ordered([*text, *box])) == 1


def test_large_table() -> None:
    """A page of thousands of cells, wide enough for columns but not in line, is read to its end."""
    cells = [
        Line(
            f"cell of a table {y} {n}",
            160 * n,
            12 * y,
            160 * n + (150 if (7 * y + n) % 5 else 175),
            12 * y + 10,
        )
        for y in range(390)
        for n in range(6)
    ]
    read_ = [name for part in ordered(cells) for line in part for name in re.findall(r"\d+ \d", line.text)]
    assert sorted(read_) == sorted(f"{y} {n}" for y in range(390) for n in range(6))


def test_title() -> None:
    """The largest heading where headings begin is the title, if the file tells none that can be one."""
    page = b"\n".join((
        lines("Annual papers", size=16, top=740),
        lines("Routes of smuggling", size=24, top=700),
        lines(*["The text of the report is in smaller print, as in most reports."] * 4, size=11, top=600),
    ))  # fmt: skip
    assert read(pdf(page, info=b"/Title(NS)")).title == "Routes of smuggling"
    assert read(pdf(page, info=b"/Title(A title of its own)")).title == "A title of its own"
    levels = [(one.level, one.page) for one in read(pdf(page)).passages]
    assert levels == [(2, 1), (1, 1), (0, 1)]


def test_notes() -> None:
    """Comments, and what a form was filled with, are text of their page; where a link leads is not."""
    data = pdf(lines("A page")).replace(
        b"/MediaBox[0 0 612 792]",
        b"/MediaBox[0 0 612 792]/Annots["
        b"<</Type/Annot/Subtype/Text/Rect[9 9 20 20]/Contents(a note on ports)>>"
        b"<</Type/Annot/Subtype/Widget/FT/Tx/Rect[9 9 20 20]/V(filled in)>>"
        b"<</Type/Annot/Subtype/Link/Rect[9 9 20 20]/Contents(a link)>>]",
    )
    document = read(data)
    assert document.text == "A page\n\na note on ports\n\nfilled in"
    assert {one.page for one in document.passages} == {1}


def test_spans() -> None:
    """Numbers of pages are told as ranges."""
    assert (spans([2, 5, 6, 7, 9]), spans([3]), spans([])) == ("2, 5-7, 9", "3", "")


def set_runs(*runs: tuple[str, int, int], top: int = 700) -> bytes:
    """Return what draws runs of text one behind the other: each with its size, and how far it is raised."""
    drawn_ = (
        b"/F1 %d Tf %d Ts (%s) Tj" % (size, rise, text.encode("cp1252").replace(b"(", b"\\("))
        for text, size, rise in runs
    )
    return b"BT 72 %d Td %s ET" % (top, b" ".join(drawn_))


def test_note_marks() -> None:
    """A raised number is the mark of a note, a power, or the number of a note before its text."""
    parts = ("smugglers", "12", " left.", "3", " kidnappers", "a", " in 2019", "4", ", Smith", "1,2")
    first = set_runs(*((text, 7 if at % 2 else 12, 5 if at % 2 else 0) for at, text in enumerate(parts)))
    more = set_runs(
        ("5 m", 12, 0), ("2", 7, 5), (" H", 12, 0), ("2", 7, -3), ("O 1", 12, 0), ("er", 7, 5), top=660
    )
    note = set_runs(("7", 6, 4), ("See the text of 2019 and COVID19", 10, 0), top=600)
    # A number beneath print that is as low, and one that is larger, are none.
    low = set_runs(("Exhibit", 12, 0), ("12", 8, 0), (" and part", 8, 0), ("7", 20, 4), top=560)
    text = read(pdf(b"\n".join((first, more, note, low)))).text
    assert " ".join(text.split()) == (
        "smugglers¹² left.³ kidnappersᵃ in 2019⁴ , Smith¹,² 5 m² H2O 1er ⁷See the text of 2019 and COVID19 "
        "Exhibit12 and part7"
    )


@pytest.mark.parametrize(
    ("letter", "line", "read_as"),
    [
        ("O", "NCE upon a time", "ONCE upon a time"),
        ("L", "es passeurs sont", "Les passeurs sont"),
        ("L", "'homme est", "L'homme est"),
        ("A", "MAN was seen", "A MAN was seen"),
        ("B", "2019 it was", "B 2019 it was"),
    ],
)
def test_initials(letter: str, line: str, read_as: str) -> None:
    """A large letter at the beginning of a chapter is the first of its word, unless it may be one itself."""
    large = f"BT /F1 40 Tf 72 616 Td ({letter}) Tj ET BT /F1 12 Tf 106 640 Td ({line}) Tj ET".encode()
    more = b"BT /F1 12 Tf 106 625 Td (and went on to the port.) Tj ET"
    text = read(pdf(b"\n".join((lines("Before it stood more.", top=700), large, more)))).text
    assert " ".join(text.split()) == f"Before it stood more. {read_as} and went on to the port."


def test_printed_over() -> None:
    """What is printed aslant over a text is apart from its words, and no turned letter is a note's mark."""
    slant = b"q .7 .7 -.7 .7 200 200 cm BT /F1 30 Tf (DRAFT COVID19 water) Tj ET Q"
    upright = b"q 0 1 -1 0 300 300 cm BT /F1 12 Tf (turned text COVID19 sideways) Tj ET Q"
    words = read(pdf(b"\n".join((lines("The text is bold", top=500), slant, upright)))).text.split()
    assert {"bold", "DRAFT", "COVID19", "water", "turned", "sideways"} <= {*words}


def test_arabic_note_marks() -> None:
    """The figures of a mark keep their order in lines that are turned."""
    assert turned("12 ةدحتملا") == "المتحدة 12"
    assert turned("¹²نيرجاهملا") == "المهاجرين¹²"
    assert mixed("¹²نيرجاهملا UNHCR", arabic=True) == "UNHCR المهاجرين¹²"
