"""The API under requests that a program makes up of its description."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.web.served import Served


@pytest.mark.long
def test_made_up_requests(served: Served, repo: Path, tmp_path: Path) -> None:
    """No request breaks the service, and each answer is one that the description has.

    schemathesis is not among what development needs: it brings thirty packages. `pip install schemathesis`.
    """
    program = shutil.which("schemathesis")
    if program is None:
        pytest.skip("schemathesis is not installed")
    done = subprocess.run(
        [
            program, "run", str(repo / "search/web/api/openapi.json"), "--url", str(served.place["base"]),
            "-H", f"Authorization: Bearer {served.token}", "-n", "40", "--continue-on-failure",
            "--exclude-path", "/api/v1/iterate", "--checks",
            "not_a_server_error,response_schema_conformance,status_code_conformance,content_type_conformance",
        ],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert served.get("/api/v1/health").json["status"] == "ok"
