"""docs/reliability.md from the records of a run. Run as a script, it compares: `trust_page.py --check`.

The page has a part for each promise, in the order of `Promise` in tests/trust/conftest.py. What people
wrote into it stands between marks and stays where it is. Runs no test.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"


class Promise(NamedTuple):
    """What is promised, in a sentence, and what is done to find it broken."""

    sentence: str
    means: str


#: By their names in the records, in the order of the page.
PROMISES: Final = {
    "data": Promise(
        "An index is data: nothing in it is run, and nothing beside it is touched",
        "Pages with code, foreign names, links, pipes and devices where a page should be; files of other "
        "people around the index are compared before and after.",
    ),
    "owner": Promise(
        "An index that somebody else owns, or may write to, is named before it is used",
        "Indexes of another user, and ones that a group or everybody may write to.",
    ),
    "killed": Promise(
        "Killed or cut off at any moment, the next run finds the old state or the new one, complete",
        "Runs that end by signals at random moments, and every prefix of the writes of a run, with what was "
        "not yet safe on the disk dropped, torn or reordered.",
    ),
    "full": Promise(
        "A full disk, lost permission or a lack of descriptors leaves the index as it was, and is named",
        "Failures put into each call in turn, and small disks that do fill up.",
    ),
    "damage": Promise(
        "Damage is reported and never gives a wrong answer",
        "Flipped bits, cut, removed and exchanged files; then every answer is compared with that of the "
        "whole index.",
    ),
    "crowd": Promise(
        "One process writes, many read, and nobody waits for another",
        "Readers at full speed beside a writer that commits often, and writers that meet at the lock.",
    ),
    "query": Promise(
        "Any query is safe and bounded",
        "Generated and hard queries; each must be answered, or refused with its fault named, in bounded "
        "time and memory.",
    ),
    "output": Promise(
        "What is printed attacks neither a terminal nor a spreadsheet",
        "Texts, titles, paths and errors made of characters that steer terminals or hide.",
    ),
    "private": Promise(
        "Nothing leaves the machine, nobody else reads the index, and what is purged is gone",
        "Watched system calls, the modes of files, and a look for purged words in every byte.",
    ),
    "lost": Promise(
        "Nothing is lost between the sources and the index",
        "The index compared with its sources, document by document.",
    ),
    "large": Promise(
        "What is large, or many, takes time and not memory",
        "Very many small files, very large ones, and folders that change all the time.",
    ),
}

INTRODUCTION: Final = """# What you can rely on

coopsearch makes eleven promises about your documents and its index. Each is tested by attacks, failures and
accidents that are made on purpose, and this page says how often and with what result.

- **tried** is how often something was done that could break the promise: a kill, a flipped bit, a query.
- **wrong** counts wrong answers, tracebacks, hangs, and whatever else breaks the promise.
- **lost** counts documents, answers or files that were lost or changed and should not have been.

