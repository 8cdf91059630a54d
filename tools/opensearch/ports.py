"""Ports of the loopback interface that nobody uses. Does not depend on files."""

from __future__ import annotations

import random
import socket
from typing import Final

import dev

#: Below the ports that systems give to connections by themselves: a node opens its own some seconds after it
#: was chosen, and by then such a connection could have it.
_RANGE: Final = range(20_000, 32_000)
_TRIES: Final = 1_000
LAST: Final = 65_535


def free(count: int) -> list[int]:
    """Return as many ports as are wanted, chosen by chance, so that two who choose at once do not meet."""
    chosen = random.SystemRandom()
    found: list[int] = []
    for _ in range(_TRIES):
        if len(found) == count:
            return found
        port = chosen.choice(_RANGE)
        if port not in found and is_free(port):
            found.append(port)
    raise dev.Failure(f"no free ports were found from {_RANGE.start} to {_RANGE.stop - 1}")


def check(first: int, count: int) -> list[int]:
    """Return as many ports as are wanted from the given one on; fail where one of them is taken."""
    wanted = list(range(first, first + count))
    for port in wanted:
        if not is_free(port):
            raise dev.Failure(f"port {port} is taken; name another with --port, or leave that out")
    return wanted


def is_free(port: int) -> bool:
    """Whether nobody listens at a port of the loopback interface, or holds it otherwise."""
    with socket.socket() as one:
        # As Java does: a port of which old connections are still being forgotten can be had.
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
