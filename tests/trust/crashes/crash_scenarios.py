"""The runs that the tests cut off: what is indexed before, what changes then, and which command follows."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.indexer import sync
from coopsearch.indexer.report import Interrupted, Progress
from coopsearch.search.indexdir.meta import read_marker
from tests.trust.crashes.crash_world import INDEX, age, said, write

ENGINES: Final = ("columns", "whoosh")


class Scenario(NamedTuple):
    """A run of a command that writes. The paths in it are below the world that it works in."""

    name: str
    change: Callable[[Path], None]
    """What happens to the sources before the run."""
    before: Callable[[Path, str], None] | None
    """Makes the index before, kept with an engine; None where the run makes the first one."""
    named: tuple[str, ...] = ()
    """Sources that are named on the command line."""
    options: tuple[str, ...] = ()
    sources: tuple[str, ...] = ("src",)
    """What the index knows in the end."""
    batch: int = 0
    """Documents after which the run commits, if it is to commit more than once."""
    in_steps: bool = False
    """Whether states between the old and the new one are committed."""
    other_engine: bool = False
    workers: int = 1
    command: str = "index"


def _files(*names: str, version: int = 1) -> dict[str, str]:
    return {name: said(name, version) for name in names}


def _begin(world: Path, engine: str) -> None:
    write(world / "src", _files("a.txt", "b.txt", "c.txt"))
    write(world / "src", {"r.jsonl": [said("r1"), said("r2"), said("r3")]})
    age(world / "src")
    sync([world / "src"], world / INDEX, engine=engine, workers=1)


def _begin_english(world: Path, engine: str) -> None:
    write(world / "src", {name: text.partition(". ")[0] for name, text in _files("a.txt", "b.txt").items()})
    age(world / "src")
    sync([world / "src"], world / INDEX, engine=engine, workers=1)


def _begin_copies(world: Path, engine: str) -> None:
    write(world / "src", _files("a.txt", "b.txt"))
    write(world / "src", {"y.txt": said("a.txt"), "z.txt": said("a.txt")})
    age(world / "src")
    sync([world / "src"], world / INDEX, engine=engine, workers=1)


def _begin_often(world: Path, engine: str) -> None:
    """Make as many small segments as the next commit merges."""
    for name in "abcde":
        write(world / "src", _files(f"{name}.txt"))
        age(world / "src")
        sync([world / "src"], world / INDEX, engine=engine, workers=1)


def _begin_two(world: Path, engine: str) -> None:
    write(world / "src", _files("a.txt", "b.txt"))
    write(world / "more", _files("m.txt", "n.txt"))
    age(world)
    sync([world / "src", world / "more"], world / INDEX, engine=engine, workers=1)


def _begin_rebuild(world: Path, engine: str) -> None:
    """Leave an interrupted rebuild beside the index."""
    _begin(world, engine)

    def stop(progress: Progress) -> None:
        if progress.done >= 2:
            raise Interrupted

    with contextlib.suppress(Interrupted):
        sync((), world / INDEX, rebuild=True, workers=1, progress=stop)


def _nothing(world: Path) -> None:
    """Change nothing."""


def _first(world: Path) -> None:
    write(world / "src", _files("a.txt", "b.txt", "c.txt", "d.txt"))
    write(world / "src", {"e.txt": said("a.txt"), "r.jsonl": [said("r1"), said("r2")]})


def _add(world: Path) -> None:
    write(world / "src", _files("d.txt", "sub/e.txt"))


def _add_one(world: Path) -> None:
    write(world / "src", _files("f.txt"))


def _update(world: Path) -> None:
    write(world / "src", _files("b.txt", version=2))
    write(world / "src", {"r.jsonl": [said("r1"), said("r2", 2), said("r4")]})


def _delete(world: Path) -> None:
    (world / "src" / "a.txt").unlink()
    (world / "src" / "r.jsonl").unlink()


def _move(world: Path) -> None:
    (world / "src" / "sub").mkdir()
    (world / "src" / "b.txt").rename(world / "src" / "sub" / "moved.txt")


def _delete_one(world: Path) -> None:
    (world / "src" / "c.txt").unlink()


def _lose_holder(world: Path) -> None:
    (world / "src" / "a.txt").unlink()


def _copy(world: Path) -> None:
    write(world / "src", {"k.txt": said("a.txt")})


def _churn(world: Path) -> None:
    _add(world)
    _update(world)
    (world / "src" / "a.txt").unlink()
    (world / "src" / "c.txt").rename(world / "src" / "moved.txt")


def _second(world: Path) -> None:
    write(world / "more", _files("m.txt", "n.txt"))


def _lose_source(world: Path) -> None:
    for path in (world / "more").iterdir():
        path.unlink()
    (world / "more").rmdir()


REBUILD: Final = ("--rebuild",)
SCENARIOS: Final = (
    Scenario("first build", _first, None, ("src",)),
    Scenario("first build in steps", _first, None, ("src",), batch=1, in_steps=True),
    Scenario("adding files", _add, _begin),
    Scenario("two workers", _churn, _begin, workers=2),
    Scenario("a new language", _add_one, _begin_english),
    Scenario("updating files", _update, _begin),
    Scenario("deleting files", _delete, _begin),
    Scenario("moving a file", _move, _begin),
    Scenario("a copy loses its holder", _lose_holder, _begin_copies),
    Scenario("adding a copy", _copy, _begin),
    Scenario("much at once, in steps", _churn, _begin, batch=1, in_steps=True),
    Scenario("a second source", _second, _begin, ("more",), sources=("src", "more")),
    Scenario("a source is dropped", _lose_source, _begin_two, ("more",)),
    Scenario("purge", _delete_one, _begin, ("src/c.txt",), command="purge"),
    Scenario("segments merge", _add_one, _begin_often),
    Scenario("rebuild", _nothing, _begin, options=REBUILD),
    Scenario("rebuild in steps", _nothing, _begin, options=REBUILD, batch=1),
    Scenario("rebuild with changes", _update, _begin, options=REBUILD),
    Scenario("rebuild with another engine", _nothing, _begin, options=REBUILD, other_engine=True),
    Scenario("index after an interrupted rebuild", _add_one, _begin_rebuild),
    Scenario("rebuild after an interrupted rebuild", _nothing, _begin_rebuild, options=REBUILD),
)


def other(engine: str) -> str:
    """Return another engine."""
    return next(one for one in ENGINES if one != engine)


def arguments(scenario: Scenario, world: Path, engine: str) -> list[str]:
    """Return the command's arguments."""
    given = [str(world / name) for name in scenario.named]
    if scenario.command != "index":
        return [scenario.command, *given, "--index", str(world / INDEX)]
    options = ["--index", str(world / INDEX), "--workers", str(scenario.workers), "-q", *scenario.options]
    if scenario.other_engine or scenario.before is None:
        options += ["--engine", other(engine) if scenario.other_engine else engine]
    return ["index", *given, *options]


def heal(scenario: Scenario, world: Path, engine: str, index: Path) -> None:
    """Do the next run: that of a user who just looks again, and names sources only where it must be."""
    sources: Iterable[Path] = [world / name for name in scenario.named]
    if scenario.before is None:
        sync(sources, index, engine=engine, workers=1)
        return
    sync((), index, workers=1)
    if scenario.command == "index" and scenario.named and read_marker(index).sources != scenario.sources:
        sync(sources, index, workers=1)
