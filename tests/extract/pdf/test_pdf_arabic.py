"""Arabic of PDFs: lines with words in Latin letters stay whole, marks stand at their letters."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.indexer.extract import Source, format_named
from coopsearch.indexer.extract.pdf.arabic import scripts
from coopsearch.indexer.extract.pdf.marks import attached
from coopsearch.search.model import Document
from tests.conftest import Run
from tests.extract.pdf.pdf_files import arabic, drawn

#: Each holds Latin words or long numbers that begin, from the left of the page, at the same place.
LINES = (
    "يتناول هذا التقرير تهريب المهاجرين في المنطقة وما تفعله الدول",
    "أعد مكتب United Nations Office on Drugs تقريرا عن التهريب",
    "كتبت لغة Programming language Python في البلد دراسة عن ذلك",
    "في تقرير International Organization من عام 2014 والعودة هنا",
    "رقم الحساب 123456789012345678901234 في مصرف الجزائر العاصمة",
    "من التقرير www.example.org/reports/annual في موقع المنظمة لا",
    "ذكرت المنظمات IOM, UNHCR (Geneva) and UNODC 2014 في بيانها",
)


def read(data: bytes) -> Document:
    """Return what a PDF gives."""
    source = Source(Path("a.pdf"), "a.pdf", "2001-02-03", data=data)
    (document,) = format_named("pdf").extract(source)
    assert isinstance(document, Document)
    return document


@pytest.mark.parametrize("shapes", [False, True])
@pytest.mark.parametrize("words", [False, True])
@pytest.mark.parametrize("order", ["visual", "logical"])
def test_latin_within(order: str, *, words: bool, shapes: bool) -> None:
    """An Arabic line with a long word, a phrase or a number from the left is one line, in its order."""
    assert read(arabic(*LINES, order=order, words=words, shapes=shapes)).text == " ".join(LINES)


@pytest.mark.parametrize("order", ["visual", "logical"])
def test_arabic_within(order: str) -> None:
    """An English line with an Arabic phrase is one line, too."""
    english = "The words الاتجار بالأشخاص وتهريب المهاجرين mean human trafficking and smuggling"
    at = english.index("ا")
    end = english.rindex("ن") + 1
    phrase = english[at:end]
    left = [*english[:at], *reversed(phrase), *english[end:]]
    signs = [(100.0 + 6 * spot, 700.0, char) for spot, char in enumerate(left)]
    if order == "logical":
        signs[at:end] = reversed(signs[at:end])
    assert read(drawn(*signs)).text == english


def test_columns_stay() -> None:
    """Two columns of Arabic, the second with Latin words in it, are still read one after the other."""
    right = ["يتناول هذا التقرير تهريب", "المهاجرين في المنطقة وما", "تفعله الدول والمنظمات في"]
    left = ["سبيل منعه وفق UNODC في", "تقريره لعام 2014 عن هذا", "الموضوع وما بعده من عام"]
    signs: list[tuple[float, float, str]] = []
    for row, (one, other) in enumerate(zip(right, left, strict=True)):
        for begin, text in ((320.0, one), (80.0, other)):
            signs += [(begin + left_, 700.0 - 20 * row, char) for left_, char in _visual(text)]
    assert read(drawn(*signs)).text == " ".join(right) + "\n\n" + " ".join(left)


def _visual(text: str) -> list[tuple[float, str]]:
    """Return the characters of a line as they stand from the left; runs of ASCII keep their order."""
    found: list[str] = []
    for part in reversed(scripts(text)):
        found.extend(part if part.strip().isascii() and part.strip() else reversed(part))
    return [(6.0 * spot, char) for spot, char in enumerate(found)]


@pytest.mark.parametrize("blank", [False, True])
@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize(
    ("word", "mark", "letter"),
    [("أيضا", "\u064b", 2), ("بناء", "\u064b", 3), ("محمد", "\u064f", 0), ("الدول", "\u0651", 2)],
)
def test_marks(word: str, mark: str, letter: int, *, first: bool, blank: bool) -> None:
    """A mark stands behind its letter, wherever the file draws it; the gap that it makes is no blank."""
    text = f"في {word} هنا"
    spots = {at: 300.0 - 6 * at for at in range(len(text))}
    order = [(spots[at], 700.0, char) for at, char in enumerate(text)]
    at = 3 + letter
    marks = [(spots[at], 700.0, " ")] * blank + [(spots[at] + 0.5, 700.0, mark)]
    order[at + (not first) : at + (not first)] = marks
    assert read(drawn(*order)).text == f"في {word[: letter + 1]}{mark}{word[letter + 1 :]} هنا"


def test_accents() -> None:
    """An accent drawn over a letter, as TeX does, makes the letter with it; one that stands alone stays."""

    def signs(text: str) -> list[tuple[float, float, str]]:
        found: list[tuple[float, float, str]] = []
        left = 100.0
        for char in text:
            over = char in "´`¨ˆ¸\u0301"
            found.append((left - 6 * (char == "\u0301"), 700.0, char))
            left += 0 if over else 6
        return found

    assert read(drawn(*signs("les r´efugi´es `a l'ˆıle, re¸cue; cafe\u0301"))).text == (
        "les réfugiés à l'île, reçue; café"
    )
    alone = [(100.0 + 6 * at, 700.0, char) for at, char in enumerate("x ^ y, `quoted` 5 ~ 6")]
    assert read(drawn(*alone)).text == "x ^ y, `quoted` 5 ~ 6"


def test_many_marks() -> None:
    """A line of nothing but marks and blanks takes no longer than its length allows."""
    many = ["ض", *["\u064b", " "] * 20_000]
    chars, _ = attached(many, [(0.0, 6.0)] * len(many), 1.0)
    assert chars[0].startswith("ض")


def test_public_file(shared: Path) -> None:
    """A public file of Arabic with names in Latin letters gives its sentences as a person reads them."""
    text = read((shared / "faults" / "documents" / "right_to_left_01.pdf").read_bytes()).text
    for phrase in (
        "البرمجة بلغة R و Python من الأدوات القوية التي يمكن أن تعزز الإنتاجية وتساعد في إيجاد حلول",
        "بل يمكن أن يؤدي أيضًا إلى اتخاذ قرارات أكثر دقة بناءً على استنتاجات",
        "يمكن استخدام مكتبة pandas في Python لإدارة البيانات بكفاءة",
    ):
        assert phrase in text


def test_command(run: Run, tmp_path: Path) -> None:
    """The command finds phrases over Latin words in Arabic lines, and words whose marks are drawn apart."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "lines.pdf").write_bytes(arabic(*LINES))
    text = "يؤدي أيضا"
    signs = [(300.0 - 6 * at, 700.0, char) for at, char in enumerate(text)]
    spot = text.index("ض")
    signs[spot:spot] = [(signs[spot][0], 700.0, " "), (signs[spot][0] + 0.5, 700.0, "\u064b")]
    (docs / "marks.pdf").write_bytes(drawn(*signs))
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    for query in ('"مكتب United Nations Office on Drugs تقريرا"', "أيضا", '"يؤدي أيضًا"'):
        assert run(query, "--index", "ix", cwd=tmp_path).code == 0, query
