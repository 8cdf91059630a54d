"""Asks an index questions in a process of its own, and says of each what it took. Run as a script.

Questions and answers are lines of JSON. So a question that hangs, or takes all memory, ends this process
and not the tests. Uses only the public interface of an index.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from coopsearch.search import Index, open_index
from coopsearch.search.errors import QueryError

#: Memory that one question may take before it fails: what is reserved, not what is touched.
_MOST_MEMORY = 4 << 30
_STATUS = Path("/proc/self/status")
_REFERENCES = Path("/proc/self/clear_refs")


def highest() -> int:
    """Return the most memory that was in use since the last ``forget``, in KiB; 0 where nobody counts it."""
    return int(found[1]) if (found := re.search(r"VmHWM:\s+(\d+)", _STATUS.read_text())) else 0


def forget() -> bool:
    """Begin to count memory anew; say whether that is possible."""
    try:
        _REFERENCES.write_text("5")
    except OSError:
        return False
    return True


def ask(index: Index, query: str, how: str, options: dict[str, Any]) -> str:
    """Ask one question; return what came of it: "answer", "refused", or the wrong exception."""
    try:
        if how == "diagnose":
            index.diagnose(query)
        elif how == "why_not":
            index.why_not(query, "p.jsonl!p77")
        else:
            found = index.search(query, **options)
            assert len(found.hits) <= min(options.get("limit", 10), found.total)
    except QueryError as error:
        text = str(error)
        return "refused" if text and "\n" not in text and len(text) < 2_000 else f"refused: {text[:99]!r}"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
        return f"{type(error).__name__}: {error}"[:300]
    return "answer"


def main() -> None:
    """Answer the questions of standard input."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    except (ImportError, ValueError):
        pass
    counts = forget()
    with open_index(Path(sys.argv[1])) as index:
        # What is read once in the life of an open index is not a question's.
        index.search(
            "?* title:?* path:?* author:?*", facets=("lang", "type", "year", "folder"), sort="newest"
        )
        for line in sys.stdin:
            query, how, options = json.loads(line)
            before = highest() if counts and forget() else 0
            started = time.process_time()
            came = ask(index, query, how, options)
            taken = time.process_time() - started
            after = highest() if counts else 0
            print(json.dumps([came, taken, (after - before) / 1024]), flush=True)


if __name__ == "__main__":
    main()
