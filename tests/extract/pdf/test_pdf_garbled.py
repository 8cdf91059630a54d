"""Text of PDFs that is the codes of a font is known as none; letters of mathematics are letters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coopsearch.indexer.extract import Source, format_named
from coopsearch.indexer.extract.pdf.coded import is_coded
from coopsearch.indexer.extract.pdf.garbled import is_garbled
from coopsearch.indexer.extract.pdf.line import plain, whole
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError, FileState
from coopsearch.search.model import Document
from tests.conftest import Run
from tests.extract.pdf.pdf_files import drawn, lines, pdf

ENGLISH = "The smuggling of migrants by sea is organised in the ports of the north and along the coast."
FRENCH = "La traite des personnes est un crime grave que les autorites combattent dans tous les pays."
LATIN = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore."


def shifted(text: str, by: int, blank: str = "") -> str:
    """Return a text as the codes of a font; blanks are shifted, too, or what is given."""
    return "".join(blank if char == " " and blank else chr(ord(char) + by) for char in text)


@pytest.mark.parametrize("blank", ["", " ", "\x01"])
@pytest.mark.parametrize("by", [-31, -30, -29, -28, -3, -1, 1, 3, 5])
@pytest.mark.parametrize("text", [ENGLISH, FRENCH, LATIN])
def test_shifted(text: str, by: int, blank: str) -> None:
    """A sentence whose letters are all shifted is none, by whatever number and with whatever blanks."""
    assert is_garbled(shifted(text, by, blank))
    assert not is_garbled(text)
    assert not is_coded(text.upper())


def test_control_blanks() -> None:
    """Letters with signs of control in place of blanks are no text; with those of a ligature they are."""
    assert is_garbled("0SVIQ\x01MTWYQ")
    assert is_garbled("0SVIQMTWYQ")
    assert is_garbled("0SVIQ MTWYQ")
    assert is_garbled("0SVIQ\x01MTWYQ\x01HSPSV\x01WMX\x01EQIX")
    assert not is_garbled("The o\x0ece of the \x0crst secretary is closed; \x0cve o\x0ecers left it.")


@pytest.mark.parametrize(
    "text",
    [
        "UNHCR IOM UNODC WTO NATO OSCE FRONTEX INTERPOL",
        "XQWMT-2231 FRXYZ0123Q 77-BKL-20",
        "Sum 1,204 1,260 31 9 3 13 2014 2015 12.5 % 1,200.00 + 35 % 11/25/2017 (503) 648-0766",
        "ACGTTGCAACGGTACCATTGACGTTGCAACGGTACCATTG",
        "DEADBEEF0123456789ABCDEFCAFE0011",
        "Chapter one ........................................................... 12",
        "x = y + z; q(k) = w * x ^ 2 - j",
        "Wszyscy ludzie rodza sie wolni i rowni pod wzgledem swej godnosci i swych praw.",
        "Ihmiset ovat syntyneet vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan.",
        "Dadka dhammaantood waxay dhashaan iyagoo xor ah kana siman xagga sharafta iyo xuquuqda.",
        "Gizon-emakume guztiak aske jaiotzen dira, duintasun eta eskubide berberak dituztela.",
        "Kulla bniedem jitwieled hieles u ugwali fid-dinjita u d-drittijiet.",
    ],
)
def test_not_shifted(text: str) -> None:
    """Names, codes, numbers and other languages are text as they stand."""
    assert not is_garbled(text)


def read(data: bytes) -> tuple[str, list[str]]:
    """Return the text of a PDF, and what is told of it."""
    source = Source(Path("a.pdf"), "a.pdf", "2001-02-03", data=data)
    items = list(format_named("pdf").extract(source))
    (text,) = (one.text for one in items if isinstance(one, Document))
    return text, [one.reason for one in items if isinstance(one, Problem)]


def pages(*texts: str) -> bytes:
    """Return a PDF of pages of these texts, a word on a line."""
    return pdf(*(lines(*[" ".join(text.split()[at : at + 8]) for at in range(0, len(text.split()), 8)])
                 for text in texts))  # fmt: skip


@pytest.mark.parametrize("good", [f"{ENGLISH} {ENGLISH} {ENGLISH}", "Rapport annuel de la commission"])
def test_one_good_page(good: str) -> None:
    """One page with text keeps a file of others that have none, wherever it stands; those are told."""
    broken = " ".join(shifted(f"{FRENCH} {LATIN}", -29, " ") for _ in range(3)).replace("\x00", "")
    broken = (
        "".join(char if " " <= char <= "~" else "#" for char in broken).replace("(", "[").replace(")", "]")
    )
    broken = broken.replace("\\", "/")
    for number in range(4):
        texts = [broken] * 4
        texts[number] = good
        text, told = read(pages(*texts))
        assert text == good
        others = sorted({1, 2, 3, 4} - {number + 1})
        assert len(told) == 1
        assert all(str(other) in told[0] for other in others if other in {others[0], others[-1]})
        assert "its fonts do not say which letters they show" in told[0]
    with pytest.raises(ExtractionError, match="its fonts do not say which letters they show") as found:
        read(pages(*[broken] * 4))
    assert found.value.state == FileState.NO_TEXT


def test_mathematics() -> None:
    """Letters of mathematics, which PDFium gives in two halves, are plain letters; so is all beyond them."""
    text = "𝑎𝑏𝑐 𝐋𝐨𝐫𝐞𝐦 ℎello ℝ 𝟏𝟐"
    data = drawn(*((100.0 + 6 * at, 700.0, char) for at, char in enumerate(text)))
    assert read(data) == ("abc Lorem hello R 12", [])
    many = "𝑇ℎ𝑒 𝑠𝑚𝑢𝑔𝑔𝑙𝑖𝑛𝑔 𝑜𝑓 𝑚𝑖𝑔𝑟𝑎𝑛𝑡𝑠 𝑏𝑦 𝑠𝑒𝑎 "
    assert not is_garbled(plain(many * 9))
    others = "𐎀😀 x"
    assert read(drawn(*((100.0 + 6 * at, 700.0, char) for at, char in enumerate(others))))[0] == others
    assert plain(whole([0xD835, 0x41, 0xDC4E, 0xD835])) == "\ufffdA\ufffd\ufffd"


def test_command(run: Run, tmp_path: Path) -> None:
    """The command reads a file in part, names the pages without text, and refuses one that has none."""
    docs = tmp_path / "docs"
    docs.mkdir()
    broken = (
        "7KH VPXJJOLQJ RI PLJUDQWV E/ VHD LV RUJDQLVHG LQ WKH SRUWV RI WKH QRUWK DQG DORQJ WKH FRDVW " * 3
    )
    (docs / "part.pdf").write_bytes(pages(broken, broken, f"{ENGLISH} {ENGLISH} {ENGLISH}", broken))
    (docs / "none.pdf").write_bytes(pages(broken, broken))
    done = run("index", "docs", "--index", "ix", cwd=tmp_path)
    assert "docs/none.pdf" in done.err
    states = {
        value["file"]: value["state"]
        for state in ("in-part", "no-text")
        for value in map(
            json.loads,
            run("status", "--index", "ix", "--state", state, "--json", cwd=tmp_path).out.splitlines(),
        )
    }
    assert states == {"docs/part.pdf": "in part", "docs/none.pdf": "no text"}
    assert "pages 1-2, 4" in done.err
    assert run("organised ports", "--index", "ix", cwd=tmp_path).code == 0
    assert run("VPXJJOLQJ", "--index", "ix", cwd=tmp_path).code == 1
