"""Packets of Outlook (TNEF), built for tests."""

from __future__ import annotations

import struct

#: Attributes.
SUBJECT, BODY, PROPERTIES, ATTACHED, TITLE, DATA, ATTACHED_PROPERTIES = (
    0x18004, 0x2800C, 0x69003, 0x69002, 0x18010, 0x6800F, 0x69005,
)  # fmt: skip
MAIL = bytes.fromhex("0703020000000000c000000000000046")


def attribute(number: int, content: bytes, length: int | None = None) -> bytes:
    """Return an attribute; ``length`` is what it says instead of the truth."""
    level = 2 if number in {ATTACHED, TITLE, DATA, ATTACHED_PROPERTIES} else 1
    said = len(content) if length is None else length
    return struct.pack("<BII", level, number, said) + content + struct.pack("<H", sum(content) & 0xFFFF)


def wide(number: int, text: str) -> bytes:
    """Return a property that is text."""
    return variable(0x1F, number, text.encode("utf-16-le") + b"\0\0")


def variable(kind: int, number: int, data: bytes) -> bytes:
    """Return a property of any length."""
    return struct.pack("<HHII", kind, number, 1, len(data)) + data + bytes(-len(data) % 4)


def table(*properties: bytes, count: int | None = None) -> bytes:
    """Return a table of properties; ``count`` is how many it says to have."""
    return struct.pack("<I", len(properties) if count is None else count) + b"".join(properties)


def attached(name: str, data: bytes) -> bytes:
    """Return something attached."""
    return (
        attribute(ATTACHED, bytes(14))
        + attribute(TITLE, b"SHORT~1.TXT\0")
        + attribute(DATA, data)
        + attribute(ATTACHED_PROPERTIES, table(wide(0x3707, name)))
    )


def packet(*attributes: bytes) -> bytes:
    """Return a packet."""
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


def packed_rtf(text: bytes) -> bytes:
    """Return RTF packed with no reference but the first word, which the window holds, and the end."""
    # The first six bytes of any RTF are those with which the window begins.
    assert text.startswith(rb"{\rtf1")
    tokens: list[tuple[bool, bytes]] = [(True, bytes((0x00, 0x00 | 4)))]
    tokens += [(False, text[at : at + 1]) for at in range(6, len(text))]
    end = (207 + len(text)) % 4096
    tokens.append((True, bytes((end >> 4, (end & 15) << 4))))
    out = b""
    for at in range(0, len(tokens), 8):
        run = tokens[at : at + 8]
        out += bytes((sum(1 << bit for bit, (reference, _) in enumerate(run) if reference),))
        out += b"".join(data for _, data in run)
    return struct.pack("<IIII", len(out) + 12, len(text), 0x75465A4C, 0) + out
