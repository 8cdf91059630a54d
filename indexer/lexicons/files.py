"""The files of a glossary: one alone, one with others beside it, or those in an archive; all bounded.

Packed data is unpacked in memory up to the bound, and a name in an archive is only compared and never made a
path.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import IO, Final, Protocol

from coopsearch.indexer.extract.compressed import Damage, kind_of, unpacked
from coopsearch.search.errors import SettingsError
from coopsearch.search.model import shown_path

#: Bytes of a file, packed or not.
MOST: Final = 256 << 20
#: Files of an archive that are looked at.
_MEMBERS: Final = 1_000
_ARCHIVES: Final = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")


class Files(Protocol):
    """Files by their names."""

    @property
    def names(self) -> list[str]:
        """Their names, sorted."""

    def read(self, name: str) -> bytes:
        """Return the content of one, unpacked. Raises SettingsError."""


def beside(names: Iterable[str], stem: str, *endings: str) -> str:
    """Return the first name of a stem and one of some endings, in whatever case; "" for none."""
    found = {name.lower(): name for name in names}
    return next((found[one] for end in endings if (one := f"{stem}{end}".lower()) in found), "")


class Beside:
    """A file and those beside it."""

    def __init__(self, path: Path) -> None:
        """Take the path of the file."""
        self._folder = path.parent
        self._first = path.name

    @property
    def names(self) -> list[str]:
        """Return its name, and those of files whose names begin as it does."""
        stem = self._first.split(".")[0]
        with contextlib.suppress(OSError):
            return sorted(one for one in os.listdir(self._folder) if one.startswith(stem))  # noqa: PTH208
        return [self._first]

    def read(self, name: str) -> bytes:
        """Return the content of a file, unpacked. Raises SettingsError."""
        return plain(read(self._folder / name), name)


class Packed:
    """The files of an archive."""

    def __init__(self, data: bytes, name: str) -> None:
        """Take the content of an archive. Raises SettingsError for one that cannot be read."""
        self._files: dict[str, bytes] = {}
        try:
            members = _zip(data) if data.startswith(b"PK") else _tar(data)
            left = MOST
            for number, (member, stream) in enumerate(members):
                if number >= _MEMBERS:
                    raise SettingsError(
                        f"{name} holds more than {_MEMBERS:,} files; unpack it, and name one of them"
                    )
                content = stream.read(left + 1)
                if len(content) > left:
                    raise _too_large(name)
                left -= len(content)
                self._files[PurePosixPath(member).name] = content
        except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, ValueError) as error:
            raise _damaged(name, error) from None
        except (RuntimeError, NotImplementedError):
            raise SettingsError(
                f"{name} is encrypted, or packed in a way that is not read; unpack it first"
            ) from None

    @property
    def names(self) -> list[str]:
        """The names in it, without folders."""
        return sorted(self._files)

    def read(self, name: str) -> bytes:
        """Return the content of a member, unpacked. Raises SettingsError."""
        return plain(self._files[name], name)


def _zip(data: bytes) -> Iterable[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield info.filename, archive.open(info)


def _tar(data: bytes) -> Iterable[tuple[str, IO[bytes]]]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for info in archive:
            if info.isreg() and (stream := archive.extractfile(info)) is not None:
                yield info.name, stream


def opened(path: Path) -> tuple[Files, str]:
    """Return the files of a glossary, and the name of the one that was given, "" for an archive.

    Raises SettingsError.
    """
    name = path.name
    if name.lower().endswith(_ARCHIVES):
        return Packed(plain(read(path), name), name), ""
    return Beside(path), name


def check_file(path: Path) -> None:
    """Raise SettingsError, which names it, for what is not a regular file, or not there."""
    shown = shown_path(str(path))
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise _unreadable(shown, error) from None
    if stat.S_ISDIR(mode):
        raise _is_folder(shown)
    if not stat.S_ISREG(mode):
        raise _is_no_file(shown)


def read(path: Path) -> bytes:
    """Return the content of a regular file as it is. Raises SettingsError, which names it."""
    shown = shown_path(str(path))
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise _is_no_file(shown)
            data = stream.read(MOST + 1)
    except IsADirectoryError:
        raise _is_folder(shown) from None
    except OSError as error:
        raise _unreadable(shown, error) from None
    if len(data) > MOST:
        raise _too_large(shown)
    return data


def plain(data: bytes, name: str) -> bytes:
    """Return data that may be packed with gzip (as .dz), xz or bzip2 as it was. Raises SettingsError."""
    if not (kind := kind_of(data[:8])):
        return data
    pieces, size = [], 0
    try:
        for piece in unpacked(io.BytesIO(data), kind):
            size += len(piece)
            if size > MOST:
                raise _too_large(name)
            pieces.append(piece)
    except Damage as error:
        raise _damaged(name, error) from None
    return b"".join(pieces)


def _is_folder(shown: str) -> SettingsError:
    return SettingsError(f"{shown} is a folder; name a file in it, as in {shown}/glossary.tsv")


def _is_no_file(shown: str) -> SettingsError:
    return SettingsError(f"{shown} is not a file; name the file of a glossary or a dictionary")


def _unreadable(shown: str, error: OSError | ValueError) -> SettingsError:
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    return SettingsError(f"{shown} cannot be read: {reason}; look at its name, and where it is")


def _too_large(name: str) -> SettingsError:
    return SettingsError(f"{name} has more than {MOST >> 20} MiB; split it, or take a part of it")


def _damaged(name: str, error: BaseException) -> SettingsError:
    return SettingsError(f"{name} is damaged ({str(error) or 'it is cut'}); get it once more")
