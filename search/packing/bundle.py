"""The file of a packed index: a zip with a manifest, and a digest of all its bytes at the end.

The digest finds whatever was cut or changed on the way before anything else of the file is looked at. It does
not say who made the file: everything in it is data from somebody else, and is checked as such. So a file
holds members of known names alone, none twice, of the sizes and digests that its manifest says, and does not
unpack to much more than it is. Does not depend on engines.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from coopsearch.search.errors import IndexDamaged, IndexOutdated, IndexUnreadable, SettingsError
from coopsearch.search.indexdir import pages
from coopsearch.search.indexdir.names import DESK, META_FILE, PART, SPOOL, is_data, is_ours

#: What the name of such a file ends with.
SUFFIX: Final = ".coopsearch"
FORMAT: Final = "coopsearch-pack"
VERSION: Final = 1
MANIFEST: Final = "pack.json"
#: What stands before the digest at the end of the file, as the beginning of the zip's comment.
_SEAL: Final = b"coopsearch sha256 "
_DIGEST: Final = 64
#: Bytes of the longest manifest, and bytes that are read at once.
_LONGEST: Final = 16 << 20
CHUNK: Final = 1 << 20
#: What a file may unpack to: so many times its size, or so many bytes more. Indexes come to some three times.
_TIMES: Final = 100
_SLACK: Final = 64 << 20
_MEMBERS: Final = 100_000
_AGAIN: Final = "copy it again, or ask for it again"
_HEX: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
#: A moment that says nothing: the same index gives the same file.
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError,
    KeyError, TypeError, RecursionError,
)  # fmt: skip


class Manifest(NamedTuple):
    """What a packed index says of itself."""

    schema: int
    analysis: int
    engine: str
    documents: int
    texts: bool
    """Whether the texts of the documents are inside, or what is searched of them alone."""
    desk: bool
    """Whether saved searches, marks and notes are inside."""
    created: str
    """The moment, ISO 8601 in UTC."""
    name: str
    note: str
    files: Mapping[str, tuple[int, str]]
    """Size and SHA-256 of each member, by its name."""

    @property
    def size(self) -> int:
        """Bytes of the index."""
        return sum(size for size, _ in self.files.values())


def _member(value: Any) -> str:
    if not (isinstance(value, str) and is_member(value)):
        raise ValueError(value)
    return value


_record: Final = pages.record(
    {
        "schema": pages.whole,
        "analysis": pages.whole,
        "engine": pages.text,
        "documents": pages.whole,
        "texts": pages.flag,
        "desk": pages.flag,
        "created": pages.text,
        "name": pages.text,
        "note": pages.text,
        "files": pages.table(_member, pages.row(pages.whole, pages.fitting(_HEX))),
    }
)


def is_member(name: str) -> bool:
    """Say whether a member may have this name: files of an index and nothing else, in their places."""
    folder, sign, file = name.partition("/")
    if sign:
        return is_data(folder) and is_ours(file) and not file.endswith(PART) and not file.startswith(SPOOL)
    return name in {META_FILE, DESK}


def write(stream: IO[bytes], folder: Path, manifest: Manifest) -> None:
    """Write the file of an index that lies in a folder; the sizes and digests are put into the manifest.

    ``stream`` can be sought. The seal is left open: ``sealed`` closes it.
    """
    files: dict[str, tuple[int, str]] = {}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            name = path.relative_to(folder).as_posix()
            digest, size = hashlib.sha256(), 0
            with path.open("rb") as source, out.open(_entry(name), "w", force_zip64=True) as member:
                while piece := source.read(CHUNK):
                    digest.update(piece)
                    size += len(piece)
                    member.write(piece)
            files[name] = (size, digest.hexdigest())
        value = {"format": FORMAT, "version": VERSION, **manifest._replace(files=files)._asdict()}
        with out.open(_entry(MANIFEST), "w") as member:
            member.write(json.dumps(value, indent=1).encode("ascii"))
        out.comment = _SEAL + b"0" * _DIGEST


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (stat.S_IFREG | 0o600) << 16
    return entry


def sealed(source: IO[bytes], target: IO[bytes]) -> str:
    """Copy a file that ``write`` made, with its digest at the end. Return the SHA-256 of the whole file."""
    left = source.seek(0, 2) - _DIGEST
    source.seek(0)
    inner, whole = hashlib.sha256(), hashlib.sha256()
    while left:
        piece = source.read(min(left, CHUNK))
        left -= len(piece)
        inner.update(piece)
        whole.update(piece)
        target.write(piece)
    seal = inner.hexdigest().encode("ascii")
    whole.update(seal)
    target.write(seal)
    return whole.hexdigest()


class Opened(NamedTuple):
    """A packed index whose manifest has been checked against its members."""

    path: Path
    archive: zipfile.ZipFile
    manifest: Manifest
    digest: str
    """SHA-256 of the whole file, for whoever wants to compare it with the sender's."""

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a member. Raises IndexDamaged before the end if they are not those promised."""
        size, wanted = self.manifest.files[name]
        digest, left = hashlib.sha256(), size
        with _telling(self.path), self.archive.open(name) as member:
            while piece := member.read(min(CHUNK, left + 1)):
                left -= len(piece)
                if left < 0:
                    break
                digest.update(piece)
                yield piece
        if left or digest.hexdigest() != wanted:
            raise damaged(self.path, f"{name} is not what the manifest says")


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Open a packed index and check all of it that can be checked without unpacking it.

    Raises SettingsError for another kind of file, IndexDamaged for one that was cut or changed, IndexOutdated
    for one of another version, IndexUnreadable for what the system refuses.
    """
    try:
        stream = path.open("rb")
    except IsADirectoryError:
        raise SettingsError(f"{path} is a folder; give the file that `coopsearch pack` made") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise IndexUnreadable(f"{path} cannot be read: {reason}; give the path of a packed index") from None
    with stream:
        digest = _checked(path, stream)
        with _telling(path):
            archive = zipfile.ZipFile(stream)
            manifest = _manifest(path, archive)
        yield Opened(path, archive, manifest, digest)


