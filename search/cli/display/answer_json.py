"""What an answer says beside its hits, and why a document is not one, as JSON for a program.

Does not depend on command-line options or an index.
"""

from __future__ import annotations

from typing import Any

from coopsearch.search.cli.display.render import as_json
from coopsearch.search.model import Diagnosis, PartCount, Results, WhyNot, shown_path


def totals_line(results: Results, diagnosis: Diagnosis | None) -> str:
    """Return how much was found as one line of JSON; ``diagnosis`` says why no document holds all of it."""
    found = diagnosis or Diagnosis((), ())
    return as_json(
        {
            "query": results.query,
            "total": results.total,
            "total_all": results.total_all,
            "documents": results.documents,
            "suggestion": found.suggestion,
            "suggested": found.suggested,
            "parts": [
                {
                    "text": part.text,
                    "documents": part.documents,
                    "forbidden": part.forbidden,
                    "translated": part.translated,
                    "translations": list(part.translations),
                }
                for part in found.parts
            ],
            "without": list(map(_without, found.without)),
            "notes": list(results.notes),
            "only_related": list(results.only_related),
            "explanation": list(results.explanation),
        }
    )


def why_not_line(reason: WhyNot) -> str:
    """Return why a document is not a hit, or at which rank it is one, as one line of JSON."""
    absent = {part.text: part for part in reason.translated}
    none = PartCount("", 0)
    return as_json(
        {
            **addresses(reason.path),
            "rank": reason.rank or None,
            "parts": [
                {
                    "text": text,
                    "met": met,
                    "forbidden": text in reason.forbidden,
                    "translated": absent.get(text, none).translated,
                    "translations": list(absent.get(text, none).translations),
                }
                for text, met in reason.parts
            ],
        }
    )


def addresses(path: str) -> dict[str, str]:
    """Return an absolute address in each of its forms: for JSON as Python's ``Hit`` has them."""
    return {"path": path, "shown": shown_path(path), "absolute": path}


def _without(part: PartCount) -> dict[str, Any]:
    best = addresses(part.best) if part.best else None
    return {"text": part.text, "documents": part.documents, "best": best}
