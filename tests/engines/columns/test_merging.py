"""Merging: few segments, little work for a small commit, and no state but the old one and the new one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopsearch.search.engines.columns.build import merge_plan as merge
from coopsearch.search.engines.columns.storage import toc
from coopsearch.search.engines.columns.writer import ColumnsWriter
from coopsearch.search.engines.nodes import Group

from .test_trust import ENGINE, document, make

ALL = Group("stems", (("alpha", 1.0),))


def test_two_hundred_runs_of_one_document(tmp_path: Path) -> None:
    """Few segments at any time, a bounded number of tokens merged in each run, few rewrites of each."""
    ENGINE.create(tmp_path)
    words = " ".join(f"w{number}" for number in range(599))
    before: set[str] = set()
    most = written = 0
    for number in range(200):
        with ColumnsWriter(tmp_path, spare_tokens=40_000) as writer:
            writer.add(document(f"{number:03}.txt", f"alpha {words}"))
            writer.commit()
        table = toc.read_toc(tmp_path)
        tokens = [entry.tokens for entry in table.segments]
        assert sum(tokens) == 600 * (number + 1)
        fresh = sum(entry.tokens for entry in table.segments if entry.name not in before)
        assert fresh <= 40_000 + 600
        most, written = max(most, len(tokens)), written + fresh
        before = {entry.name for entry in table.segments}
    # Below six of each tier (600, 3,600, 21,600 tokens), and one for what the bound keeps apart.
    assert most <= 5 * 3 + 120_000 // 40_000 + 1
    assert written <= 4 * 120_000
    with ENGINE.open(tmp_path) as reader:
        assert reader.search(ALL, 0).total == reader.documents == 200


_sizes = st.lists(st.one_of(st.integers(1, 5_000), st.integers(1, 10**8)), max_size=120)


@given(_sizes, st.integers(0, 10**8), st.integers(1, 100))
def test_what_is_chosen(sizes: list[int], budget: int, factor: int) -> None:
    """No segment twice, and no more tokens than the limits, however often it goes on."""
    dead = [size * factor % 100 / 100 for size in sizes]
    rounds = 0
    while groups := merge.choose(sizes, dead, budget=budget):
        places = [place for group in groups for place in group]
        assert len(set(places)) == len(places)
        sums = [sum(sizes[place] for place in group) for group in groups if len(group) > 1]
        assert sum(sums) <= budget
        assert all(total <= merge.MOST_TOKENS for total in sums)
        sizes, dead = merged(sizes, dead, groups)
        rounds += 1
        assert rounds <= 120


@given(_sizes)
def test_few_are_left(sizes: list[int]) -> None:
    """Without a bound no more than five of each small size stay apart, and fifteen large ones."""
    dead = [0.0] * len(sizes)
    while groups := merge.choose(sizes, dead, most=1 << 60, budget=1 << 60):
        sizes, dead = merged(sizes, dead, groups)
    assert len([size for size in sizes if size < 1_500_000]) <= 5 * 5
    assert len([size for size in sizes if size >= 1_500_000]) <= 15


def merged(sizes: list[int], dead: list[float], groups: list[list[int]]) -> tuple[list[int], list[float]]:
    """Return sizes and deletions after a merge."""
    taken = {place for group in groups for place in group}
    kept = [place for place in range(len(sizes)) if place not in taken]
    new = [max(1, int(sum(sizes[place] * (1 - dead[place]) for place in group))) for group in groups]
    return [sizes[place] for place in kept] + new, [dead[place] for place in kept] + [0.0] * len(new)


@given(_sizes, st.integers(0, 10**8), st.integers(1, 100))
def test_what_is_planned(sizes: list[int], budget: int, factor: int) -> None:
    """All that would be chosen one after the other, and each segment is merged once."""
    dead = [size * factor % 100 / 100 for size in sizes]
    groups = merge.plan(sizes, dead, merge.MOST_TOKENS, budget)
    places = [place for group in groups for place in group]
    assert len(set(places)) == len(places)
    sums = [sum(sizes[place] for place in group) for group in groups if len(group) > 1]
    assert sum(sums) <= budget
    assert all(total <= merge.MOST_TOKENS for total in sums)
    everything = merge.plan(sizes, [0.0] * len(sizes), 1 << 60, 1 << 60)
    left, _ = merged(sizes, [0.0] * len(sizes), everything)
    assert not merge.choose(left, [0.0] * len(left), most=1 << 60, budget=1 << 60)
    assert sum(left) == sum(sizes)


def test_a_large_index_is_left_alone() -> None:
    """The document that makes the sixth, or the sixteenth, of a tier does not rewrite what is large."""
    full = [3_000_000] * 16
    assert merge.choose(full, [0.0] * 16, budget=merge.SPARE) == []
    assert merge.choose(full, [0.0] * 16) == [list(range(16))]
    tier = [300_000] * 6
    assert merge.choose(tier, [0.0] * 6, budget=merge.SPARE) == [[0, 1, 2]]
    # A large one with many deletions waits, too, until little of it is left.
    assert merge.choose([60_000_000], [0.5], budget=merge.SPARE) == []
    assert merge.choose([60_000_000], [0.85], budget=merge.SPARE) == [[0]]
    assert merge.choose([600_000], [0.5], budget=merge.SPARE) == [[0]]


def test_limits(tmp_path: Path) -> None:
    """Segments are cut and merged below their limits, whatever these are, and nothing is lost."""
    ENGINE.create(tmp_path)
    with ColumnsWriter(tmp_path, segment_tokens=50, most_tokens=120) as writer:
        for number in range(100):
            writer.add(document(f"{number:03}.txt", "alpha " + "beta " * (number % 9)))
        writer.commit()
    entries = toc.read_toc(tmp_path).segments
    assert len(entries) > 4
    assert all(entry.tokens <= 120 for entry in entries)
    with ENGINE.open(tmp_path) as reader:
        assert reader.search(ALL, 0).total == 100
    assert merge.MOST_TOKENS <= 1 << 31


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_in_the_middle_of_a_merge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    """Killed at any step of a commit that merges, the next look finds the old state or the new one, whole."""
    make(tmp_path, documents=40, limit=30)
    step, ended = 0, False
    while not ended:
        before = toc.read_toc(tmp_path)
        writer = ColumnsWriter(tmp_path, 60)
        writer.delete_file(f"{step + 10:03}.txt")
        for number in range(6):
            writer.add(document(f"new{step}-{number}.txt", f"alpha new{step}"))
            writer._finish_segment()
        left = [step]

        def failing(call: Callable[..., object], left: list[int] = left) -> Callable[..., object]:
            def instead(*arguments: object, **named: object) -> object:
                if when == "before" and left[0] <= 0:
                    raise KeyboardInterrupt
                done = call(*arguments, **named)
                left[0] -= 1
                if left[0] < 0:
                    raise KeyboardInterrupt
                return done

            return instead

        with monkeypatch.context() as patch:
            for owner, name in ((os, "fsync"), (os, "replace"), (os, "unlink")):
                patch.setattr(owner, name, failing(getattr(owner, name)))
            try:
                writer.commit()
                ended = True
            except KeyboardInterrupt:
                # As a kill would have it: nobody cleans up.
                pass
        after = toc.read_toc(tmp_path)
        assert after.generation in {before.generation, before.generation + 1}
        with ENGINE.open(tmp_path) as reader:
            news = reader.search(Group("stems", ((f"new{step}", 1.0),)), 0).total
            assert news == (6 if after.generation > before.generation else 0)
            assert reader.search(ALL, 0).total == reader.documents
        assert not ENGINE.verify(tmp_path).damages
        step += 1
    assert step > 8
    ColumnsWriter(tmp_path).close()
    names = {entry.name for entry in os.scandir(tmp_path)}
    assert {name for name in names if name.endswith((".col", ".part"))} == toc.read_toc(tmp_path).files()
