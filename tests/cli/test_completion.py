"""What a shell is offered when Tab is pressed."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from coopsearch.search.cli.commands import COMMANDS, OPTIONS
from coopsearch.search.cli.completion import insert_command
from tests.conftest import Run

VARIABLE = "_COOPSEARCH_COMPLETE"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, command: Sequence[str]) -> Path:
    """A folder with an index of two languages, and fields and saved searches of which one is a trap."""
    tmp_path = tmp_path_factory.mktemp("completion")
    (tmp_path / "index_data").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("The boats crossed the sea at night.", encoding="utf-8")
    (tmp_path / "docs" / "b.txt").write_text("Les bateaux ont traversé la mer.", encoding="utf-8")
    (tmp_path / "docs" / "c.jsonl").write_text(
        '{"text": "a case of the court", "country": "tn", "$(touch x)": "y"}\n', encoding="utf-8"
    )
    for words in (
        ["index", "-q", "docs"],
        ["save", "crossings", "boats"],
        ["save", "قوارب", "boats"],
        ["save", "$(touch x)", "boats"],
        ["mark", "docs/a.txt", "follow-up"],
    ):
        place = ["--index", "index_data"]
        subprocess.run([*command, *words, *place], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    return tmp_path


#: What stands on the line, what is asked for last, and some of what is to be offered.
LINES = [
    ("ind", ["index"]),
    ("smuggling --so", ["--sort"]),
    ('"smuggling routes" --why', ["--why-not"]),
    ("--fac", ["--facet"]),
    ("search --sort ne", ["newest"]),
    ("--sort old", ["oldest"]),
    ("boats --facet coun", ["country"]),
    ("boats ti", ["title:"]),
    ("boats --lang f", ["fr"]),
    ("boats --type js", ["json"]),
    ("export boats x.html --type t", ["txt"]),
    ("boats --group y", ["year"]),
    ("boats --tag fol", ["follow-up"]),
    ("save x y --tag see", ["seen"]),
    ("news cro", ["crossings"]),
    ("news قو", ["قوارب"]),
    ("news $", []),
    ("save --remove cross", ["crossings"]),
    ("watch --alert-for cros", ["crossings"]),
    ("cite --style bib", ["bibtex"]),
    ("status --state no", ["no-text"]),
    ("config search.li", ["search.limit"]),
    ("index --group y", []),
    ("index --reb", ["--rebuild"]),
    ("--vers", ["--version"]),
    ("zzz", []),
    ("boats --facet $", []),
]


@pytest.mark.parametrize(("line", "offered"), LINES)
@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
def test_offered(run: Run, folder: Path, shell: str, line: str, offered: list[str]) -> None:
    """Commands, options and values are offered, also behind a query, which needs no command."""
    words = line.replace('"smuggling routes"', "x").split()
    env = {VARIABLE: f"complete_{shell}"}
    if shell == "bash":
        env |= {"COMP_WORDS": f"coopsearch {line}".replace(" ", "\n"), "COMP_CWORD": str(len(words))}
        env["COMP_WORDS"] = env["COMP_WORDS"].replace('"smuggling\nroutes"', '"smuggling routes"')
    else:
        env |= {"_TYPER_COMPLETE_ARGS": f"coopsearch {line}", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    done = run(cwd=folder, env=env)
    assert done.err == ""
    for one in offered:
        assert one.replace(":", "\\\\:" if shell == "zsh" else ":") in done.out
    if not offered:
        assert done.out.strip() in {"", "_files"}


def test_nothing_to_run(run: Run, folder: Path) -> None:
    """A name that a document brought and a shell could take for a command is not offered."""
    env = {VARIABLE: "complete_bash", "COMP_WORDS": "coopsearch\nboats\n--facet\n", "COMP_CWORD": "3"}
    done = run(cwd=folder, env=env)
    assert "country" in done.out.split()
    assert "touch" not in done.out


def test_without_an_index(run: Run, tmp_path: Path) -> None:
    """Where no index is, options are offered and values are not; nothing is said and nothing fails."""
    env = {VARIABLE: "complete_bash", "COMP_WORDS": "coopsearch\nboats\n--facet\n", "COMP_CWORD": "3"}
    done = run(cwd=tmp_path, env=env)
    assert (done.out.strip(), done.err) == ("", "")
    env = {VARIABLE: "complete_bash", "COMP_WORDS": "coopsearch\ncite\n--style\n", "COMP_CWORD": "3"}
    assert "csl-json" in run(cwd=tmp_path, env=env).out.split()


@pytest.mark.parametrize(
    ("line", "command", "after"),
    [
        ("coopsearch ", "", "coopsearch "), ("coopsearch", "", "coopsearch"), ("", "", ""),
        ("coopsearch boats ", "search", "coopsearch search boats "),
        ("coopsearch index ", "index", "coopsearch index "), ("coopsearch inde", "", "coopsearch inde"),
        ("coopsearch --vers", "", "coopsearch --vers"),
        ("coopsearch --all x", "search", "coopsearch search --all x"),
    ],
)  # fmt: skip
def test_command_in_between(line: str, command: str, after: str) -> None:
    """A query gets the command that it needs not be typed with, and what is a command stays."""
    environment = {"_TYPER_COMPLETE_ARGS": line}
    assert insert_command(environment, COMMANDS, OPTIONS) == command
    assert environment["_TYPER_COMPLETE_ARGS"] == after
