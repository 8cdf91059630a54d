"""Under which conditions a file was read: the limits, the languages of OCR, the libraries that were missing.

What was read to its end under no condition that mattered is the same under all others; what a limit kept
text from is read again once the limit is another. A limit is a name and a number here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any, Final

from coopsearch.search.indexdir import pages


@dataclass(frozen=True, slots=True)
class Conditions:
    """Those of a run, or those of them that kept text of a file back. Without any: nothing did."""

    size: int | None = None
    """The most bytes of one document."""
    limits: tuple[tuple[str, float], ...] = ()
    """What the reading of one file could take, by name."""
    ocr: str = ""
    """The languages of OCR by Tesseract's names, joined by plus signs; "" where OCR was not wanted."""
    missing: tuple[str, ...] = ()
    """Libraries without which part of the file was not read, by the names under which they are imported."""
    path: str = ""
    """What the rules for paths gave its documents, by its mark; "" for nothing."""

    @property
    def held_back(self) -> bool:
        """Whether a limit kept text back, or that OCR was not wanted."""
        return self._within != (None, (), "")

    @property
    def _within(self) -> tuple[int | None, tuple[tuple[str, float], ...], str]:
        """All but the libraries that were missing; every run compares those of every file."""
        return self.size, self.limits, self.ocr

    def without(self, libraries: Iterable[str]) -> Conditions:
        """Return the same, with the libraries that were missing; "" stands for none."""
        missing = tuple(sorted({name for name in libraries if name}))
        return self if missing == self.missing else replace(self, missing=missing)

    def is_settled(self, now: Conditions, path: str = "") -> bool:
        """Say whether a file of which these are noted would give the same under the conditions of a run.

        ``path`` is the mark of what the rules of the run give its documents.
        """
        return (
            self.path == path
            and (not self.held_back or self._within == now._within)
            and not any(map(_is_there, self.missing))
        )


#: Nothing kept text back.
NONE: Final = Conditions()


def conditions_of(size: int, limits: Mapping[str, float], ocr: str = "") -> Conditions:
    """Return the conditions of a run."""
    return Conditions(size, tuple(limits.items()), ocr)


def _is_there(library: str) -> bool:
    try:
        # The name comes from a page: one with dots would have a package imported.
        return library.isidentifier() and find_spec(library) is not None
    except (ImportError, ValueError):
        return False


def _amount(value: Any) -> float:
    """Accept a number, and leave a whole one as it is."""
    return pages.integer(value) if type(value) is int else pages.number(value)


_record: Final = pages.record(
    {
        "size": pages.maybe(pages.whole),
        "limits": pages.table(pages.string, _amount),
        "ocr": pages.string,
        "missing": pages.every(pages.string),
    },
    {"path": pages.string},
)


def checked(value: Any) -> Conditions:
    """Accept conditions as a page holds them. Raises ValueError for anything else."""
    if value is None:
        return NONE
    fields = _record(value)
    return Conditions(**{**fields, "limits": tuple(fields["limits"].items())})


def packed(conditions: Conditions) -> dict[str, Any] | None:
    """Return conditions as a page holds them: None where nothing kept text back."""
    if conditions == NONE:
        return None
    return {
        "size": conditions.size,
        "limits": dict(conditions.limits),
        "ocr": conditions.ocr,
        "missing": conditions.missing,
        **({"path": conditions.path} if conditions.path else {}),
    }


def from_text(value: Any) -> Conditions:
    """Accept conditions as pages of the first version hold them, all in one text. Raises ValueError.

    ``size=67108864 seconds=60.0 cpu=60 ocr=eng+fra without numpy docx``, and "" for none.
    """
    within, _, missing = pages.text(value).partition(" without ")
    size: int | None = None
    ocr = ""
    limits: dict[str, float] = {}
    for pair in within.split():
        name, _, amount = pair.partition("=")
        if name == "ocr":
            ocr = amount
        elif name == "size" and amount.isdecimal():
            size = min(int(amount), pages.LARGEST)
        else:
            # What no run writes stays a limit that no run has: such a file is read again.
            limits[name] = _number(amount)
    return Conditions(size, tuple(limits.items()), ocr, tuple(missing.split()))


def _number(text: str) -> float:
    try:
        number = int(text) if text.isdecimal() else float(text)
    except ValueError:
        return 0
    return number if math.isfinite(number) and abs(number) <= pages.LARGEST else 0
