"""Which encoding a text is in: a table, measured accuracy, and what is not text."""

from __future__ import annotations

import codecs
import json
import lzma
import random
import struct
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.indexer.extract.encoding import decode
from coopsearch.search.errors import ExtractionError

ENGLISH = (
    "It’s a “naïve” plan — the café’s bill came to 5 €.",
    "Smuggling routes cross the border; the police know them. The ministers’ résumés were read aloud.",
)
FRENCH = (
    "été",
    "Les réfugiés ont été accueillis à Évry, où ça allait déjà mieux.",
    "« L’ÉTÉ À LA FRANÇAISE » : l’œuvre, le cœur, les Noëls d’août, 100 °C et 5 €…",
    "ÉLÈVES ET DÉPUTÉS DE L'ÉTAT",
)
ARABIC = (
    "من",
    "نعم",
    "التعاون",
    "التعاون الأمني بين موريتانيا وتونس، لمكافحة الهجرة غير الشرعية؟",
    "وقف واستؤنف في 10 آلاف عام",
    "اجتمع NATO و EU في Genève مع الاتحاد الأفريقي à côté",
    "أُشعِلَ من زيتِ الصَّراحةِ مِصْباحي",
)
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-32")
CASES = [
    *((text, encoding) for text in (*ENGLISH, *FRENCH, *ARABIC) for encoding in UNICODE),
    *((text, encoding) for text in (*FRENCH[1:], *ARABIC[2:]) for encoding in ("utf-16-le", "utf-16-be")),
    *((text, "cp1252") for text in (*ENGLISH, *FRENCH)),
    *((text, "cp1256") for text in ARABIC),
    ("Le mot عربي veut dire arabe, une langue parlée à l'étranger", "cp1256"),
    ("Съешь же ещё этих мягких французских булок, да выпей чаю.", "cp1251"),
    ("РОССИЙСКАЯ ФЕДЕРАЦИЯ И СОЕДИНЕННЫЕ ШТАТЫ АМЕРИКИ", "cp1251"),
    ("Съешь же ещё этих мягких французских булок, да выпей чаю.", "koi8_r"),
    ("Η Ελλάδα είναι χώρα της νοτιοανατολικής Ευρώπης", "cp1253"),
    *((text, encoding) for text in ARABIC[3:4] for encoding in ("iso8859_6", "mac_arabic")),
    ("التعاون الأمني بين موريتانيا وتونس", "cp720"),
    ("La décision d'expulsion prise à Évry « a été » créée par un élève dès août.", "cp850"),
    ("LES ÉLÈVES ONT ÉTÉ DÉCLARÉS À L'ÉTAT", "cp850"),
    ("Nom\tPrénom\nAndré\tÉlodie\nZoé\tJérôme", "cp850"),
    ("L’œuvre « a été » créée à l’époque – où donc ? – par l’élève…", "mac_roman"),
    ("He said “no” — it’s the Mayor’s – and left…", "mac_roman"),
    ("Le cœur de l'œuvre coûte 50 € à l'été", "iso8859_15"),
    ("No sign is a letter of Chinese in candy—if it tastes that good", "cp1252"),
    ("¤ One entry of a list\n¤ Another entry, at 50 ¤ or ½ of it", "cp1252"),
    ("Zażółć gęślą jaźń, proszę państwa, społeczeństwo", "cp1250"),
    ("Straße, Größe, Müller über Österreich, ÄÖÜ äöü", "cp1252"),
    ("España, año, niño", "cp1252"),
]


