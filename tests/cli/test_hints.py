"""A first word that was meant as a command gets a hint, and its answer all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from coopsearch.indexer import sync
from coopsearch.search.cli.commands import COMMANDS
from coopsearch.search.cli.hints import hint
from tests.conftest import Run


@pytest.mark.parametrize(
    ("args", "found", "said"),
    [
        (["help"], False, "`coopsearch --help`"),
        (["help"], True, "`coopsearch --help`"),
        (["help", "refugees"], True, "`coopsearch --help`"),
        (["help", "refugees", "at", "sea"], True, ""),
        (["history"], False, "there is no command 'history'"),
        (["list"], False, "coopsearch status"),
        (["tag", "3"], True, "coopsearch mark 3"),
        (["notes"], False, "`coopsearch mark --list`"),
        (["serach", "boats"], True, "did you mean `coopsearch search`?"),
        (["idnex"], True, "did you mean `coopsearch index`?"),
        (["statsu"], False, "did you mean `coopsearch status`?"),
        (["indx"], False, "did you mean `coopsearch index`?"),
        (["indx"], True, ""),
        (["match"], True, ""),
        (["research"], False, ""),
        (["boats"], False, ""),
        (["help wanted"], False, ""),
        (["Help"], False, ""),
        (["réfugiés"], False, ""),
        (["-n0", "help"], False, ""),
        (["title:help"], False, ""),
        (["مساعدة"], False, ""),
    ],
)
def test_hint(args: list[str], found: bool, said: str) -> None:
    """Verbs and words with two letters turned are always told, other mistakes where nothing is found."""
    told = hint(args, COMMANDS, found=found)
    assert said in told
    assert bool(told) == bool(said)


def test_command(run: Run, tmp_path: Path) -> None:
    """The hint is a line on stderr behind the answer, which is what it was, and so is the exit code."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("We ask for help.\n", encoding="utf-8")
    sync([tmp_path / "docs"], tmp_path / "index_data")
    ran = run("help", "--json", cwd=tmp_path)
    assert (ran.code, len(ran.objects())) == (0, 1)
    assert ran.err == (
        "hint: there is no command 'help', so it was searched for; `coopsearch --help` lists the commands\n"
    )
    ran = run("idnex", "-n0", cwd=tmp_path)
    assert ran.code == 1
    assert ran.err.splitlines()[-1].endswith("did you mean `coopsearch index`?")
    assert "hint" not in run("ask", cwd=tmp_path).err


def test_help_of_the_command(run: Run, tmp_path: Path) -> None:
    """A mistake in the options of a command points to the help of that command."""
    for arguments, named in (
        (["show"], "show"),
        (["mark", "1", "-x"], "mark"),
        (["boats", "--nosuch"], "search"),
    ):
        done = run(*arguments, cwd=tmp_path)
        assert (done.code, f"(see `coopsearch {named} --help`)" in done.err) == (2, True), done.err
