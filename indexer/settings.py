"""What a run is asked for: how it reads, and what becomes of the index.

Plain values, checked by whoever takes them from a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from coopsearch.indexer.manifest.conditions import Conditions, conditions_of
from coopsearch.indexer.sandbox.host import Limits
from coopsearch.indexer.sandbox.ocr import Recogniser
from coopsearch.search.engines import CLUSTERED, Cluster
from coopsearch.search.errors import SettingsError
from coopsearch.search.settings.path_rules import PathRules

#: The most that ``max_size`` can be: a document is held in memory.
LARGEST_DOCUMENT: Final = 4096 * 1024**2
#: The most processes that read side by side.
MOST_WORKERS: Final = 64


def engine_for(engine: str | None, cluster: Cluster | None) -> str | None:
    """Return what an index is to be kept with, None for what is usual. Raises SettingsError."""
    if cluster is None:
        return engine
    if engine not in {None, CLUSTERED}:
        raise SettingsError(
            f"a cluster is for the engine {CLUSTERED}, and {engine} is asked for; leave one out"
        )
    return CLUSTERED


@dataclass(frozen=True, slots=True)
class Settings:
    """How files are read."""

    max_size: int
    """The most bytes of one document."""
    limits: Limits
    """What the reading of one file of a risky format may take."""
    recogniser: Recogniser | None
    """Who recognises the text of pictures, if anybody does."""
    workers: int | None
    """How many processes read; None for as many as suit the files and the machine."""
    any_text: bool = True
    """Whether a file is read whose ending nobody knows, if it is text by its bytes."""
    rules: PathRules = field(default_factory=PathRules)
    """What makes days and fields out of the paths of files."""

    @property
    def ocr(self) -> bool:
        """Whether pictures are read."""
        return self.recogniser is not None

    @property
    def conditions(self) -> Conditions:
        """What a row notes of this where it kept text back."""
        languages = self.recogniser.languages if self.recogniser else ""
        return conditions_of(self.max_size, self.limits._asdict(), languages)


@dataclass(frozen=True, slots=True)
class Request:
    """What becomes of the index."""

    given: Sequence[Path]
    """What is to be looked through; nothing stands for all that the index knows."""
    rebuild: bool
    """Whether everything is read anew, into a new index that takes the place of the old one."""
    engine: str | None
    """What a new or rebuilt index is kept with; None for what it was, or the default."""
    ocr: bool
    """Whether the index remembers that pictures are read, also where the machine cannot do so now."""
    group: bool
    """Whether the group of the index's folder may read and write it."""
    cluster: Cluster | None = None
    """Which cluster is to keep a new or rebuilt index; None for the one that keeps it, or none."""