Both must be zero: a test fails otherwise, and no change is taken with a test that fails. What is tried is
either all that there is (each write of a run, each file of an index) or drawn by chance, so a zero says that
nothing was found, not that nothing can be. **seconds** is how long the trying took. What is not promised at
all is in [security](security.md).
"""

#: Written by hand after the part of a promise, or ("costs") at the end.
KEPT: Final = (*PROMISES, "costs")
_KEPT: Final = re.compile(r"<!-- by hand: (\S+) -->\n(.*?)<!-- end -->\n", re.DOTALL)
_HEAD: Final = ("what was tried", "tried", "wrong", "lost", "figures", "seconds")


class BadRecords(Exception):
    """The records, or the page that was there, cannot be made a page."""


def render(records: Sequence[Mapping[str, Any]], before: str) -> str:
    """Return the page. What was written by hand is taken from the page ``before``."""
    kept = dict(_KEPT.findall(before))
    if foreign := sorted(kept.keys() - set(KEPT)):
        raise BadRecords(
            f"docs/reliability.md: no part of the page is called {foreign[0]!r}; there are: {', '.join(KEPT)}"
        )
    tried = [record for record in records if "promise" in record]
    if foreign := sorted({record["promise"] for record in tried} - PROMISES.keys()):
        raise BadRecords(f"no promise is called {foreign[0]!r}; there are: {', '.join(PROMISES)}")
    parts = [INTRODUCTION, _run(records), _outcomes(records)]
    for number, (name, (sentence, means)) in enumerate(PROMISES.items(), 1):
        rows = [record for record in tried if record["promise"] == name]
        parts.append(f"## {number}. {sentence}\n\n{means}\n")
        parts.append(_table(rows) if rows else "Not in this run.\n")
        parts.append(_by_hand(name, kept))
    parts.append("## What it costs\n")
    parts.append(_by_hand("costs", kept) or "Not measured yet: `python3 dev.py cost` does it.\n")
    return "\n".join(filter(None, parts))


def _by_hand(name: str, kept: Mapping[str, str]) -> str:
    return f"<!-- by hand: {name} -->\n{kept[name]}<!-- end -->\n" if name in kept else ""


def _run(records: Sequence[Mapping[str, Any]]) -> str:
    """Say what was run, where and when."""
    parts = [record for record in records if "run" in record]
    if not parts:
        return "## The run\n\nNo run has been written down yet; `python3 dev.py trust` does it.\n"
    about = parts[-1]
    if foreign := [one for one in parts if one["run"] != about["run"]]:
        raise BadRecords(f"the records are of `{about['run']}` and of `{foreign[0]['run']}`")
    days = " and ".join(dict.fromkeys(one["date"] for one in parts))
    commits = [*dict.fromkeys(one["commit"] for one in parts)]
    state = f"commit{'s' if len(commits) > 1 else ''} {', '.join(commits)}"
    state += " with changes that are not committed" if any(one["changed"] for one in parts) else ""
    how = f"`{about['run']}`" + (f" in {len(parts)} parts" if len(parts) > 1 else "")
    tried = [record for record in records if "promise" in record]
    wrong, lost = (sum(record[key] for record in tried) for key in ("wrong", "lost"))
    total = sum(record["tried"] for record in tried)
    return (
        "## The run\n\n"
        f"Written by {how} on {days}, Python {about['python']}, {about['system']}, "
        f"{about['cores']} processors, {state}: {total:,} tries, {wrong:,} wrong, {lost:,} lost.\n"
    )


def _outcomes(records: Sequence[Mapping[str, Any]]) -> str:
    """Say how many tests passed, and which did not."""
    found = [record for record in records if "outcome" in record]
    if not found:
        return ""
    passed = sum(record["count"] for record in found if record["outcome"] == "passed")
    others = [record for record in found if record["outcome"] != "passed"]
    failed = sum(record["outcome"] == "failed" for record in others)
    lines = [f"Tests: {passed} passed, {failed} failed, {len(others) - failed} skipped."]
    lines += [f"- {one['outcome']}: `{one['test']}`: {_cell(one['why'])}" for one in others]
    return lines[0] + "\n" + ("\n" + "\n".join(lines[1:]) + "\n" if others else "")


def _table(records: Iterable[Mapping[str, Any]]) -> str:
    """Return a table of what was tried; what has one name is one row."""
    rows: dict[str, list[Any]] = {}
    for record in records:
        row = rows.setdefault(record["what"], [0, 0, 0, [], 0.0])
        for place, key in enumerate(("tried", "wrong", "lost")):
            row[place] += record[key]
        if record["note"] and record["note"] not in row[3]:
            row[3].append(record["note"])
        row[4] += record["seconds"]
    lines = [f"| {' | '.join(_HEAD)} |", "|---|--:|--:|--:|---|--:|"]
    for what, (tried, wrong, lost, notes, seconds) in rows.items():
        cells = (
            _cell(what),
            f"{tried:,}",
            f"{wrong:,}",
            f"{lost:,}",
            _cell("; ".join(notes)),
            f"{seconds:,.1f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Return a text that stays within its cell and means nothing to Markdown or HTML."""
    return re.sub(r"([|<>*_`\\\[\]])", r"\\\1", " ".join(text.split()))


def main(arguments: Sequence[str]) -> int:
    """Compare the page with what the records of its run give; return 1 if it is another."""
    from benchmarks.trust.trust import RUNS, load

    page = PAGE.read_text(encoding="utf-8")
    if not arguments or arguments[0] != "--check":
        return 2
    runs = arguments[1:] or [str(path) for path in sorted(RUNS.glob("*-trust*.txt"))]
    wanted = [load(Path(path)) for path in runs] or [[]]
    if any(render(records, page) == page for records in wanted):
        return 0
    print("reliability.md is not what the records of any run give; run `python3 dev.py trust`")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
