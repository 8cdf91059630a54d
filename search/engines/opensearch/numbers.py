"""The numbers that one reader gives to documents of a cluster, which knows them by names alone.

Does not depend on clusters or queries.
"""

from __future__ import annotations

import threading


class Numbers:
    """Numbers in the order in which documents are met; they stay as long as their reader. Thread-safe."""

    def __init__(self) -> None:
        """Begin without any."""
        self._lock = threading.Lock()
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []
        self._paths: list[str] = []

    def of(self, identifier: str, path: str = "") -> int:
        """Return the number of a document; ``path`` is noted where it is known."""
        number = self._numbers.get(identifier)
        if number is None:
            with self._lock:
                number = self._numbers.get(identifier)
                if number is None:
                    number = len(self._names)
                    self._names.append(identifier)
                    self._paths.append(path)
                    # Last: whoever finds the number finds the rest.
                    self._numbers[identifier] = number
                    return number
        if path and not self._paths[number]:
            self._paths[number] = path
        return number

    def identifier(self, number: int) -> str:
        """Return how the cluster calls a document."""
        return self._names[number]

    def path(self, number: int) -> str:
        """Return the path of a document as far as it is known, else ""."""
        return self._paths[number]
