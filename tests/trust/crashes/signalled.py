"""Commands that get a signal: how they are started, how they end, and what the next run finds."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.indexer import sync
from coopsearch.search import open_index

HOW: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FILES: Final = 120
RECORDS: Final = 3_000
#: Files that are executed before the command can know of signals, a millisecond or two.
EARLY: Final = ("search/__init__.py", "cli/__main__.py", "cli/start.py", "cli/signals.py")


class Ended(NamedTuple):
    """How a command ended that got a signal."""

    code: int
    out: str
    err: str
    seconds: float
    """From the signal to the end."""

    @property
    def fault(self) -> str:
        """What of the command's own is shown that should not be; "" if nothing is.

        The interpreter tells of a signal itself while it starts, before it has read a line of ours.
        """
        ours = [line for line in self.err.splitlines() if "coopsearch/" in line and "File " in line]
        if "Traceback" in self.err or "Exception ignored" in self.err:
            return self.err if any(not any(one in line for one in EARLY) for line in ours) else ""
        return ""

    @property
    def is_early(self) -> bool:
        """Whether the interpreter was not ready yet."""
        return self.code < 0 or ("Traceback" in self.err and not self.fault)


class Start(NamedTuple):
    """Starts the command."""

    command: Sequence[str]
    env: dict[str, str]
    cwd: Path

    def __call__(self, *arguments: str) -> subprocess.Popen[str]:
        """Start it, in a group of its own, as a terminal does."""
        return subprocess.Popen(
            [*self.command, *arguments],
            cwd=self.cwd,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            process_group=0,
        )

    def signalled(
        self,
        how: signal.Signals,
        seconds: float,
        *arguments: str,
        group: bool = True,
        until: Path | None = None,
    ) -> Ended:
        """Run it and send it a signal after some time, or so long after a file is there."""
        with self(*arguments) as process:
            while until is not None and not until.exists() and process.poll() is None:
                time.sleep(0.002)
            time.sleep(seconds)
            sent = time.monotonic()
            if process.poll() is None:
                (os.killpg if group else os.kill)(process.pid, how)
            out, err = process.communicate(timeout=60)
            return Ended(process.returncode, out, err, time.monotonic() - sent)


def wrong_after(docs: Path, index: Path) -> list[str]:
    """Say what is wrong with an index after the next run: each document is to be there once."""
    wrong = []
    if (index / "lock.json").exists():
        wrong.append("lock.json is left")
    report = sync([docs], index)
    if report.documents != FILES + RECORDS or report.failed:
        wrong.append(f"{report.documents} documents")
    if left := [path.name for path in index.iterdir() if path.name.startswith("lock")]:
        wrong.append(f"left: {left}")
    with open_index(index) as opened:
        found = [hit.path for hit in opened.search("zander", limit=FILES + RECORDS + 10)]
    if len(found) != FILES + RECORDS or len(set(found)) != len(found):
        wrong.append(f"{len(found)} found, {len(set(found))} distinct")
    return wrong


def remove(folder: Path) -> None:
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def slow_pdf(words: int) -> bytes:
    """Return a PDF of one page, which takes seconds."""
    page = "".join(
        f"BT /F1 8 Tf {20 + number * 37 % 500} {20 + number * 13 % 750} Td (word{number}) Tj ET\n"
        for number in range(words)
    ).encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n" % len(page) + page + b"endstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n"
    return out + end + b"%d\n%%%%EOF" % len(out)
