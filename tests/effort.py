"""How much work something is, counted in turns of a fixed loop that is run before and after it.

Seconds say as much about what else the machine does as about the code; a ratio within one process does not.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Final

#: Words that the loop puts into a dictionary: about a hundredth of a second on a machine of today.
_WORDS: Final = 40_000


def effort(work: Callable[[], object]) -> float:
    """Return the processor time of some work, in turns of the loop, without collecting garbage."""
    gc.collect()
    gc.disable()
    try:
        before = turn()
        started = time.process_time()
        work()
        taken = time.process_time() - started
        after = turn()
    finally:
        gc.enable()
    return taken / max(before, after)


def turn() -> float:
    """Return the processor time of one turn of the loop."""
    started = time.process_time()
    counts: dict[str, int] = {}
    for number in range(_WORDS):
        word = f"word{number % 1000}"
        counts[word] = counts.get(word, 0) + 1
    return time.process_time() - started
