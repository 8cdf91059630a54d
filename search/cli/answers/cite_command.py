"""``coopsearch cite``: quote a hit with its source, keep that, and check later whether it still holds.

Reads the options and prints; ``desk.citations`` makes citations, ``desk.checking`` compares them with their
sources, and the indexer's extractors read a source that changed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from coopsearch.search.cli.answers.asked_indexes import asked_folders, folders_there, holders
from coopsearch.search.cli.app import Command, IndexesOption, app
from coopsearch.search.cli.display.terminal import ADDRESS, safe, wrapped
from coopsearch.search.cli.exits import Exit
from coopsearch.search.errors import CoopsearchError, SettingsError
from coopsearch.search.model import shown_path

if TYPE_CHECKING:
    from coopsearch.search.desk.checking import Checked
    from coopsearch.search.desk.citations import Citation
    from coopsearch.search.model import Document


_NONE: Final = "no citation is kept beside this index; `coopsearch cite 1` makes one"


@app.command(
    "cite",
    cls=Command,
    epilog="Examples: coopsearch cite 1; coopsearch cite 1-3 --style bibtex; coopsearch cite report.pdf "
    '--quote "the route moved east"; coopsearch cite --check draft.md. Exit code: 0 cited, or all citations '
    "hold; 1 some do not hold, or none is kept; 2 error.",
)
def cite(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[N|PATH]...",
            show_default=False,
            help="Numbers of hits of the last answer (1, 1-3, or 1,4), or documents to quote from with "
            "--quote. With --check: a file of citations.",
        ),
    ] = None,
    style: Annotated[
        str, typer.Option("--style", metavar="STYLE", help="text, markdown, bibtex or csl-json.")
    ] = "text",
    quote: Annotated[
        str | None,
        typer.Option("--quote", metavar="WORDS", help="Quote these words, exactly as they stand there."),
    ] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="A note to keep with it.")] = "",
    no_keep: Annotated[
        bool, typer.Option("--no-keep", help="Only print it; it is not kept beside the index.")
    ] = False,
    listed: Annotated[bool, typer.Option("--list", help="Print the citations that are kept.")] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Say of each citation in a file, or of all that are kept, whether its source still says it "
            "word for word.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    index: IndexesOption = None,
) -> int:
    """Quote hits word for word, with file, SHA-256, page or line, and see later whether that still holds."""
    from coopsearch.search.desk.styles import STYLES

    if style not in STYLES:
        raise SettingsError(f"{style!r:.80} is not a style of citations; give {', '.join(STYLES)}")
    what = what or []
    if check and listed:
        raise SettingsError("--check and --list are two commands; give one of them")
    if (check or listed) and (quote is not None or note):
        raise SettingsError("--quote and --note are for a new citation; give them without --check or --list")
    if check:
        return _check(what, index, as_json=as_json)
    if listed:
        return _list(what, index, style, as_json=as_json)
    cited = _cited(what, index, quote, note)
    kept = [] if no_keep else list(_kept(cited))
    _print(cited, style, as_json=as_json)
    sys.stdout.flush()
    for line in kept:
        print(wrapped(safe(line, ADDRESS), sys.stderr), file=sys.stderr)
    return Exit.FOUND


def _cited(
    what: list[str], options: list[str] | None, quote: str | None, note: str
) -> list[tuple[Path, Citation]]:
    """Return the citations that were asked for, each with its index."""
    # Imported here: to list and check needs no index.
    from coopsearch.search.cli.answers.hit_numbers import are_numbers, numbers_in
    from coopsearch.search.desk.citations import checked_note
    from coopsearch.search.desk.citing import Citing
    from coopsearch.search.desk.last_answer import last_answer
    from coopsearch.search.desk.quotes import checked

    if not what:
        raise SettingsError("name a hit of the last answer by its number, as in: coopsearch cite 1")
    note = checked_note(note)
    answer, named = None, list(what)
    if any(map(are_numbers, what)):
        answer = last_answer(*(asked_folders(options) if options else ()))
        named = [
            str(number)
            for one in what
            for number in (numbers_in([one], answer) if are_numbers(one) else [one])
        ]
        named = list(dict.fromkeys(named))
    if quote is not None:
        quote = checked(quote)
        if max(len(what), len(named)) > 1:
            raise SettingsError("--quote is about one document; name one hit or one file")
    with Citing(note, _documents) as citing:
        found = []
        for one in named:
            if answer is not None and are_numbers(one):
                found.append(citing.hit(answer, int(one), quote))
            else:
                folder, *others = holders(one, asked_folders(options))
                citing.notes += [f"note: {shown_path(str(other))} holds {one}, too" for other in others]
                found.append(citing.document(one, folder, quote))
        for line in citing.notes:
            print(wrapped(safe(line, ADDRESS), sys.stderr), file=sys.stderr)
    return found


def _documents(path: Path) -> list[Document]:
    # Imported here: only a file that changed is read anew.
    from coopsearch.indexer import read_documents

    return read_documents(path)


def _kept(cited: list[tuple[Path, Citation]]) -> Iterator[str]:
    """Keep citations, each beside its index, and yield what to say where that cannot be done."""
    from coopsearch.search.desk.citations import keep

    for folder in dict.fromkeys(folder for folder, _ in cited):
        try:
            keep(folder, [citation for one, citation in cited if one == folder])
        except CoopsearchError as error:
            yield f"coopsearch: not kept, only printed: {error}"


def _print(cited: list[tuple[Path, Citation]], style: str, *, as_json: bool) -> None:
    """Print citations, each of an index."""
    if as_json:
        from coopsearch.search.cli.display.citation_text import json_line

        for index, citation in cited:
            print(json_line(citation, index))
        return
    from coopsearch.search.desk.styles import written

    lines = written([citation for _, citation in cited], style)
    if style == "text" and sys.stdout.isatty():
        from coopsearch.search.cli.display.citation_text import laid_out

        lines = laid_out(lines, sys.stdout)
    for line in lines:
        print(line)


def _list(what: list[str], options: list[str] | None, style: str, *, as_json: bool) -> int:
    from coopsearch.search.desk.citations import kept

    if what:
        raise SettingsError(f"--list prints all citations that are kept; leave out {what[0]!r:.80}")
    cited = [(folder, citation) for folder in folders_there(options) for citation in kept(folder)]
    if cited or style == "csl-json":
        _print(cited, style, as_json=as_json)
    if not cited:
        print(_NONE, file=sys.stderr)
    return Exit.FOUND if cited else Exit.NOTHING


def _check(what: list[str], options: list[str] | None, *, as_json: bool) -> int:
    from coopsearch.search.cli.display.citation_text import checked_json, checked_lines, checked_summary
    from coopsearch.search.desk.checking import HOLDING, check
    from coopsearch.search.desk.citations import kept
    from coopsearch.search.desk.moves import moved
    from coopsearch.search.desk.store import reading

    indexes = asked_folders(options) if what else folders_there(options)
    kept_by = {index: kept(index) for index in indexes}
    known = [citation for some in kept_by.values() for citation in some]
    given = known
    files = [Path(one) for one in what]
    if files:
        from coopsearch.search.desk.claims import read_claims

        given = [one for path in files for one in read_claims(path)]
    # What no index keeps is looked for from all of them. A partner has the sources beside the file, and no
    # index.
    owner = {citation.id: index for index, some in kept_by.items() for citation in some}
    beside = [path.absolute().parent for path in files]
    found: list[Checked] = []
    for index in indexes:
        mine = [one for one in given if owner.get(one.id, indexes[0]) == index]
        others = [other.parent for other in indexes if other != index]
        with reading(index) as desk:
            places = moved(desk)
        found += check(mine, known, [index.parent, *others, *beside], _documents, places)
    for one in found:
        for line in [checked_json(one)] if as_json else checked_lines(one, sys.stdout):
            print(line)
    sys.stdout.flush()
    if not found:
        print(_NONE, file=sys.stderr)
        return Exit.NOTHING
    if not as_json:
        gap = "\n" if sys.stderr.isatty() else ""
        print(gap + wrapped(checked_summary(found), sys.stderr), file=sys.stderr)
    return Exit.FOUND if all(one.state in HOLDING for one in found) else Exit.NOTHING
