"""What an extractor is: a function from a file to documents.

Extractors know one format family each and no engine; the pipeline knows no format. A document leaves
an extractor with its passages, and without languages: those are decided later, for all formats alike.
One bad part of a file must not cost the others: it is yielded as a problem among the documents.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from coopsearch.search.errors import FAILED, TOO_LARGE, ExtractionError, State
from coopsearch.search.model import Document

#: Bytes of text that one document may have. More is refused with a reason, never cut in silence.
DOCUMENT_LIMIT: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, or a member of one, and the name under which its documents are known."""

    path: Path
    """Where to open it (of a member: its name alone). May hold surrogates where the name is no UTF-8."""
    address: str
    """``Document.file`` and, but for members, ``Document.path``: printable UTF-8."""
    date: str
    """ISO 8601 day of its last change, for documents that do not give their own."""
    limit: int = DOCUMENT_LIMIT
    share: int = 0
    shares: int = 1
    """Formats that are ``shared`` give this share of their records only; the others have one."""

    data: bytes | None = field(default=None, repr=False)
    """What a member holds: its container was opened for it. None for a file."""

    def open(self) -> BinaryIO:
        """Open it for reading bytes. Raises OSError as it comes."""
        return self.path.open("rb") if self.data is None else io.BytesIO(self.data)

    def read(self) -> bytes:
        """Read all of it. Raises ExtractionError if it is larger than the limit, OSError as it comes."""
        with self.open() as stream:
            data = stream.read(self.limit + 1)
        if len(data) > self.limit:
            raise ExtractionError(
                f"too large: over {self.limit // 1024**2} MiB for one document; split it, "
                "or raise the limit with --max-size",
                TOO_LARGE,
            )
        return data


@dataclass(frozen=True, slots=True)
class RecordProblem:
    """A part of a file that gives no document, while the rest does: a broken record, an unreadable member."""

    path: str
    """The address of the part, made like ``Document.path``; the file's own where the part has none."""
    reason: str
    """In plain words, without the address."""
    state: State = FAILED
    """As that of an ExtractionError."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format family: its name as `type:` knows it, its file endings, and how it is read."""

    name: str
    version: int
    """Raised when the same file would give other documents: files of this format are then read again."""
    suffixes: tuple[str, ...]
    """Lower-case endings with the dot, the longest that fits wins: ".jsonl.xz" before ".xz"."""
    extract: Callable[[Source], Iterator[Document | RecordProblem]]
    """Yields the file's documents, and what is wrong with parts of it, in the file's order.

    Raises ExtractionError with the reason if the file gives no document, or if it cannot be read further;
    what was yielded before that holds. OSError comes as it is.
    """
    risky: bool = False
    """Whether a file can make its reader crash, hang or swell: it is read in a process of its own."""
    shared: bool = False
    """Whether the records of one file can be read by several processes, a share each."""
