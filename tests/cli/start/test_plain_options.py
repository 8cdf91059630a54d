"""The options of a search are read without Typer as Typer reads them, or are left to it."""

from __future__ import annotations

import contextlib
import inspect
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.core import TyperGroup

from coopsearch.search.cli.answers import search_command
from coopsearch.search.cli.answers.option_rows import SEARCH, Row
from coopsearch.search.cli.answers.plain_options import read
from coopsearch.search.cli.answers.searching import searched
from coopsearch.search.cli.app import app

KEYS: Final = {"query", *(row.key for row in SEARCH)}
NAMES: Final = sorted(name for row in SEARCH for name in row.names)
#: What stands on a command line and is odd in some way.
ODD: Final = (
    "", " ", "-", "--", "---", "-n", "-n5", "-n=5", "-n 5", "-n05", "-nabc", "-n٣", "-h", "-h5", "-help",
    "--help", "-x", "-tunisia", "--limi", "--limits", "--limit=", "--limit==5", "--all=1", "--no-all",
    "--json=", "+5", "1_0", "0", "1", "00012", "100000", "100001", "-1", "9999999999", "５", "1.0", "ABC",
    "تهريب", "\0", "\udcff", "=", "a=b", "--install-completion", "--show-completion", "--version", "-i",
    "search", "show",
)  # fmt: skip


@pytest.fixture(scope="module")
def group() -> Iterator[TyperGroup]:
    """The command, with a search that only tells what it was given."""
    found = typer.main.get_command(app)
    assert isinstance(found, TyperGroup)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_command, "searched", lambda **given: given)
        yield found


def by_typer(group: TyperGroup, args: Sequence[str]) -> dict[str, Any] | None:
    """Return what a search is given, None where Typer refuses the line or answers it itself."""
    command = group.commands["search"]
    try:
        with contextlib.redirect_stdout(io.StringIO()), command.make_context("search", list(args)) as context:
            given: dict[str, Any] = command.invoke(context)
    except (typer.TyperException, typer.Exit):
        return None
    assert given.pop("usual_translate") is None
    return given


def values(row: Row) -> st.SearchStrategy[str]:
    """Return values of an option, most of them good ones."""
    good = st.integers(row.low, row.high).map(str) if row.kind == "number" else st.text(max_size=5)
    return st.one_of(good, good, st.sampled_from(ODD), st.sampled_from(NAMES))


def given_as(row: Row) -> st.SearchStrategy[list[str]]:
    """Return ways to give an option."""
    name = st.sampled_from(row.names)
    if row.kind == "switch":
        return name.map(lambda one: [one])
    apart = st.tuples(name, values(row)).map(list)
    joined = st.tuples(name, values(row)).map(
        lambda one: [f"{one[0]}={one[1]}" if one[0].startswith("--") else "".join(one)]
    )
    return st.one_of(apart, apart, joined, name.map(lambda one: [one]))


PARTS: Final = st.one_of(
    st.sampled_from(SEARCH).flatmap(given_as),
    st.text(max_size=6).map(lambda one: [one]),
    st.sampled_from(ODD).map(lambda one: [one]),
)
LINES: Final = st.lists(PARTS, max_size=6).map(lambda parts: [arg for part in parts for arg in part])


@given(LINES)
def test_read_as_by_typer(group: TyperGroup, args: list[str]) -> None:
    """Whatever stands on the line: what is read without Typer is what Typer reads."""
    found = read(args)
    assert found is None or found == by_typer(group, args)


@given(st.lists(st.sampled_from(SEARCH), max_size=5), st.data())
def test_usual_lines_need_no_typer(group: TyperGroup, rows: list[Row], data: st.DataObject) -> None:
    """Good options in their usual forms, before and behind the words, are read without Typer."""
    args = ["smuggling"]
    for row in rows:
        one = [data.draw(st.sampled_from(row.names))]
        if row.kind == "number":
            one.append(str(data.draw(st.integers(row.low, row.high))))
        elif row.kind != "switch":
            one.append(data.draw(st.text("abc/é ق-", max_size=5)))
        if len(one) == 2 and one[0].startswith("--") and data.draw(st.booleans()):
            one = ["=".join(one)]
        args = [*one, *args] if data.draw(st.booleans()) else [*args, *one]
    args += data.draw(st.sampled_from([[], ["-tunisia"], ["--", "--all"]]))
    found = read(args)
    assert found is not None
    assert found == by_typer(group, args)


@pytest.mark.parametrize(
    "args",
    [
        [], ["--all"], ["a", "--help"], ["a", "-h"], ["a", "--nothing"], ["a", "-n"], ["a", "-n", "x"],
        ["a", "-n", "-1"], ["a", "--limit=100001"], ["a", "--page", "0"], ["a", "--all=yes"],
        ["a", "--limi", "3"],
    ],
)  # fmt: skip
def test_oddities_are_left_to_typer(args: list[str]) -> None:
    """Help, unknown options, missing values, numbers out of bounds and no query are none of its business."""
    assert read(args) is None


def test_one_list_of_options(group: TyperGroup) -> None:
    """The rows are all options that the command has, with the same names, defaults and bounds."""
    seen = {one.name: one for one in group.commands["search"].params}
    assert set(seen) - {"help"} == KEYS
    for row in SEARCH:
        option = seen[row.key]
        assert tuple(option.opts) == row.names
        assert option.default == row.initial
        if row.kind == "number":
            assert (getattr(option.type, "min", None), getattr(option.type, "max", None)) == (
                row.low,
                row.high,
            )
            assert isinstance(row.default, int)
            assert row.low <= row.default <= row.high


def test_all_reach_the_search() -> None:
    """What searches takes just what is read."""
    assert set(inspect.signature(searched).parameters) - {"usual_translate"} == KEYS


def test_neither_reads_an_index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Reading options is done without a look at any file."""
    monkeypatch.chdir(tmp_path)
    tmp_path.rmdir()
    assert read(["--index", "nowhere", "a"]) is not None
    assert search_command.search.__doc__
