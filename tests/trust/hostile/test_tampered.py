"""Pages and columns that say what none of ours says, with right checksums: one error, or the truth."""

from __future__ import annotations

import random
import re
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from tests.trust.conftest import Ledger, Scale
from tests.trust.hostile import resealing
from tests.trust.hostile.tampering import tampered
from tests.trust.trials import (
    DATA,
    Played,
    data_of,
    documents_of,
    place,
    posix_only,
    reading,
    stage,
    writing,
)

pytestmark = posix_only
SECONDS: Final = 5.0
MEGABYTES: Final = 300


def pages_of(index: Path) -> list[Path]:
    """The pages of JSON of a whole index, its first one and those that belong to its state."""
    data = data_of(index)
    return [
        index / "index.json",
        *sorted(p for p in data.iterdir() if p.suffix == ".json" or p.name == "columns.toc"),
    ]


def judge(played: Played, truth: Any, named: str, *, scores: bool = True) -> list[str]:
    """Say what is wrong with what commands and faces made of an index; without ``scores``, but for these."""
    faults = played.faults(seconds=SECONDS, megabytes=MEGABYTES)
    for step in played.steps:
        if step.error and not step.trace and not says(step.told, named):
            faults.append(f"{step.words[:2]}: does not name {named}: {step.told[:300]!r}")
        if step.code == 2 and not says(step.told, named):
            faults.append(f"{step.words[:2]}: does not name {named}: {step.told[:300]!r}")
        if step.words[:2] == ("face", "answers") and step.value is not None:
            told, expected = step.value["found"], truth["found"]
            if not scores:
                told, expected = documents_of(told), documents_of(expected)
            faults += [
                f"another answer: {str(a)[:150]}" for a, b in zip(told, expected, strict=True) if a != b
            ]
    return faults


def says(message: str, named: str) -> bool:
    """Say whether a message names a page, tells of another version, or that there is nothing to ask."""
    # A table and a file that do not agree may be told of either.
    either = (f"/{DATA}/",) if named in {"columns.toc", "whoosh.json"} else ()
    return any(
        text in message
        for text in (named, "version", "format", "no index", "kept with", "kept otherwise", *either)
    )


def test_pages(samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale) -> None:
    """A page that was changed, with a right checksum, gives one error that names it, or the right answer."""
    faults: list[str] = []
    tried = 0
    slowest = largest = 0.0
    for engine, sample in samples.items():
        for page in pages_of(sample):
            chance = random.Random(page.name)
            for name, said in tampered(resealing.body_of(page), chance, scale(3, 30)):
                index = place(sample, tmp_path / f"{tried}")
                truth = _truth(sample)
                path = index / page.relative_to(sample)
                resealing.put(path, said)
                if path.name not in {"columns.toc", "whoosh.json"}:
                    resealing.tables(index / DATA)
                tried += 1
                played = stage().play(index.parent, reading(index, tried))
                slowest, largest = max(slowest, played.seconds), max(largest, played.megabytes)
                # Sums of lengths, which scores are made of, stand nowhere else: what they say is the truth.
                found = judge(played, truth, page.name, scores=not _SUMS.match(name))
                if tried % 5 == 0:
                    found += (
                        stage()
                        .play(index.parent, writing(index))
                        .faults(seconds=SECONDS, megabytes=MEGABYTES)
                    )
                    found += _healed(index, truth)
                faults += [f"{engine}, {page.name}, {name}: {fault}" for fault in found]
                shutil.rmtree(index.parent)
    ledger(
        "data", "tampered pages with right checksums", tried=tried, wrong=len(faults),
        note=f"at most {slowest:.1f} s and {largest:.0f} MB for nine commands and faces",
    )  # fmt: skip
    assert not faults, "\n".join(faults[:60])


#: Where the stock engine's table has the sums of a segment's lengths.
_SUMS: Final = re.compile(r"segments\.\d+\.3\.")
_TRUTHS: Final[dict[Path, Any]] = {}


def _truth(sample: Path) -> Any:
    """What a whole index answers."""
    if sample not in _TRUTHS:
        _TRUTHS[sample] = stage().face(sample, "answers").value
    return _TRUTHS[sample]


def _healed(index: Path, truth: Any) -> Iterator[str]:
    """Say what a rebuild did not bring back."""
    step = stage().face(index, "answers")
    if step.value is None or documents_of(step.value["found"]) != documents_of(truth["found"]):
        yield f"a rebuild did not heal: {step.told[:200]}"


def test_huge_pages(samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale) -> None:
    """A page of a hundred megabytes is not read, or read within bounds."""
    faults: list[str] = []
    tried = 0
    for engine, sample in samples.items():
        for page in pages_of(sample)[:: scale(4, 1)]:
            index = place(sample, tmp_path / f"{tried}")
            path = index / page.relative_to(sample)
            text = resealing.body_of(path)
            resealing.put(path, text[:-1] + b',"x":"' + b"x" * 100_000_000 + b'"}')
            resealing.tables(index / DATA)
            tried += 1
            # The bytes themselves and their text are what it may take beside the program's own 60 MB.
            played = stage().play(index.parent, reading(index, tried), timeout=60)
            found = played.faults(seconds=20, megabytes=500)
            faults += [f"{engine}, {page.name}: {fault}" for fault in found]
            shutil.rmtree(index.parent)
    ledger("data", "pages of 100 MB", tried=tried, wrong=len(faults))
    assert not faults, "\n".join(faults)


