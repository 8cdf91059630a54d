"""What goes over the socket between the command and the resident process.

Frames of a kind and a number, and one request with descriptors. Nothing here knows what is done with
them. It is loaded before anything is known of the command, so it imports next to nothing.
"""

from __future__ import annotations

import _socket
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

#: Somebody is there to take the request. Descriptors are sent to nobody else: they would stay open with a
#: process that hangs, and whoever reads our output would wait for its end.
HELLO: Final = b"h"
#: Somebody else is served first; wait.
QUEUED: Final = b"q"
#: The number of the process that would run the command. The answer is `GO`, and from then on it runs.
READY: Final = b"r"
GO: Final = b"g"
#: The command ended, with this exit code, or by this signal.
ENDED: Final = b"x"
KILLED: Final = b"k"
#: Start a program that needs the terminal: the number of bytes that say which, with its standard input.
START: Final = b"p"
#: It is started (0) or cannot be (1); and how it ended, as `waitstatus_to_exitcode` gives it.
STARTED: Final = b"s"
DONE: Final = b"d"
#: Bytes of a frame: its kind, and its number.
_FRAME: Final = 5
#: Bytes of a request that are believed: arguments and environment together have 2 MB as a rule.
_MOST: Final = 1 << 24
_INT: Final = 4


def send_frame(end: _socket.socket, kind: bytes, number: int = 0, handle: int | None = None) -> None:
    """Send a frame, with a descriptor if there is one. Raises OSError."""
    data = kind + number.to_bytes(_INT, "big", signed=True)
    if handle is None:
        end.sendall(data)
    else:
        end.sendmsg([data], [_rights([handle])])


def receive_frame(end: _socket.socket) -> tuple[bytes, int, list[int]]:
    """Return the kind of the next frame, b"" where there will be none, its number and its descriptors.

    Raises OSError, also where none comes in time.
    """
    data, handles = receive(end, _FRAME)
    if len(data) < _FRAME:
        for one in handles:
            os.close(one)
        return b"", 0, []
    return data[:1], int.from_bytes(data[1:], "big", signed=True), handles


def send_request(end: _socket.socket, fields: Sequence[bytes], handles: Sequence[int]) -> None:
    """Send texts that hold no zero byte, with descriptors. Raises OSError."""
    body = b"\0".join(fields)
    end.sendmsg([len(body).to_bytes(_INT, "big")], [_rights(handles)])
    end.sendall(body)


def receive_request(end: _socket.socket, handles: int) -> tuple[list[bytes], list[int]]:
    """Return texts and so many descriptors. Raises OSError, and ValueError for what is not a request."""
    head, found = receive(end, _INT, handles)
    size = int.from_bytes(head, "big")
    if len(head) < _INT or len(found) != handles or size > _MOST:
        for one in found:
            os.close(one)
        raise ValueError(len(head))
    body, _ = receive(end, size)
    if len(body) < size:
        raise ValueError(size)
    return body.split(b"\0"), found


def receive(end: _socket.socket, size: int, handles: int = 1) -> tuple[bytes, list[int]]:
    """Return so many bytes, fewer at the end, with the descriptors that came beside. Raises OSError."""
    data, found = b"", list[int]()
    while len(data) < size:
        piece, beside, *_ = end.recvmsg(
            size - len(data), _socket.CMSG_SPACE(handles * _INT), _socket.MSG_CMSG_CLOEXEC
        )
        for level, kind, rights in beside:
            if (level, kind) == (_socket.SOL_SOCKET, _socket.SCM_RIGHTS):
                found += [
                    int.from_bytes(rights[at : at + _INT], sys.byteorder, signed=True)
                    for at in range(0, len(rights) - len(rights) % _INT, _INT)
                ]
        if not piece:
            break
        data += piece
    return data, found


def peer(end: _socket.socket) -> tuple[int, int]:
    """Return the number and the user of the process at the other end, as the system knows them."""
    found = end.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 3 * _INT)
    return int.from_bytes(found[:_INT], sys.byteorder), int.from_bytes(found[_INT : 2 * _INT], sys.byteorder)


def _rights(handles: Sequence[int]) -> tuple[int, int, bytes]:
    numbers = b"".join(one.to_bytes(_INT, sys.byteorder) for one in handles)
    return _socket.SOL_SOCKET, _socket.SCM_RIGHTS, numbers
