"""What an answer says beside its hits, and why a document is not one, as JSON for a program.

Does not depend on command-line options or an index.
"""

from __future__ import annotations

from coopsearch.search.cli.display.render import as_json
from coopsearch.search.model import Diagnosis, Results, WhyNot
from coopsearch.search.values.hits import totals_value, why_not_value


def totals_line(results: Results, diagnosis: Diagnosis | None) -> str:
    """Return how much was found as one line of JSON; ``diagnosis`` says why no document holds all of it."""
    return as_json(totals_value(results, diagnosis))


def why_not_line(reason: WhyNot) -> str:
    """Return why a document is not a hit, or at which rank it is one, as one line of JSON."""
    return as_json(why_not_value(reason))
