"""A dossier of an answer, made in memory and handed out whole: so nothing half-made is ever left anywhere.

What bounds it is how many hits it has, and how long the files of these are read for their SHA-256. Does not
depend on the web's libraries.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final, NamedTuple

from coopsearch.search.characters import safe
from coopsearch.search.desk.store import now
from coopsearch.search.dossier.collecting import Sources, collected
from coopsearch.search.dossier.writing import ENDINGS, writer
from coopsearch.search.errors import SettingsError
from coopsearch.search.model import shown_path
from coopsearch.search.serving.asked import EXPORT, Asked, Parameters
from coopsearch.search.serving.problems import Refused
from coopsearch.search.serving.service import Service
from coopsearch.search.values.said import coverage, summary

#: Hits of a dossier, unless it is said how many, and at most.
USUAL: Final = 50
MOST: Final = 1_000
#: Seconds for which files are read.
SECONDS: Final = 20.0
#: What an answer may be narrowed by, and what each is to ``Index.search``.
_SAID: Final = {"since": "since", "until": "until", "types": "type", "languages": "lang", "folders": "in"}
_TITLE: Final = 300
#: One is made at a time: who reads large files must not keep all others waiting.
_MAKING: Final = threading.Lock()


class Wanted(NamedTuple):
    """A dossier that somebody asks for."""

    asked: Asked
    ending: str
    title: str

    @classmethod
    def of(cls, given: list[tuple[str, str]]) -> Wanted:
        """Read the parameters of a request. Raises SettingsError and Refused."""
        parameters = Parameters(given, EXPORT)
        ending = parameters.text("format", "html")
        if ending not in ENDINGS:
            raise SettingsError(f"format is {ending!r:.40}; it must be one of {', '.join(ENDINGS)}")
        asked = Asked.of(parameters)._replace(limit=parameters.number("limit", USUAL, 1, MOST))
        title = parameters.text("title")
        if len(title) > _TITLE:
            raise SettingsError(f"the title has {len(title):,} characters; it may have {_TITLE}")
        return cls(asked, ending, title)

    @property
    def name(self) -> str:
        """How the file is called."""
        words = "".join(sign if sign.isalnum() else " " for sign in self.title or self.asked.query).split()
        return f"{'-'.join(words)[:60] or 'dossier'}.{self.ending}"


def dossier_of(service: Service, wanted: Wanted, given_up: threading.Event) -> bytes:
    """Return the file that a dossier is. Raises Refused where it takes too long or nothing is found.

    It is given up once the event is set.
    """
    ending = time.monotonic() + SECONDS

    def check() -> None:
        if given_up.is_set():
            raise Refused(
                HTTPStatus.SERVICE_UNAVAILABLE, "given-up", "nobody waits for this dossier any more"
            )
        if time.monotonic() > ending:
            raise Refused(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "too-slow",
                f"reading the files for their SHA-256 takes more than {SECONDS:g} seconds; ask for fewer "
                "hits, or run `coopsearch export`, which waits",
            )

    if not _MAKING.acquire(blocking=False):
        raise Refused(
            HTTPStatus.SERVICE_UNAVAILABLE, "busy", "another dossier is being made; try again soon", retry=2
        )
    try:
        return _made(service, wanted, Sources(_updated(service), check))
    finally:
        _MAKING.release()


def _made(service: Service, wanted: Wanted, sources: Sources) -> bytes:
    asked, index = wanted.asked, service.index
    results = index.search(asked.query, limit=asked.limit, **asked.options)
    if not results:
        raise Refused(
            HTTPStatus.NOT_FOUND, "nothing-found", "nothing is found, so there is nothing to export"
        )
    require_all = bool(asked.options.get("require_all"))
    states = [(index.labels.get(at, ""), state) for at, state in index.generations.items()]
    dossier = collected(
        results,
        sources,
        title=wanted.title,
        made=now(),
        found="; ".join(filter(None, [summary(results, require_all=require_all), safe(_narrowed(asked))])),
        coverage=coverage(results.coverage, index.changed(), time.time()),
        generation="; ".join(" ".join(filter(None, one)) for one in states),
    )
    return writer(wanted.ending)(dossier)


def _updated(service: Service) -> dict[str, float | None]:
    covered = service.index.coverages.items()
    return {at: one.updated if one is not None else None for at, one in covered}


def _narrowed(asked: Asked) -> str:
    """Return what an answer was narrowed to: whoever reads the dossier must know that there may be more."""
    said = []
    for name, called in _SAID.items():
        value = asked.options.get(name, ())
        values: Iterable[str] = [value] if isinstance(value, str) else value
        said += [f"{called} {shown_path(one) if called == 'in' else one}" for one in values if one]
    said += [f"tag {one}" for one in asked.options.get("tags", ())]
    return f"narrowed to {', '.join(said)}" if said else ""
