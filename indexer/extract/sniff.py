"""Whether a file whose name does not promise text is text: told by samples of its bytes, before it is read.

Also where a file that promised text ends to be text. Stricter than ``encoding``, which believes a name that
promises text: nothing but text must come through, also of files that begin with a few lines of it. Does not
depend on file formats or files.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from coopsearch.indexer.extract.encoding import NotText, is_wide_text, refuse_kinds, wide_encoding

#: Bytes below the space that text holds: tab, line and page breaks, escape (colours in logs).
_KEPT: Final = bytes(range(32, 127)) + bytes(range(128, 256)) + b"\t\n\x0c\r\x1b"
_CONTROL: Final = re.compile(rb"[^\t\n\x0c\r\x1b -~\x80-\xff]")
#: One other control in so many bytes, and one zero in so many, is damage of a text.
_CONTROLS: Final = 200
_ZEROS: Final = 1000
#: In text that is not UTF-8 one byte in so many parts two words, or two lines of a script without spaces.
_PARTED: Final = 100
#: A shorter text that is not UTF-8 shows that by more of its bytes being ASCII than not.
_SHORT: Final = 256
_BLOCK: Final = 4096
#: Controls that a name which promises text makes bearable: backspace (old bold type), end mark of DOS.
_KEPT_BY_ALL: Final = _KEPT + b"\x08\x0b\x1a\x7f"
_BORNE: Final = 33
#: Fewer bytes make sense as UTF-16 by chance.
_WIDE: Final = 16
_LITTLE: Final = 256
_WIDE_MARKS: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
#: One character in so many is no letter and no sign where a few are damaged; a sample may end inside one.
_DAMAGED: Final = 100
_MARK: Final = codecs.BOM_UTF8
#: Bytes of a character of UTF-8 that can stand before the first whole one of a sample from further on.
_INSIDE: Final = 3


def is_text(start: bytes, *later: bytes) -> bool:
    """Say whether a file is text. ``later`` are samples from further on, at multiples of four bytes."""
    try:
        refuse_kinds(start)
    except NotText:
        return False
    if start[:2] in _WIDE_MARKS and all(
        _is_written(sample, _WIDE_MARKS[start[:2]]) for sample in (start, *later)
    ):
        return True
    wide = len(start) >= _WIDE and start.translate(None, _KEPT)
    # Most data shows by little of it that it makes no sense so.
    if wide and wide_encoding(start[:_LITTLE]) and (encoding := wide_encoding(start)):
        return all(is_wide_text(sample, encoding) for sample in later)
    return _is_narrow(start.removeprefix(_MARK), 0) and all(_is_narrow(sample, _INSIDE) for sample in later)


def _is_written(sample: bytes, encoding: str) -> bool:
    """Say whether a sample is text of any script in an encoding that the file's first bytes name."""
    text = sample.decode(encoding, "replace").removeprefix("\ufeff")
    odd = sum(not (sign.isprintable() or sign in "\t\n\r\f\u3000") or sign == "\ufffd" for sign in text)
    return odd * _DAMAGED <= len(text) + _DAMAGED


def other_data(data: bytes) -> tuple[bool, int]:
    """Say whether any block of a text is something else, and where the text ends if little comes after that.

    The place is -1 where most of what follows is text again, as in a log that a crash has damaged.
    """
    if not data.translate(None, _KEPT_BY_ALL):
        return False, -1
    bad = [at for at in range(0, len(data), _BLOCK) if not _is_borne(data[at : at + _BLOCK])]
    if not bad or len(bad) * _BLOCK * 2 < len(data) - bad[0]:
        return bool(bad), -1
    control = _CONTROL.search(data, bad[0])
    return True, data.rfind(b"\n", 0, control.start() if control else bad[0]) + 1


def _is_borne(block: bytes) -> bool:
    controls = len(block.translate(None, _KEPT_BY_ALL))
    return controls * _BORNE <= len(block) and block.count(0) * _ZEROS <= len(block)


def _is_narrow(sample: bytes, most: int) -> bool:
    """Say whether a sample is text in UTF-8 or in an older encoding.

    ``most`` is how many bytes of a character can stand before the first whole one.
    """
    controls = len(sample.translate(None, _KEPT))
    if controls * _CONTROLS > len(sample) or sample.count(0) * _ZEROS > len(sample):
        return False
    inside = 0
    while inside < min(most, len(sample)) and 0x80 <= sample[inside] < 0xC0:  # noqa: PLR2004
        inside += 1
    try:
        # Any sample may end inside a character.
        codecs.getincrementaldecoder("utf-8")().decode(sample[inside:])
    except UnicodeDecodeError:
        pass
    else:
        return True
    ascii_bytes = len(sample.translate(None, bytes(range(128, 256))))
    spaces = sum(map(sample.count, (b" ", b"\n", b"\r", b"\t")))
    # Bytes by chance hold controls, as one in nine is one, but for a few of them.
    return (
        not controls
        and spaces * _PARTED >= len(sample)
        and (len(sample) >= _SHORT or ascii_bytes * 2 >= len(sample) or spaces * 16 >= len(sample))
    )
