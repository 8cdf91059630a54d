"""``coopsearch review QUERY``: walk all documents that match, with one key for each.

Reads the options and the keys; ``search.desk.review`` knows the way, and ``display.review_screen`` shows.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer

from coopsearch.search.cli.answers.asked_indexes import folders_there, open_asked
from coopsearch.search.cli.answers.given_line import joined
from coopsearch.search.cli.app import IndexesOption, QueryCommand, app
from coopsearch.search.cli.desk.keys import Keys
from coopsearch.search.cli.exits import Exit
from coopsearch.search.errors import CoopsearchError, IndexUnwritable, SettingsError

if TYPE_CHECKING:
    from coopsearch.search.cli.display.review_screen import Screen
    from coopsearch.search.desk.review import Review

#: Keys that put a mark on the document and go on.
_MARKS: Final = {"s": "seen", "r": "relevant", "n": "not"}
_NEXT: Final = frozenset((" ", "\r", "\n", "down", "right"))
_BACK: Final = frozenset(("b", "\x7f", "\x08", "up", "left"))
#: q, Escape, Ctrl-D, and the end of what is typed.
_QUIT: Final = frozenset(("q", "\x1b", "\x04", ""))


@app.command(
    "review",
    cls=QueryCommand,
    epilog="Keys: s seen, r relevant, n not, t tag, o note, Space or Enter next, b back, q quit, ? help. The "
    "review goes on where you stopped. Examples: coopsearch review smuggling; coopsearch review --log --csv. "
    "Exit code: 0 done, 1 nothing found, 2 error.",
)
def review(
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="[QUERY]...", show_default=False, help="A query as for a search."),
    ] = None,
    require_all: Annotated[bool, typer.Option("--all", help="Only documents that hold all words.")] = False,
    unseen: Annotated[
        bool, typer.Option("--unseen", help="Only documents that nobody has marked as seen.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Begin with the first document, whatever was seen before.")
    ] = False,
    log: Annotated[
        bool,
        typer.Option(
            "--log", help="Print who looked at what and when, of all reviews or of this query, instead."
        ),
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="With --log: print CSV.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --log: print a JSON object for each line.")
    ] = False,
    index: IndexesOption = None,
) -> int:
    """Look through all documents that match a query, one after the other, and mark them."""
    folders = folders_there(index)
    text = joined(query) if query else ""
    if log:
        from coopsearch.search.cli.display.review_log import print_log

        return Exit.FOUND if print_log(folders, text, csv=csv, as_json=as_json) else Exit.NOTHING
    if csv or as_json:
        raise SettingsError("--csv and --json say how the log is printed; give --log, too")
    if not text:
        raise SettingsError("say what to review, as in: coopsearch review smuggling; or give --log")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SettingsError(
            "review reads keys at a terminal, and there is none; run it in one, or use `coopsearch mark`"
        )
    from coopsearch.search.cli.display.review_screen import Screen
    from coopsearch.search.cli.signals import Raising
    from coopsearch.search.desk.review import Review

    with open_asked(folders) as opened:
        walk = Review(opened, text, require_all=require_all, tags=["-seen"] if unseen else [])
        screen = Screen(sys.stdout, walk)
        if not len(walk):
            screen.say_nothing(unseen=unseen)
            return Exit.NOTHING
        if again:
            walk.at = 0
        with Raising(), Keys() as keys:
            try:
                _walk(walk, screen, keys)
            finally:
                walk.finish()
        screen.say_end()
    return Exit.FOUND


def _walk(walk: Review, screen: Screen, keys: Keys) -> None:
    """Show each document and do what its key says, until the last or to the end."""
    while True:
        shown = walk.shown()
        screen.show(shown)
        while True:
            pressed = keys()
            said, on = "", True
            if pressed in _QUIT:
                return
            try:
                if pressed in _MARKS:
                    walk.mark(_MARKS[pressed])
                elif pressed == "t":
                    said, on = _tag(walk, screen, keys), False
                elif pressed == "o":
                    said, on = _note(walk, screen, keys, shown.hit.span), False
                elif pressed == "?":
                    screen.help()
                    continue
                elif pressed not in _NEXT | _BACK:
                    screen.say("press ? to see the keys")
                    continue
            except IndexUnwritable:
                # Nothing that follows could be kept either.
                raise
            except CoopsearchError as error:
                screen.say(str(error))
                continue
            break
        if on and not (walk.back() if pressed in _BACK else walk.next()):
            if pressed not in _BACK:
                return
            said = "this is the first"
        if said:
            screen.later(said)


def _tag(walk: Review, screen: Screen, keys: Keys) -> str:
    from coopsearch.search.desk.marks import checked_tag

    with keys.line():
        tags = screen.ask("tag").replace(",", " ").split()
    # All of them are looked at first: none is put on where one is refused.
    for tag in [checked_tag(tag) for tag in tags]:
        walk.mark(tag)
    return f"tagged {', '.join(tags)}" if tags else "no tag given"


def _note(walk: Review, screen: Screen, keys: Keys, span: tuple[int, int]) -> str:
    with keys.line():
        text = screen.ask("note").strip()
    if not text:
        return "no note given"
    start, stop = span
    walk.note(text, (start, stop) if stop else None)
    return "note kept"
