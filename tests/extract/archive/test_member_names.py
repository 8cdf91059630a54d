"""Names of members in code pages that no archive names are told by what they look like."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest

from coopsearch.indexer.extract.archive.member_names import decoded, page_of
from tests.conftest import Run
from tests.extract.nested import read

FRENCH = [
    "Rapport sur les réfugiés.txt",
    "Étude été 2019/Conclusions générales, août.txt",
    "Procès-verbal n°3.txt",
]
ARABIC = ["تقرير عن تهريب المهاجرين.txt", "تعاون بين الدول/ملف 1.txt", "الخطة النهائية 2019.txt"]
NAMES = [
    ("cp850", FRENCH),
    ("cp1252", FRENCH),
    ("cp437", ["Procès verbal.txt", "à côté.txt"]),
    ("cp1252", ["été.txt"]),
    ("cp850", ["à faire.txt"]),
    ("cp1252", ["ça.txt"]),
    ("cp1256", ARABIC),
    ("cp720", ARABIC),
    ("cp1256", ["ملف.txt"]),
    ("cp720", ["صورة.txt", "plain.txt"]),
    ("gbk", ["新建文件夹/合同.txt", "报告2021.txt"]),
    ("cp932", ["文章1.txt", "新しいテキスト ドキュメント.txt"]),
    ("cp850", ["Año nuevo.txt", "Größe.txt"]),
    ("utf-8", [*FRENCH, *ARABIC, "報告.txt"]),
]


def zipped(names: dict[bytes, bytes], extra: bytes = b"") -> bytes:
    """Return a zip with names that are bytes of a code page, as old programs write them."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number, (name, data) in enumerate(names.items()):
            info = zipfile.ZipInfo(f"{number}".rjust(len(name), "z"))
            info.extra = extra
            archive.writestr(info, data)
    made = stream.getvalue()
    for number, name in enumerate(names):
        made = made.replace(f"{number}".rjust(len(name), "z").encode(), name)
    return made


@pytest.mark.parametrize(("page", "names"), NAMES)
def test_told(page: str, names: list[str]) -> None:
    """What names look like tells the code page, also of a single short name."""
    raw = [name.encode(page) for name in names]
    assert [decoded(name, page_of(raw)) for name in raw] == names


@pytest.mark.parametrize("names", [[b"\xff\xfe\x80\x90.txt"], [b"a\xb0\xb1\xb2.txt", b"\xdb\xdb.doc"], []])
def test_untold(names: list[bytes]) -> None:
    """Nothing is guessed of names that look like no language."""
    assert page_of(names) == ""
    assert [decoded(name, "") for name in names] == [None] * len(names)


def test_beside() -> None:
    """A name that stands beside in Unicode is taken, if it is of that name."""
    for raw, expected in ((b"r\x82sum\x82.txt", "تقرير.txt"), (b"other \x82t\x82.txt", "other été.txt")):
        data = struct.pack("<BI", 1, zlib.crc32(b"r\x82sum\x82.txt")) + "تقرير.txt".encode()
        extra = struct.pack("<HH", 0x5455, 1) + b"x" + struct.pack("<HH", 0x7075, len(data)) + data
        assert decoded(raw, "cp850", extra) == expected


def test_from_the_shell(tmp_path: Path, run: Run) -> None:
    """A hit shows the name as its writer typed it, and `show` opens it under that name."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for page, names in (("cp850", FRENCH), ("cp1256", ARABIC), ("gbk", ["报告.txt"])):
        members = {name.encode(page): b"smuggling %d" % number for number, name in enumerate(names)}
        (docs / f"{page}.zip").write_bytes(zipped(members))
    (docs / "odd.zip").write_bytes(zipped({b"\xb0\xb1\xdb.txt": b"trafficking"}))
    assert run("index", "docs", "--index", "ix", cwd=tmp_path).code == 0
    found = run("smuggling", "-n", "20", "--json", "--index", "ix", cwd=tmp_path).objects()
    paths = {one["shown"].rpartition("docs/")[2] for one in found}
    expected = {f"cp850.zip!{name}" for name in FRENCH} | {f"cp1256.zip!{name}" for name in ARABIC}
    assert paths == expected | {"gbk.zip!报告.txt"}
    for name in paths:
        shown = run("show", f"docs/{name}", "--index", "ix", cwd=tmp_path)
        assert (shown.code, "smuggling" in shown.out) == (0, True), name
    # What nobody can tell has a name all the same, and the same in every run.
    (odd,) = run("trafficking", "--json", "--index", "ix", cwd=tmp_path).objects()
    assert run("show", odd["shown"], "--index", "ix", cwd=tmp_path).code == 0
    assert odd["shown"].endswith("odd.zip!░▒█.txt")


def test_tar(tmp_path: Path) -> None:
    """The same of a tar, name by name, as it is read in one pass."""
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT, encoding="cp1256") as archive:
        for name in ARABIC:
            info = tarfile.TarInfo(name)
            info.size = 4
            archive.addfile(info, io.BytesIO(b"text"))
    documents, problems = read(path)
    assert [one.path for one in documents] == [f"a.tar!{name}" for name in ARABIC]
    assert not problems
