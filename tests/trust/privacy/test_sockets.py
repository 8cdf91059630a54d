"""No command opens a socket, nor does any process that it starts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.extract.pdf.pdf_files import pdf
from tests.trust.conftest import Ledger
from tests.trust.driven import in_pipe

#: On the path of every process: refuses and writes down whatever asks for a socket or for a name's address,
#: and says that it was there. An audit hook sees what is called by whatever way.
GUARD = """
import os, sys
_place = os.environ["COOPSEARCH_SOCKETS"]

def _note(line):
    try:
        file = os.open(_place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(file, f"{os.getpid()} {line}\\n".encode())
        os.close(file)
    except OSError:
        pass

def _refuse(event, arguments):
    # The name of the machine is not a network: it is asked of the kernel.
    if event.startswith("socket.") and event != "socket.gethostname":
        _note(f"asked {event} {arguments!r}")
        raise RuntimeError(f"no process may have {event}")

_note("began " + " ".join(sys.orig_argv[1:4]).replace("\\n", " ")[:100])
sys.addaudithook(_refuse)
"""

COMMANDS = [
    ["--help"],
    ["--version"],
    ["index", "docs", "--workers", "1"],
    ["index", "docs", "--rebuild", "--workers", "2"],
    ["index", "docs", "--rebuild", "--engine", "whoosh", "--index", "other"],
    ["search", "smuggling", "routes", "--explain", "--facet", "type"],
    ["search", "--json", "--coverage", "smugling"],
    ["show", "docs/a.md"],
    ["similar", "docs/a.md"],
    ["similar", "docs/b.pdf"],
    ["names"],
    ["export", "smuggling", "out.html"],
    ["cite", "docs/a.md", "--quote", "smuggling routes"],
    ["cite", "--check"],
    ["status"],
    ["status", "--state", "indexed"],
    ["verify"],
    ["eval", "asked"],
    ["judge", "routes"],
    ["watch", "docs"],
]


#: How strace begins what is not a call.
ENDS = {"---", "+++"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder of documents that are read here and in isolation, and that point to the network."""
    docs, asked = tmp_path / "docs", tmp_path / "asked"
    docs.mkdir()
    asked.mkdir()
    (docs / "a.md").write_text("# Routes\n\nsmuggling routes, ![x](http://example.org/x.png)\n")
    (docs / "b.pdf").write_bytes(pdf(b"BT /F1 12 Tf 72 700 Td (smuggling routes) Tj ET"))
    (docs / "c.eml").write_text("From: a@example.org\nSubject: routes\n\nsmuggling\n")
    page = '<!DOCTYPE html SYSTEM "http://example.org/x.dtd"><img src="http://example.org/x.png"><p>routes'
    (docs / "d.html").write_text(page)
    with zipfile.ZipFile(docs / "e.zip", "w") as archive:
        archive.writestr("x.html", page)
    (asked / "corpus.jsonl").write_text(
        '{"_id": "1", "text": "smuggling routes"}\n{"_id": "2", "text": "a"}\n'
    )
    (asked / "queries.jsonl").write_text('{"_id": "1", "text": "smuggling"}\n')
    (asked / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\t1\t1\n")
    return tmp_path


def tracing(trace: Path) -> list[str]:
    """Return how strace is called to write down all calls about the network; nothing where it is not."""
    strace = shutil.which("strace") if sys.platform == "linux" else None
    # With its own option for that, it stops a process at these calls alone.
    return [strace, "-f", "--seccomp-bpf", "-qq", "-e", "trace=%network", "-o", str(trace)] if strace else []


def traced(trace: Path) -> list[str]:
    """Return the calls that were written down, without signals and ends of processes."""
    lines = trace.read_text(errors="replace").splitlines()
    return [line for line in lines if not ENDS & set(line.split())]


def test_no_sockets(project: Path, clean_env: dict[str, str], ledger: Ledger, tmp_path: Path) -> None:
    """Every command works where sockets are refused, and none of its processes asked for one."""
    guard, notes = tmp_path / "guard", tmp_path / "notes"
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(GUARD)
    # Where coopsearch is not installed, --version has to find something too.
    (guard / "coopsearch-0.dist-info").mkdir()
    (guard / "coopsearch-0.dist-info" / "METADATA").write_text("Name: coopsearch\nVersion: 0\n")
    path = os.pathsep.join(filter(None, [str(guard), clean_env.get("PYTHONPATH")]))
    env = {**clean_env, "PYTHONPATH": path, "COOPSEARCH_SOCKETS": str(notes)}
    trace = tmp_path / "trace"
    strace = tracing(trace)
    ended = in_pipe(COMMANDS, project, env, strace)
    lines = notes.read_text().splitlines()
    asked = [line for line in lines if " asked " in line]
    began = [line for line in lines if " began " in line]
    calls = []
    if strace:
        # Signals and ends of processes are written down as well.
        calls = [
            line for line in trace.read_text(errors="replace").splitlines() if not ENDS & set(line.split())
        ]
    note = f"{len(began)} processes, {'seen' if strace else 'not seen'} by strace"
    wrong = len(asked) + len(calls)
    ledger("private", "commands without sockets", tried=len(COMMANDS), wrong=wrong, note=note)
    assert asked == []
    assert calls == []
    assert any("workers.worker" in line for line in began)
    assert any("sandbox.child" in line for line in began)
    codes = {" ".join(call): one.code for call, one in zip(COMMANDS, ended, strict=True)}
    # A judge needs a terminal; all else is right, found or not.
    assert {call for call, code in codes.items() if code not in {0, 1}} == {"judge routes"}


def test_the_guard_guards(clean_env: dict[str, str], tmp_path: Path) -> None:
    """A process that does ask for a socket or an address is refused and written down."""
    (tmp_path / "sitecustomize.py").write_text(GUARD)
    notes = tmp_path / "notes"
    env = {**clean_env, "PYTHONPATH": str(tmp_path), "COOPSEARCH_SOCKETS": str(notes)}
    for call in (
        "socket.socket()",
        "socket.getaddrinfo('localhost', 80)",
        "socket.create_connection(('::1', 9))",
    ):
        script = f"import socket; {call}"
        done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, check=False)
        assert done.returncode == 1
        assert b"no process may have" in done.stderr
    assert len([line for line in notes.read_text().splitlines() if " asked " in line]) == 3
