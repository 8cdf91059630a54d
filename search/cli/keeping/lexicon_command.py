"""``coopsearch lexicon``: dictionaries and glossaries of the user's own, for the translation of queries.

Reads the options and prints; ``indexer.lexicons`` reads the files, ``search.lexicons`` keeps what is made of
them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from coopsearch.search.cli.app import Command, app
from coopsearch.search.cli.display.render import as_json as json_of
from coopsearch.search.cli.display.render import counted
from coopsearch.search.cli.display.terminal import (
    ADDRESS,
    BOLD,
    DIM,
    QUOTED,
    has_colour,
    safe,
    shown_path,
    styled,
    wrapped,
)
from coopsearch.search.cli.exits import Exit
from coopsearch.search.errors import SettingsError
from coopsearch.search.indexdir.location import absolute, file_text

if TYPE_CHECKING:
    from coopsearch.indexer.lexicons.reading import Glossary
    from coopsearch.search.lexicons.about import About

#: Problems that `add` shows, and words with too many translations.
_SHOWN: Final = 3
#: What is taken from which option, and by which action.
_OPTIONS: Final = {
    "--name": ("add",),
    "--from": ("add", "check"),
    "--to": ("add", "check"),
    "--encoding": ("add", "check"),
    "--replace": ("add",),
}
_KINDS: Final = {
    "dictd": "a dictd dictionary",
    "stardict": "a StarDict dictionary",
    "tbx": "TBX",
    "tmx": "TMX",
    "table": "a table",
    "entries": "entries",
}


@app.command(
    "lexicon",
    cls=Command,
    epilog="Examples: coopsearch lexicon add glossary.tsv; coopsearch lexicon add freedict-eng-ara.dict.dz "
    "--name freedict; coopsearch lexicon show human trafficking. Actions: add FILE reads a dictionary "
    "(dictd, StarDict) or a glossary (TBX, TMX, TSV, CSV) and keeps what it says; check FILE reads it, says "
    "what is wrong by line, and keeps nothing; list, and remove NAME; show WORD says what each lexicon has "
    "for a word. Languages: en, fr, ar. Exit code: 0 done, 1 nothing is there or the check found something, "
    "2 error.",
)
def lexicon(
    action: Annotated[
        str, typer.Argument(metavar="ACTION", help="add, check, list, remove or show.", show_default=False)
    ],
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE|NAME|WORD]...", help="What it is about.", show_default=False),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="What to call it. Default: as its file."),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="LANG", help="The language of the headwords, or first column."),
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="LANG", help="The language of the translations.")
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            "--encoding", metavar="NAME", help="Of the file, as cp1256. Default: what its bytes show."
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="With add: take the place of a lexicon of that name.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON objects, one a line.")] = False,
) -> int:
    """Add dictionaries and glossaries of your own to the translation of queries, list and remove them."""
    given = words or []
    actions: dict[str, Callable[[], int]] = {
        "add": lambda: _add(
            _file(given, action),
            name,
            _languages(from_, to),
            encoding or "",
            replace=replace,
            as_json=as_json,
        ),
        "check": lambda: _check(_file(given, action), _languages(from_, to), encoding or "", as_json=as_json),
        "list": lambda: _list(as_json=as_json),
        "remove": lambda: _remove(given[0], as_json=as_json),
        "show": lambda: _show(" ".join(given), as_json=as_json),
    }
    if action not in actions:
        raise SettingsError(f"lexicon has no action {action!r:.40}; there are: {', '.join(actions)}")
    options = {"--name": name, "--from": from_, "--to": to, "--encoding": encoding, "--replace": replace}
    for option, value in options.items():
        if value not in {None, False} and action not in _OPTIONS[option]:
            raise SettingsError(f"{option} belongs to `lexicon {_OPTIONS[option][0]}`; leave it out")
        if value == "" and option != "--name":
            raise SettingsError(f"{option} is empty; leave it out, or name what it is to be")
    _check_words(action, given)
    return actions[action]()


def _check_words(action: str, given: Sequence[str]) -> None:
    if action == "list" and given:
        raise SettingsError("`lexicon list` takes no name; `coopsearch lexicon show WORD` looks for a word")
    if action == "remove" and len(given) != 1:
        raise SettingsError("say which lexicon, as in: coopsearch lexicon remove glossary")
    if action == "show" and not "".join(given).strip():
        raise SettingsError("say which word, as in: coopsearch lexicon show smuggling")


def _file(given: Sequence[str], action: str) -> Path:
    if len(given) != 1:
        raise SettingsError(f"say which file, one at a time, as in: coopsearch lexicon {action} glossary.tsv")
    return absolute(file_text(given[0]))


def _languages(from_: str | None, to: str | None) -> tuple[str, str]:
    """Return the two languages that were named, ("", "") for none. Raises SettingsError."""
    # Imported here: only what reads a file needs it.
    from coopsearch.indexer.lexicons.languages import of_option

    if not from_ and not to:
        return "", ""
    if not from_ or not to:
        raise SettingsError("--from and --to belong together; give both, as in --from en --to ar")
    found = of_option(from_, "--from"), of_option(to, "--to")
    if found[0] == found[1]:
        raise SettingsError("--from and --to are the same language; a lexicon has words in two")
    return found


def _add(
    path: Path, name: str | None, given: tuple[str, str], encoding: str, *, replace: bool, as_json: bool
) -> int:
    from coopsearch.indexer.lexicons.adding import add

    added = add(path, name, given, encoding, replace=replace)
    about, glossary, fault = added
    if as_json:
        print(json_of({**_value(about), "fault": fault, **_left_out(glossary)}))
        return Exit.FOUND
    print(_line(f"added {about.name}: {_size(about)}"))
    _print_about(about)
    for line in _notes(glossary):
        print(_line(f"  {line}"))
    if glossary.collection.wrong:
        first = glossary.collection.problems[0]
        print(_line(f"  left out: {_wrong(glossary)}; {first.place}: {first.what}"))
        print(_line(f"  `coopsearch lexicon check {shown_path(str(path))}` lists what is left out"))
    if fault:
        print(_line(f"  not used: {fault}"))
    return Exit.FOUND


def _check(path: Path, given: tuple[str, str], encoding: str, *, as_json: bool) -> int:
    from coopsearch.indexer.lexicons.reading import read

    glossary = read(path, given, encoding)
    collection = glossary.collection
    if as_json:
        value = {
            "file": str(path),
            "kind": glossary.kind,
            "encoding": glossary.about.encoding,
            "languages": list(glossary.languages),
            "entries": len(collection.concepts),
            "pairs": collection.pairs,
            "title": glossary.about.title,
            "licence": glossary.about.licence,
            "notes": _notes(glossary),
            "problems": [one._asdict() for one in collection.problems],
        }
        print(json_of({**value, **_left_out(glossary)}))
        return Exit.NOTHING if collection.wrong else Exit.FOUND
    shown = shown_path(str(path))
    for problem in collection.problems:
        print(safe(f"{shown}: {problem.place}: {problem.what}", ADDRESS))
    if more := collection.wrong - len(collection.problems):
        print(f"and {more:,} more")
    entries, pairs = counted(len(collection.concepts), "entry"), counted(collection.pairs, "pair")
    left = f"{_wrong(glossary)} would be left out" if collection.wrong else "all is in order"
    read_as = _read_as(glossary.about.encoding)
    what = f"{_KINDS[glossary.kind]} between {_between(glossary.languages)}{read_as}"
    print(_line(f"{shown}: {what}, {_plural(entries)}, {pairs} of words; {left}"))
    for line in _notes(glossary):
        print(_line(f"  {line}"))
    return Exit.NOTHING if collection.wrong else Exit.FOUND


def _list(*, as_json: bool) -> int:
    from coopsearch.search.lexicons.kept import fault_of_all, listed

    found = listed()
    for one in found:
        if as_json:
            value = _value(one.about) if one.about is not None else {"name": one.name}
            print(json_of({**value, "fault": one.fault}))
            continue
        size = _size(one.about) if one.about is not None else ""
        head = styled(safe(one.name), BOLD, colour=has_colour(sys.stdout))
        print(f"{head}  {size}".rstrip())
        if one.about is not None:
            _print_about(one.about)
            day = f"added {one.about.added[:10]} from {one.about.file}"
            print(styled(_line(f"  {day}"), DIM, colour=has_colour(sys.stdout)))
        if one.fault:
            print(_line(f"  not used: {one.fault}"))
    if not found and not as_json:
        said = "no lexicon was added; the one that comes with the program is asked all the same"
        print(_line(fault_of_all()) or said, file=sys.stderr)
    return Exit.FOUND if found else Exit.NOTHING


def _remove(name: str, *, as_json: bool) -> int:
    from coopsearch.search.lexicons.kept import remove

    removed = remove(name)
    print(json_of({"removed": removed}) if as_json else f"removed the lexicon {safe(removed, QUOTED)}")
    return Exit.FOUND


def _show(text: str, *, as_json: bool) -> int:
    from coopsearch.search.lexicons.asked import sayings
    from coopsearch.search.lexicons.opened import user_lexicons
    from coopsearch.search.translation.bundled import bundled
    from coopsearch.search.translation.table import Unusable

    installed = user_lexicons()
    faults = list(installed.faults)
    found = []
    for table in (None, *installed.tables):
        try:
            found += list(sayings(text, [bundled() if table is None else table]))
        except Unusable as error:
            faults.append(str(error))
    colour = has_colour(sys.stdout)
    before = None
    for one in found:
        if as_json:
            print(json_of(one._asdict()))
            continue
        key = one.lexicon, one.language, one.word
        if key != before:
            print(f"{styled(safe(one.word), BOLD, colour=colour)} ({one.language}), {safe(one.lexicon)}:")
        before = key
        print(f"  {one.into} {one.rank:2}. {safe(one.translation)}  {one.vote:.1f}")
    for fault in faults:
        print(f"coopsearch: {safe(fault, ADDRESS)}", file=sys.stderr)
    if not found and not as_json:
        print(safe(f"no lexicon knows {text!r:.200}", QUOTED), file=sys.stderr)
    return Exit.FOUND if found else Exit.NOTHING


def _value(about: About) -> dict[str, Any]:
    """Return what is known of a lexicon, for programs."""
    inner = {"size", "crc32"}
    value = {key: one for key, one in about._asdict().items() if key not in inner}
    return {**value, "languages": list(about.languages)}


def _left_out(glossary: Glossary) -> dict[str, Any]:
    crowded = glossary.collection.crowded()
    return {"left_out": glossary.collection.wrong, "crowded": len(crowded)}


def _wrong(glossary: Glossary) -> str:
    wrong = glossary.collection.wrong
    return "1 word or line" if wrong == 1 else f"{wrong:,} words or lines"


def _size(about: About) -> str:
    entries, pairs = counted(about.entries, "entry"), counted(about.pairs, "pair")
    return f"{_plural(entries)}, {pairs} of words between {_between(about.languages)}"


def _print_about(about: About) -> None:
    if about.title:
        print(_line(f"  title: {about.title}"))
    print(_line(f"  licence: {about.licence or 'not stated'}"))
    what = f"{_KINDS.get(about.kind, about.kind)}{_read_as(about.encoding)}"
    print(_line(f"  origin: {Path(about.file).name} ({what}), SHA-256 {about.sha256[:12]}..."))


def _read_as(encoding: str) -> str:
    return f", read as {encoding}" if encoding not in {"utf-8", ""} else ""


def _notes(glossary: Glossary) -> list[str]:
    """Return what a person should know of how a glossary was read."""
    from coopsearch.indexer.lexicons.collecting import KEPT

    notes = list(glossary.about.notes)
    if crowded := glossary.collection.crowded():
        named = ", ".join(f"{word} has {count:,}" for word, count in crowded[:_SHOWN])
        words = "1 word has" if len(crowded) == 1 else f"{len(crowded):,} words have"
        notes.append(f"{words} more than {KEPT} translations, of which the best {KEPT} are kept ({named})")
    return notes


def _between(languages: Sequence[str]) -> str:
    return f"{', '.join(languages[:-1])} and {languages[-1]}"


def _plural(entries: str) -> str:
    return entries.replace("entrys", "entries")


def _line(text: str) -> str:
    return wrapped(safe(text, ADDRESS), sys.stdout)