@pytest.mark.parametrize(("text", "encoding"), CASES)
def test_table(text: str, encoding: str) -> None:
    """Real sentences come out as they were written, alone and as a long text."""
    for written in (text, "\n".join([text] * 200) + "\r\n"):
        assert decode(written.encode(encoding)) == written


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (codecs.BOM_UTF8, ""),
        (codecs.BOM_UTF16_LE, ""),
        ("réfugié".encode()[:-1], "réfugi\ufffd"),
        (("Les réfugiés. " * 100).encode() + b"\x92", "Les réfugiés. " * 100 + "\ufffd"),
        ("Les réfugiés".encode("utf-16") + b"x", "Les réfugiés\ufffd"),
        ("Les réfugiés".encode("utf-16-le") + b"x", "Les réfugiés\ufffd"),
        (codecs.BOM_UTF16_LE + b"a\0\x00\xd8b\0", "a\ufffdb"),
        (b"caf\xc9", "cafÉ"),
        (b"a\r\nb\rc\n", "a\r\nb\rc\n"),
        (b"words " * 300 + b"\0" + b" more", "words " * 300 + "  more"),
        (b"\x1b[31mred\x1b[0m\x0c", "\x1b[31mred\x1b[0m\x0c"),
    ],
)
def test_faults(data: bytes, text: str) -> None:
    """A cut or stray byte costs one character, not the whole text; line ends stay."""
    assert decode(data) == text


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n",
        b"PK\x03\x04\x14",
        b"\x7fELF\x02",
        b"\x89PNG\r\n\x1a\n",
        b"\x1f\x8b\x08\x00",
        b"{\\rtf1\\ansi}",
        b"text\0with zeros",
        b"\0",
        bytes(random.Random(1).choices(range(256), k=5000)),
        bytes(random.Random(1).choices(range(1, 256), k=5000)),
        b"abc\0",
        struct.pack("<500I", *range(100, 600)),
        b"\0\1\2\3" * 50,
        b"\1\0\2\1" * 500,
        struct.pack("<768H", *range(0x300, 0x600)),
        struct.pack("<8H", *range(100, 900, 100)),
        struct.pack("<300H", *[1000] * 300),
        struct.pack(">500H", *random.Random(1).choices(range(100, 400), k=500)),
        struct.pack("<500H", *random.Random(1).choices(range(32, 127), k=500)),
        struct.pack("<500I", *random.Random(1).choices(range(1, 1500), k=500)),
        struct.pack("<500H", *random.Random(1).choices(range(1040, 1104), k=500)),
        struct.pack("<2000h", *(int(random.Random(at).gauss(600, 80)) for at in range(2000))),
    ],
)
def test_not_text(data: bytes) -> None:
    """What is not text is refused, and the reason says so."""
    with pytest.raises(ExtractionError, match=r"^not text: "):
        decode(data)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=60).map(lambda text: text.encode("utf-16-le", "surrogatepass")),
    )
)
def test_any_bytes(data: bytes) -> None:
    """Any bytes give text that can be written as UTF-8, or a reason."""
    with suppress(ExtractionError):
        decode(data).encode()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize(
    "text",
    [
        "L'avis",
        "Lorsqu'il s'agit",
        "CD4+ T",
        "l'été",
        "a;b;c\r\n" + "1;2,5;x\r\n" * 300,
        "\n".join(["aGVsbG8gd29ybGQ" * 5] * 30),
        '{"a":"' + "x" * 300 + '"}',
        r"\\server\share\a folder\file.txt",
        "Việt Nam ở Đông Nam Á, người tị nạn được bảo vệ",
        "Azərbaycan əhalisi qaçqınların vəziyyəti",
        "Μῆνιν ἄειδε θεὰ Πηληϊάδεω Ἀχιλῆος",
        "Русский english العربية français Ελληνικά — a table of languages",
    ],
)
def test_short_wide_text(text: str, encoding: str) -> None:
    """Short text and text without many blanks is read as UTF-16 and UTF-32 without a mark."""
    assert decode(text.encode(encoding)) == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_unicode(text: str) -> None:
    """Text written as UTF-8, or with a mark as UTF-16, is read as that, whatever it is."""
    assert decode(codecs.BOM_UTF8 + text.encode()) == text
    assert decode(codecs.BOM_UTF16_BE + text.encode("utf-16-be")) == text


@pytest.mark.parametrize(
    ("name", "encoding"), [("piaf_fr_20k", "cp1252"), ("arcd_ar_10k", "cp1256"), ("piaf_fr_20k", "cp1256")]
)
def test_accuracy(shared: Path, name: str, encoding: str) -> None:
    """Of pieces of 40 to 4,000 characters of real text, 99.5 % and more are told right."""
    path = shared / "collections" / name / "corpus.jsonl.xz"
    if not path.is_file():
        pytest.skip(f"there is no {path}")
    choose = random.Random(5)
    wrong = total = 0
    with lzma.open(path) as stream:
        for line in islice(stream, 1500):
            text = json.loads(line)["text"]
            for length in (40, 160, 4000):
                start = choose.randrange(max(1, len(text) - length))
                data = text[start : start + length].encode(encoding, "ignore")
                if len(data) >= 40 and not data.isascii():
                    total += 1
                    wrong += decode(data) != data.decode(encoding)
    assert total > 1000
    assert wrong / total <= 0.005


@pytest.mark.parametrize(
    ("name", "encoding", "most"),
    [
        ("arcd_ar_10k", "iso8859_6", 0.01),
        ("arcd_ar_10k", "mac_arabic", 0.01),
        ("arcd_ar_10k", "cp720", 0.01),
        ("piaf_fr_20k", "cp850", 0.02),
        ("piaf_fr_20k", "mac_roman", 0.02),
        ("piaf_fr_20k", "iso8859_15", 0.01),
    ],
)
def test_older_alphabets(shared: Path, name: str, encoding: str, most: float) -> None:
    """Paragraphs of 100 to 2,000 characters in encodings of DOS, ISO and the Macintosh are told right."""
    path = shared / "collections" / name / "corpus.jsonl.xz"
    if not path.is_file():
        pytest.skip(f"there is no {path}")
    wrong = total = 0
    with lzma.open(path) as stream:
        texts = [json.loads(line)["text"] for line in islice(stream, 600)]
    for length, paragraphs in ((100, 1), (400, 1), (2000, 6)):
        for at in range(0, len(texts), paragraphs):
            data = "\n".join(texts[at : at + paragraphs])[:length].encode(encoding, "ignore")
            if not data.isascii():
                total += 1
                wrong += decode(data) != data.decode(encoding).replace("\x1a", "")
    assert total > 500
    assert wrong / total <= most
