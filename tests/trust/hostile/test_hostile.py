"""An index is data, whoever made it: it runs nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from coopsearch.search.engines import NAMES
from tests.trust.conftest import Ledger, Scale
from tests.trust.hostile import payloads, resealing
from tests.trust.hostile.attacking import attack, engine_said
from tests.trust.trials import (
    DATA,
    data_of,
    place,
    posix_only,
)

pytestmark = posix_only


def test_pickles_in_every_place(
    samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale
) -> None:
    """A payload in the place of any pickle of any file, or anywhere in it, is never run."""
    faults: list[str] = []
    tried = 0
    for kept, sample in samples.items():
        for path in sorted(data_of(sample).iterdir()):
            cases = [*payloads.laid(path.read_bytes()), *payloads.sprayed(path.read_bytes(), scale(1, 8))]
            for number, (at, data) in enumerate(cases):
                for said in NAMES if number < scale(1, 4) else (kept,):
                    index = place(sample, tmp_path / f"{tried}")
                    (data_of(index) / path.name).write_bytes(data)
                    resealing.tables(index / DATA)
                    engine_said(index, said)
                    tried += 1
                    case = f"{kept} as {said}, {path.name} at {at}"
                    faults += attack(index, case, turn=tried, writes=number == 0)
                    shutil.rmtree(index.parent)
    ledger("data", "pickles in place of each pickle, and anywhere", tried=tried, wrong=len(faults))
    assert tried > 20
    assert not faults, "\n".join(faults[:40])


@pytest.mark.parametrize("table", ["schema", "segments"])
def test_pickles_of_all_kinds(
    samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale, table: str
) -> None:
    """No pickle in Whoosh's table runs anything, hangs, or takes memory, whatever it is made of."""
    faults: list[str] = []
    tried = 0
    for kept, sample in samples.items():
        for number, (name, payload) in enumerate(payloads.SECOND.items()):
            # Both engines and both ways for all in a long run; else one of the four in turn.
            for with_seal in (True, False):
                if (number + 2 * with_seal + (kept == "whoosh")) % scale(8, 1):
                    continue
                index = place(sample, tmp_path / f"{tried}")
                (toc,) = data_of(index).glob("_MAIN_*.toc")
                payloads.in_table(toc, table, payload)
                engine_said(index, "whoosh")
                resealing.tables(index / DATA)
                if not with_seal:
                    for page in data_of(index).glob("*.json"):
                        page.unlink()
                tried += 1
                faults += attack(index, f"{kept}, {name}, {table}", writes=with_seal, turn=tried)
                shutil.rmtree(index.parent)
    ledger("data", f"pickles of all kinds as Whoosh's {table}", tried=tried, wrong=len(faults))
    assert not faults, "\n".join(faults[:40])
