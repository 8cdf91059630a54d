"""Expressions that are compiled when they are first asked for.

Compiling one takes up to some milliseconds, and a search starts with modules that hold dozens, of which it
needs a few. Does not depend on the rest of coopsearch.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable


def expression(pattern: str, flags: int = 0) -> Callable[[], re.Pattern[str]]:
    """Return what gives an expression: compiled by the first call, the same for all others."""
    return functools.cache(functools.partial(re.compile, pattern, flags))
