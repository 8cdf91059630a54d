"""The resident process: who finds it, when it ends, and that whatever is wrong with it costs nothing."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cli.warm.resident import Resident, is_there, resident
from tests.cli.warm.test_ends import wait_until
from tests.conftest import Ran, Run

LINE = "3 of 4 documents match; "


@pytest.fixture
def own(command: Sequence[str], clean_env: dict[str, str]) -> Iterator[Resident]:
    """A resident process of this test alone."""
    with resident(command, clean_env) as one:
        yield one


def ask(run: Run, one: Resident, folder: Path) -> Ran:
    """Ask, and see that the answer is right, whoever gave it."""
    ran = run("coast officers", "-n", "1", cwd=folder, env=one.env)
    assert (ran.code, "coast.html" in ran.out) == (0, True), ran
    assert ran.err.count("\n") == 1
    return ran


def asked(run: Run, one: Resident, folder: Path) -> None:
    """Ask until the process answers: on a busy machine it may not show in time that it is there."""
    for _ in range(10):
        ask(run, one, folder)
        if one.done():
            return
    pytest.fail("it runs nothing")


def test_begin_and_end(run: Run) -> None:
    """It is started, seen and ended from the command line, and leaves nothing behind but an empty lock."""
    runtime = Path(tempfile.mkdtemp(prefix="cw-"))  # addresses of sockets are short
    env = {"XDG_RUNTIME_DIR": str(runtime)}
    try:
        assert run("warm", "--status", env=env).code == 1
        assert run("warm", "--stop", env=env).code == 1
        began = run("warm", "--detach", "--idle", "5", env=env)
        assert (began.code, began.err) == (0, "")
        (number,) = map(int, re.findall(r"process (\d+)", began.out))
        told = run("warm", "--status", env=env)
        assert (told.code, str(number) in told.out, "5 minutes" in told.out) == (0, True, True)
        again = run("warm", "--detach", env=env)
        assert (again.code, f"process {number} is running already" in again.err) == (2, True)
        folder = runtime / "coopsearch-warm"
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {one.stat().st_mode & 0o777 for one in folder.iterdir() if not one.is_dir()} == {0o600}
        assert run("warm", "--stop", env=env).code == 0
        assert not is_there(number)
        assert [one.suffix for one in folder.iterdir()] == [".lock"]
    finally:
        shutil.rmtree(runtime)


def test_options_that_exclude_each_other(run: Run) -> None:
    """Only one thing is done at a time."""
    assert "give one" in run("warm", "--stop", "--status").err


def test_it_ends_when_idle(command: Sequence[str], clean_env: dict[str, str]) -> None:
    """Without a command for so long it ends, and takes its socket and the waiting process with it."""
    with resident(command, clean_env, "--idle", "0.02") as one:
        children = one.children()
        assert one.process.wait(20) == 0
        assert one.sockets == []
        wait_until(lambda: not any(map(is_there, children)))


def test_a_killed_one(run: Run, own: Resident, reports: Path, command: Sequence[str]) -> None:
    """The socket of a process that was killed bothers nobody, and the next process replaces it."""
    ask(run, own, reports)
    children = own.children()
    own.process.kill()
    own.process.wait()
    assert len(own.sockets) == 1
    ask(run, own, reports)
    wait_until(lambda: not any(map(is_there, children)))
    assert run("warm", "--status", env=own.env).code == 1
    assert run("warm", "--detach", env=own.env).code == 0
    ask(run, own, reports)
    assert own.done() == 1
    assert run("warm", "--stop", env=own.env).code == 0


def test_a_stopped_one(run: Run, own: Resident, reports: Path) -> None:
    """One that gives no sign of life is not waited for."""
    own.process.send_signal(signal.SIGSTOP)
    try:
        ask(run, own, reports)
    finally:
        own.process.send_signal(signal.SIGCONT)
    asked(run, own, reports)


def test_one_of_somebody_else(run: Run, own: Resident, reports: Path, tmp_path: Path) -> None:
    """A folder that others may enter, or a link in its place, is not used: neither end trusts it."""
    folder = own.sockets[0].parent
    folder.chmod(0o750)
    ask(run, own, reports)
    assert run("warm", "--status", env=own.env).code == 1
    refused = run("warm", env=own.env)
    assert (refused.code, "is not yours alone" in refused.err) == (2, True)
    folder.chmod(0o700)
    aside = folder.rename(tmp_path / "aside")
    folder.symlink_to(aside)
    ask(run, own, reports)
    assert "is not yours alone" in run("warm", env=own.env).err
    folder.unlink()
    aside.rename(folder)
    assert own.done() == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_is_refused(own: Resident) -> None:
    """Whoever is another user gets no word out of it, even with a way to the socket."""
    path = own.sockets[0]
    for place, mode in ((path, 0o666), (path.parent, 0o755), (path.parent.parent, 0o755)):
        place.chmod(mode)
    script = f"""
import os, socket
os.setgid(65534); os.setuid(65534)
end = socket.socket(socket.AF_UNIX)
end.connect({str(path)!r})
end.settimeout(10)
try:
    print(end.recv(100))
except ConnectionResetError:
    print(b"")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "b''\n"
    path.parent.chmod(0o700)
    assert own.done() == 0


