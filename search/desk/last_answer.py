"""The last answer in each terminal, so that its hits can be named by their numbers afterwards.

Kept for the user alone, in the folder for the running session or for state, and never in the index, which may
be on a medium that is only read. Holds addresses, places and the query, and no text of a document. Does not
depend on engines or query syntax.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from coopsearch.search.errors import SettingsError
from coopsearch.search.model import Hit, shown_path

#: Hits that are kept; nobody types the number of a later one.
MOST: Final = 1_000
#: Terminals whose answers are kept, and seconds for which they are at most.
_TERMINALS: Final = 100
_AGE: Final = 30 * 86_400
#: Bytes of such a file that are read.
_SIZE: Final = 4 << 20
_ENDING: Final = ".json"
#: The last of these stands in for the session of this process; see ``in_session``.
_sessions: Final[list[int]] = []


class AnsweredHit(NamedTuple):
    """A hit of an answer, as it is found again."""

    path: str
    """The absolute address of the document, as ``Hit.path``."""
    start: int
    """The passage shown: its first character, counted in ``Document.text``."""
    end: int
    """One past its last character; 0 where no passage was shown."""
    line: int | None
    page: int | None
    index_folder: str
    """The folder of the index that it is from."""


class LastAnswer(NamedTuple):
    """What was asked last, and what was answered."""

    query: str
    options: Mapping[str, Any]
    """What else was asked for, by the names that ``Index.search`` has for it."""
    generations: Mapping[str, str]
    """By the folder of each index, which of its states answered: ``Index.generation``."""
    hits: tuple[AnsweredHit, ...]
    total: int
    """Documents that matched, shown or not."""
    at: float
    """When it was asked, in seconds since 1970."""
    first: int = 1
    """The number of the first hit that was shown: above 1 on a later page."""

    @property
    def asked(self) -> str:
        """What was asked, for a person: the query, or which document others are like."""
        like = self.options.get("like")
        return f"documents like {like}" if isinstance(like, str) else self.query

    def hit(self, number: int) -> AnsweredHit:
        """Return the hit of a number, 1 for the best. Raises SettingsError for one that was not shown."""
        last = self.first + len(self.hits) - 1
        if self.first <= number <= last:
            return self.hits[number - self.first]
        asked = f"the last answer, to {self.asked!r:.80},"
        if not self.hits:
            raise SettingsError(f"{asked} shows no hit; ask for something that is found")
        shown = f"{asked} shows {len(self.hits):,} hit{'' if len(self.hits) == 1 else 's'}"
        if self.first > 1:
            shown = f"{asked} shows the hits {self.first:,} to {last:,}"
        more = f"ask again with -n {number}" if last < number <= min(self.total, MOST) else ""
        if 1 <= number < self.first:
            more = "ask again without --page"
        step = more or "give one of those numbers"
        raise SettingsError(f"{shown}, and none with the number {number}; {step}")


def remember(
    query: str,
    hits: Sequence[Hit],
    *,
    index: Path | Sequence[Path],
    generations: Mapping[str, str],
    total: int,
    options: Mapping[str, Any] | None = None,
) -> None:
    """Keep an answer for this terminal: hits in the order of their ranks, from any rank on.

    Where that cannot be written nothing is kept, and nothing is said.
    """
    folders = [index] if isinstance(index, Path) else list(index)
    value = {
        "query": query,
        "options": dict(options or {}),
        "generations": dict(generations),
        "hits": [
            [hit.path, *hit.span, hit.line, hit.page, hit.index_folder or str(folders[0])]
            for hit in hits[:MOST]
        ],
        "total": total,
        "at": time.time(),
        "first": hits[0].rank if hits else 1,
    }
    data = json.dumps(value, separators=(",", ":")).encode("ascii")
    with contextlib.suppress(OSError):
        folder = _folder()
        if not os.path.isdir(folder):  # noqa: PTH112 - raises for no name
            os.makedirs(folder.parent, 0o700, exist_ok=True)  # noqa: PTH103 - with its mode
            _tidy(folder.parent)
            folder.mkdir(0o700, exist_ok=True)
        path = folder / _name(folders)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        part.replace(path)


def last_answer(*indexes: Path) -> LastAnswer:
    """Return the last answer in this terminal, or the last one for which all of some indexes were asked.

    Raises SettingsError for none.
    """
    folder = _folder()
    wanted = frozenset(map(str, indexes))
    other: LastAnswer | None = None
    paths = sorted(_answers(folder), key=lambda one: one.stat().st_mtime_ns, reverse=True)
    for path in paths if wanted else paths[:1]:
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            answer = _read(path)
            if wanted <= answer.generations.keys():
                return answer
            other = other or answer
    of = "" if not wanted else " of this index" if len(wanted) == 1 else " of these indexes"
    step = "ask first, as in: coopsearch WORDS"
    if other is not None:
        places = " and ".join(shown_path(one) for one in other.generations)
        asked = f"the last one, to {other.asked!r:.80}, is of {places}"
        step = f"{asked}; leave --index out for its hits, or ask again"
    raise SettingsError(f"no answer{of} is known in this terminal; {step}")


def forget(index: Path) -> None:
    """Remove the last answers of an index in all terminals of the user, which name its documents."""
    with contextlib.suppress(OSError):
        for folder in _folder().parent.iterdir():
            for path in _answers(folder):
                with contextlib.suppress(OSError):
                    if _of(path, index):
                        path.unlink()


def _of(path: Path, index: Path) -> bool:
    try:
        return str(index) in _read(path).generations
    except (ValueError, TypeError, KeyError, RecursionError):
        return False


def _read(path: Path) -> LastAnswer:
    """Read one. Raises OSError, or ValueError and its like for what was not written by this version."""
    with path.open("rb") as stream:
        value = json.loads(stream.read(_SIZE))
    hits = tuple(AnsweredHit(*map(_checked, range(6), one)) for one in value["hits"])
    generations = {str(name): str(one) for name, one in value["generations"].items()}
    total, at, first = int(value["total"]), float(value["at"]), int(value["first"])
    return LastAnswer(str(value["query"]), dict(value["options"]), generations, hits, total, at, first)


def _checked(place: int, value: Any) -> Any:
    """Return a part of a kept hit. Raises ValueError for one of another kind."""
    optional = place in (3, 4)
    wanted = str if place in (0, 5) else int
    if (optional and value is None) or (isinstance(value, wanted) and not isinstance(value, bool)):
        return value
    raise ValueError(value)


def _name(folders: Sequence[Path]) -> str:
    # Not hashlib, which takes longer to load than all else that is done here.
    joined = os.fsencode("\0".join(sorted(map(os.fspath, folders))))
    return f"{zlib.crc32(joined):08x}{zlib.crc32(joined[::-1]):08x}{_ENDING}"


def _answers(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from (one for one in folder.iterdir() if one.name.endswith(_ENDING))


def in_session(number: int) -> None:
    """Keep answers, and look for them, as a process of another session would."""
    _sessions.append(number)


def _folder() -> Path:
    """Return where the answers of this terminal are: all processes of a session share it."""
    session = _sessions[-1] if _sessions else os.getppid() if sys.platform == "win32" else os.getsid(0)
    terminal = ""
    for stream in (sys.stdin, sys.stderr, sys.stdout):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            terminal = os.ttyname(stream.fileno()).replace("/", "-")
            break
    return _place() / f"{session}{terminal}"


def _place() -> Path:
    """Return the folder for what lasts as long as a session, else that for state (XDG base directories)."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime) and os.path.isdir(runtime):  # noqa: PTH112, PTH117
        return Path(runtime, "coopsearch", "answers")
    system: str = sys.platform
    if system not in {"win32", "darwin"}:
        # What platformdirs would say, at no cost for each search.
        given = os.environ.get("XDG_STATE_HOME", "")
        state = given if os.path.isabs(given) else os.path.expanduser("~/.local/state")  # noqa: PTH111, PTH117
        return Path(state, "coopsearch", "answers")
    from platformdirs import user_state_path

    return user_state_path("coopsearch", appauthor=False) / "answers"


def _tidy(place: Path) -> None:
    """Remove the answers of terminals that are long gone."""
    known = sorted(place.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)
    oldest = time.time() - _AGE
    for number, folder in enumerate(known):
        if number >= _TERMINALS or folder.stat().st_mtime < oldest:
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()


def described(hit: AnsweredHit) -> str:
    """Return where a hit stands, as it is shown."""
    place = shown_path(hit.path)
    if hit.page is not None:
        return f"{place}, page {hit.page}"
    return place if hit.line is None else f"{place}:{hit.line}"
