"""What the resident process has ready before anybody asks, and whether that is still what is installed.

All modules that an ordinary command may need are imported, the parsers of its options are made, and some
questions are asked of a small index, so that expressions are compiled and tables read. Nothing of that
depends on the environment, the working directory or an index of the user.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import typer
from typer.core import TyperGroup

import coopsearch.search
from coopsearch.search.cli import app, commands
from coopsearch.search.cli.warm import place

#: Rooms of ``search`` that no command for which we stand in needs, or that need what may not be installed.
_NOT: Final = (
    "coopsearch.search.interactive",
    "coopsearch.search.engines.whoosh",
    "coopsearch.search.engines.columns.build",
    "coopsearch.search.engines.columns.codec",
    "coopsearch.search.engines.columns.writer",
    "coopsearch.search.evaluation",
    "coopsearch.search.packing",
    "coopsearch.search.cli.__main__",
    "coopsearch.search.aio",
)
#: What is imported late by these commands beside that.
_BESIDE: Final = (
    "csv", "filelock", "html", "json", "platformdirs", "rapidfuzz.distance", "shlex", "sqlite3", "subprocess",
    "tomllib", "coopsearch.indexer.manifest.opened", "coopsearch.indexer.overview",
)  # fmt: skip
#: Some documents in three languages, and questions of them of all usual kinds.
_DOCUMENTS: Final = {
    "coast.txt": "Smuggling along the coast\n\nThe boats left the coast by night. Routes change often.",
    "passeurs.md": "# Les réseaux\n\nLes passeurs ont quitté la côte. Le trafic de migrants a augmenté.",
    "tahrib.txt": "تهريب المهاجرين\n\nغادرت زوارق الدورية الساحل في الصباح الباكر. ازداد تهريب المهاجرين.",
}
_QUESTIONS: Final = (
    "smuggling routes",
    '"left the coast" -passeurs',
    "smugl~ OR bo*",
    "réseaux migrants",
    "تهريب المهاجرين",
    "lang:fr date:2018..2020 trafic",
    "nothing that stands there qwxzj",
)


def prepare() -> None:
    """Load it all. What cannot be loaded is done without, as some of it need not be installed."""
    for command in commands.COMMANDS:
        importlib.import_module(commands.module_of(command))
    # Our own is loaded already; the general help lists them as they are found.
    app.app.registered_commands.sort(key=lambda one: commands.COMMANDS.index(one.name or ""))
    for name in _modules():
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    with contextlib.suppress(ImportError):
        from coopsearch.search.analysis._nltk import snowball

        snowball()
    app.made.update(_groups())


def _modules() -> Iterator[str]:
    found = pkgutil.walk_packages(coopsearch.search.__path__, "coopsearch.search.", onerror=lambda name: None)
    for one in found:
        if not one.name.startswith(_NOT):
            yield one.name
    yield from _BESIDE


def _groups() -> dict[str, TyperGroup]:
    """Make the parser of each command as the ordinary way does: with no other command beside it."""
    every = list(app.app.registered_commands)
    groups = {}
    try:
        for one in every:
            app.app.registered_commands[:] = [one]
            group = typer.main.get_command(app.app)
            if one.name and isinstance(group, TyperGroup):
                groups[one.name] = group
    finally:
        app.app.registered_commands[:] = every
    return groups


class Rehearsal:
    """A small index in a folder of its own, of which questions are asked while nobody waits.

    Without it the next command takes some milliseconds more; so whatever fails in it is passed over.
    """

    def __init__(self, folder: Path) -> None:
        """Make the index, in place of what a process that was killed left in the folder."""
        self._folder, self._index = folder, folder / "index"
        with contextlib.suppress(Exception):
            self.remove()
            sources = folder / "sources"
            sources.mkdir(0o700, parents=True)
            for name, text in _DOCUMENTS.items():
                (sources / name).write_text(text, encoding="utf-8")
            _elsewhere(lambda: _made(sources, self._index))
            for question in _QUESTIONS:
                self._ask(question)

    def again(self) -> None:
        """Ask once more, in a process that was just forked: the system gives it its own pages meanwhile.

        That is a third of what a search takes. The streams and the environment are lost.
        """
        with contextlib.suppress(Exception):
            nothing = os.open(os.devnull, os.O_RDWR)
            for number in range(3):
                os.dup2(nothing, number)
            os.close(nothing)
            os.environ.clear()
            home = str(self._folder)
            os.environ.update(
                HOME=home, XDG_STATE_HOME=home, COOPSEARCH_CONFIG="", COOPSEARCH_LEXICONS="", TERM="dumb"
            )
            os.chdir(home)
            app.made["search"].main(
                ["search", _QUESTIONS[0], "--index", str(self._index)],
                prog_name="coopsearch",
                standalone_mode=False,
            )

    def remove(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _ask(self, question: str) -> None:
        from coopsearch.search.cli.display import render
        from coopsearch.search.index import Index

        with Index(self._index) as opened, open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
            results = opened.search(question)
            nowhere.writelines(render.text_lines(results, nowhere))
            nowhere.writelines(render.json_line(hit, results.notes) for hit in results)


def _elsewhere(call: Callable[[], None]) -> None:
    """Call something in a process of its own, as what it loads is of no use here."""
    if child := os.fork():
        os.waitpid(child, 0)
        return
    try:
        call()
    finally:
        os._exit(0)


def _made(sources: Path, index: Path) -> None:
    from coopsearch.indexer import sync

    sync([sources], index)


class Installed:
    """The files that were loaded, as they were then."""

    def __init__(self) -> None:
        self._was = {path: _stamp(path) for path in _paths()}

    def is_current(self) -> bool:
        """Say whether another process would load the same."""
        return all(_stamp(path) == stamp for path, stamp in self._was.items())


def _paths() -> Iterator[str]:
    """Yield the files of our modules and their data, and the folders in which others are installed."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name.startswith("coopsearch.") and file:
            yield file
    # Not that of the script, which can be any.
    yield from filter(None, sys.path[place.first() :])
    # Imported here: its folder is meant.
    from coopsearch.search.translation import bundled

    here = Path(bundled.__file__).parent
    yield str(here / bundled.FILE)
    yield from (str(here / "entries" / name) for name in bundled.ENTRIES)


def _stamp(path: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - hundreds of them, at each request
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