def test_headers_of_columns(samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale) -> None:
    """A header of columns that says anything gives one error that names the file, or an answer, in bounds."""
    faults: list[str] = []
    tried = 0
    sample = samples["columns"]
    for file in sorted(data_of(sample).glob("*.col")):
        header, _ = resealing.header_of(file)
        chance = random.Random(file.stat().st_size)
        for name, said in tampered(resealing.json_of(header), chance, scale(3, 100)):
            index = place(sample, tmp_path / f"{tried}")
            resealing.put_columns(data_of(index) / file.name, header=said)
            resealing.tables(index / DATA)
            tried += 1
            found = (
                stage().play(index.parent, reading(index, tried)).faults(seconds=SECONDS, megabytes=MEGABYTES)
            )
            if tried % 4 == 0:
                found += (
                    stage().play(index.parent, writing(index)).faults(seconds=SECONDS, megabytes=MEGABYTES)
                )
            faults += [f"{name}: {fault}" for fault in found]
            shutil.rmtree(index.parent)
    ledger("data", "tampered headers of columns", tried=tried, wrong=len(faults))
    assert not faults, "\n".join(faults[:60])


def contents(data: bytes, chance: random.Random) -> list[bytes]:
    """Return what may stand in an array instead: as many bytes of something else."""
    turned = data[::-1]
    noise = chance.randbytes(len(data))
    flipped = bytearray(data)
    if data:
        flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return [noise, b"\0" * len(data), b"\xff" * len(data), b"\x7f" * len(data), turned, bytes(flipped)]


def test_contents_of_columns(samples: dict[str, Path], tmp_path: Path, ledger: Ledger, scale: Scale) -> None:
    """Arrays that hold anything give an answer or one error, within bounds; a rebuild heals them."""
    faults: list[str] = []
    tried = 0
    sample = samples["columns"]
    chance = random.Random(7)
    cases = []
    for file in sorted(data_of(sample).glob("*.col")):
        header, _ = resealing.header_of(file)
        whole = file.read_bytes()
        for name, (kind, start, count, _) in header["arrays"].items():
            data = whole[start : start + count * int(kind[2:])]
            others = [other for other in contents(data, chance) if other != data]
            cases += [(file.name, name, number, other) for number, other in enumerate(others)]
    for file_name, name, number, other in chance.sample(cases, min(len(cases), scale(40, 400))):
        index = place(sample, tmp_path / f"{tried}")
        resealing.put_columns(data_of(index) / file_name, arrays={name: other})
        resealing.tables(index / DATA)
        tried += 1
        found = stage().play(index.parent, reading(index, tried)).faults(seconds=SECONDS, megabytes=MEGABYTES)
        # What reads all there is, and what writes all of it anew.
        more = [["verify", "--sources"], ["purge", "docs/a7.txt"]] if tried % 2 else writing(index)
        steps = [[*step, "--index", str(index)] if tried % 2 else step for step in more]
        found += stage().play(index.parent, steps).faults(seconds=SECONDS, megabytes=MEGABYTES)
        faults += [f"{name} {number}: {fault}" for fault in found]
        shutil.rmtree(index.parent)
    ledger("data", "anything in arrays with right checksums", tried=tried, wrong=len(faults))
    assert tried > 20
    assert not faults, "\n".join(faults[:60])


def test_lists_longer_than_their_segment(samples: dict[str, Path], tmp_path: Path, ledger: Ledger) -> None:
    """A list that says to be longer than all of its segment is damage, and no memory is taken for it."""
    faults: list[str] = []
    tried = 0
    sample = samples["columns"]
    for file in sorted(data_of(sample).glob("*.col")):
        header, _ = resealing.header_of(file)
        for name, (kind, _, count, _) in header["arrays"].items():
            if name.endswith((".df", ".cf")) and count:
                index = place(sample, tmp_path / f"{tried}")
                other = b"\xff" * count * int(kind[2:])
                resealing.put_columns(data_of(index) / file.name, arrays={name: other})
                resealing.tables(index / DATA)
                tried += 1
                played = stage().play(index.parent, [("face", "answers", index)])
                found = played.faults(seconds=SECONDS, megabytes=MEGABYTES)
                if played.steps and played.steps[0].error not in {"", "IndexDamaged"}:
                    found.append(f"told as {played.steps[0].error}")
                faults += [f"{file.name}, {name}: {fault}" for fault in found]
                shutil.rmtree(index.parent)
    ledger("data", "lists longer than their segment", tried=tried, wrong=len(faults))
    assert tried > 8
    assert not faults, "\n".join(faults)


def test_stored_text_that_swells(samples: dict[str, Path], tmp_path: Path, ledger: Ledger) -> None:
    """A stored block that inflates to gigabytes is told as damage before it takes the memory."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    bomb = b"".join(packer.compress(b"\0" * (1 << 20)) for _ in range(1_000)) + packer.flush()
    index = place(samples["columns"], tmp_path / "bomb")
    for file in data_of(index).glob("*.col"):
        header, _ = resealing.header_of(file)
        if "store.data" in header["arrays"]:
            blocks = header["arrays"]["store.at"][2]
            at = np.linspace(0, len(bomb), blocks).astype("<u8")
            at[1:] = len(bomb)
            resealing.rewrite(file, {"store.data": np.frombuffer(bomb, np.uint8), "store.at": at})
    resealing.tables(index / DATA)
    played = stage().play(index.parent, reading(index))
    faults = played.faults(seconds=SECONDS, megabytes=MEGABYTES)
    ledger(
        "data", "stored blocks that inflate to 1 GB", tried=1, wrong=len(faults),
        note=f"{played.megabytes:.0f} MB, {played.seconds:.1f} s",
    )  # fmt: skip
    assert not faults, "\n".join(faults)
