"""A packed index that was cut, changed, or made by somebody who means ill: an error, and nothing is left."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coopsearch.search import CoopsearchError, IndexDamaged, IndexOutdated, SettingsError
from coopsearch.search.packing import bundle
from coopsearch.search.packing.making import pack
from coopsearch.search.packing.unpacking import unpack
from tests.conftest import Run

Change = Callable[[dict[str, bytes], dict[str, Any]], object]


@pytest.fixture
def packed(index: Path, tmp_path: Path) -> Path:
    """A packed index."""
    return pack(index, tmp_path / "out.coopsearch").path


def refused(path: Path, folder: Path, error: type[Exception], said: str = ".") -> None:
    """Say that a file is refused with an error of one line that names it, and that nothing is left."""
    before = sorted(folder.iterdir())
    with pytest.raises(error, match=said) as raised:
        unpack(path, folder / "partner")
    assert str(path) in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert sorted(folder.iterdir()) == before


def test_every_byte_counts(packed: Path, tmp_path: Path) -> None:
    """Wherever a byte is changed, and wherever the file is cut, that is found."""
    whole = packed.read_bytes()
    places = {
        *range(0, len(whole), max(1, len(whole) // 150)),
        *range(80),
        *range(len(whole) - 160, len(whole)),
    }
    for place in sorted(places):
        data = bytearray(whole)
        data[place] ^= 0x01
        packed.write_bytes(data)
        with pytest.raises(CoopsearchError), bundle.opened(packed):
            pass
        packed.write_bytes(whole[:place])
        with pytest.raises(CoopsearchError), bundle.opened(packed):
            pass
    packed.write_bytes(whole + b"\0")
    refused(packed, tmp_path, IndexDamaged)
    packed.write_bytes(whole[:-1])
    refused(packed, tmp_path, IndexDamaged)
    packed.write_bytes(whole)
    assert unpack(packed, tmp_path / "partner").manifest.documents == 6


def remade(path: Path, change: Change, *, entry: Callable[[zipfile.ZipInfo], object] = id) -> None:
    """Make a packed index anew with other members, and a right manifest and seal around them."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name != bundle.MANIFEST}
        manifest = json.loads(archive.read(bundle.MANIFEST))
    change(members, manifest)
    manifest["files"] = manifest.get("files_", None) or {
        name: [len(data), hashlib.sha256(data).hexdigest()] for name, data in members.items()
    }
    manifest.pop("files_", None)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, data in [*members.items(), (bundle.MANIFEST, json.dumps(manifest).encode())]:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            entry(info)
            archive.writestr(info, data)
        archive.comment = bundle._SEAL + b"0" * 64
    stream.seek(0)
    with path.open("wb") as out:
        bundle.sealed(stream, out)


def _set(key: str, value: object) -> Change:
    return lambda _, manifest: manifest.__setitem__(key, value)


def _add(name: str, data: bytes = b"x") -> Change:
    return lambda members, _: members.__setitem__(name, data)


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (_add("../evil"), IndexDamaged, "cannot be unpacked"),
        (_add("/etc/evil"), IndexDamaged, "cannot be unpacked"),
        (_add("data-1/../../evil"), IndexDamaged, "cannot be unpacked"),
        (_add("data-1\\evil.col"), IndexDamaged, "cannot be unpacked"),
        (_add("C:evil"), IndexDamaged, "cannot be unpacked"),
        (_add("data-1/evil.py"), IndexDamaged, "cannot be unpacked"),
        (_add("data-1/columns.toc.part"), IndexDamaged, "cannot be unpacked"),
        (_add("desk.sqlite"), IndexDamaged, "not the one that its manifest describes"),
        (_add("data-1/1-1-1.col", bytes(200 << 20)), IndexDamaged, "would unpack to"),
        (lambda members, _: members.pop("index.json"), IndexDamaged, "does not hold an index"),
        (lambda members, _: members.update({"index.json": b"{}"}), IndexDamaged, "does not hold an index"),
        (_set("version", 2), IndexOutdated, "newer version"),
        (_set("version", "1"), IndexDamaged, "cannot be unpacked"),
        (_set("schema", 99), IndexOutdated, "schema version 99"),
        (_set("analysis", 1), IndexOutdated, "analysis version 1"),
        (_set("engine", "lucene"), IndexOutdated, "lucene"),
        (_set("documents", 7), IndexDamaged, "not the one that its manifest describes"),
        (_set("format", "zip"), IndexDamaged, "something else"),
        (_set("more", 1), IndexDamaged, "cannot be unpacked"),
        (_set("note", 5), IndexDamaged, "cannot be unpacked"),
        (_set("files_", {"index.json": [1, "0" * 64]}), IndexDamaged, "not those of its manifest"),
    ],
)  # fmt: skip
def test_what_no_packed_index_holds(
    packed: Path, tmp_path: Path, change: Change, error: type[Exception], said: str
) -> None:
    """Other members, names, sizes, versions and counts than those of a packed index are refused."""
    remade(packed, change)
    refused(packed, tmp_path, error, said)


def test_members_of_another_kind(packed: Path, tmp_path: Path) -> None:
    """Links, devices and other ways of packing are refused."""
    whole = packed.read_bytes()

    def link(info: zipfile.ZipInfo) -> None:
        info.external_attr = (stat.S_IFLNK | 0o777) << 16

    def other(info: zipfile.ZipInfo) -> None:
        info.compress_type = zipfile.ZIP_BZIP2

    for entry in (link, other):
        packed.write_bytes(whole)
        remade(packed, lambda members, manifest: None, entry=entry)
        refused(packed, tmp_path, IndexDamaged, "no packed index holds")


def test_a_member_twice(packed: Path, tmp_path: Path) -> None:
    """Of two members of one name neither is taken."""
    data = packed.read_bytes()
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("index.json", b"{}")
        archive.comment = bundle._SEAL + b"0" * 64
    stream.seek(0)
    with packed.open("wb") as out:
        bundle.sealed(stream, out)
    refused(packed, tmp_path, IndexDamaged, "members are not those")


def test_sources_are_refused(packed: Path, tmp_path: Path) -> None:
    """An index that names sources would have a run read files of the user's: no packed one does."""

    def named(members: dict[str, bytes], _: dict[str, Any]) -> None:
        text = members["index.json"].split(b"\n", 1)
        members["index.json"] = b"{" + text[1].replace(b'"sources": []', b'"sources": ["/etc"]')

    remade(packed, named)
    refused(packed, tmp_path, IndexDamaged)


def test_what_is_none(tmp_path: Path, run: Run) -> None:
    """A folder, an empty file, a text and a zip of something else are told apart."""
    (tmp_path / "empty").touch()
    (tmp_path / "text").write_text("Nothing here is packed. " * 20)
    with zipfile.ZipFile(tmp_path / "zip", "w") as archive:
        archive.writestr("a.txt", "text " * 99)
    for name, error in (("empty", IndexDamaged), ("text", SettingsError), ("zip", IndexDamaged)):
        refused(tmp_path / name, tmp_path, error)
    refused(tmp_path, tmp_path, SettingsError, "is a folder")
    done = run("unpack", "text", cwd=tmp_path)
    assert (done.code, "is not a packed index" in done.err) == (2, True)
