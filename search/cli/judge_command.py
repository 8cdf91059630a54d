"""``coopsearch judge QUERY``: say of each hit whether it answers, one key each.

Shows the hits and reads the keys; ``search.evaluation.judgements`` keeps the answers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Annotated, Final

import typer

from coopsearch.search.cli.answers.given_line import expansion
from coopsearch.search.cli.answers.search_options import NamesOption, QueryLanguageOption, TranslateOption
from coopsearch.search.cli.app import QueryCommand, app, folder_of
from coopsearch.search.cli.display import render
from coopsearch.search.cli.display.terminal import BOLD, DIM, has_colour, safe, shown_path, styled
from coopsearch.search.cli.exits import Exit
from coopsearch.search.cli.signals import Raising
from coopsearch.search.errors import SettingsError
from coopsearch.search.evaluation.judgements import GRADES, Judgements
from coopsearch.search.index import open_index
from coopsearch.search.indexdir.location import index_folder
from coopsearch.search.model import Hit

_KEYS: Final = "0 not relevant, 1 relevant, 2 just what was asked, s skip, u undo, q quit"


@app.command(
    "judge",
    cls=QueryCommand,
    epilog="Example: coopsearch judge who pays the smugglers -n 10. Hits that were judged before are "
    "passed over. What you say is kept at once, in judgements/ inside the index; `coopsearch eval` "
    "measures with it.",
)
def judge(
    query: Annotated[
        list[str], typer.Argument(metavar="QUERY...", show_default=False, help="A question, in plain words.")
    ],
    limit: Annotated[
        int, typer.Option("-n", "--limit", metavar="N", min=1, max=1_000, help="Show so many hits.")
    ] = 20,
    again: Annotated[bool, typer.Option("--again", help="Show hits that were judged before, too.")] = False,
    index: Annotated[
        str | None,
        typer.Option(
            "--index", metavar="DIR", callback=folder_of, help="The index. Default: that of a search."
        ),
    ] = None,
    translate: TranslateOption = None,
    query_language: QueryLanguageOption = None,
    names: NamesOption = None,
) -> int:
    """Judge the hits of a question, one after the other, to measure the ranking on your own documents."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SettingsError("judge asks at a terminal; run it in one, without a pipe")
    text = " ".join(" ".join(query).split())
    place = index_folder(index)
    with open_index(place, **expansion(translate, query_language, names)) as opened:
        results = opened.search(text, limit=limit, plain=True)
        addresses = [path for path, _ in opened.rank(text, limit=limit, plain=True)]
    kept = Judgements(place)
    before = kept.of(text)
    waiting = [
        (hit, address)
        for hit, address in zip(results, addresses, strict=True)
        if again or address not in before
    ]
    if not waiting:
        print("nothing found to judge" if not results else "all hits were judged before; --again shows them")
        return Exit.NOTHING
    print(styled(_KEYS, DIM, colour=has_colour(sys.stdout)))
    with Raising():
        count = _walk(waiting, text, kept)
    every = sum(map(len, kept.judged.values()))
    print(
        f"{count:,} judged now, {every:,} in all for {len(kept.queries):,} "
        f"question{'' if len(kept.queries) == 1 else 's'}; kept in {safe(shown_path(str(kept.folder)))}"
    )
    return Exit.FOUND


def _walk(waiting: list[tuple[Hit, str]], text: str, kept: Judgements) -> int:
    """Show each hit and do what its key says; return how many are judged."""
    at = 0
    done: list[tuple[int, str, int | None]] = []
    while at < len(waiting):
        hit, address = waiting[at]
        _show(hit, f"{at + 1} of {len(waiting)}")
        key = _key(undo=bool(done))
        if key == "q":
            break
        if key == "u":
            at, address, grade = done.pop()
            kept.judge(text, address, grade)
            continue
        if key != "s":
            done.append((at, address, kept.of(text).get(address)))
            kept.judge(text, address, int(key))
        at += 1
    return len(done)


def _show(hit: Hit, place: str) -> None:
    print()
    print(styled(place, BOLD, colour=has_colour(sys.stdout)))
    for line in render.hit_lines(hit, sys.stdout):
        print(line)


def _key(*, undo: bool) -> str:
    """Ask until a key has a meaning. The end of input is q."""
    keys = {**{str(grade): meaning for grade, meaning in GRADES.items()}, "s": "skipped", "q": "quit"}
    if undo:
        keys["u"] = "one back"
    print("? ", end="", flush=True)
    with _single_keys(sys.stdin) as stream:
        while True:
            pressed = stream.read(1)
            key = pressed.lower() if pressed else "q"
            if key == "\x03":
                raise KeyboardInterrupt
            key = "q" if key in "\x04\x1b" else key
            if key in keys:
                print(f"{key} {keys[key]}")
                return key


@contextmanager
def _single_keys(stream: IO[str]) -> Iterator[IO[str]]:
    """Read keys as they are pressed, where the system can; elsewhere Enter follows each."""
    try:
        import termios
        import tty
    except ImportError:
        yield stream
        return
    before = termios.tcgetattr(stream)
    try:
        tty.setcbreak(stream)
        yield stream
    finally:
        termios.tcsetattr(stream, termios.TCSADRAIN, before)
