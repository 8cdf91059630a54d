"""Files that are not what they should be: refused, or their bad parts left out, with place and next step."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.indexer.lexicons import collecting, files
from coopsearch.indexer.lexicons.collecting import KEPT
from coopsearch.indexer.lexicons.reading import read
from coopsearch.search.errors import SettingsError
from tests.lexicons.making import TBX2, archive, dictd, put, stardict_files

GOOD = "en\tar\nsmuggling\tتهريب\n"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE martif [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<martif><text><body><termEntry><langSet xml:lang='en'><tig><term>&b;</term></tig></langSet>"
    "</termEntry></body></text></martif>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE martif [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    "<martif><text>&a;</text></martif>"
)

#: The name and content of a file, and what is said of it.
REFUSED: list[tuple[str, bytes, str]] = [
    ("g.tsv", b"", "g.tsv is empty"),
    ("g.tsv", b"\n \n", "g.tsv is empty"),
    ("g.tsv", b"smuggling\n", "there is one column"),
    ("g.tsv", b"smuggling\tx\n", "does not say in which languages"),
    ("g.tsv", b"en\tde\nborder\tGrenze\n", "has the languages en, de"),
    ("g.tsv", b"de\tes\nGrenze\tfrontera\n", "has the languages de, es"),
    ("g.tsv", "en\tar\nتهريب\tsmuggling\nحدود\tborder\n".encode(), "line 2: 'تهريب' holds"),
    ("g.tsv", "en\tar\na b\tتهريب\nx\ny\nz\n".encode(), "more lines are wrong than right"),
    ("g.csv", b'en,ar\n"x,y\n' + b"z\n" * 9_000, "line 2: "),
    ("g.tsv", b"en\tar\n" + bytes(range(256)) * 8, "g.tsv is not text"),
    ("g.tsv", b"\x89PNG\r\n\x1a\n\0\0", "is a picture"),
    ("g.tsv.gz", gzip.compress(GOOD.encode() * 500, mtime=0)[:-20], "is damaged"),
    ("g.tsv.gz", b"\x1f\x8b\x08\x00\x00\x00", "is damaged"),
    ("g.tbx", BOMB.encode(), "declares a document type of its own"),
    ("g.tbx", OUTSIDE.encode(), "declares a document type of its own"),
    ("g.tbx", TBX2[:-40].encode(), "no valid XML"),
    ("g.tbx", b"<tbx>" + b"<a>" * 100_000, "nests deeper"),
    ("g.tbx", b"<tbx/>", "has no terms in two of the languages"),
    (
        "g.tmx",
        TBX2.replace("fr-FR", "es").replace('"ar"', '"pt"').replace('"en"', '"de"').encode(),
        "(there are: ",
    ),
    ("g.pdf", b"%PDF-1.4", "has no ending that is read"),
    ("g.zip", b"PK\x03\x04 broken", "is damaged"),
    ("g.tar", b"", "g.tar is damaged"),
    ("g.ifo", b"hello\n", "does not begin as the description"),
    ("g.ifo", b"StarDict's dict ifo file\nbookname=en-fr\n", "g.dict is missing beside g.ifo"),
    ("g.index", b"a\tA\tB\n", "g.dict.dz is missing beside g.index"),
    ("g.index", b"", "g.dict.dz is missing beside g.index"),
    ("g.dict.dz", gzip.compress(b"x", mtime=0), "g.index is missing beside g.dict.dz"),
    (
        "g.tsv",
        "en\tfr\nsummer\tété\ncoast\tcôte\n".encode() + b"tea\tth\xe9\n",
        "g.tsv is UTF-8, but not in line 4",
    ),
    ("g.tsv", b"en\tfr\nx\tth\xe9\ny\tt\xe9\n" + "z\té\n".encode(), "g.tsv is UTF-8 in line 4 and another"),
    ("g.tsv", b"\xef\xbb\xbfen\tfr\nx\tth\xe9\n", "g.tsv is UTF-8, but not in line 2"),
    (
        "g.tsv",
        "en\tfr\nhouse\tgîte d'été\n".encode("mac_roman"),
        "if it is mac_roman, say so with --encoding",
    ),
    ("g.tsv", "en\tfr\nhouse\tgîte d'été\n".encode("cp850"), "g.tsv line 2: this is not UTF-8"),
    ("g.tsv", "en\tar\nhouse\tبيتكواكس\ncar\tسيارةكواكس\n".encode("iso8859_6"), "--encoding iso8859_6"),
    ("g.tsv", b"en\tfr\nx\tth\xe9\nlove\t\x9d\n", "g.tsv line 3: this is neither UTF-8 nor cp1252"),
    ("g.tsv", b"en\tfr\nof\tde\nat most\tau plus\n", "(line 2: 'of' is a function word"),
]


@pytest.mark.parametrize(("name", "content", "words"), REFUSED, ids=[f"{n}-{w}" for n, _, w in REFUSED])
def test_refused(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """A file that cannot be used is refused in one sentence, which names it, and often the line."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingsError) as raised:
        read(tmp_path / name)
    assert words in str(raised.value)
    assert Path(name).name.partition(".")[0] in str(raised.value)
    assert "\n" not in str(raised.value)


def test_what_is_not_a_file(tmp_path: Path) -> None:
    """A folder, a pipe that nobody writes to and a missing file are refused at once."""
    (tmp_path / "folder.tsv").mkdir()
    with pytest.raises(SettingsError, match="folder"):
        read(tmp_path / "folder.tsv")
    for name in ("missing.tsv", "missing", "missing.dict.dz", "missing.zip"):
        with pytest.raises(SettingsError, match=f"{name} cannot be read: no such file"):
            read(tmp_path / name)
    (tmp_path / "folder").mkdir()
    with pytest.raises(SettingsError, match="folder is a folder; name a file in it"):
        read(tmp_path / "folder")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.tsv")
        with pytest.raises(SettingsError, match="is not a file"):
            read(tmp_path / "pipe.tsv")


LEFT_OUT = [
    ("smuggling\n", "there is one column, and the languages stand in 2"),
    ("smuggling\tsmuggling\n", "'smuggling' holds 's', which stands in no word of ar"),
    ("تهريب\tتهريب\n", "stands in no word of en"),
    ("\tتهريب\n", "it has words of one language alone"),
    ("???\tتهريب\n", "is empty"),
    ("12\t١٢\n", "has no letters"),
    ("a b c d e f g h i\tتهريب\n", "is not a term of at most 8 words"),
    ("x@y\tتهريب\n", "holds '@'"),
    ("of\tتهريب\n", "'of' is a function word, which no query is about"),
    ("The\tتهريب\n", "'The' is 'the' in an index, which has no capitals"),
    ("at most\tتهريب\n", "'at most' has function words alone"),
    ("WHO\tتهريب\n", "'WHO' is 'who' in an index, which has no capitals"),
    ("U.S.\tتهريب\n", "'U.S.' is 'us' in an index"),
    ("border\tمن\n", "'من' is a function word"),
]


@pytest.mark.parametrize(("line", "words"), LEFT_OUT)
def test_a_bad_line_is_left_out(tmp_path: Path, line: str, words: str) -> None:
    """A line that cannot be used is left out, and told with its number; the others are taken."""
    (tmp_path / "g.tsv").write_text(f"{GOOD}{line}border\tحدود\n", encoding="utf-8")
    collection = read(tmp_path / "g.tsv").collection
    assert [one.columns[0] for one in collection.concepts] == [("smuggling",), ("border",)]
    assert {one.place for one in collection.problems} == {"line 3"}
    assert words in collection.problems[0].what


def test_a_crowd_of_translations(tmp_path: Path) -> None:
    """A word with 200 translations, in a line or over many, is told, with how many it has."""
    letters = "بتثجحخدذرزسشصضطظعغفقكلم"
    # With an ending with which none of them is a function word.
    words = [f"{one}{two}{one}ي" for one in letters for two in letters if one != two][:200]
    (tmp_path / "one.tsv").write_text(f"en\tar\nset\t{'; '.join(words)}\n", encoding="utf-8")
    assert read(tmp_path / "one.tsv").collection.crowded() == [("set", 200)]
    rows = "".join(f"set\t{word}\n" for word in words)
    (tmp_path / "many.tsv").write_text(f"en\tar\n{rows}fine\tجيد\n", encoding="utf-8")
    collection = read(tmp_path / "many.tsv").collection
    assert collection.crowded() == [("set", 200)]
    assert KEPT <= 16
    assert collection.problems == []


def test_too_many_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A glossary over the bound is refused with the bound, however its entries are spread over lines."""
    monkeypatch.setattr(collecting, "PAIRS", 100)
    (tmp_path / "g.tsv").write_text("en\tar\n" + "border\tحدود\n" * 101, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"^g.tsv has more than 100 pairs of words.*split it"):
        read(tmp_path / "g.tsv")


def test_a_million_lines_end_soon(tmp_path: Path) -> None:
    """A million entries are refused before they fill memory: reading stops at the bound."""
    (tmp_path / "g.tsv").write_text("en\tar\n" + "border\tحدود\n" * 1_000_000, encoding="utf-8")
    begun = time.process_time()
    with pytest.raises(SettingsError, match="400,000 pairs"):
        read(tmp_path / "g.tsv")
    assert time.process_time() - begun < 60


def test_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What unpacks to more than the bound is refused, in gzip, in a zip, and in many files of a zip."""
    monkeypatch.setattr(files, "MOST", 1 << 20)
    (tmp_path / "g.tsv.gz").write_bytes(gzip.compress(bytes(5 << 20)))
    archive(tmp_path / "one.zip", {"g.tsv": bytes(5 << 20)})
    archive(tmp_path / "many.zip", {f"{number}.tsv": bytes(1 << 18) for number in range(8)})
    for name in ("g.tsv.gz", "one.zip", "many.zip"):
        with pytest.raises(SettingsError, match="has more than"):
            read(tmp_path / name)


