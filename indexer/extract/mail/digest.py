"""The name of a mail's content: the same for one mail that reached two mailboxes by two ways.

Servers add headers on the way; those that the writer's program set, and the body, stay. Headers are taken
as bytes, and are not decoded.
"""

from __future__ import annotations

import hashlib
from typing import BinaryIO, Final

#: Headers that say which mail it is.
_KEPT: Final = frozenset({
    b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"content-type", b"content-transfer-encoding",
})  # fmt: skip
_HEAD: Final = 1 << 20
_READ: Final = 1 << 20


def digest(stream: BinaryIO) -> str:
    """Return the digest of a mail; of one without an id, that of all its bytes."""
    start = stream.read(_HEAD)
    head, blank, body = start.replace(b"\r\n", b"\n").partition(b"\n\n")
    known = hashlib.blake2b(digest_size=16)
    kept = _kept(head) if blank else {}
    if b"message-id" in kept:
        for name, value in sorted(kept.items()):
            known.update(name + b":" + b" ".join(value.split()) + b"\n")
        start = body.rstrip() if len(start) < _HEAD else body
    known.update(start)
    while piece := stream.read(_READ):
        known.update(piece)
    return known.hexdigest()


def _kept(head: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    name = b""
    for line in head.split(b"\n"):
        if line[:1] in {b" ", b"\t"}:
            if name in found:
                found[name] += line
            continue
        name, _, value = line.partition(b":")
        name = name.lower()
        if name in _KEPT:
            found[name] = value
    return found
