"""The nodes of one folder as a cluster: starting, waiting until it is green, starting one again, stopping.

Whatever goes wrong while a cluster is started, nothing of it is left.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import dev
from tools.opensearch import classes, java, layout, node, places, ports
from tools.opensearch.owners import start_guard
from tools.opensearch.processes import Process, end, process, undisturbed
from tools.opensearch.state import NAME, Node, State, read, write
from tools.opensearch.waiting import wait_for_answer, wait_for_green


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
    faster = classes.flags(Path(home), program)
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
            state = state._replace(guard=start_guard(run, watched))
            write(run, state)
        for one in nodes:
            node.prepare(run, one, nodes)
            starting = node.start(run, one, home, heap, program, faster)
            state = state._replace(nodes=(*state.nodes, one._replace(process=starting.process)))
            write(run, state)
            starting.go()
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
    faster = classes.flags(Path(state.home), program)
    starting = node.start(run, known[name], state.home, state.heap, program, faster)
    again = known[name]._replace(process=starting.process)
    write(run, state._replace(nodes=tuple(again if one.name == name else one for one in state.nodes)))
    starting.go()
    wait_for_answer(run, again)
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
