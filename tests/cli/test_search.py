"""The answer as the command gives it: what is printed where, and with which exit code."""

from __future__ import annotations

import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import Ran, Run

KEYS = {"rank", "score", "path", "title", "language", "heading", "line", "page", "snippet", "matches"}


@pytest.fixture
def project(tmp_path: Path, repo: Path) -> Path:
    """A folder with the seeds."""
    shutil.copytree(repo / "seeds", tmp_path / "seeds")
    return tmp_path


def on_terminal(command: Sequence[str], arguments: Sequence[str], cwd: Path, env: dict[str, str]) -> str:
    """Run the command on a terminal of its own and return what that shows."""
    main, side = pty.openpty()
    done = subprocess.Popen([*command, *arguments], cwd=cwd, env=env, stdout=side, stderr=side, stdin=side)
    os.close(side)
    shown = b""
    while True:
        try:
            piece = os.read(main, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    done.wait()
    os.close(main)
    return shown.decode()


def test_seed_document(run: Run, project: Path) -> None:
    """The first question in a project builds the index, says so, and is answered with the sentence."""
    first = run("smuggling routes", cwd=project)
    assert first.code == 0
    assert len(first.err.splitlines()) == 2
    assert "building index_data from seeds" in first.err
    assert "seeds/000_f152cf9774ad5dba.txt:15" in first.out
    assert "This exchange involves sharing data related to *smuggling routes* and networks" in first.out
    assert "Information Exchange and Operational Strategies" in first.out
    assert "\x1b" not in first.out + first.err
    again = run("smuggling routes", cwd=project)
    assert (again.code, again.out, again.err) == (0, first.out, "1 of 1 document matches; 1 file searched\n")


def test_json(run: Run, project: Path) -> None:
    """JSON gives one object a hit, whose ranges are the words that matched as they stand."""
    done = run("--json", "migrants", "routes", cwd=project)
    (hit,) = done.objects()
    assert hit.keys() >= KEYS
    assert (hit["rank"], hit["shown"], hit["language"]) == (1, "seeds/000_f152cf9774ad5dba.txt", "en")
    words = [hit["snippet"][start:end] for start, end in hit["matches"]]
    assert words
    assert all(re.fullmatch(r"(?i)migra(nt|tion)s?|routes?", word) for word in words)


SEED = "seeds/000_f152cf9774ad5dba.txt"


@pytest.mark.parametrize(
    ("arguments", "code", "out", "err"),
    [
        (["search", "index"], 1, "", "no match in 1 document; 1 file searched\n"),
        (["zyzzyva"], 1, "", "no match in 1 document; 1 file searched\n"),
        (["-n", "0", "smuggling"], 0, "", "1 of 1 document matches; 1 file searched\n"),
        (["-n0", "smuggling"], 0, "", "1 of 1 document matches; 1 file searched\n"),
        (
            ["smuggling", "-tunisia"],
            1,
            "",
            (
                "no match in 1 document; 1 file searched\n"
                "  smuggling: 1 document\n  -tunisia: forbids 1 document\n"
                f"  without -tunisia: 1 document, best {SEED}\n"
            ),
        ),
        (["smuggling", "-n", "0", "-zyzzyva"], 0, "", "1 of 1 document matches; 1 file searched\n"),
        (
            ["-n0", "smuggling", "zyzzyva"],
            0,
            "",
            "1 of 1 document matches; 0 hold all words; 1 file searched\n  zyzzyva: in no document\n",
        ),
        (
            ["--all", "smuggling", "zyzzyva"],
            1,
            "",
            (
                "no match in 1 document; 1 file searched\n  smuggling: 1 document\n  zyzzyva: no document\n"
                f"  without zyzzyva: 1 document, best {SEED}\n"
            ),
        ),
        (["-n0", "smuggling routes"], 0, "", "1 of 1 document matches; 1 file searched\n"),
        (["-n0", "--", "-zyzzyva"], 0, "", "1 of 1 document matches; 1 file searched\n"),
        (["-n0", "maritime", "land borders"], 0, "", "1 of 1 document matches; 1 file searched\n"),
        (
            ["maritime land", "AND", "zyzzyva"],
            1,
            "",
            (
                "no match in 1 document; 1 file searched\n"
                '  "maritime land": no document\n  zyzzyva: no document\n'
            ),
        ),
        (["--json", "zyzzyva"], 1, "", ""),
        (
            ["--explain", "-n0", "=routes"],
            0,
            "",
            "word routes: exactly routes (1)\n1 of 1 document matches; 1 file searched\n",
        ),
    ],
)
def test_table(run: Run, project: Path, arguments: list[str], code: int, out: str, err: str) -> None:
    """Each call ends with the code and prints the lines beside it."""
    run("index", "--quiet", cwd=project)
    assert run(*arguments, cwd=project) == Ran(code, out, err)


@pytest.mark.parametrize(
    "arguments", [["--nonsense", "x"], ["-n", "many", "x"], ["-n", "-1", "x"], ["search"], ["x", "--index"]]
)
def test_usage(run: Run, project: Path, arguments: list[str]) -> None:
    """A wrong call is told in one line and ends with 2."""
    done = run(*arguments, cwd=project)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)


