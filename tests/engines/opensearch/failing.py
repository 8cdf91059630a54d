"""An index whose cluster fails: how it is made and asked, and answers that are other than the node's own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from coopsearch.search.engines import engine
from coopsearch.search.engines.nodes import Everything
from coopsearch.search.errors import CoopsearchError

Make = Callable[..., Path]


def opened(folder: Path) -> list[str]:
    """Return the texts of an index."""
    with engine("opensearch").open(folder) as reader:
        best = reader.search(Everything(), 100).best
        return sorted(reader.document(number).text for number, _ in best)


def one_line(error: CoopsearchError) -> str:
    """Return a message, which is one line and ends with a next step."""
    text = str(error)
    assert "\n" not in text
    assert re.search(r"[;,:] \w", text), text
    return text


def rewritten(change: Callable[[Any], Any]) -> Callable[[bytes], bytes]:
    """Return what makes another answer of one in JSON."""

    def rewrite(body: bytes) -> bytes:
        value = json.loads(body)
        change(value)
        return json.dumps(value).encode()

    return rewrite
