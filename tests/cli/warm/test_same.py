"""A command that the resident process runs gives the same bytes and exit code as one that runs alone."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.cli.terminal import Shows, shows
from tests.cli.warm.resident import Resident
from tests.conftest import Run

__all__ = ["shows"]


class Case(NamedTuple):
    """A command, and what is around it."""

    arguments: list[str | bytes]
    env: dict[str, str | None] = {}  # noqa: RUF012 - never changed
    input: str | bytes | None = None
    warm: bool = True
    """Whether it is of those that the resident process runs."""


CASES: Final = [
    Case(["smuggling"]),
    Case(["smuggling routes"]),
    Case(["search", "--all", "smuggling", "coast"]),
    Case(["--json", "smuggling"]),
    Case(["--explain", "smuggling", "-n", "2"]),
    Case(["--csv", "smuggling"]),
    Case(["--paths", "smuggling"]),
    Case(["smuggling", "--facet", "lang", "--facet", "year"]),
    Case(["smuggling", "--sort", "newest", "--group", "folder"]),
    Case(["تهريب"]),
    Case(["réseaux de passeurs", "--lang", "fr"]),
    Case(["date:last year smuggling"]),
    Case(["~Hadad"]),
    Case(["smugg*", "-n", "1"]),
    Case(["a word that no document holds: qwxzj"]),
    Case(["qwxzj", "--why-not", "reports/2018/coast.html"]),
    Case(["smuggling", "--translate", "no"]),
    Case(["(smuggling"]),
    Case(["smuggling", "--no-such-option"]),
    Case(["smuggling", "-n", "many"]),
    Case(["smuggling", "--index"]),
    Case(["smuggling", "--index", "nowhere"]),
    Case(["indx"]),
    Case([b"\xff\xfe smuggling"]),
    Case([""]),
    Case(["--"]),
    Case([]),
    Case(["--help"]),
    Case(["--version"]),
    Case(["search", "--help"]),
    Case(["status", "--help"]),
    Case(["show", "1"]),
    Case(["show", "reports/2018/coast.html", "smuggling"]),
    Case(["show", "reports/2018/coast.html", "--json"]),
    Case(["show", "999"]),
    Case(["show", "no-such-file.txt"]),
    Case(["cite", "1"]),
    Case(["cite", "reports/2018/coast.html", "--style", "bibtex"]),
    Case(["similar", "reports/2018/coast.html"]),
    Case(["names"]),
    Case(["batch", "-"], input="smuggling\nnothing of that kind\n"),
    Case(["batch", "-"], input=b"smuggling\r\n\xff\r"),
    Case(["batch", "-"], input=""),
    Case(["batch", "/dev/stdin"], input="smuggling\n"),
    Case(["batch", "/proc/self/fd/0"], input="smuggling\n", warm=False),
    Case(["news"]),
    Case(["save", "--list"]),
    Case(["mark", "--list"]),
    Case(["status"]),
    Case(["status", "--json"]),
    Case(["config"]),
    Case(["export", "smuggling"]),
    Case(["smuggling"], env={"COLUMNS": "30"}),
    Case(["smuggling"], env={"HOME": None}),
    # Python itself is another one there.
    Case(["smuggling"], env={"LANG": "C", "LC_ALL": "C"}, warm=False),
    Case(["smuggling"], env={"TZ": "Asia/Tokyo"}),
    Case(["status"], env={"TZ": "America/Lima"}),
    Case(["smuggling"], env={"COOPSEARCH_INDEX": "/nowhere/at/all"}),
    Case(["smuggling"], env={"COOPSEARCH_CONFIG": "/nowhere.toml"}),
    Case(["smuggling", "--no-such-option"], env={"COOPSEARCH_DEBUG": "1"}),
    Case(["smuggling"], env={"PYTHONIOENCODING": "ascii"}, warm=False),
    Case(["smuggling"], env={"PYTHONHASHSEED": "7"}, warm=False),
    Case(["smuggling"], env={"_COOPSEARCH_COMPLETE": "complete_bash", "COMP_WORDS": "x s"}, warm=False),
    Case(["lexicon", "list"], warm=False),
    Case(["verify"], warm=False),
    Case(["desk", "where"], warm=False),
    Case(["-i"], warm=False),
    Case(["review", "smuggling"], warm=False),
    Case(["open", "1", "--print"], warm=False),
    Case(["index", "--help"], warm=False),
]
ALONE: Final = {"COOPSEARCH_WARM": "no"}
#: What is never the same twice: how long it took, how long ago, and the name of a new citation.
_TIME: Final = re.compile(
    r"\b\d+(\.\d+)? (ms|s|seconds?)\b( ago)?|\"at\": [\d.]+|:[0-9a-f]{12}\b|\d\dT[\d:]+Z"
)


def _told(text: str) -> str:
    return _TIME.sub("TIME", text)


def name_of(case: Case) -> str:
    """Return what a case is called."""
    words = [os.fsdecode(one) for one in case.arguments]
    return " ".join(
        ascii(one)[1:-1] for one in [*words, *(f"{name}={value}" for name, value in case.env.items())]
    )


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_same(run: Run, warm: Resident, reports: Path, case: Case) -> None:
    """The output, the errors and the exit code are the same, and it was the process that ran it, or not."""
    env = {**warm.env, **case.env}
    if case.arguments[:1] in (["show"], ["cite"], ["open"]):
        run("smuggling", cwd=reports, env={**warm.env, **ALONE})
    alone = run(*case.arguments, cwd=reports, env={**env, **ALONE}, input=case.input)
    before = warm.done()
    found = run(*case.arguments, cwd=reports, env=env, input=case.input)
    assert warm.done() - before == int(case.warm)
    assert found.code == alone.code
    assert _told(found.err) == _told(alone.err)
    assert _told(found.out) == _told(alone.out)


@pytest.mark.parametrize("folder", ["gone", "unreadable", "empty"])
def test_same_in_any_folder(run: Run, warm: Resident, tmp_path: Path, folder: str) -> None:
    """A working directory that was removed, or holds nothing, is what it is for a command alone."""
    place = tmp_path / folder
    place.mkdir(0o300 if folder == "unreadable" else 0o700)
    script = 'rmdir "$PWD"; exec "$@"' if folder == "gone" else 'exec "$@"'
    told = []
    for env in (ALONE, {}):
        place.mkdir(exist_ok=True)
        done = subprocess.run(
            ["sh", "-c", script, "sh", *warm.command, "smuggling"],
            cwd=place, env={**warm.env, **env}, capture_output=True, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        told.append((done.returncode, done.stdout, done.stderr))
    assert told[0] == told[1]
    assert told[0][0] == 2


TERMINAL: Final[list[tuple[list[str], dict[str, Any]]]] = [
    (["smuggling"], {}),
    (["smuggling"], {"columns": 40}),
    (["smuggling"], {"columns": 300, "rows": 200}),
    (["smuggling", "--no-pager"], {}),
    (["smuggling"], {"env": {"NO_COLOR": "1"}}),
    (["smuggling"], {"env": {"TERM": "dumb"}}),
    (["smuggling"], {"env": {"COLUMNS": "50"}}),
    (["smuggling"], {"env": {"COOPSEARCH_HYPERLINKS": "1"}}),
    (["smuggling"], {"env": {"PAGER": "sed s/^/PAGED:/"}}),
    (["smuggling"], {"env": {"PAGER": "sh -c 'cat; stty size'"}}),
    (["smuggling"], {"env": {"PAGER": "sh -c 'cat >/dev/tty; echo to the terminal >/dev/tty'"}}),
    (["smuggling"], {"env": {"PAGER": "head -c 10"}}),
    (["smuggling"], {"env": {"PAGER": "false"}}),
    (["smuggling"], {"env": {"PAGER": "no-such-pager"}}),
    (["smuggling"], {"env": {"PAGER": "/etc/hostname"}}),
    (["show", "reports/2018/coast.html"], {"rows": 5, "env": {"PAGER": "less"}, "keys": b"q"}),
    (["(smuggling"], {}),
    (["status"], {}),
    ([], {}),
]


@pytest.mark.parametrize(("arguments", "options"), TERMINAL, ids=lambda one: str(one)[:60])
def test_same_on_a_terminal(
    shows: Shows, warm: Resident, reports: Path, arguments: list[str], options: dict[str, Any]
) -> None:
    """Colours, width, links and the pager are those of the terminal of who asks."""
    rest = {name: value for name, value in options.items() if name != "env"}
    env = {**warm.env, **options.get("env", {})}
    before = warm.done()
    told = [shows(*arguments, cwd=reports, env={**env, **more}, **rest) for more in (ALONE, {})]
    assert _told(told[1]) == _told(told[0])
    assert warm.done() == before + 1


@pytest.mark.parametrize(
    "line",
    ["$C smuggling | true", "$C smuggling --json | head -c 5", "$C names | head -n 1", "$C --help | true"],
)
def test_same_into_a_closed_pipe(warm: Resident, reports: Path, line: str) -> None:
    """Who stops reading ends the command as it would alone: quietly, with the same exit code."""
    told = []
    for env in (ALONE, {}):
        done = subprocess.run(
            ["bash", "-c", f"{line.replace('$C', ' '.join(warm.command))}; echo ${{PIPESTATUS[0]}}"],
            cwd=reports, env={**warm.env, **env}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        told.append((done.stdout, done.stderr))
    assert told[0] == told[1]


def test_the_last_answer_is_that_of_the_session(run: Run, warm: Resident, reports: Path) -> None:
    """A number means a hit of what was asked last here, whoever ran it."""
    for first, second in ((ALONE, {}), ({}, ALONE), ({}, {})):
        run("réseaux", cwd=reports, env={**warm.env, **ALONE})
        run("smuggling coast", cwd=reports, env={**warm.env, **first})
        assert "Findings" in run("show", "1", cwd=reports, env={**warm.env, **second}).out


def test_a_umask_holds(warm: Resident, reports: Path, tmp_path: Path) -> None:
    """A file that a command makes has the rights that its caller leaves."""
    script = 'umask $1; shift; exec "$@"'
    for umask, mode in (("077", 0o600), ("022", 0o644), ("002", 0o664)):
        path = tmp_path / f"found-{umask}.html"
        subprocess.run(
            ["sh", "-c", script, "sh", umask, *warm.command, "export", "smuggling", "-o", str(path)],
            cwd=reports, env=warm.env, check=True, capture_output=True,
        )  # fmt: skip
        assert path.stat().st_mode & 0o777 == mode


def test_a_closed_stream(warm: Resident, reports: Path) -> None:
    """A command without one of its streams runs the ordinary way."""
    before = warm.done()
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&- 2>&-', "sh", *warm.command, "smuggling"],
        cwd=reports, env=warm.env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert "coast.html" in done.stdout
    assert warm.done() == before
