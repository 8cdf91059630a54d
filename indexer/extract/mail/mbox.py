"""Mailboxes (mbox): many mails in one file, each a member called by its number.

Those of MMDF and of UW IMAP are told from the usual ones by their first line.

Read line by line: memory holds one mail. A mail that stands there twice is given once. This file only finds
where each mail begins; ``eml`` reads what is in it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, Final

from coopsearch.indexer.extract.base import Member, Source
from coopsearch.indexer.extract.budget import Bounds
from coopsearch.indexer.extract.mail.digest import digest
from coopsearch.indexer.extract.reasons import too_large
from coopsearch.indexer.problem import Problem
from coopsearch.search.errors import ExtractionError

_LINE: Final = 1 << 20
#: The line above a mail, also that of Eudora. A paragraph of a mail may begin with the word, but has no time.
_FROM: Final = re.compile(rb"From (?:.{0,300}\d\d:\d\d.{0,100}|\?\?\?@\?\?\?.{0,100}|\S+@\S+\s*)", re.DOTALL)
#: How mailboxes of MMDF and of UW IMAP begin; the head of the latter, and what stands before each mail in it.
_DIVIDER: Final = b"\1\1\1\1"
_COUNTED: Final = b"*mbx*\r\n"
_HEAD: Final = 2048
_SIZE: Final = re.compile(rb"[ \d]\d-[A-Za-z]{3}-\d{4} \d\d:\d\d:\d\d [+-]\d{4},(\d{1,12});")
_MARKED: Final = re.compile(rb">+From ")


def extract(source: Source) -> Iterator[Member | Problem]:
    """Yield the mails of a mailbox. Raises ExtractionError for what is none."""
    most = (source.budget.bounds if source.budget else Bounds()).member
    seen: set[str] = set()
    with source.open() as stream:
        for number, data in enumerate(_mails(stream, most), 1):
            if data is None:
                error = too_large(f"over {most // 1024**2:,} MiB; raise that with --limit member=MIB")
                yield Problem(f"{source.address}!{number}", str(error), error.state)
            elif (name := digest(io.BytesIO(data))) not in seen:
                seen.add(name)
                yield Member(str(number), partial(io.BytesIO, data), len(data), format="eml")


def _mails(stream: BinaryIO, most: int) -> Iterator[bytes | None]:
    """Yield the mails, None for one that is over the limit."""
    start = stream.read(len(_COUNTED))
    stream.seek(0)
    if start == _COUNTED:
        yield from _counted(stream, most)
    elif start.startswith(_DIVIDER):
        yield from _divided(stream, most)
    else:
        yield from _parted(stream, most)


def _counted(stream: BinaryIO, most: int) -> Iterator[bytes | None]:
    """Yield the mails of a mailbox of UW IMAP, which has the size of each before it."""
    stream.seek(_HEAD)
    found = False
    while line := stream.readline(_LINE):
        size = _SIZE.match(line)
        if size is None:
            raise ExtractionError("damaged: the size of a mail is missing in the mailbox")
        found = True
        count = int(size[1])
        data = stream.read(min(count, most + 1))
        if count > most:
            stream.seek(count - len(data), io.SEEK_CUR)
        yield data if count <= most else None
    if not found:
        raise ExtractionError("damaged: no mailbox, as it holds no mail")


def _divided(stream: BinaryIO, most: int) -> Iterator[bytes | None]:
    """Yield the mails of an MMDF mailbox, each of which stands between two lines of controls."""
    lines: list[bytes] = []
    held = 0
    found = False
    while line := stream.readline(_LINE):
        if line.rstrip(b"\r\n") == _DIVIDER:
            if held:
                yield b"".join(lines) if held <= most else None
            lines, held = [], 0
            continue
        if not held and (not line.strip() or line.startswith(b"From ")):
            continue
        found = True
        held += len(line)
        if held <= most:
            lines.append(line)
    if held:
        yield b"".join(lines) if held <= most else None
    if not found:
        raise ExtractionError("damaged: no mailbox, as it holds no mail")


def _parted(stream: BinaryIO, most: int) -> Iterator[bytes | None]:
    lines: list[bytes] = []
    held = 0
    begun = False
    between = True
    while line := stream.readline(_LINE):
        if not begun:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if between and line.startswith(b"From ") and _FROM.fullmatch(line):
            if begun:
                yield b"".join(lines) if held <= most else None
            begun, lines, held, between = True, [], 0, False
            continue
        if not begun:
            if line.strip():
                raise ExtractionError("damaged: no mailbox, as it does not begin with a mail")
            continue
        between = not line.strip()
        held += len(line)
        if held <= most:
            lines.append(line[1:] if _MARKED.match(line) else line)
    if begun:
        yield b"".join(lines) if held <= most else None
    else:
        raise ExtractionError("damaged: no mailbox, as it holds no mail")
