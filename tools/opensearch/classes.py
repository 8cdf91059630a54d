"""Classes of OpenSearch in the form in which Java has them in memory, so that nodes start faster.

Java writes them down when a node ends that was started to that end, once for each version of Java. A start
took 5.5 s without and 3.5 s with them, of the processor 4.5 s and 2.7 s. Java itself checks that they are of
these jars.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

import dev
from tools.opensearch import distribution, layout, node, ports
from tools.opensearch.java import Java
from tools.opensearch.owners import start_guard
from tools.opensearch.processes import Process, end, process
from tools.opensearch.state import Node, State, write
from tools.opensearch.waiting import wait_for_green

#: The first version that is asked to write them; before 13 none can.
_FROM: Final = 17
#: Seconds for the writing, which took 5.
_PATIENCE: Final = 120


def flags(home: Path, java: Java) -> tuple[str, ...]:
    """Return what has Java use the classes; nothing where there are none."""
    kept = _file(home, java)
    return (f"-XX:SharedArchiveFile={kept}",) if kept.is_file() and kept.stat().st_size else ()


def make(home: Path, java: Java) -> None:
    """Have the classes written, if that was not yet tried.

    Raises:
        dev.Failure: the node does not start.
    """
    kept = _file(home, java)
    if java.version < _FROM or kept.exists():
        return
    with layout.alone(home.parent):
        if not kept.exists():
            dev.say("starting OpenSearch once, so that later starts are faster")
            with tempfile.TemporaryDirectory(prefix=layout.UNFINISHED, dir=home.parent) as work:
                Path(work).chmod(0o711)  # root's nodes are not root's
                made = _written(Path(work), home, java)
                whole = Path(work, "whole")
                if made.is_file():
                    shutil.copyfile(made, whole)
                else:  # another Java: the empty file says that it was tried
                    whole.touch()
                whole.chmod(0o644)
                whole.replace(kept)


def _written(run: Path, home: Path, java: Java) -> Path:
    """Start a node and end it; return where it wrote its classes, if it did."""
    port, transport = ports.free(2)
    one = Node("node0", port, transport, Process(0, ""))
    node.prepare(run, one, [one])
    made = run / one.name / "tmp" / "classes"
    asked = ("-XX:+IgnoreUnrecognizedVMOptions", f"-XX:ArchiveClassesAtExit={made}")
    state = State(os.fspath(home), distribution.HEAP)
    write(run, state)
    try:
        # Killing this process leaves nothing either.
        state = state._replace(guard=start_guard(run, process(os.getpid())))
        starting = node.start(run, one, state.home, state.heap, java, asked)
        state = state._replace(nodes=(one._replace(process=starting.process),))
        write(run, state)
        starting.go()
        wait_for_green(run, state)
    finally:
        end(state.processes, _PATIENCE)
        end([state.guard] if state.guard else [])
    return made


def _file(home: Path, java: Java) -> Path:
    """Return where the classes of a distribution are kept for a Java."""
    named = hashlib.sha256(f"{java.program}\0{java.said}".encode()).hexdigest()[:12]
    return home.with_name(f"{home.name}-{named}.jsa")
