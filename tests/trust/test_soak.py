"""A long random walk of all that happens to an index, with what should be found known at each step.

Twenty seconds as a rule, half an hour with --long, or as many seconds as COOPSEARCH_SOAK says.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from coopsearch.indexer import check, compare, sync
from coopsearch.search import Index, open_index
from coopsearch.search.errors import IndexMissing
from tests.trust.conftest import Ledger, Scale

SECONDS: Final = "COOPSEARCH_SOAK"
SEED: Final = "COOPSEARCH_SOAK_SEED"
#: The most files there are, and records in one of them.
FILES: Final = 60
RECORDS: Final = 30
TOKEN: Final = re.compile(r"tok\d+")
#: Words of three languages, so that each may come and go.
WORDS: Final = ("perch", "pikes and eels", "les réfugiés", "التعاون بين البلدين", "the border")


class Walk:
    """The sources, what they hold, and the index of them."""

    def __init__(self, project: Path, engine: str, seed: int, command: Sequence[str]) -> None:
        """Begin without files."""
        self._random = random.Random(seed)
        self._engine = engine
        self._command = command
        self._project = project
        self._docs = project / "seeds"
        self._docs.mkdir()
        self._tokens = 0
        self.index = project / "index_data"
        self.holds: dict[str, list[str]] = {}
        """Which tokens a file holds, in the order of its documents."""
        self.done: Counter[str] = Counter()
        self.wrong: list[str] = []

    def step(self) -> None:
        """Change some files, bring the index up to date or be cut in it, and look at what is found."""
        for _ in range(self._random.randrange(6)):
            getattr(self, self._random.choice(("_add", "_add", "_change", "_remove", "_move", "_copy")))()
        options = ["--workers", self._random.choice(("1", "1", "1", "2"))]
        if self._random.random() < 0.08:
            options.append("--rebuild")
            self.done["rebuilds"] += 1
        chance = self._random.random()
        if chance < 0.35:
            self._run(options, self._random.uniform(0.2, 1.6))
        elif chance < 0.6:
            self._run(options, None)
        else:
            rebuild = "--rebuild" in options
            report = sync([self._docs], self.index, engine=self._engine, rebuild=rebuild, workers=1)
            self.wrong += [f"failed: {one.path}: {one.reason}" for one in report.failed]
            self._look(killed=False)
        self.done["steps"] += 1
        if self._random.random() < 0.3:
            self.done["checks"] += 1
            self.wrong += check(self.index).damages if self.is_there() else ()

    def is_there(self) -> bool:
        """Say whether there is an index yet: the first run may have been killed."""
        try:
            open_index(self.index).close()
        except IndexMissing:
            return False
        return True

    def _name(self) -> str:
        ending = self._random.choice((".md", ".txt", ".jsonl"))
        folder = self._random.choice(("", "a/", "a/b/"))
        return f"{folder}n{self._random.randrange(10 * FILES)}{ending}"

    def _write(self, name: str) -> None:
        """Write a file that holds new tokens."""
        records = self._random.randrange(1, RECORDS) if name.endswith(".jsonl") else 1
        self.holds[name] = [f"tok{self._tokens + number}" for number in range(records)]
        self._tokens += records
        texts = [f"zander {token} {self._random.choice(WORDS)}" for token in self.holds[name]]
        path = self._docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".jsonl"):
            lines = [json.dumps({"_id": str(number), "text": text}) for number, text in enumerate(texts)]
            path.write_text("\n".join(lines), encoding="utf-8")
        else:
            path.write_text(texts[0], encoding="utf-8")

    def _any(self) -> str:
        return self._random.choice(sorted(self.holds)) if self.holds else ""

    def _add(self) -> None:
        if len(self.holds) < FILES:
            self._write(self._name())
            self.done["added"] += 1

    def _change(self) -> None:
        if name := self._any():
            self._write(name)
            self.done["changed"] += 1

    def _remove(self) -> None:
        if name := self._any():
            (self._docs / name).unlink()
            del self.holds[name]
            self.done["removed"] += 1

    def _other(self, name: str) -> str:
        """Return the name of a file to be, of the kind of another."""
        other = Path(self._name()).with_suffix(Path(name).suffix).as_posix()
        (self._docs / other).parent.mkdir(parents=True, exist_ok=True)
        return other

    def _move(self) -> None:
        if name := self._any():
            other = self._other(name)
            (self._docs / name).replace(self._docs / other)
            self.holds[other] = self.holds.pop(name)
            self.done["moved"] += 1

    def _copy(self) -> None:
        if (name := self._any()) and len(self.holds) < FILES and (other := self._other(name)) != name:
            (self._docs / other).write_bytes((self._docs / name).read_bytes())
            self.holds[other] = list(self.holds[name])
            self.done["copied"] += 1

    def _run(self, options: Sequence[str], killed_after: float | None) -> None:
        """Run the command, kill it perhaps, and search meanwhile."""
        process = subprocess.Popen(
            [*self._command, "index", "-q", "--engine", self._engine, *options, "seeds"],
            cwd=self._project,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        until = time.monotonic() + killed_after if killed_after is not None else float("inf")
        while process.poll() is None and time.monotonic() < until:
            if self.is_there():
                with open_index(self.index) as index:
                    index.search("zander", limit=5)
                    self.done["searches"] += 1
            time.sleep(0.02)
        killed = process.poll() is None
        if killed:
            process.kill()
        _, err = process.communicate(timeout=120)
        self.done["killed"] += killed
        if not killed and (process.returncode or err):
            self.wrong.append(f"exit code {process.returncode}: {err[-300:]}")
        self._look(killed=killed)

    def _look(self, *, killed: bool) -> None:
        """Compare the index with the sources and, after a whole run, with what should be found."""
        if not self.is_there():
            return
        compared = compare(self.index)
        self.done["comparisons"] += 1
        if compared.faults:
            self.wrong += [f"{one.kind}: {one.path}: {one.reason}" for one in compared.differences]
        if not killed:
            self.wrong += [f"left out: {one.kind}: {one.path}" for one in compared.differences]
            with open_index(self.index) as index:
                self._compare(index)

    def _compare(self, index: Index) -> None:
        """Compare what is found with what should be."""
        found: dict[str, set[str]] = {}
        results = index.search("zander", limit=FILES * RECORDS)
        for hit in results:
            for path in (hit.path, *hit.also):
                name = path.removeprefix(f"{self._docs}{os.sep}").partition("!")[0]
                found.setdefault(name, set()).update(TOKEN.findall(hit.snippet))
        wanted = {name: set(tokens) for name, tokens in self.holds.items()}
        if found != wanted:
            odd = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
            self.wrong.append(f"{odd[:3]}: found {[found.get(name) for name in odd[:3]]}")
        for name in sorted(self.holds)[:3]:
            token = self.holds[name][-1]
            if index.search(token, limit=0).total != 1:
                self.wrong.append(f"{token} of {name} is found {index.search(token, limit=0).total} times")


@pytest.mark.parametrize("engine", ["columns", "whoosh"])
def test_soak(engine: str, tmp_path: Path, command: Sequence[str], ledger: Ledger, scale: Scale) -> None:
    """Whatever happens to files, runs and the index, what is found is what the files hold, and all of it."""
    seconds = float(os.environ.get(SECONDS) or scale(8, 1_800)) / 2
    seed = int(os.environ.get(SEED) or (time.time_ns() % 10**9 if scale(0, 1) else 12))
    walk = Walk(tmp_path, engine, seed, command)
    until = time.monotonic() + seconds
    while not walk.wrong and (time.monotonic() < until or walk.done["steps"] < 5):
        walk.step()
    walk._run([], None)
    lost = [one for one in walk.wrong if one.startswith(("lost", "left out"))]
    counts = ", ".join(f"{count:,} {name}" for name, count in sorted(walk.done.items()))
    ledger(
        "lost",
        f"a random walk of {seconds:.0f} s, {engine}",
        tried=walk.done["steps"],
        wrong=len(walk.wrong) - len(lost),
        lost=len(lost),
        note=f"{counts}; seed {seed}",
    )
    assert walk.wrong == [], (seed, dict(walk.done))
