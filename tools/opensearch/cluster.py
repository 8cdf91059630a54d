"""The nodes of one folder as a cluster: starting, waiting until it is green, starting one again, stopping.

Whatever goes wrong while a cluster is started, nothing of it is left.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import dev
from tools.opensearch import java, layout, node, places, ports
from tools.opensearch.processes import Process, end, process, undisturbed
from tools.opensearch.state import NAME, Node, State, read, write

#: Seconds for nodes to start: three took 33 on two busy cores.
_PATIENCE: Final = 240
#: Seconds for one answer about the state of a cluster.
_ANSWER: Final = 10
_OK: Final = 200
_GUARD: Final = Path(__file__).with_name("guard.py")


def start(run: Path, count: int, heap: str, first_port: int | None, owner: int | None) -> State:
    """Start nodes in a new folder and wait until the cluster is green.

    Args:
        run: the folder, which must not exist.
        count: how many nodes.
        heap: memory for the objects of each, in the words of Java: 384m.
        first_port: the HTTP port of the first node, the others follow; free ones unless given.
        owner: the number of a process with whose end the nodes end, too.

    Raises:
        dev.Failure: what is missing on this machine, or why a node ended, with the last lines of its log.
    """
    watched = process(owner) if owner is not None else None
    if watched and not watched.runs:
        raise dev.Failure(f"there is no process {owner}, with which the nodes could end")
    program = java.find()
    home = os.fspath(layout.home(places.cache()))
    http_ports = ports.check(first_port, count) if first_port is not None else ports.free(count)
    transports = ports.free(count)
    _make_folder(run)
    nodes = [
        Node(f"node{number}", port, transport, Process(0, ""))
        for number, (port, transport) in enumerate(zip(http_ports, transports, strict=True))
    ]
    state = State(home, heap)
    try:
        write(run, state)
        if watched:
            with undisturbed():
                state = state._replace(guard=_guard(run, watched))
                write(run, state)
        for one in nodes:
            node.prepare(run, one, nodes)
            with undisturbed():
                started = node.start(run, one, home, heap, program)
                state = state._replace(nodes=(*state.nodes, one._replace(process=started)))
                write(run, state)
        wait_for_green(run, state)
    except BaseException as error:  # also where Ctrl-C ends the waiting
        with undisturbed():
            end(state.processes)
            end([state.guard] if state.guard else [])
            shutil.rmtree(run, ignore_errors=True)
        if watched and not watched.runs and isinstance(error, Exception):
            # The guard was faster, and whatever went wrong here followed from that.
            raise dev.Failure(f"process {owner} ended while the nodes started, and they with it") from None
        raise
    return state


def _make_folder(run: Path) -> None:
    try:
        run.parent.mkdir(parents=True, exist_ok=True)
        places.check_reachable(run.parent, "name another folder with --run")
        # Root's nodes go through it to folders of their own.
        run.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700)
        run.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except FileExistsError:
        hint = "`dev.py opensearch stop` ends what runs there" if (run / NAME).exists() else "name another"
        raise dev.Failure(f"the folder {run} exists already; {hint} (--run)") from None


def _guard(run: Path, owner: Process) -> Process:
    """Start the process that ends the nodes once another one has ended, however that came about."""
    with (run / "guard.log").open("wb") as out:
        started = subprocess.Popen(
            [sys.executable, _GUARD, run, str(owner.pid), owner.born],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": os.fspath(dev.ROOT)},
            # What ends all processes of a terminal or of a test run must not end this one.
            start_new_session=True,
        )
    return process(started.pid)


def wait_for_green(run: Path, state: State) -> None:
    """Wait until each node that runs answers, and all data are where they should be, replicas included."""
    deadline = time.monotonic() + _PATIENCE
    wanted = f"/_cluster/health?wait_for_nodes={len(state.nodes)}&wait_for_status=green&timeout=5s"
    for one in state.nodes:
        while not _is_so(one.port, wanted):
            for other in state.nodes:
                if not other.process.runs:
                    _explain(run, other)
            if time.monotonic() > deadline:
                raise dev.Failure(f"the cluster in {run} is not green after {_PATIENCE} s")
            time.sleep(0.1)


def _is_so(port: int, question: str) -> bool:
    """Whether a node answers a question about health with yes, in time."""
    try:
        return not ask(port, question)["timed_out"]
    except (OSError, http.client.HTTPException, ValueError, LookupError):
        return False


def _explain(run: Path, one: Node) -> None:
    try:
        lines = node.last_lines(run, one)
    except FileNotFoundError:  # by `stop`
        raise dev.Failure(f"{run} was removed while {one.name} started") from None
    if any("BindException" in line or "Address already in use" in line for line in lines):
        raise dev.Failure(
            f"{one.name} ended: port {one.port} or {one.transport} was taken meanwhile; try again"
        )
    lines = lines or ["it printed nothing"]
    raise dev.Failure("\n    ".join([f"{one.name} ended; the last lines of its log:", *lines]))


def ask(port: int, path: str) -> Any:
    """Return what a node of this machine answers; proxies have no part in it.

    Raises:
        OSError: nobody listens there.
        ValueError: the answer is an error, or not JSON.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != _OK:
        raise ValueError(answer.status)
    return json.loads(body)


def restart(run: Path, name: str) -> Node:
    """Start a node again that ended, with its data and its ports, and wait until it answers."""
    state = read(run)
    known = {one.name: one for one in state.nodes}
    if name not in known:
        raise dev.Failure(f"there is no {name} in {run}; there are: {', '.join(known)}")
    if known[name].process.runs:
        raise dev.Failure(f"{name} of {run} runs already")
    ports.check(known[name].port, 1)
    program = java.find()
    with undisturbed():
        started = node.start(run, known[name], state.home, state.heap, program)
        again = known[name]._replace(process=started)
        write(run, state._replace(nodes=tuple(again if one.name == name else one for one in state.nodes)))
    deadline = time.monotonic() + _PATIENCE
    while not _is_so(again.port, "/_cluster/health?timeout=5s"):
        if not started.runs:
            _explain(run, again)
        if time.monotonic() > deadline:
            raise dev.Failure(
                f"{name} does not answer after {_PATIENCE} s; its log: {run / name / 'out.log'}"
            )
        time.sleep(0.1)
    return again


def stop(run: Path, *, but_guard: bool = False) -> None:
    """End the nodes of a folder, by their numbers, and remove it with all data.

    Args:
        run: the folder.
        but_guard: leave the guard alone, as it is the guard who asks.
    """
    state = read(run)
    if state.guard and not but_guard:
        end([state.guard])
    end(state.processes)
    shutil.rmtree(run)


def health(state: State) -> str:
    """Return the colour of the cluster as the first node that answers sees it; empty if none does."""
    for one in state.nodes:
        if one.process.runs:
            try:
                return str(ask(one.port, "/_cluster/health?timeout=5s")["status"])
            except (OSError, http.client.HTTPException, ValueError, LookupError):
                continue
    return ""
