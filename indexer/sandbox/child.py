"""The process in which risky formats are read: sources come in by its input, documents go out by its output.

Started by ``host``, which also says how much it may take. It has no network, writes no file, and ends when
whoever started it is gone. Does not depend on engines.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple

from coopsearch.indexer.children import Parent, begin
from coopsearch.indexer.extract.base import Picture
from coopsearch.indexer.extract.budget import Bounds
from coopsearch.indexer.extract.nesting import Began, documents
from coopsearch.indexer.extract.reasons import Refused, missing
from coopsearch.search.errors import ExtractionError, FileState

#: What Python tells of before it is done, and no reader has to do.
_REFUSED: Final = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pty.",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod",
    "os.chown", "os.utime", "os.setxattr", "os.removexattr", "shutil.", "tempfile.", "ftplib.",
    "http.client.", "urllib.", "smtplib.", "webbrowser.",
)  # fmt: skip
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: Seconds of processor time beyond the limit after which the system ends the process.
_GRACE: Final = 5


class Ended(NamedTuple):
    """The last message of a source: "" as its kind if all went well."""

    kind: str
    """"", extraction, os or fault."""
    reason: str
    number: int = 0
    """The system's number of an error of kind os."""
    state: FileState = FileState.FAILED
    """That of an error of kind extraction."""


_SWOLLEN: Final = Ended(
    "extraction",
    "needs more memory than it may have; raise it with --limit memory=MIB",
    state=FileState.TOO_LARGE,
)


class Recognised(NamedTuple):
    """The answer to a Picture: its text as hOCR, or why there is none."""

    text: bytes
    reason: str = ""
    state: FileState = FileState.FAILED


class Limits(NamedTuple):
    """What the reading of one file, or of one member of a container, may take."""

    seconds: float = 60.0
    """Of waiting for it."""
    cpu: int = 60
    """Seconds of processor time."""
    memory: int = 2 * 1024**3
    """Bytes of address space of the process that reads."""
    output: int = 256 * 1024**2
    """Bytes of documents."""
    members: int = Bounds().members
    depth: int = Bounds().depth
    member: int = Bounds().member
    unpacked: int = Bounds().unpacked
    ratio: int = Bounds().ratio
    """For these five, which hold for a file with all that is in it, see ``Bounds``."""
    pages: int = 1_000
    """Of one file that OCR reads. Each of them has the limits of a file."""

    @property
    def bounds(self) -> Bounds:
        """Those of containers."""
        return Bounds(self.members, self.depth, self.member, self.unpacked, self.ratio)


def main(parent: int) -> None:
    """Read until the input ends, or the process that started this one has."""
    host = begin(parent)
    sys.dont_write_bytecode = True
    sys.addaudithook(_refuse)
    with contextlib.suppress(BrokenPipeError, EOFError):
        while True:
            extract, source, limits, ocr = host.receive()
            _bound(limits)
            if ocr:
                source = replace(source, recognise=_recogniser(host, limits))
            for item in _read(extract, source, limits):
                host.send(item)
                if isinstance(item, Began):
                    _bound(limits)


def _read(extract: Callable[[Any], Iterator[Any]], source: Any, limits: Limits) -> Iterator[object]:
    """Yield what a source gives, then how it ended."""
    try:
        yield from documents(extract, source, limits.bounds)
    except ExtractionError as error:
        yield Ended("extraction", str(error), state=error.state)
    except OSError as error:
        # It depends on who asks in vain for memory, Python or the system, how that is told.
        yield (
            _SWOLLEN
            if error.errno == errno.ENOMEM
            else Ended("os", str(error.strerror or error), error.errno or 0)
        )
    except ImportError as error:
        # As of the system: the file is tried again, and is read once the library is there.
        yield Ended("os", missing(error))
    except MemoryError:
        yield _SWOLLEN
    except Exception as error:  # noqa: BLE001 - a fault in a format's library costs one file, never the run
        yield Ended("fault", f"cannot be read: {type(error).__name__}: {error}"[:300])
    else:
        yield Ended("", "")


def _recogniser(host: Parent, limits: Limits) -> Callable[[Picture], bytes]:
    """Return what asks the one who started this process for the text of a picture."""

    def recognise(picture: Picture) -> bytes:
        host.send(picture)
        answer: Recognised = host.receive()
        _bound(limits)
        if answer.reason:
            raise ExtractionError(answer.reason, answer.state)
        return answer.text

    return recognise


def _bound(limits: Limits) -> None:
    """Have the system end this process where it takes more; a system that cannot leaves that to the clock."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    wanted = {
        resource.RLIMIT_CPU: spent + limits.cpu,
        resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        hard = resource.getrlimit(kind)[1]
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # What is nothing for every file is so for good: the process cannot raise it again.
        last = 0 if most == 0 else hard
        # macOS knows some of these by name alone.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (soft, last))


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse the network, programs and files that are written: no document needs them to be read."""
    if event.startswith(_REFUSED):
        raise Refused(f"it asks for {event}, which no document may have")
    if event == "open" and _writes(*arguments[1:3]):
        raise Refused("it asks for a file to be written, which no document may have")


def _writes(mode: object, flags: object) -> bool:
    """Say whether a file is opened for more than reading, by its mode (``open``) or flags (``os.open``)."""
    named = isinstance(mode, str) and bool(set(mode) & set("wax+"))
    return named or (isinstance(flags, int) and bool(flags & _WRITING))
