"""Where Whoosh's writer keeps what it needs until a segment is done: files that have no name.

They are the process's alone and go with it, however it ends. On systems that cannot do without a name they
have one of our patterns, and the next writer removes what is left.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import IO, Any

from whoosh.filedb.filestore import Storage
from whoosh.filedb.structfile import StructFile
from whoosh.writing import PostingPool

from coopsearch.search.indexdir.names import SPOOL


class Scratch(Storage):  # type: ignore[misc]
    """A storage of files that nobody else sees, on the disk of a folder."""

    supports_mmap = False

    def __init__(self, folder: Path) -> None:
        """``folder`` is that of the index, where finished segments are."""
        self.folder = str(folder)
        self._files: dict[str, tuple[IO[bytes], str]] = {}
        self._streams: list[IO[bytes]] = []
        self._inner: list[Scratch] = []

    def create_file(self, name: str, *_: Any, **__: Any) -> StructFile:
        """Give a new file; closing it keeps it here."""
        handle, path = tempfile.mkstemp(prefix=SPOOL, dir=self.folder)
        if os.name == "posix":
            Path(path).unlink()
            path = ""
        self._files[name] = (os.fdopen(handle, "w+b", buffering=0), path)
        return self._stream(name, "w+b")

    def open_file(self, name: str, *_: Any, **__: Any) -> StructFile:
        """Give a file from its start. It is one place for all who have it open."""
        stream = self._stream(name, "rb")
        stream.seek(0)
        return stream

    def _stream(self, name: str, mode: str) -> StructFile:
        if name not in self._files:
            raise KeyError(name)
        stream: IO[bytes] = os.fdopen(os.dup(self._files[name][0].fileno()), mode)
        self._streams = [one for one in self._streams if not one.closed]
        self._streams.append(stream)
        return StructFile(stream, name=name)

    def list(self) -> list[str]:
        """Return the names of all files."""
        return list(self._files)

    def file_exists(self, name: str) -> bool:
        """Say whether there is such a file."""
        return name in self._files

    def file_length(self, name: str) -> int:
        """Return the bytes of a file."""
        return os.fstat(self._files[name][0].fileno()).st_size

    def delete_file(self, name: str) -> None:
        """Give up a file."""
        stream, path = self._files.pop(name)
        stream.close()
        if path:
            with contextlib.suppress(OSError):
                Path(path).unlink()

    def temp_storage(self, name: str | None = None) -> Scratch:  # noqa: ARG002 - Whoosh gives a name
        """Return another one, which goes with this one."""
        self._inner.append(Scratch(Path(self.folder)))
        return self._inner[-1]

    def destroy(self) -> None:
        """Give up all files, those that an error left open too."""
        for inner in self._inner:
            inner.destroy()
        for stream in self._streams:
            with contextlib.suppress(OSError):
                stream.close()
        for name in self.list():
            self.delete_file(name)


class Pool(PostingPool):  # type: ignore[misc]
    """Whoosh's sorting of postings, over files without names."""

    def cleanup(self) -> None:
        """Give up what was sorted to disk; Whoosh's would remove such names from the working folder."""
        for name in self.runs:
            if self.tempstore.file_exists(name):
                self.tempstore.delete_file(name)