def test_help(run: Run) -> None:
    """With --help the command explains itself, and where to go without arguments; --version is a number."""
    assert "coopsearch index" in run("--help").out
    assert "coopsearch --help" in run().out
    assert run("--version").out.startswith("coopsearch 0.")


def test_colour(run: Run, command: Sequence[str], clean_env: dict[str, str], project: Path) -> None:
    """Colour is for a terminal that wants it: none in a pipe, none with NO_COLOR."""
    run("index", "--quiet", cwd=project)
    assert "\x1b" not in run("smuggling", cwd=project, env={"TERM": "xterm"}).out
    shown = on_terminal(command, ["smuggling"], project, {**clean_env, "TERM": "xterm"})
    assert "\x1b[1;33msmuggling\x1b[0m" in shown
    shown = on_terminal(command, ["smuggling"], project, {**clean_env, "TERM": "xterm", "NO_COLOR": "1"})
    assert "\x1b" not in shown
    assert "*smuggling*" in shown


def test_control_characters(run: Run, project: Path) -> None:
    """No control character or direction override of a document, its name or an error reaches the terminal."""
    evil = "\x1b]0;owned\x07 \x1b[31m \x9b31m \u202etxt.exe\u202c \u2066x\u2069 \x08\x7f"
    text = f"Poison {evil} title\n\npoison {evil} text"
    (project / "seeds" / "bad\x1b[2J\u202e.txt").write_text(text, encoding="utf-8")
    (project / "seeds" / "broken\x1b[2J.txt").write_bytes(b"\x7fELF\0\0\0\1")
    done = run("index", cwd=project)
    assert done.code == 2
    unsafe = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
    for ran in (done, run("index", "--json", cwd=project), run("poison", cwd=project),
                run("--json", "poison", cwd=project), run("foo\x1b[2J:bar", cwd=project)):  # fmt: skip
        assert not unsafe.search(ran.out + ran.err)
    (hit,) = run("--json", "poison", cwd=project).objects()
    assert "\x1b[2J" in hit["shown"]