@pytest.mark.parametrize("sent", [b"", b"\0\0\0\5", b"\0\0\0\5hallo", b"\xff" * 100, os.urandom(5000)])
def test_nonsense(run: Run, own: Resident, reports: Path, sent: bytes) -> None:
    """What is no request is dropped, and keeps nobody else waiting."""
    with socket.socket(socket.AF_UNIX) as end:
        end.connect(str(own.sockets[0]))
        end.sendall(sent)
        ask(run, own, reports)
    asked(run, own, reports)


def test_another_version(
    run: Run, command: Sequence[str], clean_env: dict[str, str], reports: Path, tmp_path: Path
) -> None:
    """Once something else is installed it ends, and the command runs the ordinary way."""
    # A folder of packages of its own, as others run of what is really installed.
    path = os.pathsep.join(filter(None, [clean_env.get("PYTHONPATH"), str(tmp_path)]))
    with resident(command, {**clean_env, "PYTHONPATH": path}) as one:
        asked(run, one, reports)
        (tmp_path / "another").mkdir()
        ask(run, one, reports)
        assert one.process.wait(60) == 0
        assert one.sockets == []


def test_the_socket_is_removed(run: Run, own: Resident, reports: Path) -> None:
    """Where its socket was taken away, commands run the ordinary way and it ends by itself."""
    own.sockets[0].unlink()
    ask(run, own, reports)
    assert own.process.wait(30) == 0


def test_an_index_that_changes(run: Run, own: Resident, tmp_path: Path) -> None:
    """Each command sees the index as it is then: changed, rebuilt, or gone."""
    (tmp_path / "a.txt").write_text("The patrol left the coast.\n")
    for number, text in enumerate(["The court met.", "The court met again, on smuggling."]):
        (tmp_path / "b.txt").write_text(f"{text}\n")
        assert (
            run(
                "index",
                str(tmp_path),
                "--index",
                "index_data",
                *["--rebuild"][:number],
                cwd=tmp_path,
                env=own.env,
            ).code
            == 0
        )
        assert run("smuggling", cwd=tmp_path, env=own.env).code == 1 - number
    shutil.rmtree(tmp_path / "index_data")
    assert run("smuggling", cwd=tmp_path, env=own.env).code == 2
    assert own.done()


def test_many_at_once(own: Resident, reports: Path) -> None:
    """Many at once all get their answer, by the process or the ordinary way."""

    def one(number: int) -> tuple[int, bool, str]:
        done = subprocess.run(
            [*own.command, "coast officers", "-n", "1"], cwd=reports, env=own.env,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, "coast.html" in done.stdout, done.stderr[:24]

    with ThreadPoolExecutor(40) as pool:
        found = set(pool.map(one, range(120)))
    assert found == {(0, True, LINE)}
    wait_until(lambda: len(own.children()) <= 1)


def test_a_thousand_connections(run: Run, own: Resident, reports: Path) -> None:
    """A thousand that connect and say nothing keep a command from nothing but the quick way."""
    ends = []
    for _ in range(1000):
        end = socket.socket(socket.AF_UNIX)
        end.setblocking(False)
        try:
            end.connect(str(own.sockets[0]))
        except BlockingIOError:
            end.close()
            break
        ends.append(end)
        if len(ends) % 100 == 0:
            time.sleep(0.05)
    try:
        ask(run, own, reports)
    finally:
        for end in ends:
            end.close()
    wait_until(lambda: len(own.children()) <= 1)
    asked(run, own, reports)


def test_no_more_processes(own: Resident, run: Run, reports: Path) -> None:
    """Where the system refuses it another process, commands run the ordinary way."""
    if os.geteuid() == 0:
        pytest.skip("root is not bounded")
    subprocess.run(["prlimit", f"--pid={own.number}", "--nproc=0"], check=True)
    ask(run, own, reports)
    ask(run, own, reports)


def test_limits_of_the_caller(own: Resident, reports: Path) -> None:
    """Limits, priority and processors of the caller hold for its command."""
    script = 'ulimit -n 77; exec nice -n 5 "$@"'
    process = subprocess.Popen(
        ["sh", "-c", script, "sh", *own.command, "batch", "-"], cwd=reports, env=own.env,
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    reads = Path(f"/proc/{process.pid}/fd/0").readlink()
    wait_until(lambda: any(_reads(child, reads) for child in own.children()))
    (child,) = (child for child in own.children() if _reads(child, reads))
    limits = Path(f"/proc/{child}/limits").read_text(encoding="ascii")
    assert re.search(r"Max open files\s+77\s+77", limits)
    assert os.getpriority(os.PRIO_PROCESS, child) == 5
    process.communicate(b"coast\n")
    assert process.returncode == 0


def _reads(number: int, wanted: Path) -> bool:
    try:
        return Path(f"/proc/{number}/fd/0").readlink() == wanted
    except OSError:
        return False


def test_one_thread(own: Resident) -> None:
    """It has one thread: what is forked of more than one may never end."""
    assert [one.name for one in Path(f"/proc/{own.number}/task").iterdir()] == [str(own.number)]


def test_nothing_is_loaded_without_it(clean_env: dict[str, str]) -> None:
    """Where there is no such process a command loads no more than where to look for it."""
    script = (
        "import sys; from coopsearch.search.cli.warm import client; before = set(sys.modules); "
        "client.handed_over(); print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=clean_env, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) <= {"coopsearch.search.cli.warm.place", "stat", "_stat"}
