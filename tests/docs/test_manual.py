"""The manual page names every command and option, and acts on no terminal."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from coopsearch.search.cli.app import app
from coopsearch.search.cli.commands import COMMANDS, module_of

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "coopsearch.1"


def commands() -> dict[str, Any]:
    for name in COMMANDS:
        importlib.import_module(module_of(name))
    group: Any = get_command(app)
    assert set(group.commands) == set(COMMANDS)
    return dict(group.commands)


@pytest.mark.parametrize("name", COMMANDS)
def test_documented(name: str) -> None:
    """Each command says what it does, and so does each of its options and arguments."""
    command = commands()[name]
    assert command.help
    assert command.epilog
    for one in command.params:
        assert one.help, f"{name}: {one.name} has no help"
    head = f".SS coopsearch {name}\n".replace("-", "\\-")
    text = MANUAL.read_text(encoding="utf-8").partition(head)[2].partition("\n.SS ")[0]
    for one in command.params:
        for option in one.opts if one.param_type_name == "option" else ():
            assert option.replace("-", "\\-") in text, f"{name} {option}"


@pytest.mark.parametrize("name", COMMANDS)
def test_examples(name: str) -> None:
    """The help of each command has an example that calls it, with options that it has."""
    command = commands()[name]
    said = re.search(r"Examples?: (.+?)\. [A-Z]|Examples?: (.+?)\.$", command.epilog)
    assert said is not None, f"{name}: no example"
    examples = re.split(r"; |, then ", said[1] or said[2])
    calls = {"search": "coopsearch ", "interactive": "coopsearch -i"}
    assert any(calls.get(name, f"coopsearch {name}") in example for example in examples)
    options = {option for one in command.params for option in one.opts}
    for example in (one for one in examples if calls.get(name, f"coopsearch {name}") in one):
        # What a pipe or quotes hold is of another program.
        call = re.sub(r"""(['"]).*?\1""", "", re.split(r" [|>] ", example)[0])
        # A query may leave a word out: -tunisia.
        given = re.findall(r" (--[\w-]+|-\w)(?=[ =]|$)", call)
        assert set(given) <= options | {"-i"}, example


def test_formatted() -> None:
    """It is formatted without a warning, where the program for that is installed."""
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed")
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", MANUAL], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stderr == ""
    plain = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)
    assert "coopsearch QUERY..." in plain
