"""What is kept beside an index and what becomes of a hit: marks, notes, saved searches, news, citations.

Called in threads, by the API and by the pages alike. Does not depend on the web's libraries.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, NamedTuple

from coopsearch.search.desk import citations, known, marks, saved
from coopsearch.search.desk.citing import Citing
from coopsearch.search.desk.known import News
from coopsearch.search.desk.last_answer import AnsweredHit, LastAnswer
from coopsearch.search.desk.news import news as news_of
from coopsearch.search.desk.quotes import checked
from coopsearch.search.desk.saved import Saved
from coopsearch.search.desk.store import writing
from coopsearch.search.desk.styles import STYLES, written
from coopsearch.search.errors import CoopsearchError, SettingsError
from coopsearch.search.results.snippets import sentences_around
from coopsearch.search.serving import answers
from coopsearch.search.serving.asked import Asked
from coopsearch.search.serving.problems import Refused
from coopsearch.search.serving.service import Service
from coopsearch.search.values.desk import citation_value, marked_value, news_value, saved_value

#: Tags of one change.
_TAGS: Final = 20
#: Options of a search that a saved one keeps.
_KEPT: Final = ("require_all", "tags", "translate", "query_language", "names")


class Change(NamedTuple):
    """What is to become of the marks of a document."""

    add: Sequence[str] = ()
    remove: Sequence[str] = ()
    note: str = ""
    span: tuple[int, int] | None = None
    """The range of the text that the note is about."""
    query: str = ""


def marked(service: Service, name: str, change: Change) -> dict[str, Any]:
    """Change the marks of the document of an id; return them. Raises SettingsError for what is not a tag."""
    index, address = service.located(name)
    folder = index.folder
    path = marks.address_in(folder, index.document(address).path)
    if len(change.add) + len(change.remove) > _TAGS:
        raise SettingsError(f"a change has {_TAGS} tags at most")
    add, remove = map(marks.checked_tag, change.add), map(marks.checked_tag, change.remove)
    wanted, unwanted = list(add), list(remove)
    if set(marks.JUDGEMENTS) <= set(wanted):
        raise SettingsError(f"a document is either {' or '.join(marks.JUDGEMENTS)}; give one of them")
    with writing(folder) as desk:
        for tag in unwanted:
            marks.take_off(desk, path, tag, change.query)
        for tag in wanted:
            marks.put_on(desk, path, tag, change.query)
        if change.note.strip():
            marks.note_on(desk, path, change.note, change.span, change.query)
    return marks_of(service, name)


def marks_of(service: Service, name: str) -> dict[str, Any]:
    """Return the marks and notes of the document of an id."""
    index, address = service.located(name)
    folder = index.folder
    path = marks.address_in(folder, index.document(address).path)
    found = marks.marks(folder, paths=[path]), marks.notes(folder, paths=[path])
    return {"id": name, **marked_value(folder, path, *found, index=bool(service.labels))}


def all_marks(service: Service, tags: Iterable[str]) -> list[dict[str, Any]]:
    """Return the documents that have marks or notes, or those with one of some tags."""
    wanted = frozenset(map(marks.checked_tag, tags))
    values = []
    for folder in service.folders:
        found = [one for one in marks.marks(folder) if not wanted or one.tag in wanted]
        notes = marks.notes(folder)
        for path in sorted({one.path for one in found} | {one.path for one in notes if not wanted}):
            mine = [one for one in found if one.path == path]
            noted = [one for one in notes if one.path == path]
            value = marked_value(folder, path, mine, noted, index=bool(service.labels))
            values.append({"id": service.identify(value["path"], folder), **value})
    return values


def unnoted(service: Service, name: str) -> None:
    """Remove a note by its id. Raises Refused for one that nobody made."""
    for folder in service.folders:
        if any(one.id == name for one in marks.notes(folder)):
            marks.remove_note(folder, name)
            return
    raise Refused(HTTPStatus.NOT_FOUND, "no-note", "there is no note of this id")


def searches(service: Service) -> list[tuple[Path, Saved]]:
    """Return the saved searches of all desks, each with the folder of its index."""
    return [(folder, one) for folder in service.folders for one in saved.saved(folder)]


def saved_values(service: Service) -> list[dict[str, Any]]:
    """Return the saved searches."""
    return [saved_value(home, one, index=bool(service.labels)) for home, one in searches(service)]


def keep_search(service: Service, name: str, asked: Asked) -> dict[str, Any]:
    """Save a search under a name; return it. What narrows it becomes part of its query."""
    name = saved.checked_name(name)
    query = _as_query(asked)
    options = {key: value for key, value in asked.options.items() if key in _KEPT}
    # A query that cannot be read is better refused now.
    service.index.search(query, limit=0, **options)
    home = service.folders[0]
    saved.save(home, name, query, {**options, "indexes": saved.beside(home, list(service.folders))})
    (kept,) = saved.named(home, [name])
    return saved_value(home, kept, index=bool(service.labels))


def _as_query(asked: Asked) -> str:
    """Return a query that asks for what a search is narrowed to, too."""
    options = asked.options
    parts = []
    for field, name in (("lang", "languages"), ("type", "types"), ("path", "folders")):
        values = [_quoted(one) for one in options.get(name, ())]
        if values:
            either = " OR ".join(f"{field}:{value}" for value in values)
            parts.append(f"({either})" if len(values) > 1 else either)
    since, until = options.get("since", ""), options.get("until", "")
    if since or until:
        parts.append(f"date:{_quoted(since) if since == until else f'{since}..{until}'}")
    return f"({asked.query}) {' '.join(parts)}" if parts else asked.query


def _quoted(text: str) -> str:
    return text if text.isalnum() else '"' + text.replace('"', " ") + '"'


def drop_search(service: Service, name: str) -> None:
    """Remove a saved search. Raises Refused for one that there is not."""
    for folder in service.folders:
        if any(one.name == name for one in saved.saved(folder)):
            saved.remove(folder, name)
            return
    raise Refused(HTTPStatus.NOT_FOUND, "no-search", "no search is saved under this name")


def news(service: Service, names: Sequence[str], shown: int) -> list[News]:
    """Return what saved searches find that nobody knew. Raises Refused for a name that there is not."""
    chosen = [(home, one) for home, one in searches(service) if not names or one.name in names]
    if len({one.name for _, one in chosen}) < len(set(names)):
        raise Refused(HTTPStatus.NOT_FOUND, "no-search", "no search is saved under this name")
    told = []
    for home, one in chosen:
        folders = one.folders(home)
        with ExitStack() as stack:
            if folders == list(service.folders):
                index = service.index
            elif len(folders) == 1:
                index = service.part(folders[0])
            else:
                # Imported here: such a search asks other indexes than those that are served.
                from coopsearch.search.federation.indexes import open_indexes

                index = stack.enter_context(open_indexes(folders))
            told.append(news_of(index, one, known.known(home, one.name), home=home, shown=shown))
    return told


def news_values(service: Service, told: Iterable[News]) -> list[dict[str, Any]]:
    """Return news, search by search."""
    values = []
    for one in told:
        items = []
        for item in one.items:
            of = item.hit.index_folder if item.hit is not None else ""
            value = news_value(one, item, desk=bool(service.labels))
            items.append({"id": service.identify(item.path, of or one.home), **value})
        values.append(
            {
                "search": one.search.name,
                "query": one.search.query,
                "total": one.total,
                "since": one.since,
                "first_look": one.is_first,
                "items": items,
            }
        )
    return values


def known_now(told: Iterable[News]) -> None:
    """Keep what was told as known."""
    for one in told:
        if one.is_new:
            known.take(one.home, one)


class Quoted(NamedTuple):
    """What is to be cited of a document: its words, or the passage of a hit."""

    quote: str = ""
    span: tuple[int, int] | None = None
    query: str = ""
    note: str = ""
    style: str = "text"
    keep: bool = True


def cited(service: Service, name: str, quoted: Quoted) -> dict[str, Any]:
    """Make a citation, and keep it where that is wanted; return it as a value and as text."""
    value, texts = cited_in_all(service, name, quoted)
    return {**value, "text": texts[quoted.style]}


def cited_in_all(service: Service, name: str, quoted: Quoted) -> tuple[dict[str, Any], dict[str, str]]:
    """Make a citation, and keep it where that is wanted; return it as a value, and as text in each style."""
    if quoted.style not in STYLES:
        raise SettingsError(f"{quoted.style!r:.80} is not a style of citations; give {', '.join(STYLES)}")
    index, address = service.located(name)
    folder = index.folder
    with Citing(citations.checked_note(quoted.note), service.outside.read) as citing:
        if quoted.quote:
            start = quoted.span[0] if quoted.span else 0
            _, citation = citing.document(address, folder, checked(quoted.quote), near=start)
        elif quoted.span is not None and not quoted.query.strip():
            # A passage that no query found: one of a similar document.
            text = answers.places(service, name, "").document.text[slice(*quoted.span)]
            start, end = sentences_around(text, [])
            words = checked(text[start:end])
            _, citation = citing.document(address, folder, words, near=quoted.span[0])
        elif quoted.span is not None:
            hit = AnsweredHit(address, *quoted.span, None, None, str(folder))
            answer = LastAnswer(
                quoted.query, {}, {str(folder): index.generation}, (hit,), total=1, at=time.time()
            )
            _, citation = citing.hit(answer, 1, None)
        else:
            raise SettingsError("say what is cited: words of the document, or the passage of a hit")
        notes = [one.removeprefix("note: ") for one in citing.notes]
    if quoted.keep and not service.read_only:
        citations.keep(folder, [citation])
    texts = {style: "\n".join(written([citation], style)) for style in STYLES}
    return {"citation": citation_value(citation, folder), "notes": notes}, texts


def kept_citations(service: Service, style: str) -> dict[str, Any]:
    """Return the citations that are kept, as values and as text."""
    if style not in STYLES:
        raise SettingsError(f"{style!r:.80} is not a style of citations; give {', '.join(STYLES)}")
    cited = [(folder, one) for folder in service.folders for one in citations.kept(folder)]
    return {
        "citations": [citation_value(one, folder) for folder, one in cited],
        "text": "\n".join(written([one for _, one in cited], style)),
    }


def marks_here(service: Service, paths: Sequence[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Return the tags of some documents, given by address and folder; none where a desk cannot be read."""
    found: dict[str, frozenset[str]] = {}
    state = " ".join(map(service.desk_state, service.folders))
    for folder in service.folders:
        tags = service.tags.get(state, (folder,), partial(_tags, folder))
        for path, of in paths:
            if (not of or Path(of) == folder) and path in tags:
                found[path] = tags[path]
    return found


def _tags(folder: Path) -> dict[str, frozenset[str]]:
    """Return the tags of all documents of a desk, by absolute address; none where it cannot be read."""
    found: dict[str, set[str]] = {}
    try:
        for one in marks.marks(folder):
            found.setdefault(marks.absolute(folder, one.path), set()).add(one.tag)
    except CoopsearchError:
        return {}
    return {path: frozenset(tags) for path, tags in found.items()}
