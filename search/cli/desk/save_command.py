"""``coopsearch save``: keep a query under a name, for `coopsearch news` to ask again.

Reads the options; ``search.desk.saved`` keeps the searches.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from coopsearch.search.cli.answers.asked_indexes import folders_there, labels_of, open_asked
from coopsearch.search.cli.answers.given_line import EXPANSION, expansion, joined
from coopsearch.search.cli.answers.search_options import NamesOption, QueryLanguageOption, TranslateOption
from coopsearch.search.cli.app import IndexesOption, QueryCommand, app
from coopsearch.search.cli.display.render import as_json as json_of
from coopsearch.search.cli.display.render import counted
from coopsearch.search.cli.display.terminal import (
    ADDRESS,
    BOLD,
    DIM,
    QUOTED,
    has_colour,
    safe,
    styled,
    wrapped,
)
from coopsearch.search.cli.exits import Exit
from coopsearch.search.errors import SettingsError
from coopsearch.search.model import shown_path

if TYPE_CHECKING:
    from pathlib import Path


@app.command(
    "save",
    cls=QueryCommand,
    epilog='Examples: coopsearch save boats "boat migrants" -tunisia; coopsearch save unread smuggling '
    "--unseen; coopsearch save --list; coopsearch save --remove boats. Then `coopsearch news` tells what is "
    "new. Exit code: 0 done, 1 nothing is saved, 2 error.",
)
def save(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME QUERY...", show_default=False, help="A name, and the query as for a search."
        ),
    ] = None,
    require_all: Annotated[bool, typer.Option("--all", help="Only documents that hold all words.")] = False,
    tag: Annotated[
        list[str] | None,
        typer.Option(
            "--tag",
            metavar="TAG",
            help="Only documents with this mark; -TAG for those without. May be repeated.",
        ),
    ] = None,
    unseen: Annotated[
        bool, typer.Option("--unseen", help="Only documents that nobody has marked as seen.")
    ] = False,
    translate: TranslateOption = None,
    query_language: QueryLanguageOption = None,
    names: NamesOption = None,
    list_: Annotated[bool, typer.Option("--list", help="List the saved searches.")] = False,
    remove: Annotated[
        str | None, typer.Option("--remove", metavar="NAME", help="Remove a saved search.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --list: a JSON object for each search.")
    ] = False,
    index: IndexesOption = None,
) -> int:
    """Save a search under a name, list the saved searches, or remove one."""
    # Imported here: the general help needs no desk.
    from coopsearch.search.desk import saved
    from coopsearch.search.desk.marks import checked_tag

    folders = folders_there(index)
    if list_ or remove is not None:
        if words or (list_ and remove is not None):
            raise SettingsError("--list and --remove stand alone; leave out the rest, or save a search")
        if remove is not None:
            return _remove(folders, remove)
        return _list(folders, as_json=as_json)
    if not words or len(words) < 2:  # noqa: PLR2004 - a name and a query
        raise SettingsError('give a name and a query, as in: coopsearch save boats "boat migrants"')
    name, text = saved.checked_name(words[0]), joined(words[1:])
    tags = [*(_checked(one, checked_tag) for one in tag or ()), *(["-seen"] if unseen else ())]
    chosen = expansion(translate, query_language, names)
    with open_asked(folders, expansion=chosen) as opened:
        # A query that cannot be read is better refused now than in a job at night.
        found = opened.search(text, limit=0, require_all=require_all, tags=tags)
        # One that was named twice, once by a link, is asked once.
        folders = list(opened.folders)
    home = folders[0]
    options = {"require_all": require_all, "tags": tags, "indexes": saved.beside(home, folders), **chosen}
    before = saved.save(home, name, text, options)
    of = counted(found.documents, "document")
    match = "matches" if found.documents == 1 else "match"
    print(f"saved {safe(name)}: {safe(text, QUOTED)} ({found.total:,} of {of} {match})")
    if before is not None and before.query != text:
        print(f"it was: {safe(before.query, QUOTED)}")
    if len(folders) > 1:
        others = " and ".join(shown_path(str(one)) for one in folders[1:])
        kept = f"kept beside {shown_path(str(home))}; it asks {others}, too"
        print(wrapped(safe(kept, ADDRESS), sys.stdout))
    for note in found.notes:
        print(safe(f"note: {note}", QUOTED), file=sys.stderr)
    return Exit.FOUND


def _remove(folders: Sequence[Path], name: str) -> int:
    from coopsearch.search.desk import saved

    (home, search), *others = saved.named_in(folders, [name])
    if others:
        places = " and ".join(shown_path(str(one)) for one in (home, *(other for other, _ in others)))
        raise SettingsError(f"{search.name!r} is saved beside {places}; name one of them with --index")
    saved.remove(home, search.name)
    print(f"removed the saved search {safe(search.name, QUOTED)}")
    return Exit.FOUND


def _checked(tag: str, check: Callable[[str], str]) -> str:
    return f"-{check(tag[1:])}" if tag.startswith("-") else check(tag)


def _list(folders: Sequence[Path], *, as_json: bool) -> int:
    from coopsearch.search.desk.saved import saved
    from coopsearch.search.values.desk import saved_value

    colour = has_colour(sys.stdout)
    labels = labels_of(folders)
    searches = [(home, one) for home in folders for one in saved(home)]
    for home, one in searches:
        if as_json:
            print(json_of(saved_value(home, one, index=bool(labels))))
            continue
        more = [*(["--all"] if one.require_all else ()), *(f"--tag {tag}" for tag in one.tags)]
        more += [f"{EXPANSION[name]} {value}" for name, value in one.expansion.items()]
        more += [f"--index {shown_path(str(beside))}" for beside in one.folders(home)[1:]]
        print(styled(safe(one.name), BOLD, colour=colour), safe(one.query, QUOTED), sep="  ")
        said = [*more, f"saved {one.at[:10]} by {one.who}"]
        said += [f"[{labels[str(home)]}]"] if labels else []
        print("  " + styled(safe("  ".join(said), QUOTED), DIM, colour=colour))
    if not searches and not as_json:
        print('no search is saved; save one, as in: coopsearch save boats "boat migrants"', file=sys.stderr)
    return Exit.FOUND if searches else Exit.NOTHING
