"""What was decoded lately, up to so many bytes: first in, first out.

Keeping what is in use would need a note at every look; a queue that holds what a few hundred queries need
does as well. Does not depend on the rest of coopsearch.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """What can be kept."""

    @property
    def size(self) -> int:
        """Bytes that it may come to hold; always the same."""


T = TypeVar("T", bound=Sized)
U = TypeVar("U", bound=Sized)


class ByteCache(Generic[T]):
    """Values by key. Safe for many threads."""

    __slots__ = ("_held", "_items", "_lock", "_most", "get")

    def __init__(self, most: int) -> None:
        """Keep ``most`` bytes, or one value if that is larger."""
        self._items: OrderedDict[object, T] = OrderedDict()
        self._held, self._most = 0, most
        self._lock = threading.Lock()
        # The table's own, as every term of every query asks: one look needs no lock.
        self.get = self._items.get

    def keep(self, key: object, value: U) -> U:
        """Keep a value, unless one has the key, and return it."""
        with self._lock:
            if key not in self._items:
                self._items[key] = value  # type: ignore[assignment]  # U is one of T's kinds
                self._held += value.size
                while self._held > self._most and len(self._items) > 1:
                    self._held -= self._items.popitem(last=False)[1].size
        return value
