"""Why a hit is a hit, as text and as JSON. Knows the reasons; knows no index and no options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from coopsearch.search.cli.terminal import DIM, safe, styled
from coopsearch.search.model import Hit, Met

_SHOWN: Final = 6


def explained(hit: Hit, indent: str, *, colour: bool) -> Iterator[str]:
    """Yield a line for each reason: what met what, how rare it is, what it adds."""
    for met in hit.explanation:
        yield indent + styled(safe(f"{met.score:+.3f}  {_reason(met)}"), DIM, colour=colour)


def as_values(hit: Hit) -> list[dict[str, Any]]:
    """Return the reasons as JSON writes them."""
    return [
        {
            "kind": met.kind,
            "field": met.field,
            "terms": {term: round(frequency, 4) for term, frequency in met.terms},
            "words": list(met.words),
            "documents": met.documents,
            "idf": round(met.idf, 4),
            "boost": met.boost,
            "score": round(met.score, 4),
        }
        for met in hit.explanation
    ]


def _reason(met: Met) -> str:
    terms = ", ".join(f"{term} ×{frequency:g}" for term, frequency in met.terms[:_SHOWN])
    if met.kind == "closeness":
        return f"closeness of {', '.join(dict.fromkeys(term for term, _ in met.terms[:_SHOWN]))}"
    words = f" as {', '.join(met.words[:_SHOWN])}" if met.kind != "exact form" and met.words else ""
    rarity = f"{met.documents:,} document{'' if met.documents == 1 else 's'}, idf {met.idf:.2f}"
    boost = f", counts {met.boost:g}" if met.boost != 1.0 else ""
    return f"{met.kind} in {met.field}: {terms}{words}; {rarity}{boost}"
