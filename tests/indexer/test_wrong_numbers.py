"""A number or a switch that makes no sense is refused before anything is done, NaN among them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coopsearch.indexer import Limits, files, purge, status, sync, watch
from coopsearch.search import SettingsError, open_index
from tests.conftest import Run

#: What is no number, though Python takes some of it for one.
NO_NUMBERS = (True, "5", None, [5], 5j, b"5")
NAN, INFINITE = float("nan"), float("inf")
TIMES: dict[str, tuple[Callable[[Path, Any], object], tuple[float, ...]]] = {
    "sync wait": (lambda index, value: sync((), index, wait=value), (NAN, -1, -INFINITE, -(10**400))),
    "purge wait": (lambda index, value: purge(["a.txt"], index, wait=value), (NAN, -0.5, -INFINITE)),
    "watch poll": (
        lambda index, value: watch((), index, poll=value),
        (NAN, INFINITE, 0, 0.05, -1, 1e10, 10**400),
    ),
    "status deadline": (lambda index, value: status(index, deadline=value), (NAN, -1, -INFINITE)),
    "limit seconds": (
        lambda index, value: sync((), index, limits=Limits(seconds=value)),
        (NAN, INFINITE, 0, -1, 1e12),
    ),
}


@pytest.mark.parametrize("name", TIMES)
def test_times_that_make_no_sense(project: Path, name: str) -> None:
    """A length of time that is NaN, or beyond its bounds, is refused before anything is done."""
    give, wrong = TIMES[name]
    option = name.partition(" ")[2]
    before = contents(project)
    for value in wrong:
        with pytest.raises(SettingsError, match=rf"{option} is .*; it must be a number of seconds"):
            give(project / "index_data", value)
    for other in NO_NUMBERS:
        if not (other is None and name == "watch poll"):
            with pytest.raises(TypeError, match=rf"{option} is a number of seconds, not "):
                give(project / "index_data", other)
    assert contents(project) == before


def limited(name: str) -> Callable[[Path, Any], object]:
    """Return a run within a limit."""
    return lambda index, value: sync((), index, limits=Limits(**{name: value}))


COUNTS: dict[str, tuple[Callable[[Path, Any], object], tuple[float, ...]]] = {
    "max_size": (lambda index, value: sync((), index, max_size=value), (0, -1, 2**32 + 1, 10**400)),
    "workers": (lambda index, value: sync((), index, workers=value), (0, -1, 65, 10**9)),
    **{name: (limited(name), (0, -1, 2**63)) for name in Limits._fields if name != "seconds"},
    "search": (lambda index, value: asked(index, "search", value), (-1, 100_001, 10**400)),
    "rank": (lambda index, value: asked(index, "rank", value), (-1, 100_001)),
    "similar": (lambda index, value: asked(index, "similar", value), (-1, 100_001)),
}


def asked(folder: Path, method: str, limit: Any) -> object:
    """Ask an index for so many hits."""
    with open_index(folder) as index:
        return getattr(index, method)(
            folder.parent / "docs" / "a.txt" if method == "similar" else "a", limit=limit
        )


@pytest.mark.parametrize("name", COUNTS)
def test_counts_that_make_no_sense(project: Path, name: str) -> None:
    """A number of things that is beyond its bounds, or is not whole, is refused before anything is done."""
    give, wrong = COUNTS[name]
    before = contents(project)
    for value in (*wrong, NAN, INFINITE, -INFINITE, 2.5, 5.0):
        with pytest.raises(SettingsError, match=r" is .*; it must be (a whole number )?from [01] to [\d,]+$"):
            give(project / "index_data", value)
    for other in NO_NUMBERS:
        # None is as many as there are: hits, or workers.
        if not (other is None and name in {"workers", "search", "rank", "similar"}):
            with pytest.raises(TypeError, match="is a whole number, not "):
                give(project / "index_data", other)
    assert contents(project) == before


def contents(folder: Path) -> dict[Path, bytes]:
    """Return what each file of a folder holds."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_left_out(project: Path) -> None:
    """The bounds themselves are taken, and a wait without end ends when the index is free."""
    report = sync(
        (), project / "index_data", wait=INFINITE, max_size=2**32, workers=1, limits=Limits(seconds=1)
    )
    assert (report.unchanged, report.failed) == (2, ())
    assert sync((), project / "index_data", wait=0).unchanged == 2
    assert status(project / "index_data", deadline=INFINITE).changed is not None


@pytest.mark.parametrize("option", ["rebuild", "ocr", "group"])
def test_switches(project: Path, option: str) -> None:
    """What is neither True nor False is refused where a switch is meant: "no" would count as True."""
    before = contents(project)
    for wrong in ("no", "eng", 1, 0, "", [], *(() if option != "rebuild" else (None,))):
        with pytest.raises(TypeError, match=f"{option} is True or False, not "):
            sync((), project / "index_data", **{option: wrong})
    assert contents(project) == before


def test_limits_of_another_type(project: Path) -> None:
    """Limits are a ``Limits``: the bounds of archives alone, or a dictionary, are not."""
    for wrong in (Limits().bounds, {"seconds": 5}, 5, "seconds=5", ()):
        with pytest.raises(TypeError, match="limits is a Limits, not "):
            sync((), project / "index_data", limits=wrong)  # type: ignore[arg-type]


def test_states_of_files(project: Path) -> None:
    """A state that there is not is refused with those there are, and not answered by no file."""
    for wrong in ("indexd", "", "no-text", 5):
        with pytest.raises(
            SettingsError, match="is not a state of a file; there are: indexed, in part, no text"
        ):
            files(wrong, project / "index_data")  # type: ignore[arg-type]
    assert len(files("indexed", project / "index_data")) == len(files(None, project / "index_data")) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["index", "--wait", "nan"],
        ["purge", "docs/a.txt", "--wait", "nan"],
        ["watch", "--poll", "nan"],
        ["watch", "--poll", "inf"],
        ["watch", "--poll", "1e300"],
    ],
    ids=" ".join,
)
def test_commands(run: Run, project: Path, arguments: list[str]) -> None:
    """What an option takes for a number and makes no sense is told in a line, and nothing is done."""
    before = contents(project)
    done = run(*arguments, cwd=project)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1), done
    assert "it must be a number of seconds" in done.err
    assert contents(project) == before
