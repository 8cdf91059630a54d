"""The API under requests that a program makes up of its description: sound ones, broken ones, and chains."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from tests.indexed import project
from tests.web.served import TEXTS, lacking, serving

#: Made by `python3 dev.py schemathesis`.
INSTALLED: Final = ".fuzz/bin/schemathesis"
#: Requests made up for each call, in each of three ways.
REQUESTS: Final = 40
#: Statuses by which what makes no sense is refused, beside those that schemathesis knows.
REFUSED: Final = [400, 401, 403, 404, 405, 406, 409, 413, 414, 415, 422]
#: Statuses of what makes sense; 503 is told from a failure by the check for that.
TAKEN: Final = ["2xx", "3xx", 401, 403, 404, "5xx"]
#: What a query, a tag, a day, a language and a quotation may be is a grammar, or a matter of the index: a
#: schema cannot say it, so of these calls 400 and, where all is as long as it may be, 414 are right answers.
GRAMMARS: Final = (
    "search", "iterate", "facets", "suggest", "marks", "document", "passages", "similar", "mark", "cite",
    "save", "news", "known", "dossier",
)  # fmt: skip
#: Half of all queries are these, as made-up words find nothing.
QUERIES: Final = (
    "smuggling routes", "boats", "تهريب", "réfugiés", '"moved east"', "smug*", "boats -police",
    "title:routes", "(boats", "routes NEAR/3 east", "lang:fr", "police~",
)  # fmt: skip


@pytest.fixture(scope="module")
def schemathesis(repo: Path) -> str:
    """The program that makes up requests."""
    found = repo / INSTALLED
    name = str(found) if found.is_file() else shutil.which("schemathesis")
    if name is None:
        lacking("schemathesis is not there: `python3 dev.py schemathesis`")
    return str(name)


def settings(ids: Sequence[str], hooks: str) -> str:
    """Return the settings of a run: what is known of the index, and what the checks expect."""
    known = {"q": QUERIES, "id": ids, "name": ("news", "boats"), "tag": ("relevant", "seen", "-seen")}
    lines = [f"hooks = {json.dumps(hooks)}", "warnings = false"]
    for name, values in known.items():
        lines += [f"[dictionaries.{name}s]", f"values = {json.dumps(values)}"]
    lines.append("[parameters]")
    lines += [f'{name} = {{dictionary = "{name}s", probability = 0.5}}' for name in known]
    lines += [
        "[checks]",
        f"negative_data_rejection.expected-statuses = {json.dumps(REFUSED)}",
        f"positive_data_acceptance.expected-statuses = {json.dumps(TAKEN)}",
        "[[operations]]",
        f"include-operation-id = {json.dumps(GRAMMARS)}",
        f"checks.positive_data_acceptance.expected-statuses = {json.dumps([400, 414, *TAKEN])}",
    ]
    return "\n".join(lines) + "\n"


def made_up(program: str, folder: Path, place: Mapping[str, Any]) -> tuple[int, str]:
    """Have requests made up of the description and sent; return the exit code and what is said."""
    done = subprocess.run(
        [
            program, "--config-file", "settings.toml", "run", "api.json", "--url", str(place["base"]),
            "-H", f"Authorization: Bearer {place['token']}", "--checks", "all", "--no-color", "--no-shrink",
            "--generation-database", "none", "--continue-on-failure", "--seed", "1",
            "-n", str(REQUESTS),
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONWARNINGS": "ignore"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=280,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_made_up_requests(
    schemathesis: str, command: Sequence[str], home: dict[str, str], repo: Path, tmp_path: Path
) -> None:
    """No request breaks the service or is let in without a key, and each answer is one that is described."""
    top = project(tmp_path, TEXTS)
    shutil.copy(repo / "search/web/api/openapi.json", top / "api.json")
    shutil.copy(Path(__file__).with_name("fuzz_hooks.txt"), top / "fuzz_hooks.py")
    with serving(command, home, top / "index_data", cwd=top) as one:
        ids = [hit["id"] for hit in one.get("/api/v1/search", q="boats OR routes OR تهريب").json["hits"]]
        (top / "settings.toml").write_text(settings(ids, "fuzz_hooks"), encoding="utf-8")
        code, said = made_up(schemathesis, top, one.place)
        assert code == 0, re.sub(r"(.{400}).*", r"\1 ...", said)[-8000:]
        calls = [
            call for path in json.loads((top / "api.json").read_bytes())["paths"].values() for call in path
        ]
        assert f"Tested: {len(calls)}" in re.sub(r" +", " ", said)
        assert one.get("/api/v1/health").json["status"] == "ok"
        one.process.terminate()
        # A failure would have been told there.
        assert one.process.communicate(timeout=60)[1] == ""
