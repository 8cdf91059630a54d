"""Whatever is text by its bytes is read, whatever its ending; what is not stays unsupported."""

from __future__ import annotations

import os
import random
import struct
import tarfile
import zlib
from pathlib import Path

import pytest

from coopsearch.indexer import overview, sync
from coopsearch.indexer.extract import format_of, format_of_member
from coopsearch.indexer.extract.sniff import is_text
from coopsearch.indexer.manifest.opened import open_books
from coopsearch.indexer.problem import Unsupported
from tests.conftest import Run
from tests.extract.nested import read, zipped
from tests.extract.office.office_files import compound, docx, paragraph

ARABIC = "تقرير عن تهريب المهاجرين عبر البحر إلى أوروبا في السنة الماضية. "
RUSSIAN = "Отчёт о контрабанде мигрантов через море в Европу. "
JAPANESE = "密輸に関する年次報告書です。\n国境を越える移民について。\n"
#: Text by its bytes, under endings that are known to nobody or to somebody else.
TEXTS: dict[str, bytes] = {
    "settings.toml": b'[routes]\nname = "smuggling alpha"\n',
    "settings.yaml": b"routes:\n  - smuggling bravo\n",
    "settings.ini": b"[routes]\nname=smuggling charlie\n",
    "server.conf": b"# smuggling delta\nlisten 80;\n",
    "script.py": "# La contrebande à Calais: smuggling echo\nprint(1)\n".encode(),
    "dump.sql": b"INSERT INTO t VALUES ('smuggling foxtrot');\n",
    "scene.nfo": "smuggling golf \u2588\u2588\n".encode(),
    "dos.nfo": b"\xdb\xdb\xdb\xdb  smuggling hotel  \xdb\xdb\xdb\xdb\r\n" * 20,
    "page.weird": b"smuggling india\n",
    "UPPER.XYZ": b"smuggling juliett\n",
    "wide.xyz": "smuggling kilo\r\nline two\r\n".encode("utf-16"),
    "wide-bare.xyz": "smuggling lima, a longer line of text\r\n".encode("utf-16-le") * 3,
    "arabic.xyz": (ARABIC * 10).encode("cp1256") + b"smuggling mike",
    "russian.xyz": (RUSSIAN * 10).encode("cp1251") + b" smuggling november",
    "japan.xyz": (JAPANESE * 10).encode("shift_jis") + b"smuggling oscar",
    "japan-wide.xyz": (JAPANESE * 10 + "smuggling").encode("utf-16"),
    "marked.xyz": b"\xef\xbb\xbfsmuggling papa",
    "report.txt.bak": b"smuggling quebec",
    "movie.exe": b"smuggling romeo is text\n",
    "long.xyz": ("é" * 2047 + "\n" + "smuggling sierra à la carte ").encode() * 50,
}


def _png() -> bytes:
    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


