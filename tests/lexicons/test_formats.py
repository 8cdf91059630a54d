"""Each format of a dictionary or glossary, read from small files of it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.indexer.lexicons.reading import Glossary, read
from coopsearch.search.errors import SettingsError
from tests.lexicons.making import (
    ARTICLES,
    TBX2,
    TBX3_DCT,
    TMX,
    archive,
    dictd,
    put,
    stardict_files,
)

FRENCH = {"smuggling": "n. contrebande, fraude\n", "border": "1. frontière 2. bord\n"}


def said(glossary: Glossary) -> list[tuple[tuple[str, ...], ...]]:
    """Return the words of all concepts by language."""
    return [one.columns for one in glossary.collection.concepts]


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("named", [".index", ".dict"])
def test_dictd(tmp_path: Path, packed: bool, named: str) -> None:
    """A dictionary of dictd gives headwords and translations by sense, its title and its licence."""
    index = dictd(tmp_path, packed=packed)
    other = index.with_suffix(".dict.dz" if packed else ".dict")
    glossary = read(index if named == ".index" else other)
    assert (glossary.kind, glossary.languages) == ("dictd", ("en", "ar"))
    assert said(glossary) == [
        (("smuggling",), (), ("تهريب", "تهريب البضائع", "تسلل")),
        (("Border",), (), ("حدود", "تخم")),
        (("route",), (), ("طريق", "مسار")),
    ]
    assert glossary.about.title == "English-Arabic Test Dictionary ver. 1"
    assert glossary.about.licence.endswith("GNU General Public License ver. 3.0 and any later version")
    assert [one.what for one in glossary.collection.problems] == [
        "'of' is a function word, which no query is about"
    ]


def test_dictd_headwords_of_one_article(tmp_path: Path) -> None:
    """Headwords that share an article are its words together."""
    index = dictd(tmp_path, articles={"seek": "seek\nبحث\n"})
    line = index.read_text().splitlines()[-1]
    index.write_text(index.read_text() + line.replace("seek", "sought") + "\n")
    assert said(read(index)) == [(("seek", "sought"), (), ("بحث",))]


@pytest.mark.parametrize("kind", ["m", "g", "h", "x", ""])
@pytest.mark.parametrize("wide", [True, False])
def test_stardict(tmp_path: Path, kind: str, wide: bool) -> None:
    """A dictionary of StarDict is read in its kinds of articles, with offsets of four and eight bytes."""
    ifo = put(tmp_path, "d", stardict_files(FRENCH, kind=kind, wide=wide, synonyms=[("frontier", 1)]))
    glossary = read(ifo)
    assert (glossary.kind, glossary.languages) == ("stardict", ("en", "fr"))
    assert said(glossary) == [
        (("smuggling",), ("contrebande", "fraude"), ()),
        (("border", "frontier"), ("frontière", "bord"), ()),
    ]
    assert glossary.about.title == "English-French Test"
    assert "CC BY 4.0" in glossary.about.licence


@pytest.mark.parametrize("name", ["d.zip", "d.tar.gz", "d.tar.bz2", "d.tar.xz", "d.tgz"])
def test_archives(tmp_path: Path, name: str) -> None:
    """A dictionary may lie in an archive, packed in itself, among folders and other texts."""
    files = stardict_files(FRENCH)
    members = {f"folder/d{ending}": content for ending, content in files.items()}
    members["folder/d.idx.gz"] = gzip.compress(members.pop("folder/d.idx"))
    members["folder/d.dict.dz"] = gzip.compress(members.pop("folder/d.dict"))
    members["README.txt"] = b"Read me."
    glossary = read(archive(tmp_path / name, members))
    assert len(said(glossary)) == 2


@pytest.mark.parametrize(
    ("kind", "coast", "border"),
    [
        ("h", "<ol><li>côte</li><li>littoral</li></ol>", "<b>frontière</b>"),
        ("x", "<k>coast</k><dtrn>côte; littoral</dtrn>", "<k>border</k>\n<tr>x</tr><dtrn>frontière</dtrn>"),
        ("tm", "kəʊst\0côte; littoral", "x\0frontière"),
        ("mW", "côte; littoral\0RIFF\0\0", "frontière\0RIFF"),
        ("Wm", "\0\0\0\x03abccôte; littoral", "\0\0\0\0frontière"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_kinds_of_articles(tmp_path: Path, kind: str, coast: str, border: str, packed: bool) -> None:
    """Marked articles, and those of several parts with sounds among them, give what they translate."""
    made = stardict_files({"coast": coast, "border": border}, kind=kind, synonyms=[("shore", 0)], wide=packed)
    if packed:
        # In capitals, as old systems have it; each packed.
        pressed = {f"{one.upper()}.DZ": gzip.compress(made[one]) for one in (".dict", ".syn")}
        made = {".IFO": made[".ifo"], ".IDX.GZ": gzip.compress(made[".idx"]), **pressed}
    ifo = put(tmp_path, "S", made)
    expected = [(("coast", "shore"), ("côte", "littoral"), ()), (("border",), ("frontière",), ())]
    assert said(read(ifo)) == expected
    assert {said(read(path))[0] for path in tmp_path.iterdir()} == {expected[0]}


def test_articles_of_a_kind_that_is_not_read(tmp_path: Path) -> None:
    """A dictionary whose articles are of other kinds is refused with the kind."""
    ifo = put(tmp_path, "s", stardict_files({"coast": "côte"}, kind="k"))
    with pytest.raises(
        SettingsError, match="of the kind 'k', which is not read; those that are: g, h, l, m, x"
    ):
        read(ifo)


def test_tbx(tmp_path: Path) -> None:
    """TBX gives terms by concept: preferred ones first, deprecated ones last; other languages are said."""
    (tmp_path / "terms.tbx").write_text(TBX2, encoding="utf-8")
    glossary = read(tmp_path / "terms.tbx")
    assert (glossary.kind, glossary.languages) == ("tbx", ("en", "fr", "ar"))
    assert said(glossary) == [
        (("smuggling", "people smuggling"), ("trafic illicite", "passage clandestin"), ()),
        (("border",), (), ("حدود",)),
    ]
    assert glossary.about.title == "Terms of an office"
    assert "CC BY-SA 4.0" in glossary.about.licence
    assert glossary.about.notes == ("not read: what is in other languages (de)",)


def test_tbx_of_version_3(tmp_path: Path) -> None:
    """TBX of version 3 says by names of elements what version 2 says by attributes."""
    (tmp_path / "terms.tbx").write_text(TBX3_DCT, encoding="utf-8")
    assert said(read(tmp_path / "terms.tbx")) == [(("smuggler",), ("passeur", "trafiquant"), ())]


def test_tmx(tmp_path: Path) -> None:
    """TMX gives what is short enough to be a term, without the codes in it, and says what was not taken."""
    (tmp_path / "memory.tmx").write_text(TMX, encoding="utf-8")
    glossary = read(tmp_path / "memory.tmx")
    assert glossary.kind == "tmx"
    assert said(glossary) == [(("money laundering",), (), ("غسل الأموال",))]
    assert glossary.about.licence == "Copyright of the office; all rights reserved."
    assert glossary.about.notes == ("not read: 1 sentences, as terms have at most 8 words",)


ROW = (("smuggling",), ("contrebande", "trafic"), ("تهريب",))
TABLES = [
    ("g.tsv", "en\tfr\tar\nsmuggling\tcontrebande; trafic\tتهريب\n"),
    ("g.txt", "# Terms\nEnglish\tFrançais\tالعربية\nsmuggling\tcontrebande | trafic\tتهريب\n"),
    ("g.csv", 'EN,FR,AR\nsmuggling,"contrebande, trafic",تهريب\n'),
    ("g.csv", "en;note;fr;ar\nsmuggling;x;contrebande / trafic;تهريب\n"),
    ("g.tab", "id\tterm_en\tArabic term\tFrench\n1\tsmuggling\tتهريب\tcontrebande؛trafic\n"),
    ("g.tsv", "de\ten\tfr\tar\nSchmuggel\tto smuggling.\tLa contrebande;le trafic\tتهريب\n"),
    ("g.tsv", "smuggling\tn\tcontrebande; trafic\tتهريب\n"),
    ("g.tsv", "fr\tpos\ten\tar\ncontrebande; trafic\tn\tsmuggling\tتهريب\n"),
    ("g.tsv", "ar\tPOS\tfr\ten\nتهريب\tn\tcontrebande;trafic\tsmuggling\n"),
    ("g.tsv", "English\tpos\tArabic\tFrench\nsmuggling\tn\tتهريب\tcontrebande;trafic\n"),
    ("g.tsv", "en\tpos\tfr\tar\nsmuggling\tn\tcontrebande;trafic\tتهريب\n"),
    (
        "g.tsv",
        "ar\tEnglish definition\tfr\texample_en\ten\nتهريب\ta crime\tcontrebande;trafic\tx\tsmuggling\n",
    ),
    ("g.csv", '"en" , "fr" , "ar"\r\n\r\n"smuggling","contrebande\ntrafic","تهريب"\r\n'),
]


@pytest.mark.parametrize(("name", "text"), TABLES)
@pytest.mark.parametrize("packed", [False, True])
def test_tables(tmp_path: Path, name: str, text: str, packed: bool) -> None:
    """Tables are read with any usual separator and headings, and lines of our own format."""
    path = tmp_path / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    assert said(read(path)) == [ROW]


def test_two_columns_without_headings(tmp_path: Path) -> None:
    """A list of two columns is read in the languages that are named, with a line of headings or without."""
    for text in ("تهريب\tsmuggling\n", "Arabic\tterm\nتهريب\tsmuggling\n"):
        (tmp_path / "g.tsv").write_text(text, encoding="utf-8")
        assert said(read(tmp_path / "g.tsv", ("ar", "en"))) == [(("smuggling",), (), ("تهريب",))]


def test_a_word_for_a_language_is_no_heading(tmp_path: Path) -> None:
    """A list that begins with the name of a language and its translation loses nothing."""
    (tmp_path / "g.tsv").write_text("anglais\tEnglish\nbord\tedge\n", encoding="utf-8")
    taken = said(read(tmp_path / "g.tsv", ("fr", "en")))
    assert taken == [(("English",), ("anglais",), ()), (("edge",), ("bord",), ())]


@pytest.mark.parametrize("sign", ["\u2028", "\x85", "\x0b", "\x0c", "\x1c"])
def test_lines_are_those_of_an_editor(tmp_path: Path, sign: str) -> None:
    """A sign that parts lines for some programs alone shifts no number of a line."""
    (tmp_path / "g.tsv").write_text(f"en\tfr\nborder{sign}land\tmarche\n\t\nx\n", encoding="utf-8")
    (problem,) = read(tmp_path / "g.tsv").collection.problems
    assert problem.place == "line 4"


def test_languages_are_chosen(tmp_path: Path) -> None:
    """Of a glossary in several languages, two can be chosen."""
    (tmp_path / "g.tsv").write_text(TABLES[0][1], encoding="utf-8")
    assert said(read(tmp_path / "g.tsv", ("fr", "ar"))) == [((), ROW[1], ROW[2])]
    (tmp_path / "terms.tbx").write_text(TBX2, encoding="utf-8")
    assert said(read(tmp_path / "terms.tbx", ("en", "ar"))) == [(("border",), (), ("حدود",))]


ENCODINGS = [
    ("utf-8-sig", "utf-8"),
    ("utf-16", "utf-16"),
    ("utf-16-le", "utf-16"),
    ("utf-32", "utf-32"),
    ("cp1256", "cp1256"),
]


@pytest.mark.parametrize(("encoding", "told"), ENCODINGS)
def test_encodings(tmp_path: Path, encoding: str, told: str) -> None:
    """The usual encodings of Arabic office machines are told by their bytes, and named."""
    rows = ["smuggling\tتهريب", "border\tحدود", "route\tطريق", "network\tشبكة", "police\tالشرطة"]
    (tmp_path / "g.tsv").write_bytes("\r\n".join(["en\tar", *rows, ""]).encode(encoding))
    glossary = read(tmp_path / "g.tsv")
    assert glossary.about.encoding == told
    assert [one[0][0] + "\t" + one[2][0] for one in said(glossary)] == rows


def test_articles_in_an_encoding_that_is_named(tmp_path: Path) -> None:
    """Articles of a dictionary are read in the encoding that is named, as its index is."""
    (tmp_path / "a-eng-fra.index").write_text("coast\tA\tE\n", encoding="ascii")
    (tmp_path / "a-eng-fra.dict").write_bytes("côte".encode("latin-1"))
    assert said(read(tmp_path / "a-eng-fra.index", encoding="latin-1")) == [(("coast",), ("côte",), ())]


def test_french_of_latin_1(tmp_path: Path) -> None:
    """French in the old encoding is told, and an encoding that is named counts before what is told."""
    (tmp_path / "g.tsv").write_bytes("en\tfr\nborder\tfrontière\nrefugee\tréfugié\n".encode("latin-1"))
    assert said(read(tmp_path / "g.tsv"))[0][1] == ("frontière",)
    assert said(read(tmp_path / "g.tsv", encoding="latin-1"))[0][1] == ("frontière",)
    with pytest.raises(SettingsError, match="line 2: this is not utf-8"):
        read(tmp_path / "g.tsv", encoding="utf-8")


#: Letters of which no function word is made.
_WORD = st.text("bdfgkz", min_size=3, max_size=8)
_ARABIC = st.text("ثخذزضظغ", min_size=3, max_size=8)


@given(st.lists(st.tuples(_WORD, st.lists(_ARABIC, min_size=1, max_size=5, unique=True)), min_size=1))
def test_columns_against_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, list[str]]]
) -> None:
    """A table of any words gives these words, in their order."""
    path = tmp_path_factory.mktemp("table") / "g.tsv"
    path.write_text("en\tar\n" + "".join(f"{word}\t{'; '.join(more)}\n" for word, more in rows), "utf-8")
    assert said(read(path)) == [((word,), (), tuple(more)) for word, more in rows]


@given(st.dictionaries(_WORD, st.lists(_ARABIC, min_size=1, max_size=4, unique=True), min_size=1))
def test_dictionaries_against_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, words: dict[str, list[str]]
) -> None:
    """Dictionaries of dictd and StarDict with the same articles give the same, and what was written."""
    folder = tmp_path_factory.mktemp("dictionary")
    articles = {
        word: "".join(f"{n}. {one}\n" for n, one in enumerate(more, 1)) for word, more in words.items()
    }
    expected = [((word,), (), tuple(more)) for word, more in words.items()]
    index = dictd(folder, articles={word: f"{word} /x/\n{text}" for word, text in articles.items()})
    ifo = put(folder, "s", stardict_files(articles, name="English-Arabic"))
    assert said(read(index)) == said(read(ifo)) == expected


def test_the_articles_of_the_example() -> None:
    """The example holds what is to be taken off."""
    assert all(sign in "".join(ARTICLES.values()) for sign in "/<({")
