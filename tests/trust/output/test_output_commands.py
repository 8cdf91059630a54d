"""The real commands on a real terminal, over files whose names, texts and addresses are full of attacks."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.trust.conftest import Ledger
from tests.trust.driven import Ended, in_pipe, on_terminal
from tests.trust.hostile.hostile import faults

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no such names and terminals")

#: Nothing of it is a sequence that a terminal is really sent.
EVIL = (
    "\x1b]0;owned\x07\x1b[2J\x1b]8;;http://x\x1b\\\x9b31m\x90q\x9c\u202egpj\u202c\u2066x\u200b\u2060\xad\u034f\u3164"
    "\U000e0041\ufeff\u2028\x85\x08\x7fa" + "\u0301\u0489" * 30
)
#: What rich and the looks of terminal.py send.
OURS = re.compile(
    r"\x1b\[(?:\?25[lh]|2K|1A|H\x1b\[J|[0-9;]*m)|\x1b\]8;(?:id=hit\d+;file://[\w.~%/-]+|;)\x1b\\", re.ASCII
)
TEXT = f"# Poison {EVIL} title\n\nsmuggling {EVIL} routes *a* می‌خواهم\n\n## Deep {EVIL}\n\nsmugglers {EVIL}\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of such files, and a collection to measure with."""
    folder = tmp_path_factory.mktemp("hostile")
    docs = folder / "docs"
    (docs / f"sub{EVIL[:20]}").mkdir(parents=True)
    name = EVIL.replace("/", "")[:60]
    (docs / f"one{name}\n\r\t.md").write_text(TEXT, encoding="utf-8")
    (docs / f"sub{EVIL[:20]}" / "two.txt").write_text(f"routes {EVIL}", encoding="utf-8")
    (docs / f"same{name}.md").write_text(TEXT, encoding="utf-8")
    (docs / f"kind.{name[:30]}").write_text("x")
    (docs / f"empty{name}.txt").write_text("")
    Path(os.fsdecode(os.fsencode(docs) + b"/bad\xff\x9b2J.txt")).write_text(TEXT, encoding="utf-8")
    (docs / f"broken{name}.pdf").write_bytes(b"%PDF-1.4 " + EVIL.encode())
    (docs / ".gitignore").write_text(f"kind{name}\n", encoding="utf-8")
    mail = f"From: {EVIL} <a@b>\nSubject: smuggling {EVIL}\n\nroutes {EVIL}\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"in{name}.eml", mail.encode())
        archive.writestr(f"in{name}.docx", b"PK broken")
    (docs / f"box{name}.zip").write_bytes(packed.getvalue())
    listed = f"smuggling\n{EVIL}\nrou{EVIL[:30]}tes\n=routes\n(\x9b\n"
    (folder / "names.txt").write_text(listed, encoding="utf-8")
    asked = folder / f"asked{name}"
    asked.mkdir()
    for file, lines in {
        "corpus.jsonl": [{"_id": f"d{EVIL}", "text": "smuggling routes"}, {"_id": "e", "text": "other"}],
        "queries.jsonl": [{"_id": "q\x9b", "text": f"smuggling {EVIL}"}],
    }.items():
        (asked / file).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (asked / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\x9b\te\t1\n", encoding="utf-8")
    return folder


def commands(project: Path) -> list[list[str]]:
    """Return calls of every command, right and wrong ones."""
    asked = next(project.glob("asked*")).name
    one = next(project.glob("docs/one*.md")).relative_to(project).as_posix()
    name = EVIL.replace("/", "")[:60]
    member = next(project.glob("docs/box*.zip")).relative_to(project).as_posix() + f"!in{name}.eml"
    return [
        ["index", "docs"],
        ["index", "docs", "--json"],
        ["index", "--rebuild", "docs", "--workers", "2"],
        ["search", "smuggling", "routes", "--explain", "--facet", "folder", "--facet", "type"],
        ["search", "--json", "--explain", "--coverage", "--facet", "folder", "smuggling"],
        ["search", "--fold", "poison"],
        *(["search", form, "smuggling"] for form in ("--csv", "--csv-excel", "--paths", "--all-hits")),
        ["search", "--format", f"{{path}} {{snippet}} {EVIL}", "smuggling"],
        ["search", "--format", f"{{{EVIL}}}", "smuggling"],
        ["batch", "names.txt"],
        ["batch", "names.txt", "--csv", "-n", "3"],
        ["batch", "names.txt", "--json"],
        ["batch", "names.txt", "--query", "--csv-excel"],
        ["batch", "names.txt", "--column", EVIL],
        ["batch", "names.txt", "--encoding", EVIL],
        ["batch", EVIL],
        ["names", "-n", "500"],
        ["names", "--csv"],
        ["names", f"({EVIL}"],
        ["search", f"smuglers{EVIL[:3]}", f"zyz{EVIL[5:40]}"],
        ["search", f"nowhere{EVIL}:x"],
        ["search", f"({EVIL}"],
        ["search", "--why-not", one, "other"],
        ["search", "--why-not", f"no{EVIL}", "smuggling"],
        ["search", "--sort", EVIL, "x"],
        ["search", "--facet", EVIL, "x"],
        ["search", "--group", "folder", "--passages", "3", "--context", "2", "--in", "docs", "poison"],
        ["search", "--facet", "from", "--no-pager", "--page", "2", "-n", "1", "routes"],
        *(["search", name, EVIL, "x"] for name in ("--group", "--in", "--since", "--type", "--lang")),
        ["search", f"--no{EVIL}", "x"],
        ["search", "-n", EVIL, "x"],
        ["search", "--index", EVIL, "x"],
        ["show", one],
        ["show", "--json", one],
        ["show", member],
        ["show", f"none{EVIL}"],
        ["similar", one, "--explain"],
        ["similar", f"none{EVIL}"],
        ["status"],
        ["status", "--json"],
        *(["status", "--state", state] for state in ("indexed", "no-text", "failed", "unsupported", EVIL)),
        ["status", "--state", "failed", "--json"],
        ["verify"],
        ["verify", "--index", EVIL],
        ["eval", asked, "--per-query", "--against", "k1=1.2\u2003\x1f", "--keep", "kept"],
        ["eval", asked, "--json", "--keep", "kept"],
        ["eval", EVIL],
        ["eval", asked, "--against", EVIL],
        ["eval", asked, "--measure", EVIL],
        ["judge", f"smuggling {EVIL}"],
        ["judge", EVIL, EVIL],
        ["mark", one, "seen", f"tag{EVIL[:5]}"],
        ["mark", one, "seen", "--note", f"note {EVIL}"],
        ["mark", member, "relevant"],
        ["mark", "--list"],
        ["mark", "--list", "--json"],
        ["mark", f"none{EVIL}", "seen"],
        ["save", "evil", f'"smuggling {EVIL}"'],
        ["save", "routes", "smuggling"],
        ["save", EVIL, "smuggling"],
        ["save", "--list"],
        ["save", "--list", "--json"],
        ["news", "--all", "--keep"],
        ["news", "--all", "--json"],
        ["news", EVIL],
        ["news", "--exec", EVIL],
        ["search", "smuggling", f"tag:x{EVIL[:3]}"],
        ["search", "smuggling", "--tag", EVIL],
        ["review", "smuggling"],
        ["review", f"smuggling {EVIL}"],
        ["review", "--log"],
        ["review", "--log", "--csv"],
        ["review", "--log", "--json"],
        ["desk", "check"],
        ["desk", "where"],
        ["desk", EVIL],
        ["desk", "backup", EVIL.replace("/", "")[:40]],
        ["desk", "merge", EVIL],
        ["watch", "docs"],
        ["watch", EVIL],
        ["index", f"no{EVIL}"],
        ["index", "--engine", EVIL, "--index", "new", "docs"],
        ["index", "--limit", EVIL, "docs"],
        ["search", "--help"],
        [EVIL, "--help"],
    ]


def wrongs(calls: list[list[str]], ended: list[Ended]) -> list[tuple[list[str], list[str]]]:
    """Return the calls that showed what they should not, with what that was."""
    found = []
    for call, (code, shown) in zip(calls, ended, strict=True):
        plain = OURS.sub("", shown)
        # The bar goes to the beginning of its line.
        plain = plain.replace("\r", "") if call[0] == "index" else plain
        if any(option.startswith("--csv") for option in call):
            # The end of a row, and the mark before the first.
            plain = plain.replace("\r\n", "\n").removeprefix("\ufeff")
        wrong = faults(plain)
        wrong += ["traceback"] if "Traceback" in shown else []
        wrong += [f"code {code}"] if code not in {0, 1, 2} else []
        if "--json" in call and code == 0:
            wrong += [] if re.fullmatch("[ -~\n]*", plain.split("damaged")[0]) else ["not ASCII"]
        if wrong:
            found.append((call, wrong))
    return found


@pytest.mark.parametrize("place", ["terminal", "pipe"])
def test_every_command(project: Path, clean_env: dict[str, str], ledger: Ledger, place: str) -> None:
    """No command sends anything hostile of files, their names, the query or the environment."""
    calls = commands(project)
    env = {**clean_env, "TERM": "xterm-256color", "COLUMNS": "\u00b2" if place == "terminal" else "9" * 12}
    env["LC_ALL"] = f"C.UTF-8{EVIL[:9]}" if place == "pipe" else "C.UTF-8"
    if place == "pipe":
        calls = [call for call in calls[3:] if call[0] in {"search", "show", "status", "verify"}]
        ended = in_pipe(calls, project, env)
    else:
        ended = on_terminal(calls, project, env)
    wrong = wrongs(calls, ended)
    ledger("output", f"commands over hostile files, in a {place}", tried=len(calls), wrong=len(wrong))
    assert not wrong
    if place == "terminal":
        shown = dict(zip(map(tuple, calls), ended, strict=True))
        assert "\x1b[1;33m" in shown["search", "--fold", "poison"].shown
        assert sum(one.code == 0 for one in ended) >= 12


def test_mistakes_of_the_program(clean_env: dict[str, str], tmp_path: Path) -> None:
    """A warning of a library, a thread that fails and a traceback quote a document safely."""
    script = (
        "import sys, threading, warnings\n"
        "from coopsearch.search.cli.display.terminal import settle_streams\n"
        "settle_streams()\n"
        "evil = sys.argv[1]\n"
        "warnings.warn(evil)\n"
        "def fail(): raise RuntimeError(evil)\n"
        "class Lost:\n    def __del__(self): fail()\n"
        "Lost()\n"
        "one = threading.Thread(target=fail); one.start(); one.join()\n"
        "fail()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, f"told{EVIL}"],
        cwd=tmp_path,
        env=clean_env,
        capture_output=True,
        check=False,
    )
    shown = done.stderr.decode()
    assert shown.count("told") >= 4
    assert not faults(shown)
