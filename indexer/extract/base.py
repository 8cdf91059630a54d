"""What an extractor is: a function from a file to documents.

An extractor reads one family of formats, and never writes to an index; the pipeline treats all formats
alike. A document leaves an extractor with its passages, and without languages: those are decided later, for
all formats alike. One bad part of a file must not cost the others: it is yielded as a problem among the
documents.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, NamedTuple, Protocol, Self

from coopsearch.indexer.extract.budget import Budget
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError, FileState
from coopsearch.search.model import Document

#: Bytes of text that one document may have. More is refused with a reason, never cut in silence.
DOCUMENT_LIMIT: Final = 64 * 1024 * 1024

#: Bytes of a sample of a file whose name does not say what it is.
SNIFFED: Final = 4096

#: Dots an inch of pictures whose text is to be recognised.
DPI: Final = 300
#: Dots that a picture may have.
MOST_DOTS: Final = 25_000_000


class Picture(NamedTuple):
    """A page as it looks, from top to bottom, whose text is to be recognised."""

    width: int
    height: int
    grey: bytes
    """A byte for each dot: 0 is black."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, or a member of one, and the name under which its documents are known."""

    path: Path
    """Where to open it (of a member: its name alone). May hold surrogates where the name is no UTF-8."""
    address: str
    """``Document.file`` and, but for members, ``Document.path``: printable UTF-8."""
    date: str
    """ISO 8601 day, for documents that do not give their own; "" for none."""
    limit: int = DOCUMENT_LIMIT
    share: int = 0
    shares: int = 1
    """Formats that are ``shared`` give this share of their records only; the others have one."""

    data: bytes | None = field(default=None, repr=False)
    """What a member holds: its container was opened for it. None for a file."""
    lost: frozenset[int] = frozenset()
    """Members, by number, at which earlier readings died: what comes after the last of them is wanted."""
    budget: Budget | None = field(default=None, repr=False, compare=False)
    """What it and all around it may unpack to, and have; None where nobody keeps count."""
    modified: str = ""
    """ISO 8601 day of its last change."""
    recognise: Callable[[Picture], bytes] | None = field(default=None, repr=False, compare=False)
    """Returns the text of a picture as hOCR, or raises ExtractionError; None where OCR is not wanted."""

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
                FileState.TOO_LARGE,
            )
        return data


class Readable(Protocol):
    """What a member is read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return so many bytes, fewer only at the end. Raises ExtractionError for damage."""

    def __enter__(self) -> Self:
        """Return itself."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Let it go."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside of a file, unopened."""

    name: str
    """Its way inside, with ``/``: a label, and no path of any disk."""
    open: Callable[[], Readable]
    """Called once, or never, before the next member is asked for. Raises ExtractionError."""
    size: int | None = None
    """The bytes that it says to have."""
    date: str = ""
    """ISO 8601 day of its last change, "" if unknown."""
    format: str = ""
    """Where the container knows it; else the name says it."""


#: What an extractor yields.
Item = Document | Problem | Member


@dataclass(frozen=True, slots=True)
class Format:
    """What a format declares: its name as `type:` knows it, its endings, how its files begin, and its reader.

    Functions import what they call when they are called.
    """

    name: str
    version: int
    """Raised when the same file would give other documents: files of this format are then read again."""
    suffixes: tuple[str, ...]
    """Lower-case endings with the dot, the longest that fits wins: ".jsonl.xz" before ".xz"."""
    extract: Callable[[Source], Iterator[Item]]
    """Yields the file's documents, and what is wrong with parts of it, in the file's order.

    Raises ExtractionError with the reason if the file gives no document, or if it cannot be read further;
    what was yielded before that holds. OSError comes as it is.
    """
    signature: bytes = b""
    """A regular expression, in which a dot is any byte, for how its files begin and files of no other format.

    It is believed against any ending; "" where files of the format may begin in any way.
    """
    shared_start: bool = False
    """Whether files of formats that are not read begin so too: under an ending that nobody knows, a file with
    this signature is not believed to be of this format."""
    opening: bytes = b""
    """A regular expression for how its files usually begin. It is believed where no ending is known."""
    also: frozenset[str] = frozenset()
    """Formats whose signature under this one's ending is left to its reader, which knows them too."""
    disguised: Callable[[bytes], str] | None = None
    """Names the format of a file that begins so, "" for this one: programs store others under its ending."""
    risky: bool = False
    """Whether a file can make its reader crash, hang or swell: it is read in a process of its own."""
    shared: bool = False
    """Whether the records of one file can be read by several processes, a share each."""
    container: bool = False
    """Whether a file can hold others."""
    picture: bool = False
    """Whether only OCR reads it: without, nobody looks into it."""
    digest: Callable[[BinaryIO], str] | None = None
    """Names the content where other bytes can be the same document; else all bytes do."""

    @property
    def is_read_whole(self) -> bool:
        """Whether a file is read in one piece, so that one over the limit is refused for its size alone."""
        return not (self.risky or self.shared)
