"""One node: the files that it starts with, and its process.

A node writes only below its own folder of the run. It answers on the loopback interface alone, without
encryption and accounts.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tools.opensearch import distribution, places
from tools.opensearch.java import Java
from tools.opensearch.processes import Process, process
from tools.opensearch.state import Node, log

#: What a node keeps of the caller's variables: what is set for the caller's own Java must not change it.
_KEPT: Final = ("LANG", "PATH", "TZ")
#: Options for Java that stand behind ours, for a node that is measured and not only started.
JAVA: Final = "DEV_OPENSEARCH_JAVA"
#: Becomes a node when it is told to, and ends where whoever would tell it has ended.
_WAITING: Final = ("/bin/sh", "-c", 'read -r go && exec "$@" </dev/null', "sh")
#: Lines of its log that say why a node ended.
_LAST: Final = 8


def prepare(run: Path, node: Node, every: Sequence[Node]) -> None:
    """Write the settings of a node among those that form a cluster with it."""
    folder = run / node.name
    for name in ("config", "tmp", "data", "logs"):
        (folder / name).mkdir(parents=True)
    settings = {
        "cluster.name": f"coopsearch-{every[0].transport}",
        "node.name": node.name,
        "network.host": "127.0.0.1",
        "http.port": str(node.port),
        "transport.port": str(node.transport),
        "discovery.seed_hosts": _row([f"127.0.0.1:{one.transport}" for one in every]),
        "cluster.initial_cluster_manager_nodes": _row([one.name for one in every]),
        "path.data": _quoted(os.fspath(folder / "data")),
        "path.logs": _quoted(os.fspath(folder / "logs")),
        # A test that means the full disk sets its own; all others must not depend on what is free.
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        # With a small heap, what is garbage already would be counted against a request.
        "indices.breaker.total.use_real_memory": "false",
        # A document for an index that nobody made is a mistake.
        "action.auto_create_index": "false",
    }
    lines = "".join(f"{key}: {value}\n" for key, value in settings.items())
    (folder / "config" / "opensearch.yml").write_text(lines, encoding="utf-8")
    (folder / "config" / "log4j2.properties").write_text(distribution.LOGGING, encoding="utf-8")
    if owner := places.other_owner():
        for path in (folder, *folder.rglob("*")):
            os.chown(path, *owner)


class Starting(NamedTuple):
    """The process of a node that does nothing yet: one that was killed before it was noted is not lost."""

    process: Process
    popen: subprocess.Popen[bytes]

    def go(self) -> None:
        """Let it start, now that it is noted; nothing happens if it was ended meanwhile."""
        assert self.popen.stdin is not None
        with contextlib.suppress(BrokenPipeError), self.popen.stdin as told:
            told.write(b"go\n")


def java_of_caller() -> list[str]:
    """Return the options for Java that the caller's variable holds."""
    return shlex.split(os.environ.get(JAVA, ""))


def start(run: Path, node: Node, home: str, heap: str, java: Java, flags: Sequence[str] = ()) -> Starting:
    """Start the process of a node, which waits until it is noted; it then takes seconds until it answers.

    Args:
        run: the folder in which `prepare` made the node's.
        node: which one.
        home: the distribution.
        heap: memory for its objects, in the words of Java.
        java: what runs it.
        flags: more for Java.
    """
    folder = run / node.name
    command = [
        *(
            java.program,
            f"-Xms{heap}",
            f"-Xmx{heap}",
            *distribution.JVM,
            *java.flags(),
            *flags,
            *java_of_caller(),
        ),
        *(f"-Dopensearch.path.home={home}", f"-Dopensearch.path.conf={folder / 'config'}"),
        *(f"-Djava.io.tmpdir={folder / 'tmp'}", f"-Djna.tmpdir={folder / 'tmp'}"),
        *("-cp", f"{home}/lib/*", distribution.MAIN),
    ]
    owner = places.other_owner()
    with log(run, node.name).open("ab") as out:
        # A session of its own: Ctrl-C in the terminal that started it is not meant for it.
        started = subprocess.Popen(
            [*_WAITING, *command],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            start_new_session=True,
            user=owner.uid if owner else None,
            group=owner.gid if owner else None,
            extra_groups=[] if owner else None,
        )
    return Starting(process(started.pid), started)


def last_lines(run: Path, node: Node) -> list[str]:
    """Return the end of what a node had to say, without the trace of where in its code it was."""
    text = log(run, node.name).read_text(encoding="utf-8", errors="replace")
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return [line for line in lines if not line.lstrip().startswith(("at ", "..."))][-_LAST:]


def _row(values: Sequence[str]) -> str:
    return "[" + ", ".join(map(_quoted, values)) + "]"


def _quoted(text: str) -> str:
    """Return a text as YAML reads it, whatever characters a path has."""
    return "'" + text.replace("'", "''") + "'"