CHANCE = random.Random(3)
#: Not text, though some begin with it.
BINARIES: dict[str, bytes] = {
    "random.xyz": CHANCE.randbytes(20_000),
    "marked-noise.xyz": b"\xff\xfe" + CHANCE.randbytes(3000),
    "tiny.xyz": b"\x8f\xe2\x91\x03\x7f\xb0\x11\xd9",
    "program.elf": b"\x7fELF\2\1\1\0" + CHANCE.randbytes(100),
    "library.dll": b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0",
    "song.mp3": b"ID3\x03\0\0\0\0\0\x21TIT2\0\0\0\x0b\0\0\0Smuggling\0" + CHANCE.randbytes(4000),
    "frames.mp3": b"\xff\xfb\x90\x64" + bytes(32) + CHANCE.randbytes(4000),
    "setup.run": b"#!/bin/sh\n# smuggling\n" + b"echo unpacking\n" * 500 + CHANCE.randbytes(400_000),
    "picture.pnm": b"P6\n# smuggling\n200 200\n255\n" + CHANCE.randbytes(120_000),
    "sky.fits": b"SIMPLE  =                    T / smuggling".ljust(5760) + bytes(100_000),
    "tail.dta2": b"smuggling header\n" * 1000 + bytes(9000),
    "java.jar": zipped({"META-INF/MANIFEST.MF": b"smuggling: 1"}),
    "data.rds": zlib.compress(b"x" * 99),
    "empty.xyz": b"",
    "empty.bin": b"",
    "thumbs.db": compound({"other": b"smuggling"}),
    "raw.cr9": b"II*\0\x10\0\0\0" + CHANCE.randbytes(500),
    "numbers.npy2": struct.pack("<500d", *(CHANCE.random() for _ in range(500))),
    "shorts.pcm": struct.pack("<2000h", *(CHANCE.randrange(-300, 300) for _ in range(2000))),
    "floats.dat": struct.pack("<500f", *(CHANCE.random() for _ in range(500))),
}


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder of texts and others."""
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, data in (TEXTS | BINARIES).items():
        (folder / name).write_bytes(data)
    return folder


def found(run: Run, folder: Path) -> set[str]:
    """Return the names of the files in which the word is found."""
    hits = run("smuggling", "-n", "90", "--index", "ix", "--json", cwd=folder.parent).objects()
    return {Path(one["shown"]).name for one in hits}


def test_read(docs: Path, run: Run) -> None:
    """The command reads every text, leaves everything else unsupported, and reports no fault."""
    done = run("index", "docs", "--index", "ix", "--json", cwd=docs.parent)
    (report,) = done.objects()
    assert (done.code, report["failed"], report["lacking"]) == (0, [], [])
    assert found(run, docs) == set(TEXTS)
    listed = run("status", "--state", "unsupported", "--index", "ix", "--json", cwd=docs.parent).objects()
    assert {Path(one["file"]).name for one in listed} == set(BINARIES)
    assert {one["reason"] for one in listed} == {"not text, and of no format that is read"}
    assert report["unsupported"][".mp3"] == 2
    assert run("verify", "--index", "ix", cwd=docs.parent).code == 0


def test_setting(docs: Path, run: Run) -> None:
    """The setting narrows what is read to known endings, is remembered, and can be taken back."""
    (docs / "plain.txt").write_bytes(b"smuggling plainly")
    (docs / "README").write_bytes(b"smuggling without an ending")
    known = {"plain.txt", "README", "report.txt.bak"}
    assert run("index", "docs", "--index", "ix", "--no-any-text", cwd=docs.parent).code == 0
    assert found(run, docs) == known
    listed = run("status", "--state", "unsupported", "--index", "ix", cwd=docs.parent).out
    told = "docs/script.py: its ending is not known; `coopsearch index --any-text` reads it if it is text"
    assert told in listed.splitlines()
    (report,) = run("index", "--index", "ix", "--json", cwd=docs.parent).objects()
    assert (report["added"], report["unchanged"]) == (0, len(known))
    run("index", "--index", "ix", "--rebuild", cwd=docs.parent)
    assert found(run, docs) == known
    sync([docs], docs.parent / "ix", any_text=True)
    assert found(run, docs) == known | set(TEXTS)
    assert run("verify", "--index", "ix", cwd=docs.parent).code == 0


def test_unchanged_is_not_opened(docs: Path, run: Run) -> None:
    """A text of an unknown ending that is as it was is not opened again."""
    for path in docs.iterdir():
        os.utime(path, (1_000_000_000, 1_000_000_000))
    run("index", "docs", "--index", "ix", cwd=docs.parent)
    before = {name: (docs / name).stat().st_atime_ns for name in TEXTS}
    (report,) = run("index", "--index", "ix", "--json", cwd=docs.parent).objects()
    assert (report["added"], report["updated"], report["unchanged"]) == (0, 0, len(TEXTS))
    assert {name: (docs / name).stat().st_atime_ns for name in TEXTS} == before


def test_changed_since(docs: Path, run: Run) -> None:
    """A search and ``status`` count a new file of an unknown ending, and not one that nothing reads."""
    run("index", "docs", "--index", "ix", cwd=docs.parent)
    (docs / "new.toml").write_bytes(b"smuggling")
    (docs / "new.png").write_bytes(_png())
    said = run("smuggling", "-n0", "--index", "ix", cwd=docs.parent).err
    assert "since then 1 new;" in " ".join(said.split())
    (status,) = run("status", "--json", "--index", "ix", cwd=docs.parent).objects()
    assert status["changed"] == {"new": 1, "changed": 0, "gone": 0}
    run("index", "--no-any-text", "--index", "ix", cwd=docs.parent)
    (docs / "newer.toml").write_bytes(b"smuggling")
    assert "since then" not in run("smuggling", "-n0", "--index", "ix", cwd=docs.parent).err
    (status,) = run("status", "--json", "--index", "ix", cwd=docs.parent).objects()
    assert status["changed"] == {"new": 0, "changed": 0, "gone": 0}


def test_members(tmp_path: Path) -> None:
    """In archives, too, texts are read whatever their endings, and the others are counted by theirs."""
    (tmp_path / "a.zip").write_bytes(zipped(TEXTS | BINARIES))
    documents, problems = read(tmp_path / "a.zip")
    held = {one.path.partition("!")[2] for one in documents if "smuggling" in one.text}
    assert held >= set(TEXTS) - {"japan.xyz"}
    assert not [one for one in problems if one.state != "unsupported"]


def test_little_is_unpacked_of_what_nobody_reads(tmp_path: Path) -> None:
    """Of a member that is not text only the beginning is unpacked, so no limit is met by it."""
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        (tmp_path / "film.mov").write_bytes(b"\0\0\0\x14ftypqt  " + bytes(3_000_000))
        archive.add(tmp_path / "film.mov", "film.mov")
    (tmp_path / "a.zip").write_bytes(zipped({"film.mov": bytes(90_000_000), "a.txt": b"words"}))
    for name in ("a.tar", "a.zip"):
        _, problems = read(tmp_path / name)
        assert [one.reason for one in problems] == ["1 in it of formats that are not read: 1 .mov"]


def test_turns_binary(tmp_path: Path, run: Run) -> None:
    """Of a text that turns into other data after 1 MB the text is kept and the rest told, by its line."""
    docs = tmp_path / "docs"
    docs.mkdir()
    text = b"smuggling routes of the year\n" * 40_000
    noise = b"\0\1\2" + random.Random(4).randbytes(200_000)
    (docs / "crashed.log").write_bytes(text + noise)
    (docs / "zeros.txt").write_bytes(text + bytes(20_000))
    (docs / "short.txt").write_bytes(b"smuggling\n" + noise)
    (docs / "unknown.xyz").write_bytes(text + noise)
    # Text where samples are taken, and none in between.
    (docs / "hidden.xyz").write_bytes(text + noise[:90_000] + text + noise[:90_000] + text)
    done = run("index", "docs", "--index", "ix", cwd=tmp_path)
    assert done.code == 2
    for name, why in (("crashed.log", "it turns into other data"), ("zeros.txt", "it holds zero bytes")):
        told = f"failed: docs/{name}: not text: {why} after line 40,000; what stands before is kept"
        assert told in " ".join(done.err.split())
    assert "failed: docs/short.txt: not text: " in done.err
    assert "unknown.xyz" not in done.err
    assert "hidden.xyz" not in done.err
    states = {}
    for state in ("in-part", "failed", "unsupported"):
        for one in run("status", "--state", state, "--index", "ix", "--json", cwd=tmp_path).objects():
            states[Path(one["file"]).name] = one["state"]
    assert states == {
        "crashed.log": "in part", "zeros.txt": "in part", "short.txt": "failed",
        "unknown.xyz": "unsupported", "hidden.xyz": "unsupported",
    }  # fmt: skip
    assert found(run, docs) == {"crashed.log", "zeros.txt"}


def test_colours(tmp_path: Path) -> None:
    """What tells a terminal of colours, titles and places is no part of the words of a log."""
    log = (
        "\x1b]0;a title\x07\x1b[31msmugglers\x1b[0m \x1b[1;38;5;208mleft\x1b[m \x1b[Kat\x1b[10;5Hnight\n"
        "\x1b(Bsecond \x1b[4:3mline\x1b[0m\n"
    )
    (tmp_path / "a.log").write_text(log, encoding="utf-8")
    ((found,), problems) = read(tmp_path / "a.log")
    assert not problems
    assert found.text == "smugglers left at night\nsecond line\n"


def test_no_ending(tmp_path: Path) -> None:
    """A file whose name says nothing is read as what its bytes say, documents and archives among them."""
    files = {
        "letter": docx(paragraph("words")),
        "letter.docx.bak": docx(paragraph("words")),
        "ATT0001.dat": rb"{\rtf1 words}",
        "bundle": zipped({"a.txt": b"words"}),
        "page.phtml": b"<!DOCTYPE html><p>words</p>",
        "rich.wri2": rb"{\rtf1 words}",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        documents, problems = read(tmp_path / name)
        assert [one.text.strip() for one in documents] == ["words"], name
        assert not problems
    form = format_of_member("noname.dat", rb"{\rtf1 words}")
    assert form is not None
    assert not isinstance(form, str)
    assert form.name == "rtf"


def test_vanished(tmp_path: Path) -> None:
    """A file that cannot be opened counts as text, so that the reason comes out when it is read."""
    form = format_of(tmp_path / "gone.xyz")
    assert form is not None
    assert form.name == "txt"


def test_samples() -> None:
    """A sample may begin and end inside a character, and a few faults are not taken for data."""
    text = ("Réfugiés à Calais, ça va " * 400).encode()
    for at in range(8):
        assert is_text(text[:4096], text[at : at + 4096])
    assert is_text(b"log line\n" * 400 + b"\0" + b"log line\n" * 50)
    assert not is_text(b"log line\n" * 400, bytes(4096))
    chance = random.Random(1)
    taken = sum(is_text(chance.randbytes(size)) for size in range(8, 4000) for _ in range(3))
    assert taken <= 20
    assert not any(is_text(chance.randbytes(size)) for size in range(200, 2000))


def test_reasons_are_values(docs: Path, run: Run) -> None:
    """Why a file is unsupported is a value of its own, not its ending; books of before are understood."""
    (docs / "a.png").write_bytes(_png())
    sync([docs], docs.parent / "ix", any_text=False)
    outside = open_books(docs.parent / "ix").manifest.outside
    assert {one.reason for one in outside.values()} == {*Unsupported}
    (status,) = run("status", "--json", "--index", "ix", cwd=docs.parent).objects()
    assert (status["pictures"], status["unsupported"][".png"]) == (1, 1)
    told = [overview.TOLD[overview._unsupported(reason)] for reason in (".png", ".exe", "no ending")]
    unknown = "not text, and of no format that is read"
    assert [one.partition(";")[0] for one in told] == ["a picture", unknown, unknown]
