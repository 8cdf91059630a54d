"""What ends a command, or stops it for a while, does the same to one that the resident process runs."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.keyed import Terminal
from tests.cli.warm.resident import Resident, is_there, running, state

PATIENCE = 20.0


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    ending = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ending
        time.sleep(0.02)


@contextmanager
def waiting(
    warm: Resident, folder: Path, *, ignored: bool = False, session: bool = False
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Have a command wait for what it is to read; give it, and the process that runs it."""
    command = [*warm.command, "batch", "-"]
    if ignored:
        command = ["sh", "-c", 'trap "" INT HUP; exec "$@"', "sh", *command]
    process = subprocess.Popen(
        command, cwd=folder, env=warm.env, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # As a shell does. SIGTSTP stops nobody in a group that nobody of the session looks after, which
        # that of the tests may be.
        process_group=None if session else 0, start_new_session=session,
    )  # fmt: skip
    try:
        yield process, _runs(warm, process)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _runs(warm: Resident, process: subprocess.Popen[str]) -> int:
    """Return the process that reads what a command is given."""
    wanted = Path(f"/proc/{process.pid}/fd/0").readlink()

    def found() -> list[int]:
        return [one for one in running(warm) if _reads(one, wanted)]

    wait_until(lambda: bool(found()))
    (number,) = found()
    # It has to be at its work, as signals find it beforehand otherwise.
    wait_until(lambda: _sleeps(number))
    return number


def _reads(number: int, wanted: Path) -> bool:
    try:
        return Path(f"/proc/{number}/fd/0").readlink() == wanted
    except OSError:
        return False


def _sleeps(number: int) -> bool:
    time.sleep(0.2)
    return state(number) == "S"


@pytest.mark.parametrize(
    ("number", "code", "line"),
    [
        (signal.SIGINT, 130, "coopsearch: interrupted; what was done is kept\n"),
        (signal.SIGTERM, 143, "coopsearch: ended by SIGTERM; what was done is kept\n"),
        (signal.SIGHUP, 129, "coopsearch: ended by SIGHUP; what was done is kept\n"),
        (signal.SIGQUIT, -signal.SIGQUIT, ""),
    ],
)
def test_a_signal_ends_it(warm: Resident, reports: Path, number: int, code: int, line: str) -> None:
    """The command ends with the exit code and the line that it has alone."""
    with waiting(warm, reports) as (process, child):
        process.send_signal(number)
        process.wait(PATIENCE)
        _, err = process.communicate()
        assert (process.returncode, err) == (code, line)
        wait_until(lambda: not is_there(child))


def test_signals_that_are_ignored(warm: Resident, reports: Path) -> None:
    """What nohup, or a shell for its background, has ignored is ignored there, too."""
    with waiting(warm, reports, ignored=True) as (process, child):
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        assert is_there(child)
        out, _ = process.communicate("smuggling\n", timeout=PATIENCE)
        assert (process.returncode, "smuggling" in out) == (0, True)


def test_a_killed_command(warm: Resident, reports: Path) -> None:
    """Where the caller was killed, what ran for it ends as well."""
    with waiting(warm, reports) as (process, child):
        process.kill()
        wait_until(lambda: not is_there(child))


def test_a_killed_child(warm: Resident, reports: Path) -> None:
    """Where what runs the command is killed (for want of memory, say), the command ends by that signal."""
    with waiting(warm, reports) as (process, child):
        os.kill(child, signal.SIGKILL)
        process.wait(PATIENCE)
        assert process.returncode == -signal.SIGKILL


def test_stopped_and_continued(warm: Resident, reports: Path) -> None:
    """Ctrl-Z stops both, and both go on with `fg`."""
    with waiting(warm, reports) as (process, child):
        for _ in range(2):
            process.send_signal(signal.SIGTSTP)
            wait_until(lambda: (state(process.pid), state(child)) == ("T", "T"))
            process.send_signal(signal.SIGCONT)
            wait_until(lambda: "T" not in {state(process.pid), state(child)})
        out, _ = process.communicate("smuggling\n", timeout=PATIENCE)
        assert (process.returncode, "smuggling" in out) == (0, True)


def test_stopped_where_no_shell_could_continue_it(warm: Resident, reports: Path) -> None:
    """In a session without a shell, Ctrl-Z stops neither of both, as it stops no command alone."""
    with waiting(warm, reports, session=True) as (process, child):
        process.send_signal(signal.SIGTSTP)
        time.sleep(0.3)
        wait_until(lambda: "T" not in {state(process.pid), state(child)})
        out, _ = process.communicate("smuggling\n", timeout=PATIENCE)
        assert (process.returncode, "smuggling" in out) == (0, True)


def test_ctrl_c_at_a_terminal(warm: Resident, reports: Path) -> None:
    """Ctrl-C at a terminal says what it says to a command alone."""
    for env in ({"COOPSEARCH_WARM": "no"}, {}):
        shown = Terminal(
            ["sh", "-c", '"$@"; echo "code $?"', "sh", *warm.command, "batch", "-"],
            reports, {**warm.env, "TERM": "xterm", **env}, (80, 24),
        )  # fmt: skip
        time.sleep(1.5)
        shown.press("\x03")
        assert "interrupted; what was done is kept" in shown.until("kept")
        shown.ended()


def test_a_pager_has_the_keys(warm: Resident, reports: Path) -> None:
    """The pager is in the foreground of the terminal: it is given the keys, and Ctrl-C is its own."""
    before = warm.done()
    env = {**warm.env, "TERM": "xterm", "PAGER": "less"}
    shown = Terminal([*warm.command, "show", "reports/2018/coast.html"], reports, env, (60, 6))
    shown.until(":")
    shown.press("\x03 ")
    shown.press("q")
    assert shown.ended() == 0
    assert warm.done() == before + 1
    assert "interrupted" not in shown.text


def test_in_the_background(warm: Resident, reports: Path) -> None:
    """In the background of a terminal a command runs the ordinary way: reading would have to stop it."""
    before = warm.done()
    line = f"set -m; {' '.join(warm.command)} smuggling -n 1 --no-pager & wait $!; echo code $?"
    shown = Terminal(["bash", "-c", line], reports, {**warm.env, "TERM": "xterm"}, (80, 24))
    shown.until("code 0")
    shown.ended()
    assert warm.done() == before
