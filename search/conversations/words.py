"""Which conversation a mail is of: its own id and those of the mails before it, as words to be looked for.

[RFC 5322, 3.6.4] Ids are of any letters and any length, and come from anybody: what is kept of each is a word
of a fixed length, made of its digest. Does not depend on the rest of coopsearch.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

#: What an id stands between.
_ID: Final = re.compile(r"<([^<>]{1,1000})>")
#: Characters of a list of ids that are looked at, the last ones.
_LONGEST: Final = 100_000
#: Mails before a mail whose ids are kept: half of them the last, and the others those with which it began.
_BEFORE: Final = 16
#: Bytes of a digest, and letters for its figures: one that is letters alone is one word to the tokenizer.
_BYTES: Final = 8
_LETTERS: Final = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
#: In the place of a mail's own id, where it has none.
NONE: Final = "-"


def conversation(own: str, answered: str, before: str, people: str = "") -> str:
    """Return a word for the id of a mail, then those for the mails before it, the nearest first; "" for none.

    ``own`` is its Message-ID, ``answered`` its In-Reply-To and ``before`` its References, which is the way to
    the first mail and is believed where there is one. Old programs put an address of ``people`` into
    In-Reply-To; these are left out.
    """
    mine = _ids(own)[:1]
    earlier = _ids(before)[::-1]
    if not earlier:
        earlier = [one for one in _ids(answered)[-1:] if one.lower() not in people.lower()]
    earlier = [one for one in dict.fromkeys(earlier) if one not in mine]
    if len(earlier) > _BEFORE:
        earlier = earlier[: _BEFORE // 2] + earlier[-_BEFORE // 2 :]
    return " ".join([*(map(_word, mine) if mine or not earlier else [NONE]), *map(_word, earlier)])


def _ids(text: str) -> list[str]:
    return [said for one in _ID.findall(text[-_LONGEST:]) if (said := "".join(one.split()))]


def _word(text: str) -> str:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_BYTES)
    return digest.hexdigest().translate(_LETTERS)
