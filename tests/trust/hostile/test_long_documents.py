"""Of a long document one passage is read, by what the index says of it, and anybody may have written that."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from coopsearch.indexer import sync
from tests.trust.conftest import Ledger, Scale
from tests.trust.hostile import resealing
from tests.trust.trials import DATA, INDEX, posix_only, stage

pytestmark = posix_only
#: What numpy and the rest hold is some 60 MB.
MEGABYTES = 300
_QUERIES = ("alpha beta", '"alpha border"', "=border", "title:long alpha", "alph* border")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of documents of a hundred passages, in which words have several forms."""
    folder = tmp_path_factory.mktemp("long")
    (folder / "docs").mkdir()
    for number in range(3):
        chance = random.Random(number)
        words = ["alpha", "alphas", "beta", "border", "borders", "the", "of", f"only{number}"]
        text = "\n\n".join(" ".join(chance.choices(words, k=60)) for _ in range(100))
        (folder / "docs" / f"{number}.md").write_text(f"# Long {number}\n\n{text}\n", encoding="utf-8")
    sync([folder / "docs"], folder / INDEX, workers=1)
    return folder


def test_arrays_that_lie(sample: Path, tmp_path: Path, ledger: Ledger, scale: Scale) -> None:
    """Whatever the arrays hold that say where words stand, a search answers or calls it damage."""
    (file,) = (sample / INDEX / DATA).glob("p*.col")
    header, _ = resealing.header_of(file)
    sizes = {name: int(kind[2:]) * count for name, (kind, _, count, _) in header["arrays"].items()}
    arrays = [
        name
        for name, size in sizes.items()
        if size
        and name.startswith(("runs.", "body.tf", "body.pos", "body.form", "body.docs", "body.cf", "store."))
    ]
    faults: list[str] = []
    tried = 0
    for name in arrays:
        kinds = [
            b"\xff",
            b"\0",
            *(bytes([one]) for one in random.Random(name).sample(range(1, 255), scale(1, 20))),
        ]
        for fill in kinds:
            place = tmp_path / f"{tried}"
            shutil.copytree(sample / INDEX, place / INDEX)
            resealing.put_columns(place / INDEX / DATA / file.name, arrays={name: fill * sizes[name]})
            resealing.tables(place / INDEX / DATA)
            played = stage().play(place, [(*query.split(), "--index", INDEX) for query in _QUERIES])
            faults += [f"{name} of {fill!r}: {fault}" for fault in played.faults(megabytes=MEGABYTES)]
            tried += 1
            shutil.rmtree(place)
    ledger("data", "arrays that say where the words of long documents stand", tried=tried, wrong=len(faults))
    assert tried > 20
    assert not faults, "\n".join(faults[:40])
