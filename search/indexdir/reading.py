"""What the files of an index make happen, told as one error: anybody may have made them.

Sums show that a file is as it was written, not that it was written by this program: arrays of right sums
can hold whatever makes a library fail. Does not depend on engines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from coopsearch.search.errors import CoopsearchError, IndexDamaged, IndexUnreadable

_Told = TypeVar("_Told")


@contextmanager
def reading(folder: Path, *, others: type[Exception] | tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Turn whatever goes wrong while an index is read into IndexDamaged, or IndexUnreadable without memory.

    Errors of the tree pass, and ``others``, and what ``callers`` marked as a caller's own.
    """
    try:
        yield
    except CoopsearchError:
        raise
    except others:
        raise
    except MemoryError as error:
        raise IndexUnreadable(
            f"there is not enough memory to read the index at {folder}; close something, or ask for less; "
            "`coopsearch verify` says whether the index is damaged"
        ) from error
    except Exception as error:
        if getattr(error, _MARK, False):
            raise
        raise IndexDamaged(
            f"the index at {folder} cannot be read ({type(error).__name__}: {error})",
            "`coopsearch verify` says whether it is damaged, `coopsearch index --rebuild` makes it anew",
        ) from error


#: The attribute of an exception that a function of the caller's raised.
_MARK = "raised_by_the_caller"


def callers(function: Callable[[_Told], None]) -> Callable[[_Told], None]:
    """Return a function of the caller's whose exceptions are not the fault of the index."""

    def called(told: _Told) -> None:
        try:
            function(told)
        except Exception as error:
            setattr(error, _MARK, True)
            raise

    return called
