"""Plain documents for tests of storage."""

from __future__ import annotations

from coopsearch.search.analysis.analyzer import analyse
from coopsearch.search.analysis.langid.earlier import Earlier
from coopsearch.search.analysis.model import AnalysedDocument
from coopsearch.search.analysis.stems import StemTable
from coopsearch.search.model import Document, Passage


def document(path: str, text: str, title: str = "") -> Document:
    """Return a document of one passage; what follows ``!`` is a member of a file."""
    passages = (Passage(0, len(text), line=1, language="en"),) if text else ()
    return Document(path, path.partition("!")[0], title, text, passages, "txt")


def analysed(path: str, text: str, title: str = "") -> AnalysedDocument:
    """Return such a document with its tokens."""
    return analyse(document(path, text, title), StemTable(lambda _: {}), Earlier())
