"""What is noted about the nodes of a folder: `state.json` in it, whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final, NamedTuple

import dev
from tools.opensearch.processes import Process

NAME: Final = "state.json"
_KIND: Final = "nodes of dev.py opensearch"


class Node(NamedTuple):
    """One node, running or not."""

    name: str
    port: int
    """Of HTTP."""
    transport: int
    """The port by which nodes speak with each other."""
    process: Process

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


class State(NamedTuple):
    """The nodes of a folder."""

    home: str
    """The distribution that they run."""
    heap: str
    """What Java calls it: 384m."""
    nodes: tuple[Node, ...] = ()
    guard: Process | None = None
    """The process that ends the nodes with somebody else's."""

    @property
    def processes(self) -> list[Process]:
        """The processes of the nodes."""
        return [node.process for node in self.nodes]


def write(run: Path, state: State) -> None:
    """Note the state of a folder."""
    nodes = [
        {
            "name": node.name,
            "url": node.url,
            "port": node.port,
            "transport": node.transport,
            "pid": node.process.pid,
            "born": node.process.born,
            "log": os.fspath(log(run, node.name)),
        }
        for node in state.nodes
    ]
    page = {"kind": _KIND, "home": state.home, "heap": state.heap, "guard": state.guard, "nodes": nodes}
    new = run / f"{NAME}.new"
    new.write_text(json.dumps(page, indent=1) + "\n", encoding="utf-8")
    new.replace(run / NAME)


def read(run: Path) -> State:
    """Return the state of a folder.

    Raises:
        dev.Failure: the folder is not one that `start` made, or somebody else made it.
    """
    try:
        handle = os.open(run / NAME, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(handle, encoding="utf-8") as stream:
            if os.fstat(handle).st_uid != os.geteuid():
                # Whoever wrote it would choose which processes are ended.
                raise dev.Failure(f"{run} belongs to another user")
            page = json.load(stream)
        if page["kind"] != _KIND:
            raise ValueError(page["kind"])
        guard = Process(int(page["guard"][0]), str(page["guard"][1])) if page["guard"] else None
        nodes = tuple(_node(node) for node in page["nodes"])
        return State(str(page["home"]), str(page["heap"]), nodes, guard)
    except (OSError, ValueError, TypeError, LookupError):
        raise dev.Failure(f"{run} is not a folder in which `dev.py opensearch start` started nodes") from None


def _node(page: Any) -> Node:
    process = Process(int(page["pid"]), str(page["born"]))
    return Node(str(page["name"]), int(page["port"]), int(page["transport"]), process)


def log(run: Path, name: str) -> Path:
    """Return where a node's output goes."""
    return run / name / "out.log"
