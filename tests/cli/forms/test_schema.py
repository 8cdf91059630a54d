"""The one JSON Schema holds for what every command prints with --json."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import typer

from coopsearch.search.cli.app import app
from coopsearch.search.cli.commands import COMMANDS, module_of
from tests.conftest import Run
from tests.extract.pdf.pdf_files import labelled, lines, pdf
from tests.web.served import serving


@pytest.fixture(scope="module")
def schema(repo: Path) -> dict[str, Any]:
    """The schema, as it is documented."""
    value: dict[str, Any] = json.loads((repo / "docs" / "schema.json").read_text(encoding="utf-8"))
    return value


@pytest.fixture(scope="module")
def validator(schema: dict[str, Any]) -> Any:
    """What checks values by it. Its library is there wherever the installed package is tested."""
    if "COOPSEARCH_TEST_INSTALLED" not in os.environ:
        pytest.importorskip("jsonschema")
    import jsonschema

    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator


@pytest.fixture
def project(tmp_path: Path, repo: Path, run: Run) -> Path:
    """A folder with the seeds, copies, a mail, a broken file, a collection, and their index."""
    docs = tmp_path / "docs"
    shutil.copytree(repo / "seeds", docs)
    (docs / "copy.txt").write_bytes(next((repo / "seeds").glob("*.txt")).read_bytes())
    (docs / "ar.md").write_text("# تهريب المهاجرين\n\nشبكات تهريب المهاجرين.\n", encoding="utf-8")
    (docs / "mail.eml").write_text(
        "From: Ann <ann@example.org>\nTo: Bob <bob@example.org>\nSubject: routes\n\nSmuggling routes.\n"
    )
    (docs / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    (docs / "empty.txt").write_bytes(b"")
    (docs / "film.mkv").write_bytes(b"\x1a\x45\xdf\xa3")
    (docs / "pages.pdf").write_bytes(labelled(pdf(lines("Smuggling routes, page by page.")), b"0<</S/r>>"))
    run("index", "-q", "docs", "--index", "index_data", cwd=tmp_path)
    asked = tmp_path / "asked"
    asked.mkdir()
    (asked / "corpus.jsonl").write_text(
        '{"_id": "a", "text": "smuggling routes"}\n{"_id": "b", "text": "fish"}\n'
    )
    (asked / "queries.jsonl").write_text('{"_id": "q", "text": "routes"}\n')
    (asked / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta\t1\n")
    (tmp_path / "names.txt").write_text("smuggling routes\nNobody\n???\n")
    (tmp_path / "office.tsv").write_text("en\tfr\nAVRR\taide au retour\nx\n")
    (tmp_path / "more.txt").write_text("More smuggling routes.\n")
    run("index", "-q", "more.txt", "--index", "other", cwd=tmp_path)
    return tmp_path


SEARCHED = "docs/000_f152cf9774ad5dba.txt"

#: Commands that take no index.
ELSEWHERE = {"eval", "unpack", "config", "lexicon", "accounts"}

TEAM = ["--accounts", "team.accounts"]

#: Every kind of object that each command prints; none for a call that prints text, and is there for the next.
CALLS: list[tuple[str, list[str], set[str]]] = [
    ("search", ["smuggling", "routes", "--explain", "--facet", "lang", "--coverage"], {"hit", "facets"}),
    ("search", ["from:ann routes", "--fold"], {"hit"}),
    ("search", ["--all-hits", "routes OR شبكات"], {"hit"}),
    ("search", ["-n", "0", "routes", "smuglers", "--coverage"], {"totals", "coverage"}),
    ("search", ["-n", "0", "--all", "routes", "zyzzy"], {"totals"}),
    ("search", ["routes", "--why-not", "docs/ar.md"], {"why_not"}),
    ("search", ["routes", "--why-not", SEARCHED], {"why_not"}),
    ("search", ["routes", "--context", "1", "--passages", "3", "--group", "language"], {"hit"}),
    ("search", ["routes", "--lang", "en", "--index", "index_data", "--index", "other"], {"hit"}),
    ("similar", [SEARCHED, "--explain"], {"hit"}),
    ("show", ["docs/mail.eml"], {"document"}),
    ("show", [SEARCHED, "routes"], {"place"}),
    ("show", [SEARCHED, "routes", "--all"], {"document"}),
    ("search", ["smuggling routes"], {"hit"}),
    ("show", ["1"], {"document"}),
    ("show", ["docs/pages.pdf"], {"document"}),
    ("show", ["1", "--places"], {"place"}),
    ("batch", ["names.txt", "-n", "2"], {"answer"}),
    ("names", ["routes"], {"listed_name"}),
    ("cite", ["1", "2"], {"citation"}),
    ("cite", ["--list"], {"citation"}),
    ("cite", ["--check"], {"checked"}),
    ("save", ["routes", "smuggling", "routes", "--all", "--tag", "-not"], set()),
    ("save", ["--list"], {"saved"}),
    ("news", ["--all"], {"news"}),
    ("mark", ["1", "relevant", "--note", "Ask for the annex."], set()),
    ("mark", ["docs/mail.eml", "seen"], set()),
    ("mark", ["--list"], {"marked"}),
    ("review", ["--log"], {"logged"}),
    ("desk", ["where"], {"desk_place"}),
    ("desk", ["check"], {"desk_checked"}),
    ("desk", ["backup", "desk.copy"], {"desk_copy"}),
    ("desk", ["merge", "desk.copy"], {"desk_merged"}),
    ("desk", ["restore", "desk.copy"], {"desk_restored"}),
    ("index", ["docs", "more.txt"], {"report"}),
    ("purge", ["docs/mail.eml"], {"purged"}),
    ("news", [], {"news"}),
    ("pack", ["packed.coopsearch", "--with-desk"], {"packed"}),
    ("unpack", ["packed.coopsearch"], {"unpacked"}),
    ("copy-index", ["copied"], {"copied_index"}),
    ("lexicon", ["add", "office.tsv"], {"lexicon_added"}),
    ("lexicon", ["check", "office.tsv"], {"lexicon_checked"}),
    ("lexicon", ["list"], {"lexicon"}),
    ("lexicon", ["show", "avrr"], {"lexicon_saying"}),
    ("lexicon", ["remove", "office"], {"lexicon_removed"}),
    ("accounts", ["add", "ann", *TEAM, "--password-stdin"], {"account_done"}),
    ("accounts", ["password", "Ann", *TEAM, "--password-stdin"], {"account_done"}),
    ("accounts", ["list", *TEAM], {"account"}),
    ("accounts", ["remove", "ann", *TEAM], {"account_done"}),
    ("config", [], {"setting"}),
    ("config", ["search.limit"], {"setting"}),
    ("config", ["--path"], {"settings_file"}),
    ("status", [], {"status"}),
    ("status", ["--state", "indexed"], {"file"}),
    ("status", ["--state", "failed"], {"file"}),
    ("verify", [], {"verified"}),
    ("verify", ["--sources"], {"verified"}),
    ("eval", ["asked", "--against", "k1=1.5", "--per-query"], {"evaluation"}),
]


def test_every_command(
    run: Run,
    project: Path,
    schema: dict[str, Any],
    validator: Any,
    command: Sequence[str],
    clean_env: dict[str, str],
) -> None:
    """What each command prints is one of the objects that the schema gives to that command, and no other."""
    seen: dict[str, set[str]] = {}
    for name, arguments, wanted in CALLS:
        rest = [] if name in ELSEWHERE or "--index" in arguments else ["--index", "index_data"]
        password = "one of several words" if "--password-stdin" in arguments else None
        done = run(name, *(["--json"] if wanted else []), *arguments, *rest, cwd=project, input=password)
        if not wanted:
            assert done.code == 0, (name, arguments, done.err)
            continue
        kinds = schema["x-commands"][name]
        found = set()
        assert done.out, (name, arguments, done.err)
        for line in done.out.splitlines():
            value = json.loads(line)
            faults = {kind: _faults(value, kind, schema, validator) for kind in kinds}
            fitting = [kind for kind in kinds if not faults[kind]]
            assert len(fitting) == 1, (name, arguments, faults)
            assert not list(validator(schema).iter_errors(value))
            found.add(fitting[0])
        assert wanted <= found, (name, arguments)
        seen.setdefault(name, set()).update(found)
    seen |= _served(project, command, clean_env, schema, validator)
    assert seen == {name: set(kinds) for name, kinds in schema["x-commands"].items()}


def _served(
    project: Path, command: Sequence[str], env: dict[str, str], schema: dict[str, Any], validator: Any
) -> dict[str, set[str]]:
    """Look at what a service says that goes on until it is ended."""
    if "COOPSEARCH_TEST_INSTALLED" not in os.environ and importlib.util.find_spec("starlette") is None:
        return {"serve": {"served"}}
    with serving(command, env, "index_data", cwd=project) as one:
        faults = {kind: _faults(one.place, kind, schema, validator) for kind in schema["x-commands"]["serve"]}
        return {"serve": {kind for kind, told in faults.items() if not told}}


def _faults(value: Any, kind: str, schema: dict[str, Any], validator: Any) -> list[str]:
    one = {"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]}
    return [error.message for error in validator(one).iter_errors(value)]


def test_no_command_is_missing(schema: dict[str, Any]) -> None:
    """Each command that has --json has its objects in the schema."""
    for command in COMMANDS:
        importlib.import_module(module_of(command))
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    with_json = {
        name for name, command in commands.items() if any("--json" in one.opts for one in command.params)
    }
    assert with_json == set(schema["x-commands"])
    assert len(with_json) >= 17


def test_objects_are_closed(schema: dict[str, Any]) -> None:
    """Each object of the schema says what it holds, and that it holds nothing else."""
    waiting: list[Any] = list(schema["$defs"].values())
    looked = 0
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
            if one.get("type") == "object":
                looked += 1
                assert "additionalProperties" in one
        elif isinstance(one, list):
            waiting += one
    assert looked > 30
    named = {ref["$ref"].removeprefix("#/$defs/") for ref in schema["anyOf"]}
    assert named == {kind for kinds in schema["x-commands"].values() for kind in kinds}
    assert named <= set(schema["$defs"])
