"""Test the promises and write docs/reliability.md. `python3 dev.py trust [--long] [PYTEST ARGUMENTS]`.

Runs tests/trust against the installed coopsearch. Each test writes down what it tried and found; these
records are kept in benchmarks/runs/, and the page is made from them alone (`trust_page`). Arguments that
choose tests would make it a page of a part: it is then printed and not written. `--from FILE` makes the page
from records that were kept. The long form takes hours and can be run in parts: `--part FILE` adds the
records of the chosen tests to a file, and once all parts are in it `--from FILE` makes the page.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

from benchmarks.steps import machine
from benchmarks.trust.trust_page import PAGE, BadRecords, render

ROOT: Final = Path(__file__).resolve().parents[2]
RUNS: Final = ROOT / "benchmarks" / "runs"
TESTS: Final = "tests/trust"
LEDGER: Final = "COOPSEARCH_LEDGER"
#: Arguments of pytest that choose no tests: with these the page is whole.
_HARMLESS: Final = frozenset({"-q", "-v", "-vv", "-s"})
#: The folders of an absolute path: they say where somebody works and are not kept.
_FOLDERS: Final = re.compile(r"(?<![\w.])/(?:[^\s/:'\"]+/)+")
#: What the tests write themselves says nothing about whether the commit is what was tested.
_WRITTEN: Final = (":!docs/reliability.md", ":!benchmarks/runs")


def main(arguments: Sequence[str]) -> int:
    """Run the tests, keep their records and write the page; return what pytest returned."""
    given = list(arguments)
    try:
        if given[:1] == ["--from"] and len(given) == 2:
            _write(render(load(Path(given[1])), _before()))
            return 0
        render([], _before())  # what is wrong with the page is told before anything is run
    except (BadRecords, OSError) as error:
        print(f"dev.py trust: {error}", file=sys.stderr)
        return 2
    part = None
    if "--part" in given[:-1]:
        place = given.index("--part")
        part = Path(given[place + 1])
        del given[place : place + 2]
    long = "--long" in given
    chosen = [one for one in given if one != "--long" and one not in _HARMLESS]
    with tempfile.TemporaryDirectory(prefix="coopsearch-trust-") as name:
        ledger, outcome = Path(name) / "ledger.jsonl", Path(name) / "outcome.xml"
        code = _test(given, ledger, outcome)
        if code not in (0, 1):  # interrupted, or nothing to run: what there is would not be the whole
            print(f"dev.py trust: pytest ended with {code}; the page stays as it is", file=sys.stderr)
            return code
        records = [about(long=long), *map(_placeless, [*_lines(ledger), *_outcomes(outcome)])]
    if part:
        _keep(records, part, "a")
        print(f"dev.py trust: added to {part}; the page stays as it is", file=sys.stderr)
        return code
    if chosen:
        print(render(records, ""))
        print("dev.py trust: only a part was tested; the page stays as it is", file=sys.stderr)
        return code
    kept = RUNS / f"{records[0]['date']}-trust{'' if long else '-usual'}.txt"
    _keep(records, kept, "w")
    _write(render(records, _before()))
    print(f"dev.py trust: wrote {PAGE.relative_to(ROOT)} and {kept.relative_to(ROOT)}", file=sys.stderr)
    return code


def _keep(records: Sequence[dict[str, Any]], path: Path, mode: str) -> None:
    with path.open(mode, encoding="utf-8") as stream:
        stream.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in records)


def load(path: Path) -> list[dict[str, Any]]:
    """Return the records of a file: of each run, or part of one, the first is about it."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def about(*, long: bool) -> dict[str, Any]:
    """Say what was tested, where and when, and nothing that names a machine or a place."""
    facts = machine()
    return {
        "run": "python3 dev.py trust" + (" --long" if long else ""),
        **{name: facts[name] for name in ("date", "python", "system", "cores")},
        "commit": _git("rev-parse", "--short", "HEAD").strip() or "unknown",
        "changed": bool(_git("status", "--porcelain", "--", ".", *_WRITTEN).strip()),
    }


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def _test(arguments: Sequence[str], ledger: Path, outcome: Path) -> int:
    """Run pytest as `dev.py test` does: against what is installed, with the checkout out of its way."""
    places = [] if any((ROOT / one.partition("::")[0]).exists() for one in arguments) else [TESTS]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    extra = {LEDGER: str(ledger), "COOPSEARCH_TEST_INSTALLED": "1", "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-P", "-m", "pytest", f"--junit-xml={outcome}", *arguments, *places]
    return subprocess.run(
        command, cwd=ROOT, env=kept | extra, stdin=subprocess.DEVNULL, check=False
    ).returncode


def _lines(ledger: Path) -> list[dict[str, Any]]:
    return load(ledger) if ledger.exists() else []


def _outcomes(outcome: Path) -> list[dict[str, Any]]:
    """Return the number of tests that passed, and a record for each that did not."""
    passed, others = 0, list[dict[str, Any]]()
    # From the pytest that was started a moment ago.
    for case in ET.parse(outcome).iter("testcase"):
        how = next((child for child in case if child.tag in {"failure", "error", "skipped"}), None)
        if how is None:
            passed += 1
            continue
        name = f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name', '')}"
        word = "skipped" if how.tag == "skipped" else "failed"
        why = (how.get("message") or "").strip().partition("\n")[0]
        others.append({"outcome": word, "test": name, "why": why[:200]})
    return [{"outcome": "passed", "count": passed}, *others]


def _placeless(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record without the folders of this machine."""
    return {key: _FOLDERS.sub("", one) if isinstance(one, str) else one for key, one in record.items()}


def _before() -> str:
    return PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""


def _write(page: str) -> None:
    new = PAGE.with_suffix(".new")
    new.write_text(page, encoding="utf-8")
    new.replace(PAGE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
