"""How the memory of a process that lasts is kept together.

Does not depend on the rest of coopsearch.
"""

from __future__ import annotations

import os
import sys
from typing import Final

#: The setting of mallopt(3) for how many heaps there are, and the variable by which a user says so.
_ARENA_MAX: Final = -8
_GIVEN: Final = "MALLOC_ARENA_MAX"


def keep_one_heap() -> None:
    """Have all threads take their memory from one heap, where the C library is glibc.

    Each thread would have its own, and keep what its largest answer took: a service of four threads held a
    fifth more, and went on growing. Threads of Python hardly ever want memory at one time. Called before
    there are threads; where the user said how many heaps there are, nothing is done.
    """
    if sys.platform != "linux" or _GIVEN in os.environ:
        return
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