def damaged(path: Path, what: str) -> IndexDamaged:
    """Return the error for a packed index that is not what was written."""
    return IndexDamaged(f"the packed index {path} is damaged: {what}", _AGAIN)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise damaged(path, f"it cannot be unpacked ({type(error).__name__})") from None
    except OSError as error:
        raise IndexUnreadable(f"{path} cannot be read: {error.strerror or error}; {_AGAIN}") from None


def _checked(path: Path, stream: IO[bytes]) -> str:
    """Return the digest of the file. Raises IndexDamaged where its seal does not fit."""
    size = stream.seek(0, 2)
    stream.seek(0)
    begin = stream.read(4)
    if size < len(_SEAL) + _DIGEST or begin != b"PK\x03\x04":
        if size and begin[:2] != b"PK":
            raise SettingsError(f"{path} is not a packed index; give a file that `coopsearch pack` made")
        raise damaged(path, "it was cut")
    stream.seek(0)
    inner, whole, left, tail = hashlib.sha256(), hashlib.sha256(), size - _DIGEST, b""
    while left:
        piece = stream.read(min(left, CHUNK))
        if not piece:
            raise damaged(path, "it was cut while it was read")
        left -= len(piece)
        inner.update(piece)
        whole.update(piece)
        tail = (tail + piece)[-len(_SEAL) :]
    seal = stream.read(_DIGEST)
    whole.update(seal)
    if tail != _SEAL:
        raise damaged(path, "it was cut, or is a zip of something else")
    if seal != inner.hexdigest().encode("ascii"):
        raise damaged(path, "it was changed after it was packed")
    return whole.hexdigest()


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    """Return the manifest. Raises IndexDamaged, IndexOutdated, and what ``_telling`` turns into one."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > _MEMBERS or len(set(names)) != len(names) or names.count(MANIFEST) != 1:
        raise damaged(path, "its members are not those of a packed index")
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        odd = entry.flag_bits & 1 or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        if odd or kind not in {0, stat.S_IFREG} or entry.orig_filename != entry.filename:
            raise damaged(path, "it holds a member that no packed index holds")
    if archive.getinfo(MANIFEST).file_size > _LONGEST:
        raise damaged(path, "its manifest is too long")
    with archive.open(MANIFEST) as member:
        value = json.loads(member.read(_LONGEST))
    if not isinstance(value, dict) or value.pop("format", None) != FORMAT:
        raise damaged(path, "its manifest is that of something else")
    version = value.pop("version", None)
    if type(version) is not int or version < 1:
        raise ValueError(version)
    if version > VERSION:
        raise IndexOutdated(
            f"{path} was packed by a newer version of coopsearch (layout {version}; this one reads up to "
            f"{VERSION}); update coopsearch"
        )
    manifest = Manifest(**_record(value))
    sizes = {entry.filename: entry.file_size for entry in entries if entry.filename != MANIFEST}
    if sizes != {name: size for name, (size, _) in manifest.files.items()}:
        raise damaged(path, "its members are not those of its manifest")
    packed = sum(entry.compress_size for entry in entries)
    if manifest.size > _TIMES * packed + _SLACK:
        raise damaged(path, f"it would unpack to {manifest.size:,} bytes, far more than an index of its size")
    return manifest
