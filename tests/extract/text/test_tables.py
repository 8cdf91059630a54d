"""Tables as text, JSON files and reStructuredText."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.indexer.extract import Source, format_of
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document


def read(name: str, data: bytes) -> list[Document]:
    """Return the documents of a file of that name."""
    form = format_of(Path(name))
    assert form is not None
    found = list(form.extract(Source(Path(name), name, "2001-02-03", data=data)))
    assert all(isinstance(one, Document) for one in found)
    return found  # type: ignore[return-value]


ROWS = [
    "port | année | tonnage",
    "port: Sfax | année: 2019 | tonnage: 12,5",
    "port: Le Havre | année: 2020 | tonnage: 7 et plus",
    "port: Nouakchott | année: 2021 | tonnage: 3",
]


@pytest.mark.parametrize(
    "data",
    [
        'port;année;tonnage\nSfax;2019;12,5\n"Le Havre";2020;"7\net plus"\nNouakchott;2021;3\n'.encode(
            "cp1252"
        ),
        "\ufeffport\tannée\ttonnage\r\nSfax\t2019\t12,5\r\n".encode()
        + b"Le Havre\t2020\t7 et plus\r\nNouakchott\t2021\t3",
        'sep=,\nport,année,tonnage\nSfax,2019,"12,5"\nLe Havre,2020,7 et plus\nNouakchott,2021,3'.encode(
            "utf-16"
        ),
        "port|année|tonnage\nSfax|2019|12,5\n\nLe Havre|2020|7 et plus\nNouakchott|2021|3".encode(),
    ],
)
def test_table(data: bytes) -> None:
    """Whatever separates and encodes the cells, a row is a passage of cells that its columns name."""
    (document,) = read("ports.csv", data)
    assert document.text.split("\n\n") == ROWS
    assert (document.type, document.title) == ("csv", "ports")


@pytest.mark.parametrize("text", ["Sfax,Tunis\nParis,Lyon\n", "1,2\n3,4\n", "a,a\n1,2\n", "a,\n1,2\n"])
def test_table_without_names(text: str) -> None:
    """A first row like the others, or one that does not name each column, names none."""
    (document,) = read("a.csv", text.encode())
    assert ":" not in document.text


JAPANESE = "名前,年齢,住所\r\n佐藤太郎,30,東京\r\n三木英子,25,大阪\r\n髙橋淳,35,名古屋\r\n"


@pytest.mark.parametrize(
    "text",
    [JAPANESE, JAPANESE.replace(",", ";"), "これは報告書です,数\r\nはい,1\r\nいいえ,2\r\n", JAPANESE * 2_000],
)
def test_japanese(text: str) -> None:
    """A table in Shift-JIS is read as that, also where it is short and holds no kana."""
    for encoding in ("cp932", "iso2022_jp_ext"):
        (document,) = read("a.csv", text.replace("髙", "高").encode(encoding))
        assert document.text.startswith(text.splitlines()[0].replace(",", " | ").replace(";", " | "))
        assert "\ufffd" not in document.text


def test_japanese_of_others(shared: Path) -> None:
    """A table that another program's tests hold is read in its letters."""
    data = (shared / "faults" / "documents" / "test_mskanji.csv").read_bytes()
    (document,) = read("test_mskanji.csv", data)
    assert "名前: 佐藤太郎 | 年齢: 30 | 住所: 東京" in document.text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Hébert,Rémi\r\nThérèse,à côté\r\n", "cp1252"),
        ("Béatrice,Côte d’Ivoire\r\n“Zoé”,déjà\r\n", "cp1252"),
        ("الاسم,البلد\r\nسعيد,الجزائر\r\nمريم,تونس\r\n", "cp1256"),
        ("Имя,Город\r\nИван,Москва\r\n", "cp1251"),
    ],
)
def test_not_japanese(text: str, encoding: str) -> None:
    """Short tables in other encodings are not taken for it."""
    (document,) = read("a.csv", text.encode(encoding))
    assert text.split(",", maxsplit=1)[0] in document.text


def test_table_lines() -> None:
    """A row's line is the file's; one cell may take several."""
    (document,) = read("a.csv", b'a,b\n"1\n2",c\nd,e\n')
    assert [one.line for one in document.passages] == [1, 2, 4]


def test_table_long() -> None:
    """A long cell is a paragraph of its own, its short neighbours stay together."""
    (document,) = read("a.tsv", ("id\tname\ttext\n7\tAmin\t" + "long text " * 60 + "\n").encode())
    assert document.text.split("\n\n")[1:] == ["id: 7 | name: Amin", "text: " + ("long text " * 60).strip()]


@pytest.mark.parametrize("text", ["just a line of text\nand one more", 'a,"b\n' + "c,d\n" * 2000])
def test_no_table(text: str) -> None:
    """Text without columns is text; a quotation mark that never closes swallows nothing."""
    (document,) = read("a.csv", text.encode())
    assert len(document.passages) == (1 if document.type == "txt" else 2001)


def test_json_records() -> None:
    """A list of records is a document for each, alone or as the only list of an object."""
    records = '[{"id": "x", "title": "One", "text": "first"}, {"content": "second", "year": 2019}]'
    for data in (records, f'{{"count": 2, "items": {records}}}'):
        one, two = read("a.json", data.encode())
        assert (one.path, one.title, one.text, one.type) == ("a.json!x", "One", "first", "json")
        assert (two.path, two.text, dict(two.fields)) == ("a.json!2", "second", {"year": "2019"})
        assert one.passages[0].line is None


def test_json_document() -> None:
    """Other data is one document, with the keys above what they hold."""
    data = '{"title": "Rapport", "ok": true, "parts": {"intro": "' + "mot " * 80 + '", "tags": ["a", "b"]}}'
    (document,) = read("a.json", data.encode())
    found = [(document.text[one.start : one.end][:20], one.heading) for one in document.passages]
    assert found == [
        ("title: Rapport\nok: t", ()),
        ("mot mot mot mot mot ", ("parts", "intro")),
        ("a | b", ("parts", "tags")),
    ]
    assert document.title == "Rapport"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("{", "no valid JSON"),
        ("[" * 100_000, "nested too deep|no valid JSON"),
        ("{}", "no text"),
        ("", "no valid JSON"),
    ],
)
def test_json_reasons(data: str, reason: str) -> None:
    """What is no JSON, or says nothing, has a reason."""
    with pytest.raises(ExtractionError, match=reason):
        read("a.json", data.encode())


def test_rst() -> None:
    """Lines of signs make headings, their levels in the order of their first use; text stays raw."""
    text = "=====\nTitle\n=====\n\nIntro text\n\nPart\n----\nText of *it*.\n"
    text += "\nSub\n~~~~~~\n\nx\n\nMore\n----\n\n.. note:: y\n"
    (document,) = read("a.rst", text.encode())
    found = [(text[one.start : one.end], one.level, one.line, one.heading) for one in document.passages]
    assert found == [
        ("Title", 1, 2, ()),
        ("Intro text", 0, 5, ("Title",)),
        ("Part", 2, 7, ("Title",)),
        ("Text of *it*.", 0, 9, ("Title", "Part")),
        ("Sub", 3, 11, ("Title", "Part")),
        ("x", 0, 14, ("Title", "Part", "Sub")),
        ("More", 2, 16, ("Title",)),
        (".. note:: y", 0, 19, ("Title", "More")),
    ]
    assert (document.type, document.title, document.text) == ("rst", "Title", text)