def test_names_in_archives_lead_nowhere(tmp_path: Path) -> None:
    """A member that would leave the folder is a name like any other, and nothing is written."""
    before = sorted(tmp_path.parent.iterdir())
    path = archive(tmp_path / "g.zip", {"../../escape.tsv": GOOD.encode()})
    assert len(read(path).collection.concepts) == 1
    assert sorted(tmp_path.parent.iterdir()) == before
    two = archive(tmp_path / "two.zip", {"a.tsv": GOOD.encode(), "b.tsv": GOOD.encode()})
    with pytest.raises(SettingsError, match="more than one glossary"):
        read(two)
    with pytest.raises(SettingsError, match="holds no glossary"):
        read(archive(tmp_path / "none.zip", {"a.pdf": b""}))


def test_an_encrypted_archive(tmp_path: Path) -> None:
    """An archive with a password is told as that."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("g.tsv", GOOD)
    data = bytearray(stream.getvalue())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    (tmp_path / "g.zip").write_bytes(data)
    with pytest.raises(SettingsError, match="is encrypted"):
        read(tmp_path / "g.zip")


@pytest.mark.parametrize(
    ("index", "words"),
    [
        (b"", "g.index is empty"),
        (b"hello\nworld\n", "g.index is not the index of a dictionary .line 1: "),
        (b"border\tA\tB\n", "g.index: neither its title nor its name says between which languages"),
        (b"\x00\x01" * 90, "g.index is not text"),
    ],
)
def test_what_is_no_index(tmp_path: Path, index: bytes, words: str) -> None:
    """An index of a dictionary that is none, or that does not tell its languages, is named."""
    (tmp_path / "g.index").write_bytes(index)
    (tmp_path / "g.dict").write_bytes(b"xyz")
    with pytest.raises(SettingsError, match=words):
        read(tmp_path / "g.index")


def test_offsets_outside(tmp_path: Path) -> None:
    """An index that points outside of its articles, or is no index, loses those entries alone."""
    index = dictd(tmp_path)
    bad = "far\t////\tB\nodd\t!!\tB\nlong\tA\tAAAAAAAAAAAA\nshort\n"
    index.write_text(index.read_text(encoding="utf-8") + bad, encoding="utf-8")
    collection = read(index).collection
    assert len(collection.concepts) == 3
    assert sum("lies outside of" in one.what for one in collection.problems) == 1
    assert sum("with tabs between them" in one.what for one in collection.problems) == 3
    made = stardict_files({"border": "frontière"})
    made[".idx"] += b"far\0\xff\xff\xff\xf0\0\0\0\x09cut\0\0"
    made[".syn"] = b"nowhere\0\0\0\0\x63"
    collection = read(put(tmp_path, "s", made)).collection
    assert [one.columns[1] for one in collection.concepts] == [("frontière",)]
    told = " ".join(f"{one.place}: {one.what}" for one in collection.problems)
    assert "lies outside of s.dict" in told
    assert "the index is cut" in told
    assert "it leads to no article" in told


def test_a_dictionary_of_other_languages(tmp_path: Path) -> None:
    """A dictionary into a language without lexicons is refused by its title, unless languages are named."""
    ifo = put(tmp_path, "s", stardict_files({"border": "Grenze"}, name="English-German Dictionary"))
    with pytest.raises(SettingsError, match="between english and german"):
        read(ifo)
    untold = put(tmp_path, "u", stardict_files({"border": "frontière"}, name="My words"))
    with pytest.raises(SettingsError, match="--from en --to ar"):
        read(untold)
    assert read(untold, ("en", "fr")).languages == ("en", "fr")


@given(st.binary(max_size=400), st.sampled_from([".idx", ".dict", ".syn", ".ifo"]))
def test_random_stardict(tmp_path_factory: pytest.TempPathFactory, noise: bytes, where: str) -> None:
    """Whatever stands in a file of a dictionary, it is read or refused as such."""
    made = stardict_files({"border": "frontière", "route": "chemin"}, kind="")
    made[where] = made.get(where, b"")[:20] + noise
    ifo = put(tmp_path_factory.mktemp("random"), "s", {".ifo": b"", **made})
    with contextlib.suppress(SettingsError):
        read(ifo, ("en", "fr"))


@given(
    st.binary(max_size=400),
    st.sampled_from(["g.tsv", "g.csv", "g.tbx", "g.tmx", "g.index", "g.zip", "g.txt"]),
)
def test_random_files(tmp_path_factory: pytest.TempPathFactory, noise: bytes, name: str) -> None:
    """Whatever a file holds, it is read or refused as such."""
    folder = tmp_path_factory.mktemp("random")
    (folder / "g.dict").write_bytes(noise)
    (folder / name).write_bytes(noise)
    with contextlib.suppress(SettingsError):
        read(folder / name, ("en", "ar"))
