"""Archives and mails made for tests, and reading them as a run does: in a process of its own."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from coopsearch.indexer.extract import Source, format_of, format_of_bytes
from coopsearch.indexer.extract.signatures import START
from coopsearch.indexer.problem import Problem
from coopsearch.indexer.sandbox.host import Isolation, Limits
from coopsearch.search.errors import ExtractionError
from coopsearch.search.model import Document


def zipped(members: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 5, 17, 0, 0, 0)), data, packing)
    return stream.getvalue()


def tarred(members: Mapping[str, bytes], mode: str = "w") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            info.mtime = 1_589_673_600
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def read(path: Path, limits: Limits | None = None) -> tuple[list[Document], list[Problem]]:
    """Return what a file gives; an error of the whole file stands last among the problems."""
    named = format_of(path)
    assert named is not None
    form = format_of_bytes(named, path.read_bytes()[:START])
    documents: list[Document] = []
    problems: list[Problem] = []
    with closing(Isolation(limits or Limits())) as isolation:
        try:
            for item in isolation.read(form.extract, Source(path, path.name, "", modified="2001-02-03")):
                if isinstance(item, Document):
                    documents.append(item)
                elif isinstance(item, Problem):
                    problems.append(item)
        except ExtractionError as error:
            problems.append(Problem(path.name, str(error), error.state))
    return documents, problems
