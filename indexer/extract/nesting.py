"""Files within files: each member goes to the format that reads it, to a bounded depth.

A container yields its members unopened (``Member``); what is in them is read here, one after the other,
from memory: nothing is unpacked to disk. What is wrong with a member costs that member alone. Does not
depend directly on file formats.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.indexer.extract import SNIFFED, Format, format_named, format_of_bytes, format_of_member
from coopsearch.indexer.extract.base import Item, Member, Readable, Source
from coopsearch.indexer.extract.budget import Bounds, Budget, Overrun
from coopsearch.indexer.extract.reasons import Refused, empty, library, missing, too_large
from coopsearch.indexer.extract.signatures import START
from coopsearch.indexer.problem import NAMED, Problem, Unread
from coopsearch.search.errors import ExtractionError, FileState
from coopsearch.search.model import MODIFIED, Document

_READ: Final = 1 << 20
#: Endings that a line about members which are not read names.
_NAMED: Final = 6
#: Characters of the address of a member that is not read: a name may be as long as a mail.
_ADDRESS: Final = 500
#: Members of one file that are named for one reason; the others are counted.
_LISTED: Final = 5


class Began(NamedTuple):
    """Said before a member is opened: should the process die, it died of this one."""

    number: int
    address: str


def documents(
    extract: Callable[[Source], Iterator[Item]], source: Source, bounds: Bounds
) -> Iterator[Document | Problem | Began]:
    """Yield the documents of a file and of all that is nested in it.

    Raises ExtractionError or OSError as the file's own format does. A source that is ``resumed`` gives what
    comes after the member at which an earlier reading ended.
    """
    try:
        size = source.path.stat().st_size if source.data is None else len(source.data)
    except OSError:
        size = 0  # The format says why.
    nesting = _Nesting(source, Budget(bounds, size))
    try:
        for item in nesting.read(extract, source, ()):
            if not isinstance(item, Problem):
                yield item
            elif nesting.is_named(item):
                yield _with_member(item, source)
    except ExtractionError:
        # What was told of members that are not read holds, however the rest of the file ends.
        yield from _told(nesting, source)
        raise
    yield from _told(nesting, source)


def _with_member(problem: Problem, source: Source) -> Problem:
    """Return a problem with the member that it tells of, where that is of a kind that nothing reads."""
    if problem.state != FileState.UNSUPPORTED or not problem.path.startswith(f"{source.address}!"):
        return problem
    return problem._replace(unread=Unread(1, names=(problem.path[len(source.address) :][:_ADDRESS],)))


def _told(nesting: _Nesting, source: Source) -> Iterator[Problem]:
    """Yield what stands for problems and members that were not told by themselves."""
    yield from nesting.others()
    if unread := nesting.unread():
        yield Problem(source.address, unread, nesting.state, held=nesting.held, unread=nesting.unread_members)


class _Nesting:
    """One file and what was met in it."""

    def __init__(self, source: Source, budget: Budget) -> None:
        self._file = source.address
        self._done = max(source.lost, default=0)
        self._lost = source.lost
        self._budget = budget
        self._number = 0
        self._taken: set[str] = set()
        self._unread: Counter[str] = Counter()
        self._pictures = 0
        self._addresses: list[str] = []
        self._bare = 0
        self.held = False
        """Whether pictures were passed over, which OCR would have read."""
        self._text = False
        self._reasons: Counter[tuple[str, FileState]] = Counter()

    def read(
        self, extract: Callable[[Source], Iterator[Item]], source: Source, above: tuple[bytes, ...]
    ) -> Iterator[Document | Problem | Began]:
        for item in extract(replace(source, budget=self._budget)):
            if isinstance(item, Member):
                yield from self._member(item, source, above)
            elif self._number < self._done:
                continue  # An earlier reading gave it.
            elif isinstance(item, Document):
                self._text = self._text or bool(item.text.strip())
                document = item._replace(file=self._file) if above else item
                if source.modified and not item.date:
                    document = document._replace(fields={MODIFIED: source.modified, **item.fields})
                yield document
            else:
                yield item

    def is_named(self, problem: Problem) -> bool:
        """Count a problem, and say whether it is to be told by itself."""
        self._reasons[problem.reason, problem.state] += 1
        return self._reasons[problem.reason, problem.state] <= _LISTED or not self._number

    def others(self) -> Iterator[Problem]:
        """Yield what stands for the problems that were not told."""
        for (reason, state), count in self._reasons.items():
            if count > _LISTED and self._number:
                left = Unread(count - _LISTED) if state == FileState.UNSUPPORTED else None
                yield Problem(self._file, f"{count - _LISTED:,} more in it: {reason}", state, unread=left)

    def unread(self) -> str:
        """Say how many members no format reads, "" if there are none."""
        count = self._unread.total()
        kinds = ", ".join(f"{number:,} {kind}" for kind, number in self._unread.most_common(_NAMED))
        more = ", …" if len(self._unread) > _NAMED else ""
        told = [f"{count:,} in it of formats that are not read: {kinds}{more}"] if count else []
        if self.held:
            told.append("--ocr reads pictures")
        if self._bare:
            told.append(f"{self._bare:,} picture{'' if self._bare == 1 else 's'} in it without text")
        return "; ".join(told)

    @property
    def unread_members(self) -> Unread:
        """Which members those are."""
        return Unread(self._unread.total() - self._pictures, self._pictures, tuple(self._addresses))

    @property
    def state(self) -> FileState:
        """What that makes of the file, where it has no text at all."""
        return (
            FileState.NO_TEXT if self._bare and not self._unread and not self._text else FileState.UNSUPPORTED
        )

    def _passed_over(self, form: Format | str | None, member: Member, source: Source) -> bool:
        """Count a member that nothing reads, and say whether it is one."""
        if isinstance(form, Format) and form.picture and source.recognise is None:
            self.held = True
            self._pictures += 1
            form = Path(member.name).suffix.lower() or form.name
        if isinstance(form, str):
            self._unread[form] += 1
            if len(self._addresses) < NAMED:
                address = f"{source.address}!{member.name}"
                self._addresses.append(address[len(self._file) :][:_ADDRESS])
        return isinstance(form, str)

    def _member(
        self, member: Member, source: Source, above: tuple[bytes, ...]
    ) -> Iterator[Document | Problem | Began]:
        number = self._number = self._budget.enter()
        form = format_named(member.format) if member.format else format_of_member(member.name)
        if self._passed_over(form, member, source):
            return
        address = self._unused(f"{source.address}!{member.name}")
        if number in self._lost:
            return
        yield Began(number, address)
        try:
            if len(above) + 1 > self._budget.bounds.depth:
                raise too_large(
                    f"nested deeper than {self._budget.bounds.depth} files in each other; "
                    "raise that with --limit depth=N"
                )
            if form is not None:
                self._refuse_large(member)
            with member.open() as stream:
                start = self._start(stream)
                form = form or format_of_member(member.name, start)
                if isinstance(form, Format):
                    form = format_of_bytes(form, start[:START])
                if self._passed_over(form, member, source):
                    return
                self._refuse_large(member)
                data = self._data(stream, start)
            assert isinstance(form, Format)
            if form.risky and not data:
                raise empty()
            if number < self._done and not form.container:
                return
            digest = hashlib.blake2b(data, digest_size=16).digest() if form.container else b""
            if digest and digest in above:
                raise Refused("it holds itself")
            inner = Source(
                Path(member.name),
                address,
                source.date,
                source.limit,
                data=data,
                modified=member.date or source.modified,
                recognise=source.recognise,
            )
            yield from self.read(form.extract, inner, (*above, digest))
        except Overrun:
            raise
        except ExtractionError as error:
            if isinstance(form, Format) and form.picture and error.state == FileState.NO_TEXT:
                self._bare += 1
                return
            yield Problem(address, str(error), error.state)
        except ImportError as error:
            yield Problem(address, missing(error), FileState.FAILED, lacks=library(error))
        except MemoryError:
            reason = "needs more memory than it may have; raise it with --limit memory=MIB"
            yield Problem(address, reason, FileState.TOO_LARGE)
        except Exception as error:  # noqa: BLE001 - a fault in a format's library costs one member
            yield Problem(address, f"cannot be read: {type(error).__name__}: {error}"[:300], FileState.FAILED)

    def _start(self, stream: Readable) -> bytes:
        """Return how a member begins: of one that nobody reads, no more is unpacked."""
        start = b""
        while len(start) < SNIFFED and (piece := stream.read(SNIFFED - len(start))):
            start += piece
        return start

    def _refuse_large(self, member: Member) -> None:
        """Raise ExtractionError for a member that says to be over the limit."""
        if member.size is not None and member.size > self._budget.bounds.member:
            raise self._over()

    def _data(self, stream: Readable, start: bytes) -> bytes:
        most = self._budget.bounds.member
        pieces = bytearray(start)
        while len(pieces) <= most and (piece := stream.read(_READ)):
            pieces += piece
        if len(pieces) > most:
            raise self._over()
        return bytes(pieces)

    def _over(self) -> ExtractionError:
        return too_large(
            f"over {self._budget.bounds.member // 1024**2:,} MiB; raise that with --limit member=MIB"
        )

    def _unused(self, address: str) -> str:
        """Return an address that no other member has."""
        number, wanted = 1, address
        while address in self._taken:
            number += 1
            address = f"{wanted}#{number}"
        self._taken.add(address)
        return address
