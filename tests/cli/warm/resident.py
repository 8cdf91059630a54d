"""A resident process in a runtime folder of its own, and commands that find it there."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


class Resident:
    """A resident process, and the environment of those who are to find it."""

    def __init__(self, process: subprocess.Popen[str], command: Sequence[str], env: dict[str, str]) -> None:
        self.process, self.command, self.env = process, command, env

    @property
    def number(self) -> int:
        """The number of the process."""
        return self.process.pid

    @property
    def sockets(self) -> list[Path]:
        """What lies at the addresses of sockets."""
        return sorted(Path(self.env["XDG_RUNTIME_DIR"], "coopsearch-warm").glob("*.sock"))

    def done(self) -> int:
        """Return how many commands it has run."""
        said = subprocess.run(
            [*self.command, "warm", "--status"], env=self.env, capture_output=True, text=True, check=False
        ).stdout
        found = re.search(r"has run ([\d,]+) command", said)
        assert found, (said, self.process.poll(), self.sockets)
        return int(found[1].replace(",", ""))

    def children(self) -> list[int]:
        """Return the processes that it has forked."""
        listed = Path(f"/proc/{self.number}/task/{self.number}/children").read_text(encoding="ascii")
        return [int(one) for one in listed.split()]

    def end(self) -> int:
        """End it; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def resident(
    command: Sequence[str], env: dict[str, str], *options: str, runtime: bool = True
) -> Iterator[Resident]:
    """Have one serve while the context lasts, for those who have its environment.

    Its socket is in a runtime folder, or in the folder for temporary files.
    """
    # Addresses of sockets are short.
    with tempfile.TemporaryDirectory(prefix="cw-") as folder, tempfile.TemporaryFile("w+") as told:
        surroundings = {**env, "XDG_RUNTIME_DIR": folder} if runtime else env
        process = subprocess.Popen(
            [*command, "warm", *options], env=surroundings, cwd=folder, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=told,
        )  # fmt: skip
        assert process.stdout is not None
        line = process.stdout.readline()
        told.seek(0)
        assert line.startswith("ready"), (line, told.read())
        try:
            yield Resident(process, command, surroundings)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(60)
            process.stdout.close()


def is_there(number: int) -> bool:
    """Say whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{number}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def state(number: int) -> str:
    """Return the letter of a process's state, T for stopped."""
    return Path(f"/proc/{number}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]


def running(one: Resident) -> list[int]:
    """Return the processes that run commands: not the one that waits for the next."""
    return [number for number in one.children() if os.getsid(number) == number]
