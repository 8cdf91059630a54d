"""Each option of each command can be set in a file, and is in the documentation."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Final

import pytest
import typer
from typer.core import TyperGroup, TyperOption

from coopsearch.search.cli.app import app
from coopsearch.search.cli.commands import COMMANDS, module_of
from coopsearch.search.cli.defaults import Option, options_of, settings_of
from coopsearch.search.settings.files import read
from coopsearch.search.settings.values import GENERAL

#: Options that say what one call does, and stand in no file.
CALLS: Final = {"--help", "--index"}


@pytest.fixture(scope="module")
def group() -> TyperGroup:
    for command in COMMANDS:
        importlib.import_module(module_of(command))
    found = typer.main.get_command(app)
    assert isinstance(found, TyperGroup)
    return found


def every(group: TyperGroup) -> list[Option]:
    return [one for name in COMMANDS if name != "config" for one in options_of(group, name).values()]


def value_of(option: Option) -> Any:
    """Return a value other than the default."""
    if option.option.is_flag:
        return not option.option.default
    if option.is_text:
        return ["one"] if option.option.multiple else "one"
    low = getattr(option.option.type, "min", None) or 0
    return int(low) + 1


def as_toml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def test_none_is_forgotten(group: TyperGroup) -> None:
    """All options of all commands can be set, but for those that say what one call does."""
    settable = {(one.command, one.option.name) for one in every(group)}
    for name in COMMANDS:
        for one in group.commands[name].params:
            if isinstance(one, TyperOption) and not one.hidden and not CALLS & set(one.opts):
                assert name == "config" or (name, one.name) in settable


def test_each_can_be_set(group: TyperGroup, tmp_path: Path) -> None:
    """The user's file sets each of them; a project's file those that give no rights and name no place."""
    path = tmp_path / "coopsearch.toml"
    for option in every(group):
        value = value_of(option)
        path.write_text(f"[{option.command}]\n{option.key} = {as_toml(value)}\n", encoding="utf-8")
        options = options_of(group, option.command)
        found = settings_of(options, option.command, [read(path, own=True)])
        assert found[option.key].value == value, option.name
        if not option.is_own:
            assert settings_of(options, option.command, [read(path, own=False)]) != {}


def test_each_is_documented(group: TyperGroup, repo: Path) -> None:
    """The page on settings has a row for each of them, and a heading or a row for all else."""
    page = (repo / "docs" / "settings.md").read_text(encoding="utf-8")
    missing = [one.name for one in every(group) if f"| `{one.name}` |" not in page]
    assert missing == [], "run `python3 dev.py docs`"
    assert [name for name in GENERAL if f"`{name}`" not in page and f"[{name}]" not in page] == []
