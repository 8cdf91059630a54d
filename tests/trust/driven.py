"""Runs many commands of the real command line in one process, as starting is most of their time."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

#: Runs the commands that its argument lists; "watch" is ended by a signal after two seconds.
_DRIVER: Final = """
import json, os, signal, sys, threading
from coopsearch.search.cli.command_line import main
for arguments in json.loads(sys.argv[1]):
    sys.argv = ["coopsearch", *arguments]
    if arguments[0] == "watch":
        timer = threading.Timer(2, os.kill, (os.getpid(), signal.SIGTERM))
        timer.start()
    try:
        main()
    except SystemExit as ended:
        sys.stdout.flush()
        print(f"\\n=====ended {int(ended.code or 0)}=====", file=sys.stderr, flush=True)
"""


class Ended(NamedTuple):
    """How a command ended, and all that it showed on both streams."""

    code: int
    shown: str


def on_terminal(commands: Sequence[Sequence[str]], cwd: Path, env: Mapping[str, str]) -> list[Ended]:
    """Run commands one after the other on a terminal; q is pressed at each question."""
    main, side = pty.openpty()
    arguments = [sys.executable, "-c", _DRIVER, json.dumps(commands)]
    running = subprocess.Popen(arguments, cwd=cwd, env=env, stdin=side, stdout=side, stderr=side)
    os.close(side)
    shown = b""
    # The number of a descriptor can be too high for `select`.
    ready = select.poll()
    ready.register(main, select.POLLIN)
    with contextlib.suppress(OSError):
        while True:
            # What is typed before the terminal is put into single keys is lost, so it is typed again.
            while not ready.poll(500):
                if shown.endswith((b"? ", b" help\r\n")):
                    os.write(main, b"q")
            if not (piece := os.read(main, 65536)):
                break
            shown += piece
    running.wait(timeout=60)
    os.close(main)
    return _ended(shown.replace(b"\r\n", b"\n"), len(commands))


def in_pipe(
    commands: Sequence[Sequence[str]], cwd: Path, env: Mapping[str, str], wrapper: Sequence[str] = ()
) -> list[Ended]:
    """Run commands one after the other into a pipe, by another program if one is given."""
    arguments = [*wrapper, sys.executable, "-c", _DRIVER, json.dumps(commands)]
    done = subprocess.run(
        arguments, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=240, check=False,
    )  # fmt: skip
    return _ended(done.stdout, len(commands))


def _ended(shown: bytes, commands: int) -> list[Ended]:
    found = shown.decode("utf-8", "surrogateescape").split("\n=====ended ")
    texts = [found[0], *(part.partition("=====\n")[2] for part in found[1:])]
    codes = [int(part.partition("=====")[0]) for part in found[1:]]
    assert len(codes) == commands, shown[-2000:]
    return [Ended(code, text) for code, text in zip(codes, texts, strict=False)]
