"""What the tests of crashes index, and what an index that was cut off must be: the old state or the new one.

Goes by the public functions (`sync`, `open_index`, `check`) and by what stands in the folder of an index.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from coopsearch.indexer import sync
from coopsearch.indexer.verify.integrity import check
from coopsearch.search import open_index
from coopsearch.search.engines.base import Verified
from coopsearch.search.errors import CoopsearchError, IndexMissing
from coopsearch.search.indexdir.meta import read_marker

#: Every document holds this word, and others that only one version of it holds (``said``).
COMMON: Final = "border"
#: The name of the index's folder in a world.
INDEX: Final = "idx"
#: Names that are made, of a kind: of these there may be as many as a table of the index says.
_GENERATED: Final = re.compile(r"/[^/]*N[^/]*$|MAIN")
_NUMBERS: Final = re.compile(r"(?<![a-z])[0-9a-f]+(?![a-z])|\d+")
_SEGMENT: Final = re.compile(r"_?MAIN_\w+")

#: Faults of one kind that are told.
_SHOWN: Final = 3


class View(NamedTuple):
    """What a search can see of an index."""

    texts: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Path, text, copies: of every document, sorted. A document that is there twice is listed twice."""
    documents: int
    covered: tuple[int, ...]
    """Files by state, as the coverage beside an answer has them; () if none is known."""
    sources: tuple[str, ...]


class Shape(NamedTuple):
    """What files an index consists of, whatever their numbers."""

    kinds: tuple[tuple[str, int], ...]
    """Name without its numbers -> how many, but for those of which a table says how many there are."""
    beyond: int
    """Files that no check reads: the lock and its like."""


def said(name: str, version: int = 1) -> str:
    """Return the text of a version of a document: words of its own, in three languages."""
    word = "".join(sign for sign in name if sign.isalnum())
    return (
        f"The border smugglers of {word} own{word}v{version} crossed by night. "
        f"Les passeurs de la frontière attendaient les réfugiés. المهربون على الحدود.\n"
    )


@contextmanager
def world() -> Iterator[Path]:
    """Make a folder to work in: in memory where that can be had, for what is played back needs no disk."""
    memory = Path("/dev/shm")
    at = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="coopsearch-crash-", dir=at) as made:
        yield Path(os.path.realpath(made))


