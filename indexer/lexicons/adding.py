"""A glossary of somebody else becomes a lexicon of the user: read, compiled, and kept."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

from coopsearch.indexer.lexicons.reading import Glossary, read
from coopsearch.search.analysis import ANALYSIS_VERSION
from coopsearch.search.lexicons import kept
from coopsearch.search.lexicons.about import About
from coopsearch.search.lexicons.place import checked_name, name_of


class Added(NamedTuple):
    """A lexicon that is kept now."""

    about: About
    glossary: Glossary
    fault: str = ""
    """Why it is not used, "" if it is."""


def add(
    path: Path,
    name: str | None = None,
    given: tuple[str, str] = ("", ""),
    encoding: str = "",
    *,
    replace: bool = False,
) -> Added:
    """Read a glossary, and keep it under a name, by default that of its file.

    ``given`` are the languages from and into which it translates, where the user names them, and
    ``encoding`` that of its text. Raises SettingsError.
    """
    name = checked_name(name_of(path.name) if name is None else name)
    # Whoever gives a name that is taken should not wait for the answer.
    kept.check_free(name, replace=replace)
    glossary = read(path, given, encoding)
    # Imported here: it loads the stemmers.
    from coopsearch.search.translation.compiling import VERSION, compiled

    table = compiled(glossary.collection.concepts, glossary.sha256)
    about = About(
        name=name,
        title=glossary.about.title,
        licence=glossary.about.licence,
        file=os.fsencode(path).decode("utf-8", "replace"),
        sha256=glossary.sha256,
        kind=glossary.kind,
        encoding=glossary.about.encoding,
        languages=glossary.languages,
        entries=len(glossary.collection.concepts),
        pairs=glossary.collection.pairs,
        added=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        version=VERSION,
        analysis=ANALYSIS_VERSION,
        size=0,
        crc32="",
    )
    return Added(kept.keep(about, table, replace=replace), glossary, kept.fault_of_all())
