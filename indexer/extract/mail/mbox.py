"""Mailboxes (mbox): many mails in one file, each a member called by its number.

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
