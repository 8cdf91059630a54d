"""What a cluster gets of a document: the fields of its body, but for those that say of which commit it is.

Does not depend on queries or the client of a cluster.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from coopsearch.search import schema
from coopsearch.search.analysis.model import AnalysedDocument, Role, Run
from coopsearch.search.engines.folders import folder_of
from coopsearch.search.engines.opensearch import closeness, mapping, tokens
from coopsearch.search.engines.opensearch.beside import Others, keywords_of, others_of, title_key_of
from coopsearch.search.engines.opensearch.packing import pack
from coopsearch.search.engines.opensearch.terms import joined, shortened
from coopsearch.search.engines.opensearch.texts import Row, breaks_of, values_of
from coopsearch.search.engines.opensearch.tokens import Terms
from coopsearch.search.model import Document
from coopsearch.search.ranking import ROLE_WEIGHTS

#: Between the name of a field and its value.
BETWEEN: Final = "\ue000"


def body_of(analysed: AnalysedDocument) -> dict[str, object]:
    """Return the fields of a document's body."""
    runs = [run for run in analysed.runs if run.words]
    close = closeness.pack(analysed.runs)
    others = others_of(analysed.document)
    return body_from(analysed.document, analysed.languages, list(map(_terms_of, runs)), others, close)


def body_from(
    document: Document, languages: Sequence[str], runs: Sequence[Terms], others: Others, close: str | None
) -> dict[str, object]:
    """Return the same of what is known of a document.

    ``others`` is ``others_of`` it, ``close`` what ``closeness.pack`` says of it.
    """
    keywords = keywords_of(document, languages)
    body: dict[str, object] = {
        field: [shortened(term) for term in terms] for field, terms in keywords.items() if terms
    }
    for role, words, stems in mapping.BY_ROLE:
        some = [run for run in runs if run.role == role] if role else runs
        if some:
            body[words] = values_of([one.row(one.words) for one in some])
            body[stems] = values_of([one.row(one.stems) for one in some])
            body[mapping.length(words)] = sum(one.size * ROLE_WEIGHTS[one.role] for one in some)
    for field, plain in others.items():
        if plain:
            positions = breaks_of(position for _, position in plain)
            body[field] = values_of([Row(0, 1, joined([term for term, _ in plain]), len(plain), positions)])
            body[mapping.length(field)] = len(plain)
    if document.date:
        body[schema.DATE] = int(keywords[schema.DATE][0])
    body |= {
        mapping.YEAR: document.date[:4],
        mapping.FOLDER: folder_of(document.file, "folder"),
        mapping.TITLE_ORDER: shortened(document.title.casefold()),
        mapping.TITLE_KEY: title_key_of(document.title),
        mapping.VALUES: [value_of(name, value) for name, value in document.fields.items()],
        mapping.DOCUMENT: pack(document, tokens.value_of(runs, languages)),
    }
    if close is not None:
        body[mapping.CLOSE] = close
    return body


def value_of(name: str, value: str) -> str:
    """Return what stands for the value of a field that a document has of its own."""
    return shortened(f"{name}{BETWEEN}{value}")


def _terms_of(run: Run) -> Terms:
    """Write the terms of a run."""
    words = joined(run.words)
    stems = words if run.stems == run.words else joined(run.stems)
    # People count as the text does, and nothing tells them from it here.
    role: Role = "body" if run.role == "people" else run.role
    return Terms(role, run.position, words, stems, len(run.words), breaks_of(run.steps or ()))
