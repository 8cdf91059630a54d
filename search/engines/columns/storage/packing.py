"""How lists of small numbers are packed: the constants that ``packed_ints`` writes and reads by."""

from __future__ import annotations

from typing import Final

#: Bits of a value, by the code of its list.
WIDTHS: Final = (0, 1, 2, 4, 8, 16, 32)
#: The first code whose values are whole elements of an array.
WHOLE: Final = 4
#: Added to the code of a list that has patches.
PATCHED: Final = 0x80
#: Lists between two rows of the table of starts.
STRIDE: Final = 64
