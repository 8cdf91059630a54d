"""A user's own judgements: which documents of their index answer which question.

Kept beside the index in the layout of a test collection, so that any tool can read them, and written in one
step after each answer. Does not depend on an index or the terminal.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from coopsearch.search.errors import SettingsError
from coopsearch.search.evaluation.collection import QRELS, QUERIES, read_all

#: The folder inside the index's own.
FOLDER: Final = "judgements"
#: Grades, and what they mean.
GRADES: Final = {0: "not relevant", 1: "relevant", 2: "just what was asked"}
_HEAD: Final = "query-id\tcorpus-id\tscore\n"


class Judgements:
    """Questions and graded documents; every change is on disk when the call returns."""

    def __init__(self, index: Path) -> None:
        """Read what was judged before. Raises SettingsError for files that cannot be read."""
        self.folder = index / FOLDER
        self.queries: dict[str, str] = {}
        self.judged: dict[str, dict[str, int]] = {}
        if (self.folder / QUERIES).exists():
            self.queries, self.judged = read_all(self.folder)

    def of(self, query: str) -> dict[str, int]:
        """Return the grades of a question's documents, by address."""
        name = self._name(query)
        return dict(self.judged.get(name, {})) if name else {}

    def judge(self, query: str, document: str, grade: int | None) -> None:
        """Grade a document for a question; None takes the grade back."""
        if any(sign in document for sign in "\t\r\n"):
            raise SettingsError(f"{document!r} has a tab or a line break in its name; it cannot be judged")
        name = self._name(query)
        if name is None:
            name = str(1 + max((int(one) for one in self.queries if one.isdecimal()), default=0))
            self.queries[name] = query
        grades = self.judged.setdefault(name, {})
        if grade is None:
            grades.pop(document, None)
        else:
            grades[document] = grade
        self._write()

    def _name(self, query: str) -> str | None:
        return next((name for name, text in self.queries.items() if text == query), None)

    def _write(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = (
            json.dumps({"_id": name, "text": text}, ensure_ascii=False) for name, text in self.queries.items()
        )
        _replace(self.folder / QUERIES, "".join(f"{line}\n" for line in lines))
        rows = (
            f"{name}\t{document}\t{grade}\n"
            for name, grades in self.judged.items()
            for document, grade in grades.items()
        )
        _replace(self.folder / QRELS, _HEAD + "".join(rows))


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