def test_broken_pipe(command: Sequence[str], clean_env: dict[str, str], project: Path) -> None:
    """A reader that stops reading is not an error and causes no message."""
    for number in range(400):
        text = f"smuggling {number} {'word ' * 60}"  # more than a pipe holds
        (project / "seeds" / f"{number}.txt").write_text(text, encoding="utf-8")
    subprocess.run([*command, "index", "-q"], cwd=project, env=clean_env, check=True)
    with subprocess.Popen(
        [*command, "-n", "400", "smuggling"],
        cwd=project,
        env=clean_env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as done:
        assert done.stdout is not None
        assert done.stderr is not None
        done.stdout.readline()
        done.stdout.close()
        assert done.stderr.read() == b""
    assert done.returncode == 0


def test_ascii_terminal(run: Run, project: Path) -> None:
    """Where the terminal has no Unicode, letters are escaped and nothing fails."""
    (project / "seeds" / "a.txt").write_text("التعاون بين البلدين", encoding="utf-8")
    run("index", "-q", cwd=project)
    done = run("التعاون", cwd=project, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.code == 0
    assert "\\u0627" in done.out


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C", "LANG": None}, {"LC_ALL": "POSIX"}, {"LC_ALL": "C.UTF-8"}]
)
def test_locales(run: Run, project: Path, locale: dict[str, str | None]) -> None:
    """A word of another script is found and printed in every locale."""
    (project / "seeds" / "a.txt").write_text("التعاون بين البلدين", encoding="utf-8")
    done = run("التعاون", cwd=project, env=locale)
    assert done.code == 0
    assert "*التعاون*" in done.out


@pytest.mark.parametrize(
    ("shell", "ends"),
    [
        ("smuggling > /dev/full", (2, 1)),
        ("--json smuggling > /dev/full", (2, 1)),
        ("index > /dev/full", (2, 1)),
        ("smuggling >&-", (0, 1)),
        ("--json smuggling >&-", (0, 0)),
        ("index --json >&-", (0, 0)),
        ("smuggling 2>&- >/dev/null", (0, 0)),
        ("zyzzyva 2>&-", (1, 0)),
        ("'(' 2>&-", (2, 0)),
    ],
)
def test_broken_streams(
    run: Run,
    command: Sequence[str],
    clean_env: dict[str, str],
    project: Path,
    shell: str,
    ends: tuple[int, int],
) -> None:
    """A full disk is an error in one line; a closed stream is nobody listening."""
    run("index", "--quiet", cwd=project)
    done = subprocess.run(
        ["sh", "-c", f"{shlex.join(command)} {shell}"],
        cwd=project,
        env=clean_env,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert (done.returncode, len(done.stderr.splitlines())) == ends


def test_matches_are_the_words(run: Run, project: Path) -> None:
    """The ranges of each hit are its words as they stand, counted in characters, whatever stands before."""
    (project / "seeds" / "a.txt").write_text("𝒜 ﷺ́ été: Zander's zanders, ZANDER; pike", encoding="utf-8")
    run("index", "--quiet", cwd=project)
    (hit,) = run("--json", "zander", cwd=project).objects()
    words = [hit["snippet"][start:end] for start, end in hit["matches"]]
    assert len(words) == 3
    assert all(word.lower().startswith("zander") for word in words)


def test_interrupted_first_build(command: Sequence[str], clean_env: dict[str, str], project: Path) -> None:
    """Ctrl-C in the build that a first question starts ends it with 130 and one word, no traceback."""
    for number in range(300):
        # Words that no two files share: each is new, so the build takes seconds.
        letters = "".join(chr(97 + int(digit)) for digit in str(number))
        words = [f"{letters}z{chr(97 + one // 26)}{chr(97 + one % 26)}" for one in range(26 * 26)]
        (project / "seeds" / f"{number}.txt").write_text(f"smuggling {' '.join(words)}", encoding="utf-8")
    with subprocess.Popen(
        [*command, "smuggling"], cwd=project, env=clean_env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as asked:
        assert asked.stderr is not None
        assert b"building" in asked.stderr.readline()
        time.sleep(0.4)
        asked.send_signal(signal.SIGINT)
        rest = asked.stderr.read()
    assert asked.returncode == 130
    assert b"Traceback" not in rest
    assert b"interrupted" in rest


def test_deleted_working_directory(
    run: Run, command: Sequence[str], clean_env: dict[str, str], project: Path
) -> None:
    """In a folder that was deleted under the shell, an index named in full still answers."""
    run("index", "--quiet", cwd=project)
    for option, code in ((f"--index {shlex.quote(str(project / 'index_data'))}", 0), ("", 2)):
        (project / "gone").mkdir()
        script = f"cd gone && rmdir $OLDPWD/gone && {shlex.join(command)} -n0 smuggling {option}"
        done = subprocess.run(
            ["sh", "-c", script],
            cwd=project,
            env=clean_env,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode, len(done.stderr.splitlines())) == (code, 1), done.stderr
