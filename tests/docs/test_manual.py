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

from coopsearch.search.cli.app import COMMANDS, app, module_of

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
    text = MANUAL.read_text(encoding="utf-8").partition(f".SS coopsearch {name}\n")[2].partition("\n.SS ")[0]
    for one in command.params:
        for option in one.opts if one.param_type_name == "option" else ():
            assert option.replace("-", "\\-") in text, f"{name} {option}"


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
