"""Start a real OpenSearch on this machine, and stop it again. `python3 dev.py opensearch start`, `stop`."""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import dev
from tools.opensearch import classes, cluster, distribution, java, layout, places, ports
from tools.opensearch.processes import INTERRUPTS
from tools.opensearch.state import State, read
from tools.opensearch.waiting import health

#: More share the processors of no machine on which this is of use.
MOST: Final = 9
_HEAP: Final = re.compile(r"[1-9]\d{0,5}[kmg]", re.IGNORECASE)


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="dev.py opensearch",
        description=f"OpenSearch {distribution.VERSION} on this machine, from jars that Maven gets once.",
    )
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")
    prepare = commands.add_parser("prepare", help="get what a start needs, make starts faster, print where")
    prepare.add_argument("--lock", action="store_true", help="write the list of the jars' hashes anew")
    start = commands.add_parser("start", help="start nodes, wait until the cluster is green, print the URLs")
    start.add_argument("--nodes", type=int, default=1, metavar="N", help="how many (1)")
    start.add_argument(
        "--heap",
        default=distribution.HEAP,
        metavar="SIZE",
        help=f"memory for objects of each ({distribution.HEAP})",
    )
    start.add_argument(
        "--port", type=int, metavar="PORT", help="the first one's; the others follow (free ones)"
    )
    start.add_argument("--owner", type=int, metavar="PID", help="end the nodes when this process has ended")
    others = (
        start,
        commands.add_parser("stop", help="end the nodes and remove their data"),
        commands.add_parser(
            "status", help="which nodes run; ends with 1 unless all do and the cluster is green"
        ),
        commands.add_parser("restart", help="start a node again that ended"),
    )
    others[-1].add_argument("node", metavar="NODE", help="its name: node0")
    for command in others:
        command.add_argument("--run", metavar="DIR", help="the folder of the nodes (one in the cache folder)")
    parsed = parser.parse_args(arguments)
    if parsed.what == "start":
        if not 1 <= parsed.nodes <= MOST:
            parser.error(f"--nodes must be from 1 to {MOST}")
        if not _HEAP.fullmatch(parsed.heap):
            parser.error("--heap must be a number with k, m or g, such as 384m")
        if parsed.port is not None and not 1 <= parsed.port <= ports.LAST - parsed.nodes:
            parser.error(f"--port must be from 1 to {ports.LAST - parsed.nodes}")
    return parsed


def main(arguments: Sequence[str]) -> int:
    """Do it, and return the exit code."""
    if dev.WINDOWS:
        raise dev.Failure("OpenSearch is started on Linux and macOS alone; use WSL")
    chosen = options(arguments)
    for number in INTERRUPTS:
        if signal.getsignal(number) is signal.SIG_DFL:  # all leave as little behind as Ctrl-C
            signal.signal(number, signal.default_int_handler)
    if chosen.what == "prepare":
        program = java.find()
        home = layout.lock(places.cache()) if chosen.lock else layout.home(places.cache())
        classes.make(home, program)
        print(home)
        return 0
    run = Path(os.environ.get(dev.CALLED_IN, ""), chosen.run) if chosen.run else places.cache() / "run"
    run = run.absolute()
    if chosen.what == "start":
        state = cluster.start(run, chosen.nodes, chosen.heap, chosen.port, chosen.owner)
        for node in state.nodes:
            print(node.url)
        return 0
    if chosen.what == "restart":
        print(cluster.restart(run, chosen.node).url)
        return 0
    if not run.is_dir():
        dev.say(f"nothing runs in {run}: there is no such folder")
        return 1 if chosen.what == "status" else 0
    if chosen.what == "stop":
        cluster.stop(run)
        return 0
    return status(read(run))


def status(state: State) -> int:
    """Print a line for each node and one for all; return 0 if all is as it should be."""
    for node in state.nodes:
        print(f"{node.name}  {node.url}  {f'process {node.process.pid}' if node.process.runs else 'ended'}")
    colour = health(state)
    print(f"cluster  {colour or 'does not answer'}")
    return 0 if colour == "green" and all(node.process.runs for node in state.nodes) else 1


if __name__ == "__main__":
    sys.exit(dev.guarded(lambda: main(sys.argv[1:])))
