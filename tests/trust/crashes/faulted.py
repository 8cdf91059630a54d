"""Runs in which something fails: what they answer before and after, and what is wrong with them."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.trust import trials
from tests.trust.trials import INDEX, Step, data_of, place, stage


class Case:
    """A run that changes an index, and what that index answers before and after it."""

    def __init__(self, sample: Path | None, engine: str, words: Sequence[str], folder: Path) -> None:
        """Try the run once without any failure."""
        self.sample, self.engine, self.words, self.folder = sample, engine, words, folder
        self.number = itertools.count()
        index = self.fresh()
        self.before = stage().face(index, "answers")
        played = stage().play(index.parent, [self.command(index)], fault={"folder": str(index), "at": 0})
        assert not played.faults() and played.steps[0].code == 0, played
        self.calls = played.calls
        self.after = stage().face(index, "answers")
        assert self.after.value is not None
        shutil.rmtree(index.parent)

    def fresh(self) -> Path:
        """A copy of the index as it is before, beside sources as they are after."""
        folder = self.folder / f"case{next(self.number)}"
        if self.sample is None:
            shutil.copytree(trials_docs(self.folder), folder / "docs", copy_function=os.link)
            return folder / INDEX
        index = place(self.sample, folder)
        trials.change(folder)
        return index

    def command(self, index: Path) -> list[str]:
        """The run, as one types it."""
        return [*self.words, "--index", str(index)]

    def judge(self, index: Path, step: Step, cause: str) -> list[str]:
        """Say what is wrong after a run in which something failed."""
        faults = [step.fault] if step.fault else []
        if step.code == 2 and not names_cause(step.err, cause):
            faults.append(f"does not name {cause}: {step.err[-300:]!r}")
        now = stage().face(index, "answers")
        if now.trace or not self.is_state(now):
            faults.append(f"not the state before or after: {now.told[:300]} {now.trace[-300:]}")
        again = stage().play(index.parent, [self.command(index)])
        faults += again.faults()
        if again.steps and again.steps[0].code != 0:
            faults.append(f"the next run fails: {again.steps[0].err[-300:]}")
        healed = stage().face(index, "answers")
        if healed.value is None or healed.value["found"] != self.after.value["found"]:
            faults.append(f"the next run did not bring all: {healed.told[:300]}")
        if strays := left_over(index):
            faults.append(f"strays: {strays}")
        checked = stage().face(index, "check")
        if checked.value is None or checked.value["damages"]:
            faults.append(f"verify: {checked.told} {checked.value}")
        return faults

    def is_state(self, step: Step) -> bool:
        """Say whether this is what the index answered before, or answers after."""
        if step.value is None:
            return self.before.value is None and step.error in {"IndexMissing", "IndexUnreadable"}
        states = [one.value["found"] for one in (self.before, self.after) if one.value is not None]
        if self.before.value is None:
            # A first build can be searched from its first commit on, and before that holds nothing.
            return step.value["found"] in states or not step.value["found"][0][1]
        return step.value["found"] in states


def trials_docs(folder: Path) -> Path:
    """The sources of a first build."""
    docs = folder / "sources"
    if not docs.exists():
        docs.mkdir()
        for number in range(6):
            (docs / f"a{number + 5}.txt").write_text(f"alpha beta réfugiés word{number}", encoding="utf-8")
        (docs / "c.csv").write_text("title,text\nreport,alpha one\nreport,beta two\n", encoding="utf-8")
        (docs / "copy.txt").write_text("alpha beta réfugiés word2", encoding="utf-8")
    return docs


#: What one of the words must be found in a message, in whatever case, for each error.
CAUSES: Final[dict[str, tuple[str, ...]]] = {
    "ENOSPC": ("space", "room", "full"), "EDQUOT": ("quota",), "EIO": ("input/output", "i/o"),
    "EACCES": ("permission",), "EPERM": ("permitted", "permission"), "EROFS": ("read-only",),
    "EMFILE": ("open files",), "ENFILE": ("open files",), "EFBIG": ("too large",),
}  # fmt: skip


def names_cause(message: str, cause: str) -> bool:
    """Say whether a message names the cause."""
    return any(word in message.lower() for word in CAUSES[cause])


def left_over(index: Path) -> list[str]:
    """Names in a whole index that no table names: what a killed or failed run left."""
    data = data_of(index)
    found = [path.name for path in index.iterdir() if path.name not in {"index.json", "lock", data.name}]
    text = "".join(
        path.read_text("utf-8", "replace") for path in data.iterdir() if path.suffix in {".toc", ".json"}
    )
    fixed = {"columns.toc", "seal.json", "whoosh.json", "MAIN_WRITELOCK", "manifest.sqlite", "coverage.json",
             "listing.json", "copies.tsv"}  # fmt: skip
    return found + [p.name for p in data.iterdir() if p.name not in fixed and f'"{p.name}"' not in text]


RUNS: Final = {"update": ("index",), "rebuild": ("index", "--rebuild"), "first build": ("index", "docs")}
