"""Reading one file outside of any index: its documents, as an index would hold them.

Does not depend on engines.
"""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from coopsearch.indexer.content import day_of
from coopsearch.indexer.extract import Source, format_of, format_of_bytes
from coopsearch.indexer.extract.signatures import START
from coopsearch.indexer.problem import Problem
from coopsearch.indexer.sandbox.host import Isolation, Limits
from coopsearch.search.errors import ExtractionError, SettingsError
from coopsearch.search.indexdir.addresses import address
from coopsearch.search.indexdir.location import file_text
from coopsearch.search.indexdir.stamp import mtime_of
from coopsearch.search.model import Document


def read_documents(path: str | os.PathLike[str]) -> list[Document]:
    """Return the documents of a file. Raises SettingsError, with the reason, for one that gives none."""
    text = file_text(path)
    if not text:
        raise SettingsError("the path is empty; name a file")
    file = Path(text)
    form = format_of(file)
    if form is None:
        raise SettingsError(f"{file} is of a format that is not read")
    name = address(file.as_posix())
    try:
        day = day_of(mtime_of(file.stat()))
        source = Source(file, name, "", modified=day)
        with source.open() as stream:
            form = format_of_bytes(form, stream.read(START))
        with closing(Isolation(Limits())) as isolation:
            found = list(isolation.read(form.extract, source))
    except ExtractionError as error:
        raise SettingsError(f"{file} cannot be read: {error}") from None
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {(error.strerror or str(error)).lower()}") from None
    documents = [one for one in found if isinstance(one, Document)]
    if not documents:
        reason = next((one.reason for one in found if isinstance(one, Problem)), "it is empty")
        raise SettingsError(f"{file} gives no document: {reason}")
    return documents
