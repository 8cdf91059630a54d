"""What the tests of signals and of a failing system share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.trust.crashes.signalled import FILES, RECORDS, Start


@pytest.fixture
def start(command: Sequence[str], clean_env: dict[str, str], tmp_path: Path) -> Start:
    """How to start the command in an empty folder."""
    return Start(command, clean_env, tmp_path)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Small files and a file of records, each with a word of its own."""
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number}.txt").write_text(f"zander file{number} perch", encoding="utf-8")
    lines = [json.dumps({"_id": f"r{number}", "text": f"zander record{number}"}) for number in range(RECORDS)]
    (folder / "records.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder
