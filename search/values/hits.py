"""Hits, and what an answer says beside them, as values that JSON holds. `docs/schema.json` describes them.

Does not depend on the terminal, command-line options or an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coopsearch.search.model import Diagnosis, Hit, HitPassage, PartCount, Results, WhyNot, shown_path


def hit_value(hit: Hit, notes: Sequence[str] = (), *, group: str | None = None) -> dict[str, Any]:
    """Return a hit, with what the answer says of how its query was read.

    ``group`` is that which it is in, where hits are grouped.
    """
    value: dict[str, Any] = {
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "path": hit.path,
        "shown": hit.shown,
        "absolute": hit.absolute,
        "title": hit.title,
        "language": hit.language,
        "heading": list(hit.heading),
        "line": hit.line,
        "page": hit.page,
        **({"page_label": hit.page_label} if hit.page_label else {}),
        "snippet": hit.snippet,
        "matches": [list(match) for match in hit.matches],
        "title_matches": [list(match) for match in hit.title_matches],
        "field_matches": {
            name: [list(match) for match in spans] for name, spans in hit.field_matches.items()
        },
        "type": hit.type,
        "date": hit.date,
        "modified": hit.modified,
        "fields": dict(hit.fields),
    }
    if group is not None:
        value["group"] = group
    if hit.before or hit.after:
        value["before"], value["after"] = hit.before, hit.after
    if hit.passages:
        value["passages"] = list(map(_passage, hit.passages))
    if hit.index_folder:
        value["index"] = hit.index_folder
    if hit.recognised:
        value["ocr"] = True
    if hit.also:
        value["also"] = list(hit.also)
    if hit.near:
        value["near"] = list(hit.near)
    if hit.translations:
        value["translations"] = list(hit.translations)
    if notes:
        value["notes"] = list(notes)
    if hit.explanation:
        value["explanation"] = reasons(hit)
    return value


def _passage(passage: HitPassage) -> dict[str, Any]:
    value: dict[str, Any] = {
        "heading": list(passage.heading),
        "line": passage.line,
        "page": passage.page,
        "language": passage.language,
        "snippet": passage.snippet,
        "matches": [list(match) for match in passage.matches],
    }
    if passage.before or passage.after:
        value["before"], value["after"] = passage.before, passage.after
    return value


def reasons(hit: Hit) -> list[dict[str, Any]]:
    """Return why a hit is one."""
    return [
        {
            "kind": met.kind,
            "field": met.field,
            "terms": [
                {
                    "term": one.term,
                    "rule": one.rule,
                    "weight": one.weight,
                    "frequency": round(one.frequency, 4),
                    "words": list(one.words),
                    **({"source": one.source} if one.source else {}),
                }
                for one in met.terms
            ],
            "documents": met.documents,
            "idf": round(met.idf, 4),
            "boost": met.boost,
            "score": round(met.score, 4),
        }
        for met in hit.explanation
    ]


def totals_value(results: Results, diagnosis: Diagnosis | None) -> dict[str, Any]:
    """Return how much was found; ``diagnosis`` says why no document holds all of it."""
    found = diagnosis or Diagnosis((), ())
    return {
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


def why_not_value(reason: WhyNot) -> dict[str, Any]:
    """Return why a document is not a hit, or at which rank it is one."""
    absent = {part.text: part for part in reason.translated}
    none = PartCount("", 0)
    return {
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


def addresses(path: str) -> dict[str, str]:
    """Return an absolute address in each of its forms: for JSON as Python's ``Hit`` has them."""
    return {"path": path, "shown": shown_path(path), "absolute": path}


def _without(part: PartCount) -> dict[str, Any]:
    best = addresses(part.best) if part.best else None
    return {"text": part.text, "documents": part.documents, "best": best}
