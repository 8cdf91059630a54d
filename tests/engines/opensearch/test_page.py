"""What the page on clusters says, done with a real node in the place of the one that it starts."""

from __future__ import annotations

import contextlib
import re
import subprocess
from pathlib import Path

from tests.cluster import Failed, request
from tests.docs.test_docs import REPO, blocks, place

__all__ = ["place"]

PAGE = REPO / "docs" / "opensearch.md"
_TIME = re.compile(r"in \d+\.\d s")


def test_shell(place: tuple[Path, dict[str, str]], opensearch_url: str) -> None:
    """Each command prints what the page shows."""
    folder, environment = place
    try:
        for block in blocks(PAGE, "console"):
            for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
                if command.startswith("python3 dev.py"):
                    continue
                done = subprocess.run(
                    command.replace("http://127.0.0.1:9200", opensearch_url),
                    shell=True, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                    encoding="utf-8", check=False,
                )  # fmt: skip
                assert _TIME.sub("in 0.1 s", done.stdout) == expected, command
    finally:
        with contextlib.suppress(Failed):
            request(opensearch_url, "/coopsearch-project-*", method="DELETE")
