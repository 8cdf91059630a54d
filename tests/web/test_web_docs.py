"""The examples of the page on the API that are typed into a shell, done."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.web.served import PATIENCE, Served


def test_curl(served: Served, repo: Path) -> None:
    """What the page has programs ask for is answered."""
    if shutil.which("curl") is None:
        pytest.skip("there is no curl")
    text = (repo / "docs" / "api.md").read_text(encoding="utf-8")
    lines = re.findall(r"^curl .*\$TOKEN.*$", text, re.MULTILINE)
    assert len(lines) == 3
    for line in lines:
        command = line.replace("$TOKEN", served.token).replace("8765", str(served.port))
        done = subprocess.run(command, shell=True, capture_output=True, timeout=PATIENCE, check=True)
        for value in map(json.loads, done.stdout.splitlines()):
            assert "status" not in value or value["status"] == "ok"
