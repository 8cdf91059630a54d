"""What it costs to read files in a process of their own, beside reading them here. `dev.py isolation`.

The same files by turns: in this process, in the other one, and (mail, PDF) by the bare library, which makes
no passages; then a whole index of them, both ways. Counted is the processor time of all processes, which is
what is waited for on an idle machine, and the best of some rounds. Files that give no text are left out.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from benchmarks.steps import machine
from coopsearch.indexer import sync
from coopsearch.indexer.extract import Format, Source, format_named, format_of
from coopsearch.indexer.extract.budget import Bounds
from coopsearch.indexer.extract.nesting import documents
from coopsearch.indexer.sandbox.host import Isolation, Limits
from coopsearch.indexer.workers import task as reading
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document

SHARED = Path(__file__).resolve().parents[3] / "shared"
OFFICE = ("docx", "pptx", "xlsx", "odt", "odp", "ods", "rtf", "doc", "ppt", "xls", "epub")


class Input(NamedTuple):
    """A file that gives text."""

    path: Path
    form: Format
    source: Source


def main(arguments: Sequence[str]) -> int:
    """Measure, and print a line for each kind of files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--fixtures", type=Path, default=SHARED / "fixtures")
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args(arguments)
    print("  ".join(f"{name} {value}" for name, value in machine().items()))
    with closing(Isolation(Limits())) as isolation:
        for kind, formats, bare in (
            ("mail", ("eml",), _bare_mail),
            ("office", OFFICE, None),
            ("pdf", ("pdf",), _bare_pdf),
        ):
            inputs = _good(given.fixtures, formats)
            _report(kind, inputs, isolation, bare, given.rounds)
            _whole(inputs, given.rounds)
    return 0


def _good(folder: Path, formats: Sequence[str]) -> list[Input]:
    """Return the files of some formats that can be read."""
    found = []
    for path in sorted(folder.rglob("*")):
        form = format_of(path) if path.is_file() else None
        if form is None or form.name not in formats:
            continue
        one = Input(path, form, Source(path, path.name, "2001-02-03"))
        try:
            if _here(one):
                found.append(one)
        except ExtractionError:
            continue
    return found


def _here(one: Input) -> int:
    return sum(isinstance(item, Document) for item in documents(one.form.extract, one.source, Bounds()))


def _report(
    kind: str, inputs: list[Input], isolation: Isolation, bare: Callable[[Path], int] | None, rounds: int
) -> None:
    def apart(one: Input) -> int:
        return sum(isinstance(item, Document) for item in isolation.read(one.form.extract, one.source))

    ways: dict[str, Callable[[Input], int]] = {"in this process": _here, "isolated": apart}
    if bare is not None:
        ways["bare library"] = lambda one: bare(one.path)
    apart(inputs[0])
    best = dict.fromkeys(ways, sys.float_info.max)
    for _ in range(rounds):
        for name, way in ways.items():
            started = _spent(isolation)
            for one in inputs:
                way(one)
            best[name] = min(best[name], _spent(isolation) - started)
    shown = "   ".join(f"{name} {len(inputs) / seconds:,.0f} files/s" for name, seconds in best.items())
    cost = best["isolated"] / best["in this process"] - 1
    print(f"{kind:7s} {len(inputs):4d} files   reading   {shown}   isolation {cost:+.1%}")
    if kind == "pdf":
        pages = sum(map(_pages, (one.path for one in inputs)))
        shown = "   ".join(f"{name} {1000 * seconds / pages:.2f}" for name, seconds in best.items())
        print(f"{'':7s} {pages:4d} pages   milliseconds a page   {shown}")


def _spent(isolation: Isolation | None = None) -> float:
    """Return the processor seconds of this process, of those that ended, and of the one that reads."""
    ended = os.times()
    spent = time.process_time() + ended.children_user + ended.children_system
    if isolation is not None and isolation._child is not None:  # noqa: SLF001 - no one else asks
        stat = Path(f"/proc/{isolation._child._process.pid}/stat").read_text(encoding="ascii")  # noqa: SLF001
        user, system = stat.rpartition(")")[2].split()[11:13]
        spent += (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return spent


def _whole(inputs: list[Input], rounds: int) -> None:
    """Index the files, with the reader in its process and without."""
    best = {"in this process": sys.float_info.max, "isolated": sys.float_info.max}

    def tame(name: str) -> Format:
        return replace(format_named(name), risky=False)

    with tempfile.TemporaryDirectory(prefix="coopsearch-isolation-") as scratch:
        docs = Path(scratch) / "docs"
        docs.mkdir()
        for copy in range(5):
            for number, one in enumerate(inputs):
                data = one.path.read_bytes()
                # Bytes behind the end make it another content: copies are indexed once.
                (docs / f"{copy}-{number}{one.path.suffix}").write_bytes(data + b"\n" * copy)
        for turn in range(max(2, rounds // 2)):
            for name, before in best.items():
                with mock.patch.object(reading, "format_named", tame if name != "isolated" else format_named):
                    started = _spent()
                    sync([docs], Path(scratch) / f"{turn}-{name}", workers=1)
                    best[name] = min(before, _spent() - started)
    files = 5 * len(inputs)
    shown = "   ".join(f"{name} {files / seconds:,.0f} files/s" for name, seconds in best.items())
    cost = best["isolated"] / best["in this process"] - 1
    print(f"{'':7s} {files:4d} files   indexing  {shown}   isolation {cost:+.1%}")


def _bare_mail(path: Path) -> int:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    return sum(len(str(part.get_payload(decode=True))) > 0 for part in parts)


def _bare_pdf(path: Path) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        return sum(bool(document[number].get_textpage().get_text_range()) for number in range(len(document)))
    finally:
        document.close()


def _pages(path: Path) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        return len(document)
    finally:
        document.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
