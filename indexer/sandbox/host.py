"""Reading risky formats in a process of their own, which may die, hang or swell without harm to the run.

One process is used for many files and started when the first of them comes; after a fault a fresh one takes
over. What it sends is not trusted: it can be documents and problems, and nothing else. Does not depend
directly on file formats.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from coopsearch.indexer.children import Child, ChildEnded
from coopsearch.indexer.extract.base import MOST_DOTS, Item, Picture, Source
from coopsearch.indexer.extract.nesting import Began
from coopsearch.indexer.problem import Problem, Unread
from coopsearch.indexer.sandbox.child import PATIENCE, SPENT, Ended, Limits, Recognised
from coopsearch.indexer.sandbox.ocr import Recogniser
from coopsearch.search.arguments import duration, whole_number
from coopsearch.search.errors import ExtractionError, FileState, SettingsError
from coopsearch.search.model import Document, Passage

__all__ = ["Isolation", "Limits", "parse_limits"]

#: Files that one process reads: what a library leaks is bounded so.
_FILES: Final = 500
#: Pictures whose text is remembered.
_ANSWERS: Final = 200
_MIB: Final = 1024**2
#: What a process may send, by module and name.
_KNOWN: Final = {
    (one.__module__, one.__qualname__): one
    for one in (Document, Passage, Problem, Unread, Ended, Began, Picture, FileState)
}

#: Members of one file at which its reader may die before the rest is given up.
_DEATHS: Final = 20
#: The least seconds that can be waited for a file.
_SOONEST: Final = 0.001
#: The most that a limit can be, in seconds, MiB or things that are counted.
_MOST: Final = 10**7
#: Limits that are given in MiB and kept in bytes.
_SIZES: Final = frozenset({"memory", "output", "member", "unpacked"})

Extract = Callable[[Source], Iterator[Item]]


def parse_limits(given: tuple[str, ...]) -> Limits:
    """Read ``seconds=30``, ``memory=4096`` (MiB). Raises SettingsError, which names the limits there are.

    Where only ``cpu`` is given, ``seconds`` grows with it.
    """
    limits = Limits()
    patient = True
    for one in given:
        name, sign, value = (part.strip() for part in one.partition("="))
        if name not in Limits._fields or not sign or not value.isdecimal() or not 1 <= int(value) <= _MOST:
            raise SettingsError(
                f"{one!r} is not a limit; write NAME=NUMBER with seconds, cpu (seconds), memory, output, "
                "member, unpacked (MiB), members, depth, ratio or pages, from 1 to 10000000"
            )
        limits = limits._replace(**{name: int(value) * (_MIB if name in _SIZES else 1)})
        patient = patient and name != "seconds"
    return limits._replace(seconds=max(limits.seconds, limits.cpu * PATIENCE)) if patient else limits


def checked_limits(limits: Limits) -> Limits:
    """Return limits that a caller gave. Raises TypeError and SettingsError."""
    if not isinstance(limits, Limits):
        raise TypeError(f"limits is a Limits, not {type(limits).__name__}: {limits!r:.60}")
    found: dict[str, Any] = {
        name: whole_number(f"the limit {name}", value, 1, _MOST * (_MIB if name in _SIZES else 1))
        for name, value in limits._asdict().items()
        if name != "seconds"
    }
    return Limits(seconds=duration("the limit seconds", limits.seconds, _SOONEST, _MOST), **found)


class Isolation:
    """Reads files in another process. Not for several threads at a time."""

    def __init__(self, limits: Limits, recogniser: Recogniser | None = None) -> None:
        """Take what the reading of one file may take, and who recognises the text of pictures."""
        self._limits = limits
        self._recogniser = recogniser
        self._child: _Child | None = None
        self._answers: dict[bytes, Recognised] = {}

    def read(
        self, extract: Extract, source: Source, waiting: Callable[[], None] = lambda: None
    ) -> Iterator[Document | Problem | Picture]:
        """Yield what an extractor makes of a source. It goes to the other process by its name.

        ``waiting`` is called now and then while the other process is waited for; what it raises ends that.
        A picture is yielded before its text is recognised, which may take seconds: so the caller can end
        the reading there.
        A member of a container at which the process dies is a problem; the next process goes on behind it.
        Raises ExtractionError where the file needs more than it may have, or its reader died, and else
        what the extractor raises: ExtractionError or OSError.
        """
        while True:
            try:
                yield from self._read(extract, source, waiting)
            except _Death as death:
                began = death.began
                if began is None or len(source.lost) >= _DEATHS:
                    raise ExtractionError(str(death), death.state) from None
                yield Problem(began.address, str(death), death.state)
                source = replace(source, lost=source.lost | {began.number})
            else:
                return

    def _read(
        self, extract: Extract, source: Source, waiting: Callable[[], None]
    ) -> Iterator[Document | Problem | Picture]:
        child = self._child
        if child is None or child.files >= _FILES:
            self.close()
            child = self._child = _Child(self._limits, ocr=self._recogniser is not None)
        whole = False
        pages = 0
        try:
            while not isinstance(item := child.next(extract, source, waiting), Ended):
                yield item
                if isinstance(item, Picture):
                    pages += 1
                    child.answer(self._recognised(item, pages))
            whole = True
        except ExtractionError as error:
            raise _Death(str(error), error.state, child.began) from None
        finally:
            # Also where the caller wants no more of it: what is still to come is another file's then.
            if not whole:
                self.close()
        if item.kind == "os":
            raise OSError(item.number, item.reason)
        if item.kind:
            raise ExtractionError(item.reason, _state(item.state))

    def _recognised(self, picture: Picture, pages: int) -> Recognised:
        if pages > self._limits.pages:
            reason = f"over {self._limits.pages:,} pages for OCR; raise that with --limit pages=N"
            return Recognised(b"", reason, FileState.TOO_LARGE)
        if self._recogniser is None:
            return Recognised(b"", "OCR is not wanted")
        try:
            # A letterhead or a logo comes with every mail.
            name = _name(picture)
            if name not in self._answers:
                answer = Recognised(self._recogniser.read(picture, self._limits))
                if len(self._answers) >= _ANSWERS:
                    del self._answers[next(iter(self._answers))]
                self._answers[name] = answer
            return self._answers[name]
        except ExtractionError as error:
            return Recognised(b"", str(error), error.state)

    def close(self) -> None:
        """End the process."""
        if self._child is not None:
            self._child.end()
            self._child = None


def _state(said: str) -> FileState:
    """Return a state that another process gave, which may have sent any text."""
    return FileState(said) if said in {*FileState} else FileState.FAILED


def _name(picture: Picture) -> bytes:
    """Return what tells a picture from others, whatever the other process made of it."""
    known = hashlib.blake2b(repr(picture[:2]).encode())
    if isinstance(picture.grey, bytes):
        known.update(picture.grey)
    return known.digest()


class _Death(ExtractionError):
    """The process died, or was ended, while it read."""

    def __init__(self, reason: str, state: FileState, began: Began | None) -> None:
        super().__init__(reason, state)
        self.began = began


class _Child:
    """The other process, and what was had of it."""

    def __init__(self, limits: Limits, *, ocr: bool) -> None:
        self.files = 0
        self.began: Began | None = None
        """The member that is being read."""
        self._limits = limits
        self._ocr = ocr
        self._begun = False
        self._received = 0
        self._process = Child("coopsearch.indexer.sandbox.child", limits.seconds)

    def next(
        self, extract: Extract, source: Source, waiting: Callable[[], None]
    ) -> Document | Problem | Ended | Picture:
        """Return the next item of a source; the first call hands it over."""
        if not self._begun:
            self._begun = True
            self._renew()
            self.began = None
            self.files += 1
            self._send((extract, source, self._limits, self._ocr))
        while isinstance(item := self._receive(waiting), Began):
            # Each member has the limits of a file.
            self.began = item
            self._renew()
        if isinstance(item, Ended):
            self._begun = False
        return item

    def answer(self, recognised: Recognised) -> None:
        """Give the text of the picture that came last. Each page has the limits of a file."""
        self._renew()
        self._send(recognised)

    def end(self) -> None:
        """Kill the process."""
        self._process.end()

    def _renew(self) -> None:
        self._received = 0
        self._process.renew()

    def _send(self, order: object) -> None:
        try:
            self._process.send(order)
        except ChildEnded:
            raise self._death() from None

    def _receive(self, waiting: Callable[[], None]) -> Document | Problem | Ended | Began | Picture:
        try:
            data = self._process.receive(waiting, self._check)
        except ChildEnded:
            raise self._death() from None
        try:
            item = _Allowing(io.BytesIO(data)).load()
        except Exception:  # noqa: BLE001 - bytes of a process that a document may have taken over
            item = None
        if isinstance(item, Document | Problem | Ended | Began | Picture):
            return item
        raise ExtractionError("cannot be read: what its reader sent is not a document")

    def _check(self, length: int) -> None:
        """Raise ExtractionError where an answer of some length makes more text than a file may have."""
        self._received += length
        if self._received > max(self._limits.output, MOST_DOTS * 2 if self._ocr else 0):
            raise ExtractionError(
                f"too large: its text takes over {self._limits.output // _MIB:,} MiB; "
                "raise that with --limit output=MIB",
                FileState.TOO_LARGE,
            )

    def _death(self) -> ExtractionError:
        """Say why the process is gone."""
        ended = self._process.exit()
        if ended.late:
            return ExtractionError(
                f"took longer than {self._limits.seconds:g} s and was stopped; "
                "raise that with --limit seconds=N",
                FileState.TOO_LARGE,
            )
        if ended.signal == "SIGXCPU" or ended.status == SPENT:
            return ExtractionError(
                f"took more than {self._limits.cpu:,} s of processor time and was stopped; "
                "raise that with --limit cpu=N",
                FileState.TOO_LARGE,
            )
        how = "died" if ended.signal else "ended"
        return ExtractionError(f"cannot be read: its reader {how} ({ended})")


class _Allowing(pickle.Unpickler):
    """Reads pickles that make nothing but what a reader may send."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class that is known. Raises UnpicklingError for all others."""
        if (module, name) in _KNOWN:
            return _KNOWN[module, name]
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed")
