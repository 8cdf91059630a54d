"""What ``coopsearch watch --alert`` does after each run: ask the saved searches, and tell somebody of news.

What was told is remembered as long as the watching lasts, and `coopsearch news` still says it the next time
that somebody looks. Does not depend on command-line options.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from coopsearch.search.cli.answers.asked_indexes import open_asked
from coopsearch.search.cli.display import news_text
from coopsearch.search.desk import alerts
from coopsearch.search.desk.known import Known, News, as_known, known
from coopsearch.search.desk.news import news
from coopsearch.search.desk.saved import Saved, named
from coopsearch.search.errors import CoopsearchError
from coopsearch.search.index import Index

#: Documents of which an alert has passages.
_SHOWN = 20


class Alerts:
    """The saved searches that are watched, and what was told of each."""

    def __init__(
        self,
        folder: Path,
        names: Sequence[str],
        arguments: Sequence[str] | None,
        say: Callable[[str], None],
        notice: Callable[[str], None],
    ) -> None:
        """Take the index, the searches (all of them without names), and what is run with news.

        Without ``arguments`` news are shown on the desktop. ``say`` takes a line for each alert, ``notice``
        what went wrong. Raises SettingsError for an unknown name.
        """
        self._folder, self._names, self._arguments = folder, names, arguments
        self._say, self._notice = say, notice
        self._told: dict[tuple[str, str], Known] = {}
        self._failed: dict[str, str] = {}

    def __call__(self) -> None:
        """Ask all searches, and tell of what is new. What goes wrong is said, and tried again next time."""
        try:
            searches = named(self._folder, self._names)
            for search in searches:
                self._guarded(search)
        except CoopsearchError as error:
            self._wrong("", error)

    def _guarded(self, search: Saved) -> None:
        try:
            with open_asked(search.folders(self._folder)) as opened:
                self._ask(opened, search)
        except CoopsearchError as error:
            self._wrong(search.name, error)
        else:
            self._failed.pop(search.name, None)

    def _wrong(self, name: str, error: CoopsearchError) -> None:
        """Say what went wrong, once until it is something else."""
        message = f"the saved search {name!r}: {error}" if name else str(error)
        if self._failed.get(name) != message:
            self._failed[name] = message
            self._notice(message)

    def _ask(self, opened: Index, search: Saved) -> None:
        key = search.name, search.at
        before = self._told.get(key) or known(self._folder, search.name)
        found = news(opened, search, before, home=self._folder, shown=_SHOWN)
        if found.items:
            self._tell(found)
        self._told[key] = as_known(found)

    def _tell(self, found: News) -> None:
        title, body = news_text.alert(found)
        self._say(f"{title}: {body}")
        if self._arguments is None:
            alerts.notify(title, body)
        else:
            alerts.run(self._arguments, news_text.json_lines(found), len(found.items))
