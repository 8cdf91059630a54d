"""Why a hit is a hit, as text. Does not depend on an index or command-line options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from coopsearch.search.cli.display.terminal import ADDRESS, DIM, safe, styled
from coopsearch.search.model import Explanation, Hit, TermMatch

_SHOWN: Final = 6
#: Rules that need other words, or none: the kind of the reason says them.
_RULES: Final = {"exact": "", "pattern": "", "fuzzy": "", "stem": " by stem {}"}
#: How the fields are called: those that hold all of a document need no name.
_PLACES: Final = {
    "stems": "",
    "words": "",
    "title_words": " in the title",
    "title_stems": " in the title",
    "heading_words": " in headings",
    "heading_stems": " in headings",
}


def explained(hit: Hit, indent: str, *, colour: bool) -> Iterator[str]:
    """Yield a line for each reason: what met what, how rare it is, what it adds."""
    for met in hit.explanation:
        yield indent + styled(safe(f"{met.score:+.3f}  {_reason(met)}", ADDRESS), DIM, colour=colour)


def _reason(met: Explanation) -> str:
    if met.kind == "closeness":
        names = dict.fromkeys(one.words[0] if one.words else one.term for one in met.terms)
        return f"near each other: {', '.join(list(names)[:_SHOWN])}"
    if met.kind == "all words":
        return "all words: before documents that lack one"
    if met.kind == "whole title":
        named = f"of {met.documents:,} document{'' if met.documents == 1 else 's'}"
        return f"whole title, {named}: {' '.join(one.term for one in met.terms)}"
    terms = (" then " if met.kind == "side by side" else ", ").join(map(_term, met.terms[:_SHOWN]))
    place = _PLACES.get(met.field, f" in {met.field}")
    rarity = f"in {met.documents:,} document{'' if met.documents == 1 else 's'}"
    boost = f", counts {met.boost:g}" if met.boost != 1.0 else ""
    return f"{met.kind}{place}: {terms}; {rarity}{boost}"


def _term(one: TermMatch) -> str:
    """Say what was met: the document's own words, how often, and why they count as the query's."""
    names = ", ".join(one.words[:_SHOWN]) or one.term
    rule = _RULES.get(one.rule, f" by {one.rule}").format(one.term)
    weight = f" at {one.weight:g}" if one.weight != 1.0 else ""
    source = f" ({one.source})" if one.source else ""
    return f"{names} ×{one.frequency:g}{rule}{source}{weight}"
