"""``coopsearch mark``: tags and notes on documents.

Reads the options; ``search.desk.marks`` keeps the marks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coopsearch.search.cli.answers.asked_indexes import folders_there, holding, labels_of
from coopsearch.search.cli.app import Command, IndexesOption, app
from coopsearch.search.cli.exits import Exit
from coopsearch.search.errors import SettingsError

if TYPE_CHECKING:
    from coopsearch.search.cli.desk.targets import Target


@app.command(
    "mark",
    cls=Command,
    epilog="Examples: coopsearch mark 3 relevant; coopsearch mark 1-5 seen; coopsearch mark report.pdf "
    "follow-up --note 'ask for the annex'; coopsearch mark --list relevant. Whoever judges a document "
    "(relevant, not) has seen it. Queries find marks: tag:relevant, -tag:seen. Exit code: 0 done, 1 nothing "
    "to list or remove, 2 error.",
)
def mark(
    given: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="N|ADDRESS... TAG...",
            show_default=False,
            help="Hits of the last answer by number (3, 2-5, or 1,4), or documents by address; then tags: "
            "seen, relevant, not, or words of your own.",
        ),
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEXT", help="Keep a note on the document, too.")
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take the tags off instead; without tags all of your own.")
    ] = False,
    remove_note: Annotated[
        str | None,
        typer.Option("--remove-note", metavar="ID", help="Remove a note, by the id that --list shows."),
    ] = None,
    everyone: Annotated[
        bool, typer.Option("--everyone", help="With --remove: take off also what others put there.")
    ] = False,
    list_: Annotated[
        bool, typer.Option("--list", help="List marks and notes, or the marks of the tags given.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --list: print a JSON object for each document.")
    ] = False,
    index: IndexesOption = None,
) -> int:
    """Mark documents as seen, relevant or not, tag them, and keep notes."""
    # Imported here: the general help needs no desk.
    from coopsearch.search.desk import marks

    words = list(given or ())
    if list_:
        if remove or note is not None or remove_note is not None:
            raise SettingsError("--list stands alone; leave out the other options")
        return _list(folders_there(index), words, as_json=as_json)
    if remove_note is not None:
        if words or note is not None or remove:
            raise SettingsError("--remove-note stands alone; leave out the rest")
        return _remove_note(folders_there(index), remove_note)
    if not words:
        raise SettingsError("say what to mark, as in: coopsearch mark 3 relevant")
    if not all(words):
        raise SettingsError(
            "a document or a tag is empty; name a hit by its number or a document, and a word for the tag, "
            "as in: coopsearch mark 3 relevant"
        )
    targets, tags = _split(words, index, removing=remove)
    if remove:
        if note is not None:
            raise SettingsError("a note is removed by --remove-note and its id, which --list shows")
        return _remove(targets, tags, everyone=everyone)
    if not tags and note is None:
        raise SettingsError("say with which tag, as in: coopsearch mark 3 relevant; or give a --note")
    checked = [marks.checked_tag(tag) for tag in tags]
    if set(marks.JUDGEMENTS) <= set(checked):
        raise SettingsError(f"a document is either {' or '.join(marks.JUDGEMENTS)}; give one of them")
    return _put(targets, checked, note)


def _remove_note(folders: Sequence[Path], name: str) -> int:
    from coopsearch.search.desk import marks

    holding = [folder for folder in folders if any(one.id.endswith(name) for one in marks.notes(folder))]
    if len(holding) > 1:
        raise SettingsError(f"several desks have a note of the id {name!r}; give more of it")
    marks.remove_note(holding[0] if holding else folders[0], name)
    print("the note is removed")
    return Exit.FOUND


def _split(words: list[str], options: list[str] | None, *, removing: bool) -> tuple[list[Target], list[str]]:
    """Tell the documents from the tags that follow them."""
    from coopsearch.search.cli.answers.hit_numbers import are_numbers
    from coopsearch.search.cli.desk.targets import by_number
    from coopsearch.search.desk.marks import JUDGEMENTS, SEEN
    from coopsearch.search.index import Index
    from coopsearch.search.model import shown_path

    numbers = list(takewhile(are_numbers, words))
    if numbers:
        targets, answer = by_number(numbers, options)
        for folder in {one.folder for one in targets}:
            with Index(folder) as opened:
                if answer.generations.get(str(folder)) != opened.generation:
                    print("note: the index was updated since that answer", file=sys.stderr)
                for one in targets:
                    if one.folder == folder and not removing and not opened.holds(one.path):
                        raise SettingsError(
                            f"{shown_path(one.path)} is no longer in the index, which was updated since that "
                            "answer; search again"
                        )
        return targets, words[len(numbers) :]
    folders = folders_there(options)
    if words[0] in {SEEN, *JUDGEMENTS}:
        raise SettingsError(f"say which document is {words[0]}, as in: coopsearch mark 3 {words[0]}")
    return _addressed(words, folders, removing=removing)


def _addressed(words: list[str], folders: list[Path], *, removing: bool) -> tuple[list[Target], list[str]]:
    """Tell documents that are named by their addresses from the tags that follow them."""
    from coopsearch.search.cli.desk.targets import Target, by_address
    from coopsearch.search.desk.marks import JUDGEMENTS, SEEN, marks
    from coopsearch.search.index import Index

    with ExitStack() as stack:
        opened = [stack.enter_context(Index(folder)) for folder in folders]
        if removing and not holding(words[0], opened):
            # A mark outlives the document: it can be taken off all the same.
            path = str(Path(words[0]).absolute())
            found = [Target(folder, path) for folder in folders if marks(folder, paths=[path])]
            if found:
                return found, words[1:]
        targets = by_address(opened, words[0])
        for word in words[1:]:
            if word in {SEEN, *JUDGEMENTS} or not holding(word, opened):
                break
            targets += by_address(opened, word)
        return targets, words[len(targets) :]


def _put(targets: Sequence[Target], tags: Sequence[str], note: str | None) -> int:
    from coopsearch.search.cli.display.render import counted
    from coopsearch.search.cli.display.terminal import safe
    from coopsearch.search.desk import marks
    from coopsearch.search.desk.store import writing

    fresh = done = 0
    try:
        for folder, some in _by_folder(targets):
            with writing(folder) as desk:
                for one in some:
                    path = marks.address_in(folder, one.path)
                    fresh += sum(marks.put_on(desk, path, tag, one.query) for tag in tags) > 0
                    if note is not None:
                        marks.note_on(desk, path, note, one.span, one.query)
            done += len(some)
    finally:
        # Beside one of several indexes it may be that nothing can be kept.
        if tags and done:
            before = done - fresh
            known = f"; {before:,} had {'that' if len(tags) == 1 else 'these'} before" if before > 0 else ""
            print(f"{counted(done, 'document')} marked {safe(', '.join(tags))}{known}")
        if note is not None and done:
            print(f"note kept on {counted(done, 'document')}")
    return Exit.FOUND


def _remove(targets: Sequence[Target], tags: Sequence[str], *, everyone: bool) -> int:
    from coopsearch.search.cli.display.render import counted
    from coopsearch.search.desk import marks

    gone = 0
    for folder, some in _by_folder(targets):
        for tag in tags or (None,):
            gone += marks.unmark(folder, [one.path for one in some], tag, everyone=everyone)
    print(f"{counted(gone, 'mark')} removed" if gone else "there was no such mark of yours", file=sys.stderr)
    return Exit.FOUND if gone else Exit.NOTHING


def _by_folder(targets: Sequence[Target]) -> Iterator[tuple[Path, list[Target]]]:
    for folder, some in groupby(sorted(targets, key=lambda one: one.folder), key=lambda one: one.folder):
        yield folder, list(some)


def _list(folders: Sequence[Path], tags: Sequence[str], *, as_json: bool) -> int:
    from coopsearch.search.desk import marks

    wanted = frozenset(marks.checked_tag(tag) for tag in tags)
    found, labels = False, labels_of(folders)
    for folder in folders:
        found |= _list_one(folder, wanted, as_json=as_json, label=labels.get(str(folder), ""))
    if not found and not as_json:
        print("no document has such a mark" if wanted else "nothing is marked yet", file=sys.stderr)
    return Exit.FOUND if found else Exit.NOTHING


def _list_one(folder: Path, wanted: frozenset[str], *, as_json: bool, label: str) -> bool:
    """List the marks and notes of one desk, of several with its name; return whether there are any."""
    from coopsearch.search.cli.display.render import as_json as json_of
    from coopsearch.search.cli.display.terminal import (
        ADDRESS,
        DIM,
        MATCH,
        PATH,
        has_colour,
        safe,
        shown_path,
        styled,
    )
    from coopsearch.search.desk import marks
    from coopsearch.search.values.desk import marked_value

    found = [one for one in marks.marks(folder) if not wanted or one.tag in wanted]
    notes = marks.notes(folder)
    paths = sorted({one.path for one in found} | {one.path for one in notes if not wanted})
    colour = has_colour(sys.stdout)
    for path in paths:
        mine = [one for one in found if one.path == path]
        noted = [one for one in notes if one.path == path]
        absolute = marks.absolute(folder, path)
        if as_json:
            value = marked_value(folder, path, mine, noted, index=bool(label))
            print(json_of(value))
            continue
        said = ", ".join(sorted({one.tag for one in mine}))
        people = ", ".join(sorted({one.who for one in mine}))
        print(
            styled(safe(shown_path(absolute), ADDRESS), PATH, colour=colour),
            *([styled(safe(f"[{label}]"), DIM, colour=colour)] if label else []),
            *(
                [styled(safe(said), MATCH, colour=colour), styled(safe(people), DIM, colour=colour)]
                if mine
                else []
            ),
            sep="  ",
        )
        for one in noted:
            told = styled(safe(f"{one.id[-8:]} {one.at[:10]} {one.who}:"), DIM, colour=colour)
            print(f"   {told} {safe(one.text)}")
    return bool(paths)
