"""Waits for nodes, and asks them how they are."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import dev
from tools.opensearch import node
from tools.opensearch.state import Node, State

#: Seconds for nodes to start: three took 33 on two busy cores.
_PATIENCE: Final = 240
#: Seconds for one answer about the state of a cluster.
_ANSWER: Final = 10
_OK: Final = 200


def wait_for_green(run: Path, state: State) -> None:
    """Wait until each node that runs answers, and all data are where they should be, replicas included."""
    wanted = f"/_cluster/health?wait_for_nodes={len(state.nodes)}&wait_for_status=green&timeout=5s"
    _wait(run, state.nodes, wanted)


def wait_for_answer(run: Path, one: Node) -> None:
    """Wait until a node knows who manages its cluster, whatever the state of that."""
    _wait(run, [one], "/_cluster/health?timeout=5s")


def _wait(run: Path, nodes: Sequence[Node], question: str) -> None:
    """Wait until each node answers a question about health with yes; fail as soon as one has ended."""
    deadline = time.monotonic() + _PATIENCE
    for one in nodes:
        while not _is_so(one.port, question):
            for other in nodes:
                if not other.process.runs:
                    _explain(run, other)
            if time.monotonic() > deadline:
                raise dev.Failure(f"{one.name} in {run} is not what it should be after {_PATIENCE} s")
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


def health(state: State) -> str:
    """Return the colour of the cluster as the first node that answers sees it; empty if none does."""
    for one in state.nodes:
        if one.process.runs:
            try:
                return str(ask(one.port, "/_cluster/health?timeout=5s")["status"])
            except (OSError, http.client.HTTPException, ValueError, LookupError):
                continue
    return ""
