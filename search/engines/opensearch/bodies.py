"""What a cluster gets of a document: the line of JSON that is its body.

It is put together from pieces that are JSON already, as most of what a body says stands in it twice, and
records of one file share most of what they say beside their texts. Does not depend on queries or the client
of a cluster.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from coopsearch.search import schema
from coopsearch.search.analysis.model import AnalysedDocument, Role, Run
from coopsearch.search.engines.folders import folder_of
from coopsearch.search.engines.opensearch import closeness, mapping, tokens
from coopsearch.search.engines.opensearch.beside import Others, keywords_beside, others_of, title_key_of
from coopsearch.search.engines.opensearch.packing import pack
from coopsearch.search.engines.opensearch.terms import escaped, joined, shortened
from coopsearch.search.engines.opensearch.texts import Row, breaks_of, values_of
from coopsearch.search.engines.opensearch.tokens import Terms
from coopsearch.search.model import Document
from coopsearch.search.page_labels import own_fields
from coopsearch.search.ranking import ROLE_WEIGHTS

#: Between the name of a field and its value.
BETWEEN: Final = "\ue000"
#: Files, titles and sets of languages of which is remembered what they are in JSON: records of one file, and
#: pages of one document, share theirs.
_REMEMBERED: Final = 1_024
_BETWEEN_TEXTS: Final = '","'
#: The fields of words and of stems, by the role of the runs that are in them.
_FIELDS: Final[dict[str, tuple[str, str]]] = {role: (words, stems) for role, words, stems in mapping.BY_ROLE}


def body_of(analysed: AnalysedDocument, born: int) -> str:
    """Return a document's body; ``born`` is the commit that adds it."""
    runs = [_terms_of(run) for run in analysed.runs if run.words]
    close = closeness.pack(analysed.runs)
    return body_from(analysed.document, analysed.languages, runs, others_of(analysed.document), close, born)


def body_from(
    document: Document,
    languages: Sequence[str],
    runs: Sequence[Terms],
    others: Others,
    close: str | None,
    born: int,
) -> str:
    """Return the same of what is known of a document.

    ``others`` is ``others_of`` it, ``close`` what ``closeness.pack`` says of it.
    """
    names = tuple(own_fields(document.type, document.fields))
    parts = [
        _beside(document.file, tuple(languages), document.type, names, document.date),
        _titled(document.title),
        f'"{schema.PATH}":"{escaped(shortened(document.path))}"',
        *_texts(runs),
    ]
    for field, plain in others.items():
        if plain:
            positions = breaks_of(position for _, position in plain)
            text = escaped(joined([term for term, _ in plain]))
            parts.append(_text(field, values_of([Row(0, 1, text, len(plain), positions)])))
            parts.append(f'"{mapping.length(field)}":{len(plain)}')
    if document.fields:
        parts.append(_list(mapping.VALUES, [value_of(*item) for item in document.fields.items()]))
    if close is not None:
        parts.append(f'"{mapping.CLOSE}":"{close}"')
    packed = pack(document, tokens.json_of(runs, languages))
    parts.append(f'"{mapping.DOCUMENT}":"{packed}","{mapping.BORN}":{born}')
    return f"{{{','.join(parts)}}}"


def value_of(name: str, value: str) -> str:
    """Return what stands for the value of a field that a document has of its own."""
    return shortened(f"{name}{BETWEEN}{value}")


@lru_cache(_REMEMBERED)
def _beside(file: str, languages: tuple[str, ...], kind: str, names: tuple[str, ...], date: str) -> str:
    """Return what documents of one file share, in general."""
    keywords = keywords_beside(file, languages, kind, names, date)
    days = keywords.pop(schema.DATE)
    parts = [_list(field, map(shortened, terms)) for field, terms in keywords.items() if terms]
    parts += [f'"{schema.DATE}":{int(day)}' for day in days]
    parts.append(_list(mapping.YEAR, [date[:4]]))
    parts.append(_list(mapping.FOLDER, [folder_of(file, "folder")]))
    return ",".join(parts)


@lru_cache(_REMEMBERED)
def _titled(title: str) -> str:
    """Return what a title as a whole says."""
    order = escaped(shortened(title.casefold()))
    return f'"{mapping.TITLE_ORDER}":"{order}","{mapping.TITLE_KEY}":"{title_key_of(title)}"'


def _texts(runs: Sequence[Terms]) -> list[str]:
    """Return the fields of the runs of each role."""
    found = []
    for role, _, _ in mapping.BY_ROLE:
        some = [run for run in runs if run.role == role] if role else runs
        if role and len(some) == 1 and not some[0].breaks:
            found.append(_of_one(*some[0][:-1]))
        elif some:
            found.append(_of_role(role, some))
    return found


@lru_cache(_REMEMBERED)
def _of_one(role: Role, position: int, words: str, stems: str, size: int) -> str:
    """Return the same of a lone run: a title, as a rule."""
    return _of_role(role, [Terms(role, position, words, stems, size, ())])


def _of_role(role: str, runs: Sequence[Terms]) -> str:
    words, stems = _FIELDS[role]
    length = sum([one.size * ROLE_WEIGHTS[one.role] for one in runs])
    return (
        f"{_text(words, values_of([one.row(one.words) for one in runs]))},"
        f"{_text(stems, values_of([one.row(one.stems) for one in runs]))},"
        f'"{mapping.length(words)}":{length}'
    )


def _text(field: str, values: Iterable[str]) -> str:
    """Return a field of texts that are JSON already."""
    return f'"{field}":["{_BETWEEN_TEXTS.join(values)}"]'


def _list(field: str, terms: Iterable[str]) -> str:
    return _text(field, map(escaped, terms))


def _terms_of(run: Run) -> Terms:
    """Write the terms of a run."""
    words = escaped(joined(run.words))
    stems = words if run.stems == run.words else escaped(joined(run.stems))
    # People count as the text does, and nothing tells them from it here.
    role: Role = "body" if run.role == "people" else run.role
    return Terms(role, run.position, words, stems, len(run.words), breaks_of(run.steps or ()))