def view(index: Path) -> View:
    """Read all that an index holds. Raises AssertionError where it contradicts itself."""
    base = f"{index.parent}{os.sep}"
    with open_index(index) as opened:
        results = opened.search(COMMON, limit=1000)
        texts = sorted(
            (hit.path.removeprefix(base), hit.snippet, tuple(one.removeprefix(base) for one in hit.also))
            for hit in results
        )
        words = {word for _, text, _ in texts for word in text.split() if word.startswith("own")}
        for word in sorted(words)[:: max(1, len(words) // 5)]:
            held = [path for path, text, _ in texts if word in text]
            found = sorted(hit.path.removeprefix(base) for hit in opened.search(word, limit=1000))
            assert found == held, f"{word} is found in {found}, and stands in {held}"
        assert results.total == len(texts), f"{results.total} documents match, {len(texts)} are shown"
        covered = () if results.coverage is None else tuple(map(int, results.coverage[:8]))
        return View(tuple(texts), opened.documents, covered, read_marker(index).sources)


def view_or_none(index: Path) -> View | None:
    """Return what an index holds, None where there is no index yet."""
    try:
        return view(index)
    except IndexMissing:
        return None


def shape(index: Path, verified: Verified) -> Shape:
    """Return what files an index consists of, with what a check of it found."""
    files = [path for path in index.rglob("*") if not path.is_dir()]
    names = [str(path.relative_to(index)) for path in [*files, *index.glob("*/")]]
    kinds = Counter(kind for name in names if not _GENERATED.search(kind := _kind(name)))
    return Shape(tuple(sorted(kinds.items())), len(files) - verified.files)


def weight(index: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(path.stat().st_size for path in index.rglob("*") if path.is_file())


def _kind(name: str) -> str:
    return _NUMBERS.sub("N", _SEGMENT.sub("MAIN", name))


def strays(index: Path, verified: Verified, whole: Shape) -> list[str]:
    """Say what is in an index folder that is not in one which was never cut off."""
    found = shape(index, verified)
    kinds, usual = dict(found.kinds), dict(whole.kinds)
    told = [
        f"strays: {kinds.get(kind, 0)} of {kind} where {usual.get(kind, 0)} belong"
        for kind in sorted({*kinds, *usual})
        if kinds.get(kind, 0) != usual.get(kind, 0)
    ]
    if not told and found.beyond != whole.beyond:
        told.append(f"strays: {found.beyond - whole.beyond} files that `verify` does not know")
    return [f"{one}: {sorted(path.name for path in index.iterdir())}" for one in told]


def mixed(seen: View, *states: View | None, partly: bool = False) -> list[str]:
    """Say what is wrong with an index between two states, of which each file is in one or the other.

    For runs of several commits: each file's documents are all there or none, in one version, and once. A run
    that was told to stop may leave ``partly`` what it had begun to read, if that was not there before.
    """
    told: list[str] = []
    paths = Counter(path for path, _, _ in seen.texts)
    told += [f"{path} is there {count} times" for path, count in paths.items() if count > 1]
    held, known = _by_file(seen), [_by_file(state) for state in states]
    for file in sorted({file for state in [held, *known] for file in state}):
        own = held.get(file, frozenset())
        if any(own == state.get(file, frozenset()) for state in known):
            continue
        if partly and file not in known[0] and any(own < state.get(file, frozenset()) for state in known):
            continue
        many = f"{len(own)} documents, where there were {[len(state.get(file, ())) for state in known]}"
        told.append(f"{file} is in no state that it ever had: {many}: {sorted(own)[:2]}")
    if seen.documents != len(seen.texts):
        told.append(f"{seen.documents} documents are counted, {len(seen.texts)} are found")
    return told if len(told) <= _SHOWN else [*told[:_SHOWN], f"and {len(told) - _SHOWN} more like these"]


def _by_file(state: View | None) -> dict[str, frozenset[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for path, text, _ in state.texts if state else ():
        found.setdefault(path.partition("!")[0], set()).add((path, text))
    return {file: frozenset(texts) for file, texts in found.items()}


class Goal(NamedTuple):
    """What an index that was cut off must be, and become."""

    old: View | None
    """None: there was no index."""
    new: View
    fresh: View
    """Of an index that was made of the sources anew."""
    whole: Mapping[str, Shape]
    """By engine: the files of an index that was never cut off."""
    in_steps: bool = False
    """Whether the run commits several times."""
    heal: Callable[[Path], object] = lambda index: sync((), index, workers=1)
    """The next run."""


def judged(index: Path, goal: Goal, *, ended: bool = False, twice: bool = True) -> list[str]:
    """Say what is wrong with an index that was cut off, and with what the next run makes of it.

    ``ended`` is whether the run had come to its end: then only the new state will do. ``twice`` is whether to
    see that a second run finds nothing to do.
    """
    told = _cut(index, goal, ended=ended)
    try:
        goal.heal(index)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what was looked for
        return [*told, f"the next run fails: {type(error).__name__}: {error}"]
    return [*told, *_healed(index, goal, twice=twice)]


def _cut(index: Path, goal: Goal, *, ended: bool) -> list[str]:
    try:
        seen = view(index)
    except IndexMissing as error:
        return [f"the index is gone: {error}"] if goal.old is not None or ended else []
    except (CoopsearchError, AssertionError) as error:
        return [f"cut off, a search fails: {type(error).__name__}: {error}"]
    except Exception as error:  # noqa: BLE001 - as above
        return [f"cut off, a search ends with a traceback: {type(error).__name__}: {error}"]
    told: list[str] = []
    if ended:
        if seen != goal.new:
            told.append(f"the run had ended, and its state is not there: {_difference(seen, goal.new)}")
    elif goal.in_steps or goal.old is None:
        told += [f"cut off, {one}" for one in mixed(seen, goal.old, goal.new)]
    elif not (_is(seen, goal.old, goal.new) or _is(seen, goal.new, goal.old)):
        told.append(
            f"cut off, neither the old state ({_difference(seen, goal.old)}) "
            f"nor the new one ({_difference(seen, goal.new)})"
        )
    if damages := check(index).damages:
        told.append(f"cut off, damaged: {damages[0]}")
    return told


def _is(seen: View, state: View, other: View) -> bool:
    """Say whether a view is a state, among sources that hold all that it was or will be made of.

    The sources are in a page of their own: they may be known before their documents are, never after.
    """
    joined = tuple(dict.fromkeys((*other.sources, *state.sources)))
    same = seen._replace(sources=state.sources) == state
    return same and (seen.sources == state.sources or set(seen.sources) == set(joined))


def _healed(index: Path, goal: Goal, *, twice: bool) -> list[str]:
    told: list[str] = []
    try:
        seen = view(index)
        if seen != goal.fresh:
            told.append(f"after the next run, not what the sources hold: {_difference(seen, goal.fresh)}")
        verified = check(index)
        told += [f"after the next run, damaged: {damage}" for damage in verified.damages[:1]]
        told += strays(index, verified, goal.whole[read_marker(index).engine])
        if twice:
            report = sync((), index, workers=1)
            if report.added or report.updated or report.removed or report.moved:
                told.append(f"a second run finds work: {report}")
            elif view(index) != seen:
                told.append(f"a second run changes the answers: {_difference(view(index), seen)}")
    except Exception as error:  # noqa: BLE001 - as above
        told.append(f"after the next run: {type(error).__name__}: {error}")
    return told


def _difference(seen: View, wanted: View | None) -> str:
    """Say in a line how one state differs from another."""
    if wanted is None:
        return "there was none"
    for name, one, other in zip(View._fields, seen, wanted, strict=True):
        if one != other and name != "texts":
            return f"{name}: {one} for {other}"
    more = Counter(seen.texts) - Counter(wanted.texts)
    less = Counter(wanted.texts) - Counter(seen.texts)
    return f"too much {_shown(more)}, too little {_shown(less)}" if more or less else "none"


def _shown(texts: Counter[tuple[str, str, tuple[str, ...]]]) -> list[str]:
    own = re.compile(r"own\w+")
    return [
        f"{count} x {path} ({' '.join(own.findall(text))}, also {also})"
        for (path, text, also), count in texts.items()
    ]


def write(folder: Path, texts: Mapping[str, str | Sequence[str]]) -> None:
    """Write files by their names: a text, or the texts of the records of a JSON Lines file."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        texts_of = enumerate(() if isinstance(text, str) else text)
        records = "".join(f'{{"id": "{n}", "text": "{one.strip()}"}}\n' for n, one in texts_of)
        path.write_text(text if isinstance(text, str) else records, encoding="utf-8")


def age(folder: Path) -> None:
    """Make all files old enough for their times to be believed."""
    for path in folder.rglob("*"):
        if path.is_file():
            before = path.stat().st_mtime - 3600
            os.utime(path, (before, before))
